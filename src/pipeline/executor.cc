#include "pipeline/executor.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace cupel {
namespace {

// What the other threads are left with, each: enough to bridge the time in
// which this one makes the next item, or scans one itself.
constexpr size_t kReserveItems = 64;
constexpr size_t kReserveBytes = size_t{4} << 20;
// More is not held in memory for them, each.
constexpr size_t kMostBytes = size_t{16} << 20;
// What an item takes beside its bytes, as so many of them.
constexpr size_t kItemWork = 8 << 10;

size_t WorkOf(const ScanItem& item) { return item.bytes.size() + kItemWork; }

// Room for as many as may come, so that a thread that is done with one can't
// run out of memory when it says so: nobody could be told.
void MakeRoom(std::vector<ScannedItem>* scanned, size_t count) {
  if (scanned->capacity() >= count) return;
  scanned->reserve(std::max(count, 2 * scanned->capacity()));
}

}  // namespace

Executor::Executor(const ScanRules& rules, std::vector<ScanThread>& threads)
    : rules_(rules) {
  if (threads.empty()) return;
  own_ = &threads.front();
  const size_t helpers = threads.size() - 1;
  threads_.reserve(helpers);
  try {
    for (size_t i = 0; i < helpers; ++i) {
      threads_.emplace_back(
          [this, thread = &threads[i + 1]] { Work(*thread); });
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // The system has no more threads, or no memory for them: those that there
    // are do the work, this one if there are none.
  }
}

Executor::~Executor() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Executor::Submit(ScanItem item) {
  if (own_ == nullptr) return;
  if (threads_.empty()) {
    ScannedItem scanned = RunItem(rules_, std::move(item), *own_);
    MutexLock lock(mutex_);
    scanned_.push_back(std::move(scanned));
    return;
  }
  std::optional<ScanItem> spare;
  {
    MutexLock lock(mutex_);
    MakeRoom(&scanned_, scanned_.size() + queue_.size() + running_ + 1);
    const size_t bytes = item.bytes.size();
    queue_.push_back(std::move(item));
    queue_bytes_ += bytes;
    spare = TakeSpare();
  }
  work_.notify_one();
  if (spare.has_value()) Run(*std::move(spare), *own_);
}

// The smallest: while it is scanned no other thread shall have to wait for the
// next item to be made. A source to be hashed is long in work and belongs to
// those who have the time.
std::optional<ScanItem> Executor::TakeSpare() {
  const size_t others = threads_.size();
  if (queue_.size() < others * kReserveItems &&
      queue_bytes_ < others * kReserveBytes) {
    return std::nullopt;
  }
  // What an idle thread is about to take is left to it.
  const size_t idle = others - std::min(running_, others);
  if (queue_.size() <= idle) return std::nullopt;
  const auto smallest = std::min_element(
      queue_.begin(), queue_.end(), [](const ScanItem& a, const ScanItem& b) {
        const bool reads_a = a.hash_of != nullptr;
        const bool reads_b = b.hash_of != nullptr;
        return reads_a != reads_b ? reads_b : a.bytes.size() < b.bytes.size();
      });
  if (smallest->hash_of != nullptr) return std::nullopt;
  const size_t work = WorkOf(*smallest);
  const size_t rest = queue_bytes_ + queue_.size() * kItemWork - work;
  if (work > rest / others / 2 && queue_bytes_ < others * kMostBytes) {
    return std::nullopt;
  }
  return TakeQueued(smallest);
}

ScanItem Executor::TakeQueued(std::deque<ScanItem>::iterator at) {
  ScanItem item = std::move(*at);
  queue_.erase(at);
  queue_bytes_ -= item.bytes.size();
  ++running_;
  if (item.hash_of != nullptr) ++reading_;
  return item;
}

bool Executor::RunNext(ScanThread& thread) {
  ScanItem item;
  {
    MutexLock lock(mutex_);
    if (queue_.empty()) return false;
    item = TakeQueued(queue_.begin());
  }
  Run(std::move(item), thread);
  return true;
}

bool Executor::RunQueued(uint32_t payload) {
  if (own_ == nullptr) return false;
  ScanItem item;
  {
    MutexLock lock(mutex_);
    const auto at = std::find_if(
        queue_.begin(), queue_.end(),
        [&](const ScanItem& queued) { return queued.payload == payload; });
    if (at == queue_.end()) return false;
    item = TakeQueued(at);
  }
  Run(std::move(item), *own_);
  return true;
}

void Executor::Run(ScanItem item, ScanThread& thread) {
  const bool reads = item.hash_of != nullptr;
  // Gives the memory back before it is said to be done.
  ScannedItem scanned = RunItem(rules_, std::move(item), thread);
  {
    MutexLock lock(mutex_);
    scanned_.push_back(std::move(scanned));
    --running_;
    if (reads) --reading_;
  }
  scanned_cv_.notify_one();
}

void Executor::WithdrawSource(const ByteSource& source) noexcept {
  MutexLock lock(mutex_);
  std::erase_if(queue_, [&](const ScanItem& queued) {
    return queued.hash_of == &source;
  });
  while (reading_ > 0) {
    scanned_cv_.wait_for(mutex_, std::chrono::milliseconds(100));
  }
}

void Executor::Work(ScanThread& thread) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) work_.wait(mutex_);
      if (stopping_) return;
    }
    RunNext(thread);
  }
}

bool Executor::HelpOrWait() {
  if (own_ == nullptr) return false;
  if (RunNext(*own_)) return true;
  MutexLock lock(mutex_);
  if (queue_.empty() && running_ == 0) return false;
  if (scanned_.empty()) {
    scanned_cv_.wait_for(mutex_, std::chrono::milliseconds(100));
  }
  return true;
}

std::vector<ScannedItem> Executor::TakeScanned() {
  MutexLock lock(mutex_);
  std::vector<ScannedItem> next;
  MakeRoom(&next, queue_.size() + running_);
  return std::exchange(scanned_, std::move(next));
}

}  // namespace cupel
