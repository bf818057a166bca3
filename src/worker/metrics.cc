#include "worker/metrics.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "format/escape.h"

namespace cupel::worker {
namespace {

enum class Type : uint8_t { kCounter, kGauge, kHistogram };

struct Family {
  std::string_view name;
  Type type;
  std::string_view label;  // empty: none
  std::string_view help;
};

constexpr Family kFamilies[] = {
    {"cupel_jobs_total", Type::kCounter, "outcome",
     "Jobs that ended here, by how."},
    {"cupel_job_seconds", Type::kHistogram, "kind",
     "Time that jobs ran, by kind."},
    {"cupel_stage_seconds_total", Type::kCounter, "stage",
     "Time spent in the stages of jobs."},
    {"cupel_plugin_runs_total", Type::kCounter, "plugin",
     "Payloads that a plugin ran over."},
    {"cupel_plugin_seconds_total", Type::kCounter, "plugin",
     "Time spent in plugins, of all threads together."},
    {"cupel_plugin_failures_total", Type::kCounter, "plugin",
     "Payloads on which a plugin failed."},
    {"cupel_rule_group_findings_total", Type::kCounter, "group",
     "Findings by namespace of the rule, or plugin."},
    {"cupel_limits_hit_total", Type::kCounter, "limit",
     "Limits that cut a job short."},
    {"cupel_work_total", Type::kCounter, "what",
     "What jobs counted: bytes, payloads, findings."},
    {"cupel_runner_starts_total", Type::kCounter, "",
     "Processes of the pool that were started."},
    {"cupel_runner_deaths_total", Type::kCounter, "how",
     "Processes of the pool that died, by signal."},
    {"cupel_leases_lost_total", Type::kCounter, "",
     "Jobs that somebody else may have got, because a lease ended."},
    {"cupel_source_errors_total", Type::kCounter, "call",
     "Calls of the source of jobs that failed."},
    {"cupel_reloads_total", Type::kCounter, "outcome",
     "Times that rules and plugins were read again."},
    {"cupel_pool_slots", Type::kGauge, "state", "Slots of the pool by state."},
    {"cupel_pool_waiting", Type::kGauge, "",
     "Jobs that were taken and wait for a slot."},
    {"cupel_pool_max_rss_bytes", Type::kGauge, "",
     "The most memory that a process of the pool had."},
    {"cupel_queue_jobs", Type::kGauge, "state", "Jobs in the queue by state."},
    {"cupel_queue_oldest_seconds", Type::kGauge, "",
     "Age of the oldest job that is ready and waits."},
    {"cupel_worker_start_time_seconds", Type::kGauge, "",
     "When the worker started, in seconds since 1970."},
};

// Counts of results, by what stands before the first dot.
struct CountFamily {
  std::string_view prefix;
  std::string_view family;
};
constexpr CountFamily kCounts[] = {
    {"limit", "cupel_limits_hit_total"},
    {"stage_seconds", "cupel_stage_seconds_total"},
    {"plugin_runs", "cupel_plugin_runs_total"},
    {"plugin_seconds", "cupel_plugin_seconds_total"},
    {"plugin_failures", "cupel_plugin_failures_total"},
    {"rule_group", "cupel_rule_group_findings_total"},
};

const Family* FamilyOf(std::string_view name) {
  for (const Family& family : kFamilies) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kCounter:
      return "counter";
    case Type::kGauge:
      return "gauge";
    case Type::kHistogram:
      break;
  }
  return "histogram";
}

std::string LabelValue(std::string_view value) {
  std::string text;
  for (const char c : ReplaceInvalidUtf8(value)) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
  return text;
}

// name{label="value",more} amount
void Line(std::string_view name, const Family& family, std::string_view value,
          std::string_view more, double amount, std::string* text) {
  *text += name;
  std::string labels;
  if (!family.label.empty()) {
    labels = fmt::format("{}=\"{}\"", family.label, LabelValue(value));
  }
  if (!more.empty()) {
    if (!labels.empty()) labels += ',';
    labels += more;
  }
  if (!labels.empty()) *text += "{" + labels + "}";
  fmt::format_to(std::back_inserter(*text), " {}\n", amount);
}

}  // namespace

Metrics::Series* Metrics::Find(std::string_view family,
                               std::string_view value) {
  auto found = families_.find(family);
  if (found == families_.end()) {
    if (FamilyOf(family) == nullptr) return nullptr;
    found = families_.emplace(std::string(family), Values()).first;
  }
  Values& values = found->second;
  const auto series = values.find(value);
  if (series != values.end()) return &series->second;
  if (values.size() >= kMostValues) return &values["other"];
  return &values[std::string(value.substr(0, 200))];
}

void Metrics::Add(std::string_view family, std::string_view value,
                  double amount) {
  // A counter that falls is none.
  if (!(amount >= 0) || std::isinf(amount)) return;
  const MutexLock lock(mutex_);
  if (Series* const series = Find(family, value)) series->sum += amount;
}

void Metrics::Set(std::string_view family, std::string_view value,
                  double amount) {
  const MutexLock lock(mutex_);
  if (Series* const series = Find(family, value)) series->sum = amount;
}

void Metrics::Observe(std::string_view family, std::string_view value,
                      double seconds) {
  const MutexLock lock(mutex_);
  Series* const series = Find(family, value);
  if (series == nullptr) return;
  series->sum += seconds;
  ++series->count;
  for (size_t i = 0; i < kBuckets.size(); ++i) {
    if (seconds <= kBuckets[i]) ++series->buckets[i];
  }
}

void Metrics::AddCounts(
    const std::vector<std::pair<std::string, double>>& counts) {
  for (const auto& [name, amount] : counts) {
    const size_t dot = name.find('.');
    const std::string_view prefix = std::string_view(name).substr(0, dot);
    std::string_view family = "cupel_work_total";
    std::string_view value = name;
    for (const CountFamily& known : kCounts) {
      if (dot == std::string::npos || known.prefix != prefix) continue;
      family = known.family;
      value.remove_prefix(dot + 1);
      break;
    }
    Add(family, value, amount);
  }
}

std::string Metrics::Text() const {
  std::string text;
  const MutexLock lock(mutex_);
  for (const Family& family : kFamilies) {
    const auto found = families_.find(family.name);
    if (found == families_.end()) continue;
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", family.name,
                        family.help, family.name, TypeName(family.type));
    for (const auto& [value, series] : found->second) {
      if (family.type != Type::kHistogram) {
        Line(family.name, family, value, {}, series.sum, &text);
        continue;
      }
      const std::string bucket = fmt::format("{}_bucket", family.name);
      for (size_t i = 0; i < kBuckets.size(); ++i) {
        Line(bucket, family, value, fmt::format("le=\"{}\"", kBuckets[i]),
             static_cast<double>(series.buckets[i]), &text);
      }
      const auto count = static_cast<double>(series.count);
      Line(bucket, family, value, "le=\"+Inf\"", count, &text);
      Line(fmt::format("{}_sum", family.name), family, value, {}, series.sum,
           &text);
      Line(fmt::format("{}_count", family.name), family, value, {}, count,
           &text);
    }
  }
  return text;
}

double Metrics::Value(std::string_view family, std::string_view value) const {
  const MutexLock lock(mutex_);
  const auto found = families_.find(family);
  if (found == families_.end()) return 0;
  const auto series = found->second.find(value);
  return series == found->second.end() ? 0 : series->second.sum;
}

}  // namespace cupel::worker
