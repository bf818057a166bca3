#include "builtin/mail/header.h"

#include <algorithm>
#include <optional>

#include "builtin/decoder/base64.h"
#include "builtin/mail/transfer.h"
#include "builtin/reader/charset.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kMostFields = 10'000;
constexpr size_t kMostParameters = 256;
constexpr size_t kMostName = 256;
constexpr size_t kMostCharset = 64;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// A line without what ends it, and where the next begins.
struct Line {
  std::string_view text;
  uint64_t next = 0;
};

Line LineAt(std::string_view bytes, uint64_t at) {
  const size_t end = bytes.find('\n', at);
  if (end == std::string_view::npos) return {bytes.substr(at), bytes.size()};
  std::string_view text = bytes.substr(at, end - at);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return {text, end + 1};
}

// The length of a field's name, if the line begins with one.
std::optional<size_t> NameLength(std::string_view line) {
  const size_t colon = line.substr(0, kMostName).find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view name = TrimMail(line.substr(0, colon));
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && static_cast<uint8_t>(c) < 0x7f;
  });
  if (!good || name.empty() || IsBlank(line[0])) return std::nullopt;
  return colon;
}

// One encoded word at `at`: its charset, its bytes and where it ends.
struct Word {
  std::string charset;
  std::string bytes;
  size_t end = 0;
};

// `*known_end` is the first end of a word behind the places asked for so far:
// a text of beginnings must not be searched once for each of them.
std::optional<Word> WordAt(std::string_view text, size_t at,
                           size_t* known_end) {
  if (!text.substr(at).starts_with("=?")) return std::nullopt;
  const size_t length = text.substr(at + 2, kMostCharset).find('?');
  if (length == std::string_view::npos) return std::nullopt;
  const size_t charset_end = at + 2 + length;
  if (charset_end + 3 > text.size() || text[charset_end + 2] != '?') {
    return std::nullopt;
  }
  const size_t begin = charset_end + 3;
  if (*known_end != std::string_view::npos && *known_end < begin) {
    *known_end = text.find("?=", begin);
  }
  const size_t end = *known_end;
  if (end == std::string_view::npos) return std::nullopt;
  Word word;
  std::string_view charset = text.substr(at + 2, charset_end - at - 2);
  charset = charset.substr(0, charset.find('*'));  // a language behind it
  word.charset = LowerMail(charset);
  word.end = end + 2;
  const std::string_view body = text.substr(begin, end - begin);
  const char how = text[charset_end + 1];
  if (how == 'B' || how == 'b') {
    word.bytes = DecodeBase64(body, Base64Alphabet::kAny, true).bytes;
  } else if (how == 'Q' || how == 'q') {
    word.bytes = DecodeQuotedPrintable(body, /*words=*/true);
  } else {
    return std::nullopt;
  }
  return word;
}

