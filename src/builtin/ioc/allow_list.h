// Indicators that are known to be harmless and not to be told.
#ifndef CUPEL_BUILTIN_IOC_ALLOW_LIST_H_
#define CUPEL_BUILTIN_IOC_ALLOW_LIST_H_

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "builtin/ioc/host.h"
#include "builtin/ioc/ioc_type.h"
#include "format/json_fwd.h"

namespace cupel {

// Immutable once parsed.
class AllowList {
 public:
  // {"domain": ["example.org", ".example.com"], "ipv4": ["10.0.0.0/8"], …}.
  // Every entry counts for its own type only:
  //   any type            the value itself, in any case
  //   domain, email, url  ".example.com": that host and all below it
  //   email               "@example.com": that host alone
  //   url                 without "://": a host, or a network if it is one
  //   ipv4, ipv6          a network, "10.0.0.0/8"
  // INVALID_ARGUMENT names the entry that is wrong.
  static absl::StatusOr<AllowList> Parse(const Json& json);

  // `value` in the spelling of FindIocs; `host` is that of an e-mail address or
  // a URL, in lower case, else the value itself.
  bool Allows(IocType type, std::string_view value,
              std::string_view host) const;

 private:
  struct Entries {
    std::set<std::string, std::less<>> exact;     // in lower case
    std::set<std::string, std::less<>> hosts;     // whole hosts
    std::set<std::string, std::less<>> suffixes;  // without the leading dot
    // Disjoint after Merge: first address -> last address.
    std::map<IpAddress, IpAddress> networks;

    absl::Status Add(IocType type, std::string entry);
    void AddNetwork(IpAddress first, IpAddress last);
    bool HasHost(std::string_view host) const;
  };

  std::array<Entries, kIocTypes> by_type_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_ALLOW_LIST_H_
