#ifndef CUPEL_BUILTIN_IOC_IOC_TYPE_H_
#define CUPEL_BUILTIN_IOC_IOC_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cupel {

enum class IocType : uint8_t {
  kDomain,
  kEmail,
  kIpv4,
  kIpv6,
  kMacAddress,
  kMd5,
  kSha1,
  kSha256,
  kSha512,
  kUrl,
};
inline constexpr size_t kIocTypes = 10;

// In the order of the enumeration, which is that of the alphabet.
inline constexpr std::string_view kIocTypeNames[kIocTypes] = {
    "domain", "email", "ipv4",   "ipv6",   "mac_address",
    "md5",    "sha1",  "sha256", "sha512", "url"};

inline std::optional<IocType> IocTypeOf(std::string_view name) {
  for (size_t i = 0; i < kIocTypes; ++i) {
    if (kIocTypeNames[i] == name) return static_cast<IocType>(i);
  }
  return std::nullopt;
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_IOC_TYPE_H_
