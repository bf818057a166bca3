// One number for a report, and what it means.
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/decorator/report_view.h"
#include "builtin/tables.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr int64_t kMost = int64_t{1} << 40;

using Weights = std::map<std::string, int64_t, std::less<>>;

struct Scoring {
  bool rule_weights = true;
  Weights tags;
  Weights namespaces;
  Weights plugins;
  int64_t medium = 0;
  int64_t high = 0;
};

absl::StatusOr<Weights> WeightsOf(PluginCall& call, std::string_view option) {
  CUPEL_ASSIGN_OR_RETURN(const Json json, call.Document(option));
  if (!json.is_object()) {
    return call.Wrong(option, "it must be an object of names and weights");
  }
  Weights weights;
  for (const auto& [name, weight] : json.items()) {
    if (!weight.is_number_integer() || weight > kMost || weight < -kMost) {
      return call.Wrong(
          option, fmt::format("the weight of '{}' must be a whole number from "
                              "{} to {}",
                              name, -kMost, kMost));
    }
    weights[name] = weight.get<int64_t>();
  }
  return weights;
}

absl::StatusOr<std::unique_ptr<Scoring>> MakeScoring(PluginCall& call) {
  auto scoring = std::make_unique<Scoring>();
  CUPEL_ASSIGN_OR_RETURN(scoring->rule_weights, call.Bool("rule_weights"));
  CUPEL_ASSIGN_OR_RETURN(scoring->tags, WeightsOf(call, "tags"));
  CUPEL_ASSIGN_OR_RETURN(scoring->namespaces, WeightsOf(call, "namespaces"));
  CUPEL_ASSIGN_OR_RETURN(scoring->plugins, WeightsOf(call, "plugins"));
  CUPEL_ASSIGN_OR_RETURN(scoring->medium,
                         call.Integer("medium", -kMost, kMost));
  CUPEL_ASSIGN_OR_RETURN(scoring->high, call.Integer("high", -kMost, kMost));
  if (scoring->high < scoring->medium) {
    return call.Wrong("high", "it must not be below `medium`");
  }
  return scoring;
}

int64_t WeightIn(const Weights& weights, std::string_view name) {
  const auto found = weights.find(name);
  return found == weights.end() ? 0 : found->second;
}

// Stays at the end of the range rather than to wrap.
int64_t Add(int64_t sum, int64_t weight) {
  int64_t out = 0;
  if (!__builtin_add_overflow(sum, weight, &out)) return out;
  return weight > 0 ? INT64_MAX : INT64_MIN;
}

int64_t WeightOf(const Scoring& scoring, const FindingView& finding) {
  int64_t weight = scoring.rule_weights ? finding.weight : 0;
  for (const std::string& tag : finding.tags) {
    weight = Add(weight, WeightIn(scoring.tags, tag));
  }
  weight = Add(weight, WeightIn(scoring.namespaces, finding.ns));
  return Add(weight, WeightIn(scoring.plugins, finding.plugin));
}

absl::Status Decorate(PluginCall& call) {
  const auto& scoring = call.state<Scoring>();
  CUPEL_ASSIGN_OR_RETURN(const ReportView report,
                         ReportView::Parse(call.document()));
  int64_t score = 0;
  uint64_t counted = 0;
  for (const FindingView& finding : report.findings) {
    const PayloadView* const payload = report.PayloadOf(finding);
    if (payload != nullptr && payload->repeated) continue;
    score = Add(score, WeightOf(scoring, finding));
    ++counted;
  }
  const char* const level = score >= scoring.high     ? "high"
                            : score >= scoring.medium ? "medium"
                                                      : "low";
  return call.Result(PrintJson(
      Json{{"score", score}, {"level", level}, {"findings", counted}}));
}

}  // namespace

const cupel_plugin_v1 kScoreDecorator = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_DECORATOR,
    .name = "score",
    .version = "1.0",
    .description = "Adds up weights of findings, and says what the sum means",
    .options = R"({"rule_weights": true, "tags": {}, "namespaces": {},
                   "plugins": {}, "medium": 10, "high": 50})",
    .activate = Activate<kScoreDecorator, Scoring, MakeScoring>,
    .deactivate = Deactivate<Scoring>,
    .decorate = Enter<kScoreDecorator, Decorate>};

}  // namespace cupel
