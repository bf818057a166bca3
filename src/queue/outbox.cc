#include "queue/outbox.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/status.h"
#include "format/escape.h"
#include "queue/new_job.h"
#include "queue/outbox_lock.h"
#include "queue/outbox_schema.h"
#include "queue/queue_clock.h"
#include "queue/random_source.h"
#include "store/database.h"

namespace cupel::queue {
namespace {

constexpr size_t kLongestName = 4096;

struct Destination {
  int64_t number = 0;
  uint32_t failures = 0;
  int64_t next_micros = 0;
  std::string reason;
};

struct Waiting {
  int64_t number = 0;
  uint32_t attempts = 0;
  OutboxEntry entry;
};

absl::Status CheckName(std::string_view text, std::string_view name) {
  if (text.empty() || text.size() > kLongestName || !IsUtf8(text) ||
      text.find('\0') != std::string_view::npos) {
    return InvalidArgument(
        "an entry's {} has to be 1 to {} bytes of UTF-8 without NUL", name,
        kLongestName);
  }
  return absl::OkStatus();
}

uint64_t SizeOf(const OutboxEntry& entry) {
  return entry.destination.size() + entry.key.size() + entry.type.size() +
         entry.body.size();
}

class SqliteOutbox final : public Outbox {
 public:
  SqliteOutbox(std::unique_ptr<Database> database,
               std::unique_ptr<OutboxLock> lock, OutboxOptions options)
      : database_(std::move(database)),
        lock_(std::move(lock)),
        options_(std::move(options)) {}

  absl::StatusOr<bool> Put(const OutboxEntry& entry) override;
  absl::StatusOr<PumpResult> Pump(std::string_view destination,
                                  const Deliver& deliver, Cancel* cancel,
                                  bool now) override;
  absl::StatusOr<std::vector<std::string>> Destinations() override;
  absl::StatusOr<OutboxStats> Stats(std::string_view destination) override;
  absl::StatusOr<std::vector<RefusedEntry>> Refused(
      std::string_view destination, uint32_t max) override;
  absl::StatusOr<uint64_t> DropRefused(std::string_view destination) override;

 private:
  absl::StatusOr<bool> Insert(const OutboxEntry& entry, int64_t destination)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddUsage(int64_t entries, int64_t bytes, int64_t remembered)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckRoom(uint64_t size) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<int64_t> MakeDestination(std::string_view name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::optional<Destination>> FindDestination(
      std::string_view name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status PutOff(const Destination& destination)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ForgetOldKeys() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<uint64_t> Left(int64_t destination);

  absl::StatusOr<PumpResult> PumpHeld(Destination destination,
                                      std::string_view name,
                                      const Deliver& deliver, Cancel* cancel,
                                      bool now);
  absl::StatusOr<std::optional<Waiting>> First(int64_t destination,
                                               std::string_view name);
  // Writes down what became of it.
  absl::Status Settle(const Waiting& waiting, const Delivery& delivery,
                      Destination* destination);

  Mutex mutex_;
  const std::unique_ptr<Database> database_ ABSL_PT_GUARDED_BY(mutex_);
  const std::unique_ptr<OutboxLock> lock_;
  const OutboxOptions options_;
};

absl::Status SqliteOutbox::CheckRoom(uint64_t size) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement usage, database_->Prepare("SELECT entries, bytes FROM usage"));
  CUPEL_RETURN_IF_ERROR(usage.Step().status());
  const auto entries = static_cast<uint64_t>(usage.Integer(0));
  const auto bytes = static_cast<uint64_t>(usage.Integer(1));
  if (entries >= options_.max_entries) {
    return ResourceExhausted(
        "the spool '{}' is full: it holds {} entries, and may hold {}",
        database_->printable(), entries, options_.max_entries);
  }
  if (size > options_.max_bytes || bytes > options_.max_bytes - size) {
    return ResourceExhausted(
        "the spool '{}' is full: it holds {} of {} bytes, and the entry has {}",
        database_->printable(), bytes, options_.max_bytes, size);
  }
  return absl::OkStatus();
}

absl::Status SqliteOutbox::AddUsage(int64_t entries, int64_t bytes,
                                    int64_t remembered) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database_->Prepare("UPDATE usage SET entries = entries + ?, bytes = "
                         "bytes + ?, remembered = remembered + ?"));
  return update.Bind(0, entries).Bind(1, bytes).Bind(2, remembered).Run();
}

absl::StatusOr<int64_t> SqliteOutbox::MakeDestination(std::string_view name) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database_->Prepare("INSERT INTO destination (name, failures, next, "
                         "reason) VALUES (?, 0, 0, '') ON CONFLICT DO "
                         "NOTHING"));
  CUPEL_RETURN_IF_ERROR(insert.Bind(0, name).Run());
  CUPEL_ASSIGN_OR_RETURN(const auto there, FindDestination(name));
  if (!there.has_value())
    return Internal("a destination went while it was made");
  return there->number;
}

