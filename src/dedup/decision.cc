#include "dedup/decision.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kKeyDigits = 64;
// A longer list helps nobody.
constexpr size_t kMostNames = 10;

bool IsKey(std::string_view key) {
  return key.size() == kKeyDigits &&
         std::all_of(key.begin(), key.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string NameList(const std::vector<std::string>& names) {
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    list.append(i == 0 ? "" : ", ").append(EscapePrintable(names[i]));
  }
  return names.size() > kMostNames ? list + ", …" : list;
}

std::string WhySwitchedOff(const DedupSwitches& switches) {
  if (!switches.install) return "deduplication is off for this install";
  if (!switches.organisation) {
    return "deduplication is off for this organisation";
  }
  return "the plugin needs the organisation (\"deduplicate\": false)";
}

// The age is that of the oldest data that the run can have.
bool IsFresh(const KnownRun& run, const DateTime& now,
             std::chrono::microseconds max_age) {
  return run.began.micros <= now.micros &&
         now.micros - run.began.micros <= max_age.count();
}

}  // namespace

std::string_view ActionName(DedupAction action) {
  switch (action) {
    case DedupAction::kAlone:
      return "alone";
    case DedupAction::kLead:
      return "lead";
    case DedupAction::kFollow:
      return "follow";
    case DedupAction::kReuse:
      return "reuse";
  }
  return "unknown";
}

absl::Status CheckDedupRequest(const DedupRequest& request) {
  if (request.max_age.has_value() && request.max_age->count() < 0) {
    return InvalidArgument("the interval of plugin '{}' is negative",
                           EscapePrintable(request.plugin));
  }
  if (!request.key.empty() && !IsKey(request.key)) {
    return InvalidArgument(
        "the job's key is none: expected {} hexadecimal digits in lower case",
        kKeyDigits);
  }
  if (!request.switches.on()) return absl::OkStatus();
  if (request.key.empty()) {
    return InvalidArgument(
        "deduplication is on for plugin '{}', so its job needs a key",
        EscapePrintable(request.plugin));
  }
  if (!request.system_variables.empty()) {
    return FailedPrecondition(
        "deduplication is on, and plugin '{}' would get variables of the host "
        "(BOEFJE_): {}. What they give belongs to no organisation's settings "
        "and is not shared: put them into the settings of the organisations, "
        "take them away from the host, or switch deduplication off for the "
        "install, the organisation or the plugin",
        EscapePrintable(request.plugin), NameList(request.system_variables));
  }
  return absl::OkStatus();
}

absl::StatusOr<DedupDecision> Decide(const DedupRequest& request,
                                     RunIndex& index, const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckDedupRequest(request));
  if (!request.switches.on()) {
    return DedupDecision{DedupAction::kAlone, WhySwitchedOff(request.switches),
                         std::nullopt};
  }
  const std::chrono::microseconds max_age =
      request.max_age.value_or(kDefaultMaxAge);
  CUPEL_ASSIGN_OR_RETURN(auto done, index.LatestDone(request.key));
  if (done.has_value() && IsFresh(*done, now, max_age)) {
    return DedupDecision{DedupAction::kReuse,
                         "an earlier run of the same job is recent enough",
                         std::move(done)};
  }
  CUPEL_ASSIGN_OR_RETURN(auto running, index.GoingOn(request.key));
  if (!running.has_value()) {
    return DedupDecision{DedupAction::kLead,
                         done.has_value()
                             ? "the last run of the same job is too old"
                             : "no earlier run of the same job is known",
                         std::nullopt};
  }
  if (running->expires.micros <= now.micros) {
    return DedupDecision{DedupAction::kLead,
                         "whoever ran the same job did not come back in time",
                         std::move(running)};
  }
  if (!IsFresh(*running, now, max_age)) {
    return DedupDecision{DedupAction::kAlone,
                         "the same job is being run, but began too long ago",
                         std::nullopt};
  }
  return DedupDecision{DedupAction::kFollow, "the same job is being run",
                       std::move(running)};
}

}  // namespace cupel
