// Finding and reading rule sources; nothing is compiled or tokenised here.
#ifndef CUPEL_RULES_SOURCE_H_
#define CUPEL_RULES_SOURCE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "rules/diagnostic.h"
#include "rules/rule_set.h"

namespace cupel {

inline constexpr uint64_t kMaxRuleFileBytes = uint64_t{64} << 20;
inline constexpr uint64_t kMaxCompiledFileBytes = uint64_t{1} << 30;

// One source text, which is one namespace.
struct RuleSource {
  std::string ns;
  std::string file;   // as found; empty for a text
  std::string label;  // for messages: the file, or the name of the text
  std::string text;
  Digest digest = {};  // of the text
};

// A compiled file, ours or yarac's.
struct CompiledSource {
  std::string file;
  bool foreign = false;
};

struct LoadedSources {
  std::vector<RuleSource> texts;
  std::vector<CompiledSource> compiled;
  // Real paths that `include` may read below.
  std::vector<std::string> roots;
  // One entry for each file that is there but cannot be used.
  std::vector<RuleDiagnostic> errors;
};

// Fails only for what no skipping can help: a path that does not exist, a
// folder without rules, a compiled file that was not asked for.
absl::StatusOr<LoadedSources> LoadSources(const RuleSources& sources,
                                          const RuleOptions& options);

// Text that libyara can be given: holds no NUL.
absl::StatusOr<std::string> ReadRuleText(const std::string& path);

// The real path, if it lies below one of `roots`.
absl::StatusOr<std::string> ResolveBelow(const std::string& path,
                                         const std::vector<std::string>& roots);

// Gives every name once: the second "js" becomes "js~2".
class UniqueNames {
 public:
  UniqueNames();
  ~UniqueNames();
  UniqueNames(const UniqueNames&) = delete;
  UniqueNames& operator=(const UniqueNames&) = delete;
  std::string Take(const std::string& wanted);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cupel

#endif  // CUPEL_RULES_SOURCE_H_
