// Bytes that two processes share without copying: in a memfd that nobody can
// change any more.
#ifndef CUPEL_RUNNER_SEALED_MEMORY_H_
#define CUPEL_RUNNER_SEALED_MEMORY_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "plugin/plugin.h"
#include "runner/unique_fd.h"

namespace cupel {

absl::StatusOr<UniqueFd> SealedMemfd(std::string_view bytes);

// Maps a descriptor that a process which is not trusted has sent. DATA_LOSS
// unless it is a memfd of `size` bytes that can neither shrink, grow nor be
// written to, so that what is read stays as it is and never faults. Of more
// than `most` bytes the first `most` are mapped. Short ones are copied: a
// process can have only so many mappings, and who sends must not use them up.
absl::StatusOr<SharedBytes> MapSealed(const UniqueFd& fd, uint64_t size,
                                      uint64_t most);

}  // namespace cupel

#endif  // CUPEL_RUNNER_SEALED_MEMORY_H_
