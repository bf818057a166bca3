// The limits of a scan job: names, defaults, and what "off" means.
#ifndef CUPEL_BUDGET_LIMITS_H_
#define CUPEL_BUDGET_LIMITS_H_

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace cupel {

// A limit with this value never fires.
inline constexpr uint64_t kUnlimited = std::numeric_limits<uint64_t>::max();

// Ratio is looked at only once a container has produced this much, so that a
// small file of zeros is not called a bomb.
inline constexpr uint64_t kRatioGraceBytes = 16u << 20;

// Counting limits (bytes, files, ratio) hold for each input of a job on its
// own, so that one bomb does not starve the packages after it; total_time and
// memory hold for the job. A plain value.
struct Limits {
  uint64_t total_time_ns = 3'600'000'000'000;  // the whole job
  uint64_t file_time_ns = 10'000'000'000;      // rules over one payload
  uint64_t total_bytes = 4ull << 30;           // unpacked from one input
  uint64_t file_bytes = 128ull << 20;          // one payload
  uint64_t ratio = 200;                        // bytes produced per byte read
  uint64_t files = 131'072;                    // members of one input
  uint64_t depth = 8;                          // containers inside containers
  uint64_t name_bytes = 4096;                  // one member's name
  uint64_t matches_per_rule = 1000;            // listed, per rule and payload
  uint64_t memory_bytes = 1ull << 30;          // payload bytes held at once
  uint64_t plugin_time_ns = 60'000'000'000;    // one call of a plugin
};

// One row per limit, for everything that has to name them: reports, the
// command line, `cupel selftest`, the documentation test.
struct LimitField {
  std::string_view name;  // as in reports and incidents: "file_bytes"
  uint64_t Limits::* value;
  std::string_view unit;  // "ns", "bytes", "files", "" …
  std::string_view help;
};
std::span<const LimitField> LimitFields();

}  // namespace cupel

#endif  // CUPEL_BUDGET_LIMITS_H_
