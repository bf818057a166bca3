// OpenKAT's services as far as a test needs them: a client that answers itself,
// and a spool in memory.
#ifndef CUPEL_TESTS_WORKER_OPENKAT_TESTING_H_
#define CUPEL_TESTS_WORKER_OPENKAT_TESTING_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "http/client.h"
#include "queue/outbox.h"

namespace cupel::worker {

inline http::Response Reply(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// Answers by "METHOD http://host/path", without the query. What nobody has told
// it about is a 404.
class FakeClient : public http::Client {
 public:
  using Handler =
      std::function<absl::StatusOr<http::Response>(const http::Request&)>;

  void On(std::string line, Handler handler) {
    const MutexLock lock(mutex_);
    handlers_[std::move(line)] = std::move(handler);
  }
  void On(std::string line, int status, std::string body) {
    On(std::move(line),
       [status, body](const http::Request&) { return Reply(status, body); });
  }
  // What came, "METHOD url", in order.
  std::vector<std::string> seen() const {
    const MutexLock lock(mutex_);
    return seen_;
  }
  // The bodies of what came by this line.
  std::vector<std::string> bodies(const std::string& line) const {
    const MutexLock lock(mutex_);
    const auto found = bodies_.find(line);
    return found == bodies_.end() ? std::vector<std::string>() : found->second;
  }

  absl::StatusOr<http::Response> Send(const http::Request& request,
                                      Cancel* cancel) override {
    if (cancel != nullptr && cancel->triggered()) return Cancelled("cancelled");
    const std::string line =
        request.method + " " + request.url.substr(0, request.url.find('?'));
    Handler handler;
    {
      const MutexLock lock(mutex_);
      seen_.push_back(request.method + " " + request.url);
      bodies_[line].push_back(request.body);
      const auto found = handlers_.find(line);
      if (found != handlers_.end()) handler = found->second;
    }
    if (!handler) return Reply(404, R"({"detail":"Not Found"})");
    auto reply = handler(request);
    // As the real one: who was cancelled meanwhile gets no answer.
    if (cancel != nullptr && cancel->triggered()) return Cancelled("cancelled");
    return reply;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, Handler> handlers_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> seen_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, std::vector<std::string>> bodies_
      ABSL_GUARDED_BY(mutex_);
};

// Passes on to one that the test keeps.
class BorrowedClient : public http::Client {
 public:
  explicit BorrowedClient(http::Client* client) : client_(client) {}
  absl::StatusOr<http::Response> Send(const http::Request& request,
                                      Cancel* cancel) override {
    return client_->Send(request, cancel);
  }

 private:
  http::Client* const client_;
};

// Entries of each destination in order; all of them are always due.
class MemoryOutbox : public queue::Outbox {
 public:
  absl::StatusOr<bool> Put(const queue::OutboxEntry& entry) override {
    const MutexLock lock(mutex_);
    waiting_[entry.destination].entries.push_back(entry);
    return true;
  }
  absl::StatusOr<queue::PumpResult> Pump(std::string_view destination,
                                         const queue::Deliver& deliver, Cancel*,
                                         bool) override {
    queue::PumpResult result;
    while (true) {
      queue::OutboxEntry entry;
      uint32_t attempt = 0;
      {
        const MutexLock lock(mutex_);
        Waiting& waiting = waiting_[std::string(destination)];
        result.left = waiting.entries.size();
        if (waiting.entries.empty()) return result;
        entry = waiting.entries.front();
        attempt = ++waiting.attempts;
      }
      const queue::Delivery done = deliver(entry, attempt);
      if (done.kind == queue::Delivery::Kind::kLater) {
        result.next_micros = 1;  // long ago: at once
        return result;
      }
      const MutexLock lock(mutex_);
      Waiting& waiting = waiting_[std::string(destination)];
      waiting.entries.pop_front();
      waiting.attempts = 0;
      ++result.delivered;
    }
  }
  absl::StatusOr<std::vector<std::string>> Destinations() override {
    const MutexLock lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, waiting] : waiting_) {
      if (!waiting.entries.empty()) names.push_back(name);
    }
    return names;
  }
  absl::StatusOr<queue::OutboxStats> Stats(
      std::string_view destination) override {
    queue::OutboxStats stats;
    const MutexLock lock(mutex_);
    stats.entries = waiting_[std::string(destination)].entries.size();
    return stats;
  }
  absl::StatusOr<std::vector<queue::RefusedEntry>> Refused(std::string_view,
                                                           uint32_t) override {
    return std::vector<queue::RefusedEntry>();
  }
  absl::StatusOr<uint64_t> DropRefused(std::string_view) override { return 0; }

 private:
  struct Waiting {
    std::deque<queue::OutboxEntry> entries;
    uint32_t attempts = 0;  // of the first
  };
  Mutex mutex_;
  std::map<std::string, Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::worker

#endif  // CUPEL_TESTS_WORKER_OPENKAT_TESTING_H_