std::string PercentDecoded(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 &&
        digit(text[i + 2]) >= 0) {
      out.push_back(
          static_cast<char>(digit(text[i + 1]) << 4 | digit(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// A value at `*at`, quoted or not; moves `*at` behind it.
std::string TakeValue(std::string_view text, size_t* at) {
  std::string out;
  if (*at < text.size() && text[*at] == '"') {
    for (++*at; *at < text.size() && text[*at] != '"'; ++*at) {
      if (text[*at] == '\\' && *at + 1 < text.size()) ++*at;
      out.push_back(text[*at]);
    }
    *at = std::min(text.find(';', *at), text.size());
    return out;
  }
  const size_t end = std::min(text.find(';', *at), text.size());
  out = TrimMail(text.substr(*at, end - *at));
  *at = end;
  return out;
}

// The pieces of one parameter: "name*0*", "name*1".
struct Piece {
  bool encoded = false;
  std::string value;
};
using Pieces = std::map<int, Piece>;

// "name*0*" -> "name", 0, true; "name*" -> "name", 0, true.
void AddPiece(std::string name, std::string value,
              std::map<std::string, Pieces>* all) {
  Piece piece{.value = std::move(value)};
  if (name.ends_with('*')) {
    piece.encoded = true;
    name.pop_back();
  }
  int index = 0;
  if (const size_t star = name.find('*'); star != std::string::npos) {
    const std::string digits = name.substr(star + 1);
    if (digits.empty() || digits.size() > 3 ||
        digits.find_first_not_of("0123456789") != std::string::npos) {
      return;
    }
    index = std::stoi(digits);
    name.resize(star);
  }
  (*all)[name].emplace(index, std::move(piece));
}

std::string Joined(const Pieces& pieces) {
  std::string charset;
  std::string bytes;
  bool any = false;
  for (const auto& [index, piece] : pieces) {
    std::string_view value = piece.value;
    if (!piece.encoded) {
      bytes += value;
      continue;
    }
    // charset'language'text, in the first one.
    const size_t one = value.find('\'');
    const size_t two =
        one == std::string_view::npos ? one : value.find('\'', one + 1);
    if (!any && two != std::string_view::npos) {
      charset = LowerMail(value.substr(0, one));
      value.remove_prefix(two + 1);
    }
    any = true;
    bytes += PercentDecoded(value);
  }
  // Encoded words do not belong here, and are what many programs write.
  return any ? MailText(bytes, charset) : DecodeMailWords(bytes);
}

}  // namespace

std::string LowerMail(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view TrimMail(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view MailHeader::Value(std::string_view name) const {
  for (const MailField& field : fields) {
    if (field.name == name) return field.value;
  }
  return {};
}

MailHeader ReadMailHeader(std::string_view bytes, uint64_t at) {
  MailHeader header;
  bool open = false;  // the last field may go on
  while (at < bytes.size()) {
    const Line line = LineAt(bytes, at);
    if (line.text.empty()) {
      header.body = line.next;
      return header;
    }
    const std::optional<size_t> name = NameLength(line.text);
    if (IsBlank(line.text[0]) && !header.fields.empty()) {
      if (open) {
        header.fields.back().value += ' ';
        header.fields.back().value += TrimMail(line.text);
      }
    } else if (name.has_value()) {
      open = header.fields.size() < kMostFields;
      if (open) {
        header.fields.push_back(
            {.name = LowerMail(TrimMail(line.text.substr(0, *name))),
             .value = std::string(TrimMail(line.text.substr(*name + 1))),
             .offset = at});
      }
    } else {
      header.broken = true;
      header.body = at;
      return header;
    }
    at = line.next;
  }
  header.body = bytes.size();
  return header;
}

std::string MailText(std::string_view bytes, std::string_view charset) {
  const bool ascii = charset.empty() || charset == "utf-8" ||
                     charset == "us-ascii" || charset == "utf8";
  if (ascii) return ReplaceInvalidUtf8(bytes);
  Utf8Text text = ToUtf8(bytes, charset, 4 * bytes.size() + 16);
  if (absl::IsInvalidArgument(text.status)) return ReplaceInvalidUtf8(bytes);
  return std::move(text.text);
}

std::string DecodeMailWords(std::string_view value) {
  std::string out;
  std::string charset;
  std::string pending;  // bytes of one charset: characters may be cut in two
  const auto flush = [&] {
    out += MailText(pending, charset);
    pending.clear();
  };
  size_t plain = 0;  // where text begins that is no word
  bool after_word = false;
  size_t known_end = 0;
  size_t at = value.find("=?");
  while (at != std::string_view::npos) {
    const std::optional<Word> word = WordAt(value, at, &known_end);
    if (!word.has_value()) {
      at = value.find("=?", at + 2);
      continue;
    }
    const std::string_view between = value.substr(plain, at - plain);
    // White space between two words is no part of the text.
    if (!after_word || !TrimMail(between).empty()) {
      flush();
      out += ReplaceInvalidUtf8(between);
    }
    if (word->charset != charset) {
      flush();
      charset = word->charset;
    }
    pending += word->bytes;
    plain = word->end;
    after_word = true;
    at = value.find("=?", plain);
  }
  flush();
  out += ReplaceInvalidUtf8(value.substr(plain));
  return out;
}

std::string MailParameters::Get(const std::string& name) const {
  const auto found = named.find(name);
  return found == named.end() ? std::string() : found->second;
}

MailParameters ParseMailParameters(std::string_view text) {
  MailParameters parameters;
  size_t at = std::min(text.find(';'), text.size());
  parameters.value = LowerMail(TrimMail(text.substr(0, at)));
  std::map<std::string, Pieces> pieces;
  for (size_t i = 0; i < kMostParameters && at < text.size(); ++i) {
    ++at;  // the semicolon
    const size_t equals = text.find_first_of("=;", at);
    if (equals == std::string_view::npos) break;
    if (text[equals] == ';') {
      at = equals;
      continue;
    }
    std::string name = LowerMail(TrimMail(text.substr(at, equals - at)));
    at = equals + 1;
    while (at < text.size() && IsBlank(text[at])) ++at;
    AddPiece(std::move(name), TakeValue(text, &at), &pieces);
  }
  for (const auto& [name, each] : pieces) {
    parameters.named[name] = Joined(each);
  }
  return parameters;
}

}  // namespace cupel
