// Posts reports to a URL; with a spool, what can't be delivered waits on disk.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "builtin/activate.h"
#include "builtin/call.h"
#include "builtin/connector/http_post.h"
#include "builtin/connector/save_call.h"
#include "builtin/files/folder.h"
#include "builtin/tables.h"
#include "crypto/digest.h"
#include "format/escape.h"
#include "queue/outbox.h"

namespace cupel {
namespace {

constexpr uint64_t kNanosPerMs = 1'000'000;
constexpr size_t kMostSecret = 4096;
constexpr size_t kLeastSecret = 16;
// How often a call is asked whether it should end.
constexpr auto kLook = std::chrono::milliseconds(20);
// With 5 retries the last one comes after half a minute.
constexpr uint64_t kLongestBackoffMs = 60'000;

struct HttpConnector {
  std::unique_ptr<HttpPoster> poster;
  std::string destination;               // in the spool
  std::unique_ptr<queue::Outbox> spool;  // null: none
  uint32_t retries = 0;
  uint64_t backoff_ms = 0;
  uint64_t flush_ms = 0;
  // Until then the receiver wants to be left alone; on MonotonicNanos.
  std::atomic<int64_t> not_before{0};
};

// A Cancel that is triggered when the host says that a call should end, or its
// time is over. Needs a thread, because the host can only be asked.
class CallCancel {
 public:
  explicit CallCancel(const PluginCall& call, const Deadline& deadline = {})
      : call_(call), deadline_(deadline), thread_([this] { Watch(); }) {}
  ~CallCancel() {
    {
      const MutexLock lock(mutex_);
      over_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }
  CallCancel(const CallCancel&) = delete;
  CallCancel& operator=(const CallCancel&) = delete;

  Cancel* get() { return &cancel_; }

  // OK when the time is over, CANCELLED before.
  absl::Status Sleep(uint64_t ms) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    const MutexLock lock(mutex_);
    while (!cancel_.triggered()) {
      if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) {
        return absl::OkStatus();
      }
    }
    return Cancelled("stopped before it was delivered");
  }

 private:
  void Watch() {
    const MutexLock lock(mutex_);
    while (!over_ && !cancel_.triggered()) {
      if (call_.cancelled() || deadline_.passed()) {
        cancel_.Trigger();
        changed_.notify_all();
        return;
      }
      changed_.wait_for(mutex_, kLook);
    }
  }

