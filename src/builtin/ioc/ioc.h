// Indicators of compromise in bytes of any kind: hashes, addresses, names.
#ifndef CUPEL_BUILTIN_IOC_IOC_H_
#define CUPEL_BUILTIN_IOC_IOC_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/ioc/allow_list.h"
#include "builtin/ioc/ioc_type.h"
#include "builtin/stop.h"

namespace cupel {

struct Ioc {
  std::string value;    // in clear, in one spelling
  uint64_t offset = 0;  // where it first stands, as it stands there

  friend auto operator<=>(const Ioc&, const Ioc&) = default;
};

struct IocSettings {
  std::array<bool, kIocTypes> wanted;  // by IocType
  size_t max_count = 1000;             // different ones of each type
  AllowList allow;

  IocSettings() { wanted.fill(true); }
};

struct IocFound {
  // By IocType; each sorted and without duplicates.
  std::array<std::vector<Ioc>, kIocTypes> by_type;
  // Mentions beyond max_count, of those that are not listed.
  std::array<uint64_t, kIocTypes> left_out{};
};

// Time linear in the bytes, memory bounded by max_count. The only error is
// CANCELLED.
absl::StatusOr<IocFound> FindIocs(std::string_view bytes,
                                  const IocSettings& settings,
                                  const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_IOC_H_
