#include <string_view>

#include "settings/sealed.h"

namespace cupel {
namespace {

constexpr std::string_view kMask = "***";

Json Masked(const Json& value, const Schema& schema, size_t levels_left) {
  if (!value.is_structured()) return value;
  if (levels_left == 0) return kMask;
  if (value.is_array()) {
    Json masked = Json::array();
    for (const Json& item : value) {
      masked.push_back(Masked(item, schema, levels_left - 1));
    }
    return masked;
  }
  Json masked = Json::object();
  for (auto it = value.begin(); it != value.end(); ++it) {
    // Behind what is there: through the map's own emplace, each key would be
    // searched for among all before it.
    masked.get_ref<Json::object_t&>().emplace_back(
        it.key(), schema.IsSecret(it.key())
                      ? Json(kMask)
                      : Masked(it.value(), schema, levels_left - 1));
  }
  return masked;
}

}  // namespace

Json MaskSettings(const Json& settings, const Schema* schema) {
  if (!settings.is_object()) return kMask;
  if (schema != nullptr) return Masked(settings, *schema, JsonLimits().depth);
  Json masked = Json::object();
  for (auto it = settings.begin(); it != settings.end(); ++it) {
    masked.get_ref<Json::object_t&>().emplace_back(it.key(), kMask);
  }
  return masked;
}

}  // namespace cupel
