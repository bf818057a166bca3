#include "builtin/decoder/base64.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

// Values of characters that are no digit. All below 0, so that one test of
// four digits tells whether each is one.
constexpr int8_t kGarbage = -1;
constexpr int8_t kSpace = -2;
constexpr int8_t kPad = -3;

using Table = std::array<int8_t, 256>;

constexpr Table MakeTable(Base64Alphabet alphabet) {
  Table table{};
  for (int8_t& value : table) value = kGarbage;
  for (int i = 0; i < 26; ++i) {
    table[static_cast<size_t>('A' + i)] = static_cast<int8_t>(i);
    table[static_cast<size_t>('a' + i)] = static_cast<int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) {
    table[static_cast<size_t>('0' + i)] = static_cast<int8_t>(52 + i);
  }
  if (alphabet != Base64Alphabet::kUrl) table['+'] = 62, table['/'] = 63;
  if (alphabet != Base64Alphabet::kStandard) table['-'] = 62, table['_'] = 63;
  for (const char c : {' ', '\t', '\r', '\n', '\f', '\v'}) {
    table[static_cast<size_t>(c)] = kSpace;
  }
  table['='] = kPad;
  return table;
}

constexpr std::array<Table, 3> kTables = {MakeTable(Base64Alphabet::kAny),
                                          MakeTable(Base64Alphabet::kStandard),
                                          MakeTable(Base64Alphabet::kUrl)};

const Table& TableOf(Base64Alphabet alphabet) {
  return kTables[static_cast<size_t>(alphabet)];
}

class Base64Decoder {
 public:
  Base64Decoder(std::string_view text, Base64Alphabet alphabet,
                bool skip_garbage)
      : text_(text), table_(TableOf(alphabet)), skip_garbage_(skip_garbage) {
    out_.bytes.reserve(text.size() / 4 * 3 + 3);
  }

  Decoded Run(const StopFn& stop) && {
    while (at_ < text_.size() && out_.status.ok()) {
      out_.status = CheckStop(stop);
      if (out_.status.ok()) {
        out_.status = Block(std::min(text_.size(), at_ + kStopInterval));
      }
    }
    if (out_.status.ok()) out_.status = Flush();
    return std::move(out_);
  }

 private:
  int8_t ValueAt(size_t at) const {
    return table_[static_cast<unsigned char>(text_[at])];
  }

  absl::Status Block(size_t end) {
    while (at_ < end) {
      if (digits_ == 0 && !padded_ && end - at_ >= 4 && Quantum()) continue;
      CUPEL_RETURN_IF_ERROR(One(ValueAt(at_)));
      ++at_;
    }
    return absl::OkStatus();
  }

  // Four digits at once; false if one of them is none.
  bool Quantum() {
    const int a = ValueAt(at_), b = ValueAt(at_ + 1);
    const int c = ValueAt(at_ + 2), d = ValueAt(at_ + 3);
    if ((a | b | c | d) < 0) return false;
    Emit(static_cast<uint32_t>(a << 18 | b << 12 | c << 6 | d), 3);
    at_ += 4;
    return true;
  }

  absl::Status One(int8_t value) {
    if (value == kSpace) return absl::OkStatus();
    if (value == kPad) return Pad();
    if (value < 0) {
      if (skip_garbage_) return absl::OkStatus();
      return DataLoss("the byte 0x{:02x} at offset {} is no base64",
                      static_cast<unsigned char>(text_[at_]), at_);
    }
    if (padded_) {
      return DataLoss("it goes on after its padding, at offset {}", at_);
    }
    held_ = held_ << 6 | static_cast<uint32_t>(value);
    if (++digits_ == 4) {
      Emit(held_, 3);
      held_ = digits_ = 0;
    }
    return absl::OkStatus();
  }

  absl::Status Pad() {
    if (skip_garbage_) return Flush();
    if (digits_ == 0 && !padded_) {
      return DataLoss("padding where there is nothing to pad, at offset {}",
                      at_);
    }
    padded_ = true;
    return Flush();
  }

