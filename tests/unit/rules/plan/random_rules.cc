#include "tests/unit/rules/plan/random_rules.h"

#include <algorithm>

namespace cupel::plan {
namespace {

std::string Wide(const std::string& text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

std::string Brackets(const std::string& text) { return "(" + text + ")"; }

}  // namespace

std::string RandomRule::Text() const {
  std::string out = modifiers + "rule " + name + " { strings: ";
  for (size_t i = 0; i < strings.size(); ++i) {
    out += ids[i] + " = " + strings[i].declaration + " ";
  }
  // So that no string is "unreferenced".
  return out + "condition: (" + condition +
         ") and for all of them : (# >= 0) }\n";
}

RandomString RandomRules::String() {
  static const Texts kWords = {"alpha",   "beta7", "gam_ma",
                               "MZ\\x90", "zz",    "ab"};
  const std::string word = Pick(kWords);
  const std::string bytes = word == "MZ\\x90" ? "MZ\x90" : word;
  const std::string text = "\"" + word + "\"";
  switch (Below(14)) {
    case 0:
      return {text + " wide", Wide(bytes)};
    case 1:
      return {text + " wide ascii", OneIn(2) ? bytes : Wide(bytes)};
    case 2: {
      std::string upper = bytes;
      upper[0] = static_cast<char>(upper[0] ^ (upper[0] >= 'A' ? 0x20 : 0));
      return {text + " nocase", upper};
    }
    case 3:
      return {text + " fullword", " " + bytes + " "};
    case 4: {
      std::string keyed = bytes;
      for (char& c : keyed) c = static_cast<char>(c ^ 3);
      return {text + " xor(1-5)", keyed};
    }
    case 5:
      return {"\"foobarbaz\" base64", "Zm9vYmFyYmF6"};
    case 6:
      return {"{ 4D 5A ?? 0? }", std::string("MZ\x90\x01", 4)};
    case 7:
      return {"{ 61 (62 | 63 64) [1-3] 65 }", "acdxxe"};
    case 8:
      return {"{ 7F 45 ~4D [0-1] 46 }",
              "\x7f"
              "EL"
              "F"};
    case 9:
      return {"/fo{2,4}[ab]r?/", "fooar"};
    case 10:
      return {"/ab+c/i wide", Wide("aBBc")};
    case 11:
      return {"/^hel+o|wor.d/s", OneIn(2) ? "hello" : "world"};
    default:
      return {text, bytes};
  }
}

RandomRule RandomRules::Rule(const std::string& name,
                             const std::vector<RandomRule>& before) {
  RandomRule rule;
  rule.name = name;
  if (OneIn(40)) rule.modifiers = "global ";
  if (OneIn(12)) rule.modifiers += "private ";
  const uint32_t strings = 1 + Below(5);
  for (uint32_t i = 0; i < strings; ++i) {
    rule.strings.push_back(String());
    rule.ids.push_back(OneIn(9) ? "$"
                                : "$" + std::string(1, "abx"[Below(3)]) +
                                      std::to_string(i));
  }
  before_ = &before;
  rule_ = &rule;
  variables_.clear();
  in_for_of_ = false;
  // A global rule that is never true would leave nothing to look at.
  rule.condition = rule.modifiers.starts_with("global")
                       ? "filesize >= 0 or " + Bool(1)
                       : Bool(static_cast<int>(Below(5)));
  rule_ = nullptr;
  return rule;
}

std::string RandomRules::Bool(int depth) {
  if (depth <= 0) return Atom(0);
  switch (Below(10)) {
    case 0:
    case 1:
    case 2:
      return Bool(depth - 1) + " and " + Bool(depth - 1);
    case 3:
    case 4:
      return Brackets(Bool(depth - 1) + " or " + Bool(depth - 1));
    case 5:
      return Bool(depth - 1) + " or " + Bool(depth - 1);
    case 6:
    case 7:
      return "not " + Brackets(Bool(depth - 1));
    default:
      return Atom(depth);
  }
}

std::string RandomRules::Atom(int depth) {
  static const Texts kCompare = {"==", "!=", "<", "<=", ">", ">="};
  switch (Below(16)) {
    case 0:
      return StringId() + " at " + Offset();
    case 1:
      return StringId() + " in (0.." + Offset() + ")";
    case 2:
    case 3:
      return Integer(2) + " " + Pick(kCompare) + " " + Integer(2);
    case 4:
      return Of(depth);
    case 5:
      return depth > 0 ? ForOf(depth) : Of(depth);
    case 6:
      return depth > 0 ? ForIn(depth) : Of(depth);
    case 7:
      return Read(1) + (OneIn(3) ? " & 0xF0 " : " ") + Pick(kCompare) + " " +
             Constant();
    case 8:
      return External();
    case 9:
      return Module();
    case 10:
      return RuleSet();
    case 11:
      return "defined " + Brackets(OneIn(2) ? Integer(2) : Module());
    case 12:
      return OneIn(2) ? Brackets(Integer(1)) : OneIn(2) ? "true" : "false";
    case 13:
      return "filesize " + Pick(kCompare) + " " +
             std::to_string(Below(5) * Below(60));
    default:
      return StringId();
  }
}

std::string RandomRules::Constant() {
  static const Texts kConstants = {"0",      "1",
                                   "2",      "3",
                                   "-1",     "0x4D",
                                   "0x5A4D", "0x464C457F",
                                   "0xF0",   "0x61",
                                   "0x40",   "100",
                                   "level",  "0x7FFFFFFFFFFFFFFF"};
  return Pick(kConstants);
}

std::string RandomRules::Offset() {
  static const Texts kOffsets = {"0", "1", "2", "10", "60", "1000"};
  return OneIn(4) ? Integer(1) : Pick(kOffsets);
}

std::string RandomRules::StringId() {
  if (in_for_of_ && OneIn(2)) return "$";
  for (int tries = 0; tries < 4; ++tries) {
    const std::string& id = Pick(rule_->ids);
    if (id != "$") return id;
  }
  return in_for_of_ ? "$" : "any of them and any of ($*)";
}

std::string RandomRules::Integer(int depth) {
  const std::string id = StringId();
  const bool has_id = id.starts_with('$');
  const std::string bare = has_id ? id.substr(1) : "";
  switch (depth > 0 ? Below(11) : Below(6)) {
    case 0:
      return has_id ? "#" + bare : "filesize";
    case 1:
      return has_id ? "@" + bare : "filesize";
    case 2:
      return variables_.empty() ? Constant() : Pick(variables_);
    case 3:
      return "filesize";
    case 4:
      return has_id ? "!" + bare : "1";
    case 6:
    case 7: {
      static const Texts kOperators = {"+", "-", "*", "\\", "%",
                                       "&", "|", "^", "<<", ">>"};
      return Brackets(Integer(depth - 1) + " " + Pick(kOperators) + " " +
                      Integer(depth - 1));
    }
    case 8:
      return Read(depth - 1);
    case 9:
      if (!has_id) return "2";
      return OneIn(2) ? "@" + bare + "[" + Integer(depth - 1) + "]"
                      : "#" + bare + " in (0.." + Integer(depth - 1) + ")";
    case 10:
      return OneIn(2) ? "pe.number_of_sections"
                      : (OneIn(2) ? "~" : "-") + Integer(depth - 1);
    default:
      return Constant();
  }
}

std::string RandomRules::Read(int depth) {
  static const Texts kReads = {"uint8",    "uint16",  "uint32",  "int8",
                               "int16",    "int32",   "uint8be", "uint16be",
                               "uint32be", "int16be", "int32be"};
  static const Texts kAt = {"0", "1", "4", "0x3C", "100", "500"};
  const std::string at = depth > 0 && OneIn(3) ? Integer(1) : Pick(kAt);
  return Pick(kReads) + Brackets(at);
}

std::string RandomRules::Sets() {
  if (OneIn(3)) return "them";
  std::string out;
  for (uint32_t i = 0, n = 1 + Below(3); i < n; ++i) {
    std::string id = Pick(rule_->ids);
    if (OneIn(3)) id = id.substr(0, 1 + Below(2)) + "*";
    out += (out.empty() ? "" : ", ") + id;
  }
  return Brackets(out);
}

std::string RandomRules::Quantifier() {
  static const Texts kQuantifiers = {"any", "all", "none", "1",  "2",
                                     "3",   "0",   "any",  "all"};
  return OneIn(8) ? Integer(1) : Pick(kQuantifiers);
}

std::string RandomRules::Of(int) {
  if (OneIn(4)) {
    static const Texts kPercents = {"1", "25", "34", "50", "67", "100"};
    return Pick(kPercents) + "% of " + Sets();
  }
  const std::string of = Quantifier() + " of " + Sets();
  if (OneIn(4)) return of + " in (0.." + Offset() + ")";
  return OneIn(4) ? of + " at " + Offset() : of;
}

std::string RandomRules::ForOf(int depth) {
  if (in_for_of_) return Of(depth);
  const std::string head = "for " + Quantifier() + " of " + Sets() + " : ";
  in_for_of_ = true;
  const std::string body = OneIn(5) ? Integer(1) : Bool(depth - 1);
  in_for_of_ = false;
  return head + Brackets(body);
}

std::string RandomRules::ForIn(int depth) {
  if (variables_.size() > 1) return Of(depth);
  std::string variable = variables_.empty() ? "i" : "j";
  std::string values;
  switch (Below(5)) {
    case 0:
      values = "(1.." + Integer(1) + ")";
      break;
    case 1:
      values = "(" + Integer(1) + ", " + Integer(0) + ", 3)";
      break;
    case 2:
      values = "(" + std::to_string(Below(3)) + "..3)";
      break;
    case 3:
      values = "(0..#" + rule_->ids[0].substr(1) + ")";
      if (rule_->ids[0] == "$") values = "(0..40)";
      break;
    default: {
      variables_.emplace_back("filesize");  // the variable is no number
      const std::string body =
          OneIn(2) ? "s.raw_data_size > 0 and " + Bool(depth - 1)
                   : Bool(depth - 1);
      variables_.pop_back();
      return "for " + Quantifier() + " s in pe.sections : " + Brackets(body);
    }
  }
  const std::string head =
      "for " + Quantifier() + " " + variable + " in " + values + " : ";
  variables_.push_back(variable);
  const std::string body = OneIn(5) ? Integer(1) : Bool(depth - 1);
  variables_.pop_back();
  return head + Brackets(body);
}

std::string RandomRules::External() {
  static const Texts kNames = {"filename", "filepath", "extension", "filetype",
                               "mode"};
  static const Texts kOperators = {"==",        "!=",         "contains",
                                   "icontains", "startswith", "istartswith",
                                   "endswith",  "iendswith",  "iequals",
                                   "<",         ">="};
  static const Texts kTexts = {"\"a\"", "\".js\"",  "\"A.JS\"",
                               "\"\"",  "\"fast\"", "\"pkg\""};
  const std::string name = Pick(kNames);
  if (OneIn(5)) return name;
  if (OneIn(5)) {
    return "for any t in (\"a.js\", \".py\") : (" + name + " endswith t)";
  }
  if (OneIn(4)) return Pick(kTexts) + " " + Pick(kOperators) + " " + name;
  return name + " " + Pick(kOperators) + " " + Pick(kTexts);
}

std::string RandomRules::Module() {
  static const Texts kModules = {
      "pe.is_pe",
      "pe.is_pe == 0",
      "pe.is_pe == 1",
      "pe.machine == pe.MACHINE_I386",
      "pe.number_of_sections < 3",
      "pe.is_dll()",
      "pe.characteristics & pe.DLL",
      "pe.sections[0].name == \".text\"",
      "pe.imports(\"k\", \"f\")",
      "pe.MACHINE_I386 == 0x14c",
      "elf.type == elf.ET_EXEC",
      "elf.machine > 0",
      "math.entropy(0, 4) < 3.0",
      "math.max(#, 2) > 1",
      "math.entropy(0, pe.number_of_sections) >= 0.0",
      "1.5 < 2",
      "pe.entry_point",
      "entrypoint >= 0"};
  const std::string& picked = Pick(kModules);
  return picked.find('#') == std::string::npos || in_for_of_ ? picked
                                                             : "elf.type";
}

std::string RandomRules::RuleSet() {
  if (before_->empty()) return StringId();
  const RandomRule& other =
      (*before_)[Below(static_cast<uint32_t>(before_->size()))];
  if (OneIn(3)) {
    const std::string prefix =
        other.name.substr(0, std::max<size_t>(2, other.name.size() - 1));
    static const Texts kQuantifiers = {"any", "all", "2", "none", "3", "50%"};
    return Pick(kQuantifiers) + " of (" + prefix + "*)";
  }
  return OneIn(3) ? "not " + other.name : other.name;
}

std::string RandomRules::Name() {
  static const Texts kNames = {"", "a", "a.js", "A.JS", "fast", ".py", "pkg/a"};
  return Pick(kNames);
}

std::string RandomRules::File(const std::vector<std::string>& samples) {
  static const std::string kPe = [] {
    std::string out = "MZ" + std::string(58, '\0');
    out += std::string("\x40\0\0\0PE\0\0\x4c\1\2", 11);
    return out + std::string(300, '\1');
  }();
  static const std::string kElf = std::string(
                                      "\x7f"
                                      "ELF\2\1\1",
                                      7) +
                                  std::string(9, '\0') +
                                  std::string("\2\0\x3e\0\1", 5) +
                                  std::string(60, '\0');
  std::string out;
  switch (Below(8)) {
    case 0:
      out = kPe.substr(0, OneIn(2) ? kPe.size() : Below(100));
      break;
    case 1:
      out = kElf.substr(0, OneIn(2) ? kElf.size() : Below(70));
      break;
    case 2:
      return std::string(Below(6), static_cast<char>(Below(256)));
    default:
      break;
  }
  for (uint32_t i = 0, n = Below(9); i < n; ++i) {
    std::string piece = Pick(samples);
    if (OneIn(6)) piece = Wide(piece);
    if (OneIn(5)) piece[Below(static_cast<uint32_t>(piece.size()))] ^= 0x20;
    if (OneIn(6)) piece.resize(piece.size() / 2);
    out += piece;
    if (OneIn(2)) out += std::string(Below(20), "  \nx\0"[Below(5)]);
  }
  return out;
}

}  // namespace cupel::plan
