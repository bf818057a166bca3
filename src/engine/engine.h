// Where everything is put together. This folder is the only part of src/ that
// the C interface (capi/) includes, beside base/; the plain types that it hands
// through come with the headers below.
#ifndef CUPEL_ENGINE_ENGINE_H_
#define CUPEL_ENGINE_ENGINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "budget/limits.h"
#include "pipeline/scan.h"
#include "report/report.h"
#include "report/writer.h"
#include "rules/diagnostic.h"
#include "rules/rule_set.h"

namespace cupel {

// Makes rule sets and scan sessions. Immutable: any number of threads may use
// one at once. What it makes does not refer to it.
//
//   CUPEL_ASSIGN_OR_RETURN(auto engine, Engine::New());
//   CUPEL_ASSIGN_OR_RETURN(auto rules,
//                          engine->CompileRules(sources, {}, nullptr));
//   CUPEL_ASSIGN_OR_RETURN(auto session, engine->NewSession(rules, 2));
class Engine {
 public:
  // Starts the process-wide parts that need it, the first time.
  static absl::StatusOr<std::shared_ptr<const Engine>> New();

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // As RuleSet::Compile.
  absl::StatusOr<std::shared_ptr<const RuleSet>> CompileRules(
      const RuleSources& sources, const RuleOptions& options,
      std::vector<RuleDiagnostic>* diagnostics) const;

  // `rules` may be null.
  absl::StatusOr<std::unique_ptr<ScanSession>> NewSession(
      std::shared_ptr<const RuleSet> rules, uint32_t threads,
      PluginUse plugins = {}, const AnswerCacheOptions& cache = {}) const;

  // What each rule costs over what is in `inputs`, as JSON: see profile.h.
  // `progress` (may be empty) is told the passes done and those there are in
  // all, and ends the profiling with kCancelled by returning false, as does
  // `cancel` (may be null).
  absl::StatusOr<std::string> ProfileRules(
      const RuleSet& rules, const std::vector<ScanInput>& inputs,
      Cancel* cancel,
      const std::function<bool(uint64_t done, uint64_t total)>& progress) const;

 private:
  Engine() = default;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_ENGINE_H_
