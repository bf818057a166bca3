#include "builtin/files/glob.h"

#include <cstddef>
#include <vector>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kMostBytes = 4096;

// The end of the class that starts at pattern[at] == '[', one past its ']', or
// npos. A ']' right at the start of it is one of its bytes.
size_t ClassEnd(std::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && pattern[i] == '!') ++i;
  const size_t close = pattern.find(']', i + 1);
  return close == std::string_view::npos ? close : close + 1;
}

bool InClass(std::string_view inside, char c) {
  const bool negated = inside.starts_with('!');
  if (negated) inside.remove_prefix(1);
  const auto byte = static_cast<unsigned char>(c);
  bool found = false;
  for (size_t i = 0; i < inside.size(); ++i) {
    const auto low = static_cast<unsigned char>(inside[i]);
    auto high = low;
    if (i + 2 < inside.size() && inside[i + 1] == '-') {
      high = static_cast<unsigned char>(inside[i + 2]);
      i += 2;
    }
    found = found || (low <= byte && byte <= high);
  }
  return found != negated && c != '/';
}

// If what stands at `at` matches the byte `c`, where the next begins; else 0.
size_t MatchOne(std::string_view pattern, size_t at, char c) {
  switch (pattern[at]) {
    case '?':
      return c != '/' ? at + 1 : 0;
    case '[': {
      const size_t end = ClassEnd(pattern, at);
      if (end == std::string_view::npos) return c == '[' ? at + 1 : 0;
      return InClass(pattern.substr(at + 1, end - at - 2), c) ? end : 0;
    }
    case '\\':
      if (at + 1 < pattern.size()) return pattern[at + 1] == c ? at + 2 : 0;
      return c == '\\' ? at + 1 : 0;
    default:
      return pattern[at] == c ? at + 1 : 0;
  }
}

// How many bytes the star has that stands at `at`: 0, 1 or 2.
size_t StarSize(std::string_view pattern, size_t at) {
  if (at >= pattern.size() || pattern[at] != '*') return 0;
  return pattern.substr(at).starts_with("**") ? 2 : 1;
}

// A star may stand for nothing.
void PassStars(std::string_view pattern, std::vector<bool>* places) {
  for (size_t at = 0; at < pattern.size(); ++at) {
    const size_t star = StarSize(pattern, at);
    if ((*places)[at] && star > 0) (*places)[at + star] = true;
  }
}

}  // namespace

bool PathGlobMatches(std::string_view pattern, std::string_view text) {
  // All the places of the pattern where a match may be at once: trying one
  // after the other takes time without bounds for some patterns.
  std::vector<bool> places(pattern.size() + 1);
  places[0] = true;
  PassStars(pattern, &places);
  for (const char c : text) {
    std::vector<bool> after(places.size());
    bool any = false;
    for (size_t at = 0; at < pattern.size(); ++at) {
      if (!places[at]) continue;
      const size_t star = StarSize(pattern, at);
      const size_t next = star == 0 ? MatchOne(pattern, at, c) : at;
      if (star == 0 ? next == 0 : star == 1 && c == '/') continue;
      after[next] = true;
      any = true;
    }
    if (!any) return false;
    PassStars(pattern, &after);
    places.swap(after);
  }
  return places[pattern.size()];
}

absl::Status CheckGlob(std::string_view pattern) {
  if (pattern.empty() || pattern.size() > kMostBytes) {
    return InvalidArgument("a pattern must have 1 to {} bytes", kMostBytes);
  }
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && ++i == pattern.size()) {
      return InvalidArgument("the pattern '{}' ends in a backslash",
                             EscapePrintable(pattern));
    }
    if (pattern[i] != '[' || (i > 0 && pattern[i - 1] == '\\')) continue;
    const size_t end = ClassEnd(pattern, i);
    if (end == std::string_view::npos) {
      return InvalidArgument(
          "the pattern '{}' has a [ without its ] (\\[ is a plain one)",
          EscapePrintable(pattern));
    }
    i = end - 1;
  }
  return absl::OkStatus();
}

}  // namespace cupel
