#include "tests/differential/make_strings.h"

#include <algorithm>
#include <cctype>

namespace cupel::differential {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void MakeXor(Draw* draw, MadeString* out) {
  out->has_xor = true;
  out->modifiers += " xor";
  out->xor_max = 255;
  if (draw->Chance(40)) return;
  out->xor_min = static_cast<uint8_t>(draw->Below(256));
  if (draw->Chance(50)) {
    out->xor_max = out->xor_min;
    out->modifiers += "(" + std::to_string(out->xor_min) + ")";
    return;
  }
  out->xor_max = static_cast<uint8_t>(draw->Between(out->xor_min, 255));
  out->modifiers += "(" + std::to_string(out->xor_min) + "-" +
                    std::to_string(out->xor_max) + ")";
}

void MakeBase64(Draw* draw, MadeString* out) {
  const size_t kind = draw->Below(3);
  out->base64 = kind != 1;
  out->base64wide = kind != 0;
  std::string alphabet;
  if (draw->Chance(25)) {
    out->alphabet = kBase64;
    std::rotate(out->alphabet.begin(),
                out->alphabet.begin() + draw->Between(1, 63),
                out->alphabet.end());
    alphabet = "(\"" + out->alphabet + "\")";
  }
  if (out->base64) out->modifiers += " base64" + alphabet;
  if (out->base64wide) out->modifiers += " base64wide" + alphabet;
}

void MakeWidth(Draw* draw, MadeString* out) {
  const size_t kind = draw->Weighted({50, 20, 15, 15});
  out->wide = kind >= 2;
  out->ascii = kind != 2;
  if (kind == 1 || kind == 3) out->modifiers += " ascii";
  if (out->wide) out->modifiers += " wide";
}

// The modifiers that every kind of string has.
void MakePrivate(Draw* draw, MadeString* out) {
  if (draw->Chance(8)) out->modifiers += " private";
}

}  // namespace

std::string MakeWord(Draw* draw) {
  static const std::vector<std::string> kWords = {"a",
                                                  "b",
                                                  "ab",
                                                  "aa",
                                                  "Abc",
                                                  "eval(",
                                                  "MZ",
                                                  "http",
                                                  "://",
                                                  "foo",
                                                  "Bar",
                                                  "_x",
                                                  "0",
                                                  "12",
                                                  " ",
                                                  ".exe",
                                                  "kernel32",
                                                  "password",
                                                  "require",
                                                  "\\",
                                                  "\"",
                                                  "é",
                                                  "import os",
                                                  "base64",
                                                  "child_",
                                                  "process",
                                                  "%s",
                                                  "\t",
                                                  "----",
                                                  "AAAA",
                                                  std::string("\0", 1),
                                                  "\xff\xfe",
                                                  "\n",
                                                  "this program",
                                                  "cmd"};
  std::string out;
  const int64_t words = draw->Between(1, 3);
  for (int64_t i = 0; i < words; ++i) out += draw->Pick(kWords);
  if (draw->Chance(40)) out += draw->From("abAB01_(", draw->Between(1, 6));
  if (draw->Chance(5)) out += std::string(draw->Between(4, 20), 'A');
  return out;
}

