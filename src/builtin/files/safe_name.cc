#include "builtin/files/safe_name.h"

#include "base/status.h"
#include "crypto/digest.h"

namespace cupel {
namespace {

// With a suffix and a number behind it well below what file systems take, 255.
constexpr size_t kMost = 150;
constexpr size_t kHashDigits = 32;

bool Stays(char c, bool first) {
  if (c == '.' || c == '-') return !first;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

std::string SafeName(std::string_view raw) {
  if (raw.empty()) return "%";
  std::string name;
  for (const char c : raw) {
    if (Stays(c, name.empty())) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    if (name.size() > kMost) break;
  }
  if (name.size() <= kMost) return name;
  name.resize(kMost - kHashDigits - 1);
  return name + "-" + HexDigest(Sha256(raw)).substr(0, kHashDigits);
}

}  // namespace cupel
