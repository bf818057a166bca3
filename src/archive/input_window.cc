#include "archive/input_window.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"

namespace cupel {

void InputWindow::Reset(ByteSource& source, uint64_t begin, uint64_t end) {
  source_ = &source;
  end_ = std::min(end, source.size());
  read_ = std::min(begin, end_);
  view_ = {};
  if (const auto contents = source.contents()) {
    view_ = contents->substr(read_, end_ - read_);
    read_ = end_;
  }
}

absl::StatusOr<std::string_view> InputWindow::Peek(size_t bytes) {
  if (view_.size() >= bytes || read_ == end_) return view_;
  if (buffer_.empty()) buffer_.resize(kBlock + kMaxPeek);
  // What is left over moves to the front; it is short (see kMaxPeek).
  std::memmove(buffer_.data(), view_.data(), view_.size());
  size_t filled = view_.size();
  while (filled < bytes && read_ < end_) {
    const size_t room = std::min<uint64_t>(buffer_.size() - filled,
                                           end_ - read_);
    CUPEL_ASSIGN_OR_RETURN(
        const size_t got, source_->ReadAt(read_, buffer_.data() + filled, room));
    if (got == 0) {
      end_ = read_;  // the file shrank since it was opened
      break;
    }
    filled += got;
    read_ += got;
  }
  view_ = {buffer_.data(), filled};
  return view_;
}

}  // namespace cupel
