#include "compat/stoq/stoq_v1_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "format/json_writer.h"

namespace cupel {
namespace {

// What of a source's or plugin's metadata goes to the top of an entry.
constexpr std::array<std::string_view, 5> kMoved = {"filename", "magic",
                                                    "ssdeep", "path", "size"};

bool IsMoved(std::string_view key) {
  return std::find(kMoved.begin(), kMoved.end(), key) != kMoved.end();
}

std::string_view BaseName(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string ListText(const std::vector<std::string>& values) {
  std::string text;
  JsonWriter json(&text);
  json.BeginArray();
  for (const std::string& value : values) json.Raw(value);
  json.EndArray();
  return text;
}

// What connectors said when they took the payload, and what comes with that.
void PutArchived(const PayloadRecord& payload, Fields* fields) {
  if (payload.saved.empty()) return;
  fields->Put("content-type",
              JsonText(payload.type != nullptr ? payload.type->mime
                                               : "application/octet-stream"));
  for (const SavedPayload& saved : payload.saved) {
    Fields said;
    said.PutAll(saved.json);
    const std::string* id = said.Find("conn_id");
    if (id != nullptr) fields->PutNew("conn_id", *id);
  }
}

// Metadata: some go to the top of the entry, the rest under source_meta. A
// value that stands at the top already is not said twice.
void PutSourceMeta(const Fields& metadata, bool over, Fields* fields) {
  Fields rest;
  for (const auto& [key, value] : metadata.members()) {
    const std::string* top = fields->Find(key);
    if (IsMoved(key) && (top == nullptr || over)) {
      fields->Put(key, value);
    } else if (top == nullptr || *top != value) {
      rest.Put(key, value);
    }
  }
  fields->Put("source_meta", rest.Text());
}

}  // namespace

Stoq1Input::Stoq1Input(const ReportView& view, const DocumentOptions& options,
                       uint32_t input)
    : view_(view),
      report_(view.report()),
      options_(options),
      tree_(view.TreeOf(input)) {
  for (size_t i = 0; i < tree_.size(); ++i) {
    numbers_[tree_[i]] = i;
    outputs_.push_back(view.OutputsOf(report_.payload(tree_[i])));
  }
  kwargs_.PutAll(report_.payload(input).metadata);
  kwargs_.PutAllNew(report_.metadata);
}

size_t Stoq1Input::NumberOf(uint32_t payload) const {
  const auto found = numbers_.find(payload);
  return found == numbers_.end() ? 0 : found->second;
}

std::vector<std::string> Stoq1Input::Workers() const {
  std::vector<std::string> ran;
  std::set<std::string> known;
  std::set<std::string> gave;
  for (const auto& outputs : outputs_) {
    for (const WorkerOutput& output : outputs) {
      const std::string& name = output.plugin.name;
      if (output.plugin.category != PluginCategory::kWorker ||
          (!options_.worker.empty() && options_.worker != name)) {
        continue;
      }
      if (known.insert(name).second) ran.push_back(name);
      if (!output.results.empty()) gave.insert(name);
    }
  }
  if (gave.empty()) {
    if (!options_.quirks && !ran.empty()) return {ran.front()};
    return {};
  }
  ran.erase(std::remove_if(
                ran.begin(), ran.end(),
                [&](const std::string& name) { return !gave.contains(name); }),
            ran.end());
  return ran;
}

std::vector<std::string> Stoq1Input::ScansOf(size_t number,
                                             const std::string& worker) const {
  for (const WorkerOutput& output : outputs_[number]) {
    if (output.plugin.category == PluginCategory::kWorker &&
        output.plugin.name == worker) {
      return output.results;
    }
  }
  return {};
}

std::string Stoq1Input::UuidsOf(uint32_t payload) const {
  std::vector<std::string> chain;
  for (uint32_t id = payload; id != kNoPayload;
       id = report_.payload(id).parent) {
    chain.push_back(JsonText(view_.IdOf(id)));
  }
  for (auto it = options_.uuids.rbegin(); it != options_.uuids.rend(); ++it) {
    chain.push_back(JsonText(*it));
  }
  std::reverse(chain.begin(), chain.end());
  return ListText(chain);
}

void Stoq1Input::PutHashes(const PayloadRecord& payload, bool ssdeep,
                           Fields* fields) const {
  for (const auto& [name, value] : view_.HashesOf(payload)) {
    if (name != "ssdeep" || ssdeep) fields->Put(name, JsonText(value));
  }
}

Stoq1Entry Stoq1Input::RootEntry(const std::string& worker,
                                 const std::string& scan) const {
  const PayloadRecord& root = report_.payload(tree_.front());
  Stoq1Entry entry{.number = 0, .producer = worker, .fields = {}};
  Fields& fields = entry.fields;
  const std::string* name = kwargs_.Find("filename");
  if (!root.raw_name.empty()) {
    const std::string* path = kwargs_.Find("path");
    fields.Put("path",
               path != nullptr ? *path : JsonText(NameText(root.raw_name)));
  }
  const std::string own_name =
      NameText(root.raw_name.empty() ? "Unknown" : BaseName(root.raw_name));
  fields.Put("filename", name != nullptr ? *name : JsonText(own_name));
  PutHashes(root, true, &fields);
  PutArchived(root, &fields);
  fields.Put("scan", scan);
  fields.Put("uuid", UuidsOf(root.id));
  fields.Put("plugin", JsonText(worker));
  if (root.has_content) fields.Put("size", fmt::to_string(root.size));
  PutSourceMeta(kwargs_, false, &fields);
  fields.Put("payload_id", "0");
  return entry;
}

// stoQ 1.x puts what the root was given into every child.
void Stoq1Input::PutLeaked(Fields* fields) const {
  const PayloadRecord& root = report_.payload(tree_.front());
  fields->Put("filename", JsonText(NameText(BaseName(root.raw_name))));
  fields->Put("path", JsonText(NameText(root.raw_name)));
  for (const auto& [key, value] : kwargs_.members()) fields->Put(key, value);
}

Stoq1Entry Stoq1Input::ChildEntry(size_t number,
                                  const std::string& worker) const {
  const PayloadRecord& child = report_.payload(tree_[number]);
  const std::string producer =
      PluginNameText(view_.ProducerOf(child, child.producer));
  Stoq1Entry entry{.number = number, .producer = producer, .fields = {}};
  Fields& fields = entry.fields;
  fields.PutAll(child.dispatch_meta);
  if (options_.quirks) PutLeaked(&fields);
  fields.Put("plugin", JsonText(worker));
  fields.Put("dispatcher", JsonText(producer));
  fields.Put("payload_id", fmt::to_string(number));
  fields.Put("uuid", UuidsOf(child.id));
  const std::vector<std::string> scans = ScansOf(number, worker);
  fields.Put("scan", scans.empty()       ? "null"
                     : scans.size() == 1 ? scans.front()
                                         : ListText(scans));
  PutHashes(child, false, &fields);
  Fields metadata;
  metadata.PutAll(child.metadata);
  if (!options_.quirks) {
    PutArchived(child, &fields);
    fields.Put("size", fmt::to_string(child.size));
  }
  PutSourceMeta(metadata, options_.quirks, &fields);
  if (!options_.quirks) {
    fields.PutNew("filename", JsonText(NameText(child.raw_name)));
  }
  return entry;
}

}  // namespace cupel
