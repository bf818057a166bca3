// A file of one or more compressed streams, one after the other.
#ifndef CUPEL_ARCHIVE_CONCATENATED_H_
#define CUPEL_ARCHIVE_CONCATENATED_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "archive/decoder.h"
#include "archive/input.h"
#include "payload/byte_source.h"
#include "payload/type.h"

namespace cupel {

// Reads all streams, as the formats' own tools do: a reader that stops after
// the first would not see what they unpack. Zeros between and after streams are
// padding. One thread at a time.
class Concatenated {
 public:
  Concatenated(Container format, ByteSource& source, const Cancel* cancel)
      : format_(format), input_(source, cancel) {}

  // As Decoder::Read, over all streams.
  absl::StatusOr<size_t> Read(char* buffer, size_t size);

  // Where something begins that is no stream, once Read has given 0.
  std::optional<uint64_t> trailing() const { return trailing_; }

  // True once bytes were met that are in the file but not in its content:
  // zstd and lz4 have frames that readers skip.
  bool skipped_bytes() const { return skipped_bytes_; }

 private:
  enum class State : uint8_t { kBetween, kInside, kEnd };

  // Finds where the next stream begins and gets its decoder ready.
  absl::Status Begin();
  absl::StatusOr<bool> SkipFrame();
  absl::Status SkipZeros();

  const Container format_;
  RangeInput input_;
  State state_ = State::kBetween;
  bool any_ = false;
  absl::Status error_;
  std::unique_ptr<Decoder> decoder_;
  Codec codec_{};
  std::optional<uint64_t> trailing_;
  bool skipped_bytes_ = false;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_CONCATENATED_H_
