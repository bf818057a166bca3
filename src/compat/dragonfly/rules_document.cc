#include "compat/dragonfly/rules_document.h"

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel::dragonfly {

absl::StatusOr<RulesDocument> ParseRulesDocument(std::string_view text) {
  JsonLimits limits;
  limits.bytes = kMaxRulesBytes;
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseJson(text, "rules document", limits));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  RulesDocument document;
  document.hash = fields.String("hash", 1);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("rules document"));
  const Json* rules = fields.Find("rules");
  if (rules == nullptr || !rules->is_object()) {
    return InvalidArgument(
        "rules document: rules: expected an object of names and sources");
  }
  for (const auto& [name, source] : rules->items()) {
    if (!source.is_string()) {
      return InvalidArgument(
          "rules document: rules: {}: expected YARA as text, found {}",
          EscapePrintable(name), JsonTypeName(source));
    }
    document.files.emplace(name, source.get<std::string>());
  }
  return document;
}

std::string CombinedRules(const RulesDocument& document) {
  std::string text;
  for (const auto& [name, source] : document.files) {
    if (!text.empty()) text += '\n';
    text += source;
  }
  return text;
}

}  // namespace cupel::dragonfly
