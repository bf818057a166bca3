#include <zlib.h>

#include <algorithm>
#include <limits>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

class ZlibDecoder final : public Decoder {
 public:
  explicit ZlibDecoder(Codec codec)
      : Decoder(NameOf(codec)), window_bits_(WindowBits(codec)) {}

  ~ZlibDecoder() override {
    if (ready_) inflateEnd(&stream_);
  }

 protected:
  absl::Status Restart(uint64_t) override {
    if (ready_) {
      inflateReset(&stream_);
      return absl::OkStatus();
    }
    if (inflateInit2(&stream_, window_bits_) != Z_OK) {
      return ResourceExhausted("{}: no memory for the decoder", name());
    }
    ready_ = true;
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    constexpr size_t kMost = std::numeric_limits<uInt>::max();
    const auto in = static_cast<uInt>(std::min(bytes.size(), kMost));
    const auto out = static_cast<uInt>(std::min(size, kMost));
    // zlib does not write to its input; its type is older than const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = in;
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    step->consumed = in - stream_.avail_in;
    step->produced = out - stream_.avail_out;
    step->end = result == Z_STREAM_END;
    switch (result) {
      case Z_OK:
      case Z_STREAM_END:
      case Z_BUF_ERROR:  // no progress: the caller sees that
        return absl::OkStatus();
      case Z_MEM_ERROR:
        return ResourceExhausted("{}: no memory for the decoder", name());
      default:
        return DataLoss("{}: corrupt: {}", name(),
                        stream_.msg != nullptr ? stream_.msg : "bad data");
    }
  }

 private:
  static std::string_view NameOf(Codec codec) {
    if (codec == Codec::kGzip) return "gzip";
    return codec == Codec::kZlib ? "zlib" : "deflate";
  }
  // How zlib is told which of the three it is.
  static int WindowBits(Codec codec) {
    if (codec == Codec::kGzip) return 16 + MAX_WBITS;
    return codec == Codec::kZlib ? MAX_WBITS : -MAX_WBITS;
  }

  const int window_bits_;
  bool ready_ = false;
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<Decoder> NewZlibDecoder(Codec codec) {
  return std::make_unique<ZlibDecoder>(codec);
}

}  // namespace cupel
