// What is known of a rule without running it.
#ifndef CUPEL_RULES_RULE_INFO_H_
#define CUPEL_RULES_RULE_INFO_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cupel {

using MetaValue = std::variant<bool, int64_t, std::string>;

struct RuleInfo {
  std::string name;
  std::string ns;    // namespace: one per rule file
  std::string file;  // as found: "rules/js.yar"; empty for strings
  int line = 0;      // of the name; 0 if not known (files that yarac made)
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, MetaValue>> metas;  // in source order
  bool global = false;
  bool is_private = false;

  // Dragonfly's two metas. The first `weight` counts if it is an integer, else
  // 0. `suffixes` are the space-separated words of the first `filetype` if it
  // is a string; no such meta, or one of another type: applies to every name.
  int64_t weight = 0;
  bool has_filetype = false;
  std::vector<std::string> suffixes;

  // True if a match counts for a payload of this name (raw bytes, `/` as the
  // separator): any suffix fits, compared byte by byte. An empty word fits all.
  bool AppliesTo(std::string_view path) const;
};

}  // namespace cupel

#endif  // CUPEL_RULES_RULE_INFO_H_
