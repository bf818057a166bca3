// The line to the server: sending something and waiting for the answer, in a
// bounded time and in a way that can be interrupted.
#ifndef CUPEL_PLUGINS_POSTGRESQL_LINK_H_
#define CUPEL_PLUGINS_POSTGRESQL_LINK_H_

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "outcome.h"

namespace cupel_pg {

using Clock = std::chrono::steady_clock;

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

class StopRequest;

// One thread at a time, but for Interrupt.
class Link {
 public:
  Link();
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // FAILED_PRECONDITION if there is no bell (out of descriptors).
  Outcome Check() const;

  // Instead of what was there before. `url` is libpq's.
  Outcome Connect(const std::string& url, uint32_t timeout_ms);
  void Drop() { connection_.reset(); }
  bool connected() const { return connection_ != nullptr; }
  PGconn* handle() const { return connection_.get(); }

  // Whether the server is still there, as far as can be known without asking
  // it: it drops the connection if not.
  bool StillThere();
  // What is to be called between sending and receiving, with what the PQsend…
  // said. The last result, or the first that is an error. If the connection is
  // lost, or nothing came in time, it is dropped.
  Outcome Receive(int sent, Result* result);
  // For how long Receive waits. 0: as long as it takes.
  void set_patience(std::chrono::milliseconds patience) {
    patience_ = patience;
  }

  // Until `until`, or until there is something to read, or Interrupt, which
  // was maybe called before: CANCELLED.
  Outcome WaitForInput(Clock::time_point until);

  // Any thread. Ends Receive and WaitForInput.
  void Interrupt();

 private:
  Outcome Lost();
  // OK, or DEADLINE_EXCEEDED; *rang if the bell did.
  Outcome Poll(short events, Clock::time_point until, bool* rang);
  Outcome Poll(int socket, short events, Clock::time_point until, bool* rang);
  void Drain();
  // Without waiting for it. Null if it can't be done.
  std::shared_ptr<StopRequest> AskToStop();

  std::unique_ptr<PGconn, FinishConnection> connection_;
  std::chrono::milliseconds patience_{0};
  int bell_ = -1;  // eventfd
  // Not yet told to anybody who waited.
  std::atomic<bool> interrupted_{false};
};

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_LINK_H_
