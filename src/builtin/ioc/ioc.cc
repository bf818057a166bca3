#include "builtin/ioc/ioc.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/status.h"
#include "builtin/ioc/host.h"
#include "builtin/ioc/ioc_patterns.h"
#include "builtin/ioc/url.h"

namespace cupel {
namespace {

using Match = BytePattern::Match;

// The bytes are searched in windows, so that a search can be given up in
// between, and so that no expression can look far ahead again and again. A
// match begins in its window and may reach beyond it by kOverlap; longer ones
// are no indicators.
constexpr size_t kWindow = size_t{256} << 10;
constexpr size_t kOverlap = size_t{8} << 10;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWord(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         c == '_';
}

class Finder {
 public:
  Finder(std::string_view bytes, const IocSettings& settings,
         const StopFn& stop)
      : bytes_(bytes), settings_(settings), stop_(stop) {}

  absl::StatusOr<IocFound> Run() &&;

 private:
  bool Wanted(IocType type) const {
    return settings_.wanted[static_cast<size_t>(type)];
  }
  // The byte `count` before or behind a match; 0 where there is none.
  char Before(const Match& match, size_t count = 1) const {
    return match.offset >= count ? bytes_[match.offset - count] : '\0';
  }
  char After(const Match& match, size_t count = 1) const {
    const size_t at = match.offset + match.length + count - 1;
    return at < bytes_.size() ? bytes_[at] : '\0';
  }

  template <typename Body>
  absl::Status ForEach(const BytePattern& pattern, Body&& body);

  void Hash(const Match& match, std::string_view text);
  void MacAddress(const Match& match, std::string_view text);
  void Ipv4(const Match& match, std::string_view text);
  void Ipv6(const Match& match, std::string_view text);
  void Domain(const Match& match, std::string_view text);
  void Email(const Match& match, std::string_view text);
  void Url(const Match& match, std::string_view text);

  bool StandsAlone(const Match& match) const;
  void Add(IocType type, const Match& match, std::string value,
           std::string_view host);

