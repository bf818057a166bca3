// The smallest program that is a worker: jobs from a queue, each in a process
// of its own, until SIGTERM or Ctrl-C.
//
//   c++ -std=c++17 worker.cc $(pkg-config --cflags --libs cupel) -o worker
//   ./worker sqlite:jobs.db rules/
#include <signal.h>
#include <unistd.h>

#include <cupel/cupel.hpp>
#include <iostream>
#include <string>
#include <thread>

namespace {

// For this thread to wait for, and for no other.
sigset_t TakeSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR2}) {
    sigaddset(&signals, number);
  }
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Work(const std::string& queue, const std::string& rules) {
  cupel::WorkerOptions options;
  options.environment = {"CUPEL_WORKER_QUEUE_URL=" + queue,
                         "CUPEL_WORKER_RULES_PATHS=" + rules};
  options.log = [](cupel::LogLevel, std::string_view line) {
    std::cerr << std::string(line) + "\n";
  };
  const sigset_t signals = TakeSignals();
  const cupel::Worker worker(options);
  int status = 0;
  std::thread running([&] {
    try {
      worker.Run();
    } catch (const cupel::Error& error) {
      std::cerr << "worker: " << error.what() << '\n';
      status = 1;
    }
    kill(getpid(), SIGUSR2);
  });
  bool draining = false;
  for (int number = 0; sigwait(&signals, &number) == 0;) {
    if (number == SIGUSR2) break;
    if (number == SIGHUP) {
      worker.Reload();
    } else if (draining) {
      worker.Stop();  // gives back what runs
    } else {
      worker.Drain();  // lets it end
      draining = true;
    }
  }
  running.join();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: worker QUEUE RULES\n", 2;
  try {
    return Work(argv[1], argv[2]);
  } catch (const cupel::Error& error) {
    std::cerr << "worker: " << error.what() << '\n';
    return 2;
  }
}
