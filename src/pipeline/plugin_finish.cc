#include "pipeline/plugin_finish.h"

#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "format/json.h"
#include "report/writer.h"

namespace cupel {
namespace {

void Note(Report* report, IncidentKind kind, const std::string& name,
          std::string_view detail) {
  report->incidents.push_back(
      {.kind = kind, .name = name, .detail = std::string(detail)});
}

std::string JsonOf(const Report& report) {
  std::string document;
  // The sink never fails.
  (void)WriteJson(report, WriteOptions(), [&](std::string_view piece) {
    document += piece;
    return absl::OkStatus();
  });
  return document;
}

// Findings by their place in the report's JSON.
std::vector<FindingKey> KeysOf(const Report& report) {
  std::vector<FindingKey> keys;
  for (const uint32_t id : report.order) {
    ForEachFinding(report, report.payload(id), [&](const Finding& finding) {
      keys.push_back({id, finding.ordinal});
    });
  }
  return keys;
}

// "suppress": [{"finding": 3, …}]
absl::Status Suppress(const Json& list, uint32_t plugin, Report* report) {
  if (!list.is_array()) {
    return InvalidArgument("\"suppress\" must be a list of objects");
  }
  const std::vector<FindingKey> keys = KeysOf(*report);
  for (const Json& entry : list) {
    if (!entry.is_object() || !entry.contains("finding") ||
        !entry["finding"].is_number_unsigned() ||
        entry["finding"].get<uint64_t>() >= keys.size()) {
      return InvalidArgument(
          "\"suppress\" names a finding that is not in the report, which has "
          "{}",
          keys.size());
    }
    Json said = entry;
    said.erase("finding");
    report->suppressed[keys[entry["finding"].get<uint64_t>()]] = {
        .plugin = plugin, .json = PrintJson(said)};
  }
  return absl::OkStatus();
}

class Finisher {
 public:
  Finisher(PluginThread& thread, const Limits& limits, Cancel* cancel,
           Report* report)
      : thread_(thread),
        roster_(thread.roster()),
        limits_(limits),
        cancel_(cancel),
        report_(report) {}

  void Do() {
    for (const PluginName& name : roster_.use().decorators) Decorate(name);
    const PluginUse& use = roster_.use();
    std::vector<PluginName> connectors = use.connectors;
    if (report_->coverage != Coverage::kComplete) {
      connectors.insert(connectors.end(), use.error_connectors.begin(),
                        use.error_connectors.end());
    }
    if (!connectors.empty()) Deliver(connectors);
  }

 private:
  absl::Status Call(uint32_t index, PluginMethod method,
                    std::string_view document, IncidentKind kind,
                    PluginAnswer* answer) {
    PluginRequest request;
    request.method = method;
    request.document = document;
    // Not with ?:, which would make a temporary text of both.
    request.tlp = "clear";
    if (!report_->tlp.empty()) request.tlp = report_->tlp;
    request.options = {};
    request.cancel = cancel_;
    request.deadline = Deadline::After(limits_.plugin_time_ns);
    const absl::Status status = method == PluginMethod::kConnect
                                    ? thread_.Connect(index, request, answer)
                                    : thread_.Call(index, request, answer);
    const std::string& name = roster_.entry(index).name;
    for (const PluginError& error : answer->errors) {
      Note(report_, kind, name, error.message);
    }
    if (absl::IsPermissionDenied(status)) {
      Note(report_, IncidentKind::kPolicy, name, MessageOf(status));
    } else if (!status.ok()) {
      Note(report_, kind, name, MessageOf(status));
    }
    return status;
  }

  void Decorate(const PluginName& name) {
    const uint32_t index = *roster_.Find(name);
    PluginAnswer answer;
    if (!Call(index, PluginMethod::kDecorate, JsonOf(*report_),
              IncidentKind::kDelivery, &answer)
             .ok() ||
        answer.results.empty()) {
      return;
    }
    absl::StatusOr<Json> said = ParseJson(answer.results.front(), "decoration");
    absl::Status status = said.status();
    if (status.ok() && !said->is_object()) {
      status = InvalidArgument("a decoration must be an object, not {}",
                               JsonTypeName(*said));
    }
    if (status.ok() && said->contains("suppress")) {
      status = Suppress((*said)["suppress"], index, report_);
    }
    if (!status.ok()) {
      Note(report_, IncidentKind::kDelivery, PluginNameText(name),
           MessageOf(status));
      return;
    }
    report_->decorations.push_back({index, PrintJson(*said)});
    // What is suppressed no longer counts.
    FinishReport(report_);
  }

  void Deliver(const std::vector<PluginName>& connectors) {
    std::vector<std::string> documents;
    if (roster_.use().documents) {
      absl::StatusOr<std::vector<std::string>> made =
          roster_.use().documents(*report_);
      if (!made.ok()) {
        Note(report_, IncidentKind::kDelivery, "documents",
             MessageOf(made.status()));
        return;
      }
      documents = *std::move(made);
    } else {
      documents.push_back(JsonOf(*report_));
    }
    for (const PluginName& name : connectors) {
      DeliverTo(*roster_.Find(name), documents);
    }
  }

  void DeliverTo(uint32_t index, const std::vector<std::string>& documents) {
    PluginAnswer connected;
    if (!Call(index, PluginMethod::kConnect, {}, IncidentKind::kDelivery,
              &connected)
             .ok()) {
      return;
    }
    for (const std::string& document : documents) {
      PluginAnswer answer;
      // One that fails is no reason to keep the others back.
      (void)Call(index, PluginMethod::kSave, document, IncidentKind::kDelivery,
                 &answer);
    }
  }

  PluginThread& thread_;
  const PluginRoster& roster_;
  const Limits& limits_;
  Cancel* const cancel_;
  Report* const report_;
};

}  // namespace

void FinishWithPlugins(PluginThread& thread, const Limits& limits,
                       Cancel* cancel, Report* report) {
  Finisher(thread, limits, cancel, report).Do();
}

void MarkUsedPlugins(const PluginRoster& roster, Report* report) {
  const auto mark = [&](uint32_t plugin) {
    if (plugin != kNoPlugin) report->plugins[plugin].used = true;
  };
  for (const PayloadRecord& payload : report->payloads) {
    mark(payload.producer);
    for (const OtherOrigin& other : payload.others) mark(other.producer);
    for (const SavedPayload& saved : payload.saved) mark(saved.connector);
    if (payload.sayings == nullptr) continue;
    for (const uint32_t plugin : payload.sayings->plugins) mark(plugin);
    for (const PluginResult& result : payload.sayings->results) {
      mark(result.plugin);
    }
    for (const StatedFinding& stated : payload.sayings->statements) {
      mark(stated.plugin);
    }
  }
  for (const Incident& incident : report->incidents) {
    const bool timeout = incident.kind == IncidentKind::kTimeout;
    const auto name =
        ParsePluginName(timeout ? incident.detail : incident.name);
    if (name.ok()) mark(roster.Find(*name).value_or(kNoPlugin));
  }
  for (const auto* names :
       {&roster.use().decorators, &roster.use().connectors}) {
    for (const PluginName& name : *names) mark(*roster.Find(name));
  }
}

}  // namespace cupel
