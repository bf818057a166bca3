// bzip2, by libbz2.
#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

class Bzip2Decoder final : public Decoder {
 public:
  ~Bzip2Decoder() override {
    if (open_) BZ2_bzDecompressEnd(&stream_);
  }

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(3));
      if (!open_) {
        if (streams_ > 0 && !head.starts_with("BZh")) return size_t{0};
        stream_ = {};
        if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) {
          return ResourceExhausted("not enough memory for a bzip2 decoder");
        }
        open_ = true;
        ++streams_;
      }
      if (head.empty()) return TruncatedStream("bzip2", in);
      stream_.next_in = const_cast<char*>(head.data());
      stream_.avail_in = Clamp(head.size());
      stream_.next_out = out;
      stream_.avail_out = Clamp(size);
      const unsigned had_in = stream_.avail_in;
      const unsigned had_out = stream_.avail_out;
      const int code = BZ2_bzDecompress(&stream_);
      in.Consume(had_in - stream_.avail_in);
      const size_t produced = had_out - stream_.avail_out;
      if (code == BZ_STREAM_END) {
        BZ2_bzDecompressEnd(&stream_);
        open_ = false;
      } else if (code != BZ_OK) {
        if (produced > 0) return produced;
        return DataLoss("bzip2: invalid data at byte {}", in.position());
      }
      if (produced > 0) return produced;
    }
  }

 private:
  static unsigned Clamp(size_t n) {
    return static_cast<unsigned>(
        std::min<size_t>(n, std::numeric_limits<unsigned>::max()));
  }

  bz_stream stream_{};
  bool open_ = false;
  uint64_t streams_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> NewBzip2Decoder() {
  return std::make_unique<Bzip2Decoder>();
}

}  // namespace cupel
