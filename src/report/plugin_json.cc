#include "report/plugin_json.h"

#include "format/base64.h"
#include "format/escape.h"

namespace cupel {
namespace {

std::string NameOf(const Report& report, uint32_t plugin) {
  return PluginNameText(report.plugins[plugin].id);
}

void WriteOrigins(const Report& report, const PayloadRecord& payload,
                  JsonWriter* json) {
  if (payload.others.empty()) return;
  json->Key("origins").BeginArray();
  for (const OtherOrigin& other : payload.others) {
    json->BeginObject();
    json->Key("parent").Number(other.parent);
    json->Key("producer").String(NameOf(report, other.producer));
    json->Key("name").String(EscapePrintable(other.raw_name));
    if (!IsUtf8(other.raw_name)) {
      json->Key("name_base64").String(Base64Encode(other.raw_name));
    }
    json->EndObject();
  }
  json->EndArray();
}

void WriteSayings(const Report& report, const PluginSayings& sayings,
                  JsonWriter* json) {
  json->Key("plugins").BeginArray();
  for (const uint32_t plugin : sayings.plugins) {
    json->String(NameOf(report, plugin));
  }
  json->EndArray();
  json->Key("results").BeginArray();
  for (const PluginResult& result : sayings.results) {
    json->BeginObject();
    json->Key("plugin").String(NameOf(report, result.plugin));
    json->Key("result").Raw(result.json);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

void WritePluginMembers(const Report& report, const PayloadRecord& payload,
                        JsonWriter* json) {
  if (!payload.metadata.empty()) {
    json->Key("metadata").Raw(payload.metadata);
  }
  WriteOrigins(report, payload, json);
  // Of equal payloads the first one has the results.
  if (payload.sayings != nullptr && payload.same_as == kNoPayload) {
    WriteSayings(report, *payload.sayings, json);
  }
  if (payload.saved.empty()) return;
  json->Key("saved").BeginArray();
  for (const SavedPayload& saved : payload.saved) {
    json->BeginObject();
    json->Key("connector").String(NameOf(report, saved.connector));
    json->Key("result").Raw(saved.json.empty() ? "null" : saved.json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteDecorations(const Report& report, JsonWriter* json) {
  if (report.decorations.empty()) return;
  json->Key("decorations").BeginObject();
  for (const Decoration& decoration : report.decorations) {
    json->Key(NameOf(report, decoration.plugin)).Raw(decoration.json);
  }
  json->EndObject();
}

}  // namespace cupel
