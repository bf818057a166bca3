#include "compat/stoq/stoq_v3.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

#include "base/status.h"
#include "compat/stoq/fields.h"
#include "format/escape.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// A payload and the others of the input that have its bytes.
struct Merged {
  uint32_t payload = 0;
  std::vector<uint32_t> same;
};

// An object is what stoQ has under a worker's name; all else is wrapped.
std::string OneObject(const std::vector<std::string>& results) {
  if (results.size() == 1 && results.front().starts_with('{')) {
    return results.front();
  }
  std::string text;
  JsonWriter json(&text);
  json.BeginObject().Key("results").BeginArray();
  for (const std::string& result : results) json.Raw(result);
  json.EndArray().EndObject();
  return text;
}

// "worker:pe" is "pe", as stoQ knows no categories; a second plugin of that
// name keeps its category. Adds the name to `taken`.
std::string ShortName(const PluginName& name, std::set<std::string>* taken) {
  if (taken->insert(name.name).second) return name.name;
  return PluginNameText(name);
}

// All documents of one input.
class InputWriter {
 public:
  InputWriter(const ReportView& view, const DocumentOptions& options,
              uint32_t input, const WriteSink& sink)
      : view_(view),
        report_(view.report()),
        options_(options),
        sink_(sink),
        input_(input) {
    for (const uint32_t id : view.TreeOf(input)) Merge(id);
    for (const Incident* incident : view.IncidentsOf(input)) {
      const auto place = places_.find(incident->payload);
      incidents_[place == places_.end() ? 0 : place->second].push_back(
          incident);
    }
  }

  absl::Status Write() {
    if (!options_.split) {
      std::string results;
      for (const Merged& merged : payloads_) {
        results += results.empty() ? "[" : ",";
        results += Result(merged, OutputsOf(merged));
        if (results.size() > options_.bytes) {
          return ResourceExhausted(
              "a stoQ v3 document of this report takes more than {} bytes; "
              "write one document a payload, or Cupel's own report",
              options_.bytes);
        }
      }
      return sink_(Document(results + "]"));
    }
    for (size_t i = 0; i < payloads_.size(); ++i) {
      CUPEL_RETURN_IF_ERROR(WriteSplit(i));
    }
    return absl::OkStatus();
  }

 private:
  void Merge(uint32_t id) {
    const uint32_t first = report_.payload(id).same_as;
    const auto known = places_.find(first);
    if (first != kNoPayload && known != places_.end()) {
      payloads_[known->second].same.push_back(id);
      places_[id] = known->second;
      return;
    }
    places_[id] = payloads_.size();
    payloads_.push_back({.payload = id, .same = {}});
  }

  struct Output {
    std::string name;
    std::optional<std::string> json;  // nothing if it said nothing
  };

  std::vector<Output> OutputsOf(const Merged& merged) const {
    std::vector<Output> outputs;
    std::set<std::string> taken;
    for (const WorkerOutput& output :
         view_.OutputsOf(report_.payload(merged.payload))) {
      Output& out =
          outputs.emplace_back(Output{ShortName(output.plugin, &taken), {}});
      if (!output.results.empty()) out.json = OneObject(output.results);
    }
    return outputs;
  }

  // One for each worker that said something. Without quirks a payload is not
  // passed over because none did.
  absl::Status WriteSplit(size_t place) {
    const Merged& merged = payloads_[place];
    const std::vector<Output> outputs = OutputsOf(merged);
    bool any = false;
    for (const Output& output : outputs) {
      if (!output.json.has_value()) continue;
      any = true;
      CUPEL_RETURN_IF_ERROR(
          sink_(Document("[" + Result(merged, outputs, &output) + "]", place)));
    }
    if (any || options_.quirks) return absl::OkStatus();
    return sink_(Document("[" + Result(merged, outputs) + "]", place));
  }

  std::string IdOf(uint32_t payload) const {
    const auto known = places_.find(payload);
    return view_.IdOf(
        known == places_.end() ? payload : payloads_[known->second].payload);
  }

  // `only`: the one worker whose results are wanted; null: all.
  std::string Result(const Merged& merged, const std::vector<Output>& outputs,
                     const Output* only = nullptr) const {
    const PayloadRecord& payload = report_.payload(merged.payload);
    std::string text;
    JsonWriter json(&text);
    json.BeginObject();
    json.Key("size").Number(payload.size);
    json.Key("payload_id").String(view_.IdOf(payload.id));
    json.Key("payload_meta").BeginObject();
    json.Key("should_archive").Bool(true);
    json.Key("should_scan").Bool(true);
    json.Key("extra_data");
    ExtraData(payload).Write(&json);
    json.Key("dispatch_to").BeginArray().EndArray();
    json.EndObject();

    std::set<std::string> taken;
    Fields archivers;
    for (const SavedPayload& saved : payload.saved) {
      archivers.Put(ShortName(report_.plugins[saved.connector].id, &taken),
                    saved.json.empty() ? "{}" : OneLine(saved.json));
    }
    json.Key("plugins_run").BeginObject().Key("workers").BeginArray();
    for (const Output& output : outputs) json.String(output.name);
    json.EndArray().Key("archivers").BeginArray();
    for (const auto& [name, said] : archivers.members()) json.String(name);
    json.EndArray().EndObject();

    WriteOrigins(merged, &json);
    json.Key("workers").BeginObject();
    for (const Output& output : outputs) {
      if (!output.json.has_value()) continue;
      if (only != nullptr && only != &output) continue;
      json.Key(output.name).Raw(*output.json);
    }
    json.EndObject();
    json.Key("archivers");
    archivers.Write(&json);
    json.EndObject();
    return text;
  }

