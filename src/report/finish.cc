// Verdicts, coverage and scores: from payloads up to the whole.
#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/hash.h"
#include "report/package_name.h"
#include "report/report.h"

namespace cupel {
namespace {

// What a payload and everything in it adds up to.
struct Tally {
  bool matched = false;
  bool any_none = false;  // something was not scanned at all
  bool any_partial = false;
  bool any_scanned = false;

  void Add(const Tally& other) {
    matched |= other.matched;
    any_none |= other.any_none;
    any_partial |= other.any_partial;
    any_scanned |= other.any_scanned;
  }
  void Add(Coverage coverage) {
    any_none |= coverage == Coverage::kNone;
    any_partial |= coverage == Coverage::kPartial;
    any_scanned |= coverage != Coverage::kNone;
  }
  Coverage coverage() const {
    if (!any_none && !any_partial) return Coverage::kComplete;
    return any_scanned ? Coverage::kPartial : Coverage::kNone;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
  Verdict verdict() const {
    if (matched) return Verdict::kMatched;
    return coverage() == Coverage::kComplete ? Verdict::kClean
                                             : Verdict::kUnknown;
  }
};

class Finisher {
 public:
  explicit Finisher(Report* report)
      : report_(*report), tallies_(report->payloads.size()) {}

  void Finish() {
    Reset();
    SortIncidents();
    IndexChildren();
    TallyPayloads();
    for (Distribution& distribution : report_.distributions) {
      FinishDistribution(&distribution);
    }
    GroupPackages();
    FinishWhole();
  }

 private:
  Tally& tally(uint32_t id) { return tallies_[id - 1]; }

  // What an earlier call left behind.
  void Reset() {
    report_.findings = 0;
    report_.score = 0;
    report_.packages.clear();
    for (PayloadRecord& payload : report_.payloads) {
      payload.findings = 0;
      payload.score = 0;
    }
    for (Distribution& distribution : report_.distributions) {
      distribution.score = 0;
      distribution.top_payload = kNoPayload;
    }
  }

  // By everything there is, because scans end in any order.
  void SortIncidents() {
    std::sort(report_.incidents.begin(), report_.incidents.end(),
              [](const Incident& a, const Incident& b) {
                return std::tie(a.payload, a.kind, a.name, a.detail, a.value,
                                a.covered_bytes) <
                       std::tie(b.payload, b.kind, b.name, b.detail, b.value,
                                b.covered_bytes);
              });
  }

