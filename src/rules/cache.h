// A folder of compiled rules.
#ifndef CUPEL_RULES_CACHE_H_
#define CUPEL_RULES_CACHE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "crypto/digest.h"
#include "rules/compiled_set.h"
#include "rules/source.h"

namespace cupel {

// Which file of the folder (by where the rules come from and how they are
// compiled, so that a changed source replaces its old file) and what has to be
// inside (the texts, the engine).
struct CacheKey {
  std::string path;
  Digest contents = {};
};
CacheKey CacheKeyOf(const LoadedSources& sources, const RuleOptions& options);

// The compiled rules, if the file is there, trusted, undamaged and current.
// Everything else is nothing, never an error.
std::optional<CompiledSet> LoadFromCache(const CacheKey& key,
                                         const LoadedSources& sources);

// Makes the folder (0700) if it is missing.
absl::Status SaveToCache(const CacheKey& key, const CompiledSet& set,
                         const std::string& folder);

// A file that was named explicitly: every fault is an error that says what is
// wrong with it.
absl::StatusOr<CompiledSet> LoadCompiledFile(const CompiledSource& source);

}  // namespace cupel

#endif  // CUPEL_RULES_CACHE_H_
