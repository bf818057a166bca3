#include "signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include "console.h"
#include "output.h"

namespace cli {
namespace {

// Who started us with a signal ignored (nohup, a job of a script) means it.
void AddUnlessIgnored(int number, sigset_t* set) {
  struct sigaction action{};
  sigaction(number, nullptr, &action);
  if (action.sa_handler != SIG_IGN) sigaddset(set, number);
}

}  // namespace

SignalWatch::SignalWatch(const cupel::Cancel& cancel) {
  sigset_t watched;
  sigemptyset(&watched);
  AddUnlessIgnored(SIGINT, &watched);
  AddUnlessIgnored(SIGTERM, &watched);
  signal_fd_ = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  wake_fd_ = eventfd(0, EFD_CLOEXEC);
  if (signal_fd_ < 0 || wake_fd_ < 0) {
    const std::string reason = strerror(errno);
    if (signal_fd_ >= 0) close(signal_fd_);
    throw UsageError("can't watch for signals: " + reason);
  }
  // The mask is inherited by every thread that is started from here on.
  pthread_sigmask(SIG_BLOCK, &watched, &old_mask_);
  thread_ = std::thread([this, &cancel] { Run(cancel); });
}

SignalWatch::~SignalWatch() {
  const uint64_t one = 1;
  while (write(wake_fd_, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
  thread_.join();
  close(signal_fd_);
  close(wake_fd_);
  pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void SignalWatch::Run(const cupel::Cancel& cancel) {
  pollfd watched[] = {{signal_fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}};
  while (true) {
    if (poll(watched, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    signalfd_siginfo info;
    while (read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
      if (interrupted_.exchange(true)) {
        Output::Abandon();
        _exit(128 + static_cast<int>(info.ssi_signo));
      }
      cancel.Trigger();
    }
    if ((watched[1].revents & POLLIN) != 0) return;
  }
}

sigset_t TakeServiceSignals() {
  sigset_t taken;
  sigemptyset(&taken);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    AddUnlessIgnored(number, &taken);
  }
  sigaddset(&taken, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &taken, nullptr);
  return taken;
}

}  // namespace cli
