// gzip and raw deflate, by zlib.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kStoredNameMax = 1024;

class ZlibStream {
 public:
  explicit ZlibStream(int window_bits) {
    ready_ = inflateInit2(&stream_, window_bits) == Z_OK;
  }
  ~ZlibStream() {
    if (ready_) inflateEnd(&stream_);
  }
  ZlibStream(const ZlibStream&) = delete;
  ZlibStream& operator=(const ZlibStream&) = delete;

  bool ready() const { return ready_; }
  z_stream* get() { return &stream_; }

  // One call of inflate over what `in` has at hand; returns zlib's code and
  // sets `*produced`.
  int Inflate(InputWindow& in, char* out, size_t size, size_t* produced) {
    const std::string_view view = in.view();
    const auto clamp = [](size_t n) {
      return static_cast<uInt>(
          std::min<size_t>(n, std::numeric_limits<uInt>::max()));
    };
    stream_.next_in =
        reinterpret_cast<Bytef*>(const_cast<char*>(view.data()));
    stream_.avail_in = clamp(view.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = clamp(size);
    const uInt had_in = stream_.avail_in;
    const uInt had_out = stream_.avail_out;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    in.Consume(had_in - stream_.avail_in);
    *produced = had_out - stream_.avail_out;
    return code;
  }

  std::string_view message() const {
    return stream_.msg != nullptr ? stream_.msg : "invalid data";
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

absl::Status NoMemory() {
  return ResourceExhausted("not enough memory for a deflate decoder");
}

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() : zlib_(15 + 16) { WatchHeader(); }

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    if (!zlib_.ready()) return NoMemory();
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(2));
      if (between_members_) {
        if (!head.starts_with("\x1f\x8b")) return size_t{0};
        if (inflateReset(zlib_.get()) != Z_OK) return NoMemory();
        between_members_ = false;
      }
      if (head.empty()) return TruncatedStream("gzip", in);
      size_t produced = 0;
      const int code = zlib_.Inflate(in, out, size, &produced);
      if (code == Z_STREAM_END) {
        between_members_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        // The bytes first; zlib gives the same error once more.
        if (produced > 0) return produced;
        return DataLoss("gzip: {} at byte {}", zlib_.message(), in.position());
      }
      if (produced > 0) return produced;
    }
  }

  std::string_view stored_name() const override {
    if (header_.done != 1 || header_.name == nullptr) return {};
    return reinterpret_cast<const char*>(name_.data());
  }

 private:
  void WatchHeader() {
    if (!zlib_.ready()) return;
    header_.name = name_.data();
    header_.name_max = name_.size() - 1;
    inflateGetHeader(zlib_.get(), &header_);
  }

  std::array<Bytef, kStoredNameMax> name_{};
  gz_header header_{};
  ZlibStream zlib_;
  bool between_members_ = false;
};

class RawDeflateDecoder final : public RawDecoder {
 public:
  absl::Status Reset() override {
    done_ = false;
    if (!zlib_.ready() || inflateReset(zlib_.get()) != Z_OK) return NoMemory();
    return absl::OkStatus();
  }

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    if (!zlib_.ready()) return NoMemory();
    while (!done_) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(1));
      // With no input left there may still be output waiting inside.
      size_t produced = 0;
      const int code = zlib_.Inflate(in, out, size, &produced);
      if (code == Z_STREAM_END) {
        done_ = true;
      } else if (code != Z_OK && code != Z_BUF_ERROR) {
        if (produced > 0) return produced;
        return DataLoss("deflate: {} at byte {}", zlib_.message(),
                        in.position());
      } else if (produced == 0 && head.empty()) {
        return TruncatedStream("deflate", in);
      }
      if (produced > 0) return produced;
    }
    return size_t{0};
  }

 private:
  ZlibStream zlib_{-15};
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Decoder> NewGzipDecoder() {
  return std::make_unique<GzipDecoder>();
}

std::unique_ptr<RawDecoder> NewRawDeflateDecoder() {
  return std::make_unique<RawDeflateDecoder>();
}

}  // namespace cupel
