#include "builtin/carver/swf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "base/status.h"
#include "builtin/file_view.h"
#include "builtin/stream_unpacker.h"

namespace cupel {
namespace {

constexpr size_t kHeader = 8;           // signature, version, length
constexpr size_t kProbe = 64;           // enough for what LooksRight reads
constexpr size_t kLzmaHeader = 12 + 5;  // and length of the stream, properties
constexpr int kMostMarks = 100'000;
constexpr uint8_t kMostVersion = 60;

// What stands behind the header: a rectangle that begins at 0, 0 as Flash has
// it, the rate and the number of frames. This is what tells a file from three
// letters.
bool LooksRight(std::string_view body) {
  const FileView view(body);
  const auto bits = [&view](uint64_t at, unsigned count) -> uint64_t {
    uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++at) {
      const unsigned byte = view.U8(at / 8).value_or(0);
      value = value << 1 | (byte >> (7 - at % 8) & 1);
    }
    return value;
  };
  const auto width = static_cast<unsigned>(bits(0, 5));
  if (width < 2 || !view.Has(0, (5 + 4 * width + 7) / 8 + 4)) return false;
  const uint64_t x_min = bits(5, width);
  const uint64_t x_max = bits(5 + width, width);
  const uint64_t y_min = bits(5 + 2 * width, width);
  const uint64_t y_max = bits(5 + 3 * width, width);
  return x_min == 0 && y_min == 0 && x_max > 0 && y_max > 0;
}

// The stream of a ZWS, in the form of method 14 of zip, which our decoder
// knows: four bytes before the properties, and the length known beforehand.
class ZwsInput final : public Input {
 public:
  explicit ZwsInput(std::string_view bytes) {
    head_ = {0, 0, 5, 0};
    std::memcpy(head_.data() + 4, bytes.data() + 12, 5);
    body_ = bytes.substr(kLzmaHeader);
  }

  absl::StatusOr<std::string_view> Peek(size_t) override {
    if (position_ < head_.size()) {
      return std::string_view(head_.data(), head_.size()).substr(position_);
    }
    return body_.substr(position_ - head_.size(), size_t{1} << 20);
  }
  void Consume(size_t bytes) override { position_ += bytes; }
  uint64_t position() const override { return position_; }

 private:
  std::array<char, 9> head_{};
  std::string_view body_;
  size_t position_ = 0;
};

class Carver {
 public:
  Carver(std::string_view bytes, const std::function<uint64_t()>& most,
         const TakeFound& take, const StopFn& stop)
      : bytes_(bytes), most_(most), take_(take), stop_(stop) {}

  absl::Status Run() {
    size_t asked = 0;
    for (size_t at = bytes_.find("WS"); at != std::string_view::npos;) {
      if (at - asked >= kStopInterval) {
        CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
        asked = at;
      }
      size_t next = at + 1;
      if (at > 0) {
        CUPEL_ASSIGN_OR_RETURN(const uint64_t end, Try(at - 1));
        next = std::max<size_t>(next, end);
      }
      at = bytes_.find("WS", next);
    }
    return absl::OkStatus();
  }

 private:
  // Where to go on: behind the file, if one begins here, else 0.
  absl::StatusOr<uint64_t> Try(uint64_t at) {
    const std::string_view rest = bytes_.substr(at);
    const char kind = rest[0];
    const FileView view(rest);
    if ((kind != 'F' && kind != 'C' && kind != 'Z') || !view.Has(0, kHeader)) {
      return 0;
    }
    const uint8_t version = *view.U8(3);
    const uint64_t size = *view.U32(4);
    if (version == 0 || version > kMostVersion || size <= kHeader) return 0;
    if (kind == 'F') return Plain(at, rest, version, size);
    if (++marks_ > kMostMarks) {
      return ResourceExhausted(
          "more than {} marks of compressed Flash: what stands behind byte {} "
          "was not looked at",
          kMostMarks, at);
    }
    CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
    const UnpackedStream probe =
        Unpack(rest, std::min<uint64_t>(kProbe, size - kHeader));
    if (!LooksRight(probe.bytes)) return 0;
    return Compressed(at, rest, version, size);
  }

