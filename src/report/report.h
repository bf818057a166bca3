// The report of a scan job as a data structure: what the pipeline fills in and
// the writers write. Its JSON form is described in docs/report.md.
#ifndef CUPEL_REPORT_REPORT_H_
#define CUPEL_REPORT_REPORT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "budget/limits.h"
#include "crypto/digest.h"
#include "payload/type.h"
#include "plugin/names.h"
#include "plugin/plugin.h"
#include "rules/rule_set.h"

namespace cupel {

// Values are those of the C interface.
enum class Verdict : uint8_t { kUnknown = 0, kClean = 1, kMatched = 2 };
enum class Coverage : uint8_t { kNone = 0, kPartial = 1, kComplete = 2 };

std::string_view VerdictName(Verdict verdict);
std::string_view CoverageName(Coverage coverage);

// Something that was not as it should be. All kinds but the last three say that
// bytes that were owed a scan were not scanned (or not as they should have
// been).
enum class IncidentKind : uint8_t {
  kLimit,        // `name` and `value` are those of the limit
  kEncrypted,    // no password fits
  kCorrupt,      // the container or stream is damaged from here on
  kUnsupported,  // nobody here can decode it
  kUnreadable,   // the operating system says no
  kTimeout,      // the rules took too long over this payload
  kEngine,       // the rule engine gave up
  kCancelled,
  kPlugin,    // a plugin failed; `name` is its own
  kAnomaly,   // noticed; nothing was missed because of it
  kPolicy,    // a plugin was not let near it, because of its label
  kDelivery,  // a finished report or a payload could not be handed on
};

std::string_view IncidentKindName(IncidentKind kind);

// True if this kind says that something was not scanned.
constexpr bool LowersCoverage(IncidentKind kind) {
  return kind != IncidentKind::kAnomaly && kind != IncidentKind::kPolicy &&
         kind != IncidentKind::kDelivery;
}

struct Incident {
  uint32_t payload = 0;  // 0: the job as a whole
  IncidentKind kind = IncidentKind::kAnomaly;
  std::string name;
  std::optional<uint64_t> value;          // of the limit
  std::optional<uint64_t> covered_bytes;  // how far it got, where known
  std::string detail;                     // for people
};

// One string match with the bytes around it.
struct FoundString {
  std::string_view id;  // owned by the rule set, or by ScanResult::texts
  uint64_t offset = 0;
  uint32_t length = 0;
  std::optional<uint8_t> xor_key;  // of a string with the modifier `xor`
  std::string excerpt;             // the first bytes of the match, bounded
};

struct FoundRule {
  uint32_t rule = 0;  // index into RuleSet::rules()
  uint64_t total_strings = 0;
  std::vector<FoundString> strings;
};

// What the rules said of some bytes. Shared by all payloads with these bytes,
// whatever their names: filters by name are applied when findings are asked
// for.
struct ScanResult {
  std::vector<FoundRule> rules;
  std::shared_ptr<const void> texts;  // null unless it is from a cache
};

inline constexpr uint32_t kNoPayload = 0;
inline constexpr uint32_t kNoPlugin = UINT32_MAX;

// A plugin that had a part in the job.
struct UsedPlugin {
  PluginName id;
  std::string version;
  std::string hash;  // of its code; may be empty
  std::string dialect;
  Tier tier = Tier::kBuiltin;  // that was reached
  bool used = true;            // false: it was there, and nothing more
};

// JSON that a plugin gave for a payload.
struct PluginResult {
  uint32_t plugin = kNoPlugin;  // index into Report::plugins
  std::string json;
};

struct StatedFinding {
  uint32_t plugin = kNoPlugin;
  PluginStatement statement;
};

// What plugins said of some bytes. Shared by all payloads with these bytes.
struct PluginSayings {
  std::vector<uint32_t> plugins;      // those that ran to their end, in order
  std::vector<PluginResult> results;  // in the order of the plugins
  std::vector<StatedFinding> statements;
};

// Where else a payload that a plugin made would have come from: the same bytes,
// found again.
struct OtherOrigin {
  uint32_t parent = kNoPayload;
  uint32_t producer = kNoPlugin;
  std::string raw_name;
};

// What a connector said of a payload that it keeps.
struct SavedPayload {
  uint32_t connector = kNoPlugin;
  std::string json;  // {"conn_id":…}; may be empty
};

// One payload. Ids count from 1, depth first: all that was unpacked from a
// payload follows it directly, up to and including `last_descendant`. What
// plugins made of an input's payloads comes after all of that, breadth first,
// and lies in the range of the input itself.
struct PayloadRecord {
  uint32_t id = 0;
  uint32_t parent = kNoPayload;
  uint32_t last_descendant = 0;
  uint32_t same_as = kNoPayload;  // an earlier payload with these bytes
  uint32_t distribution = 0;      // index into Report::distributions
  std::string raw_name;           // of an input: its path; else as stored
  std::string link_target;        // raw; empty unless it is a link
  bool is_link = false;
  bool has_content = false;  // false: only known by name (link, unreadable)
  bool encrypted = false;    // opened with a password, or not opened
  uint64_t size = 0;         // bytes seen
  std::optional<uint64_t> declared_size;
  std::optional<uint64_t> offset;  // in the container
  std::optional<uint32_t> mode;
  std::optional<int64_t> mtime_s;
  Digest sha256{};  // of the bytes seen
  const FileType* type = nullptr;
  std::string container;  // "tar.gz"; empty if nothing was taken apart
  // Of its own bytes and of taking it apart, not of its descendants.
  Coverage own_coverage = Coverage::kNone;
  std::shared_ptr<const ScanResult> result;  // null: not scanned, or no match

