// What could not be delivered yet: a spool on disk, in order, each entry once.
#ifndef CUPEL_QUEUE_OUTBOX_H_
#define CUPEL_QUEUE_OUTBOX_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"

namespace cupel::queue {

struct OutboxEntry {
  // Who gets it: entries of one destination go in the order in which they were
  // put, those of several don't wait for each other. No secrets: it is shown.
  std::string destination;
  // Tells it from every other of its destination, here and at the receiver:
  // what is put twice with one key is delivered once.
  std::string key;
  std::string type;  // for the one who delivers: "raw", "status", …
  std::string body;  // any bytes, secrets too; never shown
};

struct OutboxOptions {
  // What waits or was refused may be so much in all; beyond it Put is
  // kResourceExhausted, and nothing that was accepted goes.
  uint64_t max_bytes = uint64_t{1} << 30;
  uint64_t max_entries = 100'000;
  // After the first failure of a destination; then double.
  int64_t backoff_micros = 1'000'000;
  int64_t max_backoff_micros = 300'000'000;
  double jitter = 0.2;  // up to that part more or less
  // Keys of so many delivered entries are remembered, over all destinations.
  uint64_t remembered_keys = 100'000;
  uint32_t busy_timeout_ms = 5000;
  // For tests: microseconds since 1970, and a number from 0 to below 1.
  std::function<int64_t()> now;
  std::function<double()> random;
};

// What the receiver made of an entry.
struct Delivery {
  enum class Kind : uint8_t {
    kDelivered,  // also: it had it already
    kLater,      // stays at the front; the destination is left alone for a time
    kRefused,    // never: is laid aside, and the next one's turn
  };
  Kind kind = Kind::kLater;
  std::string reason;  // one line without secrets, unless it was delivered
};
// `attempt` is 1 the first time. Called without any lock of the database.
using Deliver =
    std::function<Delivery(const OutboxEntry& entry, uint32_t attempt)>;

struct PumpResult {
  uint64_t delivered = 0;
  uint64_t refused = 0;
  uint64_t left = 0;  // still waiting
  // When to come again, microseconds since 1970; 0 if nothing is left.
  int64_t next_micros = 0;
  bool elsewhere = false;  // another thread or process is at it
  std::string reason;      // why the last one was put off
};

struct OutboxStats {
  uint64_t entries = 0;  // waiting
  uint64_t bytes = 0;    // of these
  uint64_t refused = 0;
  int64_t oldest_micros = 0;  // when the oldest that waits was put; 0: none
  uint32_t failures = 0;      // of the destination, since its last delivery
  int64_t next_micros = 0;    // left alone until then
  std::string reason;         // of its last failure
};

struct RefusedEntry {
  std::string key;
  std::string type;
  uint64_t size = 0;
  int64_t refused_micros = 0;
  std::string reason;
};

// Thread-safe; several processes may have the same file open. An entry is
// removed in the transaction that follows its delivery: if the process dies
// between them it is delivered again with the same key, by which the receiver
// can tell.
class Outbox {
 public:
  // The file is made, readable by its user only, if it is not there.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(
      const std::string& path, const OutboxOptions& options = {});
  virtual ~Outbox() = default;

  // On disk when it returns. False: this key is there already, or was
  // delivered or refused. kResourceExhausted: full.
  virtual absl::StatusOr<bool> Put(const OutboxEntry& entry) = 0;

  // Delivers what waits for `destination`, one after the other, until there is
  // nothing left, one is put off, or `cancel` (may be null; kCancelled).
  // Nothing is tried before the destination's time (PumpResult::next_micros),
  // unless `now` says so.
  virtual absl::StatusOr<PumpResult> Pump(std::string_view destination,
                                          const Deliver& deliver,
                                          Cancel* cancel, bool now = false) = 0;

  // Those for whom something waits or was refused, in alphabetical order.
  virtual absl::StatusOr<std::vector<std::string>> Destinations() = 0;
  virtual absl::StatusOr<OutboxStats> Stats(std::string_view destination) = 0;
  // The first `max` of them.
  virtual absl::StatusOr<std::vector<RefusedEntry>> Refused(
      std::string_view destination, uint32_t max) = 0;
  // Forgets what was refused; how many.
  virtual absl::StatusOr<uint64_t> DropRefused(
      std::string_view destination) = 0;
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_OUTBOX_H_
