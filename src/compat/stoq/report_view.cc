#include "compat/stoq/report_view.h"

#include <algorithm>
#include <array>

#include "crypto/digest.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "report/finding_json.h"

namespace cupel {
namespace {

const PluginName kYara = {PluginCategory::kWorker, "yara"};
const PluginName kArchive = {PluginCategory::kExtractor, "archive"};

// Longer results of a worker called "hash" are not looked at.
constexpr size_t kHashResultBytes = 64u << 10;

void WriteSuppressed(const Finding& finding, JsonWriter* json) {
  if (finding.suppressed == nullptr) return;
  json->Key("suppressed").Raw(finding.suppressed->json);
}

// As stoQ's own worker of that name has it.
void WriteMatch(const Finding& finding, JsonWriter* json) {
  json->BeginObject();
  json->Key("tags").BeginArray();
  for (const std::string& tag : finding.rule->tags) json->String(tag);
  json->EndArray();
  json->Key("namespace").String(finding.rule->ns);
  json->Key("rule").String(finding.rule->name);
  json->Key("meta");
  WriteMetas(*finding.rule, json);
  json->Key("strings").BeginArray();
  for (const FoundString& string : finding.found->strings) {
    json->BeginArray().Number(string.offset).String(string.id);
    json->String(EscapeAscii(string.excerpt)).EndArray();
  }
  json->EndArray();
  WriteSuppressed(finding, json);
  json->EndObject();
}

void WriteStatement(const Finding& finding, JsonWriter* json) {
  const PluginStatement& statement = finding.stated->statement;
  json->BeginObject();
  json->Key("name").String(statement.name);
  json->Key("tags").BeginArray();
  for (const std::string& tag : statement.tags) json->String(tag);
  json->EndArray();
  json->Key("meta").Raw(statement.meta.empty() ? "{}" : statement.meta);
  json->Key("weight").Number(statement.weight);
  json->Key("offset").Number(statement.offset);
  json->Key("length").Number(statement.length);
  WriteSuppressed(finding, json);
  json->EndObject();
}

// Into the first result, if that is an object without such a member; else it is
// one more.
void AddStatements(const std::string& list, WorkerOutput* output) {
  if (!output->results.empty()) {
    auto first = ParseJson(output->results.front(), "result");
    if (first.ok() && first->is_object() && !first->contains("statements")) {
      std::string& text = output->results.front();
      text.resize(text.rfind('}'));
      text += (first->empty() ? "\"statements\":" : ",\"statements\":");
      text += list + "}";
      return;
    }
  }
  output->results.push_back("{\"statements\":" + list + "}");
}

bool IsHash(std::string_view name, std::string_view value) {
  if (name == "ssdeep") {
    return std::count(value.begin(), value.end(), ':') == 2 && IsUtf8(value) &&
           value.size() <= 256;
  }
  const size_t digits = name == "md5" ? 32 : name == "sha1" ? 40 : 128;
  return value.size() == digits &&
         value.find_first_not_of("0123456789abcdefABCDEF") == value.npos;
}

}  // namespace

std::string NameText(std::string_view raw) {
  return IsUtf8(raw) ? std::string(raw) : EscapePrintable(raw);
}

std::string JsonText(std::string_view text) {
  std::string json;
  JsonWriter(&json).String(text);
  return json;
}

std::string OneLine(std::string_view text) {
  std::string json;
  JsonWriter(&json).Raw(text);
  return json;
}

ReportView::ReportView(const Report& report, const DocumentOptions& options)
    : report_(report), options_(options) {
  for (const Incident& incident : report.incidents) {
    uint32_t input = incident.payload;
    while (input != kNoPayload && report.payload(input).parent != kNoPayload) {
      input = report.payload(input).parent;
    }
    incidents_[input].push_back(&incident);
  }
}

std::vector<uint32_t> ReportView::Inputs() const {
  std::vector<uint32_t> inputs;
  for (const PayloadRecord& payload : report_.payloads) {
    if (payload.parent == kNoPayload) inputs.push_back(payload.id);
  }
  return inputs;
}

std::vector<uint32_t> ReportView::TreeOf(uint32_t input) const {
  std::vector<uint32_t> tree = {input};
  const uint32_t last = report_.payload(input).last_descendant;
  for (uint32_t id = input + 1; id <= last; ++id) {
    if (report_.payload(id).has_content) tree.push_back(id);
  }
  return tree;
}

std::vector<const Incident*> ReportView::IncidentsOf(uint32_t input) const {
  std::vector<const Incident*> all;
  for (const uint32_t of : {input, kNoPayload}) {
    const auto found = incidents_.find(of);
    if (found == incidents_.end()) continue;
    all.insert(all.end(), found->second.begin(), found->second.end());
  }
  return all;
}

void ReportView::AddMatches(const PayloadRecord& payload,
                            std::vector<WorkerOutput>* outputs) const {
  std::string matches;
  JsonWriter json(&matches);
  std::map<uint32_t, std::string> statements;  // by plugin
  json.BeginArray();
  ForEachFinding(report_, payload, [&](const Finding& finding) {
    if (finding.rule != nullptr) {
      WriteMatch(finding, &json);
      return;
    }
    std::string& list = statements[finding.stated->plugin];
    list += list.empty() ? "[" : ",";
    JsonWriter one(&list);
    WriteStatement(finding, &one);
  });
  json.EndArray();
  for (auto& [plugin, list] : statements) {
    const PluginName& name = report_.plugins[plugin].id;
    auto output = std::find_if(
        outputs->begin(), outputs->end(),
        [&](const WorkerOutput& known) { return known.plugin == name; });
    if (output == outputs->end()) {
      output = outputs->insert(outputs->end(), {.plugin = name});
    }
    AddStatements(list + "]", &*output);
  }
  if (report_.rules == nullptr) return;
  if (matches == "[]" && payload.own_coverage == Coverage::kNone) return;
  auto yara = std::find_if(
      outputs->begin(), outputs->end(),
      [](const WorkerOutput& known) { return known.plugin == kYara; });
  if (yara == outputs->end()) {
    yara = outputs->insert(outputs->begin(), {.plugin = kYara});
  }
  if (matches != "[]") {
    yara->results.push_back("{\"matches\":" + matches + "}");
  }
}

std::vector<WorkerOutput> ReportView::OutputsOf(
    const PayloadRecord& payload) const {
  std::vector<WorkerOutput> outputs;
  HashMap<uint32_t, size_t> place;
  const auto output_of = [&](uint32_t plugin) -> WorkerOutput& {
    const auto [found, is_new] = place.try_emplace(plugin, outputs.size());
    if (is_new) outputs.push_back({.plugin = report_.plugins[plugin].id});
    return outputs[found->second];
  };
  if (payload.sayings != nullptr) {
    for (const uint32_t plugin : payload.sayings->plugins) output_of(plugin);
    for (const PluginResult& result : payload.sayings->results) {
      output_of(result.plugin).results.push_back(OneLine(result.json));
    }
  }
  AddMatches(payload, &outputs);
  return outputs;
}

std::string ReportView::IdOf(uint32_t payload, std::string_view what) const {
  Blake2b hash;
  hash.UpdateFramed("cupel document id");
  hash.UpdateFramed({reinterpret_cast<const char*>(options_.job.bytes.data()),
                     options_.job.bytes.size()});
  hash.UpdateFramed(what);
  hash.UpdateFramed(std::to_string(payload));
  const Digest digest = hash.Finish();
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  // In the shape of version 4, which is what stoQ's readers know.
  id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
  id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
  return id.ToString();
}

PluginName ReportView::ProducerOf(const PayloadRecord& payload,
                                  uint32_t producer) const {
  if (producer != kNoPlugin) return report_.plugins[producer].id;
  return payload.parent == kNoPayload ? PluginName() : kArchive;
}

std::string ReportView::Time() const {
  DateTime time = options_.time;
  if (options_.quirks && time.aware) {
    time = {.micros = time.micros + time.offset_seconds * int64_t{1'000'000}};
  }
  return time.ToString();
}

std::vector<std::pair<std::string, std::string>> ReportView::HashesOf(
    const PayloadRecord& payload) const {
  std::map<std::string, std::string> known;
  if (payload.has_content) known["sha256"] = HexDigest(payload.sha256);
  if (payload.sayings != nullptr) {
    for (const PluginResult& result : payload.sayings->results) {
      const PluginName& name = report_.plugins[result.plugin].id;
      if (name.category != PluginCategory::kWorker ||
          (name.name != "hash" && name.name != "ssdeep") ||
          result.json.size() > kHashResultBytes) {
        continue;
      }
      const auto given = ParseJson(result.json, "hashes");
      if (!given.ok() || !given->is_object()) continue;
      for (const char* hash : {"md5", "sha1", "sha512", "ssdeep"}) {
        const auto value = given->find(hash);
        if (value == given->end() || !value->is_string()) continue;
        const auto& text = value->get_ref<const std::string&>();
        if (IsHash(hash, text)) known.emplace(hash, text);
      }
    }
  }
  std::vector<std::pair<std::string, std::string>> hashes;
  for (const char* name : {"md5", "sha1", "sha256", "sha512", "ssdeep"}) {
    const auto found = known.find(name);
    if (found != known.end()) hashes.emplace_back(name, found->second);
  }
  return hashes;
}

}  // namespace cupel