absl::StatusOr<std::optional<Destination>> SqliteOutbox::FindDestination(
    std::string_view name) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT number, failures, next, reason "
                         "FROM destination WHERE name = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, find.Bind(0, name).Step());
  if (!row) return std::nullopt;
  return Destination{find.Integer(0), static_cast<uint32_t>(find.Integer(1)),
                     find.Integer(2), std::string(find.Text(3))};
}

// False: the key is there already.
absl::StatusOr<bool> SqliteOutbox::Insert(const OutboxEntry& entry,
                                          int64_t destination) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database_->Prepare("INSERT INTO entry (destination, key, type, body, "
                         "size, put, attempts, state, reason, ended) VALUES "
                         "(?, ?, ?, ?, ?, ?, 0, 0, '', 0) ON CONFLICT DO "
                         "NOTHING RETURNING number"));
  insert.Bind(0, destination).Bind(1, entry.key).Bind(2, entry.type);
  insert.BindBlob(3, entry.body);
  insert.Bind(4, static_cast<int64_t>(SizeOf(entry)));
  return insert.Bind(5, options_.now()).Step();
}

absl::StatusOr<bool> SqliteOutbox::Put(const OutboxEntry& entry) {
  CUPEL_RETURN_IF_ERROR(CheckName(entry.destination, "destination"));
  CUPEL_RETURN_IF_ERROR(CheckName(entry.key, "key"));
  if (!entry.type.empty()) {
    CUPEL_RETURN_IF_ERROR(CheckName(entry.type, "type"));
  }
  const MutexLock lock(mutex_);
  Database::Transaction transaction(database_.get());
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  CUPEL_ASSIGN_OR_RETURN(const int64_t destination,
                         MakeDestination(entry.destination));
  CUPEL_ASSIGN_OR_RETURN(const bool added, Insert(entry, destination));
  if (!added) return false;
  CUPEL_RETURN_IF_ERROR(CheckRoom(SizeOf(entry)));
  CUPEL_RETURN_IF_ERROR(AddUsage(1, static_cast<int64_t>(SizeOf(entry)), 0));
  CUPEL_RETURN_IF_ERROR(transaction.Commit());
  return true;
}

// ---------------------------------------------------------------- delivering

absl::StatusOr<std::optional<Waiting>> SqliteOutbox::First(
    int64_t destination, std::string_view name) {
  const MutexLock lock(mutex_);
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT number, attempts, key, type, body FROM entry "
                         "WHERE destination = ? AND state = 0 ORDER BY number "
                         "LIMIT 1"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, find.Bind(0, destination).Step());
  if (!row) return std::nullopt;
  Waiting waiting;
  waiting.number = find.Integer(0);
  waiting.attempts = static_cast<uint32_t>(find.Integer(1));
  waiting.entry.destination = name;
  waiting.entry.key = find.Text(2);
  waiting.entry.type = find.Text(3);
  waiting.entry.body = find.Text(4);
  return waiting;
}

absl::Status SqliteOutbox::PutOff(const Destination& destination) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database_->Prepare("UPDATE destination SET failures = ?, next = ?, "
                         "reason = ? WHERE number = ?"));
  update.Bind(0, int64_t{destination.failures});
  update.Bind(1, destination.next_micros).Bind(2, destination.reason);
  return update.Bind(3, destination.number).Run();
}

absl::Status SqliteOutbox::ForgetOldKeys() {
  CUPEL_ASSIGN_OR_RETURN(
      Statement forget,
      database_->Prepare(
          "DELETE FROM entry WHERE number IN (SELECT number FROM entry WHERE "
          "state = 2 ORDER BY number LIMIT max(0, (SELECT remembered FROM "
          "usage) - ?))"));
  CUPEL_RETURN_IF_ERROR(
      forget.Bind(0, static_cast<int64_t>(options_.remembered_keys)).Run());
  return AddUsage(0, 0, -database_->changes());
}

