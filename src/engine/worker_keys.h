// The settings of a worker, by name: what they may be, and which variable of
// the environment says the same. docs/worker.md lists them.
#ifndef CUPEL_ENGINE_WORKER_KEYS_H_
#define CUPEL_ENGINE_WORKER_KEYS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cupel {

enum class KeyType : uint8_t {
  kText,
  kTexts,  // a list; one text is a list of one
  kCount,  // from `least` to `most`
  kFlag,
  kDuration,  // "500 ms", "2 m", or seconds; kept in milliseconds
  kBytes,     // "64 MiB", or bytes
  kChoice,    // one of the words of `choices`
  kTable,     // whatever it holds
};

struct WorkerKey {
  std::string_view table;
  std::string_view key;
  KeyType type;
  std::string_view help;
  std::string_view choices;  // "process thread"
  uint64_t least = 0;
  uint64_t most = UINT64_MAX;
};
std::span<const WorkerKey> WorkerKeys();

// Tables that are not the worker's own: whoever needs them checks them.
std::span<const std::string_view> ForeignTables();

std::string FullName(const WorkerKey& key);      // "queue.url"
std::string VariableName(const WorkerKey& key);  // "CUPEL_WORKER_QUEUE_URL"

}  // namespace cupel

#endif  // CUPEL_ENGINE_WORKER_KEYS_H_