  static Fields ExtraData(const PayloadRecord& payload) {
    Fields extra;
    extra.PutAll(payload.metadata);
    if (!payload.raw_name.empty()) {
      extra.PutNew("filename", JsonText(NameText(payload.raw_name)));
    }
    return extra;
  }

  void WriteOrigins(const Merged& merged, JsonWriter* json) const {
    std::vector<std::string> parents;
    std::vector<std::string> producers;
    const auto add = [&](const PayloadRecord& payload, uint32_t parent,
                         uint32_t producer) {
      if (parent == kNoPayload) return;
      parents.push_back(IdOf(parent));
      producers.push_back(view_.ProducerOf(payload, producer).name);
    };
    const auto add_all = [&](uint32_t id) {
      const PayloadRecord& payload = report_.payload(id);
      add(payload, payload.parent, payload.producer);
      for (const OtherOrigin& other : payload.others) {
        add(payload, other.parent, other.producer);
      }
    };
    add_all(merged.payload);
    for (const uint32_t id : merged.same) add_all(id);
    json->Key("extracted_from").BeginArray();
    for (const std::string& parent : parents) json->String(parent);
    json->EndArray().Key("extracted_by").BeginArray();
    for (const std::string& producer : producers) json->String(producer);
    json->EndArray();
  }

  // `results`: a JSON list, of all payloads or of the one at `place`.
  std::string Document(const std::string& results,
                       std::optional<size_t> place = {}) const {
    std::string text;
    JsonWriter json(&text, options_.indent ? JsonWriter::Style::kIndented
                                           : JsonWriter::Style::kCompact);
    json.BeginObject();
    json.Key("results").Raw(results);
    json.Key("request_meta").BeginObject();
    json.Key("archive_payloads").Bool(true);
    json.Key("source");
    if (options_.source.empty()) {
      json.Null();
    } else {
      json.String(options_.source);
    }
    json.Key("extra_data");
    RequestData().Write(&json);
    json.EndObject();
    WriteErrors(place, &json);
    json.Key("time").String(view_.Time());
    json.Key("decorators").BeginObject();
    std::set<std::string> taken;
    for (const Decoration& decoration : report_.decorations) {
      json.Key(ShortName(report_.plugins[decoration.plugin].id, &taken))
          .Raw(decoration.json);
    }
    json.EndObject();
    json.Key("scan_id").String(view_.IdOf(input_, "scan"));
    json.EndObject();
    return text;
  }

  // v3 knows no labels; one that was given is not lost on the way.
  Fields RequestData() const {
    Fields data;
    data.PutAll(report_.metadata);
    if (!report_.tlp.empty() && !options_.quirks) {
      data.PutNew("tlp", JsonText(report_.tlp));
    }
    return data;
  }

  // Of all payloads, or of the one at `place`.
  void WriteErrors(std::optional<size_t> place, JsonWriter* json) const {
    json->Key("errors").BeginArray();
    for (const auto& [at, incidents] : incidents_) {
      if (place.has_value() && at != *place) continue;
      for (const Incident* incident : incidents) WriteError(*incident, json);
    }
    json->EndArray();
  }

  void WriteError(const Incident& incident, JsonWriter* json) const {
    json->BeginObject();
    json->Key("error").String(ErrorText(incident));
    json->Key("plugin_name");
    if (incident.kind == IncidentKind::kPlugin ||
        incident.kind == IncidentKind::kPolicy ||
        incident.kind == IncidentKind::kDelivery) {
      json->String(incident.name);
    } else {
      json->Null();
    }
    json->Key("payload_id");
    if (incident.payload == kNoPayload) {
      json->Null();
    } else {
      json->String(IdOf(incident.payload));
    }
    json->EndObject();
  }

  // "limit: file_bytes: 1024: of 4096 bytes"
  static std::string ErrorText(const Incident& incident) {
    std::string text = fmt::format("{}: {}", IncidentKindName(incident.kind),
                                   EscapePrintable(incident.name));
    if (incident.value.has_value())
      text += fmt::format(": {}", *incident.value);
    if (!incident.detail.empty()) {
      text += ": " + EscapePrintable(incident.detail);
    }
    return text;
  }

  const ReportView& view_;
  const Report& report_;
  const DocumentOptions& options_;
  const WriteSink& sink_;
  const uint32_t input_;
  std::vector<Merged> payloads_;
  // By place in payloads_. Those of the job as a whole, and of what is no
  // payload here (links), are the input's.
  std::map<size_t, std::vector<const Incident*>> incidents_;
  HashMap<uint32_t, size_t> places_;  // of a payload in payloads_
};

}  // namespace

absl::Status WriteStoq3(const ReportView& view, const DocumentOptions& options,
                        const WriteSink& sink) {
  for (const uint32_t input : view.Inputs()) {
    CUPEL_RETURN_IF_ERROR(InputWriter(view, options, input, sink).Write());
  }
  return absl::OkStatus();
}

}  // namespace cupel