  absl::StatusOr<uint64_t> Plain(uint64_t at, std::string_view rest,
                                 uint8_t version, uint64_t size) {
    if (!LooksRight(rest.substr(kHeader, kProbe))) return 0;
    Found found{.offset = at,
                .size = std::min<uint64_t>(size, rest.size()),
                .kind = "swf",
                .metadata = Metadata(version, size, "none")};
    found.bytes = rest.substr(0, found.size);
    if (rest.size() < size) {
      found.damage = DataLoss(
          "the Flash file at byte {} is cut off: {} of {} bytes are there", at,
          rest.size(), size);
    }
    if (found.size < bytes_.size()) CUPEL_RETURN_IF_ERROR(take_(found));
    return at + found.size;
  }

  absl::StatusOr<uint64_t> Compressed(uint64_t at, std::string_view rest,
                                      uint8_t version, uint64_t size) {
    const bool zlib = rest[0] == 'C';
    const uint64_t wanted = size - kHeader;
    UnpackedStream stream = Unpack(rest, std::min(wanted, most_()));
    if (absl::IsCancelled(stream.status)) return stream.status;
    std::string clear = "F";
    clear += rest.substr(1, kHeader - 1);
    clear += stream.bytes;
    Found found{
        .offset = at,
        .size = std::min<uint64_t>(
            stream.consumed + (zlib ? kHeader : kHeader + 4), rest.size()),
        .bytes = clear,
        .kind = "swf",
        .metadata = Metadata(version, size, zlib ? "zlib" : "lzma")};
    if (!stream.status.ok() && stream.bytes.size() < wanted) {
      found.damage = MakeStatus(
          stream.status.code(),
          "the Flash file at byte {} breaks off after {} of {} bytes: {}", at,
          clear.size(), size, MessageOf(stream.status));
    } else if (stream.bytes.size() < wanted) {
      found.damage = stream.cut ? ResourceExhausted(
                                      "the Flash file at byte {} was "
                                      "cut after {} of {} bytes",
                                      at, clear.size(), size)
                                : DataLoss(
                                      "the Flash file at byte {} has {} bytes, "
                                      "and says that it has {}",
                                      at, clear.size(), size);
    }
    CUPEL_RETURN_IF_ERROR(take_(found));
    return at + std::max<uint64_t>(found.size, 1);
  }

  UnpackedStream Unpack(std::string_view rest, uint64_t most) {
    if (rest[0] == 'C') {
      return zlib_.Unpack(rest.substr(kHeader), most, stop_);
    }
    if (rest.size() < kLzmaHeader) {
      UnpackedStream none;
      none.status = DataLoss("lzma: cut off: its header is missing");
      return none;
    }
    const FileView view(rest);
    ZwsInput in(rest);
    return lzma_.Unpack(in, most, stop_, *view.U32(4) - kHeader);
  }

  static std::string Metadata(uint8_t version, uint64_t size,
                              std::string_view compression) {
    return fmt::format(R"("swf_version":{},"swf_size":{},"compression":"{}")",
                       version, size, compression);
  }

  const std::string_view bytes_;
  const std::function<uint64_t()>& most_;
  const TakeFound& take_;
  const StopFn& stop_;
  StreamUnpacker zlib_{Codec::kZlib};
  StreamUnpacker lzma_{Codec::kZipLzma};
  int marks_ = 0;
};

}  // namespace

absl::Status CarveSwf(std::string_view bytes,
                      const std::function<uint64_t()>& most,
                      const TakeFound& take, const StopFn& stop) {
  return Carver(bytes, most, take, stop).Run();
}

}  // namespace cupel
