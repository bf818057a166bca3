// The words of plugins: categories, tiers, names, TLP labels.
#ifndef CUPEL_PLUGIN_NAMES_H_
#define CUPEL_PLUGIN_NAMES_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

// Values are those of the C interface.
enum class PluginCategory : int32_t {
  kSource = 1,
  kReader = 2,
  kWorker = 3,
  kExtractor = 4,
  kCarver = 5,
  kDecoder = 6,
  kDecorator = 7,
  kConnector = 8,
  kNormalizer = 9,
};
std::string_view CategoryName(PluginCategory category);  // "worker"
std::optional<PluginCategory> CategoryOf(std::string_view name);

enum class Tier : int32_t { kBuiltin = 1, kProcess = 2, kOci = 3 };
std::string_view TierName(Tier tier);  // "builtin", "process", "oci"
std::optional<Tier> TierOf(std::string_view name);

// "decoder:xor". Unique among the plugins of one set.
struct PluginName {
  PluginCategory category = PluginCategory::kWorker;
  std::string name;

  friend auto operator<=>(const PluginName&, const PluginName&) = default;
};
std::string PluginNameText(const PluginName& name);
// INVALID_ARGUMENT for what is no "category:name", naming what is wrong.
absl::StatusOr<PluginName> ParsePluginName(std::string_view text);
// INVALID_ARGUMENT unless it is [A-Za-z0-9][A-Za-z0-9_.-]{0,63}.
absl::Status CheckPluginName(std::string_view name);

// "decoder:xor, carver:pe", as in rules: spaces allowed, duplicates removed,
// sorted by category and name. What is no plugin's name goes to `bad`.
std::vector<PluginName> ParsePluginList(std::string_view text,
                                        std::vector<std::string>* bad);

// TLP 2.0, strictest first.
enum class Tlp : uint8_t { kRed, kAmberStrict, kAmber, kGreen, kClear };
std::string_view TlpName(Tlp tlp);  // "amber+strict"
// In any case; "white" is clear. Nothing for what is no label.
std::optional<Tlp> TlpOf(std::string_view label);
// The same, but what is no label counts as the strictest.
Tlp TlpOrStrictest(std::string_view label);
// True if a plugin that may see up to `most` may see `label`.
inline bool TlpAllows(Tlp most, Tlp label) { return label >= most; }

}  // namespace cupel

#endif  // CUPEL_PLUGIN_NAMES_H_
