// Sealing anew what is not sealed as new rows are.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "base/status.h"
#include "crypto/wipe_json.h"
#include "format/escape.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

constexpr uint64_t kRowsAtOnce = 256;
// A row that somebody else changes again and again is given up in the end.
constexpr int kAttempts = 8;

std::string NameOf(const ConfigRow& row) {
  return EscapePrintable(row.organisation) + "/" + EscapePrintable(row.plugin);
}

}  // namespace

// How many rows there are to do; the others are counted in the result.
// `go_on` is asked between pages, so that it can be ended while it counts.
absl::StatusOr<uint64_t> RegistryImpl::RowsToRotate(
    std::string_view key_id,
    const std::function<bool(uint64_t done, uint64_t total)>& go_on,
    RotationResult* result) {
  ConfigFilter filter;
  filter.limit = kRowsAtOnce;
  uint64_t to_do = 0;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                           store().Configs(filter));
    for (const ConfigRow& row : rows) {
      if (row.settings.empty()) continue;
      ++(row.key_id == key_id ? result->already : to_do);
    }
    if (rows.size() < kRowsAtOnce) return to_do;
    if (go_on && !go_on(0, to_do)) {
      return Cancelled("the rotation was ended before it changed a row");
    }
    filter.offset += rows.size();
  }
}

// False if somebody wrote it meanwhile.
absl::StatusOr<bool> RegistryImpl::ResealRow(const ConfigRow& row) {
  CUPEL_ASSIGN_OR_RETURN(Json settings, Open(row));
  auto sealed = Seal(settings, row.organisation, row.plugin);
  WipeJson(&settings);
  CUPEL_RETURN_IF_ERROR(sealed.status());
  ConfigRow replacement = row;
  replacement.settings = std::move(sealed->text);
  replacement.fingerprint = std::move(sealed->fingerprint);
  replacement.key_id = std::move(sealed->key_id);
  return store().ReplaceSettings(row.number, row.settings, replacement);
}

absl::StatusOr<RotationResult> RegistryImpl::RotateSettings(
    const std::function<bool(uint64_t done, uint64_t total)>& go_on) {
  RotationResult result;
  ConfigFilter filter;
  CUPEL_ASSIGN_OR_RETURN(filter.key_id_not, KeyIdOfNewRows());
  CUPEL_ASSIGN_OR_RETURN(uint64_t total,
                         RowsToRotate(*filter.key_id_not, go_on, &result));
  uint64_t done = 0;
  const auto tell = [&]() -> absl::Status {
    total = std::max(total, done);  // others write meanwhile
    if (!go_on || go_on(done, total)) return absl::OkStatus();
    return Cancelled("the rotation was ended with {} rows done", done);
  };
  std::unordered_set<int64_t> failed;
  std::unordered_map<int64_t, int> attempts;
  // Rows that are done leave the filter, so what is before the offset are those
  // that failed. Should one of them be deleted, the last look, at all that is
  // left, finds what was passed over.
  for (bool last_look = false, ended = false; !ended;) {
    filter.offset = last_look ? 0 : failed.size();
    filter.limit = last_look ? 0 : kRowsAtOnce;
    CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                           store().Configs(filter));
    bool retry = false;
    for (const ConfigRow& row : rows) {
      if (failed.contains(row.number)) continue;
      CUPEL_RETURN_IF_ERROR(tell());
      const absl::StatusOr<bool> resealed = ResealRow(row);
      if (resealed.ok() && *resealed) {
        ++result.resealed;
      } else if (resealed.ok() && ++attempts[row.number] < kAttempts) {
        // Not done if it was written with an old key, so it may come again.
        ++result.changed;
        retry = true;
        continue;
      } else {
        failed.insert(row.number);
        result.failed.push_back(fmt::format(
            "{}: {}", NameOf(row),
            resealed.ok() ? "somebody else changes it again and again"
                          : MessageOf(resealed.status())));
      }
      ++done;
    }
    ended = last_look && !retry;
    last_look = last_look || rows.empty();
  }
  done = total;
  CUPEL_RETURN_IF_ERROR(tell());
  return result;
}

}  // namespace cupel
