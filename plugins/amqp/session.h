// A connection that is kept: one thread owns it, makes it again when it is
// lost, and runs whatever is to be done on it.
#ifndef CUPEL_PLUGINS_AMQP_SESSION_H_
#define CUPEL_PLUGINS_AMQP_SESSION_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "connection.h"
#include "target.h"

namespace cupel::amqp {

// Called on the session's thread only.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;
  // A new connection: declare what is needed. An error closes it.
  virtual absl::Status OnUp(Connection& connection) = 0;
  // Deliveries, kNothing and kConsumerEnded.
  virtual void OnEvent(Connection& connection, Event event) = 0;
  // It is lost, or could not be had. After those who wait for confirmations
  // were told.
  virtual void OnDown(const absl::Status& why) = 0;
  // After whatever happened; `connection` is null while there is none. When to
  // be called again at the latest, on MonotonicNanos.
  virtual int64_t OnTick(Connection* connection) = 0;
};

class Session {
 public:
  using Work = std::function<void(Connection*)>;  // null: there is none
  using Confirmed = std::function<void(const absl::Status&)>;

  // `handler` must outlive it.
  Session(const Target& target, uint64_t max_body, SessionHandler* handler);
  ~Session();  // Stop
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Connects; the error if that fails. Later failures are mended.
  absl::Status Start();
  // No work is begun any more. Ends within some seconds, whatever the broker
  // does.
  void Stop();
  // Any thread.
  void Post(Work work);

  // ---- on the session's thread
  // `confirmed` is called when the broker has it for good, or with why not:
  // FAILED_PRECONDITION if no queue is bound to it, RESOURCE_EXHAUSTED if the
  // queue is full, UNAVAILABLE if the connection was lost before.
  void Publish(Connection& connection, const std::string& exchange,
               const std::string& routing_key, const Message& message,
               Confirmed confirmed);
  // To be told of every status that a connection gave: UNAVAILABLE ends it.
  void Note(const absl::Status& status);

 private:
  struct Unconfirmed {
    std::string routing_key;
    std::string message_id;
    std::string returned;  // why; empty: it was not
    Confirmed confirmed;
  };

  void Run();
  void Connect();
  void Lose(const absl::Status& why);
  bool TakeWork();  // false: stop
  void TakeEvents();
  void Take(Event event);
  void TakeConfirmation(const Event& event);
  void Wait(int64_t until);
  void Wake();
  int64_t Backoff();

  const Target target_;
  const uint64_t max_body_;
  SessionHandler* const handler_;
  const int wake_fd_;
  std::thread thread_;

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Work> work_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> started_ ABSL_GUARDED_BY(mutex_);
  int fd_ ABSL_GUARDED_BY(mutex_) = -1;  // of the connection

  // Of the thread.
  std::unique_ptr<Connection> connection_;
  std::map<uint64_t, Unconfirmed> unconfirmed_;
  absl::Status broken_;
  uint32_t failures_ = 0;
  int64_t connect_at_ = 0;
  std::minstd_rand random_;
};

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_SESSION_H_
