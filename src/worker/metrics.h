// What a worker counts, as Prometheus reads it.
#ifndef CUPEL_WORKER_METRICS_H_
#define CUPEL_WORKER_METRICS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace cupel::worker {

// Thread-safe. A family has at most one label, whose name is part of the
// family; of its values, which may come from plugins, the first kMostValues
// are told apart, and the rest is "other".
class Metrics {
 public:
  static constexpr size_t kMostValues = 200;
  // In seconds; beyond is +Inf.
  static constexpr std::array<double, 12> kBuckets = {
      0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600};

  // `family` is one of the table in metrics.cc; others are ignored.
  void Add(std::string_view family, std::string_view value, double amount);
  void Set(std::string_view family, std::string_view value, double amount);
  void Observe(std::string_view family, std::string_view value, double seconds);

  // What a job counted: "limit.depth", "plugin_runs.worker:x",
  // "stage_seconds.scan", "scan.bytes", …
  void AddCounts(const std::vector<std::pair<std::string, double>>& counts);

  // The text format, version 0.0.4.
  std::string Text() const;

  double Value(std::string_view family, std::string_view value = {}) const;

 private:
  struct Series {
    double sum = 0;
    uint64_t count = 0;
    std::array<uint64_t, kBuckets.size()> buckets{};
  };
  using Values = std::map<std::string, Series, std::less<>>;

  Series* Find(std::string_view family, std::string_view value)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::map<std::string, Values, std::less<>> families_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_METRICS_H_
