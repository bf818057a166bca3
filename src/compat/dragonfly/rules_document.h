// The rules as Dragonfly's API gives them: GET /rules.
#ifndef CUPEL_COMPAT_DRAGONFLY_RULES_DOCUMENT_H_
#define CUPEL_COMPAT_DRAGONFLY_RULES_DOCUMENT_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel::dragonfly {

inline constexpr uint64_t kMaxRulesBytes = uint64_t{64} << 20;

struct RulesDocument {
  std::string hash;                          // a commit
  std::map<std::string, std::string> files;  // YARA, by the file's name
};

absl::StatusOr<RulesDocument> ParseRulesDocument(std::string_view text);

// All of them as the one source that they are compiled as, in the order of
// their names: a rule may refer to those before it, a global one holds for
// all, and a name that two files use is an error.
std::string CombinedRules(const RulesDocument& document);

}  // namespace cupel::dragonfly

#endif  // CUPEL_COMPAT_DRAGONFLY_RULES_DOCUMENT_H_
