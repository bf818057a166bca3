#include "yara/library.h"

#include <cstdlib>
#include <mutex>

#include "base/status.h"
#include "yara/internal.h"

namespace cupel {
namespace {

// yr_initialize calls srand(time(0)). A host that has seeded rand() must get
// the numbers it expects, so the generator runs on a state of our own
// meanwhile; glibc keeps the position inside the state that is put back.
int InitializeAside() {
  static char aside[128];
  char* const host_state = initstate(1, aside, sizeof(aside));
  const int code = yr_initialize();
  if (host_state != nullptr) setstate(host_state);
  return code;
}

}  // namespace

absl::Status InitYara() {
  static std::once_flag once;
  static int code = ERROR_SUCCESS;
  std::call_once(once, [] { code = InitializeAside(); });
  if (code == ERROR_SUCCESS) return absl::OkStatus();
  return Internal("libyara {} does not start: {}", YaraVersion(),
                  YaraErrorText(code));
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
