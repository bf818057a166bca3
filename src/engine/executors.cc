#include "engine/executors.h"

#include <map>
#include <utility>

#include "base/status.h"
#include "engine/openkat_worker.h"
#include "engine/package_executor.h"
#include "engine/scan_executor.h"
#include "format/escape.h"

namespace cupel {
namespace {

using worker::Executor;
using worker::WorkOrder;
using worker::WorkResult;

struct ExecutorKind {
  std::string_view kind;
  absl::StatusOr<std::unique_ptr<Executor>> (*make)(const Json& config);
};

// A line for each kind of job.
constexpr ExecutorKind kKinds[] = {
    {"scan", NewScanExecutor},
    {"package", NewPackageExecutor},
    {"boefje", MakeBoefjeExecutor},
    {"normalizer", MakeNormalizerExecutor},
};

class Executors final : public Executor {
 public:
  explicit Executors(Json config) : config_(std::move(config)) {}

  absl::StatusOr<Executor*> For(std::string_view kind) {
    const auto found = made_.find(kind);
    if (found != made_.end()) return found->second.get();
    std::string known;
    for (const ExecutorKind& one : kKinds) {
      if (one.kind == kind) {
        CUPEL_ASSIGN_OR_RETURN(auto executor, one.make(config_));
        Executor* const raw = executor.get();
        made_.emplace(kind, std::move(executor));
        return raw;
      }
      known += known.empty() ? "" : ", ";
      known += one.kind;
    }
    return InvalidArgument("there are no jobs of kind '{}', but: {}",
                           EscapePrintable(kind), known);
  }

  absl::StatusOr<WorkResult> Run(const WorkOrder& order, const StepSink& step,
                                 Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(Executor* const executor, For(order.kind));
    return executor->Run(order, step, cancel);
  }

  absl::Status Reload() override {
    absl::Status status;
    for (auto& [kind, executor] : made_) status.Update(executor->Reload());
    return status;
  }

 private:
  const Json config_;
  std::map<std::string, std::unique_ptr<Executor>, std::less<>> made_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Executor>> NewExecutors(const Json& config) {
  auto executors = std::make_unique<Executors>(config);
  const auto kinds = config.find("kinds");
  if (kinds != config.end() && kinds->is_array()) {
    for (const Json& kind : *kinds) {
      if (!kind.is_string()) {
        return InvalidArgument("kinds must hold texts, not {}",
                               JsonTypeName(kind));
      }
      CUPEL_RETURN_IF_ERROR(
          executors->For(kind.get_ref<const std::string&>()).status());
    }
  }
  return executors;
}

std::vector<std::string> ExecutorKinds() {
  std::vector<std::string> kinds;
  for (const ExecutorKind& one : kKinds) kinds.emplace_back(one.kind);
  return kinds;
}

}  // namespace cupel
