// Verdicts, coverage and scores: from payloads up to the whole.
#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
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
    TallyPayloads();
    for (Distribution& distribution : report_.distributions) {
      FinishDistribution(&distribution);
    }
    GroupPackages();
    FinishWhole();
  }

 private:
  Tally& tally(uint32_t id) { return tallies_[id - 1]; }

  void TallyPayloads() {
    // Completion order has every payload after all that was unpacked from it,
    // and after the earlier one that it is the same as.
    for (const uint32_t id : report_.order) {
      PayloadRecord& payload = report_.payload(id);
      ScoreFindings(&payload);
      Tally& own = tally(id);
      own.matched |= payload.findings > 0;
      own.Add(payload.own_coverage);
      if (payload.same_as != kNoPayload &&
          !IsAncestor(report_.payload(payload.same_as), payload)) {
        // By name filters this one's own findings may differ, what is inside
        // is the same.
        Tally same = tally(payload.same_as);
        if (report_.payload(payload.same_as).container.empty()) {
          same.matched = false;
        }
        own.Add(same);
      }
      payload.verdict = own.verdict();
      payload.coverage = own.coverage();
      if (payload.parent != kNoPayload) tally(payload.parent).Add(own);
    }
  }

  void ScoreFindings(PayloadRecord* payload) {
    ForEachFinding(report_, *payload,
                   [&](const FoundRule&, const RuleInfo& rule) {
                     ++payload->findings;
                     payload->score += rule.weight;
                   });
    report_.findings += payload->findings;
  }

  using Weights = absl::flat_hash_set<std::pair<std::string_view, int64_t>>;

  // Adds what was found in the payloads from `first` to `last`, and in what
  // they are the same as.
  void CollectRange(uint32_t first, uint32_t last, Weights* weights,
                    absl::flat_hash_set<uint32_t>* visited) {
    for (uint32_t id = first; id <= last; ++id) {
      const PayloadRecord& payload = report_.payload(id);
      ForEachFinding(report_, payload,
                     [&](const FoundRule&, const RuleInfo& rule) {
                       weights->emplace(rule.name, rule.weight);
                     });
      if (payload.same_as == kNoPayload) continue;
      const PayloadRecord& same = report_.payload(payload.same_as);
      if (same.last_descendant > same.id && visited->insert(same.id).second) {
        CollectRange(same.id + 1, same.last_descendant, weights, visited);
      }
    }
  }

  void FinishDistribution(Distribution* distribution) {
    Weights weights;
    absl::flat_hash_set<uint32_t> visited;
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
    absl::flat_hash_map<std::pair<std::string, std::string>, uint32_t> index;
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
      if (incident.payload == kNoPayload &&
          incident.kind != IncidentKind::kAnomaly) {
        whole.any_partial = true;
      }
    }
    report_.coverage = whole.coverage();
    // Nothing to scan is nothing found, but without rules nothing is known.
    if (report_.rules == nullptr) report_.coverage = Coverage::kNone;
    report_.verdict = whole.verdict();
    if (report_.rules == nullptr) report_.verdict = Verdict::kUnknown;
    for (size_t i = 0; i < report_.packages.size(); ++i) {
      report_.score = i == 0
                          ? report_.packages[i].score
                          : std::max(report_.score, report_.packages[i].score);
    }
  }

  Report& report_;
  std::vector<Tally> tallies_;  // by payload id - 1
  std::vector<Tally> distribution_tallies_;
};

}  // namespace

void FinishReport(Report* report) { Finisher(report).Finish(); }

}  // namespace cupel
