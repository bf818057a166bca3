// How Dragonfly's API knows who calls.
#ifndef CUPEL_WORKER_DRAGONFLY_AUTH_H_
#define CUPEL_WORKER_DRAGONFLY_AUTH_H_

#include <memory>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "http/client.h"
#include "worker/dragonfly_settings.h"

namespace cupel::worker {

// Thread-safe. Credentials go to the API and to who gives tokens for it, over
// a client that is told to follow no redirect, and nowhere else.
class DragonflyCredentials {
 public:
  virtual ~DragonflyCredentials() = default;

  // The headers of the next call; logs in if that has to be done, and a while
  // before what there is expires.
  virtual absl::StatusOr<http::Headers> ForCall(Cancel* cancel) = 0;
  // A call with these headers was answered with 401. True if logging in again
  // may help: then ask for the headers again, once.
  virtual bool Rejected(const http::Headers& headers) = 0;
};

// Both are borrowed.
std::unique_ptr<DragonflyCredentials> NewDragonflyCredentials(
    const DragonflySettings& settings, http::Client& client);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_AUTH_H_
