#include "engine/boefje_calls.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "engine/boefje_plugins.h"

namespace cupel {
namespace {

constexpr uint64_t kDefaultTimeoutMs = 10 * 60 * 1000;
constexpr uint64_t kNanosPerMs = 1'000'000;
constexpr uint64_t kLongestMs = uint64_t{7} * 24 * 3600 * 1000;

// What both kinds of runs are given.
class Call {
 public:
  Call(const PluginRunOptions& options, Cancel* cancel, uint64_t raw_bytes) {
    const uint64_t ms =
        options.timeout_ms == 0 ? kDefaultTimeoutMs : options.timeout_ms;
    request_.deadline = Deadline::After(std::min(ms, kLongestMs) * kNanosPerMs);
    request_.cancel = cancel;
    request_.limits.child_bytes = raw_bytes;
    services_.log = options.log;
    request_.services = &services_;
  }
  const openkat::RunRequest& request() const { return request_; }

 private:
  PluginServices services_;
  openkat::RunRequest request_;
};

}  // namespace

absl::StatusOr<BoefjeCallResult> CallBoefje(const CatalogueEntry& boefje,
                                            job::BoefjeMeta meta,
                                            const PluginRunOptions& options,
                                            uint64_t max_raw_bytes,
                                            Cancel* cancel) {
  const Call call(options, cancel, max_raw_bytes);
  CUPEL_ASSIGN_OR_RETURN(const std::shared_ptr<Plugin> plugin,
                         MakeBoefje(boefje, options, call.request().limits));
  BoefjeCallResult result;
  result.tier = plugin->tier();
  CUPEL_ASSIGN_OR_RETURN(
      result.outcome,
      openkat::RunBoefje(*plugin, std::move(meta), call.request()));
  return result;
}

absl::StatusOr<NormalizerCallResult> CallNormalizer(
    const FoundPlugin& normalizer, job::NormalizerMeta meta,
    std::string_view raw, const PluginRunOptions& options,
    uint64_t max_raw_bytes, Cancel* cancel) {
  const Call call(options, cancel, max_raw_bytes);
  CUPEL_ASSIGN_OR_RETURN(
      const std::shared_ptr<Plugin> plugin,
      MakeNormalizer(normalizer, options, call.request().limits));
  NormalizerCallResult result;
  result.tier = plugin->tier();
  CUPEL_ASSIGN_OR_RETURN(
      result.outcome,
      openkat::RunNormalizer(*plugin, std::move(meta), raw, call.request()));
  return result;
}

}  // namespace cupel
