#include "engine/explain.h"

#include "base/status.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "payload/type.h"
#include "pipeline/scan_item.h"
#include "rules/explain.h"

namespace cupel {
namespace {

constexpr plan::FileClass kClasses[] = {
    plan::FileClass::kText, plan::FileClass::kMz, plan::FileClass::kOther};

void WriteClass(plan::FileClass file_class, const RuleExplanation::Class& said,
                JsonWriter* json) {
  json->BeginObject();
  json->Key("class").String(FileClassName(file_class));
  json->Key("formula").String(EscapePrintable(said.formula));
  json->Key("killed").Bool(said.killed);
  json->Key("always").Bool(said.always);
  json->Key("searched").String(said.cover);
  json->EndObject();
}

void WriteParts(const char* key, const char* name, const char* is_true,
                const std::vector<std::pair<std::string, bool>>& parts,
                JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const auto& [text, holds] : parts) {
    json->BeginObject();
    json->Key(name).String(EscapePrintable(text));
    json->Key(is_true).Bool(holds);
    json->EndObject();
  }
  json->EndArray();
}

void WriteFile(const FileToExplain& file, const FileExplanation& said,
               JsonWriter* json) {
  json->Key("payload").BeginObject();
  json->Key("path").String(EscapePrintable(file.path));
  json->Key("size").Number(file.bytes.size());
  json->Key("class").String(FileClassName(said.file_class));
  WriteParts("facts", "fact", "holds", said.facts, json);
  WriteParts("strings", "string", "found", said.strings, json);
  json->Key("formula").Bool(said.formula);
  json->Key("candidate").Bool(said.candidate);
  json->Key("matches").Bool(said.matches);
  json->EndObject();
}

absl::StatusOr<FileExplanation> ExplainFile(const FileToExplain& file,
                                            RuleExplainer& explainer) {
  const NameExternals names = NamesOf(file.path, "");
  ScanRequest request;
  request.bytes = file.bytes;
  request.externals = {
      .filename = names.filename,
      .filepath = names.filepath,
      .extension = names.extension,
      .filetype = IdentifyType(file.bytes.substr(0, kTypeProbeBytes)).yara,
      .owner = names.owner};
  return explainer.Explain(request);
}

absl::Status WriteRule(const std::shared_ptr<const RuleSet>& rules,
                       uint32_t rule, const FileToExplain* file,
                       JsonWriter* json) {
  const RuleInfo& info = rules->rules()[rule];
  json->BeginObject();
  json->Key("name").String(info.name);
  json->Key("namespace").String(info.ns);
  json->Key("file").String(EscapePrintable(info.file));
  json->Key("line").Number(info.line);
  const auto explainer = RuleExplainer::New(rules, rule);
  if (!explainer.ok()) {
    if (!absl::IsFailedPrecondition(explainer.status())) {
      return explainer.status();
    }
    json->Key("unknown").String(MessageOf(explainer.status()));
    json->EndObject();
    return absl::OkStatus();
  }
  const RuleExplanation& said = (*explainer)->rule();
  json->Key("formula").String(EscapePrintable(said.formula));
  json->Key("classes").BeginArray();
  for (const plan::FileClass file_class : kClasses) {
    WriteClass(file_class, said.classes[static_cast<size_t>(file_class)], json);
  }
  json->EndArray();
  if (file != nullptr) {
    CUPEL_ASSIGN_OR_RETURN(const FileExplanation of_file,
                           ExplainFile(*file, **explainer));
    WriteFile(*file, of_file, json);
  }
  json->EndObject();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ExplainJson(std::shared_ptr<const RuleSet> rules,
                                        std::string_view name,
                                        const FileToExplain* file) {
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("schema").String("cupel.explain/1");
  json.Key("digest").String(rules->digest());
  json.Key("engine").String(RuleEngineVersion());
  json.Key("rules").BeginArray();
  bool is_found = false;
  for (uint32_t i = 0; i < rules->rules().size(); ++i) {
    if (rules->rules()[i].name != name) continue;
    is_found = true;
    CUPEL_RETURN_IF_ERROR(WriteRule(rules, i, file, &json));
  }
  json.EndArray();
  json.EndObject();
  if (!is_found) {
    return NotFound("there is no rule '{}'", EscapePrintable(name));
  }
  return out;
}

}  // namespace cupel
