// The report for people: a tree of packages, distributions and files.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "format/escape.h"
#include "format/units.h"
#include "report/writer.h"

namespace cupel {
namespace {

constexpr size_t kPieceBytes = 16u << 10;
// Enough to see what it is about; the JSON report has them all.
constexpr size_t kStringsShown = 4;
constexpr size_t kIncidentsShown = 50;
constexpr size_t kExcerptShown = 60;
constexpr size_t kResultsShown = 50;
constexpr size_t kResultShown = 200;

enum class Ink : uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

std::string_view Code(Ink ink) {
  switch (ink) {
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kRed:
      return "\x1b[1;31m";
    case Ink::kGreen:
      return "\x1b[32m";
    case Ink::kYellow:
      return "\x1b[33m";
    case Ink::kCyan:
      return "\x1b[36m";
    case Ink::kPlain:
      break;
  }
  return "";
}

std::string Plural(uint64_t count, std::string_view one,
                   std::string_view many) {
  return fmt::format("{} {}", FormatCount(count), count == 1 ? one : many);
}

class TextReport {
 public:
  TextReport(const Report& report, const WriteOptions& options,
             const WriteSink& sink)
      : report_(report), options_(options), sink_(sink) {}

  absl::Status Write() {
    for (const Package& package : report_.packages) WritePackage(package);
    WriteIncidents(/*lowering=*/true, "Not scanned, or not to the end:");
    WriteIncidents(/*lowering=*/false, "Noticed:");
    WriteResults();
    WriteSkippedRules();
    WriteSummary();
    Flush(1);
    return status_;
  }

 private:
  std::string Painted(Ink ink, std::string_view text) const {
    if (!options_.color || ink == Ink::kPlain) return std::string(text);
    return fmt::format("{}{}\x1b[0m", Code(ink), text);
  }

  std::string Painted(Verdict verdict) const {
    switch (verdict) {
      case Verdict::kMatched:
        return Painted(Ink::kRed, "matched");
      case Verdict::kClean:
        return Painted(Ink::kGreen, "clean");
      case Verdict::kUnknown:
        break;
    }
    return Painted(Ink::kYellow, "unknown");
  }

  std::string Painted(Verdict verdict, Coverage coverage) const {
    std::string text = Painted(verdict);
    if (coverage == Coverage::kPartial) {
      text += Painted(Ink::kYellow, ", partly scanned");
    } else if (coverage == Coverage::kNone) {
      text += Painted(Ink::kYellow, ", not scanned");
    }
    return text;
  }

  template <typename... Args>
  void Line(int indent, fmt::format_string<Args...> format, Args&&... args) {
    buffer_.append(static_cast<size_t>(indent) * 2, ' ');
    fmt::format_to(std::back_inserter(buffer_), format,
                   std::forward<Args>(args)...);
    buffer_ += '\n';
    Flush(kPieceBytes);
  }

  void Flush(size_t at_least) {
    if (buffer_.size() < at_least) return;
    if (status_.ok()) status_ = sink_(buffer_);
    buffer_.clear();
  }

  void WritePackage(const Package& package) {
    const std::string version = EscapePrintable(package.version);
    Line(0, "{}{}{}  {}  score {}",
         Painted(Ink::kBold, EscapePrintable(package.name)),
         version.empty() ? "" : " ", version,
         Painted(package.verdict, package.coverage), package.score);
    for (const uint32_t index : package.distributions) {
      WriteDistribution(report_.distributions[index]);
    }
  }

  void WriteDistribution(const Distribution& distribution) {
    uint64_t files = 0;
    for (const uint32_t root : distribution.payloads) {
      files += report_.payload(root).last_descendant - root + 1;
    }
    std::string what;
    if (distribution.payload != kNoPayload) {
      const PayloadRecord& archive = report_.payload(distribution.payload);
      const PayloadRecord& read = archive.same_as == kNoPayload
                                      ? archive
                                      : report_.payload(archive.same_as);
      files = read.last_descendant - read.id;  // without the archive itself
      what = read.container + ", ";
    }
    Line(1, "{}  {}  score {}  {}", EscapePrintable(distribution.raw_name),
         Painted(distribution.verdict, distribution.coverage),
         distribution.score,
         Painted(Ink::kDim, fmt::format("({}{})", what == ", " ? "" : what,
                                        Plural(files, "file", "files"))));
    uint64_t hidden = 0;
    for (const uint32_t root : distribution.payloads) {
      hidden +=
          WriteFiles(root, report_.payload(root).last_descendant, distribution);
    }
    if (hidden > 0 && hidden < files) {
      Line(2, "{}",
           Painted(Ink::kDim, fmt::format("{} without findings",
                                          Plural(hidden, "file", "files"))));
    }
    WriteCopied(distribution);
  }

  // The files with these ids; returns how many were not worth a line.
  uint64_t WriteFiles(uint32_t first, uint32_t last,
                      const Distribution& distribution) {
    uint64_t hidden = 0;
    for (uint32_t id = first; id <= last; ++id) {
      if (id == distribution.payload && report_.payload(id).findings == 0) {
        continue;  // its line stands above
      }
      if (!WriteFile(ShortPath(distribution, report_.payload(id)),
                     report_.payload(id))) {
        ++hidden;
      }
    }
    return hidden;
  }

