// worker.hpp: worker.h for C++17. Comes with cupel.hpp.
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

// Told one line of the log; from any thread. Must not throw.
using WorkerLogFn = std::function<void(LogLevel level, std::string_view line)>;

struct WorkerOptions {
  std::string_view config = {};               // TOML
  std::string_view config_name = {};          // what errors call it
  std::vector<std::string> environment = {};  // "NAME=value"
  WorkerLogFn log = {};
};

namespace internal {

// The C options over those of C++, which must outlive them.
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
      (*static_cast<const WorkerLogFn*>(data))(static_cast<LogLevel>(level),
                                               Text(line));
    };
    c_.log_data = const_cast<WorkerLogFn*>(&options.log);
  }
  cupel_worker_options* get() { return &c_; }

 private:
  std::vector<cupel_view> environment_;
  cupel_worker_options c_ = CUPEL_WORKER_OPTIONS_INIT;
};

}  // namespace internal

// Takes jobs and has them run. Thread-safe; Run once.
class Worker : public internal::Owner<cupel_worker, cupel_worker_free> {
 public:
  explicit Worker(WorkerOptions options = {})
      : options_(std::make_unique<WorkerOptions>(std::move(options))) {
    internal::WorkerOptionsC c(*options_);
    Make(cupel_worker_new, c.get());
    options_->environment.clear();
  }

  // What it would do, or what is wrong: sets *ok.
  static Buffer Check(const WorkerOptions& options, bool text, bool* ok,
                      const Cancel* cancel = nullptr) {
    internal::WorkerOptionsC c(options);
    int32_t good = 0;
    Buffer said(cupel_worker_check, c.get(),
                text ? uint32_t{CUPEL_WORKER_CHECK_TEXT} : 0U,
                cancel == nullptr ? nullptr : cancel->get(), &good);
    *ok = good != 0;
    return said;
  }

  void Run(const Cancel* cancel = nullptr) const {
    Do(cupel_worker_run, cancel == nullptr ? nullptr : cancel->get());
  }
  void Drain() const { Do(cupel_worker_drain); }
  void Stop() const { Do(cupel_worker_stop); }
  void Reload() const { Do(cupel_worker_reload); }

  std::string_view listen() const noexcept {
    return Text(cupel_worker_listen(get()));
  }
  HttpResponse Http(std::string_view method, std::string_view path) const {
    cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
    request.method = View(method);
    request.path = View(path);
    cupel_http_response* response = nullptr;
    Do(cupel_worker_http, &request, &response);
    return HttpResponse(response);
  }
  Buffer StatusJson() const { return Buffer(cupel_worker_status_json, get()); }

 private:
  std::unique_ptr<WorkerOptions> options_;  // the log's, where it stays
};

}  // namespace cupel

#endif  // CUPEL_WORKER_HPP_
