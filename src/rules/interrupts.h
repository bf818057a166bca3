// Ending whatever scanner a thread happens to run, from another thread.
#ifndef CUPEL_RULES_INTERRUPTS_H_
#define CUPEL_RULES_INTERRUPTS_H_

#include <atomic>

#include "base/mutex.h"
#include "yara/rule_scanner.h"

namespace cupel {

// One thread scans, with one scanner after another; any may interrupt.
class Interrupts {
 public:
  Interrupts() = default;
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Ends the running scan and makes every later one end at once, until Reset.
  void Interrupt() {
    const MutexLock lock(mutex_);
    interrupted_.store(true, std::memory_order_relaxed);
    if (running_ != nullptr) running_->Interrupt();
  }
  void Reset() {
    const MutexLock lock(mutex_);
    interrupted_.store(false, std::memory_order_relaxed);
  }
  bool interrupted() const {
    return interrupted_.load(std::memory_order_relaxed);
  }

  // While one lives, `scanner` is what runs: it must not go away. With the lock
  // an Interrupt comes either before, and the scanner is told here, or after,
  // and finds the scanner.
  class Running {
   public:
    Running(Interrupts* interrupts, YaraScanner* scanner)
        : interrupts_(interrupts) {
      const MutexLock lock(interrupts_->mutex_);
      // It may have been interrupted in a scan before the Reset.
      scanner->Reset();
      if (interrupts_->interrupted()) scanner->Interrupt();
      interrupts_->running_ = scanner;
    }
    ~Running() {
      const MutexLock lock(interrupts_->mutex_);
      interrupts_->running_ = nullptr;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Interrupts* const interrupts_;
  };

 private:
  Mutex mutex_;
  YaraScanner* running_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::atomic<bool> interrupted_{false};  // written under mutex_
};

}  // namespace cupel

#endif  // CUPEL_RULES_INTERRUPTS_H_