  const PluginCall& call_;
  const Deadline deadline_;
  Cancel cancel_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// A secret is named, never given: options may stand in reports and in what
// others see of a process.
absl::StatusOr<Secret> ReadSecret(PluginCall& call) {
  CUPEL_ASSIGN_OR_RETURN(const std::string file, call.Text("secret_file"));
  CUPEL_ASSIGN_OR_RETURN(const std::string variable,
                         call.Text("secret_variable"));
  CUPEL_ASSIGN_OR_RETURN(const bool sign, call.Bool("sign"));
  if (!sign) return Secret();
  if (file.empty() == variable.empty()) {
    return call.Wrong("secret_file",
                      "name the file that has the secret, or, with "
                      "`secret_variable` instead, the environment variable; or "
                      "say `sign` false");
  }
  std::string text;
  if (!variable.empty()) {
    const char* const value = std::getenv(variable.c_str());
    if (value == nullptr) {
      return call.Wrong("secret_variable", "there is no such variable");
    }
    text = value;
  } else {
    const size_t slash = file.rfind('/');
    CUPEL_ASSIGN_OR_RETURN(
        const Folder folder,
        Folder::Open(slash == std::string::npos
                         ? "."
                         : file.substr(0, std::max<size_t>(slash, 1)),
                     false));
    CUPEL_ASSIGN_OR_RETURN(
        text,
        folder.Read(slash == std::string::npos ? file : file.substr(slash + 1),
                    kMostSecret + 1));
  }
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (text.size() < kLeastSecret || text.size() > kMostSecret) {
    return call.Wrong(
        variable.empty() ? "secret_file" : "secret_variable",
        fmt::format("a secret has {} to {} bytes", kLeastSecret, kMostSecret));
  }
  Secret secret(text);
  explicit_bzero(text.data(), text.size());
  return secret;
}

// What a URL has that is not shown (a user, a query, a long end) tells
// receivers apart as well: those that share a spool must not get each other's
// reports.
std::string DestinationOf(std::string_view shown, std::string_view url) {
  return fmt::format("{}#{}", shown, HexDigest(Sha256(url)).substr(0, 16));
}

absl::StatusOr<std::unique_ptr<HttpConnector>> Make(PluginCall& call) {
  HttpPostOptions options;
  CUPEL_ASSIGN_OR_RETURN(options.url, call.Text("url"));
  CUPEL_ASSIGN_OR_RETURN(options.ca_file, call.Text("ca_file"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t timeout,
                         call.Integer("timeout_ms", 1, 3'600'000));
  CUPEL_ASSIGN_OR_RETURN(const int64_t retries,
                         call.Integer("retries", 0, 100));
  CUPEL_ASSIGN_OR_RETURN(const int64_t backoff,
                         call.Integer("backoff_ms", 1, 60'000));
  CUPEL_ASSIGN_OR_RETURN(const int64_t flush,
                         call.Integer("flush_ms", 0, 3'600'000));
  CUPEL_ASSIGN_OR_RETURN(const std::string spool, call.Text("spool"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t most,
                         call.Integer("spool_bytes", 1, int64_t{1} << 50));
  if (!options.url.starts_with("https://") &&
      !options.url.starts_with("http://")) {
    return call.Wrong("url", "name one, with http:// or https://");
  }
  options.timeout_ms = static_cast<uint64_t>(timeout);
  CUPEL_ASSIGN_OR_RETURN(Secret secret, ReadSecret(call));
  auto made = std::make_unique<HttpConnector>();
  CUPEL_ASSIGN_OR_RETURN(made->poster,
                         HttpPoster::New(options, std::move(secret)));
  made->destination = DestinationOf(made->poster->shown(), options.url);
  made->retries = static_cast<uint32_t>(retries);
  made->backoff_ms = static_cast<uint64_t>(backoff);
  made->flush_ms = static_cast<uint64_t>(flush);
  if (!spool.empty()) {
    CUPEL_ASSIGN_OR_RETURN(
        made->spool,
        queue::Outbox::Open(spool, {.max_bytes = static_cast<uint64_t>(most),
                                    .backoff_micros = backoff * 1000}));
  }
  return made;
}

// Delivers what waits, in order. What is left is no error: it is on disk.
absl::Status Pump(PluginCall& call, HttpConnector& connector,
                  const Deadline& deadline) {
  if (MonotonicNanos() < connector.not_before) return absl::OkStatus();
  CallCancel cancel(call, deadline);
  const auto pumped = connector.spool->Pump(
      connector.destination,
      [&](const queue::OutboxEntry& entry, uint32_t) {
        const Posted posted =
            connector.poster->Post(entry.body, entry.key, cancel.get());
        if (posted.kind == Posted::Kind::kTaken) {
          return queue::Delivery{.kind = queue::Delivery::Kind::kDelivered,
                                 .reason = ""};
        }
        if (posted.kind == Posted::Kind::kRefused) call.Error(posted.status);
        connector.not_before =
            MonotonicNanos() +
            static_cast<int64_t>(posted.wait_ms * kNanosPerMs);
        return queue::Delivery{.kind = posted.kind == Posted::Kind::kRefused
                                           ? queue::Delivery::Kind::kRefused
                                           : queue::Delivery::Kind::kLater,
                               .reason = std::string(MessageOf(posted.status))};
      },
      cancel.get());
  if (pumped.status().code() == absl::StatusCode::kCancelled &&
      deadline.passed()) {
    return absl::OkStatus();
  }
  CUPEL_RETURN_IF_ERROR(pumped.status());
  if (pumped->left > 0) {
    call.Log(CUPEL_LOG_WARNING,
             fmt::format("{} documents wait for {}: {}", pumped->left,
                         connector.poster->shown(),
                         EscapePrintable(pumped->reason)));
  }
  return absl::OkStatus();
}

absl::Status SendNow(PluginCall& call, const HttpConnector& connector,
                     std::string_view body, std::string_view key) {
  CallCancel cancel(call);
  uint64_t backoff = connector.backoff_ms;
  for (uint32_t attempt = 0;; ++attempt) {
    const Posted posted = connector.poster->Post(body, key, cancel.get());
    if (posted.kind == Posted::Kind::kTaken) return absl::OkStatus();
    if (posted.kind == Posted::Kind::kRefused || cancel.get()->triggered()) {
      return posted.status;
    }
    if (attempt >= connector.retries) {
      return MakeStatus(posted.status.code(),
                        "{} (tried {} times; with `spool` it would wait on "
                        "disk)",
                        MessageOf(posted.status), attempt + 1);
    }
    CUPEL_RETURN_IF_ERROR(cancel.Sleep(std::max(backoff, posted.wait_ms)));
    backoff = std::min(backoff * 2, kLongestBackoffMs);
  }
}

absl::Status Save(PluginCall& call) {
  CUPEL_RETURN_IF_ERROR(CheckSave(call));
  if (SavesPayload(call)) {
    return InvalidArgument(
        "{}: payloads are not posted; keep them with connector:archive",
        call.plugin());
  }
  auto& connector = call.state<HttpConnector>();
  const std::string key = HexDigest(Sha256(call.document()));
  if (connector.spool == nullptr) {
    CUPEL_RETURN_IF_ERROR(SendNow(call, connector, call.document(), key));
    return TellWhere(call, key);
  }
  CUPEL_RETURN_IF_ERROR(connector.spool
                            ->Put({.destination = connector.destination,
                                   .key = key,
                                   .type = "report",
                                   .body = std::string(call.document())})
                            .status());
  return TellWhere(call, key);
}

absl::Status Heartbeat(PluginCall& call) {
  auto& connector = call.state<HttpConnector>();
  if (connector.spool == nullptr) return absl::OkStatus();
  return Pump(call, connector, Deadline());
}

absl::Status Disconnect(PluginCall& call) {
  auto& connector = call.state<HttpConnector>();
  if (connector.spool == nullptr || connector.flush_ms == 0) {
    return absl::OkStatus();
  }
  return Pump(call, connector,
              Deadline::After(connector.flush_ms * kNanosPerMs));
}

}  // namespace

const cupel_plugin_v1 kHttpConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_NETWORK | CUPEL_NEEDS_FILES,
    .name = "http",
    .version = "1.0",
    .description = "Posts reports to a URL, signed, and keeps them meanwhile",
    .options = R"({"url": "", "secret_file": "", "secret_variable": "",
                   "sign": true, "ca_file": "", "timeout_ms": 30000,
                   "retries": 5, "backoff_ms": 500, "spool": "",
                   "spool_bytes": 1073741824, "flush_ms": 5000})",
    .heartbeat_ns = 1'000'000'000,
    .activate = Activate<kHttpConnector, HttpConnector, Make>,
    .deactivate = Deactivate<HttpConnector>,
    .heartbeat = Enter<kHttpConnector, Heartbeat>,
    .save = Enter<kHttpConnector, Save>,
    .disconnect = Enter<kHttpConnector, Disconnect>};

}  // namespace cupel
