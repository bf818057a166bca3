#include "builtin/decorator/suppression_list.h"

#include <algorithm>

#include "base/datetime.h"
#include "base/status.h"
#include "builtin/files/glob.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

constexpr size_t kMostEntries = 100'000;

bool IsSha256(std::string_view text) {
  return text.size() == 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void CheckPattern(JsonFields* fields, const char* key,
                  const std::string& glob) {
  if (!fields->Has(key)) return;
  const absl::Status good = CheckGlob(glob);
  if (good.ok()) return;
  fields->Issue(key, "value_error", std::string(MessageOf(good)));
}

absl::StatusOr<SuppressionEntry> ParseLine(std::string_view text, uint64_t line,
                                           const std::string& what) {
  CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(text, what));
  JsonIssues issues;
  JsonFields fields(json, {}, &issues);
  // A slip in "expires" must not make an entry last for ever.
  fields.ForbidOthers({"rule", "path", "sha256", "expires", "reason"});
  SuppressionEntry entry;
  entry.line = line;
  entry.rule = fields.OptionalString("rule").value_or("");
  entry.path = fields.OptionalString("path").value_or("");
  entry.sha256 = fields.OptionalString("sha256").value_or("");
  entry.expires = fields.OptionalString("expires").value_or("");
  entry.reason = fields.String("reason", 1);
  std::transform(entry.sha256.begin(), entry.sha256.end(), entry.sha256.begin(),
                 [](char c) {
                   return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
                 });
  CheckPattern(&fields, "rule", entry.rule);
  CheckPattern(&fields, "path", entry.path);
  if (fields.Has("sha256") && !IsSha256(entry.sha256)) {
    fields.Issue("sha256", "value_error", "expected 64 hexadecimal digits");
  }
  if (fields.Has("expires") && !IsDate(entry.expires)) {
    fields.Issue("expires", "value_error", "expected a day as YYYY-MM-DD");
  }
  if (entry.rule.empty() && entry.path.empty() && entry.sha256.empty()) {
    fields.Issue("rule", "missing", "one of rule, path and sha256 is needed");
  }
  CUPEL_RETURN_IF_ERROR(issues.ToStatus(what));
  return entry;
}

}  // namespace

bool IsDate(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != '-') return false;
  }
  return DateTime::Parse(std::string(text) + "T00:00:00Z").ok();
}

bool SuppressionEntry::Fits(std::string_view finding_rule,
                            std::string_view payload_path,
                            std::string_view payload_sha256) const {
  return (sha256.empty() || sha256 == payload_sha256) &&
         (rule.empty() || PathGlobMatches(rule, finding_rule)) &&
         (path.empty() || PathGlobMatches(path, payload_path));
}

absl::StatusOr<std::vector<SuppressionEntry>> ParseSuppressions(
    std::string_view text, std::string_view file) {
  std::vector<SuppressionEntry> entries;
  for (uint64_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view one = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t first = one.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || one[first] == '#') continue;
    const std::string what = fmt::format("{}, line {}", file, line);
    if (entries.size() >= kMostEntries) {
      return ResourceExhausted("{}: more than {} entries", what, kMostEntries);
    }
    CUPEL_ASSIGN_OR_RETURN(SuppressionEntry entry, ParseLine(one, line, what));
    entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace cupel
