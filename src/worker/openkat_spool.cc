#include "worker/openkat_spool.h"

#include <chrono>
#include <cstddef>
#include <utility>

#include "base/datetime.h"
#include "base/status.h"
#include "compat/openkat/percent.h"
#include "crypto/secret.h"
#include "fmt/core.h"

namespace cupel::worker {
namespace {

// If the spool itself is in trouble.
constexpr int64_t kPauseMicros = 5'000'000;
constexpr size_t kLongestOrganisation = 200;
constexpr std::string_view kType = "openkat-delivery/1";

}  // namespace

OpenKatSpool::OpenKatSpool(std::shared_ptr<queue::Outbox> outbox,
                           std::string name, const OpenKatDeliverer* deliverer,
                           const Log* log)
    : outbox_(std::move(outbox)),
      name_(std::move(name)),
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

std::string OpenKatSpool::DestinationOf(const OpenKatDelivery& delivery) const {
  if (delivery.organisation.empty()) return name_;
  // Whatever it is called, it is a name that an outbox takes; those that are
  // cut to the same one only wait for each other.
  return fmt::format("{} {:.{}}", name_,
                     openkat::PercentEncoded(delivery.organisation),
                     kLongestOrganisation);
}

absl::StatusOr<std::vector<std::string>> OpenKatSpool::Destinations() {
  CUPEL_ASSIGN_OR_RETURN(std::vector<std::string> all, outbox_->Destinations());
  // A file may be shared by workers of both kinds.
  std::erase_if(all, [this](const std::string& destination) {
    return destination != name_ && !destination.starts_with(name_ + " ");
  });
  return all;
}

absl::StatusOr<uint64_t> OpenKatSpool::waiting() {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<std::string> all, Destinations());
  uint64_t entries = 0;
  for (const std::string& destination : all) {
    CUPEL_ASSIGN_OR_RETURN(const queue::OutboxStats stats,
                           outbox_->Stats(destination));
    entries += stats.entries;
  }
  return entries;
}

absl::Status OpenKatSpool::Deliver(const OpenKatDelivery& delivery,
                                   Cancel* cancel) {
  const auto before = outbox_->Stats(DestinationOf(delivery));
  if (before.ok() && before->entries > 0) {
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
  entry.destination = DestinationOf(delivery);
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
  if (log_ != nullptr && !stop_.triggered()) {
    log_->Warning("result waits on", entry.key,
                  {{"attempt", std::to_string(attempt)},
                   {"reason", std::string(MessageOf(done))}});
  }
  return {queue::Delivery::Kind::kLater, std::string(MessageOf(done))};
}

absl::StatusOr<int64_t> OpenKatSpool::PumpOne(const std::string& destination) {
  CUPEL_ASSIGN_OR_RETURN(
      const queue::PumpResult pumped,
      outbox_->Pump(
          destination,
          [this](const queue::OutboxEntry& entry, uint32_t attempt) {
            return TryAgain(entry, attempt);
          },
          &stop_));
  if (log_ != nullptr && pumped.delivered > 0) {
    log_->Info("kept results delivered", "",
               {{"to", destination},
                {"delivered", std::to_string(pumped.delivered)},
                {"left", std::to_string(pumped.left)}});
  }
  if (pumped.left == 0) return 0;
  const bool known = pumped.next_micros > 0 && !pumped.elsewhere;
  return known ? pumped.next_micros : DateTime::Now().micros + kPauseMicros;
}

absl::StatusOr<int64_t> OpenKatSpool::PumpAll() {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<std::string> all, Destinations());
  int64_t first = 0;
  for (const std::string& destination : all) {
    CUPEL_ASSIGN_OR_RETURN(const int64_t next, PumpOne(destination));
    if (next != 0 && (first == 0 || next < first)) first = next;
  }
  return first;
}

void OpenKatSpool::Pump() {
  const absl::StatusOr<int64_t> next = PumpAll();
  if (!next.ok() && log_ != nullptr && !stop_.triggered()) {
    log_->Error("the spool can't be read", "",
                {{"reason", std::string(MessageOf(next.status()))}});
  }
  const MutexLock lock(mutex_);
  next_micros_ = next.ok() ? *next : DateTime::Now().micros + kPauseMicros;
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
