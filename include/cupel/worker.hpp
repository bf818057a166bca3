/// @file worker.hpp
/// @brief worker.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_WORKER_HPP_
#define CUPEL_WORKER_HPP_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/plugin_use.hpp"
#include "cupel/registry.hpp"
#include "cupel/worker.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Told one line of the log; from any thread. What it throws is lost.
using WorkerLogFn = std::function<void(LogLevel level, std::string_view line)>;

/// What a worker is made from.
struct WorkerOptions {
  std::string_view config = {};               ///< TOML: docs/worker.md.
  std::string_view config_name = {};          ///< What errors call it.
  std::vector<std::string> environment = {};  ///< "NAME=value"; secrets.
  WorkerLogFn log = {};                       ///< May be empty.
};

namespace internal {

/// The C options over those of C++, which must outlive them.
class WorkerOptionsC {
 public:
  explicit WorkerOptionsC(const WorkerOptions& options) {
    for (const std::string& variable : options.environment) {
      environment_.push_back(View(variable));
    }
    c_.config = View(options.config);
    c_.config_name = View(options.config_name);
    c_.environment = environment_.data();
    c_.environment_count = environment_.size();
    if (!options.log) return;
    c_.log = [](void* data, cupel_log_level level, cupel_view line) {
      Quietly([&] {
        (*static_cast<const WorkerLogFn*>(data))(static_cast<LogLevel>(level),
                                                 Text(line));
      });
    };
    c_.log_data = const_cast<WorkerLogFn*>(&options.log);
  }
  cupel_worker_options* get() { return &c_; }

 private:
  std::vector<cupel_view> environment_;
  cupel_worker_options c_ = CUPEL_WORKER_OPTIONS_INIT;
};

}  // namespace internal

/// Takes jobs and has them run, each in a process of its own. It runs once.
///
/// Threads: any function from any thread; threads and processes are started
/// inside Run only. Lifetime: must not go before Run has returned.
///
///     cupel::WorkerOptions options;
///     options.config = toml;
///     cupel::Worker worker(std::move(options));
///     worker.Run(&cancel);
class Worker : public internal::Owner<cupel_worker, cupel_worker_free> {
 public:
  /// Opens what the jobs come from. Fails with all that is wrong with the
  /// configuration.
  explicit Worker(WorkerOptions options = {})
      : options_(std::make_unique<WorkerOptions>(std::move(options))) {
    internal::WorkerOptionsC c(*options_);
    Make(cupel_worker_new, c.get());
    options_->environment.clear();
  }

  /// What it would do, or what is wrong: sets *ok. As text for people, or as
  /// JSON.
  static Buffer Check(const WorkerOptions& options, bool text, bool* ok,
                      const Cancel* cancel = nullptr) {
    internal::WorkerOptionsC c(options);
    int32_t good = 0;
    Buffer said = Buffer::Of(cupel_worker_check, c.get(),
                             text ? uint32_t{CUPEL_WORKER_CHECK_TEXT} : 0U,
                             internal::OrNull(cancel), &good);
    *ok = good != 0;
    return said;
  }

  /// Works until it is drained or stopped. Blocks. `cancel`, which stops it,
  /// may be null.
  void Run(const Cancel* cancel = nullptr) const {
    Do(cupel_worker_run, internal::OrNull(cancel));
  }
  /// Takes no more jobs, ends those that run; Run returns then.
  void Drain() const { Do(cupel_worker_drain); }
  /// The same, and makes those that run end and gives them back.
  void Stop() const { Do(cupel_worker_stop); }
  /// Has rules and plugins read again before the next jobs.
  void Reload() const { Do(cupel_worker_reload); }

  /// ADDRESS:PORT where the host is to listen for Http; empty: nowhere.
  std::string_view listen() const noexcept {
    return Text(cupel_worker_listen(get()));
  }
  /// Answers GET and HEAD of its pages: docs/worker.md.
  HttpResponse Http(std::string_view method, std::string_view path) const {
    cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
    request.method = View(method);
    request.path = View(path);
    cupel_http_response* response = nullptr;
    Do(cupel_worker_http, &request, &response);
    return HttpResponse(response);
  }
  /// What /status.json says.
  Buffer StatusJson() const {
    return Buffer::Of(cupel_worker_status_json, get());
  }

 private:
  std::unique_ptr<WorkerOptions> options_;  // the log's, where it stays
};

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_WORKER_HPP_
