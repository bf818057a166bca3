// What was run, beside the raws it gave: a document for each job.
#ifndef CUPEL_STORE_META_STORE_H_
#define CUPEL_STORE_META_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/raw_store.h"
#include "store/run_database.h"

namespace cupel {

// The numbers are stored.
enum class MetaKind : int32_t { kBoefje = 1, kNormalizer = 2 };

struct MetaRow {
  RawOwner owner;
  MetaKind kind = MetaKind::kBoefje;
  // JSON. Not sealed: whoever puts it in has taken the secrets out.
  std::string document;
};

// Thread-safe. Each call is a transaction of its own, or part of that of
// RunDatabase::Atomically around it. An organisation's jobs go with
// RawStore::DeleteOf.
class MetaStore {
 public:
  explicit MetaStore(std::shared_ptr<RunDatabase> database);

  // ALREADY_EXISTS if the organisation has a job with this id.
  absl::Status Put(const MetaRow& row);
  absl::StatusOr<MetaRow> Get(const RawOwner& owner);

 private:
  const std::shared_ptr<RunDatabase> database_;
};

}  // namespace cupel

#endif  // CUPEL_STORE_META_STORE_H_
