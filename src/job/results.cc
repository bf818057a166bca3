#include "job/results.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "job/fields.h"

namespace cupel::job {
namespace {

constexpr int64_t kHighestLevel = 4;

// A key that can only have one value, and has it if it is not there.
void CheckLiteral(JsonFields* in, std::string_view key,
                  std::string_view literal) {
  const Json* const value = in->Find(key);
  if (value == nullptr) return;
  if (value->is_string() && value->get_ref<const std::string&>() == literal) {
    return;
  }
  in->Issue(key, "literal_error",
            fmt::format(
                "expected \"{}\", found {}", literal,
                value->is_string() ? "another string" : JsonTypeName(*value)));
}

bool HasString(const Json& json, std::string_view key,
               std::string_view literal) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() &&
         found->get_ref<const std::string&>() == literal;
}

}  // namespace

Ooi ParseOoi(const Json& json, const JsonPath& path, JsonIssues* issues) {
  JsonFields in(json, path, issues);
  in.String("object_type", /*min_length=*/1);
  Ooi ooi;
  if (json.is_object()) ooi.json = json;
  return ooi;
}

NormalizerObservation ParseNormalizerObservation(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues) {
  JsonFields in(json, path, issues);
  CheckLiteral(&in, "type", "observation");
  NormalizerObservation observation;
  observation.input_ooi = in.String("input_ooi");
  observation.results =
      ParseModels(&in, "results", /*required=*/true, issues, &ParseOoi);
  return observation;
}

NormalizerDeclaration ParseNormalizerDeclaration(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues) {
  JsonFields in(json, path, issues);
  CheckLiteral(&in, "type", "declaration");
  NormalizerDeclaration declaration;
  declaration.ooi = ParseField(&in, "ooi", issues, &ParseOoi);
  declaration.end_valid_time =
      in.OptionalDateTime("end_valid_time", /*must_be_aware=*/false);
  return declaration;
}

NormalizerAffirmation ParseNormalizerAffirmation(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues) {
  JsonFields in(json, path, issues);
  CheckLiteral(&in, "type", "affirmation");
  return {ParseField(&in, "ooi", issues, &ParseOoi)};
}

DeclaredScanProfile ParseDeclaredScanProfile(const Json& json,
                                             const JsonPath& path,
                                             JsonIssues* issues) {
  JsonFields in(json, path, issues);
  CheckLiteral(&in, "scan_profile_type", "declared");
  DeclaredScanProfile profile;
  profile.reference = in.String("reference");
  const int64_t level = in.Integer("level");
  if (level < 0 || level > kHighestLevel) {
    in.Issue("level", "enum", "expected a level from 0 to 4, found another");
  } else {
    profile.level = static_cast<uint8_t>(level);
  }
  profile.user_id = in.OptionalInteger("user_id");
  return profile;
}

NormalizerResults ParseNormalizerResults(const Json& json, const JsonPath& path,
                                         JsonIssues* issues) {
  JsonFields in(json, path, issues);
  constexpr bool kRequired = false;
  NormalizerResults results;
  results.observations = ParseModels(&in, "observations", kRequired, issues,
                                     &ParseNormalizerObservation);
  results.declarations = ParseModels(&in, "declarations", kRequired, issues,
                                     &ParseNormalizerDeclaration);
  results.affirmations = ParseModels(&in, "affirmations", kRequired, issues,
                                     &ParseNormalizerAffirmation);
  results.scan_profiles = ParseModels(&in, "scan_profiles", kRequired, issues,
                                      &ParseDeclaredScanProfile);
  return results;
}

NormalizerOutput ParseNormalizerOutput(const Json& json, const JsonPath& path,
                                       JsonIssues* issues) {
  if (json.is_object()) {
    if (json.contains("object_type")) return ParseOoi(json, path, issues);
    if (json.contains("scan_profile_type")) {
      return ParseDeclaredScanProfile(json, path, issues);
    }
    if (HasString(json, "type", "declaration")) {
      return ParseNormalizerDeclaration(json, path, issues);
    }
    if (HasString(json, "type", "affirmation")) {
      return ParseNormalizerAffirmation(json, path, issues);
    }
  }
  issues->Add(
      path, "value_error",
      fmt::format("expected an object with object_type, a declaration, "
                  "an affirmation or a declared scan profile, found {}",
                  json.is_object() ? "another object" : JsonTypeName(json)));
  return {};
}

void Write(const Ooi& ooi, JsonWriter* out) { WriteJson(ooi.json, out); }

void Write(const NormalizerObservation& observation, JsonWriter* out) {
  out->BeginObject().Key("type").String("observation");
  out->Key("input_ooi").String(observation.input_ooi);
  WriteModels("results", observation.results, out);
  out->EndObject();
}

void Write(const NormalizerDeclaration& declaration, JsonWriter* out) {
  out->BeginObject().Key("type").String("declaration").Key("ooi");
  Write(declaration.ooi, out);
  WriteOptional("end_valid_time", declaration.end_valid_time, out);
  out->EndObject();
}

void Write(const NormalizerAffirmation& affirmation, JsonWriter* out) {
  out->BeginObject().Key("type").String("affirmation").Key("ooi");
  Write(affirmation.ooi, out);
  out->EndObject();
}

void Write(const DeclaredScanProfile& profile, JsonWriter* out) {
  out->BeginObject().Key("scan_profile_type").String("declared");
  out->Key("reference").String(profile.reference);
  out->Key("level").Number(profile.level);
  out->Key("user_id");
  if (profile.user_id.has_value()) {
    out->Number(*profile.user_id);
  } else {
    out->Null();
  }
  out->EndObject();
}

void Write(const NormalizerResults& results, JsonWriter* out) {
  out->BeginObject();
  WriteModels("observations", results.observations, out);
  WriteModels("declarations", results.declarations, out);
  WriteModels("affirmations", results.affirmations, out);
  WriteModels("scan_profiles", results.scan_profiles, out);
  out->EndObject();
}

void Write(const NormalizerOutput& output, JsonWriter* out) {
  std::visit([out](const auto& one) { Write(one, out); }, output);
}

}  // namespace cupel::job
