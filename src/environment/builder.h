// The rules of what becomes a variable; see environment.h.
#ifndef CUPEL_ENVIRONMENT_BUILDER_H_
#define CUPEL_ENVIRONMENT_BUILDER_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "environment/environment.h"
#include "format/json.h"

namespace cupel {

// For one request, which must outlive it and is not changed.
class EnvironmentBuilder {
 public:
  explicit EnvironmentBuilder(const EnvironmentRequest& request)
      : request_(request) {}
  ~EnvironmentBuilder();  // wipes what it made
  EnvironmentBuilder(const EnvironmentBuilder&) = delete;
  EnvironmentBuilder& operator=(const EnvironmentBuilder&) = delete;

  absl::Status Build(std::vector<EnvironmentEntry>* entries,
                     std::vector<EnvironmentRefusal>* refusals);

 private:
  // A variable that the plugin may have.
  struct Slot {
    std::string_view key;
    bool in_schema = false;
    const Json* value = nullptr;  // null pointer: not set
    EnvironmentOrigin origin = EnvironmentOrigin::kSettings;
    bool converted = false;
  };

  void FindSlots();
  void AddSlot(std::string_view key, bool in_schema);
  // The slot of an offered key; a null pointer, and a refusal, if there is none
  // or it cannot be a variable.
  Slot* SlotFor(std::string_view key, EnvironmentOrigin offered_by);
  absl::Status TakeSettings();
  void TakeVariables();
  void TakeVariable(std::string_view key, std::string_view text);
  void TakeDefaults();
  absl::Status Validate() const;
  void Refuse(std::string_view key, EnvironmentOrigin offered_by,
              RefusalReason reason);

  const EnvironmentRequest& request_;
  std::vector<Slot> slots_;
  std::unordered_map<std::string_view, size_t> slot_of_;
  std::deque<Json> made_;  // of text
  std::vector<EnvironmentRefusal> refusals_;
};

}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_BUILDER_H_
