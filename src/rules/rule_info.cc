#include "rules/rule_info.h"

#include <algorithm>

namespace cupel {

bool RuleInfo::AppliesTo(std::string_view path) const {
  return !has_filetype || std::any_of(suffixes.begin(), suffixes.end(),
                                      [path](const std::string& suffix) {
                                        return path.ends_with(suffix);
                                      });
}

}  // namespace cupel
