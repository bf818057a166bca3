// Indicators of compromise: what is found parses, stands where it is said to
// stand, and is found again in clear.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "builtin/ioc/host.h"
#include "builtin/ioc/ioc.h"
#include "builtin/ioc/url.h"

namespace {

void Check(bool good) {
  if (!good) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using cupel::IocType;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  cupel::IocSettings settings;
  settings.max_count = 20;
  const auto found = cupel::FindIocs(bytes, settings);
  Check(found.ok());
  for (size_t type = 0; type < cupel::kIocTypes; ++type) {
    const auto& list = found->by_type[type];
    Check(list.size() <= settings.max_count);
    Check(std::is_sorted(list.begin(), list.end()));
    for (const cupel::Ioc& ioc : list) {
      Check(ioc.offset < size && !ioc.value.empty());
      switch (static_cast<IocType>(type)) {
        case IocType::kDomain:
          Check(cupel::IsDomain(ioc.value));
          break;
        case IocType::kIpv4:
          Check(cupel::ParseIpv4(ioc.value).has_value());
          break;
        case IocType::kIpv6:
          Check(cupel::ParseIpv6(ioc.value).has_value());
          break;
        case IocType::kUrl:
          Check(ioc.value.size() <= cupel::kMaxUrl);
          break;
        default:
          break;
      }
    }
  }
  Check(cupel::Refang(bytes).size() <= size);
  return 0;
}