  const std::string_view bytes_;
  const IocSettings& settings_;
  const StopFn& stop_;
  // Value -> first offset.
  std::array<std::map<std::string, uint64_t>, kIocTypes> found_;
  std::array<uint64_t, kIocTypes> left_out_{};
};

template <typename Body>
absl::Status Finder::ForEach(const BytePattern& pattern, Body&& body) {
  size_t from = 0;
  while (from < bytes_.size()) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
    const size_t window_end = std::min(bytes_.size(), from + kWindow);
    const size_t until = std::min(bytes_.size(), window_end + kOverlap);
    while (from < window_end) {
      const std::optional<Match> match = pattern.Find(bytes_, from, until);
      if (!match.has_value() || match->offset >= window_end) {
        from = window_end;
        break;
      }
      body(*match, bytes_.substr(match->offset, match->length));
      from = match->offset + match->length;
    }
  }
  return absl::OkStatus();
}

void Finder::Add(IocType type, const Match& match, std::string value,
                 std::string_view host) {
  auto& found = found_[static_cast<size_t>(type)];
  if (found.contains(value)) return;
  if (settings_.allow.Allows(type, value, host)) return;
  if (found.size() >= settings_.max_count) {
    ++left_out_[static_cast<size_t>(type)];
    return;
  }
  found.emplace(std::move(value), match.offset);
}

void Finder::Hash(const Match& match, std::string_view text) {
  if (IsWord(Before(match)) || IsWord(After(match))) return;
  std::optional<IocType> type;
  if (text.size() == 32) type = IocType::kMd5;
  if (text.size() == 40) type = IocType::kSha1;
  if (text.size() == 64) type = IocType::kSha256;
  if (text.size() == 128) type = IocType::kSha512;
  if (!type.has_value() || !Wanted(*type)) return;
  // A row of one digit is no hash.
  if (text.find_first_not_of(text.front()) == std::string_view::npos) return;
  std::string value = LowerAscii(text);
  const std::string host = value;
  Add(*type, match, std::move(value), host);
}

void Finder::MacAddress(const Match& match, std::string_view text) {
  for (const char c : {Before(match), After(match)}) {
    if (IsWord(c) || c == ':' || c == '-') return;
  }
  std::string digits = LowerAscii(text);
  std::erase_if(digits,
                [](char c) { return c == ':' || c == '-' || c == '.'; });
  std::string value;
  for (size_t i = 0; i < digits.size(); i += 2) {
    if (i > 0) value += ':';
    value += digits.substr(i, 2);
  }
  Add(IocType::kMacAddress, match, std::move(value), {});
}

// Not a piece of a longer number, such as 1.2.3.4.5.
void Finder::Ipv4(const Match& match, std::string_view text) {
  const char before = Before(match);
  if (IsWord(before) || (before == '.' && IsWord(Before(match, 2)))) return;
  const char after = After(match);
  if (IsWord(after) || (after == '.' && IsWord(After(match, 2)))) return;
  std::string value = Refang(text);
  if (!ParseIpv4(value).has_value()) return;
  const std::string host = value;
  Add(IocType::kIpv4, match, std::move(value), host);
}

// At least two groups and one digit: "::" is a word of many languages.
void Finder::Ipv6(const Match& match, std::string_view text) {
  for (const char c : {Before(match), After(match)}) {
    if (IsWord(c) || c == ':') return;
  }
  std::string clear = Refang(text);
  // Of what follows a sentence's last word.
  if (clear.ends_with(':') && !clear.ends_with("::")) return;
  const auto groups = std::count_if(
      clear.begin(), clear.end(), [previous = ':'](char c) mutable {
        const bool begins = c != ':' && previous == ':';
        previous = c;
        return begins;
      });
  if (groups < 2 || std::none_of(clear.begin(), clear.end(), IsDigit)) return;
  const std::optional<IpAddress> address = ParseIpv6(clear);
  if (!address.has_value()) return;
  std::string value = Ipv6Text(*address);
  const std::string host = value;
  Add(IocType::kIpv6, match, std::move(value), host);
}

// Whether a name is one of a host, not a piece of a path, a call or an
// assignment.
bool Finder::StandsAlone(const Match& match) const {
  const char before = Before(match);
  if (IsWord(before) || before == '-' || before == '$' || before == '%') {
    return false;
  }
  if (before == '.' && IsWord(Before(match, 2))) return false;
  if ((before == '/' || before == '\\') && Before(match, 2) != before) {
    return false;
  }
  const char after = After(match);
  if (after == '(') return !IsWord(After(match, 2)) || IsDigit(After(match, 2));
  return !IsWord(after) && after != '-' && after != '@' && after != '=';
}

void Finder::Domain(const Match& match, std::string_view text) {
  if (!StandsAlone(match)) return;
  std::string value = LowerAscii(Refang(text));
  if (!IsDomain(value)) return;
  const std::string host = value;
  Add(IocType::kDomain, match, std::move(value), host);
}

void Finder::Email(const Match& match, std::string_view text) {
  const char before = Before(match);
  if (IsWord(before) || before == '.' || before == '-' || before == '+' ||
      before == '%') {
    return;
  }
  if (IsWord(After(match))) return;
  const std::string clear = Refang(text);
  const size_t at = clear.rfind('@');
  if (at == std::string::npos || clear.front() == '.') return;
  const std::string host = LowerAscii(clear.substr(at + 1));
  if (!IsDomain(host)) return;
  Add(IocType::kEmail, match, clear.substr(0, at + 1) + host, host);
}

void Finder::Url(const Match& match, std::string_view text) {
  std::optional<FoundUrl> url = ParseFoundUrl(text);
  if (!url.has_value()) return;
  Add(IocType::kUrl, match, std::move(url->url), url->host);
}

absl::StatusOr<IocFound> Finder::Run() && {
  const IocPatterns& patterns = GetIocPatterns();
  const struct {
    bool wanted;
    const BytePattern& pattern;
    void (Finder::*take)(const Match&, std::string_view);
  } searches[] = {
      {Wanted(IocType::kMd5) || Wanted(IocType::kSha1) ||
           Wanted(IocType::kSha256) || Wanted(IocType::kSha512),
       patterns.hash, &Finder::Hash},
      {Wanted(IocType::kMacAddress), patterns.mac_address, &Finder::MacAddress},
      {Wanted(IocType::kIpv4), patterns.ipv4, &Finder::Ipv4},
      {Wanted(IocType::kIpv6), patterns.ipv6, &Finder::Ipv6},
      {Wanted(IocType::kDomain), patterns.domain, &Finder::Domain},
      {Wanted(IocType::kEmail), patterns.email, &Finder::Email},
      {Wanted(IocType::kUrl), patterns.url, &Finder::Url},
  };
  for (const auto& search : searches) {
    if (!search.wanted) continue;
    CUPEL_RETURN_IF_ERROR(
        ForEach(search.pattern, [&](const Match& match, std::string_view text) {
          (this->*search.take)(match, text);
        }));
  }
  IocFound out;
  out.left_out = left_out_;
  for (size_t type = 0; type < kIocTypes; ++type) {
    for (auto& [value, offset] : found_[type]) {
      out.by_type[type].push_back({value, offset});
    }
  }
  return out;
}

}  // namespace

absl::StatusOr<IocFound> FindIocs(std::string_view bytes,
                                  const IocSettings& settings,
                                  const StopFn& stop) {
  return Finder(bytes, settings, stop).Run();
}

}  // namespace cupel