  // Plugins.
  uint32_t producer = kNoPlugin;  // the one that made it; none: see parent
  std::string metadata;           // JSON object from it, or from the source
  // Metas of the rule that sent the parent to the producer: a JSON object, or
  // empty.
  std::string dispatch_meta;
  std::vector<OtherOrigin> others;
  std::shared_ptr<const PluginSayings> sayings;  // null: none ran
  std::vector<SavedPayload> saved;

  // Filled by FinishReport: with all descendants …
  Verdict verdict = Verdict::kUnknown;
  Coverage coverage = Coverage::kNone;
  // … and of its own findings alone.
  int64_t score = 0;
  uint32_t findings = 0;
};

// A file that can be installed by itself: an archive given or found in a folder
// given; or the loose files of one input together.
struct Distribution {
  std::string raw_name;
  uint32_t package = 0;            // index into Report::packages
  uint32_t payload = kNoPayload;   // the archive; none for loose files
  std::vector<uint32_t> payloads;  // roots of what belongs to it
  // Sum over the set of distinct (rule, weight) pairs of its files.
  int64_t score = 0;
  uint32_t top_payload = kNoPayload;  // highest score; the last one of equals
  Verdict verdict = Verdict::kUnknown;
  Coverage coverage = Coverage::kNone;
};

// Distributions of one name and version ("sdist and wheels").
struct Package {
  std::string name;
  std::string version;  // empty if not known from the file's name
  int64_t score = 0;    // the highest of its distributions
  std::vector<uint32_t> distributions;
  Verdict verdict = Verdict::kUnknown;
  Coverage coverage = Coverage::kNone;
};

// Names one finding: the payload, and the how manyth of it.
struct FindingKey {
  uint32_t payload = kNoPayload;
  uint32_t ordinal = 0;

  friend bool operator==(const FindingKey&, const FindingKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const FindingKey& key) {
    return H::combine(std::move(h), key.payload, key.ordinal);
  }
};

// A finding that a decorator said not to count.
struct Suppression {
  uint32_t plugin = kNoPlugin;
  std::string json;  // what it said
};

// What a decorator added to the report.
struct Decoration {
  uint32_t plugin = kNoPlugin;
  std::string json;  // an object
};

// What a cache of answers did for a job. Not a function of the input.
struct CacheUse {
  uint64_t known = 0;    // payloads that no rule had to run over
  uint64_t partly = 0;   // only some rules had to
  uint64_t unknown = 0;  // all had to
  uint64_t stored = 0;   // answers that were written for later scans
  std::string warning;   // why it was of less use than it could; empty: nothing
};

// Immutable once FinishReport is through; then any number of threads may read.
struct Report {
  std::shared_ptr<const RuleSet> rules;  // may be null
  std::vector<bool> selected;            // rules that are reported; empty: all
  bool any_filetype = false;             // rules count for files of every name
  Limits limits;

  std::vector<PayloadRecord> payloads;  // payloads[i].id == i + 1
  std::vector<uint32_t> order;          // ids in the order of completion
  std::vector<Incident> incidents;
  std::vector<Distribution> distributions;
  std::vector<Package> packages;

