// For the programs that run what may crash, in builds with sanitizers: included
// by the file of main and by no other.
#ifndef CUPEL_RUNNER_SANITIZER_OPTIONS_H_
#define CUPEL_RUNNER_SANITIZER_OPTIONS_H_

#include "runner/sanitized.h"

#if CUPEL_SANITIZED
// A crash is to look like one. And looking for leaks at the end takes ptrace,
// which is not to be had in a confined process. The sanitizers' libraries, of
// which each has signal handlers of its own, find these by name.
#define CUPEL_SANITIZER_OPTIONS(name, more)                              \
  extern "C" __attribute__((visibility("default"))) const char* name() { \
    return more                                                          \
        "handle_segv=0:handle_abort=0:handle_sigbus=0:handle_sigill=0:"  \
        "handle_sigfpe=0";                                               \
  }
CUPEL_SANITIZER_OPTIONS(__asan_default_options, "detect_leaks=0:")
CUPEL_SANITIZER_OPTIONS(__ubsan_default_options, "")
CUPEL_SANITIZER_OPTIONS(__tsan_default_options, "")
#endif

#endif  // CUPEL_RUNNER_SANITIZER_OPTIONS_H_
