#include "compat/dragonfly/package_score.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "base/hash.h"

namespace cupel::dragonfly {
namespace {

int64_t AddSaturated(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max()
               : std::numeric_limits<int64_t>::min();
}

class Scorer {
 public:
  Scorer(const Report& report, uint32_t root) : report_(report), root_(root) {}

  DistributionScore Score() {
    VisitInside(root_, kNoPayload);
    // What is the same as something before it has its members there.
    while (!same_.empty()) {
      auto [id, outer] = same_.back();
      same_.pop_back();
      if (visited_.insert(id).second) VisitInside(id, outer);
    }
    DistributionScore score;
    std::set<std::string> names;
    for (const auto& [name, weight] : weights_) {
      score.score = AddSaturated(score.score, weight);
      names.emplace(name);
    }
    score.rules.assign(names.begin(), names.end());
    score.has_files = top_ != kNoPayload;
    if (score.has_files) score.top_file = report_.payload(top_).raw_name;
    return score;
  }

 private:
  // `outer`: the member of the archive that `id` lies in; none: find out.
  void VisitInside(uint32_t id, uint32_t outer) {
    const uint32_t last = report_.payload(id).last_descendant;
    for (uint32_t inner = id + 1; inner <= last; ++inner) {
      const PayloadRecord& payload = report_.payload(inner);
      if (payload.has_content || payload.result != nullptr) {
        Visit(payload, outer != kNoPayload ? outer : OuterOf(inner));
      }
    }
  }

  void Visit(const PayloadRecord& payload, uint32_t outer) {
    int64_t own = 0;
    ForEachFinding(report_, payload, [&](const Finding& finding) {
      if (finding.suppressed != nullptr) return;
      own = AddSaturated(own, finding.weight());
      weights_.emplace(finding.name(), finding.weight());
    });
    if (top_ == kNoPayload || own >= top_score_) {
      top_ = outer;
      top_score_ = own;
    }
    if (payload.same_as != kNoPayload) {
      same_.emplace_back(payload.same_as, outer);
    }
  }

  uint32_t OuterOf(uint32_t id) const {
    while (report_.payload(id).parent != root_) id = report_.payload(id).parent;
    return id;
  }

  const Report& report_;
  const uint32_t root_;
  std::set<std::pair<std::string, int64_t>> weights_;
  std::vector<std::pair<uint32_t, uint32_t>> same_;
  std::set<uint32_t> visited_;
  uint32_t top_ = kNoPayload;
  int64_t top_score_ = 0;
};

// The archive, or the one before it that has the same bytes: its members are
// there.
uint32_t RootOf(const Report& report, const Distribution& distribution) {
  if (distribution.payloads.size() != 1) return kNoPayload;
  uint32_t id = distribution.payloads[0];
  const uint32_t same = report.payload(id).same_as;
  return same != kNoPayload ? same : id;
}

// True if the incident says that some of a member's own bytes, or of the
// archive's directory, were missed.
bool Counts(const Incident& incident, const PayloadRecord& payload,
            bool is_archive) {
  if (!LowersCoverage(incident.kind)) return false;
  const bool about_raw_scan = incident.kind == IncidentKind::kTimeout ||
                              incident.kind == IncidentKind::kEngine;
  if (is_archive) {
    return !about_raw_scan && incident.name != "file_bytes" &&
           incident.name != "memory_bytes";
  }
  if (about_raw_scan || incident.kind == IncidentKind::kCancelled ||
      incident.kind == IncidentKind::kUnreadable) {
    return true;
  }
  // Of taking apart a member that is an archive itself, as opposed to reading
  // it: how many of its bytes that covers can't be said, or it is none.
  return incident.covered_bytes.has_value() &&
         (*incident.covered_bytes != 0 || payload.size == 0);
}

// What the limit is called where it is set.
std::string_view SettingOf(std::string_view limit) {
  if (limit == "file_bytes") return "max_scan_size";
  if (limit == "total_bytes") return "max_expanded_size";
  if (limit == "files") return "max_archive_entries";
  return limit;
}

std::string LineOf(const Report& report, const Incident& incident) {
  std::string line;
  if (incident.payload != kNoPayload) {
    line = PayloadPath(report, incident.payload) + ": ";
  }
  line += IncidentKindName(incident.kind);
  if (incident.kind == IncidentKind::kLimit) {
    line += " " + std::string(SettingOf(incident.name));
    if (incident.value) line += " (" + std::to_string(*incident.value) + ")";
  }
  if (!incident.detail.empty()) line += ": " + incident.detail;
  return line;
}

}  // namespace

DistributionScore ScoreDistribution(const Report& report,
                                    const Distribution& distribution) {
  const uint32_t root = RootOf(report, distribution);
  if (root == kNoPayload) return {};
  return Scorer(report, root).Score();
}

PackageScore ScorePackage(const std::vector<DistributionScore>& distributions) {
  PackageScore package;
  std::set<std::string> rules;
  for (size_t i = 0; i < distributions.size(); ++i) {
    if (package.winner < 0 || distributions[i].score >= package.score) {
      package.winner = static_cast<int32_t>(i);
      package.score = distributions[i].score;
    }
    rules.insert(distributions[i].rules.begin(), distributions[i].rules.end());
  }
  package.rules.assign(rules.begin(), rules.end());
  return package;
}

std::string WhyIncomplete(const Report& report,
                          const Distribution& distribution) {
  const uint32_t root = RootOf(report, distribution);
  if (root == kNoPayload || report.payload(root).container.empty()) {
    for (const Incident& incident : report.incidents) {
      if (incident.payload != kNoPayload && incident.payload == root &&
          LowersCoverage(incident.kind)) {
        return LineOf(report, incident);
      }
    }
    return distribution.raw_name + ": is no archive that can be taken apart";
  }
  // Files of the distribution, and what was scanned in their place: the same
  // bytes may have come first out of an archive inside.
  HashSet<uint32_t> own;
  for (const PayloadRecord& payload : report.payloads) {
    if (payload.parent != root) continue;
    own.insert(payload.id);
    if (payload.same_as != kNoPayload) own.insert(payload.same_as);
  }
  for (const Incident& incident : report.incidents) {
    if (incident.payload == kNoPayload) {
      if (LowersCoverage(incident.kind)) return LineOf(report, incident);
      continue;
    }
    const PayloadRecord& payload = report.payload(incident.payload);
    const bool is_archive = incident.payload == root;
    if (!is_archive && !own.contains(incident.payload)) continue;
    if (Counts(incident, payload, is_archive)) return LineOf(report, incident);
  }
  return {};
}

}  // namespace cupel::dragonfly