absl::Status SqliteOutbox::Settle(const Waiting& waiting,
                                  const Delivery& delivery,
                                  Destination* destination) {
  const MutexLock lock(mutex_);
  Database::Transaction transaction(database_.get());
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  const int64_t now = options_.now();
  const bool delivered = delivery.kind == Delivery::Kind::kDelivered;
  const bool later = delivery.kind == Delivery::Kind::kLater;
  if (later) {
    ++destination->failures;
    destination->reason = OneLine(delivery.reason);
    destination->next_micros =
        now + BackoffMicros(options_.backoff_micros,
                            options_.max_backoff_micros, options_.jitter,
                            destination->failures, options_.random());
  } else {
    *destination = {destination->number, 0, 0, ""};
  }
  CUPEL_RETURN_IF_ERROR(PutOff(*destination));
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      // What was delivered is forgotten but for its key.
      database_->Prepare("UPDATE entry SET attempts = attempts + 1, state = "
                         "?1, reason = ?2, ended = ?3, body = CASE WHEN ?1 = "
                         "2 THEN x'' ELSE body END WHERE number = ?4"));
  update.Bind(0, int64_t{later ? 0 : delivered ? 2 : 1});
  update.Bind(1, OneLine(delivery.reason)).Bind(2, later ? 0 : now);
  CUPEL_RETURN_IF_ERROR(update.Bind(3, waiting.number).Run());
  if (delivered) {
    const auto size = static_cast<int64_t>(SizeOf(waiting.entry));
    CUPEL_RETURN_IF_ERROR(AddUsage(-1, -size, 1));
    CUPEL_RETURN_IF_ERROR(ForgetOldKeys());
  }
  return transaction.Commit();
}

absl::StatusOr<uint64_t> SqliteOutbox::Left(int64_t destination) {
  const MutexLock lock(mutex_);
  CUPEL_ASSIGN_OR_RETURN(
      Statement count,
      database_->Prepare("SELECT count(*) FROM entry WHERE destination = ? AND "
                         "state = 0"));
  CUPEL_RETURN_IF_ERROR(count.Bind(0, destination).Step().status());
  return static_cast<uint64_t>(count.Integer(0));
}

absl::StatusOr<PumpResult> SqliteOutbox::PumpHeld(Destination destination,
                                                  std::string_view name,
                                                  const Deliver& deliver,
                                                  Cancel* cancel, bool now) {
  PumpResult result;
  const int64_t time = options_.now();
  // What lies further ahead than any back-off was written by another clock.
  const auto furthest = static_cast<int64_t>(
      static_cast<double>(options_.max_backoff_micros) * (1 + options_.jitter));
  bool later = !now && destination.next_micros > time &&
               destination.next_micros - time <= furthest;
  while (!later) {
    if (cancel != nullptr && cancel->triggered()) {
      return Cancelled("delivering to '{}' was cancelled",
                       EscapePrintable(name));
    }
    CUPEL_ASSIGN_OR_RETURN(const std::optional<Waiting> waiting,
                           First(destination.number, name));
    if (!waiting.has_value()) break;
    const Delivery delivery = deliver(waiting->entry, waiting->attempts + 1);
    // Ended by us: says nothing of those at the other end.
    if (delivery.kind == Delivery::Kind::kLater && cancel != nullptr &&
        cancel->triggered()) {
      return Cancelled("delivering to '{}' was cancelled",
                       EscapePrintable(name));
    }
    CUPEL_RETURN_IF_ERROR(Settle(*waiting, delivery, &destination));
    later = delivery.kind == Delivery::Kind::kLater;
    result.delivered += delivery.kind == Delivery::Kind::kDelivered ? 1 : 0;
    result.refused += delivery.kind == Delivery::Kind::kRefused ? 1 : 0;
  }
  CUPEL_ASSIGN_OR_RETURN(result.left, Left(destination.number));
  if (result.left > 0) {
    result.next_micros = later ? destination.next_micros : time;
    result.reason = destination.reason;
  }
  return result;
}

absl::StatusOr<PumpResult> SqliteOutbox::Pump(std::string_view destination,
                                              const Deliver& deliver,
                                              Cancel* cancel, bool now) {
  std::optional<Destination> found;
  {
    const MutexLock lock(mutex_);
    CUPEL_ASSIGN_OR_RETURN(found, FindDestination(destination));
  }
  if (!found.has_value()) return PumpResult();
  CUPEL_ASSIGN_OR_RETURN(const OutboxLock::Hold hold,
                         lock_->TryHold(found->number));
  if (!hold) {
    PumpResult result;
    result.elsewhere = true;
    CUPEL_ASSIGN_OR_RETURN(result.left, Left(found->number));
    if (result.left > 0) {
      result.next_micros = options_.now() + options_.backoff_micros;
    }
    return result;
  }
  {
    // Whoever had it may have put it off meanwhile.
    const MutexLock lock(mutex_);
    CUPEL_ASSIGN_OR_RETURN(found, FindDestination(destination));
  }
  if (!found.has_value()) return PumpResult();
  return PumpHeld(*std::move(found), destination, deliver, cancel, now);
}

// ------------------------------------------------------------------- telling

