// Heartbeats: plugins that asked for it are called now and then, beside their
// other calls.
#ifndef CUPEL_PLUGIN_HEARTBEAT_H_
#define CUPEL_PLUGIN_HEARTBEAT_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "budget/cancel.h"
#include "plugin/plugin.h"

namespace cupel {

// One thread, started with the first plugin, that calls each with
// PluginMethod::kHeartbeat when its period is over: from the end of one call to
// the start of the next, the first one period after Add. A call has its period
// as deadline, but at least a second. They come one after the other, so one
// that does not keep its deadline delays the others. Thread-safe.
class Heartbeats {
 public:
  // `log` is called from the thread of the heartbeats; may be empty. A failure
  // is told once, and once more when it changes or is over.
  using Log = std::function<void(LogLevel, std::string_view text)>;
  explicit Heartbeats(Log log);
  ~Heartbeats();
  Heartbeats(const Heartbeats&) = delete;
  Heartbeats& operator=(const Heartbeats&) = delete;

  // Keeps the instance until Stop. Does nothing with a period of 0, or after
  // Stop.
  void Add(const PluginName& name, std::shared_ptr<PluginInstance> instance,
           uint64_t period_ns);
  // Cancels a heartbeat that is under way, waits for it and lets go of the
  // instances. After it there are no more. Any number of times; not from a
  // heartbeat.
  void Stop();

 private:
  struct Beat {
    std::string name;
    std::shared_ptr<PluginInstance> instance;
    int64_t period = 0;
    int64_t due = 0;
    std::string failure;  // that was told last; empty: it works
  };

  void Work();
  // The next one that is due, or null when there will be no more.
  std::shared_ptr<Beat> Next();
  void Call(Beat& beat);
  void Tell(Beat& beat, std::string failure);

  const Log log_;
  Cancel cancel_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::shared_ptr<Beat>> beats_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_HEARTBEAT_H_
