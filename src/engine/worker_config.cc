#include "engine/worker_config.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "base/status.h"
#include "engine/worker_keys.h"
#include "format/escape.h"
#include "format/toml.h"
#include "plugin/nearest.h"

namespace cupel {
namespace {

constexpr std::string_view kPrefix = "CUPEL_WORKER_";

struct Unit {
  std::string_view name;
  double factor;
};
constexpr Unit kTimes[] = {{"ms", 1},     {"s", 1e3},    {"m", 60e3},
                           {"min", 60e3}, {"h", 3600e3}, {"d", 86400e3}};
constexpr Unit kSizes[] = {{"b", 1},    {"k", 0x1p10}, {"kib", 0x1p10},
                           {"kb", 1e3}, {"m", 0x1p20}, {"mib", 0x1p20},
                           {"mb", 1e6}, {"g", 0x1p30}, {"gib", 0x1p30},
                           {"gb", 1e9}, {"t", 0x1p40}, {"tib", 0x1p40}};

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// "1.5 GiB": the number times what the unit is worth.
std::optional<uint64_t> WithUnit(std::string_view text, double bare,
                                 std::span<const Unit> units) {
  text = Trim(text);
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || !(number >= 0)) return std::nullopt;
  const std::string_view unit =
      Trim(text.substr(static_cast<size_t>(end - text.data())));
  double factor = unit.empty() ? bare : 0;
  for (const Unit& known : units) {
    if (known.name.size() == unit.size() &&
        strncasecmp(known.name.data(), unit.data(), unit.size()) == 0) {
      factor = known.factor;
    }
  }
  const double value = std::round(number * factor);
  if (factor == 0 || value > 0x1p62) return std::nullopt;
  return static_cast<uint64_t>(value);
}

std::vector<std::string> Split(std::string_view text) {
  const char at = text.find('\n') != std::string_view::npos ? '\n' : ',';
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = text.find(at);
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return parts;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const size_t end = text.find(' ');
    words.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return words;
}

// What a value may be, for people.
std::string Expected(const WorkerKey& key) {
  switch (key.type) {
    case KeyType::kText:
      return "a text";
    case KeyType::kTexts:
      return "a list of texts";
    case KeyType::kCount:
      return fmt::format("a number from {} to {}", key.least, key.most);
    case KeyType::kFlag:
      return "true or false";
    case KeyType::kDuration:
      return fmt::format(
          "a time such as \"500 ms\" or \"2 m\", from {} ms to "
          "{} ms",
          key.least, key.most);
    case KeyType::kBytes:
      return key.least == 0
                 ? std::string("a size such as \"64 MiB\"")
                 : fmt::format("a size such as \"64 MiB\", at least {} bytes",
                               key.least);
    case KeyType::kChoice: {
      std::string words;
      for (const std::string& word : Words(key.choices)) {
        words += (words.empty() ? "" : ", ") + word;
      }
      return "one of " + words;
    }
    case KeyType::kTable:
      break;
  }
  return "a table";
}

std::optional<Json> Bounded(const WorkerKey& key, std::optional<uint64_t> n) {
  if (!n.has_value() || *n < key.least || *n > key.most) return std::nullopt;
  return Json(*n);
}

std::optional<Json> FlagOf(std::string_view text) {
  for (const char* yes : {"true", "1", "yes", "on"}) {
    if (text == yes) return Json(true);
  }
  for (const char* no : {"false", "0", "no", "off"}) {
    if (text == no) return Json(false);
  }
  return std::nullopt;
}

std::optional<Json> ChoiceOf(const WorkerKey& key, std::string_view text) {
  for (const std::string& word : Words(key.choices)) {
    if (word.size() == text.size() &&
        strncasecmp(word.data(), text.data(), text.size()) == 0) {
      return Json(word);
    }
  }
  return std::nullopt;
}

// Of the environment.
std::optional<Json> FromText(const WorkerKey& key, std::string_view text) {
  switch (key.type) {
    case KeyType::kText:
      return Json(std::string(text));
    case KeyType::kTexts:
      return Json(Split(text));
    case KeyType::kCount: {
      uint64_t number = 0;
      const auto [end, error] =
          std::from_chars(text.data(), text.data() + text.size(), number);
      if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
      }
      return Bounded(key, number);
    }
    case KeyType::kFlag:
      return FlagOf(text);
    case KeyType::kDuration:
      return Bounded(key, WithUnit(text, 1e3, kTimes));
    case KeyType::kBytes:
      return Bounded(key, WithUnit(text, 1, kSizes));
    case KeyType::kChoice:
      return ChoiceOf(key, text);
    case KeyType::kTable:
      break;
  }
  absl::StatusOr<Json> json = ParseJson(text, "a table");
  if (!json.ok() || !json->is_object()) return std::nullopt;
  return *std::move(json);
}

bool AllTexts(const Json& value) {
  return value.is_array() &&
         std::all_of(value.begin(), value.end(),
                     [](const Json& one) { return one.is_string(); });
}

