#include "engine/rule_shelf.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFiles = 100'000;

absl::Status AppendState(const fs::path& path, std::string* key) {
  struct stat state{};
  if (stat(path.c_str(), &state) != 0) {
    return ErrnoStatus(errno, "open '" + EscapePrintable(path.string()) + "'");
  }
  *key += path.string();
  *key +=
      fmt::format(":{} {} {} {}.{};", state.st_dev, state.st_ino, state.st_size,
                  state.st_mtim.tv_sec, state.st_mtim.tv_nsec);
  return absl::OkStatus();
}

// Of all files below the paths: equal text, equal files.
absl::StatusOr<std::string> StateOf(const std::vector<std::string>& paths) {
  std::string key;
  for (const std::string& path : paths) {
    CUPEL_RETURN_IF_ERROR(AppendState(path, &key));
    std::error_code error;
    if (!fs::is_directory(path, error)) continue;
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator at(path, error), end;
         !error && at != end; at.increment(error)) {
      std::error_code ignored;
      if (at->is_directory(ignored)) continue;
      files.push_back(at->path());
      if (files.size() > kMaxFiles) {
        return ResourceExhausted("more than {} files of rules below '{}'",
                                 kMaxFiles, EscapePrintable(path));
      }
    }
    if (error) {
      return ErrnoStatus(error.value(),
                         "read the folder '" + EscapePrintable(path) + "'");
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      CUPEL_RETURN_IF_ERROR(AppendState(file, &key));
    }
  }
  return key;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const RuleSet>> RuleShelf::Compile(
    const std::vector<std::string>& paths) const {
  return RuleSet::Compile({.paths = paths, .texts = {}}, options_, nullptr);
}

absl::StatusOr<std::shared_ptr<const RuleSet>> RuleShelf::Get(
    const std::vector<std::string>& paths) {
  CUPEL_ASSIGN_OR_RETURN(std::string key, StateOf(paths));
  const auto found =
      std::find_if(kept_.begin(), kept_.end(),
                   [&](const Kept& kept) { return kept.key == key; });
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().rules;
  }
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<const RuleSet> rules, Compile(paths));
  kept_.push_front({std::move(key), rules});
  if (kept_.size() > kKept) kept_.pop_back();
  return rules;
}

}  // namespace cupel
