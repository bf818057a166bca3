#include "archive/input.h"

#include <algorithm>
#include <cstring>

#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kWindow = Input::kMostPeek;
// Libraries count their input in 32 bits, and cancelling is polled per piece.
constexpr size_t kMostAtOnce = 1u << 20;

}  // namespace

absl::Status Poll(const Cancel* cancel) {
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("cancelled while unpacking");
  }
  return absl::OkStatus();
}

RangeInput::RangeInput(ByteSource& source, const Cancel* cancel)
    : source_(source),
      contents_(source.contents()),
      cancel_(cancel),
      end_(source.size()) {}

void RangeInput::Seek(uint64_t begin, uint64_t end) {
  end_ = std::min(end, source_.size());
  position_ = std::min(begin, end_);
}

void RangeInput::Skip(uint64_t bytes) {
  position_ += std::min(bytes, end_ - position_);
}

absl::Status RangeInput::Refill() {
  if (buffer_ == nullptr) buffer_ = std::make_unique<char[]>(kWindow);
  size_t kept = 0;
  if (position_ >= window_ && position_ < window_ + filled_) {
    kept = static_cast<size_t>(window_ + filled_ - position_);
    std::memmove(buffer_.get(), buffer_.get() + (position_ - window_), kept);
  }
  window_ = position_;
  filled_ = kept;
  CUPEL_ASSIGN_OR_RETURN(
      const size_t got,
      source_.ReadAt(window_ + kept, buffer_.get() + kept, kWindow - kept));
  filled_ += got;
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> RangeInput::Peek(size_t least) {
  CUPEL_RETURN_IF_ERROR(Poll(cancel_));
  const uint64_t left = end_ - position_;
  if (contents_.has_value()) {
    return contents_->substr(
        static_cast<size_t>(position_),
        static_cast<size_t>(std::min<uint64_t>(left, kMostAtOnce)));
  }
  const uint64_t wanted = std::min<uint64_t>(least, left);
  const auto available = [this]() -> uint64_t {
    if (position_ < window_ || position_ > window_ + filled_) return 0;
    return window_ + filled_ - position_;
  };
  if (available() < wanted) CUPEL_RETURN_IF_ERROR(Refill());
  return std::string_view(
      buffer_.get() + (wanted == 0 ? 0 : position_ - window_),
      wanted == 0 ? 0
                  : static_cast<size_t>(std::min<uint64_t>(available(), left)));
}

}  // namespace cupel
