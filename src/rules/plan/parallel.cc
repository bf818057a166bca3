#include "rules/plan/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace cupel::plan {
namespace {

class Crew {
 public:
  Crew(size_t count, const std::function<void(size_t)>& piece)
      : count_(count), piece_(piece) {}
  ~Crew() { Join(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void Run(size_t threads) {
    threads_.reserve(threads - 1);
    for (size_t i = 1; i < threads; ++i) {
      try {
        threads_.emplace_back([this] { Work(); });
      } catch (const std::system_error&) {
        // Those who are there do the work.
        break;
      }
    }
    Work();
    Join();
    if (error_ != nullptr) std::rethrow_exception(error_);
  }

 private:
  void Work() {
    try {
      for (size_t i = next_++; i < count_; i = next_++) piece_(i);
    } catch (...) {
      next_ = count_;
      const MutexLock lock(mutex_);
      error_ = std::current_exception();
    }
  }

  void Join() {
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  const size_t count_;
  const std::function<void(size_t)>& piece_;
  std::atomic<size_t> next_{0};
  std::vector<std::thread> threads_;
  Mutex mutex_;
  std::exception_ptr error_;
};

}  // namespace

void ForAll(size_t count, uint32_t threads,
            const std::function<void(size_t)>& piece) {
  if (count == 0) return;
  if (threads == 0) threads = std::max(std::thread::hardware_concurrency(), 1U);
  Crew(count, piece).Run(std::min<size_t>(threads, count));
}

}  // namespace cupel::plan
