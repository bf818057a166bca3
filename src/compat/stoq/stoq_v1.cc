#include "compat/stoq/stoq_v1.h"

#include "base/status.h"
#include "compat/stoq/stoq_v1_input.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "report/plugin_json.h"

namespace cupel {
namespace {

// stoQ 1.x knows the labels of TLP 1.
std::string TlpLabel(const std::string& tlp) {
  return tlp.empty() || tlp == "clear" ? "white" : tlp;
}

// All documents of one input.
class InputWriter {
 public:
  InputWriter(const ReportView& view, const DocumentOptions& options,
              uint32_t input, const WriteSink& sink)
      : view_(view),
        options_(options),
        sink_(sink),
        input_(view, options, input),
        incidents_(input_.tree().size()) {
    for (const Incident* incident : view.IncidentsOf(input)) {
      incidents_[input_.NumberOf(incident->payload)].push_back(incident);
    }
  }

  absl::Status Write() {
    for (const std::string& worker : input_.Workers()) {
      std::vector<std::string> scans = input_.ScansOf(0, worker);
      if (scans.empty()) scans.emplace_back("null");
      for (const std::string& scan : scans) {
        CUPEL_RETURN_IF_ERROR(WriteWith(worker, scan));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status WriteWith(const std::string& worker, const std::string& scan) {
    std::vector<Stoq1Entry> entries;
    uint64_t bytes = 0;
    for (size_t i = 0; i < input_.tree().size(); ++i) {
      entries.push_back(i == 0 ? input_.RootEntry(worker, scan)
                               : input_.ChildEntry(i, worker));
      if (options_.split) {
        CUPEL_RETURN_IF_ERROR(sink_(Document(entries)));
        entries.clear();
        continue;
      }
      for (const auto& [key, value] : entries.back().fields.members()) {
        bytes += key.size() + value.size();
      }
      if (bytes > options_.bytes) {
        return ResourceExhausted(
            "a stoQ 1.x document of this report takes more than {} bytes; "
            "write one document a payload, or Cupel's own report",
            options_.bytes);
      }
    }
    return options_.split ? absl::OkStatus() : sink_(Document(entries));
  }

  std::string Document(const std::vector<Stoq1Entry>& entries) const {
    std::string text;
    JsonWriter json(&text, options_.indent ? JsonWriter::Style::kIndented
                                           : JsonWriter::Style::kCompact);
    json.BeginObject();
    json.Key("date").String(view_.Time());
    if (!options_.split || !options_.quirks) {
      json.Key("tlp").String(TlpLabel(view_.report().tlp));
    }
    json.Key("payloads").Number(entries.size());
    json.Key("plugins").BeginObject();
    for (const Stoq1Entry& entry : entries) {
      json.Key(std::to_string(entry.number)).String(entry.producer);
    }
    json.EndObject();
    json.Key("results").BeginArray();
    for (const Stoq1Entry& entry : entries) entry.fields.Write(&json);
    json.EndArray();
    if (!options_.quirks) {
      WriteIncidents(entries, &json);
      WriteDecorations(view_.report(), &json);
    }
    json.EndObject();
    return text;
  }

  // stoQ has no place for them. Those of the job as a whole, and of what is no
  // entry (links), are the input's.
  void WriteIncidents(const std::vector<Stoq1Entry>& entries,
                      JsonWriter* json) const {
    bool any = false;
    for (const Stoq1Entry& entry : entries) {
      for (const Incident* incident : incidents_[entry.number]) {
        if (!any) json->Key("incidents").BeginArray();
        any = true;
        json->BeginObject();
        json->Key("payload_id");
        if (incident->payload == kNoPayload) {
          json->Null();
        } else {
          json->Number(entry.number);
        }
        json->Key("kind").String(IncidentKindName(incident->kind));
        json->Key("name").String(incident->name);
        json->Key("detail").String(EscapePrintable(incident->detail));
        json->EndObject();
      }
    }
    if (any) json->EndArray();
  }

  const ReportView& view_;
  const DocumentOptions& options_;
  const WriteSink& sink_;
  const Stoq1Input input_;
  std::vector<std::vector<const Incident*>> incidents_;  // by payload_id
};

}  // namespace

absl::Status WriteStoq1(const ReportView& view, const DocumentOptions& options,
                        const WriteSink& sink) {
  for (const uint32_t input : view.Inputs()) {
    CUPEL_RETURN_IF_ERROR(InputWriter(view, options, input, sink).Write());
  }
  return absl::OkStatus();
}

}  // namespace cupel
