#include "worker/openkat_variables.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/status.h"
#include "fmt/core.h"
#include "format/json.h"

namespace cupel::worker {
namespace {

constexpr double kLongestSeconds = 7.0 * 24 * 3600;

std::string Capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsOneOf(std::string_view word,
             std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

VariableReader::VariableReader(const VariableList& variables,
                               std::vector<VariableProblem>* problems)
    : variables_(variables), problems_(problems) {
  for (const auto& [name, value] : variables_) {
    const std::string capitals = Capitals(name);
    const auto [found, is_new] = by_name_.emplace(capitals, value);
    // Spelled as it is documented, it stands before every other spelling.
    if (!is_new && name == capitals) found->second = value;
  }
}

std::optional<std::string_view> VariableReader::Text(
    std::string_view name, std::initializer_list<std::string_view> older) {
  std::optional<std::string_view> text;
  const auto look = [&](std::string_view one) {
    const auto found = by_name_.find(Capitals(one));
    read_.emplace(one);
    if (found != by_name_.end() && !text.has_value()) text = found->second;
  };
  look(name);
  for (const std::string_view one : older) look(one);
  return text;
}

std::string_view VariableReader::Required(std::string_view name) {
  const auto text = Text(name);
  if (!text.has_value()) Problem(name, "must be set");
  return text.value_or(std::string_view());
}

std::string VariableReader::Url(std::string_view name, bool required,
                                std::initializer_list<std::string_view> older) {
  const auto text = Text(name, older);
  if (!text.has_value()) {
    if (required) Problem(name, "must be set to a URL");
    return "";
  }
  std::string_view url = Trimmed(*text);
  std::string_view rest = url;
  if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else {
    Problem(name, "must begin with http:// or https://");
    return "";
  }
  if (rest.empty() || rest.front() == '/') {
    Problem(name, "has no host");
  } else if (rest.substr(0, rest.find('/')).find('@') !=
             std::string_view::npos) {
    Problem(name, "must have no user and no password in it");
  } else if (rest.find_first_of("?#") != std::string_view::npos) {
    Problem(name, "must have no query and no fragment");
  }
  return std::string(url);
}

uint64_t VariableReader::Integer(
    std::string_view name, uint64_t absent, uint64_t least, uint64_t most,
    std::initializer_list<std::string_view> older) {
  const auto text = Text(name, older);
  if (!text.has_value()) return absent;
  const std::string_view digits = Trimmed(*text);
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      number < least || number > most) {
    Problem(name,
            fmt::format("must be a whole number from {} to {}", least, most));
    return absent;
  }
  return number;
}

uint64_t VariableReader::Seconds(std::string_view name, uint64_t absent_ms) {
  const auto text = Text(name);
  if (!text.has_value()) return absent_ms;
  const std::string_view digits = Trimmed(*text);
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (error != std::errc() || end != digits.data() + digits.size() ||
      !(seconds >= 0 && seconds <= kLongestSeconds)) {
    Problem(name, "must be a number of seconds, up to a week");
    return absent_ms;
  }
  return static_cast<uint64_t>(std::llround(seconds * 1000));
}

bool VariableReader::Bool(std::string_view name, bool absent,
                          std::initializer_list<std::string_view> older) {
  const auto text = Text(name, older);
  if (!text.has_value()) return absent;
  const std::string word = Capitals(Trimmed(*text));
  if (IsOneOf(word, {"TRUE", "1", "YES", "ON", "T", "Y"})) return true;
  if (!IsOneOf(word, {"FALSE", "0", "NO", "OFF", "F", "N"})) {
    Problem(name, "must be true or false");
  }
  return false;
}

std::vector<std::string> VariableReader::List(std::string_view name) {
  std::vector<std::string> list;
  const auto text = Text(name);
  if (!text.has_value()) return list;
  const auto json = ParseJson(*text, name);
  const auto refuse = [&] {
    Problem(name, R"(must be a list of texts in JSON, as ["dns-records"])");
    list.clear();
    return list;
  };
  if (!json.ok() || !json->is_array()) return refuse();
  for (const Json& item : *json) {
    if (!item.is_string()) return refuse();
    list.push_back(item.get<std::string>());
  }
  return list;
}

size_t VariableReader::Choice(std::string_view name,
                              std::initializer_list<std::string_view> words,
                              std::initializer_list<std::string_view> older) {
  const auto text = Text(name, older);
  if (!text.has_value()) return 0;
  const std::string word = Capitals(Trimmed(*text));
  std::string known;
  size_t index = 0;
  for (const std::string_view one : words) {
    if (Capitals(one) == word) return index;
    known += known.empty() ? "" : ", ";
    known += one;
    ++index;
  }
  Problem(name, "must be one of " + known);
  return 0;
}

void VariableReader::Problem(std::string_view name, std::string message) {
  problems_->push_back({std::string(name), std::move(message)});
}

std::vector<std::string> VariableReader::Unread(std::string_view prefix) const {
  std::vector<std::string> names;
  for (const auto& [name, value] : by_name_) {
    if (name.starts_with(prefix) && !read_.contains(name)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace cupel::worker
