// Only this folder's .cc files include it.
#ifndef CUPEL_DEDUP_IN_ONE_GO_H_
#define CUPEL_DEDUP_IN_ONE_GO_H_

#include <utility>

#include "absl/status/statusor.h"
#include "store/run_database.h"

namespace cupel {

// What `body`, which returns an absl::StatusOr<Result>, says; in a transaction,
// and if it is an error nothing was changed.
template <typename Result, typename Body>
absl::StatusOr<Result> InOneGo(RunDatabase& database, const Body& body) {
  Result result{};
  absl::Status status = database.Atomically([&]() -> absl::Status {
    absl::StatusOr<Result> made = body();
    if (!made.ok()) return std::move(made).status();
    result = *std::move(made);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

}  // namespace cupel

#endif  // CUPEL_DEDUP_IN_ONE_GO_H_
