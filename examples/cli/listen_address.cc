#include "listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "console.h"

namespace cli {
namespace {

constexpr int kLastPort = 65535;

}  // namespace

std::string HostOf(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const size_t end = authority.find(']');
    return std::string(authority.substr(
        1, end == std::string_view::npos ? std::string_view::npos : end - 1));
  }
  return std::string(authority.substr(0, authority.find(':')));
}

bool IsLoopbackHost(std::string_view host) {
  const std::string text(host);
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1) {
    return ntohl(four.s_addr) >> 24 == 127;
  }
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&six) != 0;
  }
  return text == "localhost";
}

ListenAddress ListenAddress::Parse(const std::string& text) {
  const size_t colon = text.rfind(':');
  ListenAddress address;
  const char* const end = text.data() + text.size();
  bool good = colon != std::string::npos && colon > 0;
  if (good) {
    const auto [stopped, error] =
        std::from_chars(text.data() + colon + 1, end, address.port);
    good = error == std::errc() && stopped == end && address.port >= 0 &&
           address.port <= kLastPort && colon + 1 < text.size();
  }
  if (good) {
    const std::string host = text.substr(0, colon);
    address.host = HostOf(host);
    // An IPv6 address without brackets has colons of its own.
    good = !address.host.empty() &&
           (host.front() == '[' ? host.back() == ']' : host == address.host);
  }
  if (good) return address;
  throw UsageError(
      fmt::format("--listen '{}': expected ADDRESS:PORT, as 127.0.0.1:8003 or "
                  "[::1]:8003",
                  Printable(text)));
}

bool ListenAddress::is_loopback() const { return IsLoopbackHost(host); }

std::string ListenAddress::Text(int real_port) const {
  const bool six = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", six ? "[" : "", Printable(host),
                     six ? "]" : "", real_port);
}

}  // namespace cli
