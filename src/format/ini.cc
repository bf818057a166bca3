#include "format/ini.h"

#include <utility>

#include "base/absl_compat.h"
#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::string_view kBlank = " \t\v\f\r";
constexpr std::string_view kDefault = "DEFAULT";
constexpr size_t kDepth = 10;  // configparser's own bound
// In all of one value: each may name many, each of them many more.
constexpr size_t kNames = 1000;
constexpr size_t kValueBytes = size_t{1} << 20;

std::string_view TrimRight(std::string_view text) {
  const size_t last = text.find_last_not_of(kBlank);
  return last == std::string_view::npos ? std::string_view()
                                        : text.substr(0, last + 1);
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return TrimRight(text.substr(first));
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

class Parser {
 public:
  Parser(std::string_view what, const IniLimits& limits)
      : what_(what), limits_(limits) {}

  absl::Status Line(std::string_view line) {
    ++line_;
    const std::string_view value = Trim(line);
    if (value.empty()) {
      // An empty line within a value is part of it.
      if (option_ != nullptr) option_->value.push_back('\n');
      return absl::OkStatus();
    }
    if (value.front() == '#' || value.front() == ';') return absl::OkStatus();
    const size_t indent = line.find_first_not_of(kBlank);
    if (option_ != nullptr && indent > indent_) {
      option_->value.push_back('\n');
      option_->value.append(value);
      return absl::OkStatus();
    }
    indent_ = indent;
    const size_t close = value.rfind(']');
    if (value.front() == '[' && close != std::string_view::npos && close > 1) {
      return Section(value.substr(1, close - 1));
    }
    return Option(value);
  }

  std::vector<IniSection> Finish() {
    for (IniSection& section : sections_) {
      for (IniOption& option : section.options) {
        const size_t last = option.value.find_last_not_of(" \t\v\f\r\n");
        option.value.resize(last == std::string::npos ? 0 : last + 1);
      }
    }
    return std::move(sections_);
  }

 private:
  template <typename... Args>
  absl::Status Wrong(fmt::format_string<Args...> format, Args&&... args) {
    return InvalidArgument("{}:{}: {}", what_, line_,
                           fmt::format(format, std::forward<Args>(args)...));
  }

  absl::Status Section(std::string_view name) {
    option_ = nullptr;
    // Counted with the options, which come in sections of their own.
    CUPEL_RETURN_IF_ERROR(Count());
    if (!section_names_.insert(std::string(name)).second) {
      return Wrong("section [{}] is there twice", EscapePrintable(name));
    }
    option_names_.clear();
    sections_.push_back({std::string(name), {}, line_});
    return absl::OkStatus();
  }

  absl::Status Option(std::string_view text) {
    if (sections_.empty()) {
      return Wrong("expected a [section] before anything else");
    }
    const size_t delimiter = text.find_first_of("=:");
    if (delimiter == std::string_view::npos) {
      return Wrong("expected a [section], \"name = value\" or a comment");
    }
    std::string name = LowerCase(TrimRight(text.substr(0, delimiter)));
    if (name.empty()) return Wrong("there is no name before the '='");
    CUPEL_RETURN_IF_ERROR(Count());
    if (!option_names_.insert(name).second) {
      return Wrong("option '{}' is there twice", EscapePrintable(name));
    }
    auto& options = sections_.back().options;
    options.push_back({std::move(name),
                       std::string(Trim(text.substr(delimiter + 1))), line_});
    option_ = &options.back();
    return absl::OkStatus();
  }

  absl::Status Count() {
    if (++count_ <= limits_.options) return absl::OkStatus();
    return ResourceExhausted("{}:{}: more than {} sections and options", what_,
                             line_, limits_.options);
  }

  const std::string_view what_;
  const IniLimits& limits_;
  std::vector<IniSection> sections_;
  HashSet<std::string> section_names_;
  HashSet<std::string> option_names_;
  IniOption* option_ = nullptr;  // the last one of the last section
  size_t indent_ = 0;
  size_t line_ = 0;
  size_t count_ = 0;
};

// Up to the next line end, which may be \n, \r\n or \r, and is taken away.
std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find_first_of("\r\n");
  const std::string_view line = rest->substr(0, end);
  if (end == std::string_view::npos) {
    *rest = {};
    return line;
  }
  const bool pair = rest->substr(end, 2) == "\r\n";
  rest->remove_prefix(end + (pair ? 2 : 1));
  return line;
}

}  // namespace

absl::StatusOr<IniDocument> IniDocument::Parse(std::string_view text,
                                               std::string_view what,
                                               const IniLimits& limits) {
  if (text.size() > limits.bytes) {
    return ResourceExhausted("{}: more than {} bytes", what, limits.bytes);
  }
  if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
  Parser parser(what, limits);
  size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = TakeLine(&text);
    ++number;
    if (line.find('\0') != std::string_view::npos || !IsUtf8(line)) {
      return InvalidArgument("{}:{}: not text in UTF-8", what, number);
    }
    CUPEL_RETURN_IF_ERROR(parser.Line(line));
  }
  IniDocument document;
  document.what_ = what;
  document.sections_ = parser.Finish();
  return document;
}

const IniSection* IniDocument::Find(std::string_view section) const {
  for (const IniSection& candidate : sections_) {
    if (candidate.name == section) return &candidate;
  }
  return nullptr;
}

const IniOption* IniDocument::FindOption(std::string_view section,
                                         std::string_view option) const {
  for (const std::string_view name : {section, kDefault}) {
    const IniSection* const found = Find(name);
    if (found == nullptr) continue;
    for (const IniOption& candidate : found->options) {
      if (candidate.name == option) return &candidate;
    }
  }
  return nullptr;
}

absl::Status IniDocument::Interpolate(std::string_view section,
                                      const IniOption& option, size_t depth,
                                      size_t* names, std::string* out) const {
  const auto wrong = [&](std::string_view why) {
    return InvalidArgument("{}:{}: option '{}': {}", what_, option.line,
                           EscapePrintable(option.name), why);
  };
  if (depth > kDepth || ++*names > kNames) {
    return wrong("%(names)s lead to one another too often");
  }
  std::string_view rest = option.value;
  while (true) {
    const size_t percent = rest.find('%');
    out->append(rest.substr(0, percent));
    if (out->size() > kValueBytes) return wrong("the value is too long");
    if (percent == std::string_view::npos) return absl::OkStatus();
    rest.remove_prefix(percent + 1);
    if (rest.substr(0, 1) == "%") {
      out->push_back('%');
      rest.remove_prefix(1);
      continue;
    }
    const size_t close = rest.find(")s");
    if (rest.substr(0, 1) != "(" || close == std::string_view::npos) {
      return wrong("a '%' must be followed by '%' or \"(name)s\"");
    }
    const std::string name = LowerCase(rest.substr(1, close - 1));
    const IniOption* const other = FindOption(section, name);
    if (other == nullptr) {
      return wrong(fmt::format("there is no option '{}' for the %(...)s in it",
                               EscapePrintable(name)));
    }
    CUPEL_RETURN_IF_ERROR(Interpolate(section, *other, depth + 1, names, out));
    rest.remove_prefix(close + 2);
  }
}

absl::StatusOr<std::optional<std::string>> IniDocument::Get(
    std::string_view section, std::string_view option) const {
  if (Find(section) == nullptr) return std::nullopt;
  const IniOption* const found = FindOption(section, LowerCase(option));
  if (found == nullptr) return std::nullopt;
  std::string value;
  size_t names = 0;
  CUPEL_RETURN_IF_ERROR(Interpolate(section, *found, 1, &names, &value));
  return value;
}

}  // namespace cupel
