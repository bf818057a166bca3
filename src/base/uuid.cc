#include "base/uuid.h"

#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "base/status.h"

namespace cupel {
namespace {

constexpr std::string_view kUrn = "urn:uuid:";
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr size_t kPlainSize = 32;
constexpr size_t kHyphenatedSize = 36;

bool IsHyphenPlace(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::StatusOr<Uuid> Uuid::Parse(std::string_view text) {
  bool plain_allowed = true;
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
    plain_allowed = false;
  } else if (text.substr(0, kUrn.size()) == kUrn) {
    text.remove_prefix(kUrn.size());
    plain_allowed = false;
  }
  const bool plain = plain_allowed && text.size() == kPlainSize;
  if (!plain && text.size() != kHyphenatedSize) {
    return InvalidArgument(
        "expected a UUID of 32 hexadecimal digits, found {} characters",
        text.size());
  }
  Uuid uuid;
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!plain && IsHyphenPlace(i)) {
      if (text[i] == '-') continue;
      return InvalidArgument("expected a hyphen at character {} of a UUID",
                             i + 1);
    }
    const int value = HexValue(text[i]);
    if (value < 0) {
      return InvalidArgument(
          "expected a hexadecimal digit at character {} of a UUID", i + 1);
    }
    uint8_t& byte = uuid.bytes[digits / 2];
    byte = static_cast<uint8_t>(byte << 4 | value);
    ++digits;
  }
  return uuid;
}

Uuid Uuid::Random() {
  Uuid uuid;
  size_t done = 0;
  while (done < uuid.bytes.size()) {
    const ssize_t got =
        getrandom(uuid.bytes.data() + done, uuid.bytes.size() - done, 0);
    if (got > 0) {
      done += static_cast<size_t>(got);
    } else if (errno != EINTR) {
      // A kernel without the call: going on would hand out equal ids.
      std::abort();
    }
  }
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

std::string Uuid::ToString() const {
  std::string text;
  text.reserve(kHyphenatedSize);
  for (const uint8_t byte : bytes) {
    if (IsHyphenPlace(text.size())) text += '-';
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace cupel
