// The choice of rules that are reported, made step by step.
#ifndef CUPEL_ENGINE_RULE_CHOICE_H_
#define CUPEL_ENGINE_RULE_CHOICE_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "rules/rule_info.h"

namespace cupel {

// Values are those of the C interface.
enum class ChooseBy : uint8_t {
  kNamespace = 0,
  kTag = 1,
  kName = 2,
  kMeta = 3,
};
inline constexpr size_t kChooseByCount = 4;

// A rule is chosen if it fits a pattern of every kind that has any, and no
// excluded one. A value type; one thread at a time.
class RuleChoice {
 public:
  // Narrows the choice. kNotFound if no rule fits `pattern`, or none would be
  // left; the choice then stays as it was.
  absl::Status Narrow(std::span<const RuleInfo> rules, ChooseBy by,
                      std::string_view pattern, bool exclude);

  // One element per rule; empty if nothing was narrowed.
  const std::vector<bool>& chosen() const { return chosen_; }

 private:
  std::array<std::vector<std::string>, kChooseByCount> include_;
  std::vector<std::string> exclude_;
  std::vector<bool> chosen_;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_RULE_CHOICE_H_
