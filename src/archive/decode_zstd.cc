// Zstandard, by libzstd.
#include <zstd.h>
#include <zstd_errors.h>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

// 2^27 = 128 MiB, what `zstd --ultra` makes without --long.
constexpr int kMaxWindowLog = 27;

bool IsFrame(std::string_view head) {
  if (head.size() < 4) return false;
  const bool skippable = (static_cast<uint8_t>(head[0]) & 0xf0) == 0x50 &&
                         head.substr(1, 3) == "\x2a\x4d\x18";
  return skippable || head.starts_with("\x28\xb5\x2f\xfd");
}

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : stream_(ZSTD_createDStream()) {
    if (stream_ == nullptr) return;
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kMaxWindowLog);
  }
  ~ZstdDecoder() override { ZSTD_freeDStream(stream_); }

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    if (stream_ == nullptr) {
      return ResourceExhausted("not enough memory for a zstd decoder");
    }
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(4));
      if (at_frame_) {
        if (frames_ > 0 && !IsFrame(head)) return size_t{0};
        at_frame_ = false;
        ++frames_;
      }
      ZSTD_inBuffer input{head.data(), head.size(), 0};
      ZSTD_outBuffer output{out, size, 0};
      const size_t code = ZSTD_decompressStream(stream_, &output, &input);
      in.Consume(input.pos);
      if (ZSTD_isError(code) != 0) {
        if (output.pos > 0) return output.pos;
        return FromCode(code, in);
      }
      if (code == 0) at_frame_ = true;
      if (output.pos > 0) return output.pos;
      if (code != 0 && head.empty()) return TruncatedStream("zstd", in);
    }
  }

 private:
  static absl::Status FromCode(size_t code, const InputWindow& in) {
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(code);
    if (error == ZSTD_error_frameParameter_windowTooLarge ||
        error == ZSTD_error_memory_allocation) {
      return ResourceExhausted("zstd: wants a window of more than {} MiB",
                               1 << (kMaxWindowLog - 20));
    }
    return DataLoss("zstd: {} at byte {}", ZSTD_getErrorName(code),
                    in.position());
  }

  ZSTD_DStream* const stream_;
  bool at_frame_ = true;
  uint64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewZstdDecoder() {
  return std::make_unique<ZstdDecoder>();
}

}  // namespace cupel
