#include "engine/plugin_query.h"

#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

uint64_t Count(JsonFields* in, std::string_view key) {
  const int64_t value = in->IntegerOr(key, 0);
  if (value >= 0) return static_cast<uint64_t>(value);
  in->Issue(key, "greater_than_equal", "expected 0 or more");
  return 0;
}

}  // namespace

absl::StatusOr<PluginQuery> ParsePluginQuery(std::string_view text) {
  PluginQuery query;
  if (text.empty()) return query;
  CUPEL_ASSIGN_OR_RETURN(const Json document, ParseJson(text, "query"));
  JsonIssues issues;
  JsonFields in(document, {}, &issues);
  query.q = in.OptionalString("q").value_or("");
  query.ids = in.OptionalStrings("ids");
  query.type = in.OptionalString("type");
  if (in.Has("state")) query.state = in.BoolOr("state", false);
  query.oci_image = in.OptionalString("oci_image");
  query.consumes = in.Strings("consumes");
  query.produces = in.Strings("produces");
  query.include_broken = in.BoolOr("include_broken", false);
  query.offset = Count(&in, "offset");
  if (in.Has("limit")) query.limit = Count(&in, "limit");
  in.ForbidOthers({"q", "ids", "type", "state", "oci_image", "consumes",
                   "produces", "include_broken", "offset", "limit"});
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("query"));
  return query;
}

}  // namespace cupel
