// The plugins of one thread: activated when they are first called, and kept.
#ifndef CUPEL_PIPELINE_PLUGIN_THREAD_H_
#define CUPEL_PIPELINE_PLUGIN_THREAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "pipeline/plugin_roster.h"
#include "plugin/heartbeat.h"
#include "plugin/plugin.h"
#include "rules/scratch.h"

namespace cupel {

// A plugin that was activated, for one thread or for all.
struct ActivePlugin {
  std::shared_ptr<PluginInstance> instance;
  // Held while it is being connected: the other threads wait to save.
  Mutex connecting;
  bool connected ABSL_GUARDED_BY(connecting) = false;
};

// What the threads of a scan share: plugins that may be entered by several at
// once, and which could not be activated. Thread-safe.
class SharedPlugins {
 public:
  explicit SharedPlugins(const PluginRoster& roster);

  // The instance that all threads use, or a new one for the caller alone.
  // `cancel` ends the wait for its process; the next one tries again.
  absl::StatusOr<std::shared_ptr<ActivePlugin>> Get(uint32_t index,
                                                    Cancel* cancel);
  // Starts heartbeats of what is activated now or later, until null is given.
  void SetHeartbeats(Heartbeats* heartbeats);
  // Calls `visit` for every instance that is activated.
  template <typename Visitor>
  void ForEach(Visitor&& visit) {
    MutexLock lock(mutex_);
    for (const Made& made : made_) visit(made.index, *made.instance);
  }

 private:
  struct Made {
    uint32_t index;
    std::shared_ptr<PluginInstance> instance;
  };
  absl::StatusOr<std::shared_ptr<ActivePlugin>> Activate(uint32_t index,
                                                         Cancel* cancel)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const PluginRoster& roster_;
  std::vector<std::unique_ptr<PluginServices>> services_;  // by index
  Mutex mutex_;
  std::vector<std::shared_ptr<ActivePlugin>> reentrant_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> failures_ ABSL_GUARDED_BY(mutex_);
  std::vector<Made> made_ ABSL_GUARDED_BY(mutex_);
  Heartbeats* heartbeats_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

// One thread at a time, which may be another one each time.
class PluginThread {
 public:
  // `dispatch`: over the rules that dispatch; null if there are none. Borrows
  // the roster and what is shared.
  PluginThread(const PluginRoster& roster, SharedPlugins& shared,
               std::unique_ptr<Scratch> dispatch);

  const PluginRoster& roster() const { return roster_; }
  Scratch* dispatch() { return dispatch_.get(); }

  // One call, with its services and what comes before it: the label, the rate
  // limit, activation, which `request.options` are replaced by if they are
  // empty. kPermissionDenied: not let near it because of its label.
  absl::Status Call(uint32_t index, PluginRequest request,
                    PluginAnswer* answer);

  // Comes before each save: connects the plugin, unless it is connected, with
  // the label, the time and the cancel of `request`, which stays as it is.
  absl::Status Connect(uint32_t index, const PluginRequest& request,
                       PluginAnswer* answer);
  // Disconnects what is connected, of what all threads share too. There is no
  // report any more that could tell what goes wrong; the log has it.
  void Disconnect();

  // What calls of each plugin took since the last time, by index; what one
  // calls counts for both.
  std::vector<uint64_t> TakeNanos();

 private:
  absl::Status CheckLabel(uint32_t index, std::string_view tlp) const;
  absl::StatusOr<ActivePlugin*> Active(uint32_t index, Cancel* cancel);
  absl::Status Nested(const PluginRequest& outer, const PluginName& name,
                      std::string_view bytes, std::string_view options,
                      PluginAnswer* answer);

  const PluginRoster& roster_;
  SharedPlugins& shared_;
  const std::unique_ptr<Scratch> dispatch_;
  std::vector<std::shared_ptr<ActivePlugin>> active_;  // by index; may be null
  std::vector<bool> entered_;
  std::vector<uint64_t> nanos_;  // by index
  uint32_t nesting_ = 0;         // calls inside of calls
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_THREAD_H_
