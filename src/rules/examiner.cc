#include "rules/examiner.h"

#include <algorithm>

#include "base/hash.h"
#include "base/status.h"
#include "rules/splitter.h"

namespace cupel {
namespace {

class Examiner {
 public:
  Examiner(const CompilerFactory& new_compiler, RuleUnit* unit)
      : new_compiler_(new_compiler), unit_(*unit) {
    for (const UnitFile& file : unit_.files) {
      splits_.push_back(Split(file.text));
      gone_.emplace_back(splits_.back().rules.size());
      texts_.push_back(file.text);  // names are looked up after blanking too
    }
  }

  absl::StatusOr<Examination> Run() {
    for (int round = 0; round < kMaxExaminationRounds; ++round) {
      std::vector<YaraMessage> messages;
      CUPEL_ASSIGN_OR_RETURN(const bool good, Compile(&messages));
      if (good) return std::move(out_);
      if (!Narrow(messages)) {
        GiveUp(messages);
        return std::move(out_);
      }
      BlankReferring();
    }
    YaraMessage last;
    last.text = fmt::format("there are still errors after {} attempts",
                            kMaxExaminationRounds);
    GiveUp({last});
    return std::move(out_);
  }

 private:
  struct Place {
    size_t file = 0;
    size_t rule = 0;
  };

  absl::StatusOr<bool> Compile(std::vector<YaraMessage>* messages) {
    CUPEL_ASSIGN_OR_RETURN(auto compiler, new_compiler_());
    compiler->SetInclude(
        [this](std::string_view name) { return IncludedText(unit_, name); });
    const bool good = compiler->Add(unit_.files[0].text, unit_.ns, messages);
    std::erase_if(*messages, [](const YaraMessage& m) { return !m.error; });
    return good;
  }

  // Blanks each rule that a message points at; false if none does.
  bool Narrow(const std::vector<YaraMessage>& messages) {
    bool progress = false;
    for (const YaraMessage& message : messages) {
      Place place;
      if (!Find(message, &place)) continue;
      RuleDiagnostic error = ToDiagnostic(unit_, message);
      error.rule = splits_[place.file].rules[place.rule].name;
      if (Remove(place, error.message)) {
        out_.errors.push_back(std::move(error));
        progress = true;
      }
    }
    return progress;
  }

  // The rule that is there still and has the line. If that one looks well
  // formed and the one before does not, the fault is that one's: a missing
  // brace is noticed only at the next rule.
  bool Find(const YaraMessage& message, Place* place) const {
    place->file = UnitFileIndex(unit_, message.file);
    const auto& rules = splits_[place->file].rules;
    const auto& gone = gone_[place->file];
    const auto line = static_cast<uint32_t>(message.line);
    bool found = false;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (gone[i] || line < rules[i].first_line) continue;
      const bool inside = line <= rules[i].last_line;
      const bool named = inside && rules[i].name == message.rule;
      const bool unclosed = !rules[i].well_formed && i + 1 < rules.size() &&
                            line <= rules[i + 1].last_line;
      if (unclosed || named || (inside && !found)) {
        place->rule = i;
        found = true;
        if (unclosed || named) return true;
      }
    }
    return found;
  }

  bool Remove(const Place& place, const std::string& reason) {
    if (gone_[place.file][place.rule]) return false;
    gone_[place.file][place.rule] = true;
    const RuleText& rule = splits_[place.file].rules[place.rule];
    UnitFile& file = unit_.files[place.file];
    Blank(&file.text, rule.begin, rule.end);
    out_.skipped.push_back(
        {file.label, static_cast<int>(rule.line), rule.name, reason});
    return true;
  }

  // A rule that refers to one that is gone cannot be compiled, or, with a
  // wildcard, would mean something else.
  void BlankReferring() {
    bool changed = true;
    while (changed) {
      changed = false;
      const auto lost = LostNames();
      for (size_t f = 0; f < splits_.size(); ++f) {
        for (size_t r = 0; r < splits_[f].rules.size(); ++r) {
          if (gone_[f][r]) continue;
          const std::string_view name = RefersTo(f, r, lost);
          if (name.empty()) continue;
          changed |= Remove({f, r}, fmt::format("refers to rule '{}', which "
                                                "was left out",
                                                name));
        }
      }
    }
  }

  // Names of rules that are gone, but for those that another rule has too.
  HashSet<std::string> LostNames() const {
    HashSet<std::string> lost;
    ForRules(true, [&](const std::string& name) { lost.insert(name); });
    ForRules(false, [&](const std::string& name) { lost.erase(name); });
    lost.erase("");
    return lost;
  }

  template <typename Visit>
  void ForRules(bool gone, Visit visit) const {
    for (size_t f = 0; f < splits_.size(); ++f) {
      for (size_t r = 0; r < splits_[f].rules.size(); ++r) {
        if (gone_[f][r] == gone) visit(splits_[f].rules[r].name);
      }
    }
  }

  std::string_view RefersTo(size_t file, size_t rule,
                            const HashSet<std::string>& lost) const {
    const RuleReferences uses =
        ReferencesOf(splits_[file], splits_[file].rules[rule], texts_[file]);
    for (const std::string_view name : uses.names) {
      if (lost.contains(std::string(name))) return name;
    }
    for (const std::string_view prefix : uses.prefixes) {
      for (const std::string& name : lost) {
        if (name.starts_with(prefix)) return name;
      }
    }
    return {};
  }

  // Before anything was narrowed the messages are the errors; afterwards they
  // may be echoes of what was blanked, and only the first is told.
  void GiveUp(const std::vector<YaraMessage>& messages) {
    const bool echoes = !out_.errors.empty();
    for (const YaraMessage& message : messages) {
      out_.errors.push_back(ToDiagnostic(unit_, message));
      if (echoes) break;
    }
    if (out_.errors.empty()) {
      out_.errors.push_back({RuleDiagnostic::Severity::kError,
                             unit_.files[0].label, 0, "",
                             "the compiler gave no reason"});
    }
    const RuleDiagnostic& first = out_.errors.back();
    out_.whole = true;
    out_.skipped.assign(1,
                        {unit_.files[0].label, first.line, "", first.message});
  }

  const CompilerFactory& new_compiler_;
  RuleUnit& unit_;
  std::vector<SplitText> splits_;
  std::vector<std::string> texts_;
  std::vector<std::vector<bool>> gone_;
  Examination out_;
};

}  // namespace

absl::StatusOr<Examination> Examine(const CompilerFactory& new_compiler,
                                    RuleUnit* unit) {
  return Examiner(new_compiler, unit).Run();
}

RuleDiagnostic ToDiagnostic(const RuleUnit& unit, const YaraMessage& message) {
  RuleDiagnostic out;
  out.severity = message.error ? RuleDiagnostic::Severity::kError
                               : RuleDiagnostic::Severity::kWarning;
  out.file = unit.files[UnitFileIndex(unit, message.file)].label;
  out.line = message.line;
  out.rule = message.rule;
  out.message = message.text;
  return out;
}

}  // namespace cupel
