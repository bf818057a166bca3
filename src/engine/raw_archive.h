// The embedded store of raws and of the jobs that gave them, as the C interface
// has it.
#ifndef CUPEL_ENGINE_RAW_ARCHIVE_H_
#define CUPEL_ENGINE_RAW_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "compat/openkat/boefje_run.h"
#include "job/normalizer_meta.h"
#include "store/meta_store.h"
#include "store/raw_store.h"

namespace cupel {

struct RawArchiveOptions {
  std::string database;        // empty: in memory
  uint64_t max_raw_bytes = 0;  // 0, here and below: the default
  uint32_t busy_timeout_ms = 0;
};

// Thread-safe. Nothing in it is sealed: of a job's environment it has the
// names, never a value.
class RawArchive {
 public:
  static absl::StatusOr<std::shared_ptr<RawArchive>> Open(
      const RawArchiveOptions& options);
  RawArchive(std::shared_ptr<RunDatabase> database, uint64_t max_raw_bytes);

  uint64_t max_raw_bytes() const { return max_raw_bytes_; }

  // ALREADY_EXISTS if this job was run before.
  absl::Status CheckNew(const RawOwner& job);
  // The job and all its files, or nothing of it.
  absl::StatusOr<std::vector<RawRow>> Keep(
      const openkat::BoefjeOutcome& outcome);
  absl::Status Keep(const job::NormalizerMeta& meta);

  // Whosever it is.
  absl::StatusOr<RawRow> Find(std::string_view id) { return raws_.Find(id); }
  absl::StatusOr<std::string> Bytes(const RawRow& raw) {
    return raws_.Bytes(raw.owner.organisation, raw.id);
  }
  // As OpenKAT's bytes tells of it. NOT_FOUND, naming the job, for a raw that
  // no boefje gave.
  absl::StatusOr<job::RawDataMeta> Meta(const RawRow& raw);
  absl::StatusOr<std::vector<RawRow>> List(const RawFilter& filter) {
    return raws_.List(filter);
  }

 private:
  const std::shared_ptr<RunDatabase> database_;
  const uint64_t max_raw_bytes_;
  RawStore raws_;
  MetaStore metas_;
};

// What they answer stands in include/cupel/boefje.h.
absl::StatusOr<std::string> RawMetaJson(RawArchive& archive,
                                        std::string_view id);
absl::StatusOr<std::string> RawListJson(RawArchive& archive,
                                        const RawFilter& filter);
void WriteRaw(const RawRow& raw, JsonWriter* json);

}  // namespace cupel

#endif  // CUPEL_ENGINE_RAW_ARCHIVE_H_
