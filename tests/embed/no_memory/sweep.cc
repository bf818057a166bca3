#include "no_memory/sweep.h"

#include <cstdio>

#include "no_memory/faults.h"

namespace no_memory {
namespace {

// Where a crash would have come from.
char at[256];
bool failed = false;

struct Way {
  Source source;
  Length length;
  const char* name;
};

// What nlohmann/json and protobuf lose when they run out of memory inside a
// constructor, and libyara and SQLite may keep. A handle would be many more.
constexpr int64_t kMostLost = 8;

constexpr Way kWays[] = {
    {Source::kNew, Length::kOnce, "one new"},
    {Source::kNew, Length::kForGood, "every later new"},
    {Source::kAll, Length::kOnce, "one malloc"},
    {Source::kAll, Length::kForGood, "every later malloc"},
};

// What came of one failed request.
struct Outcome {
  bool fired = false;
  uint64_t requests = 0;
  int64_t grown = 0;  // blocks that are in use and were not before
};

void CheckStatus(cupel_status status, const cupel_error* error, bool fired) {
  if (status == CUPEL_STATUS_OK) {
    if (error != nullptr) Complain("OK, and an error object");
    return;
  }
  if (!fired) Complain("it fails with all the memory that it wants");
  if (status != CUPEL_STATUS_RESOURCE_EXHAUSTED) {
    const cupel_view message = cupel_error_message(error);
    char what[512];
    std::snprintf(what, sizeof(what), "its status is %s: %.*s",
                  cupel_status_name(status), static_cast<int>(message.size),
                  reinterpret_cast<const char*>(message.data));
    Complain(what);
  }
  if (cupel_error_code(error) != status) {
    Complain("its error has another code than its status");
  }
  if (cupel_error_message(error).size == 0) {
    Complain("its error has no message");
  }
}

Outcome Fail(const Scenario& scenario, const Way& way, uint64_t n) {
  std::snprintf(at, sizeof(at), "%s, %s, request %llu", scenario.name.c_str(),
                way.name, static_cast<unsigned long long>(n));
  Outcome outcome;
  const int64_t before = LiveBlocks();
  cupel_error* error = nullptr;
  Arm(n, way.source, way.length);
  const cupel_status status = scenario.call(&error);
  outcome.fired = Disarm();
  outcome.requests = Requests();
  CheckStatus(status, error, outcome.fired);
  cupel_error_free(error);
  outcome.grown = LiveBlocks() - before;
  return outcome;
}

// What is kept for later (caches, what is made but once) is kept but once.
void CheckLeak(const Scenario& scenario, const Way& way, uint64_t n,
               Outcome outcome) {
  for (int again = 0; again < 2 && outcome.grown > kMostLost; ++again) {
    outcome = Fail(scenario, way, n);
  }
  if (outcome.grown > kMostLost) {
    char what[64];
    std::snprintf(what, sizeof(what), "%lld blocks are not given back",
                  static_cast<long long>(outcome.grown));
    Complain(what);
  }
}

void SweepWay(const Scenario& scenario, const Way& way, uint64_t only) {
  // A first time for what is made but once, a second to count.
  Fail(scenario, way, UINT64_MAX);
  const uint64_t all = Fail(scenario, way, UINT64_MAX).requests;
  uint64_t step = 1;
  if (scenario.most != 0 && all > scenario.most) {
    step = (all / scenario.most) | 1;
  }
  uint64_t runs = 0;
  for (uint64_t n = only != 0 ? only : 1;; n += step) {
    const Outcome outcome = Fail(scenario, way, n);
    ++runs;
    CheckLeak(scenario, way, n, outcome);
    if (!outcome.fired || only != 0) break;
    // And with memory it does what it always did.
    Fail(scenario, way, UINT64_MAX);
  }
  std::printf("%-28s %-20s %6llu requests, %6llu failed\n",
              scenario.name.c_str(), way.name,
              static_cast<unsigned long long>(all),
              static_cast<unsigned long long>(runs - 1));
}

}  // namespace

const char* Where() { return at; }

void Complain(const char* what) {
  failed = true;
  std::fprintf(stderr, "%s: %s\n", at, what);
}

bool Sweep(const Scenario& scenario, uint64_t only) {
  failed = false;
  for (const Way& way : kWays) {
    const bool can_fail = MallocCanFail() && !scenario.only_new;
    if (way.source == Source::kAll && !can_fail) continue;
    SweepWay(scenario, way, only);
  }
  return !failed;
}

}  // namespace no_memory
