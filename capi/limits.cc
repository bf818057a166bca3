// cupel_limits: a plain struct.
#include "capi/limits.h"

#include "capi/guard.h"
#include "capi/structs.h"

namespace cupel::capi {
namespace {

static_assert(CUPEL_UNLIMITED == kUnlimited);

struct Field {
  uint64_t cupel_limits::* c;
  uint64_t Limits::* value;
};

constexpr Field kFields[] = {
    {&cupel_limits::total_time_ns, &Limits::total_time_ns},
    {&cupel_limits::file_time_ns, &Limits::file_time_ns},
    {&cupel_limits::total_bytes, &Limits::total_bytes},
    {&cupel_limits::file_bytes, &Limits::file_bytes},
    {&cupel_limits::ratio, &Limits::ratio},
    {&cupel_limits::files, &Limits::files},
    {&cupel_limits::depth, &Limits::depth},
    {&cupel_limits::name_bytes, &Limits::name_bytes},
    {&cupel_limits::matches_per_rule, &Limits::matches_per_rule},
    {&cupel_limits::memory_bytes, &Limits::memory_bytes},
    {&cupel_limits::plugin_time_ns, &Limits::plugin_time_ns},
};
static_assert(sizeof(kFields) / sizeof(kFields[0]) * sizeof(uint64_t) +
                      offsetof(cupel_limits, total_time_ns) ==
                  sizeof(cupel_limits),
              "every field of cupel_limits has its row");
static_assert(sizeof(Limits) == sizeof(kFields) / sizeof(kFields[0]) * 8,
              "every limit can be set from C");

}  // namespace

absl::StatusOr<Limits> LimitsOf(const cupel_limits* limits) {
  cupel_limits known = CUPEL_LIMITS_INIT;
  CUPEL_RETURN_IF_ERROR(CopyIn(limits, &known, "cupel_limits"));
  Limits out;
  for (const Field& field : kFields) {
    if (known.*field.c != 0) out.*field.value = known.*field.c;
  }
  return out;
}

}  // namespace cupel::capi

extern "C" cupel_status cupel_limits_fill(cupel_limits* limits,
                                          cupel_error** error) {
  return cupel::capi::Guard(error, [&]() -> absl::Status {
    if (limits == nullptr) return cupel::InvalidArgument("limits is NULL");
    CUPEL_ASSIGN_OR_RETURN(const cupel::Limits filled,
                           cupel::capi::LimitsOf(limits));
    cupel_limits out = CUPEL_LIMITS_INIT;
    for (const cupel::capi::Field& field : cupel::capi::kFields) {
      out.*field.c = filled.*field.value;
    }
    return cupel::capi::CopyOut(out, limits, "cupel_limits");
  });
}
