#include <algorithm>
#include <array>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "prefilter/prefilter.h"
#include "rules/plan/atom_table.h"
#include "rules/plan/cover.h"
#include "rules/plan/frequency.h"
#include "rules/plan/gate_writer.h"
#include "rules/plan/image.h"
#include "rules/plan/literals.h"
#include "rules/plan/parallel.h"
#include "rules/plan/plan.h"

namespace cupel::plan {
namespace {

// Strings that are looked at between two looks at the clock.
constexpr size_t kChunk = 256;
// How often expressions that the prefilter refuses are replaced by others;
// then by none.
constexpr int kMostAttempts = 4;

// Everything of a class but what is shared with the others.
struct BuiltClass {
  std::string prefilter;
  std::vector<uint32_t> atoms;
  std::vector<uint32_t> first;
  std::vector<uint32_t> rules;
  std::vector<uint32_t> always;
  std::vector<uint32_t> gated;
  std::vector<uint32_t> gate_of;
  GateWords gates;
  std::string facts;
};

// Ids of the prefilter: literals first, then expressions.
std::vector<uint32_t> InPrefilterOrder(std::vector<uint32_t> atoms,
                                       const AtomTable& table) {
  std::stable_partition(atoms.begin(), atoms.end(),
                        [&table](uint32_t id) { return !table[id].regex; });
  return atoms;
}

class Builder {
 public:
  Builder(const PlanInput& input, const PlanOptions& options)
      : options_(options),
        strings_(input),
        formulas_(MakeFormulas(input)),
        total_(strings_.size() + kFileClasses * formulas_.size()) {
    FindNeeds(input);
  }

  absl::StatusOr<std::string> Run() {
    std::array<absl::Status, kFileClasses> statuses;
    ForAll(kFileClasses, options_.threads, [&](size_t i) {
      statuses[i] = BuildClass(static_cast<FileClass>(i), &classes_[i]);
      Done(formulas_.size());
    });
    for (const absl::Status& status : statuses) {
      if (!status.ok()) return status;
    }
    return Assemble();
  }

 private:
  bool cancelled() const {
    return options_.cancel != nullptr && options_.cancel->triggered();
  }

  void Done(size_t more) {
    if (!options_.progress) return;
    const MutexLock lock(mutex_);
    done_ += more;
    options_.progress(done_, total_);
  }

  void FindNeeds(const PlanInput& input) {
    std::vector<bool> wanted(strings_.size());
    for (const Formula& formula : formulas_) strings_.Mark(formula, &wanted);
    std::vector<const ast::String*> all;
    for (const PlanRule& rule : input.rules) {
      for (const ast::String& string : rule.rule->strings) {
        all.push_back(wanted[all.size()] ? &string : nullptr);
      }
    }
    const bool regexes = PrefilterHasRegexes();
    std::vector<Need> needs(all.size());
    ForAll((all.size() + kChunk - 1) / kChunk, options_.threads, [&](size_t n) {
      if (cancelled()) return;
      const size_t end = std::min(all.size(), (n + 1) * kChunk);
      for (size_t i = n * kChunk; i < end; ++i) {
        if (all[i] != nullptr) needs[i] = NeedOf(*all[i], regexes);
      }
      Done(end - n * kChunk);
    });
    needs_.reserve(needs.size());
    for (Need& need : needs) needs_.push_back(atoms_.Intern(std::move(need)));
  }

  absl::Status BuildClass(FileClass file_class, BuiltClass* out) const {
    std::vector<bool> refused(atoms_.size());
    for (int attempt = 0;; ++attempt) {
      if (cancelled()) return Cancelled("making the plan was cancelled");
      const ClassCover cover =
          CoverClass(file_class, formulas_, strings_, needs_, atoms_, refused);
      out->atoms = InPrefilterOrder(cover.atoms, atoms_);
      std::vector<uint32_t> now;
      CUPEL_ASSIGN_OR_RETURN(out->prefilter,
                             BuildPrefilter(file_class, out->atoms, &now));
      if (now.empty()) {
        WriteRules(cover, out);
        return absl::OkStatus();
      }
      for (const uint32_t id : now) refused[id] = true;
      for (uint32_t id = 0; attempt >= kMostAttempts && id < refused.size();
           ++id) {
        if (atoms_[id].regex) refused[id] = true;
      }
    }
  }

  // `refused` gets the atoms that can't be searched for.
  absl::StatusOr<std::string> BuildPrefilter(
      FileClass file_class, const std::vector<uint32_t>& atoms,
      std::vector<uint32_t>* refused) const {
    std::vector<PrefilterLiteral> literals;
    std::vector<PrefilterRegex> regexes;
    for (const uint32_t id : atoms) {
      const Atom& atom = atoms_[id];
      if (atom.regex) {
        regexes.push_back({atom.text});
        continue;
      }
      literals.push_back({atom.text, atom.nocase});
      if (options_.mutate_literal) {
        options_.mutate_literal(&literals.back().bytes);
      }
    }
    const Corpus corpus = CorpusOf(file_class);
    std::vector<uint32_t> refused_regexes;
    CUPEL_ASSIGN_OR_RETURN(
        std::string image,
        Prefilter::BuildImage(
            literals, regexes,
            [corpus](uint32_t gram) { return GramCost(corpus, gram); },
            &refused_regexes));
    for (const uint32_t i : refused_regexes) {
      refused->push_back(atoms[literals.size() + i]);
    }
    return image;
  }

