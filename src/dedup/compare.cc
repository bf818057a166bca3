// In which fields two jobs differ, in words.
#include <algorithm>

#include "base/hash.h"
#include "base/status.h"
#include "dedup/job_key.h"
#include "format/canonical.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

// Nobody reads more.
constexpr size_t kMostDifferences = 100;

class Comparison {
 public:
  void Field(std::string_view name, bool same) {
    if (!same) Add(fmt::format("{} differs", name));
  }

  void Optional(std::string_view name, const std::optional<std::string>& a,
                const std::optional<std::string>& b) {
    if (a.has_value() != b.has_value()) {
      Add(fmt::format("{} is only in the {}", name, Which(a.has_value())));
    } else {
      Field(name, a == b);
    }
  }

  void Values(const Json& a, const Json& b, JsonPath* path) {
    if (Full()) return;
    if (a.is_object() && b.is_object()) return Objects(a, b, path);
    if (a.is_array() && b.is_array()) return Arrays(a, b, path);
    if (CanonicalJson(a) == CanonicalJson(b)) return;
    Add(fmt::format("input differs at {}", PathText(*path)));
  }

  JobComparison Finish() {
    return {differences_.empty(), std::move(differences_)};
  }

 private:
  static std::string_view Which(bool first) {
    return first ? "first" : "second";
  }

  bool Full() const { return differences_.size() >= kMostDifferences; }

  void Add(std::string difference) {
    if (differences_.size() + 1 == kMostDifferences) {
      difference = "and more";
    }
    if (!Full()) differences_.push_back(std::move(difference));
  }

  void OnlyIn(bool first, const JsonPath& path) {
    Add(fmt::format("input: {} is only in the {}", PathText(path),
                    Which(first)));
  }

  void Objects(const Json& a, const Json& b, JsonPath* path) {
    HashMap<std::string_view, const Json*> others;
    for (const auto& [key, value] : b.get_ref<const Json::object_t&>()) {
      others.emplace(key, &value);
    }
    for (const auto& [key, value] : a.get_ref<const Json::object_t&>()) {
      path->emplace_back(key);
      if (const auto other = others.find(key); other == others.end()) {
        OnlyIn(true, *path);
      } else {
        Values(value, *other->second, path);
        others.erase(other);
      }
      path->pop_back();
    }
    if (others.empty()) return;
    for (const auto& [key, value] : b.get_ref<const Json::object_t&>()) {
      if (!others.contains(key)) continue;
      path->emplace_back(key);
      OnlyIn(false, *path);
      path->pop_back();
    }
  }

  void Arrays(const Json& a, const Json& b, JsonPath* path) {
    const size_t both = std::min(a.size(), b.size());
    for (size_t i = 0; i < std::max(a.size(), b.size()) && !Full(); ++i) {
      path->emplace_back(i);
      if (i < both) {
        Values(a[i], b[i], path);
      } else {
        OnlyIn(a.size() > b.size(), *path);
      }
      path->pop_back();
    }
  }

  std::vector<std::string> differences_;
};

}  // namespace

JobComparison CompareJobs(const JobIdentity& a, const JobIdentity& b) {
  Comparison comparison;
  comparison.Field("plugin", a.plugin == b.plugin);
  comparison.Optional("version", a.version, b.version);
  comparison.Optional("oci_image", a.oci_image, b.oci_image);
  comparison.Field("oci_arguments", a.oci_arguments == b.oci_arguments);
  comparison.Optional("runnable_hash", a.runnable_hash, b.runnable_hash);
  comparison.Optional("input_ooi", a.input_ooi, b.input_ooi);
  JsonPath path;
  comparison.Values(a.input, b.input, &path);
  comparison.Field("environment (settings or variables)",
                   a.environment_fingerprint == b.environment_fingerprint);
  return comparison.Finish();
}

}  // namespace cupel
