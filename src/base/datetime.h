// Dates with times, parsed and printed as pydantic 2 does.
#ifndef CUPEL_BASE_DATETIME_H_
#define CUPEL_BASE_DATETIME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// A moment (aware: with an offset from UTC) or a reading of a wall clock
// (naive: without). A value type.
struct DateTime {
  // Microseconds since 1970-01-01T00:00:00, in UTC when aware, else on the
  // unnamed wall clock. Years 1 to 9999.
  int64_t micros = 0;
  bool aware = false;
  int32_t offset_seconds = 0;  // 0 for UTC and for naive ones

  // "2024-01-02T03:04:05.678901+01:00" and the other spellings that
  // shared/reference calls accepted: T, t or a space, seconds optional, a
  // fraction cut to microseconds, Z or an offset; a number of seconds since
  // 1970, or of milliseconds when it is too large for seconds.
  static absl::StatusOr<DateTime> Parse(std::string_view text);
  static absl::StatusOr<DateTime> FromNumber(double number);
  static absl::StatusOr<DateTime> FromNumber(int64_t number);
  static DateTime Now();  // aware, UTC

  // "YYYY-MM-DDTHH:MM:SS[.ffffff]" and "Z", "+HH:MM" or, if naive, nothing.
  std::string ToString() const;

  friend bool operator==(const DateTime&, const DateTime&) = default;
};

}  // namespace cupel

#endif  // CUPEL_BASE_DATETIME_H_
