#include <lz4.h>
#include <lz4frame.h>

#include <algorithm>
#include <cstring>

#include "archive/decoder.h"
#include "archive/little_endian.h"
#include "base/status.h"

namespace cupel {
namespace {

class Lz4Decoder final : public Decoder {
 public:
  Lz4Decoder() : Decoder("lz4") {}
  ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }

 protected:
  absl::Status Restart(uint64_t) override {
    if (context_ == nullptr && LZ4F_isError(LZ4F_createDecompressionContext(
                                   &context_, LZ4F_VERSION)) != 0) {
      return ResourceExhausted("lz4: no memory for the decoder");
    }
    LZ4F_resetDecompressionContext(context_);
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    size_t consumed = bytes.size();
    size_t produced = size;
    const size_t result = LZ4F_decompress(context_, buffer, &produced,
                                          bytes.data(), &consumed, nullptr);
    if (LZ4F_isError(result) != 0) {
      return DataLoss("lz4: corrupt: {}", LZ4F_getErrorName(result));
    }
    step->consumed = consumed;
    step->produced = produced;
    step->end = result == 0;
    return absl::OkStatus();
  }

 private:
  LZ4F_dctx* context_ = nullptr;
};

// Blocks of 8 MiB, each with its compressed length before it, until the input
// ends or a length can't be one (then it is the magic of what follows).
class Lz4LegacyDecoder final : public Decoder {
 public:
  Lz4LegacyDecoder() : Decoder("lz4 (legacy)") {}

 protected:
  absl::Status Restart(uint64_t) override {
    head_size_ = 0;
    block_size_ = block_filled_ = 0;
    out_at_ = out_size_ = 0;
    magic_seen_ = false;
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    if (out_at_ < out_size_) {
      step->produced = std::min(size, out_size_ - out_at_);
      std::memcpy(buffer, out_.get() + out_at_, step->produced);
      out_at_ += step->produced;
      return absl::OkStatus();
    }
    if (block_size_ == 0) return TakeLength(bytes, step);
    const size_t take = std::min(bytes.size(), block_size_ - block_filled_);
    std::memcpy(block_.get() + block_filled_, bytes.data(), take);
    block_filled_ += take;
    step->consumed = take;
    if (block_filled_ < block_size_) return absl::OkStatus();
    const int got = LZ4_decompress_safe(block_.get(), out_.get(),
                                        static_cast<int>(block_size_), kBlock);
    if (got < 0) return DataLoss("lz4 (legacy): corrupt block");
    out_at_ = 0;
    out_size_ = static_cast<size_t>(got);
    block_size_ = block_filled_ = 0;
    return absl::OkStatus();
  }

 private:
  static constexpr int kBlock = 8 << 20;

  // The four bytes of the magic, then of each length. A whole length comes at
  // once, so that what is no length is not consumed: Concatenated sees to that.
  absl::Status TakeLength(std::string_view bytes, Step* step) {
    if (bytes.empty() && magic_seen_ && head_size_ == 0) {
      step->end = true;
      return absl::OkStatus();
    }
    if (head_size_ == 0 && magic_seen_ && bytes.size() >= 4 &&
        Le32(bytes, 0) > LZ4_COMPRESSBOUND(kBlock)) {
      step->end = true;
      return absl::OkStatus();
    }
    const size_t take = std::min(bytes.size(), sizeof(head_) - head_size_);
    std::memcpy(head_ + head_size_, bytes.data(), take);
    head_size_ += take;
    step->consumed = take;
    if (head_size_ < sizeof(head_)) return absl::OkStatus();
    head_size_ = 0;
    if (!magic_seen_) {
      magic_seen_ = true;
      return absl::OkStatus();
    }
    const uint32_t length = Le32({head_, sizeof(head_)}, 0);
    if (length == 0 || length > LZ4_COMPRESSBOUND(kBlock)) {
      return DataLoss("lz4 (legacy): corrupt: a block of {} bytes", length);
    }
    if (block_ == nullptr) {
      block_ = std::make_unique<char[]>(LZ4_COMPRESSBOUND(kBlock));
      out_ = std::make_unique<char[]>(kBlock);
    }
    block_size_ = length;
    return absl::OkStatus();
  }

  char head_[4];
  size_t head_size_ = 0;
  bool magic_seen_ = false;
  std::unique_ptr<char[]> block_;
  size_t block_size_ = 0;
  size_t block_filled_ = 0;
  std::unique_ptr<char[]> out_;
  size_t out_at_ = 0;
  size_t out_size_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewLz4Decoder() {
  return std::make_unique<Lz4Decoder>();
}

std::unique_ptr<Decoder> NewLz4LegacyDecoder() {
  return std::make_unique<Lz4LegacyDecoder>();
}

}  // namespace cupel
