// Reading from files, pipes and terminals without waiting longer than asked.
#ifndef CUPEL_BUILTIN_FILES_LINE_READER_H_
#define CUPEL_BUILTIN_FILES_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// Asked every 50 ms while nothing comes; true: give up.
using StopFn = std::function<bool()>;

// Bytes that are there, at most `size`; 0 at the end. CANCELLED if `stop` says
// so.
absl::StatusOr<size_t> ReadSome(int fd, char* to, size_t size,
                                const StopFn& stop);

// Cuts what comes into lines. Memory is bounded by `most` and a buffer.
class LineReader {
 public:
  // Borrows the descriptor. `end` is what ends a line; the last one may have
  // none. A longer line than `most` bytes is passed over and told as that.
  LineReader(int fd, char end, size_t most, StopFn stop);

  struct Line {
    uint64_t number = 0;    // from 1
    std::string_view text;  // without its end, until the next call
    bool too_long = false;  // text is empty
  };
  // False at the end.
  absl::StatusOr<bool> Next(Line* line);

 private:
  absl::StatusOr<bool> Fill();

  const int fd_;
  const char end_;
  const size_t most_;
  const StopFn stop_;
  std::string buffer_;
  size_t used_ = 0;  // of the buffer, by lines that were given out
  uint64_t number_ = 0;
  bool at_end_ = false;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_LINE_READER_H_
