#include "worker/openkat_spool.h"

#include <chrono>
#include <utility>

#include "base/datetime.h"
#include "base/status.h"
#include "crypto/secret.h"

namespace cupel::worker {
namespace {

// If the spool itself is in trouble.
constexpr int64_t kPauseMicros = 5'000'000;
constexpr std::string_view kType = "openkat-delivery/1";

}  // namespace

OpenKatSpool::OpenKatSpool(std::shared_ptr<queue::Outbox> outbox,
                           std::string destination,
                           const OpenKatDeliverer* deliverer, const Log* log)
    : outbox_(std::move(outbox)),
      destination_(std::move(destination)),
      deliverer_(deliverer),
      log_(log),
      thread_([this] { Work(); }) {}

OpenKatSpool::~OpenKatSpool() {
  stop_.Trigger();
  {
    const MutexLock lock(mutex_);
    news_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

absl::StatusOr<uint64_t> OpenKatSpool::waiting() {
  CUPEL_ASSIGN_OR_RETURN(const queue::OutboxStats stats,
                         outbox_->Stats(destination_));
  return stats.entries;
}

absl::Status OpenKatSpool::Deliver(const OpenKatDelivery& delivery,
                                   Cancel* cancel) {
  const auto before = waiting();
  if (before.ok() && *before > 0) {
    return Keep(delivery, Unavailable("others wait before it"));
  }
  DeliveryProgress progress;
  const absl::Status done =
      deliverer_->Run(delivery, /*attempt=*/1, &progress, cancel);
  if (done.ok()) return done;
  return Keep(progress.done == 0 ? delivery : RestOf(delivery, progress), done);
}

absl::Status OpenKatSpool::Keep(const OpenKatDelivery& delivery,
                                const absl::Status& why) {
  queue::OutboxEntry entry;
  entry.destination = destination_;
  entry.key = delivery.key;
  entry.type = kType;
  entry.body = PrintDelivery(delivery);
  const WipeAtEnd wipe(&entry.body);
  const auto kept = outbox_->Put(entry);
  if (!kept.ok()) {
    return MakeStatus(kept.status().code(),
                      "it could not be delivered ({}), nor kept: {}",
                      MessageOf(why), MessageOf(kept.status()));
  }
  if (log_ != nullptr) {
    log_->Warning("result kept for later", delivery.key,
                  {{"reason", std::string(MessageOf(why))}});
  }
  {
    const MutexLock lock(mutex_);
    news_ = true;
  }
  wake_.notify_all();
  return absl::OkStatus();
}

queue::Delivery OpenKatSpool::TryAgain(const queue::OutboxEntry& entry,
                                       uint32_t attempt) {
  const auto delivery = ParseDelivery(entry.body);
  if (!delivery.ok()) {
    return {queue::Delivery::Kind::kRefused,
            std::string(MessageOf(delivery.status()))};
  }
  DeliveryProgress progress;
  {
    const MutexLock lock(mutex_);
    const auto found = progress_.find(entry.key);
    if (found != progress_.end()) progress = found->second;
  }
  const absl::Status done =
      deliverer_->Run(*delivery, attempt, &progress, &stop_);
  const MutexLock lock(mutex_);
  if (done.ok()) {
    progress_.erase(entry.key);
    return {queue::Delivery::Kind::kDelivered, ""};
  }
  progress_[entry.key] = std::move(progress);
  return {queue::Delivery::Kind::kLater, std::string(MessageOf(done))};
}

void OpenKatSpool::Pump() {
  const auto pumped = outbox_->Pump(
      destination_,
      [this](const queue::OutboxEntry& entry, uint32_t attempt) {
        return TryAgain(entry, attempt);
      },
      &stop_);
  int64_t next = 0;
  if (!pumped.ok()) {
    next = DateTime::Now().micros + kPauseMicros;
    if (log_ != nullptr && !stop_.triggered()) {
      log_->Error("the spool can't be read", "",
                  {{"reason", std::string(MessageOf(pumped.status()))}});
    }
  } else {
    next = pumped->left == 0         ? 0
           : pumped->next_micros > 0 ? pumped->next_micros
                                     : DateTime::Now().micros + kPauseMicros;
    if (pumped->elsewhere) next = DateTime::Now().micros + kPauseMicros;
    if (log_ != nullptr && pumped->delivered > 0) {
      log_->Info("kept results delivered", "",
                 {{"delivered", std::to_string(pumped->delivered)},
                  {"left", std::to_string(pumped->left)}});
    }
  }
  const MutexLock lock(mutex_);
  next_micros_ = next;
}

void OpenKatSpool::Work() {
  while (!stop_.triggered()) {
    Pump();
    MutexLock lock(mutex_);
    while (!news_ && !stop_.triggered()) {
      const int64_t now = DateTime::Now().micros;
      if (next_micros_ != 0 && now >= next_micros_) break;
      if (next_micros_ == 0) {
        wake_.wait(mutex_);
      } else {
        wake_.wait_for(mutex_, std::chrono::microseconds(next_micros_ - now));
      }
    }
    news_ = false;
  }
}

}  // namespace cupel::worker
