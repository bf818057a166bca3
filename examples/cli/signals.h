// Ctrl-C and SIGTERM while something long runs, and what a service obeys.
#ifndef CUPEL_EXAMPLES_CLI_SIGNALS_H_
#define CUPEL_EXAMPLES_CLI_SIGNALS_H_

#include <signal.h>

#include <atomic>
#include <thread>

#include "cupel/cupel.hpp"

namespace cli {

// As long as it lives, the first SIGINT or SIGTERM triggers `cancel`, and the
// second ends the program at once with 128 + its number. The signals are taken
// by a thread of its own, because cupel_cancel_trigger must not be called in a
// signal handler. Make it before other threads are. `cancel` must outlive it.
class SignalWatch {
 public:
  explicit SignalWatch(const cupel::Cancel& cancel);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  bool interrupted() const { return interrupted_.load(); }

 private:
  void Run(const cupel::Cancel& cancel);

  sigset_t old_mask_{};
  int signal_fd_ = -1;
  int wake_fd_ = -1;
  std::atomic<bool> interrupted_{false};
  std::thread thread_;
};

// For a service: SIGINT, SIGTERM and SIGHUP for the calling thread to wait for,
// and for no other that is started from here on; and SIGUSR2, with which
// another thread tells that the service has ended by itself.
sigset_t TakeServiceSignals();

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_SIGNALS_H_
