#include "report/report.h"

namespace cupel {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kClean:
      return "clean";
    case Verdict::kMatched:
      return "matched";
    case Verdict::kUnknown:
      break;
  }
  return "unknown";
}

std::string_view CoverageName(Coverage coverage) {
  switch (coverage) {
    case Coverage::kComplete:
      return "complete";
    case Coverage::kPartial:
      return "partial";
    case Coverage::kNone:
      break;
  }
  return "none";
}

std::string_view IncidentKindName(IncidentKind kind) {
  switch (kind) {
    case IncidentKind::kLimit:
      return "limit";
    case IncidentKind::kEncrypted:
      return "encrypted";
    case IncidentKind::kCorrupt:
      return "corrupt";
    case IncidentKind::kUnsupported:
      return "unsupported";
    case IncidentKind::kUnreadable:
      return "unreadable";
    case IncidentKind::kTimeout:
      return "timeout";
    case IncidentKind::kEngine:
      return "engine";
    case IncidentKind::kCancelled:
      return "cancelled";
    case IncidentKind::kPlugin:
      return "plugin";
    case IncidentKind::kPolicy:
      return "policy";
    case IncidentKind::kDelivery:
      return "delivery";
    case IncidentKind::kAnomaly:
      break;
  }
  return "anomaly";
}

std::string FindingNamespace(const Report& report, const Finding& finding) {
  if (finding.rule != nullptr) return finding.rule->ns;
  return PluginNameText(report.plugins[finding.stated->plugin].id);
}

std::string PathOfSource(const Report& report, const PayloadRecord& payload) {
  if (payload.producer == kNoPlugin) return "";
  uint32_t id = payload.parent;
  while (report.payload(id).producer != kNoPlugin) {
    id = report.payload(id).parent;
  }
  return PayloadPath(report, id);
}

std::string PayloadPath(const Report& report, uint32_t id) {
  std::vector<const PayloadRecord*> chain;
  size_t length = 0;
  for (; id != kNoPayload; id = chain.back()->parent) {
    chain.push_back(&report.payload(id));
    length += chain.back()->raw_name.size() + 2;
  }
  std::string path;
  path.reserve(length);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
    if (it != chain.rbegin()) path += "!/";
    path += (*it)->raw_name;
  }
  return path;
}

}  // namespace cupel
