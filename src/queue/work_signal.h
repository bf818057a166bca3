// Waiting until somebody, in this process or another, may have made work.
#ifndef CUPEL_QUEUE_WORK_SIGNAL_H_
#define CUPEL_QUEUE_WORK_SIGNAL_H_

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "budget/cancel.h"

namespace cupel::queue {

// Another way to hear of work than the kernel's: a database that notifies.
class WorkEar {
 public:
  virtual ~WorkEar() = default;
  // Until somebody may have made work: true; or until the time is over, or
  // Wake. By one thread at a time.
  virtual absl::StatusOr<bool> Listen(uint64_t nanos) = 0;
  // Ends Listen, also one that begins later. By any thread; does not wait.
  virtual void Wake() = 0;
};

// Thread-safe. Any number of threads wait; one of them listens to the kernel
// for all.
class WorkSignal {
 public:
  // `path` is touched by Notify, and so tells all who have a signal for it, in
  // this process and others; empty: only this object is told. Not its content:
  // that is written before a transaction is over, when there is nothing to be
  // seen of it yet. If `others` may make work without a word (they were killed
  // before they could touch it), waiting is in steps of kStepNanos, and where
  // the kernel has no watch left in steps of kBlindNanos.
  // `ear` may be null; else it is listened to instead of the kernel.
  WorkSignal(const std::string& path, bool others,
             std::unique_ptr<WorkEar> ear = nullptr);
  ~WorkSignal();
  WorkSignal(const WorkSignal&) = delete;
  WorkSignal& operator=(const WorkSignal&) = delete;

  static constexpr uint64_t kStepNanos = 5'000'000'000;
  static constexpr uint64_t kBlindNanos = 250'000'000;

  void Notify();
  // Changes with every sign. To be asked for before looking for work.
  uint64_t generation();
  // Until the generation is another than `seen`, or the time is over; both are
  // OK. kCancelled within 50 ms of `cancel`, which may be null; and what the
  // ear says.
  absl::Status Wait(uint64_t seen, uint64_t nanos, Cancel* cancel);

 private:
  // Whether the ear heard something.
  absl::StatusOr<bool> Listen(uint64_t nanos);
  bool Drain();
  void Wake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const std::unique_ptr<WorkEar> ear_;
  int watch_ = -1;  // inotify
  int bell_ = -1;   // eventfd: wakes the one who listens
  uint64_t step_nanos_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;
  bool listening_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_WORK_SIGNAL_H_
