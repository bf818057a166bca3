// Building absl::Status values from formatted text.
//
// Debian pins Abseil so that absl::string_view is not std::string_view; this
// header and absl_compat.h are the only places that have to know.
#ifndef CUPEL_BASE_STATUS_H_
#define CUPEL_BASE_STATUS_H_

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

// The type-erased half: one instantiation for the whole library.
absl::Status FormatStatus(absl::StatusCode code, fmt::string_view format,
                          fmt::format_args args);

template <typename... Args>
absl::Status MakeStatus(absl::StatusCode code,
                        fmt::format_string<Args...> format, Args&&... args) {
  return FormatStatus(code, format, fmt::make_format_args(args...));
}

// InvalidArgument("rule file '{}': {}", path, why) and its siblings. The
// message names the thing, the place and, where there is one, the remedy.
#define CUPEL_DEFINE_STATUS_FACTORY(name)                                 \
  template <typename... Args>                                             \
  absl::Status name(fmt::format_string<Args...> format, Args&&... args) { \
    return MakeStatus(absl::StatusCode::k##name, format,                  \
                      std::forward<Args>(args)...);                       \
  }
CUPEL_DEFINE_STATUS_FACTORY(Aborted)
CUPEL_DEFINE_STATUS_FACTORY(AlreadyExists)
CUPEL_DEFINE_STATUS_FACTORY(Cancelled)
CUPEL_DEFINE_STATUS_FACTORY(DataLoss)
CUPEL_DEFINE_STATUS_FACTORY(DeadlineExceeded)
CUPEL_DEFINE_STATUS_FACTORY(FailedPrecondition)
CUPEL_DEFINE_STATUS_FACTORY(Internal)
CUPEL_DEFINE_STATUS_FACTORY(InvalidArgument)
CUPEL_DEFINE_STATUS_FACTORY(NotFound)
CUPEL_DEFINE_STATUS_FACTORY(PermissionDenied)
CUPEL_DEFINE_STATUS_FACTORY(ResourceExhausted)
CUPEL_DEFINE_STATUS_FACTORY(Unauthenticated)
CUPEL_DEFINE_STATUS_FACTORY(Unavailable)
CUPEL_DEFINE_STATUS_FACTORY(Unimplemented)
#undef CUPEL_DEFINE_STATUS_FACTORY

// "open 'x.tgz': No such file or directory", with the code that fits errno.
absl::Status ErrnoStatus(int error_number, std::string_view what);

inline std::string_view MessageOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

}  // namespace cupel

#define CUPEL_RETURN_IF_ERROR(expr)                     \
  do {                                                  \
    if (absl::Status _status = (expr); !_status.ok()) { \
      return _status;                                   \
    }                                                   \
  } while (false)

#define CUPEL_CONCAT_INNER_(a, b) a##b
#define CUPEL_CONCAT_(a, b) CUPEL_CONCAT_INNER_(a, b)
#define CUPEL_ASSIGN_OR_RETURN(lhs, expr) \
  CUPEL_ASSIGN_OR_RETURN_IMPL_(CUPEL_CONCAT_(_status_or_, __LINE__), lhs, expr)
#define CUPEL_ASSIGN_OR_RETURN_IMPL_(statusor, lhs, expr) \
  auto statusor = (expr);                                 \
  if (!statusor.ok()) {                                   \
    return std::move(statusor).status();                  \
  }                                                       \
  lhs = std::move(statusor).value()

#endif  // CUPEL_BASE_STATUS_H_
