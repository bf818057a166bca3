#include "builtin/ioc/host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "builtin/ioc/tlds.h"

namespace cupel {
namespace {

bool Opens(char c) { return c == '[' || c == '(' || c == '{'; }
bool Closes(char c) { return c == ']' || c == ')' || c == '}'; }

struct Bracketed {
  std::string_view inside;  // in lower case
  std::string_view stands_for;
};
constexpr Bracketed kBracketed[] = {
    {".", "."}, {"dot", "."}, {"@", "@"},     {"at", "@"},
    {":", ":"}, {"/", "/"},   {"://", "://"}, {"//", "//"},
};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The length of a pair of brackets with one of the above in it, at the start.
size_t BracketsAt(std::string_view text, std::string_view* stands_for) {
  if (text.empty() || !Opens(text.front())) return 0;
  for (size_t end = 2; end < std::min<size_t>(text.size(), 8); ++end) {
    if (!Closes(text[end])) continue;
    const std::string inside = LowerAscii(Trim(text.substr(1, end - 1)));
    for (const Bracketed& known : kBracketed) {
      if (inside != known.inside) continue;
      *stands_for = known.stands_for;
      return end + 1;
    }
    return 0;
  }
  return 0;
}

}  // namespace

std::string LowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string Refang(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::string_view stands_for;
    // One space on either side goes with the brackets.
    const size_t before = text.front() == ' ' ? 1 : 0;
    const size_t length = BracketsAt(text.substr(before), &stands_for);
    if (length > 0) {
      text.remove_prefix(before + length);
      if (text.starts_with(' ')) text.remove_prefix(1);
      out += stands_for;
    } else {
      // "\." too.
      if (!text.starts_with("\\.")) out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

std::optional<IpAddress> ParseIpv4(std::string_view text) {
  in_addr address{};
  if (text.size() > 15 ||
      inet_pton(AF_INET, std::string(text).c_str(), &address) != 1) {
    return std::nullopt;
  }
  IpAddress out{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::memcpy(out.data() + 12, &address, 4);
  return out;
}

std::optional<IpAddress> ParseIpv6(std::string_view text) {
  IpAddress out{};
  if (text.size() > 45 ||
      inet_pton(AF_INET6, std::string(text).c_str(), out.data()) != 1) {
    return std::nullopt;
  }
  return out;
}

std::string Ipv6Text(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, address.data(), text, sizeof(text));
  return text;
}

bool IsDomain(std::string_view lower) {
  if (lower.size() > 253) return false;
  size_t labels = 0;
  std::string_view last;
  for (size_t at = 0; at <= lower.size(); ++labels) {
    const size_t end = std::min(lower.find('.', at), lower.size());
    last = lower.substr(at, end - at);
    const bool good = !last.empty() && last.size() <= 63 &&
                      last.front() != '-' && last.back() != '-' &&
                      std::all_of(last.begin(), last.end(), [](char c) {
                        return (c >= 'a' && c <= 'z') ||
                               (c >= '0' && c <= '9') || c == '-' || c == '_';
                      });
    if (!good) return false;
    at = end + 1;
  }
  return labels >= 2 && IsTld(last);
}

bool IsHost(std::string_view lower) {
  if (lower.size() > 2 && lower.front() == '[' && lower.back() == ']') {
    return ParseIpv6(lower.substr(1, lower.size() - 2)).has_value();
  }
  return ParseIpv4(lower).has_value() || IsDomain(lower);
}

}  // namespace cupel
