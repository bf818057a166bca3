// What libyara takes for a file, estimated, so that the cheaper way is gone.
#ifndef CUPEL_RULES_EXACT_COST_H_
#define CUPEL_RULES_EXACT_COST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cupel {

// Some rules, as far as their cost goes.
struct RuleLoad {
  size_t rules = 0;
  uint64_t modules = 0;  // bits of the modules that ExactCost was made with
  bool searches = true;  // false: no strings, nothing to search for
  size_t xored = 0;      // strings with the modifier `xor`
};

// Nanoseconds on a machine of 2020; only ratios matter, and they hardly differ
// from one machine to another. A value type.
class ExactCost {
 public:
  // `modules` are names ("pe"), at most 64.
  explicit ExactCost(std::span<const std::string> modules);

  double Scan(const RuleLoad& load, uint64_t bytes, bool mz) const;
  double Compile(const RuleLoad& load) const;
  // Reading compiled rules from a file.
  static double Load(size_t rules);

 private:
  struct Module {
    double any = 0;      // for each scan: its object tree is made anew
    double mz = 0;       // on top, for files that begin with "MZ"
    double compile = 0;  // for each compilation
  };
  template <double Module::* kField>
  double Sum(uint64_t modules) const;

  std::vector<Module> modules_;
};

}  // namespace cupel

#endif  // CUPEL_RULES_EXACT_COST_H_
