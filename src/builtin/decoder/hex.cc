#include "builtin/decoder/hex.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

enum class Mark : uint8_t { kNone, kEscape, kC, kPercent };

// 0 to 15, or -1.
int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool IsSeparator(char c) {
  return IsSpace(c) || c == ',' || c == ':' || c == ';' || c == '-';
}

// Where the text is being read, and what has come out.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() const { return at_ >= text_.size(); }
  size_t at() const { return at_; }
  char front() const { return text_[at_]; }
  void Skip(size_t count) { at_ += count; }
  std::string& out() { return out_; }

  bool DigitAt(size_t ahead) const {
    return at_ + ahead < text_.size() && DigitOf(text_[at_ + ahead]) >= 0;
  }
  bool PairAt(size_t ahead) const {
    return DigitAt(ahead) && DigitAt(ahead + 1);
  }
  // 0 where the text is over.
  char CharAt(size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // What stands there: a mark that digits follow, or none.
  Mark MarkAt(size_t ahead) const {
    const char first = CharAt(ahead);
    if (first == '%') return PairAt(ahead + 1) ? Mark::kPercent : Mark::kNone;
    if ((CharAt(ahead + 1) | 0x20) != 'x') return Mark::kNone;
    if (first == '\\' && PairAt(ahead + 2)) return Mark::kEscape;
    if (first == '0' && DigitAt(ahead + 2)) return Mark::kC;
    return Mark::kNone;
  }

  void Pair() {
    out_ +=
        static_cast<char>(DigitOf(text_[at_]) << 4 | DigitOf(text_[at_ + 1]));
    at_ += 2;
  }

  // The digits behind a mark, which is there. After 0x there may be any
  // number; after the others there are two.
  size_t Marked(Mark mark) {
    at_ += mark == Mark::kPercent ? 1 : 2;
    if (mark != Mark::kC) {
      Pair();
      return 2;
    }
    size_t digits = 0;
    while (digits < kMostAfter0x && DigitAt(digits)) ++digits;
    if (digits % 2 == 1) {
      out_ += static_cast<char>(DigitOf(text_[at_]));
      ++at_;
    }
    for (size_t i = 0; i < digits / 2; ++i) Pair();
    return digits;
  }

 private:
  // A long number is read in pieces: the end of it is looked for only so far.
  static constexpr size_t kMostAfter0x = 4096;

  const std::string_view text_;
  size_t at_ = 0;
  std::string out_;
};

// One step of DecodeHex.
absl::Status Step(Reader& reader, bool skip_garbage) {
  const Mark mark = reader.MarkAt(0);
  if (mark != Mark::kNone) {
    reader.Marked(mark);
  } else if (reader.PairAt(0)) {
    reader.Pair();
  } else if (IsSeparator(reader.front()) || skip_garbage) {
    reader.Skip(1);
  } else if (reader.DigitAt(0)) {
    return DataLoss("the digit at offset {} is only half a byte", reader.at());
  } else {
    return DataLoss("the byte 0x{:02x} at offset {} is no hexadecimal",
                    static_cast<unsigned char>(reader.front()), reader.at());
  }
  return absl::OkStatus();
}

// Asks from time to time, as the reader gets on.
class Asker {
 public:
  explicit Asker(const StopFn& stop) : stop_(stop) {}

  absl::Status At(size_t offset) {
    if (offset < next_) return absl::OkStatus();
    next_ = offset + kStopInterval;
    return CheckStop(stop_);
  }

 private:
  const StopFn& stop_;
  size_t next_ = 0;
};

// Passes over what may stand between two bytes of a run after 0x: true if
// another byte follows.
bool NextAfter0x(Reader& reader) {
  size_t between = 0;
  while (between < 8 &&
         (reader.CharAt(between) == ',' || IsSpace(reader.CharAt(between)))) {
    ++between;
  }
  if (reader.MarkAt(between) != Mark::kC) return false;
  reader.Skip(between);
  return true;
}

// The same for plain digits, `line` of which stand before.
bool NextAfterLine(Reader& reader, size_t line) {
  const size_t line_break = reader.CharAt(0) == '\r' ? 2 : 1;
  if (reader.CharAt(line_break - 1) != '\n' || line < 16 ||
      !reader.PairAt(line_break)) {
    return false;
  }
  reader.Skip(line_break);
  return true;
}

absl::StatusOr<size_t> ReadPlainRun(Reader& reader, Asker& asker) {
  size_t digits = 0;
  size_t line = 0;
  for (;;) {
    if (reader.PairAt(0)) {
      CUPEL_RETURN_IF_ERROR(asker.At(reader.at()));
      reader.Pair();
      digits += 2;
      line += 2;
    } else if (!NextAfterLine(reader, std::exchange(line, 0))) {
      return digits;
    }
  }
}

// Reads the run that begins here, if one does. The number of its digits.
absl::StatusOr<size_t> ReadRun(Reader& reader, Asker& asker) {
  const Mark mark = reader.MarkAt(0);
  if (mark == Mark::kNone) return ReadPlainRun(reader, asker);
  size_t digits = 0;
  do {
    CUPEL_RETURN_IF_ERROR(asker.At(reader.at()));
    digits += reader.Marked(mark);
    // A number longer than Marked reads at once goes on like plain digits.
    CUPEL_ASSIGN_OR_RETURN(const size_t more, mark == Mark::kC
                                                  ? ReadPlainRun(reader, asker)
                                                  : size_t{0});
    digits += more;
  } while (mark == Mark::kC ? NextAfter0x(reader) : reader.MarkAt(0) == mark);
  return digits;
}

}  // namespace

Decoded DecodeHex(std::string_view text, bool skip_garbage,
                  const StopFn& stop) {
  Reader reader(text);
  reader.out().reserve(text.size() / 2);
  Asker asker(stop);
  absl::Status status;
  while (status.ok() && !reader.done()) {
    status = asker.At(reader.at());
    if (status.ok()) status = Step(reader, skip_garbage);
  }
  return {std::move(reader.out()), std::move(status)};
}

Decoded UnescapeHex(std::string_view text, const StopFn& stop) {
  Reader reader(text);
  reader.out().reserve(text.size());
  Asker asker(stop);
  absl::Status status;
  while (status.ok() && !reader.done()) {
    status = asker.At(reader.at());
    const Mark mark = reader.MarkAt(0);
    if (mark == Mark::kEscape || mark == Mark::kPercent) {
      reader.Marked(mark);
    } else {
      reader.out() += reader.front();
      reader.Skip(1);
    }
  }
  return {std::move(reader.out()), std::move(status)};
}

absl::Status FindHex(std::string_view bytes, size_t min_digits,
                     const TakeRun& take, const StopFn& stop) {
  Reader reader(bytes);
  Asker asker(stop);
  while (!reader.done()) {
    CUPEL_RETURN_IF_ERROR(asker.At(reader.at()));
    const size_t start = reader.at();
    reader.out().clear();
    CUPEL_ASSIGN_OR_RETURN(const size_t digits, ReadRun(reader, asker));
    if (reader.at() == start) {
      reader.Skip(1);
    } else if (digits >= min_digits) {
      CUPEL_RETURN_IF_ERROR(
          take({start, reader.at() - start, std::move(reader.out())}));
    }
  }
  return absl::OkStatus();
}

}  // namespace cupel
