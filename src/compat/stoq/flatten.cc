#include "compat/stoq/flatten.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr size_t kDelimiterBytes = 64;

bool IsInner(const Json& value) {
  return value.is_array() || (value.is_object() && !value.empty());
}

class Flattener {
 public:
  Flattener(std::string_view delimiter, const FlattenLimits& limits)
      : delimiter_(delimiter), limits_(limits) {}

  absl::StatusOr<Json> Run(const Json& document) {
    CUPEL_RETURN_IF_ERROR(Count(document));
    if (!IsInner(document) || (document.is_array() && !HasObject(document))) {
      return document;
    }
    CUPEL_RETURN_IF_ERROR(Walk(document));
    return std::move(flat_);
  }

 private:
  absl::Status Count(const Json& value) {
    if (++values_ > limits_.values) {
      return ResourceExhausted(
          "the document can't be made flat: it has more than {} values; write "
          "one document a payload, or write it as it is",
          limits_.values);
    }
    if (!value.is_structured()) return absl::OkStatus();
    bool object = value.is_object();
    for (const Json& inner : value) {
      CUPEL_RETURN_IF_ERROR(Count(inner));
      object = object || HasObject(inner);
    }
    if (object && value.is_array()) with_objects_.insert(&value);
    return absl::OkStatus();
  }

  // True if there is an object in it, at whatever depth. After Count.
  bool HasObject(const Json& value) const {
    return value.is_object() || with_objects_.contains(&value);
  }

  absl::Status Walk(const Json& value) {
    if (value.is_object() && !value.empty()) {
      for (const auto& [key, inner] : value.items()) {
        CUPEL_RETURN_IF_ERROR(Step(key, inner));
      }
      return absl::OkStatus();
    }
    if (value.is_array() && HasObject(value)) {
      for (size_t i = 0; i < value.size(); ++i) {
        CUPEL_RETURN_IF_ERROR(Step(fmt::to_string(i), value[i]));
      }
      return absl::OkStatus();
    }
    return Add(value);
  }

  absl::Status Step(std::string_view key, const Json& inner) {
    const size_t before = path_.size();
    if (deep_) path_ += delimiter_;
    path_ += key;
    const bool was_deep = std::exchange(deep_, true);
    const absl::Status status = Walk(inner);
    deep_ = was_deep;
    path_.resize(before);
    return status;
  }

  absl::Status Add(const Json& value) {
    std::string key = path_;
    // How often it was met. A key that was made unique may be met again too.
    for (uint64_t again = seen_[path_]++; again > 0;) {
      key = fmt::format("{}{}{}", path_, delimiter_, ++again);
      if (seen_.try_emplace(key, 1).second) {
        seen_[path_] = again;
        break;
      }
    }
    // Once in the result, once in seen_.
    bytes_ += key.size();
    if (bytes_ > limits_.bytes) {
      return ResourceExhausted(
          "the document can't be made flat: its keys would take more than {} "
          "bytes; write it as it is",
          limits_.bytes);
    }
    // Past operator[], which would look at every key there is.
    Json::object_t::Container& entries = flat_.get_ref<Json::object_t&>();
    entries.emplace_back(std::move(key), value);
    return absl::OkStatus();
  }

  const std::string_view delimiter_;
  const FlattenLimits& limits_;
  Json flat_ = Json::object();
  std::string path_;
  bool deep_ = false;  // path_ has a key, which may be an empty one
  uint64_t values_ = 0;
  uint64_t bytes_ = 0;
  HashSet<const Json*> with_objects_;
  HashMap<std::string, uint64_t> seen_;
};

}  // namespace

absl::Status CheckDelimiter(std::string_view delimiter) {
  if (delimiter.empty() || delimiter.size() > kDelimiterBytes ||
      !IsUtf8(delimiter)) {
    return InvalidArgument(
        "the delimiter of flat documents must be 1 to {} bytes of UTF-8, as "
        "':'",
        kDelimiterBytes);
  }
  return absl::OkStatus();
}

absl::StatusOr<Json> Flatten(const Json& document, std::string_view delimiter,
                             const FlattenLimits& limits) {
  CUPEL_RETURN_IF_ERROR(CheckDelimiter(delimiter));
  return Flattener(delimiter, limits).Run(document);
}

}  // namespace cupel