  // Bytes of a quantum that is not full.
  absl::Status Flush() {
    const uint32_t digits = std::exchange(digits_, 0);
    const uint32_t held = std::exchange(held_, 0);
    if (digits >= 2) Emit(held << (24 - 6 * digits), digits - 1);
    if (digits == 1 && !skip_garbage_) {
      return DataLoss("it ends in the middle of a byte, at offset {}", at_);
    }
    return absl::OkStatus();
  }

  // The upper `count` bytes of 24 bits.
  void Emit(uint32_t bits, uint32_t count) {
    const char bytes[3] = {static_cast<char>(bits >> 16),
                           static_cast<char>(bits >> 8),
                           static_cast<char>(bits)};
    out_.bytes.append(bytes, count);
  }

  const std::string_view text_;
  const Table& table_;
  const bool skip_garbage_;
  size_t at_ = 0;
  uint32_t held_ = 0;
  uint32_t digits_ = 0;
  bool padded_ = false;
  Decoded out_;
};

size_t LineBreakAt(std::string_view bytes, size_t at) {
  if (bytes.substr(at, 2) == "\r\n") return 2;
  return at < bytes.size() && bytes[at] == '\n' ? 1 : 0;
}

struct Extent {
  size_t length = 0;      // with line breaks and padding
  size_t characters = 0;  // digits
};

class RunFinder {
 public:
  RunFinder(std::string_view bytes, const Table& table)
      : bytes_(bytes), table_(table) {}

  bool DigitAt(size_t at) const {
    return at < bytes_.size() &&
           table_[static_cast<unsigned char>(bytes_[at])] >= 0;
  }

  // Of the run that begins at `start`, where a digit is.
  absl::StatusOr<Extent> Measure(size_t start, const StopFn& stop) const {
    Extent extent;
    size_t at = start;
    size_t line = 0;
    for (;;) {
      for (; DigitAt(at); ++at, ++line) {
        if (line % kStopInterval == 0) CUPEL_RETURN_IF_ERROR(CheckStop(stop));
      }
      extent.characters += line;
      const size_t line_break = LineBreakAt(bytes_, at);
      if (line_break == 0 || line < 16 || line % 4 != 0 ||
          !DigitAt(at + line_break) ||
          bytes_.substr(at + line_break, 2) == "--") {
        break;  // two dashes begin what ends a part of MIME or PEM
      }
      at += line_break;
      line = 0;
    }
    for (int i = 0; i < 2 && at < bytes_.size() && bytes_[at] == '='; ++i) ++at;
    extent.length = at - start;
    return extent;
  }

 private:
  const std::string_view bytes_;
  const Table& table_;
};

}  // namespace

Decoded DecodeBase64(std::string_view text, Base64Alphabet alphabet,
                     bool skip_garbage, const StopFn& stop) {
  return Base64Decoder(text, alphabet, skip_garbage).Run(stop);
}

absl::Status FindBase64(std::string_view bytes, Base64Alphabet alphabet,
                        size_t min_length, const TakeRun& take,
                        const StopFn& stop) {
  const RunFinder finder(bytes, TableOf(alphabet));
  size_t at = 0;
  size_t asked = 0;
  while (at < bytes.size()) {
    if (at >= asked) {
      CUPEL_RETURN_IF_ERROR(CheckStop(stop));
      asked = at + kStopInterval;
    }
    if (!finder.DigitAt(at)) {
      ++at;
      continue;
    }
    CUPEL_ASSIGN_OR_RETURN(const Extent run, finder.Measure(at, stop));
    if (run.characters >= min_length) {
      Decoded decoded = DecodeBase64(bytes.substr(at, run.length), alphabet,
                                     /*skip_garbage=*/true, stop);
      CUPEL_RETURN_IF_ERROR(decoded.status);
      CUPEL_RETURN_IF_ERROR(take({at, run.length, std::move(decoded.bytes)}));
    }
    at += run.length;
  }
  return absl::OkStatus();
}

}  // namespace cupel
