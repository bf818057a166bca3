#include "rules/explain.h"

#include <algorithm>

#include "base/status.h"
#include "rules/plan/formula.h"
#include "rules/planning.h"
#include "rules/rule_set_impl.h"

namespace cupel {
namespace {

using plan::FileClass;
using plan::Formula;
using plan::StringRef;

constexpr FileClass kClasses[] = {FileClass::kText, FileClass::kMz,
                                  FileClass::kOther};

void Leaves(const Formula& formula, std::vector<const Formula*>* facts,
            std::vector<const Formula*>* strings) {
  switch (formula.op) {
    case Formula::Op::kString:
      strings->push_back(&formula);
      return;
    case Formula::Op::kFact:
    case Formula::Op::kNotFact:
      facts->push_back(&formula);
      return;
    default:
      for (const Formula& child : formula.children) {
        Leaves(child, facts, strings);
      }
  }
}

// Leaves with what they are called, each once, in their order.
using Named = std::vector<std::pair<std::string, const Formula*>>;

class Explainer final : public RuleExplainer {
 public:
  Explainer(std::shared_ptr<const RuleSet> rules, const CompiledPart& part,
            uint32_t rule)
      : rules_(std::move(rules)),
        part_(part),
        rule_(rule),
        index_(rule - part.first_rule) {}

  absl::Status Init() {
    CUPEL_ASSIGN_OR_RETURN(const auto texts, part_.texts->Get());
    CUPEL_ASSIGN_OR_RETURN(parsed_, ParseRules(*texts, part_.defines));
    formula_ = plan::MakeFormulas(parsed_->input)[index_];
    std::vector<const Formula*> facts;
    std::vector<const Formula*> strings;
    Leaves(formula_, &facts, &strings);
    facts_ = WithNames(facts);
    strings_ = WithNames(strings);
    Describe();
    return FindStrings();
  }

  const RuleExplanation& rule() const override { return explanation_; }

  absl::StatusOr<FileExplanation> Explain(const ScanRequest& file) override {
    FileExplanation out;
    out.file_class = plan::ClassOf(file.bytes);
    const plan::FileView view = {file.bytes, &file.externals};
    std::vector<bool> occurs(strings_.size());
    if (search_ != nullptr) {
      const ScanAnswer found = search_->Scan(file);
      CUPEL_RETURN_IF_ERROR(found.status);
      for (const RuleMatch& match : found.matches) occurs[match.rule] = true;
    }
    for (const auto& [name, leaf] : facts_) {
      out.facts.emplace_back(name, plan::Evaluate(*leaf, view, nullptr));
    }
    for (size_t i = 0; i < strings_.size(); ++i) {
      out.strings.emplace_back(strings_[i].first, occurs[i]);
    }
    out.formula = plan::Evaluate(formula_, view, [&](StringRef ref) {
      for (size_t i = 0; i < strings_.size(); ++i) {
        if (strings_[i].second->string == ref) return bool{occurs[i]};
      }
      return true;
    });
    CUPEL_ASSIGN_OR_RETURN(out.candidate, IsCandidate(view, out.file_class));
    CUPEL_ASSIGN_OR_RETURN(out.matches, IsMatch(file));
    return out;
  }

 private:
  std::string Text(const Formula& formula) const {
    return plan::ToText(formula, parsed_->input, index_);
  }

  Named WithNames(const std::vector<const Formula*>& leaves) const {
    Named out;
    for (const Formula* leaf : leaves) {
      std::string name = Text(*leaf);
      const auto is_same = [&](const auto& other) {
        return other.first == name;
      };
      if (std::none_of(out.begin(), out.end(), is_same)) {
        out.emplace_back(std::move(name), leaf);
      }
    }
    return out;
  }

  void Describe() {
    explanation_.formula = Text(formula_);
    for (const FileClass file_class : kClasses) {
      RuleExplanation::Class& out =
          explanation_.classes[static_cast<size_t>(file_class)];
      const Formula in_class = plan::InClass(formula_, file_class);
      out.formula = Text(in_class);
      if (part_.plan == nullptr) {
        out.always = true;
        continue;
      }
      plan::Plan::Explanation found = part_.plan->Explain(index_, file_class);
      out.cover = std::move(found.cover);
      out.killed = found.killed;
      out.always = found.always;
    }
  }

