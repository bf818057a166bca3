#include "stdout_connector.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

namespace cli {
namespace {

// Several may be activated side by side; documents must not mix.
std::mutex& WriteMutex() {
  static std::mutex mutex;
  return mutex;
}

bool WriteAll(const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(STDOUT_FILENO, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return true;
}

cupel_status Save(cupel_call* call) {
  if (call->bytes.size > 0 || call->sha256.size > 0) {
    return cupel_call_fail(
        call, CUPEL_STATUS_INVALID_ARGUMENT,
        "stdout takes reports, not payloads; use the connector store");
  }
  if (call->document.size == 0) {
    return cupel_call_fail(call, CUPEL_STATUS_INVALID_ARGUMENT,
                           "there is no document");
  }
  const std::lock_guard<std::mutex> lock(WriteMutex());
  const char* const text = reinterpret_cast<const char*>(call->document.data);
  const bool ended = text[call->document.size - 1] == '\n';
  if (WriteAll(text, call->document.size) && (ended || WriteAll("\n", 1))) {
    return cupel_call_result(call, R"({"conn_id":"stdout"})");
  }
  char why[128];
  const char* const text_of_error = strerror_r(errno, why, sizeof(why));
  return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, text_of_error);
}

constexpr cupel_plugin_v1 kStdout = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .name = "stdout",
    .version = "1.0",
    .description = "Prints reports to standard output",
    .save = Save};

}  // namespace

const cupel_plugin_v1* StdoutConnector() { return &kStdout; }

}  // namespace cli
