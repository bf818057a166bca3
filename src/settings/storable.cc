#include "settings/storable.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

class Checker {
 public:
  absl::Status Check(const Json& value) {
    if (++values_ > limits_.values) {
      return ResourceExhausted("settings: more than {} values", limits_.values);
    }
    switch (value.type()) {
      case Json::value_t::string:
        return IsUtf8(value.get_ref<const std::string&>())
                   ? absl::OkStatus()
                   : Wrong("text that is no UTF-8");
      case Json::value_t::number_float:
        return std::isfinite(value.get<double>())
                   ? absl::OkStatus()
                   : Wrong("a number that JSON does not have");
      case Json::value_t::array:
        return CheckArray(value);
      case Json::value_t::object:
        return CheckObject(value);
      case Json::value_t::binary:
      case Json::value_t::discarded:
        return Wrong("bytes, which JSON does not have");
      default:
        return absl::OkStatus();
    }
  }

 private:
  absl::Status Wrong(std::string_view what) const {
    return InvalidArgument("settings: {}: {}", PathText(path_), what);
  }

  absl::Status CheckDepth() const {
    // The path has a step for each container that this one is in.
    if (path_.size() < limits_.depth) return absl::OkStatus();
    return ResourceExhausted("settings: more than {} levels of nesting",
                             limits_.depth);
  }

  absl::Status CheckArray(const Json& array) {
    CUPEL_RETURN_IF_ERROR(CheckDepth());
    for (size_t i = 0; i < array.size(); ++i) {
      path_.emplace_back(i);
      CUPEL_RETURN_IF_ERROR(Check(array[i]));
      path_.pop_back();
    }
    return absl::OkStatus();
  }

  absl::Status CheckObject(const Json& object) {
    CUPEL_RETURN_IF_ERROR(CheckDepth());
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (auto it = object.begin(); it != object.end(); ++it) {
      if (!IsUtf8(it.key())) return Wrong("a key that is no UTF-8");
      keys.push_back(it.key());
      path_.emplace_back(it.key());
      CUPEL_RETURN_IF_ERROR(Check(it.value()));
      path_.pop_back();
    }
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice == keys.end()) return absl::OkStatus();
    path_.emplace_back(std::string(*twice));
    return Wrong("a key that stands twice");
  }

  const JsonLimits limits_;
  JsonPath path_;
  size_t values_ = 0;
};

}  // namespace

absl::Status CheckStorable(const Json& settings) {
  if (!settings.is_object()) {
    return InvalidArgument("settings: expected an object, found {}",
                           JsonTypeName(settings));
  }
  return Checker().Check(settings);
}

}  // namespace cupel
