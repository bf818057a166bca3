// Calls of the library, each made again and again with ever later a request for
// memory that fails, until all of them are granted.
#ifndef CUPEL_TESTS_EMBED_NO_MEMORY_SWEEP_H_
#define CUPEL_TESTS_EMBED_NO_MEMORY_SWEEP_H_

#include <cupel/cupel.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace no_memory {

inline cupel_view View(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// What a scenario found wrong, with the request that led to it. Takes no
// memory: there may be none.
void Complain(const char* what);

// What a call of a scenario consists of: steps, of which none is taken after
// one that failed. What they make is checked against what they said, and freed
// in the end, while memory may still be out.
class Steps {
 public:
  explicit Steps(cupel_error** error) : error_(error) {}
  ~Steps() {
    while (made_count_ > 0) {
      --made_count_;
      frees_[made_count_](made_[made_count_]);
    }
  }
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  // function(arguments…, error)
  template <typename Function, typename... Arguments>
  void Do(Function function, Arguments... arguments) {
    if (ok()) status_ = function(arguments..., error_);
  }

  // function(arguments…, &made, error); made is freed with kFree.
  template <auto kFree, typename Function, typename... Arguments>
  auto* Make(Function function, Arguments... arguments) {
    using T = typename FreedBy<decltype(kFree)>::type;
    // Not NULL, so that a failure that leaves it alone is seen.
    T* made = reinterpret_cast<T*>(uintptr_t{8});
    if (!ok()) return static_cast<T*>(nullptr);
    status_ = function(arguments..., &made, error_);
    if (!ok() && made != nullptr) {
      Complain("a failure, and a handle that is not NULL");
      return static_cast<T*>(nullptr);
    }
    if (ok() && made == nullptr) Complain("OK, and a handle that is NULL");
    if (made_count_ == kMost) abort();
    frees_[made_count_] = [](void* handle) { kFree(static_cast<T*>(handle)); };
    made_[made_count_++] = made;
    return made;
  }

  bool ok() const { return status_ == CUPEL_STATUS_OK; }
  cupel_status status() const { return status_; }

 private:
  template <typename Free>
  struct FreedBy;
  template <typename T>
  struct FreedBy<void (*)(T*)> {
    using type = T;
  };
  static constexpr int kMost = 16;

  cupel_error** const error_;
  cupel_status status_ = CUPEL_STATUS_OK;
  int made_count_ = 0;
  void* made_[kMost];
  void (*frees_[kMost])(void*);
};

struct Scenario {
  std::string name;
  // One call, or a few that stop at the first that fails; frees what it made.
  std::function<cupel_status(cupel_error**)> call;
  // How many of its requests are failed at most, evenly spread; 0: all.
  uint64_t most = 0;
  // What it calls of C libraries does not bear a malloc that fails.
  bool only_new = false;
};

// What a scenario found wrong, with the request that led to it. Takes no
// memory: there may be none.
void Complain(const char* what);

// Where a crash would come from.
const char* Where();

// Runs one; false if anything was wrong. `only` is the request to fail, or 0.
bool Sweep(const Scenario& scenario, uint64_t only);

// All of them.
std::vector<Scenario> EngineScenarios();
std::vector<Scenario> ReportScenarios();
std::vector<Scenario> JobScenarios();
std::vector<Scenario> RegistryScenarios();
std::vector<Scenario> QueueScenarios();
std::vector<Scenario> PluginScenarios();

}  // namespace no_memory

#endif  // CUPEL_TESTS_EMBED_NO_MEMORY_SWEEP_H_
