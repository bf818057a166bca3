// LZ4 frames, and the older format without frames, by liblz4.
#include <lz4.h>
#include <lz4frame.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr std::string_view kFrameMark = "\x04\x22\x4d\x18";
constexpr std::string_view kLegacyMark = "\x02\x21\x4c\x18";
constexpr size_t kLegacyBlock = 8u << 20;  // what a legacy block decodes to

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(bytes[i]);
  }
  return value;
}

class Lz4Decoder final : public Decoder {
 public:
  ~Lz4Decoder() override {
    if (context_ != nullptr) LZ4F_freeDecompressionContext(context_);
  }

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(4));
      if (mode_ == Mode::kBetween) {
        if (!StartFrame(head, in)) return size_t{0};
        continue;
      }
      if (mode_ == Mode::kLegacy) {
        CUPEL_ASSIGN_OR_RETURN(const size_t got, Legacy(in, out, size));
        if (got > 0) return got;
        mode_ = Mode::kBetween;
        continue;
      }
      CUPEL_ASSIGN_OR_RETURN(const size_t got, Frame(in, head, out, size));
      if (got > 0) return got;
    }
  }

 private:
  enum class Mode : uint8_t { kBetween, kFrame, kLegacy };

  bool StartFrame(std::string_view head, InputWindow& in) {
    if (head.starts_with(kLegacyMark)) {
      in.Consume(4);
      mode_ = Mode::kLegacy;
      return true;
    }
    const bool skippable = head.size() >= 4 &&
                           (static_cast<uint8_t>(head[0]) & 0xf0) == 0x50 &&
                           head.substr(1, 3) == "\x2a\x4d\x18";
    if (!skippable && !head.starts_with(kFrameMark)) return false;
    mode_ = Mode::kFrame;
    return true;
  }

  absl::StatusOr<size_t> Frame(InputWindow& in, std::string_view head,
                               char* out, size_t size) {
    if (context_ == nullptr &&
        LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) !=
            0) {
      return ResourceExhausted("not enough memory for an lz4 decoder");
    }
    if (head.empty()) return TruncatedStream("lz4", in);
    size_t produced = size;
    size_t consumed = head.size();
    const size_t code = LZ4F_decompress(context_, out, &produced, head.data(),
                                        &consumed, nullptr);
    if (LZ4F_isError(code) != 0) {
      LZ4F_resetDecompressionContext(context_);
      return DataLoss("lz4: {} at byte {}", LZ4F_getErrorName(code),
                      in.position());
    }
    in.Consume(consumed);
    if (code == 0) mode_ = Mode::kBetween;
    return produced;
  }

  // Blocks of [length, data] until the input ends or something else begins.
  absl::StatusOr<size_t> Legacy(InputWindow& in, char* out, size_t size) {
    if (block_used_ == block_.size()) {
      CUPEL_ASSIGN_OR_RETURN(const bool more, LegacyBlock(in));
      if (!more) return size_t{0};
    }
    const size_t got = std::min(size, block_.size() - block_used_);
    std::memcpy(out, block_.data() + block_used_, got);
    block_used_ += got;
    return got;
  }

  absl::StatusOr<bool> LegacyBlock(InputWindow& in) {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(4));
    if (head.size() < 4) {
      if (head.empty()) return false;
      return TruncatedStream("lz4", in);
    }
    const uint32_t length = LittleEndian(head);
    if (length > LZ4_COMPRESSBOUND(kLegacyBlock)) return false;  // next stream
    in.Consume(4);
    packed_.clear();
    while (packed_.size() < length) {
      CUPEL_ASSIGN_OR_RETURN(std::string_view view, in.Peek(1));
      if (view.empty()) return TruncatedStream("lz4", in);
      view = view.substr(0, length - packed_.size());
      packed_.insert(packed_.end(), view.begin(), view.end());
      in.Consume(view.size());
    }
    block_.resize(kLegacyBlock);
    const int got = LZ4_decompress_safe(packed_.data(), block_.data(),
                                        static_cast<int>(length),
                                        static_cast<int>(block_.size()));
    block_.resize(got < 0 ? 0 : static_cast<size_t>(got));
    block_used_ = 0;
    if (got <= 0) {
      return DataLoss("lz4: invalid block before byte {}", in.position());
    }
    return true;
  }

  Mode mode_ = Mode::kBetween;
  LZ4F_dctx* context_ = nullptr;
  std::vector<char> packed_;
  std::vector<char> block_;
  size_t block_used_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewLz4Decoder() {
  return std::make_unique<Lz4Decoder>();
}

}  // namespace cupel