  // Rules that find the strings, one each, and nothing else.
  absl::Status FindStrings() {
    if (strings_.empty()) return absl::OkStatus();
    std::string text;
    for (size_t i = 0; i < strings_.size(); ++i) {
      const StringRef ref = strings_[i].second->string;
      text += fmt::format("rule s{} {{ strings: {} condition: any of them }}\n",
                          i, parsed_->TextOf(ref));
    }
    RuleOptions options;
    options.engine = RuleEngine::kLibyara;
    CUPEL_ASSIGN_OR_RETURN(
        const auto rules, RuleSet::Compile({{}, {{"strings", std::move(text)}}},
                                           options, nullptr));
    CUPEL_ASSIGN_OR_RETURN(search_, rules->NewScratch());
    return absl::OkStatus();
  }

  absl::StatusOr<bool> IsCandidate(const plan::FileView& file,
                                   FileClass file_class) {
    if (part_.plan == nullptr) return true;
    const auto& always = part_.plan->always(file_class);
    if (std::binary_search(always.begin(), always.end(), index_)) return true;
    if (scratch_ == nullptr) {
      CUPEL_ASSIGN_OR_RETURN(scratch_, part_.plan->NewScratch());
    }
    plan::Candidates candidates;
    part_.plan->Find(file, scratch_.get(), &candidates);
    return std::binary_search(candidates.rules.begin(), candidates.rules.end(),
                              index_);
  }

  absl::StatusOr<bool> IsMatch(const ScanRequest& file) {
    if (whole_ == nullptr) {
      CUPEL_ASSIGN_OR_RETURN(whole_, rules_->NewScratch());
    }
    const ScanAnswer answer = whole_->Scan(file);
    CUPEL_RETURN_IF_ERROR(answer.status);
    return std::any_of(
        answer.matches.begin(), answer.matches.end(),
        [this](const RuleMatch& match) { return match.rule == rule_; });
  }

  const std::shared_ptr<const RuleSet> rules_;
  const CompiledPart& part_;
  const uint32_t rule_;   // in the set
  const uint32_t index_;  // in the part
  std::unique_ptr<const ParsedRules> parsed_;
  Formula formula_;
  Named facts_;
  Named strings_;
  RuleExplanation explanation_;
  std::unique_ptr<Scratch> search_;  // null if there are no strings
  std::unique_ptr<Scratch> whole_;
  std::unique_ptr<plan::PlanScratch> scratch_;
};

const CompiledPart* PartOf(const RuleSetImpl& rules, uint32_t rule) {
  for (const CompiledPart& part : rules.compiled().parts) {
    if (rule >= part.first_rule &&
        rule - part.first_rule < part.whole->size()) {
      return &part;
    }
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RuleExplainer>> RuleExplainer::New(
    std::shared_ptr<const RuleSet> rules, uint32_t rule) {
  const auto* impl = dynamic_cast<const RuleSetImpl*>(rules.get());
  if (impl == nullptr) return InvalidArgument("not a compiled rule set");
  const CompiledPart* part = PartOf(*impl, rule);
  if (part == nullptr) return InvalidArgument("there is no rule {}", rule);
  if (part->texts == nullptr) {
    return FailedPrecondition(
        "rule '{}': its source is not known or not understood, so it is run "
        "for every file",
        rules->rules()[rule].name);
  }
  auto out = std::make_unique<Explainer>(std::move(rules), *part, rule);
  CUPEL_RETURN_IF_ERROR(out->Init());
  return out;
}

std::vector<uint8_t> AlwaysRun(const RuleSet& rules) {
  constexpr uint8_t kAllClasses = (1U << plan::kFileClasses) - 1;
  std::vector<uint8_t> out(rules.rules().size(), kAllClasses);
  const auto* impl = dynamic_cast<const RuleSetImpl*>(&rules);
  if (impl == nullptr) return out;
  for (const CompiledPart& part : impl->compiled().parts) {
    if (part.plan == nullptr) continue;
    std::fill_n(out.begin() + part.first_rule, part.whole->size(), 0);
    for (const FileClass file_class : kClasses) {
      for (const uint32_t rule : part.plan->always(file_class)) {
        out[part.first_rule + rule] |= 1U << static_cast<uint8_t>(file_class);
      }
    }
  }
  return out;
}

std::string_view FileClassName(FileClass file_class) {
  switch (file_class) {
    case FileClass::kText:
      return "text";
    case FileClass::kMz:
      return "mz";
    case FileClass::kOther:
      break;
  }
  return "other";
}

}  // namespace cupel
