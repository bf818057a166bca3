#include "environment/builder.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "crypto/secret.h"
#include "crypto/wipe_json.h"
#include "environment/text_value.h"
#include "format/escape.h"
#include "format/json_fields.h"

namespace cupel {
namespace {

constexpr std::string_view kPrefix = "BOEFJE_";
constexpr size_t kMaxName = 256;

// What every system lets a variable be called: printable ASCII but "=", and no
// digit in front. POSIX's own programs have fewer, but OpenKAT takes them all.
bool IsVariableName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return false;
  if (name.front() >= '0' && name.front() <= '9') return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < 0x7f && c != '='; });
}

// Lists and objects are printed as Python's repr(), which escapes a NUL.
bool IsSafe(const Json& value) {
  return !value.is_string() ||
         value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

}  // namespace

EnvironmentBuilder::~EnvironmentBuilder() {
  for (Json& value : made_) WipeJson(&value);
}

void EnvironmentBuilder::AddSlot(std::string_view key, bool in_schema) {
  if (slot_of_.emplace(key, slots_.size()).second) {
    slots_.push_back({key, in_schema});
  }
}

void EnvironmentBuilder::FindSlots() {
  if (request_.schema != nullptr) {
    for (const std::string& key : request_.schema->properties()) {
      AddSlot(key, true);
    }
  }
  for (const std::string& key : request_.environment_keys) AddSlot(key, false);
}

void EnvironmentBuilder::Refuse(std::string_view key,
                                EnvironmentOrigin offered_by,
                                RefusalReason reason) {
  refusals_.push_back({std::string(key), offered_by, reason});
}

EnvironmentBuilder::Slot* EnvironmentBuilder::SlotFor(
    std::string_view key, EnvironmentOrigin offered_by) {
  const auto found = slot_of_.find(key);
  if (found == slot_of_.end()) {
    Refuse(key, offered_by,
           request_.schema == nullptr ? RefusalReason::kNoSchema
                                      : RefusalReason::kNotNamed);
    return nullptr;
  }
  if (!IsVariableName(key)) {
    Refuse(key, offered_by, RefusalReason::kUnsafe);
    return nullptr;
  }
  return &slots_[found->second];
}

absl::Status EnvironmentBuilder::TakeSettings() {
  const Json& settings = request_.settings;
  if (settings.is_null()) return absl::OkStatus();
  if (!settings.is_object()) {
    return InvalidArgument(
        "plugin '{}': the settings must be an object, not {}",
        EscapePrintable(request_.plugin), JsonTypeName(settings));
  }
  for (const auto& [key, value] : settings.get_ref<const Json::object_t&>()) {
    Slot* const slot = SlotFor(key, EnvironmentOrigin::kSettings);
    if (slot == nullptr) continue;
    if (!IsSafe(value)) {
      Refuse(key, EnvironmentOrigin::kSettings, RefusalReason::kUnsafe);
      continue;
    }
    slot->value = &value;
    slot->origin = EnvironmentOrigin::kSettings;
  }
  return absl::OkStatus();
}

void EnvironmentBuilder::TakeVariables() {
  for (const auto& [name, text] : request_.variables) {
    if (name.compare(0, kPrefix.size(), kPrefix) == 0) {
      TakeVariable(std::string_view(name).substr(kPrefix.size()), text);
    }
  }
}

void EnvironmentBuilder::TakeVariable(std::string_view key,
                                      std::string_view text) {
  constexpr EnvironmentOrigin kSystem = EnvironmentOrigin::kSystem;
  Slot* const slot = SlotFor(key, kSystem);
  if (slot == nullptr) return;
  if (slot->value != nullptr) {  // of two of a name the first counts
    Refuse(key, kSystem, RefusalReason::kOverridden);
    return;
  }
  if (text.find('\0') != std::string_view::npos || !IsUtf8(text)) {
    Refuse(key, kSystem, RefusalReason::kUnsafe);
    return;
  }
  std::optional<Json> value =
      slot->in_schema ? ValueOfText(text, request_.schema->TypesOf(key))
                      : Json(text);
  if (!value) {
    Refuse(key, kSystem, RefusalReason::kUnconvertible);
    return;
  }
  slot->converted = !value->is_string();
  slot->origin = kSystem;
  made_.push_back(*std::move(value));
  slot->value = &made_.back();
}

void EnvironmentBuilder::TakeDefaults() {
  for (Slot& slot : slots_) {
    if (slot.value != nullptr || !slot.in_schema || !IsVariableName(slot.key)) {
      continue;
    }
    const Json* const value = request_.schema->DefaultOf(slot.key);
    if (value == nullptr || !IsSafe(*value)) continue;
    slot.value = value;
    slot.origin = EnvironmentOrigin::kDefault;
  }
}

absl::Status EnvironmentBuilder::Validate() const {
  Json object = Json::object();
  const WipeJsonAtEnd wipe(&object);
  auto& members = object.get_ref<Json::object_t&>();
  members.reserve(slots_.size());  // so that no copy stays behind in moving
  for (const Slot& slot : slots_) {
    if (slot.in_schema && slot.value != nullptr) {
      members.emplace_back(std::string(slot.key), *slot.value);
    }
  }
  JsonIssues issues;
  request_.schema->Validate(object, &issues);
  return issues.ToStatus("plugin '" + EscapePrintable(request_.plugin) +
                         "': the environment does not fit the schema");
}

absl::Status EnvironmentBuilder::Build(
    std::vector<EnvironmentEntry>* entries,
    std::vector<EnvironmentRefusal>* refusals) {
  FindSlots();
  CUPEL_RETURN_IF_ERROR(TakeSettings());
  TakeVariables();
  if (request_.apply_defaults) TakeDefaults();
  if (request_.schema != nullptr) CUPEL_RETURN_IF_ERROR(Validate());
  for (const Slot& slot : slots_) {
    if (slot.value == nullptr) continue;
    std::string text = PythonStr(*slot.value);
    const WipeAtEnd wipe(&text);
    EnvironmentEntry entry;
    entry.key = slot.key;
    entry.origin = slot.origin;
    entry.secret = !slot.in_schema || request_.schema->IsSecret(slot.key);
    entry.converted = slot.converted;
    entry.value = Secret(text);
    entries->push_back(std::move(entry));
  }
  *refusals = std::move(refusals_);
  return absl::OkStatus();
}

}  // namespace cupel
