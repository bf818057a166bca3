// A call that takes `cancel` and would go on for long without it.
#ifndef CUPEL_TESTS_EMBED_CANCEL_SCENARIO_H_
#define CUPEL_TESTS_EMBED_CANCEL_SCENARIO_H_

#include <cupel/cupel.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string_view>
#include <vector>

namespace cancel_host {

struct Scenario {
  const char* name;
  int threads;  // that work in it
  // True if `cancel` ended it. Holds what it needs.
  std::function<bool(cupel_cancel*)> call;
};

std::vector<Scenario> ScanScenarios();
std::vector<Scenario> PluginScenarios();
std::vector<Scenario> CatalogueScenarios();
std::vector<Scenario> WaitScenarios();

inline cupel_view View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Ends the host if what a scenario needs can't be had.
inline void Must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "cancel_host: %s failed\n", what);
  std::exit(1);
}

// What `function(arguments…, &made, &error)` makes.
template <typename T, typename Function, typename... Arguments>
T* Made(const char* what, Function function, Arguments... arguments) {
  T* made = nullptr;
  Must(function(arguments..., &made, nullptr) == CUPEL_STATUS_OK, what);
  return made;
}

}  // namespace cancel_host

#endif  // CUPEL_TESTS_EMBED_CANCEL_SCENARIO_H_
