// Scripts that hide behind base64: data: URLs and PowerShell's commands.
#include <algorithm>
#include <string>

#include "base/status.h"
#include "builtin/carver/ascii_text.h"
#include "builtin/carver/script.h"
#include "builtin/decoder/base64.h"
#include "builtin/json_text.h"
#include "builtin/pe/resources.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr size_t kMostHead = 256;  // of a data: URL, before its comma

bool IsBase64(char c) {
  const char lower = AsciiLower(c);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '=';
}

// The media type and its parameters, or nothing if it is no such URL: "data:"
// is a word of many texts.
bool IsDataHead(std::string_view head) {
  if (head.empty()) return true;  // "data:,text"
  if (head[0] == ';') return true;
  if (head.find('/') == std::string_view::npos) return false;
  return std::all_of(head.begin(), head.end(), [](char c) {
    const char lower = AsciiLower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("/;=.+-_\"' ").find(c) != std::string_view::npos;
  });
}

// Half of the bytes of ASCII in UTF-16 are zero.
bool LooksLikeUtf16(std::string_view bytes) {
  if (bytes.size() < 4 || bytes.size() % 2 != 0) return false;
  size_t zeros = 0;
  for (size_t i = 1; i < bytes.size(); i += 2) zeros += bytes[i] == '\0';
  return zeros * 4 >= bytes.size();
}

// Behind "-e", "-ec" or a beginning of "-EncodedCommand": where its argument
// begins, or 0 if this is another option.
size_t ArgumentBegin(std::string_view text, size_t dash) {
  constexpr std::string_view kName = "encodedcommand";
  size_t at = dash + 1;
  size_t length = 0;
  while (at < text.size() && length < kName.size() &&
         AsciiLower(text[at]) == kName[length]) {
    ++at;
    ++length;
  }
  if (length == 1 && at < text.size() && AsciiLower(text[at]) == 'c') ++at;
  if (length == 0 || at >= text.size()) return 0;
  if (!IsAsciiSpace(text[at]) && text[at] != ':') return 0;
  while (at < text.size() && (IsAsciiSpace(text[at]) || text[at] == ':' ||
                              text[at] == '"' || text[at] == '\'')) {
    ++at;
  }
  return at;
}

}  // namespace

absl::Status CarveDataUrls(std::string_view bytes, size_t min_length,
                           const TakeFound& take, const StopFn& stop) {
  constexpr std::string_view kScheme = "data:";
  for (size_t at = FindIgnoringCase(bytes, kScheme, 4, 0);
       at != std::string_view::npos;) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop));
    const size_t begin = at + kScheme.size();
    const size_t comma = bytes.substr(begin, kMostHead).find(',');
    size_t next = begin;
    if (comma != std::string_view::npos &&
        IsDataHead(bytes.substr(begin, comma))) {
      const std::string_view head = bytes.substr(begin, comma);
      const size_t from = begin + comma + 1;
      const char before = at > 0 ? bytes[at - 1] : '\0';
      const bool quoted = before == '"' || before == '\'';
      const size_t end =
          std::min(quoted ? bytes.find(before, from)
                          : bytes.find_first_of(" \t\r\n\"'<>)`", from),
                   bytes.size());
      std::string decoded = PercentDecode(bytes.substr(from, end - from));
      const std::string_view type = head.substr(0, head.find(';'));
      absl::Status damage;
      if (head.ends_with(";base64")) {
        Decoded plain = DecodeBase64(decoded, Base64Alphabet::kAny,
                                     /*skip_garbage=*/true, stop);
        damage = plain.status;
        decoded = std::move(plain.bytes);
      }
      if (absl::IsCancelled(damage)) return damage;
      if (decoded.size() >= min_length) {
        std::string value;
        JsonWriter(&value).String(JsonText(type));
        CUPEL_RETURN_IF_ERROR(
            take(Found{.offset = from,
                       .size = end - from,
                       .bytes = decoded,
                       .kind = "data",
                       .metadata = R"("kind":"data","type":)" + value,
                       .damage = damage}));
      }
      next = end;
    }
    at = FindIgnoringCase(bytes, kScheme, 4, next);
  }
  return absl::OkStatus();
}

absl::Status CarveEncodedCommands(std::string_view bytes, size_t min_length,
                                  const TakeFound& take, const StopFn& stop) {
  size_t asked = 0;
  for (size_t at = bytes.find_first_of("-/"); at != std::string_view::npos;) {
    if (at - asked >= kStopInterval) {
      CUPEL_RETURN_IF_ERROR(CheckStop(stop));
      asked = at;
    }
    size_t next = at + 1;
    if (const size_t begin = ArgumentBegin(bytes, at); begin != 0) {
      size_t end = begin;
      while (end < bytes.size() && IsBase64(bytes[end])) ++end;
      if (end - begin >= min_length) {
        const Decoded plain =
            DecodeBase64(bytes.substr(begin, end - begin),
                         Base64Alphabet::kStandard, true, stop);
        if (absl::IsCancelled(plain.status)) return plain.status;
        if (LooksLikeUtf16(plain.bytes)) {
          const std::string text = Utf16ToUtf8(plain.bytes);
          CUPEL_RETURN_IF_ERROR(
              take(Found{.offset = begin,
                         .size = end - begin,
                         .bytes = text,
                         .kind = "powershell",
                         .metadata = R"("kind":"powershell")"}));
          next = end;
        }
      }
    }
    at = bytes.find_first_of("-/", next);
  }
  return absl::OkStatus();
}

}  // namespace cupel
