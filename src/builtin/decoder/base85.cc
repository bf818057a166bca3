#include "builtin/decoder/base85.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr std::string_view kRfc1924Digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "!#$%&()*+-;<=>?@^_`{|}~";
constexpr std::string_view kZ85Digits =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    ".-:+=^!/*?&<>()[]{}@%$#";
static_assert(kRfc1924Digits.size() == 85 && kZ85Digits.size() == 85);

using Table = std::array<int8_t, 256>;

constexpr Table MakeTable(std::string_view digits) {
  Table table{};
  for (int8_t& value : table) value = -1;
  for (size_t i = 0; i < digits.size(); ++i) {
    table[static_cast<size_t>(digits[i])] = static_cast<int8_t>(i);
  }
  return table;
}

constexpr Table MakeAscii85Table() {
  Table table{};
  for (size_t c = 0; c < table.size(); ++c) {
    table[c] = static_cast<int8_t>(c >= '!' && c <= 'u' ? c - '!' : -1);
  }
  return table;
}

constexpr std::array<Table, 3> kTables = {
    MakeAscii85Table(), MakeTable(kRfc1924Digits), MakeTable(kZ85Digits)};

bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

class Base85Decoder {
 public:
  Base85Decoder(std::string_view text, Base85Variant variant)
      : text_(text),
        table_(kTables[static_cast<size_t>(variant)]),
        ascii85_(variant == Base85Variant::kAscii85) {
    out_.bytes.reserve(text.size() / 5 * 4 + 4);
  }

  Decoded Run(const StopFn& stop) && {
    if (ascii85_) SkipOpening();
    size_t ask = 0;
    while (out_.status.ok() && at_ < text_.size() && !AtClosing()) {
      if (at_ >= ask) {
        out_.status = CheckStop(stop);
        ask = at_ + kStopInterval;
        continue;
      }
      out_.status = One(text_[at_]);
      ++at_;
    }
    if (out_.status.ok()) out_.status = Flush();
    return std::move(out_);
  }

 private:
  void SkipOpening() {
    size_t start = 0;
    while (start < text_.size() && IsSpace(text_[start])) ++start;
    if (text_.substr(start, 2) == "<~") at_ = start + 2;
  }

  bool AtClosing() const { return ascii85_ && text_[at_] == '~'; }

  absl::Status One(char c) {
    if (IsSpace(c)) return absl::OkStatus();
    if (ascii85_ && c == 'z') {
      if (digits_ != 0) {
        return DataLoss("a z inside a group of five, at offset {}", at_);
      }
      out_.bytes.append(4, '\0');
      return absl::OkStatus();
    }
    const auto value = table_[static_cast<unsigned char>(c)];
    if (value < 0) {
      return DataLoss("the byte 0x{:02x} at offset {} is no base85",
                      static_cast<unsigned char>(c), at_);
    }
    group_ = group_ * 85 + static_cast<uint64_t>(value);
    return ++digits_ == 5 ? Emit(4) : absl::OkStatus();
  }

  // A short group is filled with the highest digit, so that what is cut off
  // rounds nothing.
  absl::Status Flush() {
    const size_t digits = digits_;
    if (digits == 0) return absl::OkStatus();
    if (digits == 1) {
      return DataLoss("it ends in the middle of a byte, at offset {}", at_);
    }
    for (size_t i = digits; i < 5; ++i) group_ = group_ * 85 + 84;
    return Emit(digits - 1);
  }

  absl::Status Emit(size_t count) {
    const uint64_t group = std::exchange(group_, 0);
    digits_ = 0;
    if (group > UINT32_MAX) {
      return DataLoss("a group of five is beyond 32 bits, at offset {}", at_);
    }
    for (size_t i = 0; i < count; ++i) {
      out_.bytes += static_cast<char>(group >> (24 - 8 * i));
    }
    return absl::OkStatus();
  }

  const std::string_view text_;
  const Table& table_;
  const bool ascii85_;
  size_t at_ = 0;
  uint64_t group_ = 0;
  size_t digits_ = 0;
  Decoded out_;
};

}  // namespace

Decoded DecodeBase85(std::string_view text, Base85Variant variant,
                     const StopFn& stop) {
  return Base85Decoder(text, variant).Run(stop);
}

}  // namespace cupel
