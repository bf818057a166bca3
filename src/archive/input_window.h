// The compressed side of a decoder: bytes of a source, block by block.
#ifndef CUPEL_ARCHIVE_INPUT_WINDOW_H_
#define CUPEL_ARCHIVE_INPUT_WINDOW_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "payload/byte_source.h"

namespace cupel {

// A moving view of source[begin, end). Reads blocks of a fixed size, or, if the
// source is in memory, looks straight at it. One thread at a time.
class InputWindow {
 public:
  InputWindow() = default;
  InputWindow(ByteSource& source, uint64_t begin, uint64_t end) {
    Reset(source, begin, end);
  }

  // Starts anew elsewhere; keeps its buffer.
  void Reset(ByteSource& source, uint64_t begin, uint64_t end);

  // What is at hand. Empty only before a Peek and at the end.
  std::string_view view() const { return view_; }
  void Consume(size_t bytes) { view_.remove_prefix(bytes); }

  // At least `bytes` (up to kMaxPeek) if there are so many, else what is left.
  absl::StatusOr<std::string_view> Peek(size_t bytes);

  // Place of the first byte of view() in the source.
  uint64_t position() const { return read_ - view_.size(); }
  uint64_t end() const { return end_; }

  static constexpr size_t kMaxPeek = 4096;

 private:
  static constexpr size_t kBlock = 64u << 10;

  ByteSource* source_ = nullptr;
  uint64_t read_ = 0;  // place of the first byte that is not in view_ yet
  uint64_t end_ = 0;
  std::string_view view_;
  std::vector<char> buffer_;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_INPUT_WINDOW_H_
