// Asking a server to stop what it does, without waiting for it.
#ifndef CUPEL_PLUGINS_POSTGRESQL_STOP_REQUEST_H_
#define CUPEL_PLUGINS_POSTGRESQL_STOP_REQUEST_H_

#include <libpq-fe.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace cupel_pg {

// libpq's request makes a connection of its own and waits until the server
// ends it; when the network is cut that takes as long as the kernel tries. So
// it has a thread of its own, which nobody waits for: it needs nothing of the
// connection, and this object is never unloaded (the host sees to that).
class StopRequest {
 public:
  // Null if there is no memory, no thread, or too many requests are under way
  // in this process.
  static std::shared_ptr<StopRequest> Send(PGconn* connection);

  // Whether the server got it, or never will, by then.
  bool WaitUntil(std::chrono::steady_clock::time_point until);

 private:
  struct FreeCancel {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  };
  static void* Run(void* given);

  std::unique_ptr<PGcancel, FreeCancel> cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
};

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_STOP_REQUEST_H_
