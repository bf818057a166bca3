#include "rules/rule_set.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "rules/cache.h"
#include "rules/container.h"
#include "rules/file_io.h"
#include "rules/identity.h"
#include "rules/planning.h"
#include "rules/rule_set_impl.h"
#include "rules/source.h"
#include "rules/unit.h"
#include "yara/library.h"
#include "yara/rule_scanner.h"

namespace cupel {
namespace {

struct Compiled {
  CompiledSet set;
  bool from_cache = false;
};

// The part that comes from texts.
absl::StatusOr<Compiled> CompileTexts(
    LoadedSources* loaded, const RuleOptions& options,
    std::vector<RuleDiagnostic>* diagnostics) {
  Compiled out;
  const bool cached = !options.cache_dir.empty() && !loaded->texts.empty();
  CacheKey key;
  // With errors that must be told the way is through the compiler.
  if (cached) {
    key = CacheKeyOf(*loaded, options);
    if (loaded->errors.empty() || options.skip_broken) {
      if (auto set = LoadFromCache(key, *loaded)) {
        return Compiled{*std::move(set), true};
      }
    }
  }
  std::vector<SkippedRule> skipped;
  for (RuleDiagnostic& error : loaded->errors) {
    if (options.skip_broken) {
      skipped.push_back({error.file, error.line, "", error.message});
    } else {
      diagnostics->push_back(std::move(error));
    }
  }
  RuleUnits units = ResolveIncludes(loaded);
  // What an include that failed would find later is not known.
  const bool cacheable = cached && units.errors.empty();
  CUPEL_ASSIGN_OR_RETURN(
      out.set,
      CompileUnits(std::move(units), std::move(skipped), options, diagnostics));
  PlanParts(options, &out.set);
  if (cacheable) {
    // Rules that cannot be cached are compiled each time; that is slow and
    // nothing worse, but the user should know why.
    const absl::Status status = SaveToCache(key, out.set, options.cache_dir);
    if (!status.ok()) {
      out.set.warnings.push_back(
          {RuleDiagnostic::Severity::kWarning, options.cache_dir, 0, "",
           fmt::format("compiled rules are not cached: {}",
                       MessageOf(status))});
    }
  }
  return out;
}

std::string Joined(const std::vector<std::string>& digests) {
  if (digests.size() == 1) return digests.front();
  Blake2b hash;
  hash.UpdateFramed("cupel.rules.joined/1");
  for (const std::string& digest : digests) hash.UpdateFramed(digest);
  return HexDigest(hash.Finish());
}

absl::Status AppendCompiledFiles(const std::vector<CompiledSource>& files,
                                 const RuleOptions& options, CompiledSet* set) {
  std::vector<std::string> digests;
  if (!set->rules.empty() || files.empty() || !set->skipped.empty()) {
    digests.push_back(set->digest);
  }
  for (const CompiledSource& file : files) {
    auto more = LoadCompiledFile(file);
    if (!more.ok()) {
      if (!options.skip_broken) return more.status();
      set->skipped.push_back(
          {file.file, 0, "", std::string(MessageOf(more.status()))});
      digests.push_back("skipped:" + file.file);
      continue;
    }
    // They may have other values of externals now, or no plan.
    PlanParts(options, &*more);
    digests.push_back(more->digest);
    // The file may have been made with other values.
    if (!options.defines.empty()) {
      MixDefines(options.defines, &more->identities);
    }
    Append(*std::move(more), set);
  }
  set->digest = Joined(digests);
  // Of no texts there is a part without rules, which each scan would run.
  if (set->parts.size() > 1) {
    std::erase_if(set->parts, [](const CompiledPart& part) {
      return part.whole->size() == 0;
    });
  }
  return absl::OkStatus();
}

std::vector<UnitStore::Part> UnitParts(const CompiledSet& set) {
  std::vector<UnitStore::Part> parts;
  parts.reserve(set.parts.size());
  for (const CompiledPart& part : set.parts) {
    parts.push_back({part.texts, part.defines});
  }
  return parts;
}

}  // namespace

RuleSetImpl::RuleSetImpl(CompiledSet set, Defines defines, bool from_cache,
                         size_t unit_bytes)
    : set_(std::move(set)),
      defines_(std::move(defines)),
      from_cache_(from_cache),
      units_(UnitParts(set_), unit_bytes) {}

absl::StatusOr<std::shared_ptr<const RuleSet>> RuleSet::Compile(
    const RuleSources& sources, const RuleOptions& options,
    std::vector<RuleDiagnostic>* diagnostics) {
  std::vector<RuleDiagnostic> local;
  if (diagnostics == nullptr) diagnostics = &local;
  diagnostics->clear();
  CUPEL_RETURN_IF_ERROR(InitYara());
  CUPEL_RETURN_IF_ERROR(CheckDefines(options));
  CUPEL_ASSIGN_OR_RETURN(LoadedSources loaded, LoadSources(sources, options));
  const bool all_saved = loaded.texts.empty() && !loaded.compiled.empty();
  CUPEL_ASSIGN_OR_RETURN(Compiled compiled,
                         CompileTexts(&loaded, options, diagnostics));
  CUPEL_RETURN_IF_ERROR(
      AppendCompiledFiles(loaded.compiled, options, &compiled.set));
  *diagnostics = compiled.set.warnings;
  MixEngine(options.engine, &compiled.set.identities);
  auto set = std::make_shared<const RuleSetImpl>(
      std::move(compiled.set), options.defines,
      compiled.from_cache || all_saved);
  if (options.load_all) CUPEL_RETURN_IF_ERROR(set->LoadAll());
  // A define of another type than a compiled file has it is found out here
  // instead of in the first scan. Which ones it has, only its rules know.
  if (!loaded.compiled.empty() && !options.defines.empty()) {
    CUPEL_RETURN_IF_ERROR(set->TryDefines());
  }
  return set;
}

absl::Status RuleSetImpl::LoadAll() const {
  for (const CompiledPart& part : set_.parts) {
    CUPEL_RETURN_IF_ERROR(part.whole->Get().status());
    if (part.texts != nullptr) {
      CUPEL_RETURN_IF_ERROR(part.texts->Get().status());
    }
  }
  return absl::OkStatus();
}

absl::Status RuleSetImpl::TryDefines() const {
  for (const CompiledPart& part : set_.parts) {
    CUPEL_ASSIGN_OR_RETURN(auto whole, part.whole->Get());
    CUPEL_ASSIGN_OR_RETURN(auto scanner, YaraScanner::New(std::move(whole)));
    CUPEL_RETURN_IF_ERROR(ApplyDefines(defines_, scanner.get()));
  }
  return absl::OkStatus();
}

bool RuleSetImpl::depends_on_names() const {
  return std::any_of(set_.parts.begin(), set_.parts.end(),
                     [](const CompiledPart& p) { return p.externals != 0; });
}

size_t RuleSetImpl::partition_size() const {
  size_t size = 0;
  for (const CompiledPart& part : set_.parts) {
    for (uint32_t i = 0; i < part.whole->size(); ++i) {
      const bool killed =
          part.plan != nullptr &&
          part.plan->Explain(i, plan::FileClass::kText).killed &&
          part.plan->Explain(i, plan::FileClass::kOther).killed;
      size += killed ? 0 : 1;
    }
  }
  return size;
}

absl::Status RuleSetImpl::Save(const std::string& path) const {
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes,
                         EncodeContainer(set_, Digest{}, YaraVersion()));
  return ReplaceFile(path, bytes);
}

std::string_view RuleEngineVersion() { return YaraVersion(); }

}  // namespace cupel
