// What modules tell of a file, asked of libyara without a search.
#ifndef CUPEL_RULES_DIRECT_FACTS_H_
#define CUPEL_RULES_DIRECT_FACTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/direct/condition.h"
#include "rules/direct/fact_text.h"
#include "yara/rule_scanner.h"

namespace cupel::direct {

// All that is ever asked, as rules without strings: a file that one of them is
// asked of is parsed once, for all that ask the same modules. For one thread.
class Facts {
 public:
  Facts() = default;
  Facts(const Facts&) = delete;
  Facts& operator=(const Facts&) = delete;

  // Its number; that of an equal one if there is one.
  uint32_t Add(const FactText& text);

  // Facts about the same modules are in one group, unless they are alone.
  size_t groups() const { return groups_.size(); }
  uint32_t GroupOf(uint32_t fact) const { return facts_[fact].group; }
  // Those of the group that no file was asked yet: they have to be compiled.
  size_t NewIn(uint32_t group) const;

  // Scans the file at hand.
  using Run = std::function<YaraScan(YaraScanner* scanner)>;
  // Begins a file. `run` must outlive the questions.
  void Begin(const Run* run);

  // Of the file at hand. Unknown if libyara can't be asked, or fails.
  Value Of(uint32_t fact);

 private:
  // With more, a file would be parsed too often: then they are made one.
  static constexpr size_t kMostUnits = 3;

  enum class State : uint8_t { kUnasked, kTrue, kFalse, kUndefined, kUnknown };
  struct Fact {
    std::string text;
    uint32_t group = 0;
    bool defined_matters = false;
    State state = State::kUnasked;
  };
  // Facts that were compiled together.
  struct Unit {
    // Of each rule: the fact that it tells, or that it tells to be defined.
    struct Told {
      uint32_t fact = 0;
      bool defined = false;
    };
    std::vector<Told> rules;
    std::unique_ptr<YaraScanner> scanner;
  };
  struct Group {
    std::string imports;
    std::vector<uint32_t> facts;
    size_t compiled = 0;  // of these, from the first on
    std::vector<Unit> units;
    bool alone = false;
    bool broken = false;
  };

  void Ask(Group* group);
  bool Compile(Group* group);
  absl::StatusOr<Unit> MakeUnit(const Group& group, size_t first) const;
  bool Scan(const Unit& unit);

  std::vector<Fact> facts_;
  std::vector<Group> groups_;
  std::map<std::string, uint32_t, std::less<>> known_;
  const Run* run_ = nullptr;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_FACTS_H_
