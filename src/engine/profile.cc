#include "engine/profile.h"

#include "base/status.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "pipeline/collect.h"
#include "rules/explain.h"
#include "rules/profile.h"

namespace cupel {
namespace {

void WriteRule(const RuleInfo& info, const RuleCost& cost, uint64_t all_nanos,
               JsonWriter* json) {
  const double share = all_nanos == 0 ? 0
                                      : static_cast<double>(cost.nanos) /
                                            static_cast<double>(all_nanos);
  json->BeginObject();
  json->Key("name").String(info.name);
  json->Key("namespace").String(info.ns);
  json->Key("file").String(EscapePrintable(info.file));
  json->Key("line").Number(info.line);
  json->Key("cpu_ns").Number(cost.nanos);
  json->Key("share").Double(share);
  json->Key("files").Number(cost.files);
  json->Key("strings").Number(cost.strings);
  json->Key("timeouts").Number(cost.timeouts);
  json->Key("always").BeginArray();
  for (uint8_t i = 0; i < plan::kFileClasses; ++i) {
    if ((cost.always >> i & 1) == 0) continue;
    json->String(FileClassName(static_cast<plan::FileClass>(i)));
  }
  json->EndArray();
  json->EndObject();
}

std::string ToJson(const RuleSet& rules, const Corpus& corpus,
                   const RuleProfile& profile) {
  uint64_t all_nanos = 0;
  for (const RuleCost& cost : profile.rules) all_nanos += cost.nanos;

  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("schema").String("cupel.profile/1");
  json.Key("digest").String(rules.digest());
  json.Key("engine").String(RuleEngineVersion());
  json.Key("payloads").Number(corpus.payloads().size());
  json.Key("bytes").Number(corpus.bytes());
  json.Key("left_out").BeginObject();
  json.Key("payloads").Number(corpus.left_out_payloads());
  json.Key("bytes").Number(corpus.left_out_bytes());
  json.EndObject();
  json.Key("whole_ns").Number(profile.whole_nanos);
  json.Key("baseline_ns").Number(profile.baseline_nanos);
  json.Key("whole_timeouts").Number(profile.whole_timeouts);
  json.Key("rules").BeginArray();
  for (const RuleCost& cost : profile.rules) {
    WriteRule(rules.rules()[cost.rule], cost, all_nanos, &json);
  }
  json.EndArray();
  json.EndObject();
  return out;
}

}  // namespace

void Corpus::Add(std::string_view bytes) {
  if (bytes.size() > max_bytes_ - bytes_) {
    ++left_out_payloads_;
    left_out_bytes_ += bytes.size();
    return;
  }
  payloads_.emplace_back(bytes);
  bytes_ += bytes.size();
}

absl::Status Corpus::Collect(const std::vector<ScanInput>& inputs,
                             const ScanOptions& options, Cancel* cancel) {
  return CollectPayloads(
      inputs, options, cancel,
      [this](const PayloadRecord&, std::string_view bytes) { Add(bytes); });
}

absl::StatusOr<std::string> ProfileJson(
    const RuleSet& rules, const Corpus& corpus, Cancel* cancel,
    const std::function<bool(uint64_t done, uint64_t total)>& progress) {
  if (corpus.payloads().empty()) {
    return FailedPrecondition(
        "nothing to profile rules over: no input could be read, or each is "
        "larger than {} bytes",
        Corpus::kDefaultMaxBytes);
  }
  const std::vector<std::string_view> payloads(corpus.payloads().begin(),
                                               corpus.payloads().end());
  ProfileOptions options;
  options.cancel = cancel;
  options.progress = [&](size_t done, size_t total) {
    if (cancel != nullptr && cancel->triggered()) return false;
    return !progress || progress(done, total);
  };
  CUPEL_ASSIGN_OR_RETURN(const RuleProfile profile,
                         ProfileRules(rules, payloads, options));
  return ToJson(rules, corpus, profile);
}

}  // namespace cupel
