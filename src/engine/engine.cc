#include "engine/engine.h"

#include <utility>

#include "base/status.h"
#include "engine/profile.h"
#include "yara/library.h"

namespace cupel {

absl::StatusOr<std::shared_ptr<const Engine>> Engine::New() {
  CUPEL_RETURN_IF_ERROR(InitYara());
  return std::shared_ptr<const Engine>(new Engine);
}

absl::StatusOr<std::shared_ptr<const RuleSet>> Engine::CompileRules(
    const RuleSources& sources, const RuleOptions& options,
    std::vector<RuleDiagnostic>* diagnostics) const {
  return RuleSet::Compile(sources, options, diagnostics);
}

absl::StatusOr<std::unique_ptr<ScanSession>> Engine::NewSession(
    std::shared_ptr<const RuleSet> rules, uint32_t threads, PluginUse plugins,
    const AnswerCacheOptions& cache) const {
  return ScanSession::New(std::move(rules), threads, std::move(plugins), cache);
}

absl::StatusOr<std::string> Engine::ProfileRules(
    const RuleSet& rules, const std::vector<ScanInput>& inputs, Cancel* cancel,
    const std::function<bool(uint64_t done, uint64_t total)>& progress) const {
  Corpus corpus;
  CUPEL_RETURN_IF_ERROR(corpus.Collect(inputs, ScanOptions(), cancel));
  return ProfileJson(rules, corpus, cancel, progress);
}

}  // namespace cupel
