#include "queue/database_ear.h"

#include <utility>

#include "base/status.h"

namespace cupel::queue {
namespace {

constexpr std::string_view kChannel = "work";

}  // namespace

absl::Status TellOfWork(Database& database) {
  return database.has_notifications() ? database.Notify(kChannel)
                                      : absl::OkStatus();
}

absl::StatusOr<Database*> DatabaseEar::Connected() {
  {
    const MutexLock lock(mutex_);
    if (database_ != nullptr) return database_.get();
  }
  // Without the lock: who wakes us does not wait for a server.
  CUPEL_ASSIGN_OR_RETURN(auto opened, Database::Open(options_));
  const MutexLock lock(mutex_);
  database_ = std::move(opened);
  return database_.get();
}

absl::StatusOr<bool> DatabaseEar::Listen(uint64_t nanos) {
  CUPEL_ASSIGN_OR_RETURN(Database* const database, Connected());
  // Maybe while it was being opened; the database knows of later ones.
  if (woken_.exchange(false)) return false;
  return database->WaitForNotification(
      kChannel, static_cast<int64_t>(nanos / 1000), nullptr);
}

void DatabaseEar::Wake() {
  woken_.store(true);
  const MutexLock lock(mutex_);
  if (database_ != nullptr) database_->Interrupt();
}

}  // namespace cupel::queue
