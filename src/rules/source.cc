#include "rules/source.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"
#include "rules/container.h"
#include "rules/file_io.h"

namespace cupel {
namespace {

// libyara's own mark at the start of compiled rules.
constexpr std::string_view kForeignMagic = "YARA";

absl::StatusOr<std::string> RealPath(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) {
    return ErrnoStatus(errno, fmt::format("resolve '{}'", path));
  }
  std::string out = real;
  free(real);
  return out;
}

bool IsRuleFileName(std::string_view name) {
  return name.ends_with(".yar") || name.ends_with(".yara");
}

std::string ParentOf(const std::string& real_path) {
  const size_t slash = real_path.rfind('/');
  return slash == 0 ? "/" : real_path.substr(0, slash);
}

std::string WithoutExtension(std::string_view path) {
  const size_t slash = path.rfind('/');
  const size_t dot = path.rfind('.');
  const size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  if (dot == std::string_view::npos || dot <= name) return std::string(path);
  return std::string(path.substr(0, dot));
}

struct FoundFile {
  std::string path;      // as found: root + "/" + relative
  std::string relative;  // to the given folder
};

class Loader {
 public:
  explicit Loader(const RuleOptions& options) : options_(options) {}

  absl::StatusOr<LoadedSources> Run(const RuleSources& sources) {
    for (const std::string& root : options_.include_roots) {
      CUPEL_ASSIGN_OR_RETURN(std::string real, RealPath(root));
      out_.roots.push_back(std::move(real));
    }
    for (const std::string& path : sources.paths) {
      CUPEL_RETURN_IF_ERROR(AddPath(path));
    }
    for (const RuleSources::Text& text : sources.texts) AddText(text);
    return std::move(out_);
  }

 private:
  absl::Status AddPath(const std::string& path) {
    struct stat info;
    if (stat(path.c_str(), &info) != 0) {
      return ErrnoStatus(errno, fmt::format("rules '{}'", path));
    }
    CUPEL_ASSIGN_OR_RETURN(const std::string real, RealPath(path));
    if (!S_ISDIR(info.st_mode)) {
      out_.roots.push_back(ParentOf(real));
      const std::string name = path.substr(path.rfind('/') + 1);
      return AddFile({path, name});
    }
    out_.roots.push_back(real);
    std::vector<FoundFile> files;
    CUPEL_RETURN_IF_ERROR(Walk(path, &files));
    if (files.empty()) {
      return NotFound("no rule files (*.yar, *.yara) in the folder '{}'", path);
    }
    std::sort(files.begin(), files.end(),
              [](const FoundFile& a, const FoundFile& b) {
                return a.relative < b.relative;
              });
    for (const FoundFile& file : files) CUPEL_RETURN_IF_ERROR(AddFile(file));
    return absl::OkStatus();
  }

  // Each folder once, by device and inode: loops of links end.
  absl::Status Walk(const std::string& root, std::vector<FoundFile>* files) {
    std::set<std::pair<dev_t, ino_t>> seen;
    std::vector<std::string> pending = {""};
    while (!pending.empty()) {
      const std::string folder = std::move(pending.back());
      pending.pop_back();
      CUPEL_RETURN_IF_ERROR(WalkFolder(root, folder, &seen, &pending, files));
    }
    return absl::OkStatus();
  }

