// Two lines and JSON: a delimiter, options, and what plugins gave. Flat
// documents have one level, lose no value and stay what they are when they are
// made flat again; all documents of a report are JSON on one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "compat/stoq/documents.h"
#include "compat/stoq/flatten.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr uint64_t kMostBytes = 4u << 20;

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string_view Line(std::string_view* rest) {
  const size_t end = std::min(rest->find('\n'), rest->size());
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(std::min(end + 1, rest->size()));
  return line;
}

// What stays a value of its own in a flat document.
size_t Leaves(const Json& value) {
  if (value.is_object() && !value.empty()) {
    size_t leaves = 0;
    for (const Json& inner : value) leaves += Leaves(inner);
    return leaves;
  }
  if (!value.is_array()) return 1;
  size_t leaves = 0;
  bool object = false;
  for (const Json& inner : value) {
    leaves += Leaves(inner);
    object = object || PrintJson(inner).find('{') != std::string::npos;
  }
  // A brace may stand in a text: then the count says nothing.
  return object ? leaves : 1;
}

bool HasBraceInText(const Json& value) {
  if (value.is_string()) {
    return value.get_ref<const std::string&>().find('{') != std::string::npos;
  }
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items()) {
      if (HasBraceInText(Json(key)) || HasBraceInText(inner)) return true;
    }
  }
  if (value.is_array()) {
    for (const Json& inner : value) {
      if (HasBraceInText(inner)) return true;
    }
  }
  return false;
}

void CheckFlat(const Json& nested, std::string_view delimiter) {
  const auto flat = Flatten(nested, delimiter, {.bytes = kMostBytes});
  if (!flat.ok()) return;
  if (flat->is_object()) {
    for (const Json& value : *flat) {
      Check(!value.is_object() || value.empty());
    }
    if (!nested.empty() && !HasBraceInText(nested)) {
      Check(flat->size() == Leaves(nested));
    }
  }
  const auto again = Flatten(*flat, delimiter, {.bytes = kMostBytes});
  Check(!again.ok() || *again == *flat);
}

Report MakeReport(const std::string& json, std::string_view bits) {
  Report report;
  report.plugins = {{.id = {PluginCategory::kWorker, "hash"}},
                    {.id = {PluginCategory::kDecoder, "hash"}}};
  if (json.starts_with('{')) report.metadata = json;
  auto sayings = std::make_shared<PluginSayings>();
  sayings->plugins = {0, 1};
  sayings->results = {{.plugin = 0, .json = json}, {.plugin = 1, .json = json}};
  sayings->statements = {{.plugin = 0, .statement = {.name = "stated"}}};
  for (uint32_t id = 1; id <= 3; ++id) {
    PayloadRecord& payload = report.payloads.emplace_back();
    payload.id = id;
    payload.parent = id - 1;
    payload.last_descendant = 3;
    payload.has_content = true;
    payload.raw_name = bits;
    payload.same_as = bits.starts_with('s') && id == 3 ? 2 : kNoPayload;
    payload.producer = id > 1 ? 1 : kNoPlugin;
    if (json.starts_with('{')) payload.metadata = payload.dispatch_meta = json;
    payload.sayings = sayings;
    payload.saved = {{.connector = 1, .json = json}};
  }
  report.incidents = {{.payload = 2, .name = std::string(bits)}};
  report.decorations = {{.plugin = 0, .json = json}};
  return report;
}

void CheckDocuments(const Report& report, std::string_view bits) {
  for (const DocumentSchema schema :
       {DocumentSchema::kCupel, DocumentSchema::kStoq1,
        DocumentSchema::kStoq3}) {
    DocumentOptions options;
    options.schema = schema;
    options.split = bits.find('p') != bits.npos;
    options.quirks = bits.find('q') != bits.npos;
    if (bits.find('f') != bits.npos) options.flatten = ":";
    options.bytes = kMostBytes;
    const auto documents = WriteDocuments(report, options);
    if (!documents.ok()) {
      Check(absl::IsResourceExhausted(documents.status()));
      continue;
    }
    for (const std::string& document : *documents) {
      Check(document.find('\n') == document.npos);
      const JsonLimits limits = {
          .bytes = kMostBytes, .depth = 100, .values = 10'000'000};
      Check(ParseJson(document, "document", limits).ok());
    }
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view delimiter = cupel::Line(&rest);
  const std::string_view bits = cupel::Line(&rest);
  const auto json = cupel::ParseJson(rest, "fuzz");
  if (!json.ok()) return 0;
  cupel::CheckFlat(*json, delimiter);
  cupel::CheckDocuments(cupel::MakeReport(std::string(rest), bits), bits);
  return 0;
}
