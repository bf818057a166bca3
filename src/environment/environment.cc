#include "environment/environment.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "crypto/box.h"
#include "crypto/wipe_json.h"
#include "environment/builder.h"

namespace cupel {
namespace {

// With its length in front, so that ("ab","c") and ("a","bc") differ.
void AppendFramed(std::string_view bytes, std::string* out) {
  for (int shift = 0; shift < 64; shift += 8) {
    out->push_back(
        static_cast<char>(static_cast<uint64_t>(bytes.size()) >> shift & 0xff));
  }
  out->append(bytes);
}

// Whatever way Build() ends.
class WipeRequestAtEnd {
 public:
  explicit WipeRequestAtEnd(EnvironmentRequest* request) : request_(request) {}
  ~WipeRequestAtEnd() {
    WipeJson(&request_->settings);
    for (auto& [name, value] : request_->variables) {
      Wipe(value.data(), value.size());
    }
  }
  WipeRequestAtEnd(const WipeRequestAtEnd&) = delete;
  WipeRequestAtEnd& operator=(const WipeRequestAtEnd&) = delete;

 private:
  EnvironmentRequest* request_;
};

}  // namespace

std::string_view OriginName(EnvironmentOrigin origin) {
  switch (origin) {
    case EnvironmentOrigin::kSettings:
      return "settings";
    case EnvironmentOrigin::kSystem:
      return "system";
    case EnvironmentOrigin::kDefault:
      return "default";
  }
  return "unknown";
}

std::string_view ReasonName(RefusalReason reason) {
  switch (reason) {
    case RefusalReason::kNotNamed:
      return "not_named";
    case RefusalReason::kOverridden:
      return "overridden";
    case RefusalReason::kUnconvertible:
      return "unconvertible";
    case RefusalReason::kNoSchema:
      return "no_schema";
    case RefusalReason::kUnsafe:
      return "unsafe";
  }
  return "unknown";
}

absl::StatusOr<Environment> Environment::Build(EnvironmentRequest request) {
  const WipeRequestAtEnd wipe(&request);
  Environment environment;
  EnvironmentBuilder builder(request);
  CUPEL_RETURN_IF_ERROR(
      builder.Build(&environment.entries_, &environment.refusals_));
  return environment;
}

Digest Environment::Fingerprint(const Secret& key) const {
  std::vector<const EnvironmentEntry*> sorted;
  size_t size = 64;
  for (const EnvironmentEntry& entry : entries_) {
    sorted.push_back(&entry);
    size += entry.key.size() + entry.value.size() + 16;
  }
  // Bytes of UTF-8 sort as code points do.
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->key < b->key; });
  std::string text;
  text.reserve(size);  // so that no copy stays behind in growing
  const WipeAtEnd wipe(&text);
  AppendFramed("cupel.environment/1", &text);
  for (const EnvironmentEntry* const entry : sorted) {
    AppendFramed(entry->key, &text);
    AppendFramed(entry->value.view(), &text);
  }
  return KeyedDigest(key, text);
}

bool Environment::uses_system() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const EnvironmentEntry& entry) {
                       return entry.origin == EnvironmentOrigin::kSystem;
                     });
}

Json Environment::Explain() const {
  Json entries = Json::array();
  for (const EnvironmentEntry& entry : entries_) {
    Json json = Json::object();
    json["key"] = entry.key;
    json["origin"] = OriginName(entry.origin);
    json["secret"] = entry.secret;
    json["converted"] = entry.converted;
    entries.push_back(std::move(json));
  }
  Json refused = Json::array();
  for (const EnvironmentRefusal& refusal : refusals_) {
    Json json = Json::object();
    json["key"] = refusal.key;
    json["offered_by"] = OriginName(refusal.offered_by);
    json["reason"] = ReasonName(refusal.reason);
    refused.push_back(std::move(json));
  }
  Json explanation = Json::object();
  explanation["entries"] = std::move(entries);
  explanation["refused"] = std::move(refused);
  return explanation;
}

Json Environment::Values(bool mask) const {
  Json values = Json::object();
  auto& members = values.get_ref<Json::object_t&>();
  members.reserve(entries_.size());
  for (const EnvironmentEntry& entry : entries_) {
    members.emplace_back(entry.key, mask && entry.secret
                                        ? std::string("***")
                                        : std::string(entry.value.view()));
  }
  return values;
}

}  // namespace cupel
