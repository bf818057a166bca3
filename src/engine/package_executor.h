// Runs jobs of kind "package": downloads the distributions of a package, scans
// them as one job, and concludes as Dragonfly does.
#ifndef CUPEL_ENGINE_PACKAGE_EXECUTOR_H_
#define CUPEL_ENGINE_PACKAGE_EXECUTOR_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "rules/rule_set.h"
#include "worker/executor.h"

namespace cupel {

// Reads the table "package" of the configuration (package_request.h), and
// compiles "rules.paths" for jobs that bring no rules.
absl::StatusOr<std::unique_ptr<worker::Executor>> NewPackageExecutor(
    const Json& config);

// Compiles the document of rules that Dragonfly's API gave, as its clients do:
// one source, files in the order of their names. kAborted if its hash is not
// `hash` (empty: any will do); INVALID_ARGUMENT if it does not compile.
absl::StatusOr<std::shared_ptr<const RuleSet>> CompileRulesDocument(
    std::string_view document, std::string_view hash);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PACKAGE_EXECUTOR_H_
