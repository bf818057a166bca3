#include "tests/unit/rules/plan/plan_testing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

#include "rules/compiled_set.h"
#include "yara/rule_compiler.h"

namespace cupel::plan {
namespace {

using ast::Pattern;

// Few bytes, so that things meet; some that mean something to a parser.
constexpr std::string_view kTextBytes = "abAB01_ .+/\\\"\t\n";

std::string TextBody(Dice* dice, size_t least) {
  std::string out;
  const size_t length = least + dice->Below(dice->Chance(10)   ? 100
                                            : dice->Chance(30) ? 30
                                                               : 10);
  for (size_t i = 0; i < length; ++i) {
    if (dice->Chance(5)) {
      out += fmt::format("\\x{:02x}", dice->Below(256));
      continue;
    }
    const char c = kTextBytes[dice->Below(kTextBytes.size())];
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string Encodings(Dice* dice) {
  return dice->Pick<std::string>({"", "", " ascii", " wide", " ascii wide"});
}

std::string XorModifier(Dice* dice) {
  const size_t low = dice->Below(256);
  const size_t high = low + dice->Below(256 - low);
  if (dice->Chance(40)) return " xor";
  if (dice->Chance(40)) return fmt::format(" xor({})", low);
  return fmt::format(" xor({}-{})", low, high);
}

std::string Base64Modifier(Dice* dice) {
  std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string argument;
  if (dice->Chance(30)) {
    for (size_t i = alphabet.size() - 1; i > 0; --i) {
      std::swap(alphabet[i], alphabet[dice->Below(i + 1)]);
    }
    argument = "(\"" + alphabet + "\")";
  }
  if (dice->Chance(30)) {
    return " base64" + argument + " base64wide" + argument;
  }
  return (dice->Chance(50) ? " base64" : " base64wide") + argument;
}

std::string RandomText(Dice* dice) {
  if (dice->Chance(20)) {
    return "\"" + TextBody(dice, 3) + "\"" + Encodings(dice) +
           Base64Modifier(dice);
  }
  std::string out = "\"" + TextBody(dice, 1) + "\"" + Encodings(dice);
  if (dice->Chance(20)) out += " fullword";
  if (dice->Chance(25)) return out + XorModifier(dice);
  if (dice->Chance(35)) out += " nocase";
  return out;
}

std::string HexByte(Dice* dice) {
  const size_t value =
      dice->Chance(70) ? dice->Below(6) + 0x60 : dice->Below(256);
  std::string out = fmt::format("{:02X}", value);
  if (dice->Chance(8)) out[dice->Below(2)] = '?';
  if (dice->Chance(5)) out = "??";
  if (dice->Chance(4) && out != "??") out = "~" + out;
  return out;
}

std::string HexTokens(Dice* dice, int depth);

std::string HexToken(Dice* dice, int depth) {
  if (depth < 2 && dice->Chance(12)) {
    std::string out = "( " + HexTokens(dice, depth + 1);
    for (size_t i = dice->Below(3) + 1; i > 0; --i) {
      out += "| " + HexTokens(dice, depth + 1);
    }
    return out + ")";
  }
  return HexByte(dice);
}

std::string HexTokens(Dice* dice, int depth) {
  std::string out = HexByte(dice) + " ";
  for (size_t i = dice->Below(depth == 0 ? 12 : 4); i > 0; --i) {
    if (dice->Chance(12)) {
      const size_t low = dice->Below(5);
      out += dice->Pick<std::string>({fmt::format("[{}] ", low),
                                      fmt::format("[{}-{}] ", low, low + 3),
                                      depth == 0 ? "[-] " : "[0-2] "});
    }
    out += HexToken(dice, depth) + " ";
  }
  return out + HexByte(dice) + " ";
}

std::string RegexTerms(Dice* dice, int depth);

std::string RegexAtom(Dice* dice, int depth) {
  static const std::vector<std::string> kClasses = {
      "[ab]", "[^a]", "[a-f0-9]", "\\d", "\\w",   "\\s",   "\\S",
      ".",    "\\.",  "[aA]",     "_",   "\\x41", "[b-z]", "\\D"};
  if (depth < 3 && dice->Chance(15)) {
    std::string out = "(" + RegexTerms(dice, depth + 1);
    while (dice->Chance(50)) out += "|" + RegexTerms(dice, depth + 1);
    return out + ")";
  }
  if (dice->Chance(30)) return dice->Pick(kClasses);
  return std::string(1, "abAB01fgh"[dice->Below(9)]);
}

std::string RegexTerms(Dice* dice, int depth) {
  static const std::vector<std::string> kRepeats = {
      "*", "+", "?", "{2}", "{1,3}", "{3,}", "{0,2}", "*?", "+?", "{2,4}?"};
  std::string out;
  for (size_t i = dice->Below(depth == 0 ? 10 : 5) + 1; i > 0; --i) {
    if (dice->Chance(3)) out += dice->Chance(50) ? "\\b" : "\\B";
    out += RegexAtom(dice, depth);
    if (dice->Chance(20)) out += dice->Pick(kRepeats);
  }
  return out;
}

std::string RandomRegex(Dice* dice) {
  std::string body = RegexTerms(dice, 0);
  if (dice->Chance(3)) body = "^" + body;
  if (dice->Chance(3)) body += "$";
  if (dice->Chance(10)) body += "|" + RegexTerms(dice, 0);
  return "/" + body + "/" + dice->Pick<std::string>({"", "", "i", "s", "is"}) +
         dice->Pick<std::string>({"", "", " nocase"}) + Encodings(dice) +
         (dice->Chance(15) ? " fullword" : "");
}

std::string Wide(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += c;
    out += '\0';
  }
  return out;
}

std::string Base64(const std::string& bytes, const std::string& alphabet) {
  std::string out;
  uint32_t bits = 0;
  int many = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<uint8_t>(c);
    for (many += 8; many >= 6; many -= 6) {
      out += alphabet[bits >> (many - 6) & 63];
    }
  }
  if (many > 0) out += alphabet[bits << (6 - many) & 63];
  return out;
}

std::string TextMatch(const ast::String& string, Dice* dice) {
  std::string out = string.bytes;
  if (string.nocase) {
    for (char& c : out) {
      if (dice->Chance(50)) c = static_cast<char>(std::toupper(c));
    }
  }
  if (string.wide && (!string.ascii || dice->Chance(50))) out = Wide(out);
  if (string.base64 || string.base64wide) {
    // Something stands around it, which begins anywhere in a group.
    out = std::string("xyz").substr(0, dice->Below(3)) + out + "Q?";
    out = Base64(out, string.base64_alphabet);
    if (string.base64wide && (!string.base64 || dice->Chance(50))) {
      out = Wide(out);
    }
  }
  if (string.has_xor) {
    const size_t keys = size_t{string.xor_max} - string.xor_min + 1;
    const size_t key = string.xor_min + dice->Below(keys);
    for (char& c : out) c = static_cast<char>(static_cast<uint8_t>(c) ^ key);
  }
  return out;
}

void Sample(const Pattern& pattern, Dice* dice, std::string* out) {
  switch (pattern.kind) {
    case Pattern::Kind::kBytes: {
      if (pattern.set.none()) return;
      // Those of a large set that are text, mostly.
      size_t byte = dice->Chance(70) ? 'a' + dice->Below(26) : dice->Below(256);
      while (!pattern.set[byte]) byte = (byte + 1) % 256;
      *out += static_cast<char>(byte);
      return;
    }
    case Pattern::Kind::kConcat:
      for (const Pattern& child : pattern.children) Sample(child, dice, out);
      return;
    case Pattern::Kind::kAlternate:
      Sample(dice->Pick(pattern.children), dice, out);
      return;
    case Pattern::Kind::kRepeat: {
      const size_t more = std::min<size_t>(pattern.max - pattern.min, 4);
      for (size_t i = pattern.min + dice->Below(more + 1); i > 0; --i) {
        Sample(pattern.children.front(), dice, out);
      }
      return;
    }
    default:
      return;
  }
}

}  // namespace

std::string RandomString(Dice* dice) {
  switch (dice->Below(3)) {
    case 0:
      return RandomText(dice);
    case 1:
      return "{ " + HexTokens(dice, 0) + "}";
    default:
      return RandomRegex(dice);
  }
}

std::string RandomMatch(const ast::String& string, Dice* dice) {
  std::string out;
  if (string.kind == ast::String::Kind::kText) {
    out = TextMatch(string, dice);
  } else {
    Sample(string.pattern, dice, &out);
    if (string.wide && (!string.ascii || dice->Chance(50))) out = Wide(out);
  }
  if (!out.empty() && dice->Chance(20)) {
    char& c = out[dice->Below(out.size())];
    c = static_cast<char>(c ^ (1 << dice->Below(8)));
  }
  if (!out.empty() && dice->Chance(5)) out.pop_back();
  return out;
}

std::unique_ptr<ParsedRules> ParseRules(const std::string& text) {
  auto out = std::make_unique<ParsedRules>();
  out->unit.ns = "t";
  out->unit.files.push_back({"t", "", text, false});
  out->source = ast::Parse(out->unit);
  for (const ast::Rule& rule : out->source.rules) {
    out->input.rules.push_back({&rule, 0});
  }
  return out;
}

Oracle::Oracle(const std::string& text) {
  auto compiler = YaraCompiler::New(YaraCompiler::Rules::kFew);
  if (!compiler.ok()) return;
  for (const char* name : kFileExternals) {
    if (!(*compiler)->Define(name, std::string()).ok()) return;
  }
  std::vector<YaraMessage> messages;
  if (!(*compiler)->Add(text, "t", &messages)) return;
  auto rules = (*compiler)->Finish();
  if (!rules.ok()) return;
  auto scanner = YaraScanner::New(*std::move(rules));
  if (scanner.ok()) scanner_ = *std::move(scanner);
}

std::vector<uint32_t> Oracle::Matching(std::string_view bytes) {
  std::vector<uint32_t> out;
  const YaraScan scan =
      scanner_->Scan(bytes, std::numeric_limits<uint64_t>::max(), 1);
  for (const YaraMatch& match : scan.matches) out.push_back(match.rule);
  return out;
}

}  // namespace cupel::plan
