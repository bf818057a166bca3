#include "password_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>

#include "console.h"

namespace cli {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

}  // namespace

std::vector<std::string> ReadPasswordFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxBytes + 1, '\0');
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size())) &&
      !file.eof()) {
    throw UsageError(fmt::format("--password-file '{}': {}", Printable(path),
                                 std::strerror(errno)));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > kMaxBytes) {
    throw UsageError(
        fmt::format("--password-file '{}' is over 1 MiB", Printable(path)));
  }
  std::vector<std::string> passwords;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    const size_t next = end + 1;
    if (end > at && text[end - 1] == '\r') --end;
    if (end > at) passwords.push_back(text.substr(at, end - at));
    at = next;
  }
  if (passwords.empty()) {
    throw UsageError(
        fmt::format("--password-file '{}' holds no password", Printable(path)));
  }
  return passwords;
}

}  // namespace cli
