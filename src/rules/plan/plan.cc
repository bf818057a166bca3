#include "rules/plan/plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/status.h"
#include "prefilter/prefilter.h"
#include "rules/plan/explain.h"
#include "rules/plan/gate.h"
#include "rules/plan/image.h"

namespace cupel::plan {
namespace {

// The working memory of one class is made when its first file comes.
class PlanScratchImpl final : public PlanScratch {
 public:
  struct Working {
    std::unique_ptr<Prefilter::Scratch> prefilter;
    PrefilterHits hits;
  };

  explicit PlanScratchImpl(size_t rules) : seen(rules) {}

  std::array<std::unique_ptr<Working>, kFileClasses> classes;
  // Rules that were looked at for this file, and which those are.
  std::vector<bool> seen;
  std::vector<uint32_t> touched;
};

class PlanImpl final : public Plan {
 public:
  PlanImpl(std::string_view image, std::shared_ptr<const void> owner,
           ImageView view)
      : image_(image), owner_(std::move(owner)), view_(std::move(view)) {}

  std::string_view image() const override { return image_; }

  const std::vector<uint32_t>& always(FileClass file_class) const override {
    return ClassOfView(file_class).always;
  }

  absl::StatusOr<std::unique_ptr<PlanScratch>> NewScratch() const override {
    return std::make_unique<PlanScratchImpl>(view_.rules);
  }

  void Find(const FileView& file, PlanScratch* scratch,
            Candidates* out) const override {
    auto* const own = static_cast<PlanScratchImpl*>(scratch);
    out->rules.clear();
    out->file_class = ClassOf(file.bytes);
    const ClassView& of = ClassOfView(out->file_class);
    auto& working = own->classes[static_cast<size_t>(out->file_class)];
    if (working == nullptr && !(working = NewWorking(of))) {
      AddAll(of, out);
      return;
    }
    working->hits.Clear();
    of.prefilter->Find(file.bytes, working->prefilter.get(), &working->hits);
    for (const uint32_t id : working->hits.ids()) {
      for (uint32_t i = of.first[id]; i < of.first[id + 1]; ++i) {
        const uint32_t rule = of.rules[i];
        if (own->seen[rule]) continue;
        own->seen[rule] = true;
        own->touched.push_back(rule);
        if (Passes(of, rule, working->hits, file)) out->rules.push_back(rule);
      }
    }
    for (const uint32_t rule : own->touched) own->seen[rule] = false;
    own->touched.clear();
    for (const uint32_t rule : of.gated) {
      if (Passes(of, rule, working->hits, file)) out->rules.push_back(rule);
    }
    std::sort(out->rules.begin(), out->rules.end());
    // An image that is damaged may name a rule twice.
    out->rules.erase(std::unique(out->rules.begin(), out->rules.end()),
                     out->rules.end());
  }

  Explanation Explain(uint32_t rule, FileClass file_class) const override {
    return ExplainRule(view_, ClassOfView(file_class), rule);
  }

 private:
  const ClassView& ClassOfView(FileClass file_class) const {
    return view_.classes[static_cast<size_t>(file_class)];
  }

  // Null if there is no working memory to be had.
  static std::unique_ptr<PlanScratchImpl::Working> NewWorking(
      const ClassView& of) {
    auto prefilter = of.prefilter->NewScratch();
    if (!prefilter.ok()) return nullptr;
    return std::make_unique<PlanScratchImpl::Working>(PlanScratchImpl::Working{
        *std::move(prefilter), PrefilterHits(of.prefilter->ids())});
  }

  static bool Passes(const ClassView& of, uint32_t rule,
                     const PrefilterHits& hits, const FileView& file) {
    const uint32_t at = of.gate_of[rule];
    return at >= of.gates.size() ||
           EvaluateGate(&of.gates[at], hits, of.facts, file);
  }

  // Without a search every rule can match that can in this class.
  static void AddAll(const ClassView& of, Candidates* out) {
    for (uint32_t rule = 0; rule < of.gate_of.size(); ++rule) {
      if (of.gate_of[rule] != kKilledRule &&
          !std::binary_search(of.always.begin(), of.always.end(), rule)) {
        out->rules.push_back(rule);
      }
    }
  }

  const std::string_view image_;
  const std::shared_ptr<const void> owner_;
  const ImageView view_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Plan>> Plan::Open(
    std::string_view bytes, std::shared_ptr<const void> owner, size_t rules) {
  CUPEL_ASSIGN_OR_RETURN(ImageView view, ReadImage(bytes, owner, rules));
  return std::make_shared<PlanImpl>(bytes, std::move(owner), std::move(view));
}

}  // namespace cupel::plan
