// The connections of a store, and who may use which when.
#ifndef CUPEL_STORE_CATALOGUE_CONNECTIONS_H_
#define CUPEL_STORE_CATALOGUE_CONNECTIONS_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "store/database.h"

namespace cupel {

// Thread-safe. One connection writes, others read beside it; within
// Atomically, the thread that is in it does both on the writing one.
class CatalogueConnections {
 public:
  CatalogueConnections(std::unique_ptr<Database> writer,
                       DatabaseOptions options);

  // A connection for as long as this lives.
  class Lease {
   public:
    Lease(CatalogueConnections* owner, Database* database, bool writer);
    Lease(Lease&& other) noexcept;
    Lease(const Lease&) = delete;
    ~Lease() ABSL_NO_THREAD_SAFETY_ANALYSIS;
    Database* operator->() const { return database_; }
    Database& operator*() const { return *database_; }

   private:
    CatalogueConnections* owner_;
    Database* database_;
    bool writer_;  // held by Lock, else one of the readers; owner_ is null if
                   // there is nothing to give back
  };

  // ABORTED inside an Atomically that the database gave up.
  absl::StatusOr<Lease> ForWriting() ABSL_NO_THREAD_SAFETY_ANALYSIS;
  absl::StatusOr<Lease> ForReading();

  absl::Status Atomically(const std::function<absl::Status()>& body);

 private:
  friend class Lease;
  bool InTransactionHere() const {
    return in_transaction_.load(std::memory_order_acquire) ==
           std::this_thread::get_id();
  }
  absl::StatusOr<Lease> Joined();
  void GiveBack(Database* reader);

  const std::unique_ptr<Database> writer_;
  const DatabaseOptions reader_options_;
  const bool has_readers_;
  Mutex writing_;  // held while writer_ is used
  // The thread that is in Atomically.
  std::atomic<std::thread::id> in_transaction_{};

  Mutex reading_;
  std::condition_variable_any reader_free_;
  std::vector<std::unique_ptr<Database>> readers_ ABSL_GUARDED_BY(reading_);
  std::vector<Database*> idle_ ABSL_GUARDED_BY(reading_);
  size_t opened_ ABSL_GUARDED_BY(reading_) = 0;
};

}  // namespace cupel

#endif  // CUPEL_STORE_CATALOGUE_CONNECTIONS_H_
