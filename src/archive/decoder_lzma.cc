#include <lzma.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

// Zip puts two bytes of version, two of length and the five of the properties
// before the stream; a .lzma file the properties and eight bytes of size.
constexpr size_t kZipHeader = 9;
constexpr size_t kAloneHeader = 13;

class LzmaDecoder final : public Decoder {
 public:
  explicit LzmaDecoder(Codec codec)
      : Decoder(codec == Codec::kXz ? "xz" : "lzma"), codec_(codec) {}
  ~LzmaDecoder() override { lzma_end(&stream_); }

 protected:
  absl::Status Restart(uint64_t size) override {
    header_size_ = 0;
    size_ = size;
    const lzma_ret result =
        codec_ == Codec::kXz
            ? lzma_stream_decoder(&stream_, kMostDecoderMemory, 0)
            : lzma_alone_decoder(&stream_, kMostDecoderMemory);
    if (result == LZMA_OK) return absl::OkStatus();
    return ResourceExhausted("{}: no memory for the decoder", name());
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    if (codec_ == Codec::kZipLzma && header_size_ < kZipHeader) {
      return TakeHeader(bytes, step);
    }
    return Run(bytes, buffer, size, step);
  }

 private:
  absl::Status TakeHeader(std::string_view bytes, Step* step) {
    const size_t take = std::min(bytes.size(), kZipHeader - header_size_);
    std::memcpy(header_.data() + header_size_, bytes.data(), take);
    header_size_ += take;
    step->consumed = take;
    if (header_size_ < kZipHeader) return absl::OkStatus();
    if (header_[2] != 5 || header_[3] != 0) {
      return DataLoss("lzma: corrupt: {} bytes of properties instead of 5",
                      static_cast<unsigned char>(header_[2]) |
                          static_cast<unsigned char>(header_[3]) << 8);
    }
    std::array<char, kAloneHeader> alone;
    std::memcpy(alone.data(), header_.data() + 4, 5);
    for (size_t i = 0; i < 8; ++i) {
      alone[5 + i] = static_cast<char>(size_ >> (8 * i));
    }
    // The library takes nothing without room for output, of which a header
    // alone makes none.
    Step ignored;
    char none;
    return Run({alone.data(), alone.size()}, &none, 1, &ignored);
  }

  absl::Status Run(std::string_view bytes, char* buffer, size_t size,
                   Step* step) {
    stream_.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
    stream_.avail_in = bytes.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(buffer);
    stream_.avail_out = size;
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    step->consumed = bytes.size() - stream_.avail_in;
    step->produced = size - stream_.avail_out;
    step->end = result == LZMA_STREAM_END;
    switch (result) {
      case LZMA_OK:
      case LZMA_STREAM_END:
      case LZMA_BUF_ERROR:  // no progress: the caller sees that
      case LZMA_NO_CHECK:
      case LZMA_GET_CHECK:
      case LZMA_UNSUPPORTED_CHECK:  // decodes on, only unchecked
        return absl::OkStatus();
      case LZMA_MEM_ERROR:
        return ResourceExhausted("{}: no memory for the decoder", name());
      case LZMA_MEMLIMIT_ERROR:
        return ResourceExhausted(
            "{}: the stream wants {} MiB of memory; at most {} MiB are given",
            name(), lzma_memusage(&stream_) >> 20, kMostDecoderMemory >> 20);
      case LZMA_OPTIONS_ERROR:
        return Unimplemented("{}: options of the stream are not known here",
                             name());
      default:
        return DataLoss("{}: corrupt: {}", name(),
                        result == LZMA_FORMAT_ERROR
                            ? "no header where one must be"
                            : "bad data or checksum");
    }
  }

  const Codec codec_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::array<char, kZipHeader> header_{};
  size_t header_size_ = 0;
  uint64_t size_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewLzmaDecoder(Codec codec) {
  return std::make_unique<LzmaDecoder>(codec);
}

}  // namespace cupel