  std::vector<UsedPlugin> plugins;  // all there are, sorted by id; rules aside
  std::string tlp;                  // of the job; empty: no label was given
  std::string metadata;             // JSON object given with the job, or empty
  std::vector<Decoration> decorations;
  HashMap<FindingKey, Suppression> suppressed;

  Verdict verdict = Verdict::kUnknown;
  Coverage coverage = Coverage::kNone;
  int64_t score = 0;
  uint64_t findings = 0;
  uint64_t scanned_bytes = 0;  // met by rules; equal bytes count once

  // Not a function of the input.
  uint64_t elapsed_ns = 0;
  uint32_t threads = 1;
  uint64_t rules_ns = 0;  // of all threads together, as the next
  std::map<std::string, uint64_t> plugin_ns;  // of those that were called
  std::optional<CacheUse> cache;              // none: there was no cache

  const PayloadRecord& payload(uint32_t id) const { return payloads[id - 1]; }
  PayloadRecord& payload(uint32_t id) { return payloads[id - 1]; }
};

// True if `payload` was made from `other`, at whatever depth.
inline bool IsAncestor(const Report& report, uint32_t other, uint32_t payload) {
  while (payload > other) payload = report.payload(payload).parent;
  return payload == other && payload != kNoPayload;
}

// "pkg.tgz!/package/index.js", raw bytes.
std::string PayloadPath(const Report& report, uint32_t id);

// One finding, looked at: a match of a rule or a statement of a plugin.
struct Finding {
  uint32_t ordinal = 0;  // from 0, among the findings of its payload
  const FoundRule* found = nullptr;  // both of a match …
  const RuleInfo* rule = nullptr;
  const StatedFinding* stated = nullptr;    // … or this
  const Suppression* suppressed = nullptr;  // null: it counts

  std::string_view name() const {
    return rule != nullptr ? rule->name : stated->statement.name;
  }
  int64_t weight() const {
    return rule != nullptr ? rule->weight : stated->statement.weight;
  }
  uint64_t string_count() const {
    return found != nullptr ? found->total_strings : 1;
  }
};
// The rule's namespace, or the plugin's name ("worker:clamd").
std::string FindingNamespace(const Report& report, const Finding& finding);

// Of a payload that a plugin made: the path of the file that it came out of.
// Else empty.
std::string PathOfSource(const Report& report, const PayloadRecord& payload);

// Calls `visit(const Finding&)` for each finding of a payload: selected rules
// whose file type, unless that is not asked for, fits the payload's name, or
// that of the file which a plugin made it of (text that was decoded out of
// setup.py is Python, whatever the decoder called it), in rule order, then what
// plugins stated.
template <typename Visitor>
void ForEachFinding(const Report& report, const PayloadRecord& payload,
                    Visitor&& visit) {
  if (payload.result == nullptr && payload.sayings == nullptr) return;
  Finding finding;
  const auto hand_out = [&] {
    const auto found =
        report.suppressed.find(FindingKey{payload.id, finding.ordinal});
    finding.suppressed =
        found == report.suppressed.end() ? nullptr : &found->second;
    visit(std::as_const(finding));
    ++finding.ordinal;
  };
  if (payload.result != nullptr) {
    const std::string path = PayloadPath(report, payload.id);
    const std::string source = PathOfSource(report, payload);
    for (const FoundRule& found : payload.result->rules) {
      const RuleInfo& info = report.rules->rules()[found.rule];
      if (!report.selected.empty() && !report.selected[found.rule]) continue;
      if (!report.any_filetype && !info.AppliesTo(path) &&
          (source.empty() || !info.AppliesTo(source))) {
        continue;
      }
      finding.found = &found;
      finding.rule = &info;
      hand_out();
    }
  }
  finding.found = nullptr;
  finding.rule = nullptr;
  if (payload.sayings == nullptr) return;
  for (const StatedFinding& stated : payload.sayings->statements) {
    finding.stated = &stated;
    hand_out();
  }
}

// Turns what the pipeline collected into verdicts, coverage and scores, and
// puts incidents in order. May be called again after something was added, or
// findings were suppressed.
void FinishReport(Report* report);

}  // namespace cupel

#endif  // CUPEL_REPORT_REPORT_H_
