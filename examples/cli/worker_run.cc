#include "worker_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>

#include "console.h"
#include "exit_code.h"
#include "http_server.h"
#include "signals.h"
#include "text_input.h"

namespace cli {
namespace {

// The status page and what goes with it, as long as it lives.
class StatusServer {
 public:
  explicit StatusServer(const cupel::Worker& worker) {
    if (worker.listen().empty()) return;
    HttpServerOptions options;
    options.listen = ListenAddress::Parse(std::string(worker.listen()));
    options.threads = 4;
    options.log = false;
    // Who listens beyond this machine wants to be read by others.
    options.any_host = !options.listen.is_loopback();
    server_ = std::make_unique<HttpServer>(
        [&worker](const cupel::HttpRequest& request) {
          return worker.Http(request.method, request.path);
        },
        options, std::nullopt);
    Complain(fmt::format("listening on http://{}",
                         options.listen.Text(server_->port())));
    thread_ = std::thread([this] { server_->Run(); });
  }
  ~StatusServer() {
    if (server_ == nullptr) return;
    server_->Stop();
    thread_.join();
  }
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

 private:
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
};

// Until the worker has ended. The first signal drains, the second stops; for
// the third nothing is waited for any more.
void ObeySignals(const sigset_t& signals, const cupel::Worker& worker) {
  int endings = 0;
  int number = 0;
  while (sigwait(&signals, &number) == 0 && number != SIGUSR2) {
    if (number == SIGHUP) {
      worker.Reload();
      continue;
    }
    ++endings;
    if (endings == 1) {
      worker.Drain();
    } else if (endings == 2) {
      worker.Stop();
    } else {
      _exit(128 + number);
    }
  }
}

}  // namespace

int RunWorker(const WorkerSettings& settings, const std::string& source) {
  std::string config;
  cupel::WorkerOptions options = WorkerOptionsOf(settings, source, &config);
  if (settings.check) {
    bool good = false;
    const cupel::Buffer said =
        cupel::Worker::Check(options, settings.format == "text", &good);
    Print(std::string(said.view()));
    return good ? kExitClean : kExitError;
  }
  options.log = [](cupel::LogLevel, std::string_view line) { Complain(line); };
  const sigset_t signals = TakeServiceSignals();
  const cupel::Worker worker(std::move(options));
  const StatusServer server(worker);
  std::exception_ptr failure;
  std::thread running([&] {
    try {
      worker.Run();
    } catch (...) {
      failure = std::current_exception();
    }
    kill(getpid(), SIGUSR2);
  });
  ObeySignals(signals, worker);
  running.join();
  if (failure != nullptr) std::rethrow_exception(failure);
  return kExitClean;
}

}  // namespace cli
