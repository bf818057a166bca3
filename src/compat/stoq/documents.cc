#include "compat/stoq/documents.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <utility>

#include "base/status.h"
#include "compat/stoq/flatten.h"
#include "compat/stoq/report_view.h"
#include "compat/stoq/stoq_v1.h"
#include "compat/stoq/stoq_v3.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr std::array<std::string_view, 3> kSchemas = {"cupel", "stoq1",
                                                      "stoq3"};
// What a plugin may give in one value, within what a document adds.
constexpr size_t kDepth = 80;

absl::Status CheckWorker(const Report& report, const std::string& worker) {
  if (worker.empty()) return absl::OkStatus();
  std::string known = report.rules == nullptr ? "" : "yara";
  bool found = report.rules != nullptr && worker == "yara";
  for (const UsedPlugin& plugin : report.plugins) {
    if (plugin.id.category != PluginCategory::kWorker) continue;
    found = found || plugin.id.name == worker;
    if (!known.empty()) known += ", ";
    known += plugin.id.name;
  }
  if (found) return absl::OkStatus();
  return InvalidArgument("no worker '{}' had a part in this job{}{}",
                         EscapePrintable(worker),
                         known.empty() ? "" : "; these had: ", known);
}

// Flattens what has to be, and counts.
class Output {
 public:
  Output(const DocumentOptions& options, const WriteSink& sink)
      : options_(options), sink_(sink) {}

  absl::Status Take(std::string_view document) {
    if (!options_.flatten.has_value()) return Hand(document);
    CUPEL_ASSIGN_OR_RETURN(
        const Json nested,
        ParseJson(document, "document",
                  {.bytes = std::numeric_limits<size_t>::max(),
                   .depth = kDepth,
                   .values = FlattenLimits().values}));
    CUPEL_ASSIGN_OR_RETURN(const Json flat, Flatten(nested, *options_.flatten,
                                                    {.bytes = options_.bytes}));
    return Hand(options_.indent ? PrintJsonIndented(flat) : PrintJson(flat));
  }

 private:
  absl::Status Hand(std::string_view document) {
    if (document.size() > options_.bytes - bytes_) {
      return ResourceExhausted(
          "the documents of this report take more than {} bytes; allow more, "
          "or ask for fewer: one worker, or Cupel's own report",
          options_.bytes);
    }
    bytes_ += document.size();
    return sink_(document);
  }

  const DocumentOptions& options_;
  const WriteSink& sink_;
  uint64_t bytes_ = 0;
};

absl::Status WriteCupel(const Report& report, const DocumentOptions& options,
                        const WriteSink& sink) {
  // Flat ones are laid out after they are flat.
  const WriteOptions write = {
      .indent = options.indent && !options.flatten.has_value(),
      .timing = options.timing};
  if (options.split) return WritePayloadDocuments(report, write, sink);
  std::string document;
  CUPEL_RETURN_IF_ERROR(
      WriteJson(report, write, [&](std::string_view piece) -> absl::Status {
        if (document.size() > options.bytes) {
          return ResourceExhausted(
              "the report takes more than {} bytes; write one document a "
              "payload, or allow more",
              options.bytes);
        }
        document += piece;
        return absl::OkStatus();
      }));
  if (document.ends_with('\n')) document.pop_back();
  return sink(document);
}

}  // namespace

std::string_view DocumentSchemaName(DocumentSchema schema) {
  return kSchemas[static_cast<size_t>(schema)];
}

std::optional<DocumentSchema> DocumentSchemaOf(std::string_view name) {
  const auto found = std::find(kSchemas.begin(), kSchemas.end(), name);
  if (found == kSchemas.end()) return std::nullopt;
  return static_cast<DocumentSchema>(found - kSchemas.begin());
}

absl::Status WriteDocuments(const Report& report,
                            const DocumentOptions& options,
                            const WriteSink& sink) {
  if (options.flatten.has_value()) {
    CUPEL_RETURN_IF_ERROR(CheckDelimiter(*options.flatten));
  }
  Output output(options, sink);
  const WriteSink take = [&](std::string_view document) {
    return output.Take(document);
  };
  if (options.schema == DocumentSchema::kCupel) {
    return WriteCupel(report, options, take);
  }
  const ReportView view(report, options);
  if (options.schema == DocumentSchema::kStoq3) {
    return WriteStoq3(view, options, take);
  }
  CUPEL_RETURN_IF_ERROR(CheckWorker(report, options.worker));
  return WriteStoq1(view, options, take);
}

absl::StatusOr<std::vector<std::string>> WriteDocuments(
    const Report& report, const DocumentOptions& options) {
  std::vector<std::string> documents;
  CUPEL_RETURN_IF_ERROR(
      WriteDocuments(report, options, [&](std::string_view document) {
        documents.emplace_back(document);
        return absl::OkStatus();
      }));
  return documents;
}

DateTime InLocalZone(DateTime time) {
  if (!time.aware) return time;
  constexpr int64_t kSecond = 1'000'000;
  // Downwards, before 1970 too.
  const time_t seconds = time.micros / kSecond - (time.micros % kSecond < 0);
  tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return time;
  time.offset_seconds = static_cast<int32_t>(local.tm_gmtoff);
  return time;
}

}  // namespace cupel