std::string Quoted(Draw* draw, const std::string& text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t' && draw->Chance(50)) {
      out += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f || draw->Chance(3)) {
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

MadeString MakeTextString(Draw* draw) {
  MadeString out;
  std::string text = MakeWord(draw);
  if (draw->Chance(6)) text = text.substr(0, draw->Between(1, 3));
  out.value = Quoted(draw, text);
  out.samples.push_back(text);
  switch (draw->Weighted({60, 14, 14, 12})) {
    case 0:
      MakeWidth(draw, &out);
      break;
    case 1:
      MakeWidth(draw, &out);
      MakeXor(draw, &out);
      break;
    case 2:
      if (draw->Chance(30)) MakeWidth(draw, &out);
      MakeBase64(draw, &out);
      break;
    default:
      MakeWidth(draw, &out);
      out.nocase = true;
      out.modifiers += " nocase";
      break;
  }
  // Not with base64: libyara refuses that, as it should now and then.
  if (draw->Chance(out.base64 || out.base64wide ? 2 : 15)) {
    out.fullword = true;
    out.modifiers += " fullword";
  }
  MakePrivate(draw, &out);
  return out;
}

namespace {

struct HexText {
  std::string text;
  std::string sample;
};

constexpr char kUpper[] = "0123456789ABCDEF";

std::string TwoDigits(unsigned char byte) {
  return {kUpper[byte >> 4], kUpper[byte & 15]};
}

HexText HexByte(Draw* draw) {
  static constexpr std::string_view kBytes = "ab\x90\xcc\x01MZ\xff\0\x55\x8b";
  const char byte =
      draw->Chance(70) ? draw->From({kBytes.data(), 11}, 1)[0] : draw->Byte();
  return {TwoDigits(static_cast<unsigned char>(byte)), std::string(1, byte)};
}

HexText HexToken(Draw* draw) {
  HexText byte = HexByte(draw);
  const auto value = static_cast<unsigned char>(byte.sample[0]);
  switch (draw->Weighted({70, 10, 6, 6, 5, 3})) {
    case 1:
      return {"??", draw->Bytes(1)};
    case 2:
      byte.text[1] = '?';
      byte.sample[0] = static_cast<char>((value & 0xf0) | draw->Below(16));
      return byte;
    case 3:
      byte.text[0] = '?';
      byte.sample[0] = static_cast<char>((value & 0x0f) | draw->Below(16) << 4);
      return byte;
    case 4:
      return {"~" + byte.text,
              std::string(1, static_cast<char>(value ^ draw->Between(1, 255)))};
    case 5: {
      std::string text = byte.text;
      text[1] = '?';
      return {"~" + text, std::string(1, static_cast<char>(value ^ 0x10))};
    }
    default:
      return byte;
  }
}

HexText HexJump(Draw* draw, bool bounded) {
  const int64_t low = draw->Between(0, 4);
  const int64_t high = low + draw->Between(0, 8);
  const std::string first = std::to_string(low);
  switch (draw->Below(bounded ? 2 : 4)) {
    case 0:
      return {"[" + std::to_string(low + 1) + "]", draw->Bytes(low + 1)};
    case 1:
      return {"[" + first + "-" + std::to_string(high) + "]",
              draw->Bytes(draw->Between(low, high))};
    case 2:
      return {"[" + first + "-]", draw->Bytes(low + draw->Below(30))};
    default:
      return {"[-]", draw->Bytes(draw->Below(30))};
  }
}

HexText HexTokens(Draw* draw, int depth, int64_t most) {
  HexText out;
  const int64_t count = draw->Between(1, most);
  for (int64_t i = 0; i < count; ++i) {
    HexText part = HexToken(draw);
    if (depth < 2 && draw->Chance(8)) {
      const int64_t alternatives = draw->Between(2, 4);
      const uint32_t chosen = draw->Below(static_cast<uint32_t>(alternatives));
      part = {"(", ""};
      for (uint32_t n = 0; n < alternatives; ++n) {
        const HexText one = HexTokens(draw, depth + 1, 4);
        part.text += (n == 0 ? " " : " | ") + one.text;
        if (n == chosen) part.sample = one.sample;
      }
      part.text += " )";
    } else if (i != 0 && i + 1 < count && draw->Chance(10)) {
      const HexText jump = HexJump(draw, depth != 0);
      part = {jump.text + " " + part.text, jump.sample + part.sample};
    }
    out.text += (i == 0 ? "" : " ") + part.text;
    out.sample += part.sample;
  }
  return out;
}

}  // namespace

MadeString MakeHexString(Draw* draw) {
  MadeString out;
  // A run of plain bytes first, mostly: without one there is little to find.
  HexText first;
  if (draw->Chance(75)) {
    const int64_t run = draw->Between(2, 6);
    for (int64_t i = 0; i < run; ++i) {
      const HexText byte = HexByte(draw);
      first.text += byte.text + " ";
      first.sample += byte.sample;
    }
  }
  const HexText rest = HexTokens(draw, 0, 10);
  out.value = "{ " + first.text + rest.text + " }";
  out.samples.push_back(first.sample + rest.sample);
  MakePrivate(draw, &out);
  return out;
}

MadeString MakeRegexString(Draw* draw) {
  MadeString out = MakeRegex(draw);
  MakeWidth(draw, &out);
  if (draw->Chance(15)) {
    out.modifiers += " nocase";
    out.nocase = true;
  }
  if (draw->Chance(12)) {
    out.modifiers += " fullword";
    out.fullword = true;
  }
  MakePrivate(draw, &out);
  return out;
}

}  // namespace cupel::differential
