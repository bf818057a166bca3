#include "report/package_name.h"

#include <array>
#include <optional>

namespace cupel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string_view> StripSuffix(std::string_view name,
                                            std::string_view suffix) {
  if (name.size() <= suffix.size() || !name.ends_with(suffix)) {
    return std::nullopt;
  }
  return name.substr(0, name.size() - suffix.size());
}

// PyPI's rule: lower case, runs of "-", "_" and "." become one "-".
std::string Normalize(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      if (!out.empty() && out.back() != '-') out += '-';
    } else {
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
  }
  return out;
}

// The version starts after the first dash that a digit follows, if there is a
// dot in what is left: "left-pad-1.3.0-beta.2" is 1.3.0-beta.2 of left-pad.
PackageName SplitAtVersion(std::string_view stem) {
  for (size_t i = 1; i + 1 < stem.size(); ++i) {
    if (stem[i] == '-' && IsDigit(stem[i + 1]) &&
        stem.substr(i).find('.') != std::string_view::npos) {
      return {Normalize(stem.substr(0, i)), std::string(stem.substr(i + 1))};
    }
  }
  return {};
}

}  // namespace

PackageName PackageNameOf(std::string_view file_name) {
  const size_t slash = file_name.rfind('/');
  if (slash != std::string_view::npos) file_name.remove_prefix(slash + 1);
  PackageName found;
  if (const auto wheel = StripSuffix(file_name, ".whl")) {
    const size_t name_end = wheel->find('-');
    if (name_end != std::string_view::npos) {
      const std::string_view rest = wheel->substr(name_end + 1);
      const size_t version_end = rest.find('-');
      if (version_end != std::string_view::npos) {
        found = {Normalize(wheel->substr(0, name_end)),
                 std::string(rest.substr(0, version_end))};
      }
    }
  } else {
    static constexpr std::array<std::string_view, 6> kSuffixes = {
        ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".crate", ".zip"};
    for (const std::string_view suffix : kSuffixes) {
      if (const auto stem = StripSuffix(file_name, suffix)) {
        found = SplitAtVersion(*stem);
        break;
      }
    }
  }
  if (found.name.empty()) found = {std::string(file_name), ""};
  return found;
}

}  // namespace cupel
