#include "report/finding_json.h"

#include "format/escape.h"

namespace cupel {
namespace {

void WriteMatch(const FoundRule& found, const RuleInfo& rule,
                JsonWriter* json) {
  json->Key("tags").BeginArray();
  for (const std::string& tag : rule.tags) json->String(tag);
  json->EndArray();
  json->Key("meta");
  WriteMetas(rule, json);
  json->Key("weight").Number(rule.weight);
  json->Key("string_count").Number(found.total_strings);
  json->Key("strings").BeginArray();
  for (const FoundString& string : found.strings) {
    json->BeginObject();
    json->Key("id").String(string.id);
    json->Key("offset").Number(string.offset);
    json->Key("length").Number(string.length);
    if (string.xor_key.has_value()) {
      json->Key("xor_key").Number(uint64_t{*string.xor_key});
    }
    if (!string.excerpt.empty()) {
      json->Key("excerpt").String(EscapeAscii(string.excerpt));
    }
    json->EndObject();
  }
  json->EndArray();
}

void WriteStatement(const PluginStatement& statement, JsonWriter* json) {
  json->Key("tags").BeginArray();
  for (const std::string& tag : statement.tags) json->String(tag);
  json->EndArray();
  json->Key("meta").Raw(statement.meta.empty() ? "{}" : statement.meta);
  json->Key("weight").Number(statement.weight);
  json->Key("string_count").Number(1);
  json->Key("strings").BeginArray();
  if (statement.length > 0) {
    json->BeginObject();
    json->Key("id").String(statement.name);
    json->Key("offset").Number(statement.offset);
    json->Key("length").Number(statement.length);
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace

void WriteFindingFields(const Report& report, const Finding& finding,
                        JsonWriter* json) {
  json->Key("plugin").String(
      finding.rule != nullptr
          ? "worker:yara"
          : PluginNameText(report.plugins[finding.stated->plugin].id));
  json->Key("rule").String(finding.name());
  json->Key("namespace").String(FindingNamespace(report, finding));
  if (finding.rule != nullptr) {
    WriteMatch(*finding.found, *finding.rule, json);
  } else {
    WriteStatement(finding.stated->statement, json);
  }
  if (finding.suppressed != nullptr) {
    json->Key("suppressed").Raw(finding.suppressed->json);
  }
}

}  // namespace cupel