absl::StatusOr<std::vector<std::string>> SqliteOutbox::Destinations() {
  const MutexLock lock(mutex_);
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare(
          "SELECT name FROM destination AS d WHERE EXISTS (SELECT 1 FROM entry "
          "WHERE destination = d.number AND state = 0) OR EXISTS (SELECT 1 "
          "FROM entry WHERE destination = d.number AND state = 1) ORDER BY "
          "name"));
  std::vector<std::string> names;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return names;
    names.emplace_back(find.Text(0));
  }
}

absl::StatusOr<OutboxStats> SqliteOutbox::Stats(std::string_view destination) {
  const MutexLock lock(mutex_);
  OutboxStats stats;
  CUPEL_ASSIGN_OR_RETURN(const auto found, FindDestination(destination));
  if (!found.has_value()) return stats;
  CUPEL_ASSIGN_OR_RETURN(
      Statement count,
      database_->Prepare(
          "SELECT count(*), coalesce(sum(size), 0), coalesce(min(put), 0), "
          "(SELECT count(*) FROM entry WHERE destination = ?1 AND state = 1) "
          "FROM entry WHERE destination = ?1 AND state = 0"));
  CUPEL_RETURN_IF_ERROR(count.Bind(0, found->number).Step().status());
  stats.entries = static_cast<uint64_t>(count.Integer(0));
  stats.bytes = static_cast<uint64_t>(count.Integer(1));
  stats.oldest_micros = count.Integer(2);
  stats.refused = static_cast<uint64_t>(count.Integer(3));
  stats.failures = found->failures;
  stats.next_micros = found->next_micros;
  stats.reason = found->reason;
  return stats;
}

absl::StatusOr<std::vector<RefusedEntry>> SqliteOutbox::Refused(
    std::string_view destination, uint32_t max) {
  const MutexLock lock(mutex_);
  std::vector<RefusedEntry> entries;
  CUPEL_ASSIGN_OR_RETURN(const auto found, FindDestination(destination));
  if (!found.has_value()) return entries;
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database_->Prepare("SELECT key, type, size, ended, reason FROM entry "
                         "WHERE destination = ? AND state = 1 ORDER BY number "
                         "LIMIT ?"));
  find.Bind(0, found->number).Bind(1, int64_t{max});
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return entries;
    entries.push_back({std::string(find.Text(0)), std::string(find.Text(1)),
                       static_cast<uint64_t>(find.Integer(2)), find.Integer(3),
                       std::string(find.Text(4))});
  }
}

absl::StatusOr<uint64_t> SqliteOutbox::DropRefused(
    std::string_view destination) {
  const MutexLock lock(mutex_);
  CUPEL_ASSIGN_OR_RETURN(const auto found, FindDestination(destination));
  if (!found.has_value()) return 0;
  Database::Transaction transaction(database_.get());
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  CUPEL_ASSIGN_OR_RETURN(
      Statement sum,
      database_->Prepare("SELECT count(*), coalesce(sum(size), 0) FROM entry "
                         "WHERE destination = ? AND state = 1"));
  CUPEL_RETURN_IF_ERROR(sum.Bind(0, found->number).Step().status());
  const int64_t count = sum.Integer(0);
  CUPEL_RETURN_IF_ERROR(AddUsage(-count, -sum.Integer(1), 0));
  CUPEL_ASSIGN_OR_RETURN(
      Statement remove,
      database_->Prepare("DELETE FROM entry WHERE destination = ? AND state = "
                         "1"));
  CUPEL_RETURN_IF_ERROR(remove.Bind(0, found->number).Run());
  CUPEL_RETURN_IF_ERROR(transaction.Commit());
  return static_cast<uint64_t>(count);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Outbox>> Outbox::Open(
    const std::string& path, const OutboxOptions& options) {
  QueueOptions backoff;
  backoff.backoff_micros = options.backoff_micros;
  backoff.max_backoff_micros = options.max_backoff_micros;
  backoff.jitter = options.jitter;
  CUPEL_RETURN_IF_ERROR(CheckQueueOptions(backoff));
  DatabaseOptions database;
  database.path = path;
  database.store = "outbox";
  database.busy_timeout_ms = options.busy_timeout_ms;
  database.application_id = kOutboxApplicationId;
  database.migrations = OutboxMigrations();
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Database> opened,
                         Database::Open(database));
  CUPEL_ASSIGN_OR_RETURN(
      std::unique_ptr<OutboxLock> lock,
      OutboxLock::Open(path == ":memory:" ? "" : path + "-lock"));
  OutboxOptions own = options;
  if (!own.now) own.now = ClockSource::System().wall;
  if (!own.random) own.random = RandomSource();
  return std::make_unique<SqliteOutbox>(std::move(opened), std::move(lock),
                                        std::move(own));
}

}  // namespace cupel::queue