  // Children by parent: those of payload i stand in children_ from starts_[i-1]
  // up to starts_[i].
  void IndexChildren() {
    starts_.assign(report_.payloads.size() + 1, 0);
    for (const PayloadRecord& payload : report_.payloads) {
      if (payload.parent != kNoPayload) ++starts_[payload.parent];
    }
    for (size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    children_.resize(starts_.back());
    std::vector<uint32_t> next(starts_.begin(), starts_.end() - 1);
    for (const PayloadRecord& payload : report_.payloads) {
      if (payload.parent == kNoPayload) continue;
      children_[next[payload.parent - 1]++] = payload.id;
    }
  }
  std::span<const uint32_t> ChildrenOf(uint32_t id) const {
    return std::span(children_).subspan(starts_[id - 1],
                                        starts_[id] - starts_[id - 1]);
  }

  // The payload that `payload` repeats, unless that is around it and reports
  // for itself.
  const PayloadRecord* SameAs(const PayloadRecord& payload) const {
    if (payload.same_as == kNoPayload ||
        IsAncestor(report_, payload.same_as, payload.id)) {
      return nullptr;
    }
    return &report_.payload(payload.same_as);
  }

  void TallyPayloads() {
    for (PayloadRecord& payload : report_.payloads) {
      Tally& own = tally(payload.id);
      own.matched = ScoreFindings(&payload);
      own.Add(payload.own_coverage);
      // By name filters this one's own findings may differ from those of the
      // other, what is inside is the same.
      if (const PayloadRecord* same = SameAs(payload)) {
        own.Add(same->own_coverage);
      }
    }
    // Usually a child comes after its parent and one pass from the end does it;
    // bytes that plugins made twice can lead back to where they came from. All
    // that a tally holds only ever turns true, so this ends.
    while (Propagate()) {
    }
    for (PayloadRecord& payload : report_.payloads) {
      payload.verdict = tally(payload.id).verdict();
      payload.coverage = tally(payload.id).coverage();
    }
  }

  // Adds every payload to those that it is part of; false if that changed
  // nothing.
  bool Propagate() {
    bool changed = false;
    const auto add = [&](uint32_t to, const Tally& from) {
      if (to == kNoPayload) return;
      const Tally before = tally(to);
      tally(to).Add(from);
      changed |= !(tally(to) == before);
    };
    for (size_t i = report_.payloads.size(); i > 0; --i) {
      const PayloadRecord& payload = report_.payloads[i - 1];
      if (const PayloadRecord* same = SameAs(payload)) {
        for (const uint32_t child : ChildrenOf(same->id)) {
          add(payload.id, tally(child));
        }
      }
      add(payload.parent, tally(payload.id));
      for (const OtherOrigin& other : payload.others) {
        if (!IsAncestor(report_, payload.id, other.parent)) {
          add(other.parent, tally(payload.id));
        }
      }
    }
    return changed;
  }

  // True if a finding counts.
  bool ScoreFindings(PayloadRecord* payload) {
    bool matched = false;
    ForEachFinding(report_, *payload, [&](const Finding& finding) {
      ++payload->findings;
      if (finding.suppressed != nullptr) return;
      payload->score += finding.weight();
      matched = true;
    });
    report_.findings += payload->findings;
    return matched;
  }

  using Weights = HashSet<std::pair<std::string_view, int64_t>>;

  void CollectOwn(const PayloadRecord& payload, Weights* weights) {
    ForEachFinding(report_, payload, [&](const Finding& finding) {
      if (finding.suppressed != nullptr) return;
      weights->emplace(finding.name(), finding.weight());
    });
  }

  // Adds what was found in the payloads from `first` to `last`, and inside of
  // what they are the same as.
  void CollectRange(uint32_t first, uint32_t last, Weights* weights,
                    HashSet<uint32_t>* visited) {
    std::vector<uint32_t> inside;
    for (uint32_t id = first; id <= last; ++id) {
      const PayloadRecord& payload = report_.payload(id);
      CollectOwn(payload, weights);
      if (payload.same_as != kNoPayload) inside.push_back(payload.same_as);
    }
    while (!inside.empty()) {
      const uint32_t id = inside.back();
      inside.pop_back();
      if (!visited->insert(id).second) continue;
      for (const uint32_t child : ChildrenOf(id)) {
        CollectOwn(report_.payload(child), weights);
        inside.push_back(child);
        const uint32_t same = report_.payload(child).same_as;
        if (same != kNoPayload) inside.push_back(same);
      }
    }
  }

  void FinishDistribution(Distribution* distribution) {
    Weights weights;
    HashSet<uint32_t> visited;
    Tally whole;
    int64_t top_score = 0;
    for (const uint32_t root : distribution->payloads) {
      const uint32_t last = report_.payload(root).last_descendant;
      CollectRange(root, last, &weights, &visited);
      whole.Add(tally(root));
      for (uint32_t id = root; id <= last; ++id) {
        const PayloadRecord& payload = report_.payload(id);
        if (payload.findings == 0) continue;
        // Of equals the last one, as in Dragonfly.
        if (distribution->top_payload == kNoPayload ||
            payload.score >= top_score) {
          distribution->top_payload = id;
          top_score = payload.score;
        }
      }
    }
    for (const auto& [name, weight] : weights) distribution->score += weight;
    distribution->verdict = whole.verdict();
    distribution->coverage = whole.coverage();
    distribution_tallies_.push_back(whole);
  }

  void GroupPackages() {
    HashMap<std::pair<std::string, std::string>, uint32_t> index;
    std::vector<Tally> wholes;
    for (size_t i = 0; i < report_.distributions.size(); ++i) {
      Distribution& distribution = report_.distributions[i];
      PackageName name = PackageNameOf(distribution.raw_name);
      const auto [it, inserted] =
          index.try_emplace(std::pair(name.name, name.version),
                            static_cast<uint32_t>(report_.packages.size()));
      if (inserted) {
        Package& package = report_.packages.emplace_back();
        package.name = std::move(name.name);
        package.version = std::move(name.version);
        package.score = distribution.score;
        wholes.emplace_back();
      }
      Package& package = report_.packages[it->second];
      package.distributions.push_back(static_cast<uint32_t>(i));
      package.score = std::max(package.score, distribution.score);
      distribution.package = it->second;
      wholes[it->second].Add(distribution_tallies_[i]);
    }
    for (size_t i = 0; i < wholes.size(); ++i) {
      report_.packages[i].verdict = wholes[i].verdict();
      report_.packages[i].coverage = wholes[i].coverage();
    }
  }

  void FinishWhole() {
    Tally whole;
    for (const Tally& tally : distribution_tallies_) whole.Add(tally);
    for (const Incident& incident : report_.incidents) {
      if (incident.payload == kNoPayload && LowersCoverage(incident.kind)) {
        whole.any_partial = true;
      }
    }
    report_.coverage = whole.coverage();
    // Nothing to scan is nothing found, but without rules nothing is known.
    if (report_.rules == nullptr) report_.coverage = Coverage::kNone;
    report_.verdict = whole.verdict();
    if (report_.rules == nullptr && report_.verdict == Verdict::kClean) {
      report_.verdict = Verdict::kUnknown;
    }
    for (size_t i = 0; i < report_.packages.size(); ++i) {
      report_.score = i == 0
                          ? report_.packages[i].score
                          : std::max(report_.score, report_.packages[i].score);
    }
  }

  Report& report_;
  std::vector<Tally> tallies_;  // by payload id - 1
  std::vector<uint32_t> starts_;
  std::vector<uint32_t> children_;
  std::vector<Tally> distribution_tallies_;
};

}  // namespace

void FinishReport(Report* report) { Finisher(report).Finish(); }

}  // namespace cupel