  void WriteRules(const ClassCover& cover, BuiltClass* out) const {
    std::vector<uint32_t> ids(atoms_.size());
    for (uint32_t id = 0; id < out->atoms.size(); ++id) {
      ids[out->atoms[id]] = id;
    }
    std::vector<std::vector<uint32_t>> rules_of(out->atoms.size());
    GateWriter gates(cover, strings_, ids);
    HashMap<std::string, uint32_t> known;
    for (uint32_t i = 0; i < cover.rules.size(); ++i) {
      const RuleCover& rule = cover.rules[i];
      out->gate_of.push_back(kNoGate);
      if (rule.state == RuleCover::State::kKilled) {
        out->gate_of.back() = kKilledRule;
        continue;
      }
      if (rule.state == RuleCover::State::kAlways) {
        out->always.push_back(i);
        continue;
      }
      const GateWords gate = gates.Write(rule);
      if (!gate.empty()) out->gate_of.back() = AddGate(gate, &known, out);
      if (rule.state == RuleCover::State::kGated) {
        // Without a gate everything would pass.
        (gate.empty() ? out->always : out->gated).push_back(i);
        continue;
      }
      for (const uint32_t string : rule.strings) {
        for (const uint32_t atom : cover.strings[string].atoms) {
          std::vector<uint32_t>& rules = rules_of[ids[atom]];
          if (rules.empty() || rules.back() != i) rules.push_back(i);
        }
      }
    }
    out->first.push_back(0);
    for (const std::vector<uint32_t>& rules : rules_of) {
      out->rules.insert(out->rules.end(), rules.begin(), rules.end());
      out->first.push_back(static_cast<uint32_t>(out->rules.size()));
    }
    out->facts = gates.facts().Encode();
  }

  static uint32_t AddGate(const GateWords& gate,
                          HashMap<std::string, uint32_t>* known,
                          BuiltClass* out) {
    std::string key(reinterpret_cast<const char*>(gate.data()),
                    gate.size() * sizeof(gate[0]));
    const auto [found, added] = known->try_emplace(
        std::move(key), static_cast<uint32_t>(out->gates.size()));
    if (added) {
      out->gates.insert(out->gates.end(), gate.begin(), gate.end());
    }
    return found->second;
  }

  std::string Assemble() {
    ImageWriter image;
    ImageHeader header;
    header.rules = formulas_.size();
    AddTexts(&image, &header);
    for (size_t i = 0; i < kFileClasses; ++i) {
      BuiltClass& from = classes_[i];
      ImageClass& to = header.classes[i];
      to.prefilter = image.Add(from.prefilter);
      to.atoms = image.Add(from.atoms);
      to.first = image.Add(from.first);
      to.rules = image.Add(from.rules);
      to.always = image.Add(from.always);
      to.gated = image.Add(from.gated);
      to.gate_of = image.Add(from.gate_of);
      to.gates = image.Add(from.gates);
      to.facts = image.Add(from.facts);
      from = {};
    }
    return std::move(image).Finish(header);
  }

  // Of those atoms that some class searches for; the classes are given their
  // numbers.
  void AddTexts(ImageWriter* image, ImageHeader* header) {
    constexpr uint32_t kUnused = 0xFFFFFFFF;
    std::vector<uint32_t> numbers(atoms_.size(), kUnused);
    std::vector<uint32_t> ends;
    std::string texts;
    for (BuiltClass& of : classes_) {
      for (uint32_t& id : of.atoms) {
        if (numbers[id] == kUnused) {
          const Atom& atom = atoms_[id];
          numbers[id] = static_cast<uint32_t>(ends.size());
          texts += atom.regex    ? kRegexText
                   : atom.nocase ? kNocaseText
                                 : kLiteralText;
          texts += atom.text;
          ends.push_back(static_cast<uint32_t>(texts.size()));
        }
        id = numbers[id];
      }
    }
    header->text_ends = image->Add(ends);
    header->texts = image->Add(texts);
  }

  const PlanOptions& options_;
  const StringTable strings_;
  const std::vector<Formula> formulas_;
  const size_t total_;
  std::vector<AtomNeed> needs_;
  AtomTable atoms_;
  std::array<BuiltClass, kFileClasses> classes_;
  Mutex mutex_;
  size_t done_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Plan>> Plan::Build(
    const PlanInput& input, const PlanOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(std::string bytes, Builder(input, options).Run());
  const auto image = std::make_shared<const std::string>(std::move(bytes));
  return Open(*image, image, input.rules.size());
}

}  // namespace cupel::plan
