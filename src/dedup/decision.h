// Whether a job is run for itself, served by an earlier run, waits for one that
// goes on, or leads one for others. Decides and explains; changes nothing.
#ifndef CUPEL_DEDUP_DECISION_H_
#define CUPEL_DEDUP_DECISION_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/datetime.h"

namespace cupel {

// All must be on. The plugin's is its manifest's `deduplicate`.
struct DedupSwitches {
  bool install = false;
  bool organisation = true;
  bool plugin = true;

  bool on() const { return install && organisation && plugin; }
};

// Only a plugin that says that it needs the organisation is told which one it
// works for, whether or not deduplication is on: what another one gives can't
// depend on it.
inline bool HandsOrganisation(bool plugin_deduplicates) {
  return !plugin_deduplicates;
}

struct DedupRequest {
  std::string organisation;
  std::string job;     // its id; no other job of the organisation has it
  std::string key;     // JobKey in hexadecimal; may be empty if switched off
  std::string plugin;  // for messages
  DedupSwitches switches;
  // Names of the host's BOEFJE_ variables that the plugin would get.
  std::vector<std::string> system_variables;
  // The organisation's interval: data that is older is of no use to it. None,
  // as for a schedule by cron: kDefaultMaxAge.
  std::optional<std::chrono::microseconds> max_age;
};

// OpenKAT's grace period: a job is not run anew within it.
inline constexpr std::chrono::hours kDefaultMaxAge{24};

// INVALID_ARGUMENT for ids or a key that cannot be; FAILED_PRECONDITION if
// deduplication is on and variables of the host would be used: they are not
// settings of an organisation, so nobody has agreed to share what they give.
absl::Status CheckDedupRequest(const DedupRequest& request);

// What is known of the runs with a key.
struct KnownRun {
  int64_t number = 0;
  DateTime began;    // no data of it is older
  DateTime expires;  // of one that goes on: when its leader is taken for dead
};
class RunIndex {
 public:
  virtual ~RunIndex() = default;
  virtual absl::StatusOr<std::optional<KnownRun>> LatestDone(
      std::string_view key) = 0;
  virtual absl::StatusOr<std::optional<KnownRun>> GoingOn(
      std::string_view key) = 0;
};

// The numbers are part of the C interface.
enum class DedupAction : int32_t {
  kAlone = 0,   // run it; nobody else gets what it gives
  kLead = 1,    // run it; others may wait for it
  kFollow = 2,  // don't run it: another does
  kReuse = 3,   // don't run it: what an earlier run gave is handed out
};
std::string_view ActionName(DedupAction action);  // "alone", "lead", …

// `reason` and `run` are for the host: who runs jobs has to know that runs are
// shared, organisations have not.
struct DedupDecision {
  DedupAction action = DedupAction::kAlone;
  std::string reason;
  // kFollow, kReuse: which; kLead: one whose leader died, to be taken over.
  std::optional<KnownRun> run;
};

// Prefers an earlier run to waiting, waiting to running. An earlier run serves
// if it began no longer than `max_age` ago, to the microsecond, and not in the
// future; a run that goes on is followed on the same terms.
absl::StatusOr<DedupDecision> Decide(const DedupRequest& request,
                                     RunIndex& index, const DateTime& now);

}  // namespace cupel

#endif  // CUPEL_DEDUP_DECISION_H_
