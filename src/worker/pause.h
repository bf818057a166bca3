// Waiting that ends when it is no use any more.
#ifndef CUPEL_WORKER_PAUSE_H_
#define CUPEL_WORKER_PAUSE_H_

#include "absl/status/status.h"
#include "base/clock.h"
#include "budget/cancel.h"

namespace cupel::worker {

// Until `until`, or, which is kCancelled, until `cancel` (may be null).
absl::Status PauseUntil(const Deadline& until, Cancel* cancel);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_PAUSE_H_
