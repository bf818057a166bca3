// Words for a report and its payloads, by patterns.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/decorator/report_view.h"
#include "builtin/files/glob.h"
#include "builtin/tables.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

constexpr size_t kMostEntries = 1000;

// What is empty is not asked for.
struct TagEntry {
  std::string rule;
  std::string path;
  std::string type;
  std::vector<std::string> tags;
};

struct Tagging {
  std::vector<TagEntry> entries;
};

absl::StatusOr<TagEntry> EntryOf(const Json& json, size_t index,
                                 JsonIssues* issues) {
  JsonFields fields(json, {index}, issues);
  fields.ForbidOthers({"rule", "path", "type", "tags"});
  TagEntry entry;
  entry.rule = fields.OptionalString("rule").value_or("");
  entry.path = fields.OptionalString("path").value_or("");
  entry.type = fields.OptionalString("type").value_or("");
  entry.tags = fields.Strings("tags");
  if (entry.tags.empty()) {
    fields.Issue("tags", "missing", "at least one tag is needed");
  }
  bool asks = false;
  for (const auto& [key, glob] :
       {std::pair("rule", &entry.rule), std::pair("path", &entry.path),
        std::pair("type", &entry.type)}) {
    if (!fields.Has(key)) continue;
    asks = true;
    const absl::Status good = CheckGlob(*glob);
    if (!good.ok()) {
      fields.Issue(key, "value_error", std::string(MessageOf(good)));
    }
  }
  if (!asks) {
    fields.Issue("rule", "missing", "one of rule, path and type is needed");
  }
  return entry;
}

absl::StatusOr<std::unique_ptr<Tagging>> MakeTagging(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const Json json, call.Document("entries"));
  if (!json.is_array() || json.size() > kMostEntries) {
    return call.Wrong("entries", fmt::format("it must be an array of at most "
                                             "{} objects",
                                             kMostEntries));
  }
  auto tagging = std::make_unique<Tagging>();
  JsonIssues issues;
  for (size_t i = 0; i < json.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(TagEntry entry, EntryOf(json[i], i, &issues));
    tagging->entries.push_back(std::move(entry));
  }
  const absl::Status status = issues.ToStatus("entries");
  if (!status.ok()) return call.Wrong("entries", MessageOf(status));
  return tagging;
}

bool Fits(const TagEntry& entry, const PayloadView& payload,
          const std::set<std::string_view>& rules) {
  if (!entry.path.empty() && !PathGlobMatches(entry.path, payload.path)) {
    return false;
  }
  if (!entry.type.empty() && !PathGlobMatches(entry.type, payload.type) &&
      !PathGlobMatches(entry.type, payload.mime)) {
    return false;
  }
  if (entry.rule.empty()) return true;
  for (const std::string_view rule : rules) {
    if (PathGlobMatches(entry.rule, rule)) return true;
  }
  return false;
}

absl::Status Decorate(PluginCall& call) {
  const auto& tagging = call.state<Tagging>();
  CUPEL_ASSIGN_OR_RETURN(const ReportView report,
                         ReportView::Parse(call.document()));
  std::map<uint64_t, std::set<std::string_view>> rules_of;
  for (const FindingView& finding : report.findings) {
    rules_of[finding.payload].insert(finding.rule);
  }
  const std::set<std::string_view> none;
  std::set<std::string> all;
  Json payloads = Json::array();
  for (const PayloadView& payload : report.payloads) {
    CUPEL_RETURN_IF_ERROR(call.CheckCancelled());
    const auto rules = rules_of.find(payload.id);
    std::set<std::string> tags;
    for (const TagEntry& entry : tagging.entries) {
      if (Fits(entry, payload,
               rules == rules_of.end() ? none : rules->second)) {
        tags.insert(entry.tags.begin(), entry.tags.end());
      }
    }
    if (tags.empty()) continue;
    payloads.push_back(Json{{"payload", payload.id}, {"tags", tags}});
    all.merge(tags);
  }
  return call.Result(PrintJson(Json{{"tags", all}, {"payloads", payloads}}));
}

}  // namespace

const cupel_plugin_v1 kTagsDecorator = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECORATOR,
    .name = "tags",
    .version = "1.0",
    .description = "Adds tags by patterns of rules, paths and types",
    .options = R"({"entries": []})",
    .activate = Activate<kTagsDecorator, Tagging, MakeTagging>,
    .deactivate = Deactivate<Tagging>,
    .decorate = Enter<kTagsDecorator, Decorate>};

}  // namespace cupel
