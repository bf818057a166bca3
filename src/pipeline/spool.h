// Making a stream seekable.
#ifndef CUPEL_PIPELINE_SPOOL_H_
#define CUPEL_PIPELINE_SPOOL_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"

namespace cupel {

// Copies what `fd` gives, up to `limit` bytes, into a temporary file without a
// name and returns its descriptor (the caller's to close). `*cut` says whether
// there was more. `go_on` is asked between blocks, and while nothing comes;
// false ends the copying with what is there.
absl::StatusOr<int> SpoolStream(int fd, uint64_t limit, bool* cut,
                                const std::function<bool()>& go_on);

// A new temporary file without a name, in TMPDIR or /tmp (the caller's to
// close).
absl::StatusOr<int> OpenTemporary();

}  // namespace cupel

#endif  // CUPEL_PIPELINE_SPOOL_H_
