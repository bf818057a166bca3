#include "selection_options.h"

#include <array>
#include <string_view>

#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct SelectOption {
  cupel::SelectBy by;
  const char* name;
  const char* type;
  const char* help;
};

constexpr SelectOption kOptions[] = {
    {cupel::SelectBy::kNamespace, "namespace", "GLOB",
     "Rules whose namespace (their file) fits; * and ? as in a shell"},
    {cupel::SelectBy::kTag, "tag", "TAG", "Rules that have this tag"},
    {cupel::SelectBy::kName, "rule", "GLOB", "Rules whose name fits"},
    {cupel::SelectBy::kMeta, "meta", "KEY[=VALUE]",
     "Rules that have this meta, with this value if one is given"},
};

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool HasMeta(const Json& metas, std::string_view pattern) {
  const size_t equals = pattern.find('=');
  const std::string_view key = pattern.substr(0, equals);
  for (const auto& [name, value] : metas.items()) {
    if (name != key) continue;
    if (equals == std::string_view::npos) return true;
    if (GlobMatch(pattern.substr(equals + 1), TextOf(value))) return true;
  }
  return false;
}

bool Fits(const Json& rule, const Selection& selection) {
  switch (selection.by) {
    case cupel::SelectBy::kNamespace:
      return GlobMatch(selection.pattern, rule.value("namespace", ""));
    case cupel::SelectBy::kName:
      return GlobMatch(selection.pattern, rule.value("name", ""));
    case cupel::SelectBy::kTag:
      for (const Json& tag : rule.value("tags", Json::array())) {
        if (GlobMatch(selection.pattern, TextOf(tag))) return true;
      }
      return false;
    case cupel::SelectBy::kMeta:
      return HasMeta(rule.value("meta", Json::object()), selection.pattern);
  }
  return false;
}

}  // namespace

void AddSelectionOptions(CLI::App& app, std::vector<Selection>* selections) {
  for (const bool exclude : {false, true}) {
    for (const SelectOption& option : kOptions) {
      const auto add = [&option, exclude,
                        selections](const std::vector<std::string>& patterns) {
        for (const std::string& pattern : patterns) {
          selections->push_back({option.by, exclude, pattern});
        }
      };
      const std::string name =
          std::string(exclude ? "--exclude-" : "--") + option.name;
      const std::string help = exclude ? "Not those" : std::string(option.help);
      app.add_option_function<std::vector<std::string>>(name, add, help)
          ->type_name(option.type)
          ->allow_extra_args(false)
          ->group("Choice of rules (each can be repeated)");
    }
  }
}

bool IsSelected(const Json& rule, const std::vector<Selection>& selections) {
  std::array<bool, 4> wanted{};
  std::array<bool, 4> fits{};
  for (const Selection& selection : selections) {
    const auto kind = static_cast<size_t>(selection.by);
    const bool fit = Fits(rule, selection);
    if (selection.exclude && fit) return false;
    if (selection.exclude) continue;
    wanted[kind] = true;
    fits[kind] |= fit;
  }
  return wanted == fits;
}

}  // namespace cli
