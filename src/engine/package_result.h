// What became of a package, as one JSON document: docs/dragonfly.md.
#ifndef CUPEL_ENGINE_PACKAGE_RESULT_H_
#define CUPEL_ENGINE_PACKAGE_RESULT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "compat/dragonfly/package_score.h"
#include "engine/package_download.h"
#include "engine/package_request.h"
#include "report/report.h"
#include "worker/executor.h"

namespace cupel {

inline constexpr std::string_view kPackageResultType =
    "application/vnd.cupel.package+json";

enum class PackageOutcome : uint8_t {
  kSuccess,
  kFailure,
  kDeferred,  // nothing can be said with the rules that are asked for
};

// One distribution and what is known of it.
struct DistributionResult {
  std::string url;  // as it came
  uint64_t bytes = 0;
  std::string why;  // one line; empty: all of it was looked at
  bool may_work_later = false;
  const PayloadRecord* archive = nullptr;  // in the report; null: not scanned
  dragonfly::DistributionScore score;
};

struct PackageResult {
  PackageOutcome outcome = PackageOutcome::kFailure;
  std::string commit;  // of the rules: their hash, or the worker's own digest
  bool retry = false;  // kFailure: another attempt may do better
  std::string reason;  // one line: of what is no success, or not complete
  bool complete = false;
  dragonfly::PackageScore score;
  std::optional<std::string> inspector_url;
  std::vector<DistributionResult> distributions;
  std::unique_ptr<const Report> report;  // null: nothing was scanned
};

// Fills in all but `distributions` and `report`. Findings are a success, even
// if not everything could be looked at; nothing found is a success only if
// everything was.
void Conclude(const PackageRequest& request, PackageResult* result);

absl::StatusOr<worker::WorkResult> WritePackageResult(
    const PackageRequest& request, const PackageResult& result);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PACKAGE_RESULT_H_
