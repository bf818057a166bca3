// What a normalizer makes of a raw file.
#ifndef CUPEL_JOB_RESULTS_H_
#define CUPEL_JOB_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/datetime.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"

namespace cupel::job {

// An object of octopoes', as it came: a JSON object with a string object_type.
struct Ooi {
  Json json = Json::object();

  friend bool operator==(const Ooi&, const Ooi&) = default;
};

// "This came out of looking at input_ooi", in place of what came out before.
struct NormalizerObservation {
  std::string input_ooi;
  std::vector<Ooi> results;

  friend bool operator==(const NormalizerObservation&,
                         const NormalizerObservation&) = default;
};

// "This exists", without a source.
struct NormalizerDeclaration {
  Ooi ooi;
  std::optional<DateTime> end_valid_time;  // naive or aware

  friend bool operator==(const NormalizerDeclaration&,
                         const NormalizerDeclaration&) = default;
};

// "More is known about this", without saying that it exists.
struct NormalizerAffirmation {
  Ooi ooi;

  friend bool operator==(const NormalizerAffirmation&,
                         const NormalizerAffirmation&) = default;
};

struct DeclaredScanProfile {
  std::string reference;
  uint8_t level = 0;  // 0 to 4
  std::optional<int64_t> user_id;

  friend bool operator==(const DeclaredScanProfile&,
                         const DeclaredScanProfile&) = default;
};

struct NormalizerResults {
  std::vector<NormalizerObservation> observations;
  std::vector<NormalizerDeclaration> declarations;
  std::vector<NormalizerAffirmation> affirmations;
  std::vector<DeclaredScanProfile> scan_profiles;

  friend bool operator==(const NormalizerResults&,
                         const NormalizerResults&) = default;
};

// One thing that a normalizer may yield.
using NormalizerOutput =
    std::variant<Ooi, NormalizerDeclaration, NormalizerAffirmation,
                 DeclaredScanProfile>;

Ooi ParseOoi(const Json& json, const JsonPath& path, JsonIssues* issues);
NormalizerObservation ParseNormalizerObservation(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues);
NormalizerDeclaration ParseNormalizerDeclaration(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues);
NormalizerAffirmation ParseNormalizerAffirmation(const Json& json,
                                                 const JsonPath& path,
                                                 JsonIssues* issues);
DeclaredScanProfile ParseDeclaredScanProfile(const Json& json,
                                             const JsonPath& path,
                                             JsonIssues* issues);
NormalizerResults ParseNormalizerResults(const Json& json, const JsonPath& path,
                                         JsonIssues* issues);
// By object_type, then scan_profile_type, then type; if none of them tells
// what it is, that is the issue.
NormalizerOutput ParseNormalizerOutput(const Json& json, const JsonPath& path,
                                       JsonIssues* issues);

void Write(const Ooi& ooi, JsonWriter* out);
void Write(const NormalizerObservation& observation, JsonWriter* out);
void Write(const NormalizerDeclaration& declaration, JsonWriter* out);
void Write(const NormalizerAffirmation& affirmation, JsonWriter* out);
void Write(const DeclaredScanProfile& profile, JsonWriter* out);
void Write(const NormalizerResults& results, JsonWriter* out);
void Write(const NormalizerOutput& output, JsonWriter* out);

}  // namespace cupel::job

#endif  // CUPEL_JOB_RESULTS_H_
