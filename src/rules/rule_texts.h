// The texts of rules, one by one: what smaller rule sets are cut from.
#ifndef CUPEL_RULES_RULE_TEXTS_H_
#define CUPEL_RULES_RULE_TEXTS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/rule_info.h"
#include "rules/splitter.h"
#include "rules/unit.h"

namespace cupel {

// A part of the rules as source text: what gives libyara the same answers for
// the rules that were asked for as all of them would.
struct RuleExtract {
  // One text per namespace, in order; to be compiled together.
  std::vector<std::pair<std::string, std::string>> texts;
  // The rules in these texts, ascending, as indices into the whole. Those that
  // were not asked for are private, so that libyara does not report them.
  std::vector<uint32_t> rules;
  uint32_t externals = 0;  // bits of kFileExternals that are referred to
  bool search = false;     // as RuleTexts::Needs has it
};

// Immutable and thread-safe.
class RuleTexts {
 public:
  // Of units that compile to `rules`, in this order. `splits` describes all
  // files of all units. Null if the texts are not wholly understood: then
  // nothing can be left out.
  static std::shared_ptr<const RuleTexts> Make(
      std::span<const RuleUnit> units, std::span<const SplitText> splits,
      std::span<const RuleInfo> rules);

  // What Encode gave; everything that could lead a later call astray is
  // checked. The texts stay in `bytes`, which `owner` keeps alive.
  static absl::StatusOr<std::shared_ptr<const RuleTexts>> Decode(
      std::string_view bytes, std::shared_ptr<const void> owner);
  std::string Encode() const;

  size_t size() const { return rules_.size(); }

  // The rules of `wanted` (ascending), all that they refer to, however many
  // steps away, and the global rules of their namespaces; ascending.
  std::vector<uint32_t> Closure(std::span<const uint32_t> wanted) const;
  RuleExtract Extract(std::span<const uint32_t> wanted) const;

  // Names of the modules that are imported, in the order of the bits of
  // Needs::modules; at most 64.
  const std::vector<std::string>& modules() const { return modules_; }
  // What the rule and all that comes along with it need.
  struct Needs {
    uint64_t modules = 0;
    bool search = false;  // there are strings, or `entrypoint` is referred to
    size_t xored = 0;     // strings with `xor`, as far as the text looks so
  };
  Needs NeedsOf(uint32_t rule) const;

 private:
  struct Rule {
    std::string_view text;
    uint32_t ns = 0;
    bool global = false;
    bool is_private = false;
    bool search = false;
    uint32_t externals = 0;
    uint64_t modules = 0;
    std::vector<uint32_t> refers_to;  // earlier rules
  };
  class Builder;

  RuleTexts() = default;
  void FindGlobals();

  std::shared_ptr<const void> owner_;
  std::vector<std::string> namespaces_;
  std::vector<std::vector<uint32_t>> globals_;  // of each namespace
  std::vector<std::string> modules_;
  std::vector<Rule> rules_;
};

}  // namespace cupel

#endif  // CUPEL_RULES_RULE_TEXTS_H_