  // An archive that was taken apart elsewhere in this job: what was found
  // there.
  void WriteCopied(const Distribution& distribution) {
    if (distribution.payload == kNoPayload) return;
    const PayloadRecord& archive = report_.payload(distribution.payload);
    if (archive.same_as == kNoPayload) return;
    const PayloadRecord& same = report_.payload(archive.same_as);
    Line(2, "{}",
         Painted(Ink::kDim, "same content as " + EscapePrintable(PayloadPath(
                                                     report_, same.id))));
    const std::string prefix = PayloadPath(report_, same.id) + "!/";
    for (uint32_t id = same.id + 1; id <= same.last_descendant; ++id) {
      std::string path = PayloadPath(report_, id);
      path.erase(0, prefix.size());
      WriteFile(EscapePrintable(path), report_.payload(id));
    }
  }

  // Where a file stands in its distribution.
  std::string ShortPath(const Distribution& distribution,
                        const PayloadRecord& payload) const {
    std::string path = PayloadPath(report_, payload.id);
    const std::string prefix =
        distribution.raw_name +
        (distribution.payload != kNoPayload ? "!/" : "/");
    if (path.starts_with(prefix)) path.erase(0, prefix.size());
    return EscapePrintable(path);
  }

  // False if the file is not worth a line.
  bool WriteFile(std::string line, const PayloadRecord& payload) {
    const bool troubled = payload.own_coverage != Coverage::kComplete;
    if (payload.findings == 0 && !troubled && !options_.all_files) return false;
    if (payload.findings > 0) {
      line += Painted(Ink::kRed, fmt::format("  score {}", payload.score));
    }
    if (troubled) {
      line += Painted(Ink::kYellow, payload.own_coverage == Coverage::kNone
                                        ? "  not scanned"
                                        : "  partly scanned");
    }
    if (payload.is_link) {
      line +=
          Painted(Ink::kDim, "  -> " + EscapePrintable(payload.link_target));
    } else if (payload.same_as != kNoPayload) {
      line += Painted(Ink::kDim, "  same as " + EscapePrintable(PayloadPath(
                                                    report_, payload.same_as)));
    }
    Line(2, "{}", line);
    ForEachFinding(report_, payload,
                   [&](const Finding& finding) { WriteFinding(finding); });
    return true;
  }

  void WriteFinding(const Finding& finding) {
    std::string tags;
    for (const std::string& tag : finding.rule != nullptr
                                      ? finding.rule->tags
                                      : finding.stated->statement.tags) {
      tags += " " + EscapePrintable(tag);
    }
    std::string rest;
    if (finding.weight() != 0) {
      rest = fmt::format("  weight {}", finding.weight());
    }
    if (finding.suppressed != nullptr) {
      rest += Painted(Ink::kDim, "  (suppressed)");
    }
    Line(
        3, "{}  {}{}", Painted(Ink::kCyan, EscapePrintable(finding.name())),
        Painted(Ink::kDim,
                fmt::format("{}{}{}",
                            EscapePrintable(FindingNamespace(report_, finding)),
                            tags.empty() ? "" : " :", tags)),
        rest);
    if (finding.found != nullptr) WriteStrings(*finding.found);
  }

  void WriteStrings(const FoundRule& found) {
    const size_t shown = std::min(found.strings.size(), kStringsShown);
    for (size_t i = 0; i < shown; ++i) {
      const FoundString& string = found.strings[i];
      std::string excerpt = EscapeAscii(
          std::string_view(string.excerpt).substr(0, kExcerptShown));
      if (!excerpt.empty() &&
          string.length > std::min(string.excerpt.size(), kExcerptShown)) {
        excerpt += "...";
      }
      Line(4, "{:<8} at {} ({} bytes){}{}", EscapePrintable(string.id),
           string.offset, string.length, excerpt.empty() ? "" : "  ", excerpt);
    }
    if (found.total_strings > shown) {
      Line(4, "{}",
           Painted(Ink::kDim,
                   fmt::format("and {} more",
                               FormatCount(found.total_strings - shown))));
    }
  }

  std::string Describe(const Incident& incident) const {
    std::string text;
    switch (incident.kind) {
      case IncidentKind::kLimit:
      case IncidentKind::kTimeout:
        text = fmt::format("limit {}", incident.name);
        if (incident.value.has_value()) text += LimitValue(incident);
        break;
      case IncidentKind::kAnomaly:
      case IncidentKind::kEngine:
      case IncidentKind::kPlugin:
      case IncidentKind::kPolicy:
      case IncidentKind::kDelivery:
        text = incident.name;
        break;
      default:
        text = IncidentKindName(incident.kind);
    }
    if (!incident.detail.empty()) {
      text += ": " + EscapePrintable(incident.detail);
    }
    if (incident.covered_bytes.has_value()) {
      text += fmt::format(" (after {})", FormatBytes(*incident.covered_bytes));
    }
    return text;
  }

