#include "compat/openkat/normalizer_run.h"

#include <memory>
#include <utility>
#include <variant>

#include "base/status.h"
#include "compat/openkat/primary_key.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "job/any_job.h"

namespace cupel::openkat {
namespace {

std::string Document(const job::NormalizerMeta& meta) {
  std::string document;
  JsonWriter json(&document);
  json.BeginObject();
  json.Key("input_ooi")
      .Raw(PrintJson(InputOfNormalizer(meta.raw_data.boefje_meta)));
  json.Key("normalizer_meta");
  job::Write(meta, &json);
  json.EndObject();
  return document;
}

absl::Status Invalid(std::string_view found) {
  return InvalidArgument(
      "InvalidReturnValueNormalizer: Normalizer returned object of incorrect "
      "type: {}",
      EscapePrintable(found));
}

// Which kind each alternative of NormalizerOutput is called.
constexpr std::string_view kKinds[] = {"ooi", "declaration", "affirmation",
                                       "scan_profile"};

absl::StatusOr<job::NormalizerOutput> ReadOutput(std::string_view text) {
  CUPEL_ASSIGN_OR_RETURN(const Json result, ParseJson(text, "result"));
  if (!result.is_object() || !result.contains("value")) {
    return Invalid(JsonTypeName(result));
  }
  const Json& value = result["value"];
  JsonIssues issues;
  job::NormalizerOutput output =
      job::ParseNormalizerOutput(value, JsonPath{}, &issues);
  if (!issues.empty()) {
    return Invalid(fmt::format("{} ({})", JsonTypeName(value),
                               MessageOf(issues.ToStatus("value"))));
  }
  const auto kind = result.find("kind");
  if (kind == result.end() || !kind->is_string() ||
      kind->get_ref<const std::string&>() != kKinds[output.index()]) {
    return Invalid(
        fmt::format("one called {} that is {}",
                    kind == result.end() ? "nothing" : PythonStr(*kind),
                    kKinds[output.index()]));
  }
  return output;
}

bool HasInput(const job::BoefjeMeta& boefje) {
  return boefje.input_ooi.has_value() && !boefje.input_ooi->empty();
}

}  // namespace

Json InputOfNormalizer(const job::BoefjeMeta& boefje) {
  const auto input = boefje.arguments.find("input");
  if (input != boefje.arguments.end()) return *input;
  Json made = Json::object();
  if (HasInput(boefje)) made["primary_key"] = *boefje.input_ooi;
  return made;
}

absl::StatusOr<job::NormalizerResults> SortResults(
    const job::NormalizerMeta& meta, const std::vector<std::string>& results) {
  const job::BoefjeMeta& boefje = meta.raw_data.boefje_meta;
  job::NormalizerResults sorted;
  std::vector<job::Ooi> objects;
  for (const std::string& text : results) {
    CUPEL_ASSIGN_OR_RETURN(job::NormalizerOutput output, ReadOutput(text));
    if (auto* const ooi = std::get_if<job::Ooi>(&output)) {
      CUPEL_RETURN_IF_ERROR(PrimaryKeyOf(ooi->json).status());
      objects.push_back(std::move(*ooi));
    } else if (auto* const declaration =
                   std::get_if<job::NormalizerDeclaration>(&output)) {
      sorted.declarations.push_back(std::move(*declaration));
    } else if (auto* const affirmation =
                   std::get_if<job::NormalizerAffirmation>(&output)) {
      sorted.affirmations.push_back(std::move(*affirmation));
    } else {
      sorted.scan_profiles.push_back(
          std::move(std::get<job::DeclaredScanProfile>(output)));
    }
  }
  if (objects.empty()) return sorted;
  if (!HasInput(boefje)) {
    return InvalidArgument(
        "ObservationsWithoutInputOOI: {} objects came of a raw whose boefje "
        "ran on none; normalizer '{}' has to declare them",
        objects.size(), EscapePrintable(meta.normalizer.id));
  }
  job::NormalizerObservation observation;
  observation.input_ooi = *boefje.input_ooi;
  observation.results = std::move(objects);
  sorted.observations.push_back(std::move(observation));
  return sorted;
}

absl::StatusOr<NormalizerOutcome> RunNormalizer(Plugin& plugin,
                                                job::NormalizerMeta meta,
                                                std::string_view raw,
                                                const RunRequest& request) {
  NormalizerOutcome outcome;
  outcome.meta = std::move(meta);
  outcome.meta.started_at = DateTime::Now();
  PluginAnswer answer(request.limits);
  const auto call = [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(
        const std::unique_ptr<PluginInstance> instance,
        plugin.Activate("{}", request.services, request.cancel));
    const std::string document = Document(outcome.meta);
    const StringMap none;
    PluginRequest call_request;
    call_request.method = PluginMethod::kNormalize;
    call_request.bytes = raw;
    call_request.document = document;
    call_request.environment = &none;
    call_request.deadline = request.deadline;
    call_request.cancel = request.cancel;
    call_request.services = request.services;
    CUPEL_RETURN_IF_ERROR(instance->Call(call_request, &answer));
    if (!answer.fired.empty()) {
      return ResourceExhausted("it gave more than is taken ({}: {})",
                               answer.fired.front().name,
                               answer.fired.front().value);
    }
    CUPEL_ASSIGN_OR_RETURN(outcome.results,
                           SortResults(outcome.meta, answer.results));
    return absl::OkStatus();
  };
  const absl::Status done = call();
  outcome.meta.ended_at = DateTime::Now();
  if (absl::IsCancelled(done)) return done;
  for (const PluginError& error : answer.errors) {
    outcome.warnings.push_back(error.message);
  }
  if (!done.ok()) {
    outcome.status = job::StatusEnum::kFailed;
    outcome.problem = EscapePrintable(MessageOf(done));
  }
  return outcome;
}

}  // namespace cupel::openkat
