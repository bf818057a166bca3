// cupel_status: the canonical codes of gRPC and Abseil, under our names.
#include "absl/status/status.h"

#include "cupel/cupel.h"

namespace {

struct Row {
  cupel_status value;
  absl::StatusCode code;
  const char* name;
};

constexpr Row kRows[] = {
    {CUPEL_STATUS_OK, absl::StatusCode::kOk, "OK"},
    {CUPEL_STATUS_CANCELLED, absl::StatusCode::kCancelled, "CANCELLED"},
    {CUPEL_STATUS_UNKNOWN, absl::StatusCode::kUnknown, "UNKNOWN"},
    {CUPEL_STATUS_INVALID_ARGUMENT, absl::StatusCode::kInvalidArgument,
     "INVALID_ARGUMENT"},
    {CUPEL_STATUS_DEADLINE_EXCEEDED, absl::StatusCode::kDeadlineExceeded,
     "DEADLINE_EXCEEDED"},
    {CUPEL_STATUS_NOT_FOUND, absl::StatusCode::kNotFound, "NOT_FOUND"},
    {CUPEL_STATUS_ALREADY_EXISTS, absl::StatusCode::kAlreadyExists,
     "ALREADY_EXISTS"},
    {CUPEL_STATUS_PERMISSION_DENIED, absl::StatusCode::kPermissionDenied,
     "PERMISSION_DENIED"},
    {CUPEL_STATUS_RESOURCE_EXHAUSTED, absl::StatusCode::kResourceExhausted,
     "RESOURCE_EXHAUSTED"},
    {CUPEL_STATUS_FAILED_PRECONDITION, absl::StatusCode::kFailedPrecondition,
     "FAILED_PRECONDITION"},
    {CUPEL_STATUS_ABORTED, absl::StatusCode::kAborted, "ABORTED"},
    {CUPEL_STATUS_OUT_OF_RANGE, absl::StatusCode::kOutOfRange, "OUT_OF_RANGE"},
    {CUPEL_STATUS_UNIMPLEMENTED, absl::StatusCode::kUnimplemented,
     "UNIMPLEMENTED"},
    {CUPEL_STATUS_INTERNAL, absl::StatusCode::kInternal, "INTERNAL"},
    {CUPEL_STATUS_UNAVAILABLE, absl::StatusCode::kUnavailable, "UNAVAILABLE"},
    {CUPEL_STATUS_DATA_LOSS, absl::StatusCode::kDataLoss, "DATA_LOSS"},
    {CUPEL_STATUS_UNAUTHENTICATED, absl::StatusCode::kUnauthenticated,
     "UNAUTHENTICATED"},
};

// Guard casts one to the other; the table is indexed by either.
constexpr bool TableFits() {
  int32_t index = 0;
  for (const Row& row : kRows) {
    if (row.value != index || static_cast<int32_t>(row.code) != index) {
      return false;
    }
    ++index;
  }
  return true;
}
static_assert(TableFits(), "cupel_status has the values of absl::StatusCode");

}  // namespace

extern "C" const char* cupel_status_name(cupel_status status) {
  for (const Row& row : kRows) {
    if (row.value == status) return row.name;
  }
  return "UNKNOWN";
}
