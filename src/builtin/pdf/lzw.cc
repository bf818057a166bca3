#include <array>
#include <cstdint>

#include "base/status.h"
#include "builtin/pdf/filters.h"

namespace cupel {
namespace {

constexpr unsigned kClear = 256;
constexpr unsigned kEnd = 257;
constexpr unsigned kFirst = 258;
constexpr unsigned kMostCodes = 4096;

// Each code is the bytes that stand at a place of the output.
struct Code {
  size_t at = 0;
  size_t length = 0;
};

// The most significant bits first.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  // False at the end.
  bool Take(unsigned width, unsigned* code) {
    while (count_ < width) {
      if (at_ == bytes_.size()) return false;
      held_ = held_ << 8 | static_cast<uint8_t>(bytes_[at_++]);
      count_ += 8;
    }
    count_ -= width;
    *code = held_ >> count_ & ((1u << width) - 1);
    return true;
  }
  size_t position() const { return at_; }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  uint32_t held_ = 0;
  unsigned count_ = 0;
};

}  // namespace

PdfDecoded DecodePdfLzw(std::string_view raw, bool early_change, uint64_t most,
                        const StopFn& stop) {
  PdfDecoded out;
  std::array<Code, kMostCodes> table;
  unsigned next = kFirst;
  unsigned width = 9;
  Code last;
  bool has_last = false;
  Bits bits(raw);
  unsigned code = 0;
  size_t asked = 0;
  while (bits.Take(width, &code)) {
    if (bits.position() - asked >= kStopInterval) {
      asked = bits.position();
      out.status = CheckStop(stop);
      if (!out.status.ok()) return out;
    }
    if (code == kEnd) return out;
    if (code == kClear) {
      next = kFirst;
      width = 9;
      has_last = false;
      continue;
    }
    const Code now{out.bytes.size(), 0};
    size_t length = 1;
    if (code < kClear) {
      out.bytes.push_back(static_cast<char>(code));
    } else if (code < next) {
      length = table[code].length;
      // From the output itself, which may move while it grows.
      for (size_t i = 0; i < length; ++i) {
        out.bytes.push_back(out.bytes[table[code].at + i]);
      }
    } else if (code == next && has_last) {
      length = last.length + 1;
      for (size_t i = 0; i < last.length; ++i) {
        out.bytes.push_back(out.bytes[last.at + i]);
      }
      out.bytes.push_back(out.bytes[last.at]);
    } else {
      out.status = DataLoss("LZW: code {} at byte {} is not known yet", code,
                            bits.position());
      return out;
    }
    if (out.bytes.size() > most) {
      out.bytes.resize(static_cast<size_t>(most));
      out.cut = true;
      return out;
    }
    if (has_last && next < kMostCodes) {
      // What came last and one byte more stand there already.
      table[next++] = {last.at, last.length + 1};
    }
    last = {now.at, length};
    has_last = true;
    const unsigned early = early_change ? 1 : 0;
    width = next + early >= 2048   ? 12
            : next + early >= 1024 ? 11
            : next + early >= 512  ? 10
                                   : 9;
  }
  out.status = DataLoss("LZW: cut off: no end after {} bytes", raw.size());
  return out;
}

}  // namespace cupel
