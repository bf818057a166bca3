// What a benchmark can't go on without.
#ifndef CUPEL_BENCHMARKS_NEED_H_
#define CUPEL_BENCHMARKS_NEED_H_

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/status.h"

namespace cupel_bench {

[[noreturn]] inline void Fail(std::string_view why) {
  std::fprintf(stderr, "benchmark: %.*s\n", static_cast<int>(why.size()),
               why.data());
  std::exit(1);
}

inline void Need(const absl::Status& status) {
  if (!status.ok()) Fail(cupel::MessageOf(status));
}

template <typename T>
T Need(absl::StatusOr<T> result) {
  Need(result.status());
  return *std::move(result);
}

}  // namespace cupel_bench

#endif  // CUPEL_BENCHMARKS_NEED_H_
