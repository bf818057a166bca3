#include "engine/package_result.h"

#include <utility>

#include "base/status.h"
#include "compat/dragonfly/inspector_url.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "report/writer.h"

namespace cupel {
namespace {

std::string_view NameOf(PackageOutcome outcome) {
  switch (outcome) {
    case PackageOutcome::kSuccess:
      return "success";
    case PackageOutcome::kFailure:
      return "failure";
    case PackageOutcome::kDeferred:
      break;
  }
  return "deferred";
}

// Ranks those that were scanned, and finds the link to the worst file.
void Rank(const PackageRequest& request, PackageResult* result) {
  std::vector<dragonfly::DistributionScore> scores;
  std::vector<size_t> scanned;
  for (size_t i = 0; i < result->distributions.size(); ++i) {
    if (result->distributions[i].archive == nullptr) continue;
    scores.push_back(result->distributions[i].score);
    scanned.push_back(i);
  }
  result->score = dragonfly::ScorePackage(scores);
  if (result->score.winner < 0) return;
  result->score.winner =
      static_cast<int32_t>(scanned[static_cast<size_t>(result->score.winner)]);
  const DistributionResult& winner =
      result->distributions[static_cast<size_t>(result->score.winner)];
  if (!winner.score.has_files) return;
  auto url = dragonfly::InspectorUrl(winner.url, request.name, request.version,
                                     winner.score.top_file);
  if (url.ok()) result->inspector_url = *std::move(url);
}

void WriteDistribution(const DistributionResult& one, JsonWriter& json) {
  json.BeginObject();
  json.Key("url").String(http::PrintableUrl(one.url));
  json.Key("outcome").String(one.archive == nullptr ? "failed"
                             : one.why.empty()      ? "scanned"
                                                    : "partial");
  if (!one.why.empty()) json.Key("reason").String(one.why);
  json.Key("bytes").Number(one.bytes);
  if (one.archive != nullptr) {
    json.Key("payload").Number(one.archive->id);
    json.Key("sha256").String(HexDigest(one.archive->sha256));
    json.Key("score").Number(one.score.score);
    if (one.score.has_files) {
      json.Key("top_file").String(EscapePrintable(one.score.top_file));
    }
    json.Key("rules_matched").BeginArray();
    for (const std::string& rule : one.score.rules) json.String(rule);
    json.EndArray();
  }
  json.EndObject();
}

std::vector<std::pair<std::string, double>> CountsOf(
    const PackageResult& result) {
  std::vector<std::pair<std::string, double>> counts;
  double downloaded = 0;
  double failed = 0;
  for (const DistributionResult& one : result.distributions) {
    downloaded += static_cast<double>(one.bytes);
    failed += one.archive == nullptr ? 1 : 0;
  }
  counts.emplace_back("package.download_bytes", downloaded);
  counts.emplace_back("package.distributions",
                      static_cast<double>(result.distributions.size()));
  counts.emplace_back("package.distributions_failed", failed);
  if (result.report == nullptr) return counts;
  const Report& report = *result.report;
  counts.emplace_back("scan.bytes", static_cast<double>(report.scanned_bytes));
  counts.emplace_back("scan.payloads",
                      static_cast<double>(report.payloads.size()));
  counts.emplace_back("scan.findings", static_cast<double>(report.findings));
  counts.emplace_back("scan.incidents",
                      static_cast<double>(report.incidents.size()));
  return counts;
}

}  // namespace

void Conclude(const PackageRequest& request, PackageResult* result) {
  Rank(request, result);
  size_t missed = 0;
  for (const DistributionResult& one : result->distributions) {
    if (one.why.empty()) continue;
    if (missed++ == 0) result->reason = "not scanned completely: " + one.why;
    result->retry |= one.may_work_later;
  }
  if (missed > 1) {
    result->reason += fmt::format(" (and {} more)", missed - 1);
  }
  result->complete = missed == 0;
  bool found = result->score.score > 0;
  result->outcome = result->complete || found ? PackageOutcome::kSuccess
                                              : PackageOutcome::kFailure;
  if (result->outcome == PackageOutcome::kSuccess) result->retry = false;
}

absl::StatusOr<worker::WorkResult> WritePackageResult(
    const PackageRequest& request, const PackageResult& result) {
  worker::WorkResult out;
  out.type = kPackageResultType;
  JsonWriter json(&out.bytes);
  json.BeginObject();
  json.Key("schema").String("cupel.package/1");
  json.Key("name").String(request.name);
  json.Key("version").String(request.version);
  json.Key("commit").String(result.commit);
  json.Key("outcome").String(NameOf(result.outcome));
  json.Key("complete").Bool(result.complete);
  json.Key("retry").Bool(result.retry);
  json.Key("reason");
  if (result.reason.empty()) {
    json.Null();
  } else {
    json.String(result.reason);
  }
  json.Key("score").Number(result.score.score);
  json.Key("inspector_url");
  if (result.inspector_url) {
    json.String(*result.inspector_url);
  } else {
    json.Null();
  }
  json.Key("rules_matched").BeginArray();
  for (const std::string& rule : result.score.rules) json.String(rule);
  json.EndArray();
  json.Key("distributions").BeginArray();
  for (const DistributionResult& one : result.distributions) {
    WriteDistribution(one, json);
  }
  json.EndArray();
  if (request.report && result.report != nullptr) {
    std::string report;
    CUPEL_RETURN_IF_ERROR(
        WriteJson(*result.report, {}, [&](std::string_view piece) {
          report += piece;
          return absl::OkStatus();
        }));
    json.Key("report").Raw(report);
  }
  json.EndObject();
  out.facts = {{"outcome", std::string(NameOf(result.outcome))},
               {"complete", result.complete ? "true" : "false"},
               {"score", std::to_string(result.score.score)},
               {"commit", EscapePrintable(result.commit)}};
  out.counts = CountsOf(result);
  return out;
}

}  // namespace cupel
