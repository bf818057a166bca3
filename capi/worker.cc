// cupel_worker: jobs, run.
#include "engine/worker.h"

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/http.h"
#include "capi/structs.h"
#include "cupel/cupel.h"

namespace {

using cupel::WorkerSetup;
using cupel::capi::Callbacks;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::TextOf;

static_assert(CUPEL_LOG_DEBUG ==
                  static_cast<int>(cupel::worker::LogLevel::kDebug) &&
              CUPEL_LOG_ERROR ==
                  static_cast<int>(cupel::worker::LogLevel::kError));

// Values of variables must not stay behind.
class WipedSetup {
 public:
  ~WipedSetup() {
    for (auto& [name, value] : setup.environment) {
      cupel::Wipe(value.data(), value.size());
    }
  }
  WorkerSetup setup;
};

absl::Status ReadVariables(const cupel_worker_options& o, WorkerSetup* to) {
  CUPEL_ASSIGN_OR_RETURN(
      const std::span<const cupel_view> variables,
      cupel::capi::ListOf(o.environment, o.environment_count, "environment"));
  for (size_t i = 0; i < variables.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(
        const std::string_view text,
        cupel::capi::BytesOf(variables[i], fmt::format("environment[{}]", i)));
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string_view::npos) {
      return cupel::InvalidArgument(
          "environment[{}] is not of the form NAME=value", i);
    }
    to->environment.emplace_back(text.substr(0, equals),
                                 text.substr(equals + 1));
  }
  return absl::OkStatus();
}

// `callbacks` gets what the log throws, as long as the worker lives.
absl::Status ReadOptions(const cupel_worker_options* options,
                         std::shared_ptr<Callbacks> callbacks,
                         WorkerSetup* to) {
  cupel_worker_options o = CUPEL_WORKER_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_worker_options"));
  CUPEL_ASSIGN_OR_RETURN(to->toml, TextOf(o.config, "config"));
  CUPEL_ASSIGN_OR_RETURN(std::string name,
                         TextOf(o.config_name, "config_name"));
  if (!name.empty()) to->toml_name = std::move(name);
  CUPEL_RETURN_IF_ERROR(ReadVariables(o, to));
  if (o.log != nullptr) {
    to->log = [call = o.log, data = o.log_data,
               callbacks = std::move(callbacks)](cupel::worker::LogLevel level,
                                                 std::string_view line) {
      callbacks->Run([&] {
        call(data, static_cast<cupel_log_level>(level),
             cupel::capi::ToView(line));
        return 0;
      });
    };
  }
  return absl::OkStatus();
}

// The worker, of which the caller gets a share.
absl::StatusOr<std::shared_ptr<cupel::Worker>> WorkerOf(
    const cupel_worker* worker) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(worker, "worker"));
  return worker->worker;
}

}  // namespace

extern "C" {

cupel_status cupel_worker_new(const cupel_worker_options* options,
                              cupel_worker** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    WipedSetup read;
    auto handle = std::make_unique<cupel_worker>();
    handle->callbacks = std::make_shared<Callbacks>();
    CUPEL_RETURN_IF_ERROR(ReadOptions(options, handle->callbacks, &read.setup));
    CUPEL_ASSIGN_OR_RETURN(handle->worker, cupel::Worker::New(read.setup));
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_worker_free(cupel_worker* worker) { cupel::capi::Free(worker); }

cupel_status cupel_worker_check(const cupel_worker_options* options,
                                uint32_t flags, cupel_cancel* cancel,
                                int32_t* ok, cupel_buffer** out,
                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(
        cupel::capi::CheckFlags(flags, CUPEL_WORKER_CHECK_TEXT, "flags"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    WipedSetup read;
    const auto callbacks = std::make_shared<Callbacks>();
    CUPEL_RETURN_IF_ERROR(ReadOptions(options, callbacks, &read.setup));
    bool good = false;
    std::string said = cupel::CheckWorker(
        read.setup, (flags & CUPEL_WORKER_CHECK_TEXT) != 0, token.get(), &good);
    CUPEL_RETURN_IF_ERROR(callbacks->TakeFailure());
    if (token != nullptr && token->triggered()) {
      return cupel::Cancelled("the check was cancelled");
    }
    if (ok != nullptr) *ok = good ? 1 : 0;
    *out = new cupel_buffer(std::move(said));
    return absl::OkStatus();
  });
}

cupel_status cupel_worker_run(cupel_worker* worker, cupel_cancel* cancel,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    const auto callbacks = worker->callbacks;
    const absl::Status status = shared->Run(token.get());
    CUPEL_RETURN_IF_ERROR(callbacks->TakeFailure());
    return status;
  });
}

cupel_status cupel_worker_drain(cupel_worker* worker, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    shared->Drain();
    return absl::OkStatus();
  });
}

cupel_status cupel_worker_stop(cupel_worker* worker, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    shared->Stop();
    return absl::OkStatus();
  });
}

cupel_status cupel_worker_reload(cupel_worker* worker, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    shared->Reload();
    return absl::OkStatus();
  });
}

cupel_view cupel_worker_listen(const cupel_worker* worker) {
  if (cupel::capi::Alive(worker) == nullptr) return cupel::capi::EmptyView();
  return cupel::capi::ToView(worker->worker->listen());
}

cupel_status cupel_worker_http(cupel_worker* worker,
                               const cupel_http_request* request,
                               cupel_http_response** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    CUPEL_ASSIGN_OR_RETURN(const cupel::RestRequest asked,
                           cupel::capi::HttpRequestOf(request));
    auto handle = std::make_unique<cupel_http_response>();
    handle->response = std::make_shared<const cupel::RestResponse>(
        shared->Http(asked.method, asked.path));
    *out = handle.release();
    return absl::OkStatus();
  });
}

cupel_status cupel_worker_status_json(cupel_worker* worker, cupel_buffer** out,
                                      cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const auto shared, WorkerOf(worker));
    *out = new cupel_buffer(shared->StatusJson());
    return absl::OkStatus();
  });
}

}  // extern "C"
