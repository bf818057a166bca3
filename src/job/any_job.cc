#include "job/any_job.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/status.h"

namespace cupel::job {
namespace {

using Parser = AnyJob (*)(const Json&, const JsonPath&, JsonIssues*);

// One of the Parse... functions, giving an AnyJob.
template <auto kParse>
AnyJob As(const Json& json, const JsonPath& path, JsonIssues* issues) {
  return kParse(json, path, issues);
}

struct KindEntry {
  std::string_view name;
  Parser parse;
};

// In the order of Kind.
constexpr auto kKinds = std::to_array<KindEntry>({
    {"Task", As<ParseTask>},
    {"TaskPop", As<ParseTaskPop>},
    {"PaginatedTasksResponse", As<ParsePaginatedTasksResponse>},
    {"Queue", As<ParseQueue>},
    {"BoefjeMeta", As<ParseBoefjeMeta>},
    {"RawDataMeta", As<ParseRawDataMeta>},
    {"NormalizerMeta", As<ParseNormalizerMeta>},
    {"File", As<ParseFile>},
    {"BoefjeOutput", As<ParseBoefjeOutput>},
    {"BoefjeInput", As<ParseBoefjeInput>},
    {"NormalizerObservation", As<ParseNormalizerObservation>},
    {"NormalizerDeclaration", As<ParseNormalizerDeclaration>},
    {"NormalizerAffirmation", As<ParseNormalizerAffirmation>},
    {"DeclaredScanProfile", As<ParseDeclaredScanProfile>},
    {"NormalizerResults", As<ParseNormalizerResults>},
    {"OOI", As<ParseOoi>},
});
static_assert(kKinds.size() == std::variant_size_v<AnyJob>);

// If `json` has one of `keys`, which no rule above has, it is a `kind`.
struct Sign {
  Kind kind;
  std::array<std::string_view, 4> keys;
};

// The first that fits. What holds another model comes before it.
constexpr Sign kSigns[] = {
    {Kind::kBoefjeInput, {"output_url"}},
    {Kind::kTask, {"scheduler_id", "schedule_id", "data", "priority"}},
    {Kind::kOoi, {"object_type"}},
    {Kind::kDeclaredScanProfile, {"scan_profile_type"}},
    {Kind::kNormalizerMeta, {"raw_data", "normalizer"}},
    {Kind::kRawDataMeta, {"boefje_meta", "mime_types"}},
    {Kind::kBoefjeMeta, {"boefje"}},
    {Kind::kNormalizerResults,
     {"observations", "declarations", "affirmations", "scan_profiles"}},
    {Kind::kPaginatedTasksResponse, {"count"}},
    {Kind::kBoefjeOutput, {"files"}},
    {Kind::kFile, {"content", "tags"}},
    {Kind::kQueue, {"size"}},
    // A meta that lacks the boefje or the normalizer, which is what is wrong.
    {Kind::kBoefjeMeta, {"organization", "runnable_hash"}},
};

// By a key that says which of its like it is.
std::optional<Kind> KindByType(const Json& json) {
  const auto type = json.find("type");
  if (type == json.end() || !type->is_string()) return std::nullopt;
  const std::string& name = type->get_ref<const std::string&>();
  if (name == "observation") return Kind::kNormalizerObservation;
  if (name == "declaration") return Kind::kNormalizerDeclaration;
  if (name == "affirmation") return Kind::kNormalizerAffirmation;
  return std::nullopt;
}

absl::Status UnknownKind(const Json& json, std::string_view what) {
  if (!json.is_object()) {
    return InvalidArgument(
        "{}: expected a JSON object that describes a job, "
        "found {}",
        what, JsonTypeName(json));
  }
  return InvalidArgument(
      "{}: no job of OpenKAT's has such keys; a task has scheduler_id and "
      "data, a boefje's meta has boefje, a normalizer's has raw_data",
      what);
}

}  // namespace

std::string_view Name(Kind kind) {
  return kKinds[static_cast<size_t>(kind)].name;
}

std::optional<Kind> KindFromName(std::string_view name) {
  const auto* const found =
      std::find_if(kKinds.begin(), kKinds.end(),
                   [name](const KindEntry& e) { return e.name == name; });
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<Kind>(found - kKinds.begin());
}

std::optional<Kind> DetectKind(const Json& json) {
  if (!json.is_object()) return std::nullopt;
  if (const std::optional<Kind> kind = KindByType(json)) return kind;
  for (const Sign& sign : kSigns) {
    for (const std::string_view key : sign.keys) {
      if (!key.empty() && json.contains(key)) return sign.kind;
    }
  }
  if (json.contains("results")) {
    return json.contains("input_ooi") ? Kind::kNormalizerObservation
                                      : Kind::kTaskPop;
  }
  // Last, as it says the least: a task's status would have come with more.
  if (json.contains("status")) return Kind::kBoefjeOutput;
  return std::nullopt;
}

AnyJob ParseKind(Kind kind, const Json& json, const JsonPath& path,
                 JsonIssues* issues) {
  return kKinds[static_cast<size_t>(kind)].parse(json, path, issues);
}

absl::StatusOr<AnyJob> ParseJob(std::string_view text, std::string_view what,
                                std::optional<Kind> kind, JsonIssues* issues,
                                const JsonLimits& limits) {
  CUPEL_ASSIGN_OR_RETURN(const Json json, ParseJson(text, what, limits));
  if (!kind.has_value()) kind = DetectKind(json);
  if (!kind.has_value()) return UnknownKind(json, what);
  JsonIssues own;
  if (issues == nullptr) issues = &own;
  AnyJob job = ParseKind(*kind, json, {}, issues);
  CUPEL_RETURN_IF_ERROR(issues->ToStatus(
      std::string(what).append(", read as ").append(Name(*kind))));
  return job;
}

std::string Print(const AnyJob& job, JsonWriter::Style style) {
  std::string text;
  JsonWriter writer(&text, style);
  std::visit([&writer](const auto& model) { Write(model, &writer); }, job);
  return text;
}

}  // namespace cupel::job
