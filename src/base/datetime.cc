#include "base/datetime.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <system_error>

#include "base/status.h"

namespace cupel {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kMinSecond = -62'135'596'800;  // 0001-01-01T00:00:00
constexpr int64_t kMaxSecond = 253'402'300'799;  // 9999-12-31T23:59:59
// Larger numbers of seconds are read as milliseconds, as pydantic does.
constexpr int64_t kLargestSeconds = 20'000'000'000;
constexpr int kMicroDigits = 6;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes pieces off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  bool Take(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == any_of.npos) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  // Exactly `count` digits, at most `max`.
  bool Number(size_t count, int max, int* value) {
    if (text_.size() < count) return false;
    *value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!IsDigit(text_[i])) return false;
      *value = *value * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return *value <= max;
  }
  std::string_view Digits() {
    size_t n = 0;
    while (n < text_.size() && IsDigit(text_[n])) ++n;
    const std::string_view digits = text_.substr(0, n);
    text_.remove_prefix(n);
    return digits;
  }

 private:
  std::string_view text_;
};

// Whether `text` is a number as pydantic reads one for a time: a sign, digits,
// and a fraction; no exponent and no spaces.
bool IsNumber(std::string_view text) {
  Cursor in(text);
  in.Take("+-");
  const size_t whole = in.Digits().size();
  const bool point = in.Take(".");
  const size_t fraction = point ? in.Digits().size() : 0;
  return in.empty() && whole + fraction > 0;
}

absl::StatusOr<DateTime> ParseNumber(std::string_view text) {
  if (text.front() == '+') text.remove_prefix(1);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  if (text.find('.') == text.npos) {
    int64_t number = 0;
    const auto [at, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && at == end) return DateTime::FromNumber(number);
  } else {
    double number = 0;
    const auto [at, error] = std::from_chars(begin, end, number);
    if (error == std::errc() && at == end) return DateTime::FromNumber(number);
  }
  return InvalidArgument("a time in seconds that no calendar reaches");
}

struct Reading {
  int64_t second = 0;  // since 1970, on the wall clock
  int micros = 0;
  bool aware = false;
  int offset = 0;
};

bool ParseDate(Cursor* in, Reading* reading) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!in->Number(4, 9999, &year) || !in->Take("-") ||
      !in->Number(2, 12, &month) || !in->Take("-") ||
      !in->Number(2, 31, &day)) {
    return false;
  }
  const std::chrono::year_month_day date(
      std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day)));
  if (year < 1 || !date.ok()) return false;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  reading->second = days * kSecondsPerDay;
  return true;
}

bool ParseFraction(Cursor* in, Reading* reading) {
  const std::string_view digits = in->Digits();
  if (digits.empty()) return false;
  for (size_t i = 0; i < kMicroDigits; ++i) {
    const int digit = i < digits.size() ? digits[i] - '0' : 0;
    reading->micros = reading->micros * 10 + digit;
  }
  return true;
}

bool ParseClock(Cursor* in, Reading* reading) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!in->Number(2, 23, &hour) || !in->Take(":") ||
      !in->Number(2, 59, &minute)) {
    return false;
  }
  if (in->Take(":")) {
    if (!in->Number(2, 59, &second)) return false;
    if (in->Take(".,") && !ParseFraction(in, reading)) return false;
  }
  reading->second += (hour * 60 + minute) * 60 + second;
  return true;
}

bool ParseOffset(Cursor* in, Reading* reading) {
  if (in->empty()) return true;
  reading->aware = true;
  if (in->Take("Zz")) return in->empty();
  // U+2212, the minus sign, as pydantic.
  const bool minus = in->TakeWord("-") || in->TakeWord("\xe2\x88\x92");
  int hours = 0;
  int minutes = 0;
  if ((!minus && !in->Take("+")) || !in->Number(2, 23, &hours)) return false;
  in->Take(":");
  if (!in->Number(2, 59, &minutes) || !in->empty()) return false;
  reading->offset = (hours * 60 + minutes) * 60 * (minus ? -1 : 1);
  return true;
}

bool ParseReading(std::string_view text, Reading* reading) {
  Cursor in(text);
  if (!ParseDate(&in, reading)) return false;
  if (in.empty()) return true;  // a date is its midnight
  return in.Take("Tt _") && ParseClock(&in, reading) &&
         ParseOffset(&in, reading);
}

}  // namespace

absl::StatusOr<DateTime> DateTime::Parse(std::string_view text) {
  if (IsNumber(text)) return ParseNumber(text);
  Reading reading;
  if (!ParseReading(text, &reading)) {
    return InvalidArgument(
        "expected a date and time like 2024-01-02T03:04:05.678Z");
  }
  DateTime result;
  result.aware = reading.aware;
  result.offset_seconds = reading.offset;
  result.micros =
      (reading.second - reading.offset) * kMicrosPerSecond + reading.micros;
  return result;
}

absl::StatusOr<DateTime> DateTime::FromNumber(double number) {
  if (std::fabs(number) > static_cast<double>(kLargestSeconds)) number /= 1000;
  // Also true of NaN.
  if (!(number >= static_cast<double>(kMinSecond) &&
        number < static_cast<double>(kMaxSecond + 1))) {
    return InvalidArgument("a time in seconds outside the years 1 to 9999");
  }
  const double whole = std::floor(number);
  DateTime result;
  result.aware = true;
  result.micros = static_cast<int64_t>(whole) * kMicrosPerSecond +
                  std::llround((number - whole) * kMicrosPerSecond);
  if (result.micros >= (kMaxSecond + 1) * kMicrosPerSecond) {
    return InvalidArgument("a time in seconds outside the years 1 to 9999");
  }
  return result;
}

absl::StatusOr<DateTime> DateTime::FromNumber(int64_t number) {
  const bool millis = number > kLargestSeconds || number < -kLargestSeconds;
  const int64_t per_second = millis ? 1000 : 1;
  if (number < kMinSecond * per_second ||
      number > kMaxSecond * per_second + per_second - 1) {
    return InvalidArgument("a time in seconds outside the years 1 to 9999");
  }
  DateTime result;
  result.aware = true;
  result.micros = number * (kMicrosPerSecond / per_second);
  return result;
}

DateTime DateTime::Now() {
  DateTime now;
  now.aware = true;
  now.micros = std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
  return now;
}

std::string DateTime::ToString() const {
  const std::chrono::microseconds local(micros +
                                        offset_seconds * kMicrosPerSecond);
  const auto days = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{std::chrono::sys_days(days)};
  const int64_t of_day = (local - days).count();
  const int64_t second = of_day / kMicrosPerSecond;
  std::string text = fmt::format(
      "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      second / 3600, second / 60 % 60, second % 60);
  const int64_t fraction = of_day % kMicrosPerSecond;
  if (fraction != 0) {
    fmt::format_to(std::back_inserter(text), ".{:06}", fraction);
  }
  if (!aware) return text;
  if (offset_seconds == 0) return text + 'Z';
  const int minutes = std::abs(offset_seconds) / 60;
  fmt::format_to(std::back_inserter(text), "{}{:02}:{:02}",
                 offset_seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return text;
}

}  // namespace cupel
