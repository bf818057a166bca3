// Who is delivering to which destination, across threads and processes. Held by
// the kernel, so that it is free the moment its holder dies, whatever any clock
// says.
#ifndef CUPEL_QUEUE_OUTBOX_LOCK_H_
#define CUPEL_QUEUE_OUTBOX_LOCK_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "base/mutex.h"

namespace cupel::queue {

// Thread-safe.
class OutboxLock {
 public:
  // In the file at `path`, made if it is not there; empty: for this process.
  static absl::StatusOr<std::unique_ptr<OutboxLock>> Open(
      const std::string& path);
  ~OutboxLock();
  OutboxLock(const OutboxLock&) = delete;

  class Hold {
   public:
    Hold() = default;
    Hold(OutboxLock* owner, int64_t number) : owner_(owner), number_(number) {}
    Hold(Hold&& other) noexcept;
    Hold(const Hold&) = delete;
    ~Hold();
    explicit operator bool() const { return owner_ != nullptr; }

   private:
    OutboxLock* owner_ = nullptr;
    int64_t number_ = 0;
  };

  // Nothing if somebody else has it.
  absl::StatusOr<Hold> TryHold(int64_t number);

 private:
  OutboxLock() = default;
  void Free(int64_t number);

  int file_ = -1;
  std::string printable_;
  Mutex mutex_;
  std::set<int64_t> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_OUTBOX_LOCK_H_