  static std::string LimitValue(const Incident& incident) {
    for (const LimitField& field : LimitFields()) {
      if (field.name != incident.name) continue;
      if (field.unit == "ns") return " " + FormatDuration(*incident.value);
      if (field.unit == "bytes") return " " + FormatBytes(*incident.value);
      return fmt::format(" {}{}{}", FormatCount(*incident.value),
                         field.unit.empty() ? "" : " ", field.unit);
    }
    return fmt::format(" {}", *incident.value);
  }

  void WriteIncidents(bool lowering, std::string_view title) {
    size_t count = 0;
    for (const Incident& incident : report_.incidents) {
      if (LowersCoverage(incident.kind) != lowering) continue;
      if (count++ == 0) Line(0, "\n{}", Painted(Ink::kBold, title));
      if (count > kIncidentsShown) continue;
      Line(1, "{}  {}",
           incident.payload == kNoPayload
               ? "(job)"
               : EscapePrintable(PayloadPath(report_, incident.payload)),
           Painted(lowering ? Ink::kYellow : Ink::kDim, Describe(incident)));
    }
    if (count > kIncidentsShown) {
      Line(1, "and {} more: see the JSON report",
           FormatCount(count - kIncidentsShown));
    }
  }

  // What plugins said, a line each; decorations too.
  void WriteResults() {
    uint64_t count = 0;
    for (const PayloadRecord& payload : report_.payloads) {
      if (payload.sayings == nullptr || payload.same_as != kNoPayload) continue;
      for (const PluginResult& result : payload.sayings->results) {
        if (count++ == 0) Line(0, "\n{}", Painted(Ink::kBold, "Results:"));
        if (count > kResultsShown) continue;
        Line(1, "{}  {}  {}", EscapePrintable(PayloadPath(report_, payload.id)),
             Painted(Ink::kCyan,
                     PluginNameText(report_.plugins[result.plugin].id)),
             Shortened(result.json));
      }
    }
    if (count > kResultsShown) {
      Line(1, "and {} more: see the JSON report",
           FormatCount(count - kResultsShown));
    }
    for (const Decoration& decoration : report_.decorations) {
      Line(0, "\n{}  {}",
           Painted(Ink::kBold,
                   PluginNameText(report_.plugins[decoration.plugin].id)),
           Shortened(decoration.json));
    }
  }

  static std::string Shortened(std::string_view json) {
    std::string text = EscapePrintable(json.substr(0, kResultShown));
    if (json.size() > kResultShown) text += "...";
    return text;
  }

  void WriteSkippedRules() {
    if (report_.rules == nullptr || report_.rules->skipped().empty()) return;
    Line(0, "\n{}", Painted(Ink::kBold, "Rules left out:"));
    size_t count = 0;
    for (const SkippedRule& skipped : report_.rules->skipped()) {
      if (++count > kIncidentsShown) continue;
      Line(1, "{}:{}: {}{}{}", EscapePrintable(skipped.file), skipped.line,
           EscapePrintable(skipped.rule), skipped.rule.empty() ? "" : ": ",
           EscapePrintable(skipped.reason));
    }
    if (count > kIncidentsShown) {
      Line(1, "and {} more", FormatCount(count - kIncidentsShown));
    }
  }

  void WriteSummary() {
    uint64_t matched = 0;
    uint64_t partial = 0;
    for (const PayloadRecord& payload : report_.payloads) {
      matched += payload.findings > 0;
      partial += payload.own_coverage != Coverage::kComplete;
    }
    Line(0, "\n{}  coverage {}  score {}", Painted(report_.verdict),
         CoverageName(report_.coverage), report_.score);
    std::string files = fmt::format(
        "{}, {} ({} with findings",
        Plural(report_.packages.size(), "package", "packages"),
        Plural(report_.payloads.size(), "file", "files"), FormatCount(matched));
    if (partial > 0) {
      files += fmt::format(", {} not wholly scanned", FormatCount(partial));
    }
    Line(0, "{}), {}, {} scanned{}", files,
         Plural(report_.rules == nullptr ? 0 : report_.rules->rules().size(),
                "rule", "rules"),
         FormatBytes(report_.scanned_bytes), Speed());
  }

  std::string Speed() const {
    if (!options_.timing || report_.elapsed_ns == 0) return "";
    const double seconds = static_cast<double>(report_.elapsed_ns) / 1e9;
    const auto rate = static_cast<uint64_t>(
        static_cast<double>(report_.scanned_bytes) / seconds);
    std::string how = Plural(report_.threads, "thread", "threads");
    if (report_.cache.has_value()) {
      how += fmt::format(", {} known from the cache",
                         Plural(report_.cache->known, "file", "files"));
    }
    return fmt::format(" in {} ({}/s, {})", FormatDuration(report_.elapsed_ns),
                       FormatBytes(rate), how);
  }

  const Report& report_;
  const WriteOptions& options_;
  const WriteSink& sink_;
  std::string buffer_;
  absl::Status status_;
};

}  // namespace

absl::Status WriteText(const Report& report, const WriteOptions& options,
                       const WriteSink& sink) {
  return TextReport(report, options, sink).Write();
}

}  // namespace cupel
