#include "rules/cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/status.h"
#include "rules/container.h"
#include "rules/container_file.h"
#include "rules/file_io.h"
#include "yara/library.h"

namespace cupel {
namespace {

constexpr ReadOptions kTrusted = {kMaxCompiledFileBytes, true};

absl::Status Prefixed(const std::string& file, const absl::Status& status) {
  return MakeStatus(status.code(), "'{}': {}", file, MessageOf(status));
}

std::string ValueText(const ExternalValue& value) {
  return fmt::format("{}:", value.index()) +
         std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

// yarac's own format: libyara checks its version and lengths, no more.
absl::StatusOr<CompiledSet> LoadForeign(const CompiledSource& source,
                                        std::string_view bytes) {
  CUPEL_ASSIGN_OR_RETURN(const auto rules, YaraRules::Load(bytes));
  CompiledPart part;
  part.whole = std::make_shared<LazyRules>(rules);
  part.foreign = true;
  for (size_t i = 0; i < kFileExternals.size(); ++i) {
    if (rules->HasExternal(kFileExternals[i])) part.externals |= 1U << i;
  }
  CompiledSet set;
  for (size_t i = 0; i < rules->size(); ++i) {
    set.rules.push_back(DescribeRule(*rules, i));
    set.rules.back().file = source.file;
  }
  // Nothing is known of what they depend on.
  set.identities.resize(set.rules.size());
  set.parts.push_back(std::move(part));
  Blake2b hash;
  hash.UpdateFramed("cupel.rules.foreign/1");
  hash.UpdateFramed(bytes);
  set.digest = HexDigest(hash.Finish());
  return set;
}

}  // namespace

CacheKey CacheKeyOf(const LoadedSources& sources, const RuleOptions& options) {
  Blake2b place;
  Blake2b contents;
  place.UpdateFramed("cupel.rules.cache/1");
  contents.UpdateFramed(YaraVersion());
  const std::string flags = fmt::format("{}{}", options.skip_broken ? 1 : 0,
                                        static_cast<int>(options.engine));
  place.UpdateFramed(flags);
  contents.UpdateFramed(flags);
  for (const auto& [name, value] : options.defines) {
    contents.UpdateFramed(name);
    contents.UpdateFramed(ValueText(value));
  }
  for (const std::string& root : sources.roots) contents.UpdateFramed(root);
  for (const RuleDiagnostic& error : sources.errors) {
    contents.UpdateFramed(error.file);
    contents.UpdateFramed(error.message);
  }
  for (const RuleSource& source : sources.texts) {
    place.UpdateFramed(source.label);
    contents.UpdateFramed(source.label);
    contents.UpdateFramed(source.file);
    contents.UpdateFramed(source.ns);
    contents.UpdateFramed(HexDigest(source.digest));
  }
  CacheKey key;
  key.path = fmt::format("{}/{}.cupelyar", options.cache_dir,
                         HexDigest(place.Finish()).substr(0, 32));
  key.contents = contents.Finish();
  return key;
}

std::optional<CompiledSet> LoadFromCache(const CacheKey& key,
                                         const LoadedSources& sources) {
  const auto file = ContainerFile::Open(key.path, YaraVersion());
  if (!file.ok() || (*file)->head().key != key.contents ||
      !IncludesUnchanged((*file)->head().included, sources.roots)) {
    return std::nullopt;
  }
  // What is found too late for this run, the next one compiles anew.
  auto set = (*file)->Load(ContainerFile::PlanMemory::kMapped,
                           [path = key.path] { unlink(path.c_str()); });
  if (!set.ok()) return std::nullopt;
  // A plan of another version is made anew, and that is kept.
  for (size_t i = 0; i < set->parts.size(); ++i) {
    const bool had_plan = (*file)->head().parts[i].plan.size != 0;
    if (had_plan && set->parts[i].plan == nullptr) return std::nullopt;
  }
  return *std::move(set);
}

absl::Status SaveToCache(const CacheKey& key, const CompiledSet& set,
                         const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return ErrnoStatus(errno, fmt::format("make folder '{}'", folder));
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes,
                         EncodeContainer(set, key.contents, YaraVersion()));
  return ReplaceFile(key.path, bytes);
}

absl::StatusOr<CompiledSet> LoadCompiledFile(const CompiledSource& source) {
  if (source.foreign) {
    CUPEL_ASSIGN_OR_RETURN(const std::string bytes,
                           ReadWholeFile(source.file, kTrusted));
    auto set = LoadForeign(source, bytes);
    if (!set.ok()) return Prefixed(source.file, set.status());
    return set;
  }
  const auto file = ContainerFile::Open(source.file, YaraVersion());
  if (!file.ok()) return file.status();
  return (*file)->Load(ContainerFile::PlanMemory::kOwn);
}

}  // namespace cupel
