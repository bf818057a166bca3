// The threads of a scan.
#ifndef CUPEL_PIPELINE_EXECUTOR_H_
#define CUPEL_PIPELINE_EXECUTOR_H_

#include <condition_variable>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "pipeline/scan_item.h"

namespace cupel {

// One thread unpacks and, whenever enough is waiting, scans as well; the others
// only scan. So n threads keep n processors busy, and with one thread there is
// no queue at all. All methods are for the thread that made it.
class Executor {
 public:
  // `threads` has one for each thread, the caller's first; borrowed. None: what
  // is submitted is dropped.
  Executor(const ScanRules& rules, std::vector<ScanThread>& threads);
  ~Executor();  // drops what is still waiting
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Scans on this thread if the others have enough to do.
  void Submit(ScanItem item);

  // True if there are threads beside this one.
  bool parallel() const { return !threads_.empty(); }

  // Does what waits to be done for this payload, on this thread; false if
  // nothing does.
  bool RunQueued(uint32_t payload);

  // No thread reads this source any more when it returns.
  void WithdrawSource(const ByteSource& source) noexcept;

  // Does a piece of work on this thread, or waits (at most a tenth of a second)
  // for the others to get something done. False if there is nothing to wait
  // for: everything submitted is scanned.
  bool HelpOrWait();

  // What was scanned since the last call, in no special order.
  std::vector<ScannedItem> TakeScanned();

 private:
  void Work(ScanThread& thread);
  bool RunNext(ScanThread& thread);
  ScanItem TakeQueued(std::deque<ScanItem>::iterator at)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One for this thread, if the others have enough to do without it.
  std::optional<ScanItem> TakeSpare() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run(ScanItem item, ScanThread& thread);

  const ScanRules& rules_;
  ScanThread* own_ = nullptr;
  Mutex mutex_;
  std::condition_variable_any work_;  // something to do, or the end
  std::condition_variable_any scanned_cv_;
  std::deque<ScanItem> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queue_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<ScannedItem> scanned_ ABSL_GUARDED_BY(mutex_);
  size_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t reading_ ABSL_GUARDED_BY(mutex_) = 0;  // of these, sources
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_EXECUTOR_H_
