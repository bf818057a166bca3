#include "base/hash.h"
#include "format/escape.h"
#include "report/finding_json.h"
#include "report/writer.h"

namespace cupel {
namespace {

void WriteRule(const RuleInfo& rule, JsonWriter* json) {
  json->BeginObject();
  json->Key("name").String(rule.name);
  json->Key("namespace").String(rule.ns);
  json->Key("file").String(EscapePrintable(rule.file));
  json->Key("tags").BeginArray();
  for (const std::string& tag : rule.tags) json->String(tag);
  json->EndArray();
  json->Key("meta");
  WriteMetas(rule, json);
  json->Key("weight").Number(rule.weight);
  json->Key("filetype");
  if (rule.has_filetype) {
    json->BeginArray();
    for (const std::string& suffix : rule.suffixes) json->String(suffix);
    json->EndArray();
  } else {
    json->Null();
  }
  json->Key("global").Bool(rule.global);
  json->Key("private").Bool(rule.is_private);
  json->EndObject();
}

}  // namespace

void WriteMetas(const RuleInfo& rule, JsonWriter* json) {
  HashSet<std::string_view> written;
  json->BeginObject();
  for (const auto& [key, value] : rule.metas) {
    if (!written.insert(key).second) continue;
    json->Key(key);
    if (const auto* text = std::get_if<std::string>(&value)) {
      json->String(*text);
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      json->Number(*number);
    } else {
      json->Bool(std::get<bool>(value));
    }
  }
  json->EndObject();
}

std::string RuleSetJson(const RuleSet& rules) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("digest").String(rules.digest());
  json.Key("engine").String(RuleEngineVersion());
  json.Key("count").Number(rules.rules().size());
  json.Key("partition").Number(rules.partition_size());
  json.Key("from_cache").Bool(rules.from_cache());
  json.Key("rules").BeginArray();
  for (const RuleInfo& rule : rules.rules()) WriteRule(rule, &json);
  json.EndArray();
  json.Key("skipped").BeginArray();
  for (const SkippedRule& skipped : rules.skipped()) {
    json.BeginObject();
    json.Key("file").String(EscapePrintable(skipped.file));
    json.Key("line").Number(skipped.line);
    json.Key("rule").String(skipped.rule);
    json.Key("reason").String(skipped.reason);
    json.EndObject();
  }
  json.EndArray();
  json.Key("warnings").BeginArray();
  for (const RuleDiagnostic& warning : rules.warnings()) {
    json.BeginObject();
    json.Key("file").String(EscapePrintable(warning.file));
    json.Key("line").Number(warning.line);
    json.Key("rule").String(warning.rule);
    json.Key("message").String(warning.message);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return out;
}

}  // namespace cupel
