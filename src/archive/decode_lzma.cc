// xz, lzma and the LZMA of zip archives, by liblzma.
#include <lzma.h>

#include <algorithm>
#include <array>

#include "archive/decoder.h"
#include "base/status.h"

namespace cupel {
namespace {

absl::Status FromCode(lzma_ret code, std::string_view format,
                      const InputWindow& in) {
  switch (code) {
    case LZMA_MEM_ERROR:
      return ResourceExhausted("{}: not enough memory", format);
    case LZMA_MEMLIMIT_ERROR:
      return ResourceExhausted("{}: wants a window of more than {} MiB", format,
                               kMaxDecoderMemory >> 20);
    case LZMA_OPTIONS_ERROR:
      return Unimplemented("{}: unsupported options", format);
    default:
      return DataLoss("{}: invalid data at byte {}", format, in.position());
  }
}

class LzmaStream {
 public:
  ~LzmaStream() { lzma_end(&stream_); }
  LzmaStream() = default;
  LzmaStream(const LzmaStream&) = delete;
  LzmaStream& operator=(const LzmaStream&) = delete;

  lzma_stream* get() { return &stream_; }

  lzma_ret Code(InputWindow& in, char* out, size_t size, size_t* produced) {
    const std::string_view view = in.view();
    stream_.next_in = reinterpret_cast<const uint8_t*>(view.data());
    stream_.avail_in = view.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(out);
    stream_.avail_out = size;
    const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
    in.Consume(view.size() - stream_.avail_in);
    *produced = size - stream_.avail_out;
    return code;
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

class XzDecoder final : public Decoder {
 public:
  explicit XzDecoder(bool alone) : alone_(alone) {}

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    const std::string_view format = alone_ ? "lzma" : "xz";
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(6));
      if (!open_) {
        if (done_) return size_t{0};
        const lzma_ret opened =
            alone_ ? lzma_alone_decoder(lzma_.get(), kMaxDecoderMemory)
                   : lzma_stream_decoder(lzma_.get(), kMaxDecoderMemory, 0);
        if (opened != LZMA_OK) return FromCode(opened, format, in);
        open_ = true;
      }
      size_t produced = 0;
      const lzma_ret code = lzma_.Code(in, out, size, &produced);
      if (code == LZMA_STREAM_END) {
        open_ = false;
        CUPEL_ASSIGN_OR_RETURN(done_, AtEnd(in));
      } else if (code != LZMA_OK && code != LZMA_BUF_ERROR) {
        if (produced > 0) return produced;
        return FromCode(code, format, in);
      } else if (produced == 0 && head.empty()) {
        return TruncatedStream(format, in);
      }
      if (produced > 0) return produced;
    }
  }

 private:
  // Between xz streams there may be zeros, in fours.
  absl::StatusOr<bool> AtEnd(InputWindow& in) {
    if (alone_) return true;
    for (;;) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(6));
      if (head.starts_with(std::string_view("\0\0\0\0", 4))) {
        in.Consume(4);
        continue;
      }
      return !head.starts_with(std::string_view("\xfd" "7zXZ\0", 6));
    }
  }

  const bool alone_;
  LzmaStream lzma_;
  bool open_ = false;
  bool done_ = false;
};

// APPNOTE 5.8.8: two bytes of version, the length of the properties, those.
class ZipLzmaDecoder final : public Decoder {
 public:
  explicit ZipLzmaDecoder(uint64_t size) : left_(size) {}

  absl::StatusOr<size_t> Decode(InputWindow& in, char* out,
                                size_t size) override {
    if (!open_) CUPEL_RETURN_IF_ERROR(Open(in));
    while (!done_ && left_ > 0) {
      CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(1));
      size_t produced = 0;
      const size_t want = static_cast<size_t>(std::min<uint64_t>(size, left_));
      const lzma_ret code = lzma_.Code(in, out, want, &produced);
      left_ -= produced;
      if (code == LZMA_STREAM_END) {
        done_ = true;
      } else if (code != LZMA_OK && code != LZMA_BUF_ERROR) {
        if (produced > 0) return produced;
        return FromCode(code, "lzma", in);
      } else if (produced == 0 && head.empty()) {
        return TruncatedStream("lzma", in);
      }
      if (produced > 0) return produced;
    }
    return size_t{0};
  }

 private:
  absl::Status Open(InputWindow& in) {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view head, in.Peek(9));
    if (head.size() < 9) return TruncatedStream("lzma", in);
    if (head[2] != 5 || head[3] != 0) {
      return Unimplemented("lzma: properties of an unknown length");
    }
    std::array<lzma_filter, 2> filters = {
        lzma_filter{LZMA_FILTER_LZMA1, nullptr},
        lzma_filter{LZMA_VLI_UNKNOWN, nullptr}};
    const auto* properties = reinterpret_cast<const uint8_t*>(head.data()) + 4;
    lzma_ret code =
        lzma_properties_decode(&filters[0], nullptr, properties, 5);
    if (code == LZMA_OK) {
      if (static_cast<lzma_options_lzma*>(filters[0].options)->dict_size >
          kMaxDecoderMemory) {
        code = LZMA_MEMLIMIT_ERROR;
      } else {
        code = lzma_raw_decoder(lzma_.get(), filters.data());
      }
      std::free(filters[0].options);
    }
    if (code != LZMA_OK) return FromCode(code, "lzma", in);
    in.Consume(9);
    open_ = true;
    return absl::OkStatus();
  }

  LzmaStream lzma_;
  uint64_t left_;
  bool open_ = false;
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Decoder> NewXzDecoder() {
  return std::make_unique<XzDecoder>(false);
}

std::unique_ptr<Decoder> NewLzmaDecoder() {
  return std::make_unique<XzDecoder>(true);
}

std::unique_ptr<Decoder> NewZipLzmaDecoder(uint64_t size) {
  return std::make_unique<ZipLzmaDecoder>(size);
}

}  // namespace cupel
