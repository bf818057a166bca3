// What a plugin of the C interface is handed for one call: the struct, and the
// functions of the host behind it.
#ifndef CUPEL_PLUGIN_CALL_H_
#define CUPEL_PLUGIN_CALL_H_

#include <map>
#include <string>

#include "cupel/plugin.h"
#include "plugin/plugin.h"

namespace cupel {

// Everything is borrowed. One thread at a time, but for what cupel_host_v1
// says.
class HostCall {
 public:
  HostCall(void* state, const PluginRequest& request, PluginAnswer* answer);
  HostCall(const HostCall&) = delete;
  HostCall& operator=(const HostCall&) = delete;

  cupel_call* call() { return &call_; }
  // The status that a method returned, with the reason it told.
  absl::Status Outcome(cupel_status code) const;

 private:
  friend struct HostFunctions;

  // A slice if they lie in the payload, else a copy.
  void TakeBytes(cupel_view bytes, PluginChild* child);

  cupel_call call_{};
  const PluginRequest& request_;
  PluginAnswer* const answer_;
  bool options_read_ = false;
  std::map<std::string, std::string, std::less<>> options_;
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_CALL_H_
