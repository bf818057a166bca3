// Deflate by ISA-L, twice as fast as zlib, where the system has it.
#include "archive/decoder.h"

#if defined(CUPEL_ISAL)
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "base/status.h"
#endif

namespace cupel {

#if defined(CUPEL_ISAL)
namespace {

class IsalDecoder final : public Decoder {
 public:
  explicit IsalDecoder(Codec codec)
      : Decoder(NameOf(codec)),
        wrapper_(WrapperOf(codec)),
        state_(std::make_unique<inflate_state>()) {}

 protected:
  absl::Status Restart(uint64_t) override {
    isal_inflate_init(state_.get());
    state_->crc_flag = wrapper_;
    failed_ = absl::OkStatus();
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    constexpr size_t kMost = std::numeric_limits<uint32_t>::max();
    if (!failed_.ok()) return Drain(buffer, size, step);
    const auto in = static_cast<uint32_t>(std::min(bytes.size(), kMost));
    const auto out = static_cast<uint32_t>(std::min(size, kMost));
    // ISA-L does not write to its input.
    state_->next_in =
        reinterpret_cast<uint8_t*>(const_cast<char*>(bytes.data()));
    state_->avail_in = in;
    state_->next_out = reinterpret_cast<uint8_t*>(buffer);
    state_->avail_out = out;
    const int result = isal_inflate(state_.get());
    step->produced = out - state_->avail_out;
    step->end = state_->block_state == ISAL_BLOCK_FINISH;
    if (step->produced > 0 || step->end) GiveBack(in);
    step->consumed = in - state_->avail_in;
    if (result >= ISAL_DECOMP_OK && result != ISAL_NEED_DICT) {
      return absl::OkStatus();
    }
    step->end = false;
    failed_ = DataLoss("{}: corrupt: {}", name(), TextOf(result));
    return step->produced > 0 ? absl::OkStatus() : Drain(buffer, size, step);
  }

 private:
  // ISA-L takes up to eight bytes before it needs them, and wants to give them
  // back at the end of the stream, when their block may be gone: so they are
  // given back after each call. Not if nothing came of them, because then they
  // are no whole code, and what comes next takes all of them; nor while a
  // header is put together out of pieces, for which it keeps bytes of its own.
  void GiveBack(uint32_t in) {
    if (state_->tmp_in_size != 0 || state_->read_in_length < 8) return;
    const auto taken = in - state_->avail_in;
    const auto back =
        std::min(static_cast<uint32_t>(state_->read_in_length) / 8, taken);
    if (back == 0) return;  // what is left may be a whole word
    state_->next_in -= back;
    state_->avail_in += back;
    state_->read_in_length -= static_cast<int32_t>(8 * back);
    state_->read_in &= (uint64_t{1} << state_->read_in_length) - 1;
  }

  // What was decoded before the damage and is still in ISA-L's own buffer.
  absl::Status Drain(char* buffer, size_t size, Step* step) {
    const size_t left = static_cast<size_t>(
        std::max(0, state_->tmp_out_valid - state_->tmp_out_processed));
    const size_t taken = std::min(left, size);
    if (taken == 0) return failed_;
    std::memcpy(buffer, state_->tmp_out_buffer + state_->tmp_out_processed,
                taken);
    state_->tmp_out_processed += static_cast<int32_t>(taken);
    step->produced = taken;
    return absl::OkStatus();
  }

  static std::string_view TextOf(int result) {
    switch (result) {
      case ISAL_INVALID_BLOCK:
        return "invalid block";
      case ISAL_INVALID_SYMBOL:
        return "invalid code";
      case ISAL_INVALID_LOOKBACK:
        return "invalid distance";
      case ISAL_INVALID_WRAPPER:
      case ISAL_UNSUPPORTED_METHOD:
        return "invalid header";
      case ISAL_INCORRECT_CHECKSUM:
        return "incorrect checksum";
      case ISAL_NEED_DICT:
        return "it needs a dictionary";
      default:
        return "bad data";
    }
  }

  static std::string_view NameOf(Codec codec) {
    if (codec == Codec::kGzip) return "gzip";
    return codec == Codec::kZlib ? "zlib" : "deflate";
  }
  static uint32_t WrapperOf(Codec codec) {
    if (codec == Codec::kGzip) return ISAL_GZIP;
    return codec == Codec::kZlib ? ISAL_ZLIB : ISAL_DEFLATE;
  }

  const uint32_t wrapper_;
  const std::unique_ptr<inflate_state> state_;  // 80 KiB
  absl::Status failed_;
};

}  // namespace

std::unique_ptr<Decoder> NewIsalDecoder(Codec codec) {
  return std::make_unique<IsalDecoder>(codec);
}

#else

std::unique_ptr<Decoder> NewIsalDecoder(Codec) { return nullptr; }

#endif

}  // namespace cupel