// Of the TOML document.
std::optional<Json> FromJson(const WorkerKey& key, const Json& value) {
  if (value.is_string() && key.type != KeyType::kTable &&
      key.type != KeyType::kFlag && key.type != KeyType::kTexts &&
      key.type != KeyType::kCount) {
    return FromText(key, value.get_ref<const std::string&>());
  }
  switch (key.type) {
    case KeyType::kTexts:
      if (value.is_string()) return Json::array({value});
      if (AllTexts(value)) return value;
      break;
    case KeyType::kCount:
    case KeyType::kBytes:
      if (value.is_number_unsigned()) {
        return Bounded(key, value.get<uint64_t>());
      }
      break;
    case KeyType::kDuration:
      if (value.is_number()) {
        return Bounded(
            key, WithUnit(fmt::format("{}", value.get<double>()), 1e3, kTimes));
      }
      break;
    case KeyType::kFlag:
      if (value.is_boolean()) return value;
      break;
    case KeyType::kTable:
      if (value.is_object()) return value;
      break;
    case KeyType::kText:
    case KeyType::kChoice:
      break;
  }
  return std::nullopt;
}

bool IsForeign(std::string_view table) {
  const auto all = ForeignTables();
  return std::find(all.begin(), all.end(), table) != all.end();
}

class Reader {
 public:
  explicit Reader(ConfigProblems* problems) : problems_(problems) {}

  void TakeToml(const Json& document) {
    for (const auto& [table, content] : document.items()) {
      if (IsForeign(table)) {
        config_[table] = content;
      } else if (!content.is_object()) {
        Unknown(table, TableNames());
      } else {
        TakeTable(table, content);
      }
    }
  }

  void TakeEnvironment(const EnvironmentPairs& environment) {
    std::vector<std::string> names;
    for (const WorkerKey& key : WorkerKeys()) {
      names.push_back(VariableName(key));
    }
    std::map<std::string_view, std::string_view> last;
    for (const auto& [name, value] : environment) {
      if (name.starts_with(kPrefix)) last[name] = value;
    }
    for (const auto& [name, value] : last) {
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end()) {
        Unknown(name, names);
        continue;
      }
      Set(WorkerKeys()[static_cast<size_t>(found - names.begin())],
          std::string(name),
          [text = value](const WorkerKey& key) { return FromText(key, text); });
    }
  }

  Json Take() { return std::move(config_); }

 private:
  static std::vector<std::string> TableNames() {
    std::vector<std::string> names(ForeignTables().begin(),
                                   ForeignTables().end());
    for (const WorkerKey& key : WorkerKeys()) {
      if (std::find(names.begin(), names.end(), key.table) == names.end()) {
        names.emplace_back(key.table);
      }
    }
    return names;
  }

  void TakeTable(const std::string& table, const Json& content) {
    std::vector<std::string> names;
    for (const WorkerKey& key : WorkerKeys()) {
      if (key.table == table) names.emplace_back(key.key);
    }
    if (names.empty()) return Unknown(table, TableNames());
    for (const auto& [name, value] : content.items()) {
      const WorkerKey* found = nullptr;
      for (const WorkerKey& key : WorkerKeys()) {
        if (key.table == table && key.key == name) found = &key;
      }
      if (found == nullptr) {
        std::vector<std::string> full;
        for (const std::string& known : names) {
          full.push_back(table + "." + known);
        }
        Unknown(table + "." + name, full);
        continue;
      }
      Set(*found, FullName(*found), [&json = value](const WorkerKey& key) {
        return FromJson(key, json);
      });
    }
  }

  template <typename Convert>
  void Set(const WorkerKey& key, std::string place, const Convert& convert) {
    std::optional<Json> value = convert(key);
    if (!value.has_value()) {
      problems_->push_back({std::move(place), "must be " + Expected(key),
                            std::string(key.help)});
      return;
    }
    config_[std::string(key.table)][std::string(key.key)] = *std::move(value);
  }

  void Unknown(std::string_view name, const std::vector<std::string>& names) {
    problems_->push_back({EscapePrintable(name), "is no setting of a worker",
                          std::string(Trim(IsItNearest(name, names)))});
  }

  ConfigProblems* const problems_;
  Json config_ = Json::object();
};

}  // namespace

Json ReadWorkerConfig(std::string_view toml, std::string_view toml_name,
                      const EnvironmentPairs& environment,
                      ConfigProblems* problems) {
  Reader reader(problems);
  const absl::StatusOr<Json> document = ParseToml(toml, toml_name);
  if (document.ok()) {
    reader.TakeToml(*document);
  } else {
    problems->push_back({"the configuration",
                         std::string(MessageOf(document.status())),
                         "it must be TOML (toml.io)"});
  }
  reader.TakeEnvironment(environment);
  return reader.Take();
}

std::string ProblemsText(const ConfigProblems& problems) {
  std::string text;
  for (const ConfigProblem& problem : problems) {
    if (!text.empty()) text += "; ";
    text += problem.key + " " + problem.message;
    if (!problem.remedy.empty()) text += ": " + problem.remedy;
  }
  return text;
}

}  // namespace cupel
