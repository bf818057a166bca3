// Which queue a URL means.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "queue/driver_queue.h"
#include "queue/job_queue.h"
#include "queue/sql_queue.h"

namespace cupel::queue {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
constexpr std::string_view kMemory = "memory:";

// Nothing behind the scheme: there may be a password.
std::string SchemeOf(std::string_view url) {
  return EscapePrintable(url.substr(0, std::min(url.find(':'), size_t{32})));
}

}  // namespace

absl::StatusOr<std::shared_ptr<JobQueue>> OpenQueue(
    std::string_view url, const QueueOptions& options) {
  SqlQueueOptions sql;
  sql.queue = options;
  if (url == kMemory) return OpenSqlQueue(":memory:", std::move(sql));
  if (url.substr(0, kSqlite.size()) == kSqlite) {
    const std::string path(url.substr(kSqlite.size()));
    if (path.empty() || path == ":memory:") {
      return InvalidArgument(
          "the queue's URL 'sqlite:' names no file; write sqlite:PATH, or "
          "memory: for one that nobody else sees");
    }
    return OpenSqlQueue(path, std::move(sql));
  }
  const std::string scheme = SchemeOf(url);
  std::string lower = scheme;
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (lower == "postgresql" || lower == "postgres") {
    return OpenSqlQueue(std::string(url), std::move(sql));
  }
  if (scheme == "amqp" || scheme == "amqps") return OpenAmqpQueue(url, options);
  return InvalidArgument(
      "the queue's URL begins with '{}'; there are sqlite:PATH, memory:, "
      "postgresql:// and amqp://",
      scheme);
}

}  // namespace cupel::queue