  absl::Status WalkFolder(const std::string& root, const std::string& folder,
                          std::set<std::pair<dev_t, ino_t>>* seen,
                          std::vector<std::string>* pending,
                          std::vector<FoundFile>* files) {
    const std::string base = root.ends_with('/') ? root : root + "/";
    const std::string path = base + folder;
    struct stat info;
    if (stat(path.c_str(), &info) != 0) {
      return ErrnoStatus(errno, fmt::format("rules '{}'", path));
    }
    if (!seen->insert({info.st_dev, info.st_ino}).second) {
      return absl::OkStatus();
    }
    DIR* dir = opendir(path.c_str());
    if (dir == nullptr) {
      return ErrnoStatus(errno, fmt::format("open folder '{}'", path));
    }
    const absl::Cleanup closer = [dir] { closedir(dir); };
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(dir)) {
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) {
      return ErrnoStatus(errno, fmt::format("read folder '{}'", path));
    }
    // Sorted, so that it is the same alias of a folder that is taken each time.
    std::sort(names.rbegin(), names.rend());
    for (const std::string& name : names) {
      const std::string relative = folder + name;
      const bool exists = stat((base + relative).c_str(), &info) == 0;
      if (exists && S_ISDIR(info.st_mode)) {
        pending->push_back(relative + "/");
      } else if (IsRuleFileName(name)) {
        files->push_back({base + relative, relative});
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddFile(const FoundFile& file) {
    const auto head = ReadFileHead(file.path, kContainerMagic.size());
    if (!head.ok()) return AddError(file.path, head.status());
    if (*head == kContainerMagic) {
      out_.compiled.push_back({file.path, false});
      return absl::OkStatus();
    }
    if (head->starts_with(kForeignMagic)) {
      if (!options_.allow_foreign_compiled) {
        return PermissionDenied(
            "'{}' was compiled by another program: loading such a file can run "
            "code that it carries. Give the source, or set "
            "allow_foreign_compiled if you trust it",
            file.path);
      }
      out_.compiled.push_back({file.path, true});
      return absl::OkStatus();
    }
    auto text = ReadRuleText(file.path);
    if (!text.ok()) return AddError(file.path, text.status());
    RuleSource source;
    source.ns = names_.Take(EscapePrintable(WithoutExtension(file.relative)));
    source.file = source.label = file.path;
    source.text = *std::move(text);
    Add(std::move(source));
    return absl::OkStatus();
  }

  void AddText(const RuleSources::Text& text) {
    if (text.text.find('\0') != std::string::npos) {
      (void)AddError(text.name,
                     InvalidArgument("the text '{}' holds a NUL byte",
                                     EscapePrintable(text.name)));
      return;
    }
    if (text.text.size() > kMaxRuleFileBytes) {
      (void)AddError(
          text.name,
          ResourceExhausted(
              "the text '{}' is larger than {} bytes, the most that is read",
              EscapePrintable(text.name), kMaxRuleFileBytes));
      return;
    }
    RuleSource source;
    source.ns =
        names_.Take(text.name.empty() ? "default" : EscapePrintable(text.name));
    source.label = text.name.empty() ? "default" : text.name;
    source.text = text.text;
    Add(std::move(source));
  }

  void Add(RuleSource source) {
    Blake2b hash;
    hash.Update(source.text);
    source.digest = hash.Finish();
    out_.texts.push_back(std::move(source));
  }

  absl::Status AddError(const std::string& file, const absl::Status& status) {
    RuleDiagnostic error;
    error.file = file;
    error.message = MessageOf(status);
    out_.errors.push_back(std::move(error));
    return absl::OkStatus();
  }

  const RuleOptions& options_;
  UniqueNames names_;
  LoadedSources out_;
};

}  // namespace

absl::StatusOr<LoadedSources> LoadSources(const RuleSources& sources,
                                          const RuleOptions& options) {
  return Loader(options).Run(sources);
}

absl::StatusOr<std::string> ReadRuleText(const std::string& path) {
  CUPEL_ASSIGN_OR_RETURN(std::string text,
                         ReadWholeFile(path, {kMaxRuleFileBytes, false}));
  const size_t nul = text.find('\0');
  if (nul != std::string::npos) {
    return InvalidArgument(
        "'{}' is no rule text: there is a NUL byte at offset {}", path, nul);
  }
  return text;
}

absl::StatusOr<std::string> ResolveBelow(
    const std::string& path, const std::vector<std::string>& roots) {
  CUPEL_ASSIGN_OR_RETURN(std::string real, RealPath(path));
  for (const std::string& root : roots) {
    const std::string prefix = root == "/" ? root : root + "/";
    if (real.starts_with(prefix)) return real;
  }
  return PermissionDenied(
      "'{}' lies outside the folders that rules may include from; "
      "include_roots can name more",
      real);
}

struct UniqueNames::State {
  HashSet<std::string> taken;
};

UniqueNames::UniqueNames() : state_(std::make_unique<State>()) {}
UniqueNames::~UniqueNames() = default;

std::string UniqueNames::Take(const std::string& wanted) {
  std::string name = wanted;
  for (size_t n = 2; !state_->taken.insert(name).second; ++n) {
    name = fmt::format("{}~{}", wanted, n);
  }
  return name;
}

}  // namespace cupel
