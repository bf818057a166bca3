#include "rules/unit.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/status.h"
#include "rules/file_io.h"
#include "rules/lexer.h"

namespace cupel {
namespace {

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

class Resolver {
 public:
  Resolver(const std::vector<std::string>& roots, RuleUnits* out)
      : roots_(roots), out_(out) {}

  void Run(RuleSource source) {
    unit_.ns = std::move(source.ns);
    reals_.assign(1, "");
    pasted_.assign(1, 1);
    if (!source.file.empty()) {
      const auto real = ResolveBelow(source.file, roots_);
      if (real.ok()) reals_[0] = *real;
    }
    unit_.files.push_back(
        {source.label, "", std::move(source.text), !source.file.empty()});
    stack_.assign(1, 0);
    Rewrite(0, source.file);
    out_->units.push_back(std::move(unit_));
  }

 private:
  // Replaces the paths in the directives of file `index`, last first so that
  // offsets stay valid; each included file has been taken in by then.
  void Rewrite(size_t index, const std::string& path) {
    const std::string& text = unit_.files[index].text;
    if (text.find("include") == std::string::npos) return;
    std::vector<std::pair<Token, std::string>> edits;
    for (const Token& token : Tokenize(text).tokens) {
      if (token.kind != TokenKind::kInclude) continue;
      edits.emplace_back(token, "");
    }
    for (auto& [token, name] : edits) {
      const std::string spelled(
          IncludePathOf(token.In(unit_.files[index].text)).path);
      const auto target = Expand(index, path, spelled);
      if (target.ok()) {
        name = fmt::format("{}", *target);
      } else {
        out_->errors.push_back({RuleDiagnostic::Severity::kError,
                                unit_.files[index].label,
                                static_cast<int>(token.line), "",
                                fmt::format("include \"{}\": {}", spelled,
                                            MessageOf(target.status()))});
      }
    }
    std::string& out = unit_.files[index].text;
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
      const auto& [token, name] = *edit;
      if (name.empty()) {
        Blank(&out, token.begin, token.end);
      } else {
        const IncludePath old = IncludePathOf(token.In(out));
        out.replace(token.begin + old.offset, old.path.size(), name);
      }
    }
  }

  // Include, with a bound on how often files are pasted in: a few small files
  // that include each other twice make a text of any size.
  absl::StatusOr<size_t> Expand(size_t index, const std::string& path,
                                const std::string& spelled) {
    CUPEL_ASSIGN_OR_RETURN(const size_t target, Include(path, spelled));
    if (pasted_[index] + pasted_[target] > kMaxPastedFiles) {
      return ResourceExhausted("more than {} files would be pasted in",
                               kMaxPastedFiles);
    }
    pasted_[index] += pasted_[target];
    return target;
  }

  // Index of the file that `spelled` means in the file at `path`.
  absl::StatusOr<size_t> Include(const std::string& path,
                                 const std::string& spelled) {
    if (stack_.size() > kMaxIncludeDepth) {
      return ResourceExhausted("files are included more than {} deep",
                               kMaxIncludeDepth);
    }
    std::string candidate;
    CUPEL_ASSIGN_OR_RETURN(const std::string real,
                           Find(path, spelled, &candidate));
    for (size_t i = 0; i < reals_.size(); ++i) {
      if (reals_[i] != real) continue;
      if (std::find(stack_.begin(), stack_.end(), i) != stack_.end()) {
        return InvalidArgument("the file includes itself");
      }
      return i;
    }
    CUPEL_ASSIGN_OR_RETURN(std::string text, ReadRuleText(real));
    Blake2b hash;
    hash.Update(text);
    out_->included.push_back({candidate, real, hash.Finish()});
    const size_t index = unit_.files.size();
    unit_.files.push_back({candidate, spelled, std::move(text), true});
    reals_.push_back(real);
    pasted_.push_back(1);
    stack_.push_back(index);
    Rewrite(index, candidate);
    stack_.pop_back();
    return index;
  }

  absl::StatusOr<std::string> Find(const std::string& path,
                                   const std::string& spelled,
                                   std::string* candidate) const {
    if (spelled.empty()) return InvalidArgument("the path is empty");
    if (spelled.starts_with('/') || !path.empty()) {
      *candidate =
          spelled.starts_with('/') ? spelled : FolderOf(path) + spelled;
      return ResolveBelow(*candidate, roots_);
    }
    // A text has no folder of its own.
    absl::Status first = NotFound(
        "a text can include only by way of "
        "include_roots, and there are none");
    for (const std::string& root : roots_) {
      candidate->assign(root).append("/").append(spelled);
      auto real = ResolveBelow(*candidate, roots_);
      if (real.ok()) return real;
      first = real.status();
    }
    return first;
  }

  const std::vector<std::string>& roots_;
  RuleUnits* const out_;
  RuleUnit unit_;
  std::vector<std::string> reals_;  // beside unit_.files
  std::vector<size_t> pasted_;      // beside them: files in the expanded text
  std::vector<size_t> stack_;
};

}  // namespace

RuleUnits ResolveIncludes(LoadedSources* loaded) {
  RuleUnits out;
  for (RuleSource& source : loaded->texts) {
    Resolver(loaded->roots, &out).Run(std::move(source));
  }
  loaded->texts.clear();
  return out;
}

bool IncludesUnchanged(const std::vector<IncludedFile>& included,
                       const std::vector<std::string>& roots) {
  return std::all_of(included.begin(), included.end(),
                     [&](const IncludedFile& file) {
                       const auto real = ResolveBelow(file.path, roots);
                       if (!real.ok() || *real != file.real) return false;
                       const auto text = ReadRuleText(*real);
                       if (!text.ok()) return false;
                       Blake2b hash;
                       hash.Update(*text);
                       return hash.Finish() == file.digest;
                     });
}

size_t UnitFileIndex(const RuleUnit& unit, std::string_view name) {
  size_t index = 0;
  const auto [end, error] =
      std::from_chars(name.data(), name.data() + name.size(), index);
  if (error != std::errc() || end != name.data() + name.size()) return 0;
  return index < unit.files.size() ? index : 0;
}

const std::string* IncludedText(const RuleUnit& unit, std::string_view name) {
  const size_t index = UnitFileIndex(unit, name);
  return index == 0 ? nullptr : &unit.files[index].text;
}

void Blank(std::string* text, size_t begin, size_t end) {
  for (size_t i = begin; i < end && i < text->size(); ++i) {
    if ((*text)[i] != '\n') (*text)[i] = ' ';
  }
}

}  // namespace cupel
