#include "rules/ast/strings.h"

#include <optional>
#include <utility>

#include "rules/ast/token_cursor.h"

namespace cupel::ast {
namespace {

constexpr std::string_view kStandardAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

class Modifiers {
 public:
  Modifiers(TokenCursor* in, String* out) : in_(*in), out_(*out) {}

  // To behind the last one. False if one is not understood.
  bool Parse() {
    bool good = true;
    while (in_.IsKind(TokenKind::kIdentifier)) good = One() && good;
    if (!out_.wide && !ascii_) out_.ascii = true;
    if (out_.base64 || out_.base64wide) {
      if (out_.base64_alphabet.empty())
        out_.base64_alphabet = kStandardAlphabet;
      if (out_.base64_alphabet.size() != 64) good = false;
    }
    return good;
  }

 private:
  bool One() {
    const bool text = out_.kind == String::Kind::kText;
    const bool hex = out_.kind == String::Kind::kHex;
    if (in_.TakeWord("private")) return out_.is_private = true;
    if (in_.TakeWord("ascii")) return (out_.ascii = ascii_ = true) && !hex;
    if (in_.TakeWord("wide")) return (out_.wide = true) && !hex;
    if (in_.TakeWord("nocase")) return (out_.nocase = true) && !hex;
    if (in_.TakeWord("fullword")) return (out_.fullword = true) && !hex;
    if (in_.TakeWord("xor")) return Xor() && text;
    if (in_.TakeWord("base64")) return Base64(&out_.base64) && text;
    if (in_.TakeWord("base64wide")) return Base64(&out_.base64wide) && text;
    in_.Skip();
    if (in_.IsPunct("(")) SkipBracket();
    return false;
  }

  void SkipBracket() {
    while (!in_.AtEnd() && !in_.TakePunct(")")) in_.Skip();
  }

  bool Byte(uint8_t* out) {
    if (!in_.IsKind(TokenKind::kNumber)) return false;
    const std::optional<int64_t> value = NumberValue(in_.Text());
    in_.Skip();
    if (!value.has_value() || *value < 0 || *value > 255) return false;
    *out = static_cast<uint8_t>(*value);
    return true;
  }

  // xor, xor(0x20), xor(1-0xff)
  bool Xor() {
    out_.has_xor = true;
    out_.xor_min = 0;
    out_.xor_max = 255;
    if (!in_.TakePunct("(")) return true;
    bool good = Byte(&out_.xor_min);
    out_.xor_max = out_.xor_min;
    if (in_.TakePunct("-")) good = Byte(&out_.xor_max) && good;
    if (in_.TakePunct(")")) return good && out_.xor_min <= out_.xor_max;
    SkipBracket();
    return false;
  }

  // Both forms must have the same alphabet.
  bool Base64(bool* flag) {
    *flag = true;
    std::optional<std::string> alphabet(kStandardAlphabet);
    bool good = true;
    if (in_.TakePunct("(")) {
      alphabet = cupel::StringValue(in_.Text());
      good = in_.IsKind(TokenKind::kString) && alphabet.has_value();
      SkipBracket();
    }
    if (!good ||
        (!out_.base64_alphabet.empty() && out_.base64_alphabet != *alphabet)) {
      return false;
    }
    out_.base64_alphabet = *std::move(alphabet);
    return true;
  }

  TokenCursor& in_;
  String& out_;
  bool ascii_ = false;
};

bool RegexIsNocase(std::string_view token) {
  return token.substr(token.rfind('/')).find('i') != std::string_view::npos;
}

// The literal, once the modifiers are known.
bool ParseValue(String* string) {
  switch (string->kind) {
    case String::Kind::kText: {
      std::optional<std::string> bytes = cupel::StringValue(string->source);
      if (!bytes.has_value()) return false;
      string->bytes = *std::move(bytes);
      return true;
    }
    case String::Kind::kHex:
      return ParseHex(string->source, &string->pattern);
    case String::Kind::kRegex:
      string->nocase = string->nocase || RegexIsNocase(string->source);
      return ParseRegex(string->source, string->nocase, &string->pattern);
  }
  return false;
}

bool ParseString(TokenCursor* in, String* out) {
  const size_t first = in->at();
  if (!in->IsKind(TokenKind::kStringId) || !in->IsPunct("=", 1)) return false;
  out->id = in->Text();
  in->Skip(2);
  if (in->IsKind(TokenKind::kString)) {
    out->kind = String::Kind::kText;
  } else if (in->IsKind(TokenKind::kHex)) {
    out->kind = String::Kind::kHex;
  } else if (in->IsKind(TokenKind::kRegex)) {
    out->kind = String::Kind::kRegex;
  } else {
    return false;
  }
  out->source = in->Text();
  in->Skip();
  out->understood = Modifiers(in, out).Parse();
  out->understood = ParseValue(out) && out->understood;
  out->span = in->SpanFrom(first);
  return true;
}

}  // namespace

bool ParseStrings(std::string_view text, std::span<const Token> tokens,
                  std::vector<String>* out) {
  TokenCursor in(text, tokens);
  while (!in.AtEnd()) {
    String string;
    if (!ParseString(&in, &string)) return false;
    out->push_back(std::move(string));
  }
  return true;
}

}  // namespace cupel::ast
