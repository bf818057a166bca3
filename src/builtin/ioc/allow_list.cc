#include "builtin/ioc/allow_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

bool IsHash(IocType type) {
  return type >= IocType::kMd5 && type <= IocType::kSha512;
}

struct Network {
  IpAddress first;
  IpAddress last;
};

// "10.0.0.0/8" and "2001:db8::/32"; nothing if it is no network.
std::optional<Network> ParseNetwork(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view base = text.substr(0, slash);
  const bool v6 = base.find(':') != std::string_view::npos;
  const std::optional<IpAddress> address =
      v6 ? ParseIpv6(base) : ParseIpv4(base);
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] =
      std::from_chars(text.data() + slash + 1, end, bits);
  if (!address.has_value() || error != std::errc() || stopped != end ||
      bits > (v6 ? 128u : 32u)) {
    return std::nullopt;
  }
  if (!v6) bits += 96;
  Network network{*address, *address};
  for (unsigned i = bits; i < 128; ++i) {
    const auto bit = static_cast<uint8_t>(0x80u >> (i % 8));
    network.first[i / 8] = static_cast<uint8_t>(network.first[i / 8] & ~bit);
    network.last[i / 8] |= bit;
  }
  return network;
}

std::optional<IpAddress> AddressOf(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  const std::optional<IpAddress> v4 = ParseIpv4(host);
  return v4.has_value() ? v4 : ParseIpv6(host);
}

}  // namespace

// A network lies in another one or beside it, never across its edge.
void AllowList::Entries::AddNetwork(IpAddress first, IpAddress last) {
  const auto after = networks.upper_bound(first);
  if (after != networks.begin() && std::prev(after)->second >= last) return;
  networks.erase(networks.lower_bound(first), networks.upper_bound(last));
  networks[first] = last;
}

bool AllowList::Entries::HasHost(std::string_view host) const {
  if (hosts.contains(host)) return true;
  if (!networks.empty()) {
    const std::optional<IpAddress> address = AddressOf(host);
    if (address.has_value()) {
      const auto after = networks.upper_bound(*address);
      return after != networks.begin() && std::prev(after)->second >= *address;
    }
  }
  while (!suffixes.empty()) {
    if (suffixes.contains(host)) return true;
    const size_t dot = host.find('.');
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  return false;
}

absl::Status AllowList::Entries::Add(IocType type, std::string entry) {
  const bool of_host = type == IocType::kDomain || type == IocType::kEmail ||
                       type == IocType::kUrl;
  const bool of_address = type == IocType::kIpv4 || type == IocType::kIpv6;
  if (entry.empty()) return InvalidArgument("is empty");
  if (entry.front() == '.') {
    if (!of_host || entry.size() < 2) {
      return InvalidArgument("begins with a dot, which is for names of hosts");
    }
    suffixes.insert(entry.substr(1));
    return absl::OkStatus();
  }
  const bool may_be_network = of_address || type == IocType::kUrl;
  if (may_be_network && entry.find('/') != std::string::npos &&
      entry.find("://") == std::string::npos) {
    const std::optional<Network> network = ParseNetwork(entry);
    if (!network.has_value()) {
      return InvalidArgument("is no network: write 10.0.0.0/8");
    }
    AddNetwork(network->first, network->last);
    return absl::OkStatus();
  }
  if (of_address) {
    const std::optional<IpAddress> address =
        type == IocType::kIpv4 ? ParseIpv4(entry) : ParseIpv6(entry);
    if (!address.has_value()) return InvalidArgument("is no address");
    AddNetwork(*address, *address);
  } else if (type == IocType::kEmail && entry.front() == '@') {
    hosts.insert(entry.substr(1));
  } else if (type == IocType::kUrl && entry.find("://") == std::string::npos) {
    hosts.insert(std::move(entry));
  } else if (IsHash(type) &&
             entry.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return InvalidArgument("is no hash");
  } else {
    exact.insert(std::move(entry));
  }
  return absl::OkStatus();
}

absl::StatusOr<AllowList> AllowList::Parse(const Json& json) {
  if (!json.is_object()) {
    return InvalidArgument("it must be an object of lists, not {}",
                           JsonTypeName(json));
  }
  AllowList list;
  for (const auto& [name, entries] : json.items()) {
    const std::optional<IocType> type = IocTypeOf(name);
    if (!type.has_value()) {
      return InvalidArgument("'{}' is no type of indicator",
                             EscapePrintable(name));
    }
    if (!entries.is_array()) {
      return InvalidArgument("'{}' must be a list of texts", name);
    }
    for (const Json& entry : entries) {
      if (!entry.is_string()) {
        return InvalidArgument("'{}' must be a list of texts", name);
      }
      const auto& text = entry.get_ref<const std::string&>();
      const absl::Status added = list.by_type_[static_cast<size_t>(*type)].Add(
          *type, LowerAscii(text));
      if (!added.ok()) {
        return InvalidArgument("'{}' of '{}' {}", EscapePrintable(text), name,
                               MessageOf(added));
      }
    }
  }
  return list;
}

bool AllowList::Allows(IocType type, std::string_view value,
                       std::string_view host) const {
  const Entries& entries = by_type_[static_cast<size_t>(type)];
  if (!entries.exact.empty() && entries.exact.contains(LowerAscii(value))) {
    return true;
  }
  return entries.HasHost(host);
}

}  // namespace cupel
