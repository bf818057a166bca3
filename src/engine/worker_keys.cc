#include "engine/worker_keys.h"

namespace cupel {
namespace {

constexpr uint64_t kDayMs = 86'400'000;
constexpr std::string_view kWorkerTable = "worker";

constexpr WorkerKey kKeys[] = {
    {"worker", "source", KeyType::kChoice, "where jobs come from [queue]",
     "queue openkat-boefje openkat-normalizer dragonfly"},
    {"worker", "name", KeyType::kText, "who it is to others [host:pid]"},
    {"worker", "pool_size", KeyType::kCount,
     "jobs at once, each in a process of its own [processors]", "", 1, 1024},
    {"worker", "mode", KeyType::kChoice,
     "process, or thread for jobs that only scan [process]", "process thread"},
    {"worker", "exit_when_empty", KeyType::kFlag,
     "end when no job is left [false]"},
    {"worker", "time_limit", KeyType::kDuration,
     "of a job that says nothing itself [1 h]", "", 1, 30 * kDayMs},
    {"worker", "grace", KeyType::kDuration,
     "for a job to come to its end when its time is over [2 s]", "", 1, kDayMs},
    {"worker", "memory", KeyType::kBytes,
     "address space of a job runner [4 GiB]", "", 64 << 20},
    {"worker", "start_time", KeyType::kDuration,
     "for a job runner to read rules and plugins [2 m]", "", 1, kDayMs},
    {"worker", "job_runner", KeyType::kText,
     "the program cupel-job-runner [the one that came with us]"},
    {"worker", "listen", KeyType::kText,
     "ADDRESS:PORT of metrics and status page [none]"},
    {"worker", "log_level", KeyType::kChoice, "the least that is told [INFO]",
     "DEBUG INFO WARNING ERROR"},
    {"worker", "log_format", KeyType::kChoice, "lines of text or JSON [text]",
     "text json"},
    {"queue", "url", KeyType::kText,
     "sqlite:PATH, memory:, postgresql://…, amqp://…"},
    {"queue", "lease", KeyType::kDuration,
     "how long a job is held at a time [60 s]", "", 100, kDayMs},
    {"queue", "kinds", KeyType::kTexts, "of the jobs that are taken [scan]"},
    {"queue", "max_attempts", KeyType::kCount,
     "of a job that says nothing itself [3]", "", 1, 1000},
    {"queue", "driver_folders", KeyType::kTexts,
     "where drivers of queues and databases lie"},
    {"rules", "paths", KeyType::kTexts,
     "files and folders of rules, for jobs that bring none"},
    {"rules", "cache", KeyType::kText, "folder for compiled rules [none]"},
    {"rules", "skip_broken", KeyType::kFlag,
     "leave out what does not compile [false]"},
    {"scan", "roots", KeyType::kTexts,
     "folders that jobs may name files in [any file for sqlite: and memory:, "
     "else none]"},
    {"scan", "threads", KeyType::kCount, "of one scan [1]", "", 1, 256},
    {"scan", "cache", KeyType::kText,
     "folder for answers: files that were seen meet only rules that are new or "
     "changed [none]"},
    {"scan", "cache_size", KeyType::kBytes, "that it may take [1 GiB]", "", 1},
    {"scan", "unpack", KeyType::kFlag, "look into archives [true]"},
    {"scan", "dedup", KeyType::kFlag, "scan equal bytes once [true]"},
    {"scan", "passwords", KeyType::kTexts,
     "tried on archives [infected, malware, password]"},
    {"scan", "excerpt_bytes", KeyType::kCount, "of a match, shown [64]", "", 0,
     4096},
    {"scan", "scan_containers", KeyType::kChoice,
     "the bytes of archives themselves [auto]", "auto always never"},
    {"scan", "limits", KeyType::kTable,
     "docs/limits.md; times in milliseconds, as file_time_ms"},
    {"plugins", "paths", KeyType::kTexts,
     "folders and shared objects of plugins"},
    {"plugins", "config", KeyType::kText, "a stoq.cfg"},
    {"plugins", "run", KeyType::kTexts, "plugins that see every payload"},
    {"plugins", "by_type", KeyType::kTable, "type = plugin"},
    {"plugins", "dispatch_rules", KeyType::kTexts,
     "rules that say which plugins run"},
    {"plugins", "decorators", KeyType::kTexts, "plugins that see the report"},
    {"plugins", "connectors", KeyType::kTexts, "plugins that get the report"},
    {"plugins", "error_connectors", KeyType::kTexts,
     "those that get it if something was not scanned"},
    {"plugins", "archive", KeyType::kText, "the plugin that keeps payloads"},
    {"plugins", "tlp", KeyType::kText, "label of all jobs [clear]"},
    {"plugins", "options", KeyType::kTable,
     "\"category:name\" = { option = value }"},
    {"plugins", "min_tier", KeyType::kChoice,
     "the nearest that plugins may run [process]", "builtin process oci"},
    {"plugins", "network", KeyType::kFlag, "for plugins that need it [true]"},
    {"plugins", "files", KeyType::kFlag, "the same for files [true]"},
    {"plugins", "runner", KeyType::kText,
     "the program cupel-runner [the one that came with us]"},
    {"plugins", "python", KeyType::kText, "[/usr/bin/python3]"},
    {"plugins", "python_path", KeyType::kText,
     "folder of the Python package cupel [the one that came with us]"},
};

constexpr std::string_view kForeign[] = {"openkat", "dragonfly", "package",
                                         "boefje", "normalizer"};

}  // namespace

std::span<const WorkerKey> WorkerKeys() { return kKeys; }

std::span<const std::string_view> ForeignTables() { return kForeign; }

std::string FullName(const WorkerKey& key) {
  return std::string(key.table) + "." + std::string(key.key);
}

std::string VariableName(const WorkerKey& key) {
  std::string name = "CUPEL_WORKER_";
  if (key.table != kWorkerTable) name += std::string(key.table) + "_";
  name += key.key;
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

}  // namespace cupel
