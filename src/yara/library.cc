#include "yara/library.h"

#include <pthread.h>
#include <sys/random.h>

#include <atomic>
#include <cstdlib>
#include <mutex>

#include "base/status.h"
#include "yara/internal.h"

namespace cupel {
namespace {

// rand()'s own state is glibc's, and setstate() changes it for all threads: two
// of ours must not do so at once, or the host's would be lost. Nor must a fork
// come in between, or the child would go on with our state.
std::mutex& RandMutex() {
  static auto* const mutex = new std::mutex;  // used until the process ends
  return *mutex;
}

// Room for one of the states that initstate(3) knows.
char rand_aside[128];

unsigned RandomSeed() {
  unsigned seed = 1;
  // Never short for so few bytes; if there is no such call, the canaries that
  // libyara draws are merely easier to guess.
  (void)getrandom(&seed, sizeof(seed), GRND_NONBLOCK);
  return seed;
}

bool HandleForks() {
  return pthread_atfork([] { RandMutex().lock(); },
                        [] { RandMutex().unlock(); },
                        [] { RandMutex().unlock(); }) == 0;
}

int Initialize() {
  const std::lock_guard<std::mutex> lock(RandMutex());
  char* const host_state = initstate(1, rand_aside, sizeof(rand_aside));
  const int code = yr_initialize();
  srandom(RandomSeed());
  if (host_state != nullptr) setstate(host_state);
  return code;
}

}  // namespace

absl::Status InitYara() {
  static std::atomic<bool> tried{false};
  static int code = ERROR_SUCCESS;
  if (!tried.load(std::memory_order_acquire)) {
    static std::mutex mutex;
    const std::lock_guard<std::mutex> lock(mutex);
    if (!tried.load(std::memory_order_relaxed)) {
      // There may be more memory the next time; libyara starts but once.
      if (!HandleForks()) {
        return ResourceExhausted("not enough memory to start libyara");
      }
      code = Initialize();
      tried.store(true, std::memory_order_release);
    }
  }
  if (code == ERROR_SUCCESS) return absl::OkStatus();
  return Internal("libyara {} does not start: {}", YaraVersion(),
                  YaraErrorText(code));
}

RandAside::RandAside() {
  RandMutex().lock();
  host_state_ = setstate(rand_aside);
}

RandAside::~RandAside() {
  if (host_state_ != nullptr) setstate(host_state_);
  RandMutex().unlock();
}

std::string_view YaraVersion() { return YR_VERSION; }

std::string_view YaraErrorText(int code) {
  switch (code) {
    case ERROR_INSUFFICIENT_MEMORY:
      return "out of memory";
    case ERROR_INVALID_FILE:
      return "not compiled rules";
    case ERROR_CORRUPT_FILE:
      return "the compiled rules are damaged";
    case ERROR_UNSUPPORTED_FILE_VERSION:
      return "the rules were compiled by an incompatible version of YARA";
    case ERROR_EXEC_STACK_OVERFLOW:
      return "a condition is nested too deeply";
    case ERROR_SCAN_TIMEOUT:
      return "out of time";
    case ERROR_CALLBACK_ERROR:
      return "a callback failed";
    case ERROR_INVALID_ARGUMENT:
      return "no such external variable";
    case ERROR_TOO_MANY_MATCHES:
      return "too many matches";
    case ERROR_INTERNAL_FATAL_ERROR:
      return "internal error of libyara";
    case ERROR_TOO_MANY_RE_FIBERS:
      return "a regular expression needs too much memory";
    case ERROR_INVALID_EXTERNAL_VARIABLE_TYPE:
      return "the external variable has another type";
    case ERROR_DUPLICATED_EXTERNAL_VARIABLE:
      return "the external variable is defined twice";
    case ERROR_WRITING_FILE:
      return "the compiled rules cannot be written";
    default:
      return "an error of libyara";
  }
}

}  // namespace cupel
