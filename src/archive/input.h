// Compressed bytes in pieces, as the decoders take them.
#ifndef CUPEL_ARCHIVE_INPUT_H_
#define CUPEL_ARCHIVE_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "payload/byte_source.h"

namespace cupel {

// kCancelled once the token is triggered. `cancel` may be null.
absl::Status Poll(const Cancel* cancel);

// A range of bytes, read from front to back. One thread at a time.
class Input {
 public:
  // A local header of a zip file with its name and extra fields fits in.
  static constexpr size_t kMostPeek = 144u << 10;

  virtual ~Input() = default;

  // What comes next: `least` bytes (at most kMostPeek) or more, fewer only
  // where the range or the source ends. Valid until the next call.
  virtual absl::StatusOr<std::string_view> Peek(size_t least) = 0;

  // Of what was peeked.
  virtual void Consume(size_t bytes) = 0;

  // Offset in the source of the next byte.
  virtual uint64_t position() const = 0;
};

// A range of a ByteSource. Copies nothing if the source is in memory, else
// holds one fixed buffer that survives Seek, so that many small ranges beside
// each other cost one read.
class RangeInput final : public Input {
 public:
  RangeInput(ByteSource& source, const Cancel* cancel);

  // Goes on at `begin`; the range ends at `end` or with the source.
  void Seek(uint64_t begin, uint64_t end);
  // Goes on `bytes` later, or at the end of the range.
  void Skip(uint64_t bytes);

  absl::StatusOr<std::string_view> Peek(size_t least) override;
  void Consume(size_t bytes) override { position_ += bytes; }
  uint64_t position() const override { return position_; }
  uint64_t end() const { return end_; }

 private:
  absl::Status Refill();

  ByteSource& source_;
  const std::optional<std::string_view> contents_;
  const Cancel* cancel_;
  uint64_t position_ = 0;
  uint64_t end_;
  // Of a source in a file: what was read from `window_` on.
  std::unique_ptr<char[]> buffer_;
  uint64_t window_ = 0;
  size_t filled_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_INPUT_H_
