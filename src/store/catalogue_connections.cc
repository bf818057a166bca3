#include "store/catalogue_connections.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "store/database_url.h"

namespace cupel {
namespace {

constexpr size_t kReaders = 4;

DatabaseOptions ForReaders(DatabaseOptions options) {
  options.read_only = true;
  options.check_bytes = 0;  // the writing one did that
  return options;
}

// That is seen by its own connection only.
bool IsInMemory(const std::string& path) {
  const auto url = ParseDatabaseUrl(path);
  return url.ok() && url->driver.empty() && url->target == ":memory:";
}

}  // namespace

CatalogueConnections::CatalogueConnections(std::unique_ptr<Database> writer,
                                           DatabaseOptions options)
    : writer_(std::move(writer)),
      reader_options_(ForReaders(std::move(options))),
      has_readers_(!IsInMemory(reader_options_.path)) {}

CatalogueConnections::Lease::Lease(CatalogueConnections* owner,
                                   Database* database, bool writer)
    : owner_(owner), database_(database), writer_(writer) {}

CatalogueConnections::Lease::Lease(Lease&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      database_(other.database_),
      writer_(other.writer_) {}

CatalogueConnections::Lease::~Lease() {
  if (owner_ == nullptr) return;
  if (writer_) {
    owner_->writing_.Unlock();
  } else {
    owner_->GiveBack(database_);
  }
}

// The transaction of this thread has the lock already.
absl::StatusOr<CatalogueConnections::Lease> CatalogueConnections::Joined() {
  // Else what follows would be kept although what came before is gone.
  if (!writer_->in_transaction()) {
    return MakeStatus(absl::StatusCode::kAborted,
                      "the transaction was given up after an earlier error; "
                      "nothing of it was kept");
  }
  return Lease(nullptr, writer_.get(), true);
}

absl::StatusOr<CatalogueConnections::Lease> CatalogueConnections::ForWriting() {
  if (InTransactionHere()) return Joined();
  writing_.Lock();
  return Lease(this, writer_.get(), true);
}

absl::StatusOr<CatalogueConnections::Lease> CatalogueConnections::ForReading() {
  if (InTransactionHere()) return Joined();
  if (!has_readers_) return ForWriting();
  {
    const MutexLock lock(reading_);
    while (idle_.empty() && opened_ >= kReaders) reader_free_.wait(reading_);
    if (!idle_.empty()) {
      Database* const reader = idle_.back();
      idle_.pop_back();
      return Lease(this, reader, false);
    }
    ++opened_;
  }
  // Unless it comes to one more, the place is free again.
  absl::Cleanup leave = [this] {
    const MutexLock lock(reading_);
    --opened_;
    reader_free_.notify_one();
  };
  CUPEL_ASSIGN_OR_RETURN(auto reader, Database::Open(reader_options_));
  const MutexLock lock(reading_);
  // So that giving it back takes no memory.
  idle_.reserve(opened_);
  readers_.push_back(std::move(reader));
  std::move(leave).Cancel();
  return Lease(this, readers_.back().get(), false);
}

void CatalogueConnections::GiveBack(Database* reader) {
  {
    const MutexLock lock(reading_);
    idle_.push_back(reader);
  }
  reader_free_.notify_one();
}

absl::Status CatalogueConnections::Atomically(
    const std::function<absl::Status()>& body) {
  if (InTransactionHere()) {
    CUPEL_RETURN_IF_ERROR(Joined().status());
    return body();
  }
  const MutexLock lock(writing_);
  Database::Transaction transaction(writer_.get());
  CUPEL_RETURN_IF_ERROR(transaction.Begin());
  in_transaction_.store(std::this_thread::get_id(), std::memory_order_release);
  const absl::Cleanup leave = [this] {
    in_transaction_.store({}, std::memory_order_release);
  };
  CUPEL_RETURN_IF_ERROR(body());
  return transaction.Commit();
}

}  // namespace cupel
