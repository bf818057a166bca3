#include "queue/deliverer.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::queue {
namespace {

constexpr int64_t kNanosPerMicro = 1000;
// What another process is at, or a database that can't be had, is looked at
// again after so long.
constexpr int64_t kAgainNanos = 1'000'000'000;
// A step of the clock must not put a delivery off for ever.
constexpr int64_t kLongestNanos = 60'000'000'000;

int64_t WallMicros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Deliverer::Deliverer(std::shared_ptr<Outbox> outbox,
                     std::vector<DeliveryRoute> routes, Log log)
    : outbox_(std::move(outbox)),
      routes_(std::move(routes)),
      log_(std::move(log)),
      thread_([this] { Run(); }) {}

Deliverer::~Deliverer() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  cancel_.Trigger();
  thread_.join();
}

void Deliverer::Nudge() {
  const MutexLock lock(mutex_);
  ++nudges_;
  changed_.notify_all();
}

absl::Status Deliverer::Flush(const Deadline& deadline) {
  const MutexLock lock(mutex_);
  // The round that is under way may have passed what was put since.
  const uint64_t wanted = rounds_ + (in_round_ ? 2 : 1);
  at_once_ = true;
  ++nudges_;
  changed_.notify_all();
  while (true) {
    if (rounds_ >= wanted && left_ == 0) return absl::OkStatus();
    if (deadline.passed()) {
      return DeadlineExceeded(
          "{} things are not delivered yet: they stay in the outbox",
          Waiting());
    }
    changed_.wait_for(mutex_, std::chrono::nanoseconds(std::min<uint64_t>(
                                  deadline.remaining(), kLongestNanos)));
  }
}

uint64_t Deliverer::Waiting() const {
  uint64_t waiting = 0;
  for (const DeliveryRoute& route : routes_) {
    // What can't be read can't be counted; the round tells the log of it.
    const auto stats = outbox_->Stats(route.destination);
    if (stats.ok()) waiting += stats->entries;
  }
  return waiting;
}

int64_t Deliverer::PumpOne(const DeliveryRoute& route, bool now) {
  const auto pumped = outbox_->Pump(
      route.destination,
      [this, &route](const OutboxEntry& entry, uint32_t attempt) {
        Delivery delivery = route.deliver(entry, attempt, &cancel_);
        if (delivery.kind != Delivery::Kind::kDelivered && log_ &&
            !cancel_.triggered()) {
          log_(fmt::format("'{}' to {} {}: {}", EscapePrintable(entry.key),
                           EscapePrintable(entry.destination),
                           delivery.kind == Delivery::Kind::kLater
                               ? "is tried again later"
                               : "was refused, and is laid aside",
                           EscapePrintable(delivery.reason)));
        }
        return delivery;
      },
      &cancel_, now);
  const int64_t again = MonotonicNanos() + kAgainNanos;
  if (!pumped.ok()) {
    if (log_ && !cancel_.triggered()) {
      log_(fmt::format("the outbox of {}: {}",
                       EscapePrintable(route.destination),
                       MessageOf(pumped.status())));
    }
    ++left_now_;
    return again;
  }
  left_now_ += pumped->left;
  if (pumped->elsewhere) {
    left_now_ += pumped->left == 0 ? 1 : 0;
    return again;
  }
  if (pumped->next_micros == 0) return std::numeric_limits<int64_t>::max();
  const int64_t wait =
      std::clamp<int64_t>((pumped->next_micros - WallMicros()) * kNanosPerMicro,
                          1'000'000, kLongestNanos);
  return MonotonicNanos() + wait;
}

int64_t Deliverer::Round(bool now) {
  left_now_ = 0;
  int64_t next = std::numeric_limits<int64_t>::max();
  for (const DeliveryRoute& route : routes_) {
    if (cancel_.triggered()) return next;
    next = std::min(next, PumpOne(route, now));
  }
  return next;
}

void Deliverer::Run() {
  while (true) {
    bool now = false;
    uint64_t nudges = 0;
    {
      const MutexLock lock(mutex_);
      if (stopping_) return;
      now = std::exchange(at_once_, false);
      nudges = nudges_;
      in_round_ = true;
    }
    const int64_t next = Round(now);
    const MutexLock lock(mutex_);
    ++rounds_;
    in_round_ = false;
    left_ = left_now_;
    changed_.notify_all();
    while (!stopping_ && nudges_ == nudges) {
      const int64_t left = next - MonotonicNanos();
      if (left <= 0) break;
      changed_.wait_for(
          mutex_, std::chrono::nanoseconds(std::min(left, kLongestNanos)));
    }
  }
}

}  // namespace cupel::queue
