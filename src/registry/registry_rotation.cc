// Sealing anew what is not sealed as new rows are.
#include <algorithm>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

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

// Rows that are done leave the filter, but others may write them with another
// key at any time. So pass follows pass until one finds nothing but what
// failed. A pass goes by numbers, not by an offset, from which such rows would
// push away what is behind them; and each row is tried so many times only. So
// it ends, whatever others do.
class Rotation {
 public:
  using GoOn = std::function<bool(uint64_t done, uint64_t total)>;
  using Reseal = std::function<absl::StatusOr<bool>(const ConfigRow&)>;

  Rotation(uint64_t total, const GoOn& go_on, Reseal reseal,
           RotationResult* result)
      : go_on_(go_on),
        reseal_(std::move(reseal)),
        result_(*result),
        total_(total) {}

  absl::Status Run(CatalogueStore& store, const std::string& key_id) {
    for (found_ = true; std::exchange(found_, false); first_pass_ = false) {
      CUPEL_RETURN_IF_ERROR(Pass(store, key_id));
    }
    done_ = total_;
    return Tell();
  }

 private:
  absl::Status Pass(CatalogueStore& store, const std::string& key_id) {
    ConfigFilter filter;
    filter.key_id_not = key_id;
    filter.limit = kRowsAtOnce;
    while (true) {
      CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                             store.Configs(filter));
      for (const ConfigRow& row : rows) {
        CUPEL_RETURN_IF_ERROR(Tell());
        if (!failed_.contains(row.number)) Visit(row);
      }
      if (rows.size() < kRowsAtOnce) return absl::OkStatus();
      filter.number_above = rows.back().number;
    }
  }

  void Visit(const ConfigRow& row) {
    found_ = true;
    if (!first_pass_ && ++returns_[row.number] >= kAttempts) {
      GiveUp(row,
             "somebody else changes it again and again, or seals it with "
             "another key");
      return;
    }
    const absl::StatusOr<bool> resealed = reseal_(row);
    if (!resealed.ok()) {
      GiveUp(row, MessageOf(resealed.status()));
    } else if (*resealed) {
      ++result_.resealed;
      ++done_;
    } else {
      // Not done if it was written with an old key, so it may come again.
      ++result_.changed;
    }
  }

  void GiveUp(const ConfigRow& row, std::string_view why) {
    failed_.insert(row.number);
    result_.failed.push_back(fmt::format("{}: {}", NameOf(row), why));
    ++done_;
  }

  absl::Status Tell() {
    total_ = std::max(total_, done_);  // others write meanwhile
    if (!go_on_ || go_on_(done_, total_)) return absl::OkStatus();
    return Cancelled("the rotation was ended with {} rows done", done_);
  }

  const GoOn& go_on_;
  const Reseal reseal_;
  RotationResult& result_;
  uint64_t total_;
  uint64_t done_ = 0;
  bool first_pass_ = true;
  bool found_ = false;  // something to do, in this pass
  std::unordered_set<int64_t> failed_;
  // In how many passes after the first a row was there, done before or not.
  std::unordered_map<int64_t, int> returns_;
};

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
    filter.number_above = rows.back().number;
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
  CUPEL_ASSIGN_OR_RETURN(const std::string key_id, KeyIdOfNewRows());
  CUPEL_ASSIGN_OR_RETURN(const uint64_t total,
                         RowsToRotate(key_id, go_on, &result));
  Rotation rotation(
      total, go_on, [this](const ConfigRow& row) { return ResealRow(row); },
      &result);
  CUPEL_RETURN_IF_ERROR(rotation.Run(store(), key_id));
  return result;
}

}  // namespace cupel
