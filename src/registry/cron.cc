// The grammar of croniter, checked only: no times are worked out here.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "registry/manifest.h"

namespace cupel {
namespace {

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr",
                                        "may", "jun", "jul", "aug",
                                        "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed",
                                      "thu", "fri", "sat"};
constexpr std::string_view kAliases[] = {"@midnight", "@hourly",  "@daily",
                                         "@weekly",   "@monthly", "@yearly",
                                         "@annually"};
constexpr size_t kLength = 1024;

enum FieldIndex : size_t { kDayOfMonth = 2, kMonth = 3, kDayOfWeek = 4 };

struct Field {
  std::string_view name;
  int lowest;
  int highest;
};

constexpr std::array<Field, 7> kFields = {{{"minute", 0, 59},
                                           {"hour", 0, 23},
                                           {"day of the month", 1, 31},
                                           {"month", 1, 12},
                                           {"day of the week", 0, 7},
                                           {"second", 0, 59},
                                           {"year", 1970, 2099}}};

std::vector<std::string_view> SplitAt(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> Number(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<int> Name(size_t index, std::string_view text) {
  if (index == kMonth) {
    const auto* const found =
        std::find(std::begin(kMonths), std::end(kMonths), text);
    if (found != std::end(kMonths)) {
      return static_cast<int>(found - std::begin(kMonths)) + 1;
    }
  }
  if (index == kDayOfWeek) {
    const auto* const found =
        std::find(std::begin(kDays), std::end(kDays), text);
    if (found != std::end(kDays)) {
      return static_cast<int>(found - std::begin(kDays));
    }
  }
  return std::nullopt;
}

// One field's items, each checked; says what is wrong or nothing.
class Items {
 public:
  explicit Items(size_t index) : index_(index), field_(kFields[index]) {}

  std::optional<std::string> Check(std::string_view text) const {
    const bool day = index_ == kDayOfMonth || index_ == kDayOfWeek;
    if (day && text == "?") return std::nullopt;
    bool plain = false;    // a day of the week as such
    bool counted = false;  // the second one, or the last one, of the month
    for (const std::string_view item : SplitAt(text, ',')) {
      if (IsCounted(item)) {
        counted = true;
        if (auto wrong = CheckCounted(item)) return wrong;
        continue;
      }
      plain = plain || item != "*";
      if (auto wrong = CheckItem(item)) return wrong;
    }
    if (plain && counted) {
      return "days of the week and counted ones (5#2, L5) do not go together";
    }
    return std::nullopt;
  }

 private:
  bool IsCounted(std::string_view item) const {
    return index_ == kDayOfWeek && !item.empty() &&
           (item.front() == 'l' || item.find('#') != std::string_view::npos);
  }

  // "l5", "5#2", "fri#2", "mon-fri#2".
  std::optional<std::string> CheckCounted(std::string_view item) const {
    const size_t hash = item.find('#');
    if (hash == std::string_view::npos) {
      if (!Number(item.substr(1))) return "after L comes a number";
      return CheckOne(item.substr(1));
    }
    const auto nth = Number(item.substr(hash + 1));
    if (!nth || *nth < 1 || *nth > 5) return "after '#' comes 1 to 5";
    item = item.substr(0, hash);
    if (item.find('-') == std::string_view::npos) return CheckOne(item);
    for (const std::string_view end : SplitAt(item, '-')) {
      if (!Name(index_, end)) return "before '#' comes a day, or two names";
    }
    return CheckRange(item);
  }

  std::optional<std::string> CheckItem(std::string_view item) const {
    if (item.empty()) return "an item of the list is empty";
    const size_t slash = item.find('/');
    if (slash != std::string_view::npos) {
      const auto step = Number(item.substr(slash + 1));
      if (!step || *step == 0) return "a step is a number from 1";
      item = item.substr(0, slash);
    } else if (index_ == kDayOfMonth && item == "l") {
      return std::nullopt;  // the last one
    }
    return item == "*" ? std::nullopt : CheckRange(item);
  }

  std::optional<std::string> CheckRange(std::string_view item) const {
    const std::vector<std::string_view> ends = SplitAt(item, '-');
    if (ends.size() > 2) return "a range has two ends";
    if (auto wrong = CheckOne(ends[0])) return wrong;
    if (ends.size() == 1) return std::nullopt;
    if (index_ == kDayOfMonth && ends[1] == "l") return std::nullopt;
    return CheckOne(ends[1]);
  }

  std::optional<std::string> CheckOne(std::string_view text) const {
    auto number = Number(text);
    if (!number) number = Name(index_, text);
    if (!number) return "expected a number, a name, a range or '*'";
    if (*number < field_.lowest || *number > field_.highest) {
      return fmt::format("{} is not within {} to {}", *number, field_.lowest,
                         field_.highest);
    }
    return std::nullopt;
  }

  const size_t index_;
  const Field field_;
};

}  // namespace

absl::Status CheckCron(std::string_view expression) {
  if (expression.size() > kLength) {
    return InvalidArgument("a cron expression of {} bytes; at most {}",
                           expression.size(), kLength);
  }
  std::string lower(expression);
  std::vector<std::string_view> fields;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') c = ' ';
  }
  if (std::find(std::begin(kAliases), std::end(kAliases), lower) !=
      std::end(kAliases)) {
    return absl::OkStatus();
  }
  for (const std::string_view part : SplitAt(lower, ' ')) {
    if (!part.empty()) fields.push_back(part);
  }
  if (fields.size() < 5 || fields.size() > 7) {
    return InvalidArgument(
        "a cron expression has 5, 6 or 7 fields or is one of @hourly, @daily, "
        "@weekly, @monthly and @yearly; this has {} fields",
        fields.size());
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    if (const auto wrong = Items(i).Check(fields[i])) {
      return InvalidArgument("cron field {} ({}), '{}': {}", i + 1,
                             kFields[i].name, EscapePrintable(fields[i]),
                             *wrong);
    }
  }
  return absl::OkStatus();
}

}  // namespace cupel
