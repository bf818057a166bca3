#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

class Bzip2Decoder final : public Decoder {
 public:
  Bzip2Decoder() : Decoder("bzip2") {}
  ~Bzip2Decoder() override { End(); }

 protected:
  absl::Status Restart(uint64_t) override {
    End();
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
      return ResourceExhausted("bzip2: no memory for the decoder");
    }
    ready_ = true;
    return absl::OkStatus();
  }

  absl::Status Decode(std::string_view bytes, char* buffer, size_t size,
                      Step* step) override {
    constexpr size_t kMost = std::numeric_limits<unsigned>::max();
    const auto in = static_cast<unsigned>(std::min(bytes.size(), kMost));
    const auto out = static_cast<unsigned>(std::min(size, kMost));
    stream_.next_in = const_cast<char*>(bytes.data());  // is not written to
    stream_.avail_in = in;
    stream_.next_out = buffer;
    stream_.avail_out = out;
    const int result = BZ2_bzDecompress(&stream_);
    step->consumed = in - stream_.avail_in;
    step->produced = out - stream_.avail_out;
    step->end = result == BZ_STREAM_END;
    if (result == BZ_OK || result == BZ_STREAM_END) return absl::OkStatus();
    if (result == BZ_MEM_ERROR) {
      return ResourceExhausted("bzip2: no memory for the decoder");
    }
    return DataLoss("bzip2: corrupt: {}",
                    result == BZ_DATA_ERROR_MAGIC
                        ? "neither a block nor the end of the stream"
                        : "a checksum or a block is wrong");
  }

 private:
  void End() {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
    ready_ = false;
  }

  bool ready_ = false;
  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<Decoder> NewBzip2Decoder() {
  return std::make_unique<Bzip2Decoder>();
}

}  // namespace cupel
