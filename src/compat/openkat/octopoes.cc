#include "compat/openkat/octopoes.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "compat/openkat/percent.h"
#include "compat/openkat/primary_key.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "job/fields.h"

namespace cupel::openkat {
namespace {

constexpr int64_t kHighestLevel = 4;

class Requests {
 public:
  Requests(const NormalizerOutcome& outcome, std::vector<std::string>* warnings)
      : meta_(outcome.meta),
        boefje_(outcome.meta.raw_data.boefje_meta),
        warnings_(warnings) {
    // A raw that somebody made has no end; then the run itself counts.
    const auto& end =
        boefje_.ended_at.has_value() ? boefje_.ended_at : meta_.ended_at;
    valid_time_ = end.has_value() ? end->ToString() : std::string();
    if (!boefje_.ended_at.has_value()) {
      warnings_->push_back(
          "the boefje's meta does not say when it ended; valid_time is when "
          "the normalizer did");
    }
  }

  void Observation(const job::NormalizerObservation& observation) {
    std::vector<const Json*> results;
    for (const job::Ooi& ooi : observation.results) {
      const auto key = PrimaryKeyOf(ooi.json);
      if (key.ok() && *key == observation.input_ooi) {
        warnings_->push_back(fmt::format(
            "'{}' is what the boefje ran on, and was left out of the results",
            EscapePrintable(*key)));
      } else {
        results.push_back(&ooi.json);
      }
    }
    if (results.empty()) return;
    Post("observations", [&](JsonWriter* json) {
      json->Key("method").String(meta_.normalizer.id);
      json->Key("source").String(observation.input_ooi);
      json->Key("source_method").String(boefje_.boefje.id);
      json->Key("result").BeginArray();
      for (const Json* result : results) job::WriteJson(*result, json);
      json->EndArray();
      json->Key("valid_time").String(valid_time_);
    });
  }

  // What came out before is no more.
  void EmptyObservation() {
    Post("observations", [&](JsonWriter* json) {
      json->Key("method").String(meta_.normalizer.id);
      json->Key("source").String(*boefje_.input_ooi);
      json->Key("source_method").String(boefje_.boefje.id);
      json->Key("result").BeginArray().EndArray();
      json->Key("valid_time").String(valid_time_);
    });
  }

  void Declaration(const job::NormalizerDeclaration& declaration) {
    Post("declarations", [&](JsonWriter* json) {
      json->Key("ooi");
      job::WriteJson(declaration.ooi.json, json);
      json->Key("valid_time").String(valid_time_);
      job::WriteOptional("end_valid_time", declaration.end_valid_time, json);
      Methods(json);
    });
  }

  void Affirmation(const job::NormalizerAffirmation& affirmation) {
    Post("affirmations", [&](JsonWriter* json) {
      json->Key("ooi");
      job::WriteJson(affirmation.ooi.json, json);
      json->Key("valid_time").String(valid_time_);
      Methods(json);
    });
  }

  void ScanProfiles(const std::vector<job::DeclaredScanProfile>& profiles,
                    const ScanProfileWhitelist& whitelist) {
    if (profiles.empty()) return;
    const auto most = whitelist.find(meta_.normalizer.id);
    if (most == whitelist.end()) {
      warnings_->push_back(fmt::format(
          "{} scan profiles were left out: the whitelist does not name "
          "normalizer '{}'",
          profiles.size(), EscapePrintable(meta_.normalizer.id)));
      return;
    }
    OctopoesRequest request;
    request.path = fmt::format("/{}/scan_profiles/save_many?valid_time={}",
                               PercentEncoded(boefje_.organization),
                               PercentEncoded(valid_time_));
    JsonWriter json(&request.body);
    json.BeginArray();
    for (job::DeclaredScanProfile profile : profiles) {
      profile.level =
          static_cast<uint8_t>(std::min<int64_t>(profile.level, most->second));
      job::Write(profile, &json);
    }
    json.EndArray();
    requests_.push_back(std::move(request));
  }

  bool empty() const { return requests_.empty(); }
  bool has_input() const {
    return boefje_.input_ooi.has_value() && !boefje_.input_ooi->empty();
  }
  std::vector<OctopoesRequest> Take() { return std::move(requests_); }

 private:
  template <typename Fields>
  void Post(std::string_view place, Fields fields) {
    OctopoesRequest request;
    request.path =
        fmt::format("/{}/{}", PercentEncoded(boefje_.organization), place);
    JsonWriter json(&request.body);
    json.BeginObject();
    fields(&json);
    json.Key("task_id").String(meta_.id.ToString());
    json.EndObject();
    requests_.push_back(std::move(request));
  }

  void Methods(JsonWriter* json) {
    json->Key("method").String(meta_.normalizer.id);
    json->Key("source_method").String(boefje_.boefje.id);
  }

  const job::NormalizerMeta& meta_;
  const job::BoefjeMeta& boefje_;
  std::vector<std::string>* const warnings_;
  std::string valid_time_;
  std::vector<OctopoesRequest> requests_;
};

}  // namespace

absl::StatusOr<ScanProfileWhitelist> ParseWhitelist(std::string_view json) {
  ScanProfileWhitelist whitelist;
  if (json.empty()) return whitelist;
  CUPEL_ASSIGN_OR_RETURN(const Json object,
                         ParseJson(json, "scan profile whitelist"));
  if (!object.is_object()) {
    return InvalidArgument(
        "scan profile whitelist: expected an object of levels, found {}",
        JsonTypeName(object));
  }
  for (const auto& [id, level] : object.items()) {
    if (!level.is_number_integer() || level < 0 || level > kHighestLevel) {
      return InvalidArgument(
          "scan profile whitelist: '{}': expected a level from 0 to 4",
          EscapePrintable(id));
    }
    whitelist[id] = level.get<int64_t>();
  }
  return whitelist;
}

std::vector<OctopoesRequest> OctopoesRequests(
    const NormalizerOutcome& outcome, const ScanProfileWhitelist& whitelist,
    std::vector<std::string>* warnings) {
  Requests requests(outcome, warnings);
  for (const auto& one : outcome.results.observations) {
    requests.Observation(one);
  }
  for (const auto& one : outcome.results.declarations) {
    requests.Declaration(one);
  }
  for (const auto& one : outcome.results.affirmations) {
    requests.Affirmation(one);
  }
  if (requests.empty() && requests.has_input()) requests.EmptyObservation();
  requests.ScanProfiles(outcome.results.scan_profiles, whitelist);
  return requests.Take();
}

}  // namespace cupel::openkat
