#include "rules/exact_cost.h"

#include <cmath>
#include <string_view>

namespace cupel {
namespace {

// Measured once with libyara 4.5.2, rules of the generated set without modules
// (k rules in one set; 5.5 strings each). benchmarks/exact_bench.cc measures
// the same again.
//
//   rules               1     2     4     8    16    64   256  1024  3000
//   1 byte, us        0.9   2.2   2.7   3.7   4.3   8.4    15    37    97
//   JavaScript, ns/B  2.6   3.2   4.0   5.0   5.3   6.3   7.0   9.6  15.8
//   compiling, us/k   128   103    95    91    87   103   157   145   147
//
// Of a rule with a string that is xor-ed, compiling takes 2 to 5 ms.
//
// The search slows down with the number of states that it visits, and again
// when they no longer fit into the caches.
constexpr double kScan = 1'000;
constexpr double kScanPerDoubling = 600;
constexpr double kScanPerRule = 30;
constexpr double kByte = 2.6;
constexpr double kBytePerDoubling = 0.5;
constexpr double kBytePerRule = 0.0022;
constexpr double kCompile = 50'000;
constexpr double kCompilePerRule = 140'000;
constexpr double kCompilePerXored = 2'500'000;
constexpr double kLoadPerRule = 25'000;

// What an `import` costs in each scan, whatever is in the file, and more for a
// small PE file. Those that are not here are cheap.
struct Known {
  std::string_view name;
  double any;
  double mz;
  double compile;
};
constexpr Known kKnown[] = {
    {"pe", 410'000, 400'000, 240'000}, {"dotnet", 18'000, 100'000, 20'000},
    {"macho", 190'000, 0, 130'000},    {"elf", 79'000, 0, 50'000},
    {"dex", 68'000, 0, 80'000},
};
constexpr double kOtherModule = 4'000;

}  // namespace

ExactCost::ExactCost(std::span<const std::string> modules) {
  for (const std::string& name : modules) {
    Module& module = modules_.emplace_back();
    module.any = kOtherModule;
    for (const Known& known : kKnown) {
      if (name == known.name) module = {known.any, known.mz, known.compile};
    }
  }
}

template <double ExactCost::Module::* kField>
double ExactCost::Sum(uint64_t modules) const {
  double sum = 0;
  for (size_t i = 0; modules != 0; ++i, modules >>= 1) {
    if ((modules & 1) != 0) sum += modules_[i].*kField;
  }
  return sum;
}

double ExactCost::Scan(const RuleLoad& load, uint64_t bytes, bool mz) const {
  const auto rules = static_cast<double>(load.rules);
  const double doublings = load.rules < 2 ? 0 : std::log2(rules);
  double cost = kScan + kScanPerDoubling * doublings + kScanPerRule * rules +
                Sum<&Module::any>(load.modules);
  if (mz) cost += Sum<&Module::mz>(load.modules);
  if (load.searches) {
    cost += static_cast<double>(bytes) *
            (kByte + kBytePerDoubling * doublings + kBytePerRule * rules);
  }
  return cost;
}

double ExactCost::Compile(const RuleLoad& load) const {
  return kCompile + kCompilePerRule * static_cast<double>(load.rules) +
         kCompilePerXored * static_cast<double>(load.xored) +
         Sum<&Module::compile>(load.modules);
}

double ExactCost::Load(size_t rules) {
  return kLoadPerRule * static_cast<double>(rules);
}

}  // namespace cupel
