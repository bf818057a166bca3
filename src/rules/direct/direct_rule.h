// A rule that is answered for without libyara.
//
// Most rules have nothing but texts, hex strings and a condition about them, or
// ask a module beside.
// Those that the plan did not rule out are looked at here first, string by
// string, each in one fast pass; only what can't be told so, exactly as libyara
// would tell it, goes to libyara.
#ifndef CUPEL_RULES_DIRECT_DIRECT_RULE_H_
#define CUPEL_RULES_DIRECT_DIRECT_RULE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/direct/condition.h"
#include "rules/direct/facts.h"
#include "rules/direct/search.h"
#include "rules/rule_texts.h"
#include "rules/scratch.h"

namespace cupel::direct {

// False with a libyara whose answers nobody has compared with these.
bool IsSupported();

// For one thread.
class DirectRule {
 public:
  // Null if it has to be left to libyara. `lasting_id` gives the id of a string
  // as it is told in matches, which outlives the object.
  // What it asks of modules is added to `facts`, which must outlive it.
  static std::unique_ptr<DirectRule> Make(
      const RuleTexts& texts, uint32_t rule,
      const std::function<std::string_view(std::string_view)>& lasting_id,
      Facts* facts);

  // How often a file is gone through at most; as many texts it adds.
  size_t passes() const { return passes_; }

  // What it may ask of modules, by number.
  const std::vector<uint32_t>& facts() const { return facts_asked_; }

  // What a file can be asked for beforehand, in one pass for many rules.
  void AddTexts(Presence* presence) const;

  struct File {
    std::string_view bytes;
    // Asked between passes; once it says true, the answer is kUnknown.
    const std::function<bool()>& stop;
    // Whether another rule holds for this file.
    const RuleOf& rule;
    // Of the texts of the rule, if they were asked for.
    Search::Known known = {};
  };
  enum class Answer : uint8_t { kNo, kYes, kUnknown };
  // Fills all of `match` but its `rule` if the answer is kYes.
  Answer Run(const File& file, uint64_t max_strings, RuleMatch* match);
  // Only whether it holds.
  Value Evaluate(const File& file);
  // How often it has gone through the latest file.
  size_t passes_made() const { return passes_made_; }

 private:
  struct String {
    String(const ast::String& from, std::string_view lasting,
           std::optional<int64_t> fixed)
        : search(from, fixed), id(lasting), is_private(from.is_private) {}

    Search search;
    std::string_view id;
    bool is_private = false;
    size_t first_text = 0;  // among those of the rule

    // Of the file at hand.
    enum class State : uint8_t { kUnseen, kSeen, kUnknown };
    State state = State::kUnseen;
    std::vector<Place> places;
  };

  DirectRule(Condition condition, Facts* facts)
      : condition_(std::move(condition)), facts_(facts) {}

  const std::vector<Place>* PlacesOf(const File& file, uint32_t string);
  void Tell(uint64_t max_strings, RuleMatch* match) const;

  const Condition condition_;
  Facts* const facts_;
  std::vector<uint32_t> facts_asked_;
  std::vector<String> strings_;
  size_t passes_ = 0;
  size_t passes_made_ = 0;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_DIRECT_RULE_H_
