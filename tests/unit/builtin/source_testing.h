// Running sources, and keeping what they bring.
#ifndef CUPEL_TESTS_UNIT_BUILTIN_SOURCE_TESTING_H_
#define CUPEL_TESTS_UNIT_BUILTIN_SOURCE_TESTING_H_

#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "budget/cancel.h"
#include "endpoint_testing.h"

namespace cupel {

// The host's side of a source. Thread-safe.
class Items {
 public:
  // `answer`, if given, is asked about each item, and may wait.
  using Answer = std::function<absl::Status(const PluginItem&)>;
  explicit Items(Answer answer = {}) : answer_(std::move(answer)) {
    services_.item = [this](PluginItem item) {
      const absl::Status status = answer_ ? answer_(item) : absl::OkStatus();
      const MutexLock lock(mutex_);
      ++counts_[item.path];
      // Only when it helps: tests bring thousands of items.
      const bool wanted =
          item.path == wanted_path_ || items_.size() + 1 == wanted_count_;
      items_.push_back(std::move(item));
      if (wanted) changed_.notify_all();
      return status;
    };
    services_.log = [this](LogLevel, std::string_view text) {
      const MutexLock lock(mutex_);
      log_.emplace_back(text);
    };
  }

  const PluginServices* services() const { return &services_; }
  std::vector<PluginItem> all() {
    const MutexLock lock(mutex_);
    return items_;
  }
  std::vector<std::string> Paths() {
    std::vector<std::string> paths;
    for (const PluginItem& item : all()) paths.push_back(item.path);
    return paths;
  }
  std::vector<std::string> log() {
    const MutexLock lock(mutex_);
    return log_;
  }
  // How often each path came.
  std::map<std::string, int> Counts() {
    const MutexLock lock(mutex_);
    return counts_;
  }
  void WaitFor(const std::string& path, int count = 1) {
    const MutexLock lock(mutex_);
    wanted_path_ = path;
    while (counts_[path] < count) changed_.wait(mutex_);
  }
  void WaitForCount(size_t count) {
    const MutexLock lock(mutex_);
    wanted_count_ = count;
    while (items_.size() < count) changed_.wait(mutex_);
  }

 private:
  const Answer answer_;
  PluginServices services_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<PluginItem> items_;
  std::map<std::string, int> counts_;
  std::string wanted_path_;
  size_t wanted_count_ = 0;
  std::vector<std::string> log_;
};

inline PluginRun Ingest(const cupel_plugin_v1& table, Items& items,
                        std::string_view options, Cancel* cancel = nullptr) {
  PluginUnderTest plugin(table, options, items.services());
  PluginRequest request;
  request.method = PluginMethod::kIngest;
  request.cancel = cancel;
  return plugin.Call("", request);
}

// A source on a thread of its own, until Stop.
class RunningSource {
 public:
  RunningSource(const cupel_plugin_v1& table, Items& items, std::string options)
      : thread_([this, &table, &items, options = std::move(options)] {
          run_ = Ingest(table, items, options, &cancel_);
        }) {}
  ~RunningSource() { Stop(); }

  PluginRun Stop() {
    cancel_.Trigger();
    return Join();
  }
  // For one that ends by itself.
  PluginRun Join() {
    if (thread_.joinable()) thread_.join();
    return run_;
  }

 private:
  Cancel cancel_;
  PluginRun run_;
  std::thread thread_;
};

// Standard input is a pipe for as long as it lives.
class StdinPipe {
 public:
  StdinPipe() : before_(dup(STDIN_FILENO)) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    end_ = ends[1];
  }
  ~StdinPipe() {
    Close();
    // There may have been none.
    if (before_ >= 0) {
      dup2(before_, STDIN_FILENO);
      close(before_);
    }
  }
  StdinPipe(const StdinPipe&) = delete;

  void Write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = write(end_, bytes.data(), bytes.size());
      ASSERT_GT(written, 0);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }
  void Close() {
    if (end_ >= 0) close(end_);
    end_ = -1;
  }

 private:
  const int before_;
  int end_ = -1;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_BUILTIN_SOURCE_TESTING_H_
