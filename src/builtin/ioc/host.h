// Addresses and names of hosts: whether they are any, and in one spelling.
#ifndef CUPEL_BUILTIN_IOC_HOST_H_
#define CUPEL_BUILTIN_IOC_HOST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cupel {

// Of IPv4 as ::ffff:a.b.c.d.
using IpAddress = std::array<uint8_t, 16>;

// Undoes what people do to make an address harmless: "hxxp", "[.]", "(dot)",
// "[@]" and the like become what they stand for.
std::string Refang(std::string_view text);

std::string LowerAscii(std::string_view text);

// "192.0.2.1": four numbers up to 255 without leading zeros.
std::optional<IpAddress> ParseIpv4(std::string_view text);
std::optional<IpAddress> ParseIpv6(std::string_view text);
// The shortest spelling in lower case: "2001:db8::1".
std::string Ipv6Text(const IpAddress& address);

// True if `lower` is a name of at least two labels whose last one is a
// top-level domain: at most 253 characters, labels of 1 to 63 that neither
// begin nor end with a dash.
bool IsDomain(std::string_view lower);

// An address or a domain.
bool IsHost(std::string_view lower);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_HOST_H_
