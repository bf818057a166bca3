// The report as one JSON document: docs/report.md, docs/report.schema.json.
#include "cupel/version.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "report/finding_json.h"
#include "report/payload_json.h"
#include "report/plugin_json.h"
#include "report/writer.h"

namespace cupel {
namespace {

constexpr size_t kPieceBytes = 64u << 10;

class Document {
 public:
  Document(const Report& report, const WriteOptions& options,
           const WriteSink& sink)
      : report_(report),
        options_(options),
        sink_(sink),
        json_(&buffer_, options.indent ? JsonWriter::Style::kIndented
                                       : JsonWriter::Style::kCompact) {}

  absl::Status Write() {
    json_.BeginObject();
    WriteHead();
    WriteRules();
    WritePackages();
    json_.Key("payloads").BeginArray();
    for (const PayloadRecord& payload : report_.payloads) {
      WritePayload(report_, payload, &json_);
      Flush(kPieceBytes);
    }
    json_.EndArray();
    json_.Key("findings").BeginArray();
    for (const uint32_t id : report_.order) WriteFindings(report_.payload(id));
    json_.EndArray();
    json_.Key("incidents").BeginArray();
    for (const Incident& incident : report_.incidents) {
      WriteIncident(incident, &json_);
      Flush(kPieceBytes);
    }
    json_.EndArray();
    WritePlugins();
    WriteLimits();
    if (options_.timing) WriteTiming();
    json_.EndObject();
    buffer_ += '\n';
    Flush(1);
    return status_;
  }

 private:
  void Flush(size_t at_least) {
    if (buffer_.size() < at_least) return;
    if (status_.ok()) status_ = sink_(buffer_);
    buffer_.clear();
  }

  void WriteHead() {
    json_.Key("schema").String("cupel.report/1");
    json_.Key("verdict").String(VerdictName(report_.verdict));
    json_.Key("coverage").String(CoverageName(report_.coverage));
    json_.Key("score").Number(report_.score);
    json_.Key("job");
    WriteJob(report_, &json_);
    json_.Key("counts").BeginObject();
    json_.Key("packages").Number(report_.packages.size());
    json_.Key("distributions").Number(report_.distributions.size());
    json_.Key("payloads").Number(report_.payloads.size());
    json_.Key("findings").Number(report_.findings);
    json_.Key("incidents").Number(report_.incidents.size());
    json_.Key("scanned_bytes").Number(report_.scanned_bytes);
    json_.EndObject();
  }

  void WriteRules() {
    json_.Key("rules");
    if (report_.rules == nullptr) {
      json_.Null();
      return;
    }
    json_.BeginObject();
    json_.Key("digest").String(report_.rules->digest());
    json_.Key("count").Number(report_.rules->rules().size());
    json_.Key("skipped").BeginArray();
    for (const SkippedRule& skipped : report_.rules->skipped()) {
      json_.BeginObject();
      json_.Key("file").String(EscapePrintable(skipped.file));
      json_.Key("line").Number(skipped.line);
      json_.Key("rule").String(skipped.rule);
      json_.Key("reason").String(skipped.reason);
      json_.EndObject();
    }
    json_.EndArray();
    json_.EndObject();
  }

  void WritePackages() {
    json_.Key("packages").BeginArray();
    for (const Package& package : report_.packages) {
      json_.BeginObject();
      json_.Key("name").String(EscapePrintable(package.name));
      json_.Key("version");
      if (package.version.empty()) {
        json_.Null();
      } else {
        json_.String(EscapePrintable(package.version));
      }
      WriteAnswer(package.verdict, package.coverage, package.score, &json_);
      json_.Key("distributions").BeginArray();
      for (const uint32_t index : package.distributions) {
        WriteDistribution(report_.distributions[index]);
      }
      json_.EndArray();
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteDistribution(const Distribution& distribution) {
    json_.BeginObject();
    json_.Key("name").String(EscapePrintable(distribution.raw_name));
    WriteAnswer(distribution.verdict, distribution.coverage, distribution.score,
                &json_);
    json_.Key("payloads").BeginArray();
    for (const uint32_t id : distribution.payloads) json_.Number(id);
    json_.EndArray();
    json_.Key("top_payload");
    WritePayloadId(distribution.top_payload, &json_);
    json_.EndObject();
  }

  void WriteFindings(const PayloadRecord& payload) {
    ForEachFinding(report_, payload, [&](const Finding& finding) {
      json_.BeginObject();
      json_.Key("payload").Number(payload.id);
      WriteFindingFields(report_, finding, &json_);
      json_.EndObject();
      Flush(kPieceBytes);
    });
  }

  void WritePlugins() {
    json_.Key("plugins").BeginArray();
    if (report_.rules != nullptr) {
      json_.BeginObject();
      json_.Key("category").String("worker");
      json_.Key("name").String("yara");
      json_.Key("version").String(RuleEngineVersion());
      json_.Key("hash").String(report_.rules->digest());
      json_.Key("tier").String("builtin");
      json_.EndObject();
    }
    for (const UsedPlugin& plugin : report_.plugins) {
      if (!plugin.used) continue;
      json_.BeginObject();
      json_.Key("category").String(CategoryName(plugin.id.category));
      json_.Key("name").String(plugin.id.name);
      json_.Key("version").String(plugin.version);
      json_.Key("hash").String(plugin.hash);
      json_.Key("tier").String(TierName(plugin.tier));
      json_.EndObject();
    }
    json_.EndArray();
    WriteDecorations(report_, &json_);
  }

  void WriteLimits() {
    json_.Key("limits").BeginObject();
    for (const LimitField& field : LimitFields()) {
      const uint64_t value = report_.limits.*field.value;
      json_.Key(field.name);
      if (value == kUnlimited) {
        json_.Null();
      } else {
        json_.Number(value);
      }
    }
    json_.EndObject();
  }

  void WriteTiming() {
    json_.Key("timing").BeginObject();
    json_.Key("elapsed_ns").Number(report_.elapsed_ns);
    json_.Key("threads").Number(report_.threads);
    json_.Key("version").String(CUPEL_VERSION_STRING);
    json_.Key("rules_ns").Number(report_.rules_ns);
    if (!report_.plugin_ns.empty()) {
      json_.Key("plugins_ns").BeginObject();
      for (const auto& [plugin, nanos] : report_.plugin_ns) {
        json_.Key(plugin).Number(nanos);
      }
      json_.EndObject();
    }
    if (report_.cache.has_value()) WriteCacheUse(*report_.cache);
    json_.EndObject();
  }

  void WriteCacheUse(const CacheUse& cache) {
    json_.Key("cache").BeginObject();
    json_.Key("known").Number(cache.known);
    json_.Key("partly_known").Number(cache.partly);
    json_.Key("unknown").Number(cache.unknown);
    json_.Key("stored").Number(cache.stored);
    if (!cache.warning.empty()) json_.Key("warning").String(cache.warning);
    json_.EndObject();
  }

  const Report& report_;
  const WriteOptions& options_;
  const WriteSink& sink_;
  std::string buffer_;
  JsonWriter json_;
  absl::Status status_;
};

}  // namespace

absl::Status WriteJson(const Report& report, const WriteOptions& options,
                       const WriteSink& sink) {
  return Document(report, options, sink).Write();
}

}  // namespace cupel
