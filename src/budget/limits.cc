#include "budget/limits.h"

namespace cupel {

std::span<const LimitField> LimitFields() {
  static constexpr LimitField kFields[] = {
      {"total_time", &Limits::total_time_ns, "ns", "time for the whole job"},
      {"file_time", &Limits::file_time_ns, "ns",
       "time for the rules over one file"},
      {"total_bytes", &Limits::total_bytes, "bytes",
       "bytes unpacked from one input"},
      {"file_bytes", &Limits::file_bytes, "bytes", "bytes scanned of one file"},
      {"ratio", &Limits::ratio, "", "bytes unpacked per byte of container"},
      {"files", &Limits::files, "files", "files unpacked from one input"},
      {"depth", &Limits::depth, "levels", "containers inside containers"},
      {"name_bytes", &Limits::name_bytes, "bytes", "length of a member's name"},
      {"matches_per_rule", &Limits::matches_per_rule, "matches",
       "string matches listed per rule and file"},
      {"memory_bytes", &Limits::memory_bytes, "bytes",
       "bytes of payloads held at once"},
      {"plugin_time", &Limits::plugin_time_ns, "ns",
       "time for one call of a plugin"},
  };
  return kFields;
}

}  // namespace cupel
