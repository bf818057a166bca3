#include "tokens.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "console.h"
#include "cupel/cupel.hpp"
#include "text_input.h"

namespace cli {
namespace {

constexpr size_t kHashDigits = 64;
constexpr size_t kLargest = size_t{1} << 20;
constexpr std::string_view kScheme = "Bearer ";

bool IsHash(std::string_view text) {
  return text.size() == kHashDigits &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

void CheckMode(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return;  // reading it tells more
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  throw UsageError(fmt::format(
      "--tokens-file '{}': others may write to it, and so let themselves in: "
      "chmod go-w",
      Printable(path)));
}

}  // namespace

Tokens Tokens::Read(const std::string& path) {
  CheckMode(path);
  const std::string text = ReadText(path, "--tokens-file", kLargest);
  Tokens tokens;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos ||
        !IsHash(line.substr(colon + 1))) {
      throw UsageError(fmt::format(
          "--tokens-file '{}', line {}: expected name:hash, as `cupel registry "
          "token` makes it",
          Printable(path), number));
    }
    tokens.tokens_.push_back({std::string(line.substr(0, colon)),
                              std::string(line.substr(colon + 1))});
  }
  if (tokens.tokens_.empty()) {
    throw UsageError(fmt::format(
        "--tokens-file '{}' has no token: make one with `cupel registry token`",
        Printable(path)));
  }
  return tokens;
}

std::string Tokens::NameOf(std::string_view authorization) const {
  if (authorization.substr(0, kScheme.size()) != kScheme) return "";
  const std::string_view token = authorization.substr(kScheme.size());
  std::string name;
  for (const Token& known : tokens_) {
    if (cupel::TokenMatches(token, known.hash)) name = known.name;
  }
  return name;
}

}  // namespace cli
