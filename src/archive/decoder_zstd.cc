#include <zstd.h>
#include <zstd_errors.h>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : Decoder("zstd") {}
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }

 protected:
  absl::Status Restart(uint64_t) override {
    if (context_ == nullptr) {
      context_ = ZSTD_createDCtx();
      if (context_ == nullptr) {
        return ResourceExhausted("zstd: no memory for the decoder");
      }
      ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kMostWindowLog);
    }
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer out{buffer, size, 0};
    const size_t result = ZSTD_decompressStream(context_, &out, &in);
    step->consumed = in.pos;
    step->produced = out.pos;
    if (ZSTD_isError(result) == 0) {
      step->end = result == 0;
      return absl::OkStatus();
    }
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        return ResourceExhausted(
            "zstd: the frame wants a window of more than {} MiB",
            uint64_t{1} << (kMostWindowLog - 20));
      case ZSTD_error_memory_allocation:
        return ResourceExhausted("zstd: no memory for the decoder");
      case ZSTD_error_dictionary_wrong:
        return Unimplemented("zstd: the frame needs a dictionary");
      case ZSTD_error_version_unsupported:
      case ZSTD_error_frameParameter_unsupported:
        return Unimplemented("zstd: {}", ZSTD_getErrorName(result));
      default:
        return DataLoss("zstd: corrupt: {}", ZSTD_getErrorName(result));
    }
  }

 private:
  ZSTD_DCtx* context_ = nullptr;
};

}  // namespace

std::unique_ptr<Decoder> NewZstdDecoder() {
  return std::make_unique<ZstdDecoder>();
}

}  // namespace cupel
