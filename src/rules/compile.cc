#include <algorithm>
#include <map>

#include "base/hash.h"
#include "base/status.h"
#include "rules/compiled_set.h"
#include "rules/examiner.h"
#include "rules/identity.h"
#include "rules/rule_texts.h"
#include "rules/splitter.h"
#include "yara/rule_compiler.h"

namespace cupel {
namespace {

absl::StatusOr<std::unique_ptr<YaraCompiler>> NewCompiler(
    const RuleOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(auto compiler, YaraCompiler::New());
  for (const char* name : kFileExternals) {
    CUPEL_RETURN_IF_ERROR(compiler->Define(name, std::string()));
  }
  for (const auto& [name, value] : options.defines) {
    CUPEL_RETURN_IF_ERROR(compiler->Define(name, value));
  }
  return compiler;
}

absl::StatusOr<CompiledSet> Fail(const std::vector<RuleDiagnostic>& diagnostics,
                                 size_t errors) {
  const auto first = std::find_if(
      diagnostics.begin(), diagnostics.end(), [](const RuleDiagnostic& d) {
        return d.severity == RuleDiagnostic::Severity::kError;
      });
  std::string text =
      first->line == 0
          ? fmt::format("{}: {}", first->file, first->message)
          : fmt::format("{}:{}: {}", first->file, first->line, first->message);
  if (errors > 1) text += fmt::format(" (and {} more)", errors - 1);
  return InvalidArgument("rules do not compile: {}", text);
}

class UnitCompiler {
 public:
  UnitCompiler(RuleUnits units, std::vector<SkippedRule> skipped,
               const RuleOptions& options,
               std::vector<RuleDiagnostic>* diagnostics)
      : units_(std::move(units.units)),
        options_(options),
        diagnostics_(*diagnostics) {
    set_.skipped = std::move(skipped);
    set_.included = std::move(units.included);
    TakeIncludeErrors(std::move(units.errors));
  }

  absl::StatusOr<CompiledSet> Run() {
    CUPEL_ASSIGN_OR_RETURN(bool good, CompileAll());
    if (!good) {
      CUPEL_RETURN_IF_ERROR(ExamineAll());
    }
    const size_t errors = CountErrors();
    if (!options_.skip_broken && errors != 0) return Fail(diagnostics_, errors);
    if (!good) {
      CUPEL_ASSIGN_OR_RETURN(good, CompileAll());
      if (!good) return Internal("rules compile alone but not together");
    }
    // What was skipped is no error any more; it is in set_.skipped.
    std::erase_if(diagnostics_, [](const RuleDiagnostic& d) {
      return d.severity == RuleDiagnostic::Severity::kError;
    });
    SplitAll();
    Describe();
    KeepTexts();
    set_.digest = HexDigest(DigestOfAll());
    set_.identities =
        IdentitiesOf(units_, splits_, set_.rules, options_.defines);
    return std::move(set_);
  }

 private:
  void TakeIncludeErrors(std::vector<RuleDiagnostic> errors) {
    for (RuleDiagnostic& error : errors) {
      if (options_.skip_broken) {
        set_.skipped.push_back({error.file, error.line, "", error.message});
      } else {
        diagnostics_.push_back(std::move(error));
      }
    }
  }

  size_t CountErrors() const {
    return static_cast<size_t>(std::count_if(
        diagnostics_.begin(), diagnostics_.end(), [](const RuleDiagnostic& d) {
          return d.severity == RuleDiagnostic::Severity::kError;
        }));
  }

  // One compiler for everything: the way when nothing is wrong. False at the
  // first error.
  absl::StatusOr<bool> CompileAll() {
    CUPEL_ASSIGN_OR_RETURN(auto compiler, NewCompiler(options_));
    const RuleUnit* current = nullptr;
    compiler->SetInclude([&current](std::string_view name) {
      return IncludedText(*current, name);
    });
    std::vector<RuleDiagnostic> warnings;
    for (const RuleUnit& unit : units_) {
      current = &unit;
      std::vector<YaraMessage> messages;
      if (!compiler->Add(unit.files[0].text, unit.ns, &messages)) return false;
      for (const YaraMessage& message : messages) {
        warnings.push_back(ToDiagnostic(unit, message));
      }
    }
    CUPEL_ASSIGN_OR_RETURN(whole_, compiler->Finish());
    set_.parts.assign(1, {});
    set_.parts.front().whole = std::make_shared<LazyRules>(whole_);
    set_.warnings = std::move(warnings);
    return true;
  }

  absl::Status ExamineAll() {
    std::vector<RuleUnit> usable;
    for (RuleUnit& unit : units_) {
      CUPEL_ASSIGN_OR_RETURN(
          Examination found,
          Examine([this] { return NewCompiler(options_); }, &unit));
      const auto move_to = [](auto& from, auto* to) {
        to->insert(to->end(), std::make_move_iterator(from.begin()),
                   std::make_move_iterator(from.end()));
      };
      move_to(found.errors, &diagnostics_);
      move_to(found.skipped, &set_.skipped);
      if (!found.whole) usable.push_back(std::move(unit));
    }
    if (options_.skip_broken) units_ = std::move(usable);
    return absl::OkStatus();
  }

  void SplitAll() {
    for (const RuleUnit& unit : units_) {
      for (const UnitFile& file : unit.files) {
        splits_.push_back(Split(file.text));
      }
    }
  }

