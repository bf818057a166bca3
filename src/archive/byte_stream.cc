#include "archive/byte_stream.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

class PlainStream final : public ByteStream {
 public:
  PlainStream(ByteSource& source, const Cancel* cancel)
      : input_(source, cancel) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, input_.Peek(1));
    const size_t got = std::min(size, bytes.size());
    if (got > 0) std::memcpy(buffer, bytes.data(), got);
    input_.Consume(got);
    return got;
  }

  absl::StatusOr<uint64_t> Skip(uint64_t size) override {
    const uint64_t before = input_.position();
    input_.Skip(size);
    return input_.position() - before;
  }

  uint64_t position() const override { return input_.position(); }

 private:
  RangeInput input_;
};

// Decodes ahead, because headers are small and calls of a decoder are not;
// large reads go past the buffer.
class DecodedStream final : public ByteStream {
 public:
  explicit DecodedStream(std::unique_ptr<Concatenated> compressed)
      : compressed_(std::move(compressed)),
        buffer_(std::make_unique<char[]>(kBuffer)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (at_ == filled_) {
      if (size >= kBuffer) {
        CUPEL_ASSIGN_OR_RETURN(const size_t got,
                               compressed_->Read(buffer, size));
        position_ += got;
        return got;
      }
      CUPEL_RETURN_IF_ERROR(Fill());
    }
    const size_t got = std::min(size, filled_ - at_);
    if (got > 0) std::memcpy(buffer, buffer_.get() + at_, got);
    at_ += got;
    position_ += got;
    return got;
  }

  absl::StatusOr<uint64_t> Skip(uint64_t size) override {
    uint64_t done = 0;
    while (done < size) {
      if (at_ == filled_) {
        CUPEL_RETURN_IF_ERROR(Fill());
        if (filled_ == 0) break;
      }
      const uint64_t step = std::min<uint64_t>(size - done, filled_ - at_);
      at_ += static_cast<size_t>(step);
      position_ += step;
      done += step;
    }
    return done;
  }

  uint64_t position() const override { return position_; }
  const Concatenated* compressed() const override { return compressed_.get(); }

 private:
  static constexpr size_t kBuffer = 64u << 10;

  absl::Status Fill() {
    at_ = filled_ = 0;
    CUPEL_ASSIGN_OR_RETURN(filled_, compressed_->Read(buffer_.get(), kBuffer));
    return absl::OkStatus();
  }

  std::unique_ptr<Concatenated> compressed_;
  std::unique_ptr<char[]> buffer_;
  size_t at_ = 0;
  size_t filled_ = 0;
  uint64_t position_ = 0;
};

}  // namespace

absl::StatusOr<size_t> ByteStream::ReadFully(char* buffer, size_t size) {
  size_t done = 0;
  while (done < size) {
    absl::StatusOr<size_t> got = Read(buffer + done, size - done);
    if (!got.ok()) {
      if (done == 0) return got.status();
      break;
    }
    if (*got == 0) break;
    done += *got;
  }
  return done;
}

std::unique_ptr<ByteStream> NewPlainStream(ByteSource& source,
                                           const Cancel* cancel) {
  return std::make_unique<PlainStream>(source, cancel);
}

std::unique_ptr<ByteStream> NewDecodedStream(
    std::unique_ptr<Concatenated> compressed) {
  return std::make_unique<DecodedStream>(std::move(compressed));
}

}  // namespace cupel
