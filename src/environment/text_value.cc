#include "environment/text_value.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/wipe_json.h"
#include "schema/number.h"

namespace cupel {
namespace {

bool Has(const std::vector<std::string>& types, std::string_view type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool IsOneOf(const Json& value, const std::vector<std::string>& types) {
  if (value.is_number()) {
    return Has(types, "number") || (Has(types, "integer") && IsInteger(value));
  }
  if (value.is_boolean()) return Has(types, "boolean");
  if (value.is_null()) return Has(types, "null");
  if (value.is_array()) return Has(types, "array");
  return value.is_object() && Has(types, "object");
}

// As Python and shells spell them.
std::optional<Json> ValueOfWord(std::string_view text,
                                const std::vector<std::string>& types) {
  if (Has(types, "boolean")) {
    if (text == "True" || text == "1") return Json(true);
    if (text == "False" || text == "0") return Json(false);
  }
  if (Has(types, "null") && text == "None") return Json(nullptr);
  return std::nullopt;
}

}  // namespace

std::optional<Json> ValueOfText(std::string_view text,
                                const std::vector<std::string>& types) {
  if (types.empty() || Has(types, "string")) return Json(text);
  auto parsed = ParseJson(text, "variable");
  if (parsed.ok()) {
    if (IsOneOf(*parsed, types)) return *std::move(parsed);
    WipeJson(&*parsed);
  }
  return ValueOfWord(text, types);
}

}  // namespace cupel
