// The rules that jobs ask for by their hash, in a folder where those who scan
// find them.
#ifndef CUPEL_WORKER_DRAGONFLY_RULES_H_
#define CUPEL_WORKER_DRAGONFLY_RULES_H_

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "worker/dragonfly_api.h"

namespace cupel::worker {

// Says whether a document of rules can be used: compiles it. Handed in by
// those who know the rule engine.
using RulesCheck = std::function<absl::Status(const std::string& document)>;

// One thread at a time.
class DragonflyRules {
 public:
  // `folder` empty: a temporary one, removed in the end.
  static absl::StatusOr<std::unique_ptr<DragonflyRules>> New(DragonflyApi* api,
                                                             std::string folder,
                                                             RulesCheck check);
  ~DragonflyRules();
  DragonflyRules(const DragonflyRules&) = delete;
  DragonflyRules& operator=(const DragonflyRules&) = delete;

  const std::string& folder() const { return folder_; }

  // The file with the rules of that hash, which are asked for if they aren't
  // there. kAborted: the server has others meanwhile; INVALID_ARGUMENT: they
  // don't compile; else what the API said.
  absl::StatusOr<std::string> PathFor(const std::string& hash, Cancel* cancel);
  // Whether PathFor has it without asking.
  bool Has(const std::string& hash) const;

 private:
  DragonflyRules(DragonflyApi* api, std::string folder, bool temporary,
                 RulesCheck check)
      : api_(api),
        folder_(std::move(folder)),
        temporary_(temporary),
        check_(std::move(check)) {}
  absl::Status Keep(const std::string& hash, const std::string& document);

  DragonflyApi* const api_;
  const std::string folder_;
  const bool temporary_;
  const RulesCheck check_;
  std::deque<std::pair<std::string, std::string>> kept_;  // hash and path
  // The latest that did not compile: not compiled again each time.
  std::string broken_hash_;
  absl::Status broken_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_RULES_H_
