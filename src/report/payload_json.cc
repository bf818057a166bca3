#include "report/payload_json.h"

#include <fmt/format.h>

#include <ctime>

#include "format/base64.h"
#include "format/escape.h"
#include "report/plugin_json.h"

namespace cupel {
namespace {

// 1970-01-01T00:00:00Z, for any second; null where the calendar ends.
void WriteTime(int64_t seconds, JsonWriter* json) {
  const time_t time = seconds;
  tm utc{};
  if (gmtime_r(&time, &utc) == nullptr || utc.tm_year > 8099) {
    json->Null();
    return;
  }
  json->String(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                           utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                           utc.tm_hour, utc.tm_min, utc.tm_sec));
}

void WriteRawName(std::string_view key, std::string_view raw,
                  JsonWriter* json) {
  json->Key(key).String(EscapePrintable(raw));
  // Escaping hides nothing, but bytes are what a program wants.
  if (!IsUtf8(raw)) {
    json->Key(fmt::format("{}_base64", key)).String(Base64Encode(raw));
  }
}

void WriteText(std::string_view text, JsonWriter* json) {
  if (text.empty()) {
    json->Null();
  } else {
    json->String(text);
  }
}

void WriteOptional(const std::optional<uint64_t>& value, JsonWriter* json) {
  if (value.has_value()) {
    json->Number(*value);
  } else {
    json->Null();
  }
}

void WriteProvenance(const PayloadRecord& payload, JsonWriter* json) {
  if (payload.declared_size.has_value()) {
    json->Key("declared_size").Number(*payload.declared_size);
  }
  if (payload.offset.has_value()) {
    json->Key("offset").Number(*payload.offset);
  }
  if (payload.mode.has_value()) {
    json->Key("mode").String(fmt::format("{:04o}", *payload.mode));
  }
  if (payload.mtime_s.has_value()) {
    json->Key("mtime");
    WriteTime(*payload.mtime_s, json);
  }
  if (payload.is_link) WriteRawName("link", payload.link_target, json);
  if (payload.encrypted) json->Key("encrypted").Bool(true);
}

}  // namespace

std::string ProducerOf(const Report& report, const PayloadRecord& payload) {
  if (payload.producer != kNoPlugin) {
    return PluginNameText(report.plugins[payload.producer].id);
  }
  return payload.parent == kNoPayload ? "input" : "archive";
}

void WriteAnswer(Verdict verdict, Coverage coverage, int64_t score,
                 JsonWriter* json) {
  json->Key("verdict").String(VerdictName(verdict));
  json->Key("coverage").String(CoverageName(coverage));
  json->Key("score").Number(score);
}

void WritePayloadId(uint32_t id, JsonWriter* json) {
  if (id == kNoPayload) {
    json->Null();
  } else {
    json->Number(id);
  }
}

void WritePayload(const Report& report, const PayloadRecord& payload,
                  JsonWriter* json) {
  json->BeginObject();
  json->Key("id").Number(payload.id);
  json->Key("parents").BeginArray();
  if (payload.parent != kNoPayload) json->Number(payload.parent);
  for (const OtherOrigin& other : payload.others) json->Number(other.parent);
  json->EndArray();
  json->Key("path").String(EscapePrintable(PayloadPath(report, payload.id)));
  WriteRawName("name", payload.raw_name, json);
  json->Key("producer").String(ProducerOf(report, payload));
  if (payload.has_content) {
    json->Key("size").Number(payload.size);
    json->Key("sha256").String(HexDigest(payload.sha256));
  } else {
    json->Key("size").Null();
    json->Key("sha256").Null();
  }
  json->Key("type");
  WriteText(payload.type != nullptr ? payload.type->name : "", json);
  json->Key("mime");
  WriteText(payload.type != nullptr ? payload.type->mime : "", json);
  json->Key("container");
  WriteText(payload.container, json);
  WriteProvenance(payload, json);
  WriteAnswer(payload.verdict, payload.coverage, payload.score, json);
  json->Key("same_as");
  WritePayloadId(payload.same_as, json);
  WritePluginMembers(report, payload, json);
  json->EndObject();
}

void WriteIncident(const Incident& incident, JsonWriter* json) {
  json->BeginObject();
  json->Key("payload");
  WritePayloadId(incident.payload, json);
  json->Key("kind").String(IncidentKindName(incident.kind));
  json->Key("name").String(incident.name);
  json->Key("value");
  WriteOptional(incident.value, json);
  json->Key("covered_bytes");
  WriteOptional(incident.covered_bytes, json);
  json->Key("detail").String(EscapePrintable(incident.detail));
  json->EndObject();
}

void WriteJob(const Report& report, JsonWriter* json) {
  json->BeginObject();
  json->Key("kind").String("scan");
  if (!report.tlp.empty()) json->Key("tlp").String(report.tlp);
  if (!report.metadata.empty()) json->Key("metadata").Raw(report.metadata);
  json->EndObject();
}

}  // namespace cupel
