#include "builtin/decorator/report_view.h"

#include "base/status.h"
#include "format/json.h"

namespace cupel {
namespace {

// A report of the largest job that the limits allow, with room to spare.
constexpr JsonLimits kLimits = {.bytes = size_t{512} << 20,
                                .depth = 64,
                                .values = size_t{50} * 1000 * 1000};

std::string TextIn(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : "";
}

int64_t NumberIn(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_integer()
             ? found->get<int64_t>()
             : 0;
}

// Calls `each` with the objects of the array `key`, and null for what is none.
template <typename Each>
void ForObjects(const Json& report, const char* key, Each&& each) {
  const auto list = report.find(key);
  if (list == report.end() || !list->is_array()) return;
  static const Json kEmpty = Json::object();
  for (const Json& entry : *list) each(entry.is_object() ? entry : kEmpty);
}

FindingView FindingOf(const Json& json) {
  FindingView finding;
  finding.payload = static_cast<uint64_t>(NumberIn(json, "payload"));
  finding.plugin = TextIn(json, "plugin");
  finding.rule = TextIn(json, "rule");
  finding.ns = TextIn(json, "namespace");
  finding.weight = NumberIn(json, "weight");
  const auto tags = json.find("tags");
  if (tags == json.end() || !tags->is_array()) return finding;
  for (const Json& tag : *tags) {
    if (tag.is_string()) finding.tags.push_back(tag.get<std::string>());
  }
  return finding;
}

}  // namespace

absl::StatusOr<ReportView> ReportView::Parse(std::string_view document) {
  CUPEL_ASSIGN_OR_RETURN(const Json report,
                         ParseJson(document, "report", kLimits));
  if (!report.is_object()) {
    return InvalidArgument("the report must be an object, not {}",
                           JsonTypeName(report));
  }
  ReportView view;
  ForObjects(report, "payloads", [&view](const Json& json) {
    PayloadView payload;
    payload.id = static_cast<uint64_t>(NumberIn(json, "id"));
    payload.path = TextIn(json, "path");
    payload.type = TextIn(json, "type");
    payload.mime = TextIn(json, "mime");
    payload.sha256 = TextIn(json, "sha256");
    const auto same = json.find("same_as");
    payload.repeated = same != json.end() && !same->is_null();
    view.payload_of_id.emplace(payload.id, view.payloads.size());
    view.payloads.push_back(std::move(payload));
  });
  ForObjects(report, "findings", [&view](const Json& json) {
    view.findings.push_back(FindingOf(json));
  });
  return view;
}

const PayloadView* ReportView::PayloadOf(const FindingView& finding) const {
  const auto found = payload_of_id.find(finding.payload);
  return found == payload_of_id.end() ? nullptr : &payloads[found->second];
}

}  // namespace cupel
