// What a plugin of the C interface is handed for one call: the struct, and the
// functions of the host behind it.
#ifndef CUPEL_PLUGIN_CALL_H_
#define CUPEL_PLUGIN_CALL_H_

#include <map>
#include <optional>
#include <string>

#include "cupel/plugin.h"
#include "plugin/call_slot.h"
#include "plugin/plugin.h"

namespace cupel {

inline std::string_view ViewText(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}
inline cupel_view TextView(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The functions that every call comes with.
const cupel_host_v1* HostTable();

// What may be handed back: nothing when a plugin is activated or has its
// heartbeat, for there is no payload that it could be about.
enum class HandsBack : uint8_t { kEverything, kErrors };

// Everything is borrowed. One thread at a time, but for what cupel_host_v1
// says.
class HostCall {
 public:
  HostCall(CallSlot* slot, void* state, const PluginRequest& request,
           PluginAnswer* answer, HandsBack hands_back = HandsBack::kEverything);
  // The plugin's pointer is of no use from here on.
  ~HostCall();
  HostCall(const HostCall&) = delete;
  HostCall& operator=(const HostCall&) = delete;

  cupel_call* call() { return &slot_->call; }
  // The status that a method returned, with the reason it told.
  absl::Status Outcome(cupel_status code);

 private:
  friend struct HostFunctions;

  // A slice if they lie in the payload, else a copy.
  void TakeBytes(cupel_view bytes, PluginChild* child) const;
  absl::Status TakeChild(const cupel_child& given);
  absl::Status TakeStatement(const cupel_statement& given);
  absl::Status TakeItem(const cupel_item& given);
  absl::Status ReadOptions();
  absl::Status RunNested(std::string_view plugin, std::string_view bytes,
                         std::string_view options, cupel_nested_fn take,
                         void* user_data);
  // Both keep the message for Outcome.
  void AddError(absl::StatusCode code, std::string_view message);
  void Note(const absl::Status& status);

  CallSlot* const slot_;
  const PluginRequest& request_;
  PluginAnswer* const answer_;
  const HandsBack hands_back_;
  bool options_read_ = false;
  std::map<std::string, std::string, std::less<>> options_;
  // Told last, by the plugin or to it.
  std::optional<std::string> reason_;
  bool out_of_memory_ = false;    // something that was handed back is lost
  bool reason_is_error_ = false;  // it went to the answer's errors as well
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_CALL_H_
