// Says which findings of a report are known to be harmless.
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/datetime.h"
#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/decorator/report_view.h"
#include "builtin/decorator/suppression_list.h"
#include "builtin/files/descriptor.h"
#include "builtin/tables.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr uint64_t kMostBytes = uint64_t{64} << 20;

struct Suppressing {
  std::vector<SuppressionEntry> entries;
  // Indices into them: by hash, and of those that have none.
  std::unordered_map<std::string, std::vector<size_t>> by_hash;
  std::vector<size_t> others;
  std::string today;  // of the options; empty: the clock's
};

absl::StatusOr<std::unique_ptr<Suppressing>> MakeSuppressing(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string file, call.Text("file"));
  auto made = std::make_unique<Suppressing>();
  CUPEL_ASSIGN_OR_RETURN(made->today, call.Text("today"));
  if (file.empty()) return call.Wrong("file", "name the file of the entries");
  if (!made->today.empty() && !IsDate(made->today)) {
    return call.Wrong("today", "it must be a day as YYYY-MM-DD");
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string text, ReadFileAt(file, kMostBytes));
  CUPEL_ASSIGN_OR_RETURN(made->entries,
                         ParseSuppressions(text, EscapePrintable(file)));
  for (size_t i = 0; i < made->entries.size(); ++i) {
    const std::string& hash = made->entries[i].sha256;
    (hash.empty() ? made->others : made->by_hash[hash]).push_back(i);
  }
  return made;
}

Json Told(const SuppressionEntry& entry) {
  Json told = {{"entry", entry.line}, {"reason", entry.reason}};
  told["expires"] = entry.expires.empty() ? Json(nullptr) : Json(entry.expires);
  return told;
}

// What became of the entries of one report.
class Outcome {
 public:
  Outcome(const Suppressing& list, std::string today)
      : list_(list), today_(std::move(today)), used_(list.entries.size()) {}

  void Take(size_t index, const FindingView& finding,
            const PayloadView* payload) {
    bool done = false;
    const auto try_all = [&](const std::vector<size_t>& entries) {
      for (const size_t i : entries) Try(i, index, finding, payload, &done);
    };
    if (payload != nullptr) {
      const auto same = list_.by_hash.find(payload->sha256);
      if (same != list_.by_hash.end()) try_all(same->second);
    }
    try_all(list_.others);
  }

  Json ToJson() const {
    Json expired = Json::array();
    Json unused = Json::array();
    for (size_t i = 0; i < used_.size(); ++i) {
      const SuppressionEntry& entry = list_.entries[i];
      Json told = Told(entry);
      if (entry.ExpiredOn(today_)) {
        told["findings"] = used_[i];
        expired.push_back(std::move(told));
      } else if (used_[i] == 0) {
        unused.push_back(std::move(told));
      }
    }
    return Json{
        {"suppress", suppress_}, {"expired", expired}, {"unused", unused}};
  }

 private:
  // The first that fits and still counts is the one that is named, but each
  // that fits was of use.
  void Try(size_t i, size_t index, const FindingView& finding,
           const PayloadView* payload, bool* done) {
    const SuppressionEntry& entry = list_.entries[i];
    const bool fits =
        entry.Fits(finding.rule, payload == nullptr ? "" : payload->path,
                   payload == nullptr ? "" : payload->sha256);
    if (!fits) return;
    ++used_[i];
    if (*done || entry.ExpiredOn(today_)) return;
    *done = true;
    Json told = Told(entry);
    told["finding"] = index;
    suppress_.push_back(std::move(told));
  }

  const Suppressing& list_;
  const std::string today_;
  std::vector<uint64_t> used_;
  Json suppress_ = Json::array();
};

absl::Status Decorate(PluginCall& call) {
  const auto& list = call.state<Suppressing>();
  CUPEL_ASSIGN_OR_RETURN(const ReportView report,
                         ReportView::Parse(call.document()));
  Outcome outcome(list, list.today.empty()
                            ? DateTime::Now().ToString().substr(0, 10)
                            : list.today);
  for (size_t i = 0; i < report.findings.size(); ++i) {
    CUPEL_RETURN_IF_ERROR(call.CheckCancelled());
    const FindingView& finding = report.findings[i];
    outcome.Take(i, finding, report.PayloadOf(finding));
  }
  return call.Result(PrintJson(outcome.ToJson()));
}

}  // namespace

const cupel_plugin_v1 kSuppressionsDecorator = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECORATOR,
    .name = "suppressions",
    .version = "1.0",
    .description = "Says which findings are known to be harmless, and why",
    .options = R"({"file": "", "today": ""})",
    .activate = Activate<kSuppressionsDecorator, Suppressing, MakeSuppressing>,
    .deactivate = Deactivate<Suppressing>,
    .decorate = Enter<kSuppressionsDecorator, Decorate>};

}  // namespace cupel