  template <typename Visit>
  void ForFiles(Visit visit) const {
    size_t i = 0;
    for (const RuleUnit& unit : units_) {
      for (const UnitFile& file : unit.files) visit(unit, file, splits_[i++]);
    }
  }

  void Describe() {
    CompiledPart& part = set_.parts.front();
    HashMap<std::string, std::pair<std::string, int>> places;
    ForFiles([&](const RuleUnit& unit, const UnitFile& file,
                 const SplitText& split) {
      for (const RuleText& rule : split.rules) {
        places.try_emplace(unit.ns + '\0' + rule.name,
                           file.is_file ? file.label : std::string(),
                           static_cast<int>(rule.line));
      }
      part.externals |= ExternalsOf(file, split);
    });
    for (size_t i = 0; i < whole_->size(); ++i) {
      RuleInfo rule = DescribeRule(*whole_, i);
      const auto place = places.find(rule.ns + '\0' + rule.name);
      if (place != places.end()) {
        rule.file = place->second.first;
        rule.line = place->second.second;
      }
      set_.rules.push_back(std::move(rule));
    }
  }

  void KeepTexts() {
    auto texts = RuleTexts::Make(units_, splits_, set_.rules);
    if (texts == nullptr) return;
    CompiledPart& part = set_.parts.front();
    part.texts = std::make_shared<LazyTexts>(std::move(texts));
    part.defines = options_.defines;
  }

  static uint32_t ExternalsOf(const UnitFile& file, const SplitText& split) {
    if (!split.understood) return kAllExternals;
    uint32_t used = 0;
    for (const RuleText& rule : split.rules) {
      for (const auto name : ReferencesOf(split, rule, file.text).names) {
        for (size_t i = 0; i < kFileExternals.size(); ++i) {
          if (name == kFileExternals[i]) used |= 1U << i;
        }
      }
    }
    return used;
  }

  Digest DigestOfAll() const {
    Blake2b hash;
    hash.UpdateFramed("cupel.rules/1");
    const auto number = [&hash](uint64_t n) {
      hash.UpdateFramed(std::to_string(n));
    };
    number(units_.size());
    for (const RuleUnit& unit : units_) {
      hash.UpdateFramed(unit.ns);
      number(unit.files.size());
      for (const UnitFile& file : unit.files) {
        hash.UpdateFramed(file.spelled);
        hash.UpdateFramed(file.text);
      }
    }
    number(options_.defines.size());
    for (const auto& [name, value] : options_.defines) {
      hash.UpdateFramed(name);
      number(value.index());
      hash.UpdateFramed(std::visit(
          [](const auto& v) { return fmt::format("{}", v); }, value));
    }
    number(set_.skipped.size());
    for (const SkippedRule& skipped : set_.skipped) {
      hash.UpdateFramed(skipped.rule);
      hash.UpdateFramed(skipped.reason);
    }
    return hash.Finish();
  }

  std::vector<RuleUnit> units_;
  const RuleOptions& options_;
  std::vector<RuleDiagnostic>& diagnostics_;
  CompiledSet set_;
  std::shared_ptr<YaraRules> whole_;
  std::vector<SplitText> splits_;  // of all files of all units
};

bool IsIdentifier(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= 128 && letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return letter(c) || (c >= '0' && c <= '9');
         });
}

bool IsKeyword(std::string_view name) {
  static constexpr std::string_view kKeywords[] = {
      "all",      "and",        "any",       "ascii",     "at",
      "base64",   "base64wide", "condition", "contains",  "defined",
      "endswith", "entrypoint", "false",     "filesize",  "for",
      "fullword", "global",     "icontains", "iendswith", "iequals",
      "import",   "in",         "include",   "int16",     "int16be",
      "int32",    "int32be",    "int8",      "int8be",    "istartswith",
      "matches",  "meta",       "nocase",    "none",      "not",
      "of",       "or",         "private",   "rule",      "startswith",
      "strings",  "them",       "true",      "uint16",    "uint16be",
      "uint32",   "uint32be",   "uint8",     "uint8be",   "wide",
      "xor"};
  return std::find(std::begin(kKeywords), std::end(kKeywords), name) !=
         std::end(kKeywords);
}

}  // namespace

absl::Status CheckDefines(const RuleOptions& options) {
  HashSet<std::string> seen;
  for (const auto& [name, value] : options.defines) {
    if (!IsIdentifier(name) || IsKeyword(name)) {
      return InvalidArgument(
          "define '{}': not an identifier that rules can use", name);
    }
    if (std::find(kFileExternals.begin(), kFileExternals.end(), name) !=
        kFileExternals.end()) {
      return InvalidArgument(
          "define '{}': each scan sets it itself; choose another name", name);
    }
    if (!seen.insert(name).second) {
      return InvalidArgument("define '{}': given twice", name);
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text != nullptr && text->find('\0') != std::string::npos) {
      return InvalidArgument("define '{}': the value holds a NUL byte", name);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<CompiledSet> CompileUnits(
    RuleUnits units, std::vector<SkippedRule> skipped,
    const RuleOptions& options, std::vector<RuleDiagnostic>* diagnostics) {
  return UnitCompiler(std::move(units), std::move(skipped), options,
                      diagnostics)
      .Run();
}

}  // namespace cupel
