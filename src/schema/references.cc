#include "schema/references.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "base/status.h"

namespace cupel {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> DecodePercent(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexValue(text[i + 1]);
    const int low = HexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// "~1" is a slash, "~0" a tilde, and no other tilde is allowed.
std::optional<std::string> DecodeToken(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
      continue;
    }
    ++i;
    if (i >= token.size() || (token[i] != '0' && token[i] != '1')) {
      return std::nullopt;
    }
    out += token[i] == '0' ? '~' : '/';
  }
  return out;
}

const Json* Child(const Json& parent, const std::string& token) {
  if (parent.is_object()) {
    const auto found = parent.find(token);
    return found == parent.end() ? nullptr : &*found;
  }
  if (!parent.is_array()) return nullptr;
  size_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, index);
  if (error != std::errc() || stop != end || index >= parent.size()) {
    return nullptr;
  }
  return &parent[index];
}

}  // namespace

absl::StatusOr<const Json*> ResolveReference(const Json& root,
                                             std::string_view reference) {
  if (reference.empty() || reference[0] != '#') {
    return Unimplemented(
        "it refers to another document, and none is ever fetched: put what it "
        "names under \"$defs\" and refer to \"#/$defs/...\"");
  }
  if (reference.size() > 1 && reference[1] != '/') {
    return Unimplemented(
        "it refers to an anchor: refer to the place itself, \"#/$defs/...\"");
  }
  const std::optional<std::string> pointer = DecodePercent(reference.substr(1));
  if (!pointer) return InvalidArgument("its percent-encoding is broken");
  const Json* at = &root;
  std::string_view rest = *pointer;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const size_t end = std::min(rest.find('/'), rest.size());
    const auto token = DecodeToken(rest.substr(0, end));
    if (!token) return InvalidArgument("its JSON pointer is broken");
    at = Child(*at, *token);
    if (at == nullptr) {
      return InvalidArgument("there is nothing where it refers to");
    }
    rest.remove_prefix(end);
  }
  return at;
}

}  // namespace cupel
