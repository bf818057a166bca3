#include "plugin/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::array<std::string_view, 9> kCategories = {
    "source",  "reader",    "worker",    "extractor", "carver",
    "decoder", "decorator", "connector", "normalizer"};
constexpr std::array<std::string_view, 3> kTiers = {"builtin", "process",
                                                    "oci"};
constexpr std::array<std::string_view, 5> kLabels = {"red", "amber+strict",
                                                     "amber", "green", "clear"};

template <typename Enum, size_t kCount>
std::optional<Enum> Look(const std::array<std::string_view, kCount>& names,
                         std::string_view name, int first) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(first + (found - names.begin()));
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return lower;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

}  // namespace

std::string_view CategoryName(PluginCategory category) {
  const auto index = static_cast<size_t>(category) - 1;
  return index < kCategories.size() ? kCategories[index] : "unknown";
}

std::optional<PluginCategory> CategoryOf(std::string_view name) {
  return Look<PluginCategory>(kCategories, name, 1);
}

std::string_view TierName(Tier tier) {
  const auto index = static_cast<size_t>(tier) - 1;
  return index < kTiers.size() ? kTiers[index] : "unknown";
}

std::optional<Tier> TierOf(std::string_view name) {
  return Look<Tier>(kTiers, name, 1);
}

std::string PluginNameText(const PluginName& name) {
  std::string text(CategoryName(name.category));
  text += ':';
  text += name.name;
  return text;
}

absl::Status CheckPluginName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] == '.' || name[0] == '-' ||
      name[0] == '_' ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return InvalidArgument(
        "'{}' is no plugin's name: 1 to 64 letters, digits, '_', '.' and '-', "
        "the first a letter or digit",
        EscapePrintable(name.substr(0, 80)));
  }
  return absl::OkStatus();
}

absl::StatusOr<PluginName> ParsePluginName(std::string_view text) {
  const std::string_view trimmed = Trim(text);
  const size_t colon = trimmed.find(':');
  if (colon == std::string_view::npos) {
    return InvalidArgument(
        "'{}' is no plugin: write category:name, as in decoder:xor",
        EscapePrintable(trimmed.substr(0, 80)));
  }
  const std::string category = LowerCase(Trim(trimmed.substr(0, colon)));
  const std::optional<PluginCategory> known = CategoryOf(category);
  if (!known.has_value()) {
    return InvalidArgument(
        "'{}': there is no category '{}'; there are source, reader, worker, "
        "extractor, carver, decoder, decorator, connector and normalizer",
        EscapePrintable(trimmed.substr(0, 80)),
        EscapePrintable(category.substr(0, 40)));
  }
  PluginName name{.category = *known,
                  .name = std::string(Trim(trimmed.substr(colon + 1)))};
  CUPEL_RETURN_IF_ERROR(CheckPluginName(name.name));
  return name;
}

std::vector<PluginName> ParsePluginList(std::string_view text,
                                        std::vector<std::string>* bad) {
  std::vector<PluginName> names;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    const std::string_view item = Trim(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view()
                                           : text.substr(comma + 1);
    if (item.empty()) continue;
    absl::StatusOr<PluginName> name = ParsePluginName(item);
    if (name.ok()) {
      names.push_back(*std::move(name));
    } else if (bad != nullptr) {
      bad->emplace_back(item);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string_view TlpName(Tlp tlp) {
  const auto index = static_cast<size_t>(tlp);
  return index < kLabels.size() ? kLabels[index] : "red";
}

std::optional<Tlp> TlpOf(std::string_view label) {
  std::string lower = LowerCase(Trim(label));
  if (lower.starts_with("tlp:")) lower.erase(0, 4);
  if (lower == "white") return Tlp::kClear;
  return Look<Tlp>(kLabels, lower, 0);
}

Tlp TlpOrStrictest(std::string_view label) {
  return TlpOf(label).value_or(Tlp::kRed);
}

}  // namespace cupel
