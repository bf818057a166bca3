// Job JSON of which one does not know what it is.
#ifndef CUPEL_JOB_ANY_JOB_H_
#define CUPEL_JOB_ANY_JOB_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "format/json_writer.h"
#include "job/boefje_meta.h"
#include "job/normalizer_meta.h"
#include "job/output.h"
#include "job/results.h"
#include "job/task.h"

namespace cupel::job {

// In the order of AnyJob's alternatives.
enum class Kind : uint8_t {
  kTask,
  kTaskPop,
  kPaginatedTasksResponse,
  kQueue,
  kBoefjeMeta,
  kRawDataMeta,
  kNormalizerMeta,
  kFile,
  kBoefjeOutput,
  kBoefjeInput,
  kNormalizerObservation,
  kNormalizerDeclaration,
  kNormalizerAffirmation,
  kDeclaredScanProfile,
  kNormalizerResults,
  kOoi,
};

using AnyJob = std::variant<Task, TaskPop, PaginatedTasksResponse, Queue,
                            BoefjeMeta, RawDataMeta, NormalizerMeta, File,
                            BoefjeOutput, BoefjeInput, NormalizerObservation,
                            NormalizerDeclaration, NormalizerAffirmation,
                            DeclaredScanProfile, NormalizerResults, Ooi>;

// OpenKAT's name of the model: "TaskPop".
std::string_view Name(Kind kind);
std::optional<Kind> KindFromName(std::string_view name);
inline Kind KindOf(const AnyJob& job) { return static_cast<Kind>(job.index()); }

// Which model the keys of `json` belong to, whether or not it is sound.
// Nothing if no model has such keys. What could be a page of tasks or a TaskPop
// is a page if it has a count.
std::optional<Kind> DetectKind(const Json& json);

AnyJob ParseKind(Kind kind, const Json& json, const JsonPath& path,
                 JsonIssues* issues);

// Reads a document as `kind`, or as what it looks like; `what` names it in
// errors. INVALID_ARGUMENT tells the first problem and, in `issues` if it is
// not null, all of them.
absl::StatusOr<AnyJob> ParseJob(std::string_view text, std::string_view what,
                                std::optional<Kind> kind = std::nullopt,
                                JsonIssues* issues = nullptr,
                                const JsonLimits& limits = {});

// As JSON with the keys in the order of OpenKAT's models. Not masked: the
// environment and arguments of a BoefjeMeta are in it.
std::string Print(const AnyJob& job,
                  JsonWriter::Style style = JsonWriter::Style::kCompact);

// The same for one model, without making an AnyJob of it.
template <typename Model>
std::string PrintModel(const Model& model) {
  std::string text;
  JsonWriter writer(&text);
  Write(model, &writer);
  return text;
}

}  // namespace cupel::job

#endif  // CUPEL_JOB_ANY_JOB_H_
