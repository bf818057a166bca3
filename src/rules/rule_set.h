// Rules, compiled: the only view of YARA that the layers above have.
#ifndef CUPEL_RULES_RULE_SET_H_
#define CUPEL_RULES_RULE_SET_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "rules/diagnostic.h"
#include "rules/rule_info.h"

namespace cupel {

class Scratch;

// Where rules come from. A path may name a file or a folder (searched
// recursively, sorted by name, *.yar and *.yara); a text is one source with the
// namespace `name`. A path may also name a file that RuleSet::Save wrote; rules
// of compiled files come behind those of sources.
struct RuleSources {
  struct Text {
    std::string name;
    std::string text;
  };
  std::vector<std::string> paths;
  std::vector<Text> texts;
};

// What a rule's answer for some bytes depends on beside the bytes.
struct RuleIdentity {
  // Equal digests, equal answers: the rule itself (without its name, tags and
  // metas), the rules that it refers to, the global ones and the defines that
  // it reads.
  Digest digest = {};
  // The per-file externals that it reads, itself or through others: bits in
  // the order of FileExternals.
  uint32_t externals = 0;
  // False if its answer depends on something else too: the time, say.
  bool steady = false;
};

using ExternalValue = std::variant<bool, int64_t, double, std::string>;
using Defines = std::vector<std::pair<std::string, ExternalValue>>;

// How rules are run. The answers are the same.
enum class RuleEngine : uint8_t {
  kCupel = 0,    // finds out first which rules can match, and runs those
  kLibyara = 1,  // runs all of them, as libyara does
};

struct RuleOptions {
  // Values of externals beside the five that every scan sets itself
  // (filename, filepath, extension, filetype, owner).
  Defines defines;
  // Folders that `include` may read from, beside those of the sources.
  std::vector<std::string> include_roots;
  // Leave out what does not compile instead of failing.
  bool skip_broken = false;
  // Folder for compiled rules; empty: none. Created with mode 0700. A cache
  // that is stale, foreign or damaged is ignored and written anew.
  std::string cache_dir;
  // Take files that `yarac` made. Off, because loading one can run code.
  bool allow_foreign_compiled = false;
  // Load saved rules to the last byte, so that whatever is wrong with them is
  // an error now and not an incident later.
  bool load_all = false;
  RuleEngine engine = RuleEngine::kCupel;
};

// Immutable after Compile: any number of threads may use one at once. Scratches
// keep the set alive.
class RuleSet : public std::enable_shared_from_this<RuleSet> {
 public:
  // On failure `diagnostics` holds every error of every source, and the status
  // names the first and how many more there are; on success it holds warnings.
  // May be null.
  static absl::StatusOr<std::shared_ptr<const RuleSet>> Compile(
      const RuleSources& sources, const RuleOptions& options,
      std::vector<RuleDiagnostic>* diagnostics);

  virtual ~RuleSet() = default;

  // Every rule in source order; RuleMatch::rule is an index into it.
  virtual std::span<const RuleInfo> rules() const = 0;

  // BLAKE2b-256, hex, over names and texts of all sources (included files too),
  // defines and what was skipped: equal digest, equal answers.
  virtual std::string_view digest() const = 0;

  // One for each of rules(). In doubt a rule depends on more than it does,
  // never on less.
  virtual std::span<const RuleIdentity> identities() const = 0;

  virtual std::span<const SkippedRule> skipped() const = 0;
  virtual std::span<const RuleDiagnostic> warnings() const = 0;

  // True unless no condition refers to a per-file external: only then do equal
  // bytes give equal matches whatever the file is called.
  virtual bool depends_on_names() const = 0;

  // True if this set came from a cache instead of a compiler.
  virtual bool from_cache() const = 0;

  // Rules that can match a file that is no PE, as far as is known; slow.
  virtual size_t partition_size() const = 0;

  virtual absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const = 0;

  // Our own compiled form, to be given as a path to Compile later. The file
  // appears at once or not at all.
  virtual absl::Status Save(const std::string& path) const = 0;
};

// "4.5.2": the libyara in use.
std::string_view RuleEngineVersion();

}  // namespace cupel

#endif  // CUPEL_RULES_RULE_SET_H_
