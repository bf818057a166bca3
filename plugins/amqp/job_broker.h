// A queue of jobs in a broker: who holds which, and what becomes of it.
//
//   Q            the jobs, a quorum queue
//   Q.delay.N    those that wait up to N milliseconds for their next attempt;
//                what is over there goes back to Q
//   Q.dlx, .dead exchange and queue for what is dead, with the reason
//   Q.results    results, one message each
//
// Whatever moves a message publishes the new one, waits until the broker has
// confirmed it, and acknowledges the old one then: at any instant at least one
// of them is there.
#ifndef CUPEL_PLUGINS_AMQP_JOB_BROKER_H_
#define CUPEL_PLUGINS_AMQP_JOB_BROKER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "job_message.h"
#include "session.h"

namespace cupel::amqp {

struct BrokerOptions {
  uint32_t max_attempts = 3;
  int64_t backoff_micros = 1'000'000;
  int64_t max_backoff_micros = 600'000'000;
  double jitter = 0.2;
  uint64_t max_body_bytes = uint64_t{64} << 20;
};

struct Leased {
  wire::QueueJob job;
  uint64_t token = 0;
  uint32_t attempt = 1;
  int64_t expires_micros = 0;
};

struct Failure {
  std::string reason;
  std::string last_step;
  int32_t signal = 0;
  uint64_t max_rss_bytes = 0;
  bool retry = true;
};

struct BrokerStats {
  uint64_t waiting = 0;
  uint64_t delayed = 0;
  uint64_t leased = 0;  // by this queue
  uint64_t dead = 0;
};

// Thread-safe. Statuses are those of cupel/queue_driver.h.
class JobBroker final : private SessionHandler {
 public:
  static absl::StatusOr<std::unique_ptr<JobBroker>> Open(
      const Target& target, const BrokerOptions& options);
  ~JobBroker() override;

  absl::Status Submit(const std::vector<wire::QueueJob>& jobs);
  absl::StatusOr<std::vector<Leased>> Lease(
      std::string_view worker, const std::vector<std::string>& kinds,
      uint32_t max, int64_t lease_micros);
  absl::Status Wait(const std::vector<std::string>& kinds, int64_t micros);
  void Wake();
  absl::StatusOr<int64_t> Renew(std::string_view id, uint64_t token,
                                int64_t lease_micros);
  absl::Status Complete(std::string_view id, uint64_t token, std::string type,
                        std::string bytes, uint64_t max_rss_bytes);
  absl::Status Fail(std::string_view id, uint64_t token,
                    const Failure& failure);
  absl::Status Release(std::string_view id, uint64_t token);
  absl::StatusOr<BrokerStats> Stats();
  const Target& target() const { return target_; }

 private:
  // A message that we have and have not acknowledged.
  struct Delivered {
    wire::QueueJob job;
    Message message;  // as it came
    uint64_t tag = 0;
    std::string consumer;  // empty: it was asked for
    uint32_t attempt = 1;
  };
  struct Held {
    Delivered delivered;
    std::string worker;
    int64_t started_micros = 0;
    int64_t expires_micros = 0;
    bool ending = false;  // something that ends it is under way
    bool expired = false;
  };
  class Answer;
  // Messages that were asked for in one go.
  struct Asked {
    uint32_t left = 0;
  };
  // Where a message goes to.
  struct Place {
    std::string exchange;
    std::string routing_key;
  };

  JobBroker(const Target& target, const BrokerOptions& options);

  absl::Status OnUp(Connection& connection) override;
  void OnEvent(Connection& connection, Event event) override;
  void OnDown(const absl::Status& why) override;
  int64_t OnTick(Connection* connection) override;

  absl::Status SubmitBatch(std::span<const wire::QueueJob> jobs);
  absl::Status WaitUntilUp() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Down() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasReady(const std::vector<std::string>& kinds) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Notes that somebody does these, and wants `more` than we hold.
  void Want(const std::vector<std::string>& kinds, uint64_t more)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Asks for so many, and waits for the answers.
  absl::Status Fetch(uint32_t count) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeReady(std::string_view worker, const std::vector<std::string>& kinds,
                 uint32_t max, int64_t lease_micros, std::vector<Leased>* out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Held*> Find(std::string_view id, uint64_t token)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Publishes `message`, then acknowledges the lease `token`; the answer.
  absl::Status End(std::string_view id, uint64_t token, Place place,
                   int64_t delay_ms, Message message);

  int64_t BackoffMs(uint32_t failed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // On the session's thread.
  void SendNew(Connection& connection, Message message,
               int64_t not_before_micros, const Session::Confirmed& done);
  void EndNow(Connection* connection, uint64_t token, Place place,
              int64_t delay_ms, Message& message,
              const Session::Confirmed& done);
  absl::Status ReleaseNow(Connection* connection, uint64_t token);
  void Deliver(Connection& connection, Event event);
  std::optional<std::string> WhyDead(const Delivered& delivered) const;
  void Bury(Connection& connection, const Message& message, uint64_t tag,
            std::string_view reason);
  // Of a message that we have: it comes again after `ms`.
  void Delay(Connection& connection, const Delivered& delivered,
             Message message, int64_t ms);
  void Move(Connection& connection, const Place& place, const Message& message,
            uint64_t tag, Session::Confirmed done);
  // Where `message` has to go to come back after `ms`, or after the longest
  // delay there is; sets its expiration.
  absl::StatusOr<Place> DelayPlace(Connection& connection, int64_t ms,
                                   Message* message);
  void GiveBackExpired(Connection& connection);
  void PassOn(Connection& connection);
  // Has consumers with as much prefetch as is wanted now, in all.
  void FitConsumers(Connection& connection);
  void AddConsumer(Connection& connection, uint64_t prefetch);
  void StopConsumers(Connection& connection, uint64_t surplus);
  absl::Status Count(Connection& connection, BrokerStats* stats);
  void Forget(uint64_t tag);

  const Target target_;
  const BrokerOptions options_;
  Session session_;

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool up_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status down_ ABSL_GUARDED_BY(mutex_);
  // The upper half of a token: how often we were connected.
  uint64_t epoch_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t leases_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Delivered> ready_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, Held> held_ ABSL_GUARDED_BY(mutex_);
  // Every message that we have, and whose consumer brought it.
  std::map<uint64_t, std::string> unacked_ ABSL_GUARDED_BY(mutex_);
  // Kinds that somebody of ours does.
  std::set<std::string> kinds_ ABSL_GUARDED_BY(mutex_);
  bool any_kind_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t wanted_ ABSL_GUARDED_BY(mutex_) = 0;  // to have at once, in all
  int64_t wanted_since_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t wanted_until_ ABSL_GUARDED_BY(mutex_) = 0;
  uint32_t waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // threads in Wait
  uint64_t wakes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool wake_next_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::shared_ptr<Asked>> asked_ ABSL_GUARDED_BY(mutex_);

  // Of the session's thread.
  std::map<std::string, uint16_t> consumers_;  // and their prefetch
  std::set<uint64_t> delays_;                  // queues that were declared
  std::minstd_rand random_;
};

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_JOB_BROKER_H_
