#include "tests/differential/make_conditions.h"

#include "tests/differential/make_strings.h"

namespace cupel::differential {

std::string SomeFileName(Draw* draw) {
  return draw->Pick({"index.js", "setup.py", "a", "README", "Foo.EXE", ""});
}
std::string SomeFilePath(Draw* draw) {
  return draw->Pick({"package", "pkg.tgz!/package", "lib/foo", ""});
}
std::string SomeExtension(Draw* draw) {
  return draw->Pick({".js", ".py", ".exe", ""});
}
std::string SomeFileType(Draw* draw) {
  return draw->Pick({"ZIP", "PE", "ELF", "PDF", ""});
}
std::string SomeOwner(Draw* draw) { return draw->Pick({"root", "me", ""}); }

std::string ConditionMaker::Number() {
  static const std::vector<int64_t> kNumbers = {
      0,   1,   2,   3,   4,   5,   8,   10,   16,   20,   32,   60,   64,
      100, 128, 200, 256, 300, 500, 512, 1000, 1024, 2000, 4096, 5000, 8192};
  const int64_t number = draw_->Pick(kNumbers) + draw_->Between(-1, 1);
  if (number < 0) return "-1";
  numbers_->push_back(number);
  switch (draw_->Weighted({85, 8, 3, 2, 2})) {
    case 1: {
      static constexpr char kDigits[] = "0123456789abcdef";
      std::string hex;
      for (int64_t n = number; n != 0; n >>= 4) hex = kDigits[n & 15] + hex;
      return "0x" + (hex.empty() ? "0" : hex);
    }
    case 2:
      numbers_->push_back(1024);
      return draw_->Pick({"1KB", "2KB", "4KB", "1MB"});
    case 3:
      return "(" + std::to_string(number) + " + 1)";
    case 4:
      return "(" + std::to_string(number) + ")";
    default:
      return std::to_string(number);
  }
}

std::string ConditionMaker::SmallNumber() {
  return std::to_string(draw_->Below(5));
}

std::string ConditionMaker::CompareOp() {
  return draw_->Pick({"==", "!=", "<", "<=", ">", ">="});
}

std::string ConditionMaker::External(bool text) {
  std::vector<std::string> fitting;
  for (const auto& [name, value] : *names_->defines) {
    if (std::holds_alternative<std::string>(value) == text) {
      fitting.push_back(name);
    }
  }
  if (!fitting.empty() && (!text || draw_->Chance(20))) {
    return draw_->Pick(fitting);
  }
  if (!text) return "filesize";
  return draw_->Pick(
      {"filename", "filepath", "extension", "filetype", "owner"});
}

Node ConditionMaker::ReadInteger() {
  const std::string name =
      draw_->Pick({"uint8", "uint16", "uint32", "uint8be", "uint16be",
                   "uint32be", "int8", "int16", "int32", "int16be"});
  switch (draw_->Weighted({60, 20, 10, 10})) {
    case 0:
      return Leaf(name + "(0)", false);
    case 1:
      return Leaf(name + "(" + Number() + ")", false);
    case 2:
      return Leaf(name + "(filesize - " + SmallNumber() + ")", false);
    default:
      if (names_->strings.empty()) return Leaf(name + "(uint8(0))", false);
      return Leaf(name + "(@" + BareString() + ")", false);
  }
}

Node ConditionMaker::Integer(int depth) {
  if (!loop_integers_.empty() && draw_->Chance(30)) {
    return Leaf(draw_->Pick(loop_integers_), false);
  }
  const bool strings = !names_->strings.empty();
  switch (draw_->Weighted(
      {30, 20, 16, strings ? 14u : 0u, 4, 8, depth > 0 ? 12u : 0u, 4})) {
    case 0:
      return Leaf(Number(), false);
    case 1:
      return Leaf("filesize", false);
    case 2:
      return ReadInteger();
    case 3:
      return Leaf(draw_->Pick({"#", "@", "!"}) + BareString(), false);
    case 4:
      return Leaf("entrypoint", false);
    case 5:
      return Leaf(External(false), false);
    case 6:
      return Join("(@@ " +
                      draw_->Pick({"+", "-", "*", "\\", "%", "&", "|", "^"}) +
                      " @@)",
                  {Integer(depth - 1), Integer(depth - 1)}, false);
    default:
      return Join(draw_->Pick({"-@@", "~@@", "(@@ << 1)", "(@@ >> 2)"}),
                  {Integer(0)}, false);
  }
}

Node ConditionMaker::Compare() {
  switch (draw_->Weighted({35, 30, 25, 10})) {
    case 0:
      return Leaf("filesize " + CompareOp() + " " + Number());
    case 1: {
      // Values that files begin with.
      static const std::vector<std::string> kMagics = {
          "uint16(0) == 0x5A4D",
          "uint16be(0) == 0x4D5A",
          "uint32(0) == 0x464c457f",
          "uint32be(0) == 0x7f454c46",
          "uint32(0) == 0x04034b50",
          "uint32be(0) == 0x25504446",
          "uint16(0) != 0x5A4D",
          "uint8(0) == 0x4D",
          "0x5A4D == uint16(0)",
          "uint32be(uint32(0x3c)) == 0x50450000",
          "uint8(filesize - 1) == 0x61",
          "uint16(0) & 0xff == 0x4d",
          "uint8(1) == 0x5a",
          "int8(0) == 0x61",
          "uint32(0) > 0x464c457e",
          "uint8(0) < 0x62"};
      const Node magic = Leaf(draw_->Pick(kMagics));
      return draw_->Chance(12) ? Join("not @@", {magic}) : magic;
    }
    case 2:
      return Join("@@ " + CompareOp() + " @@", {Integer(1), Integer(1)});
    default:
      return Join("@@ " + CompareOp() + " " +
                      draw_->Pick({"1.5", "0.0", "10.0", "-2.5"}),
                  {Integer(0)});
  }
}

Node ConditionMaker::TextOperator() {
  const std::string left = External(true);
  std::string value = SomeFileName(draw_);
  if (left == "filepath") value = SomeFilePath(draw_);
  if (left == "extension") value = SomeExtension(draw_);
  if (left == "filetype") value = SomeFileType(draw_);
  if (left == "owner") value = SomeOwner(draw_);
  if (draw_->Chance(30) && !value.empty()) {
    value = value.substr(draw_->Below(static_cast<uint32_t>(value.size())), 3);
  }
  const std::string quoted = Quoted(draw_, value);
  switch (draw_->Weighted({35, 10, 40, 12, 3})) {
    case 0:
      return Leaf(left + " == " + quoted);
    case 1:
      return Leaf(left + " " + CompareOp() + " " + quoted);
    case 2:
      return Leaf(
          left + " " +
          draw_->Pick({"contains", "icontains", "startswith", "istartswith",
                       "endswith", "iendswith", "iequals"}) +
          " " + quoted);
    case 3:
      return Leaf(left + " matches " +
                  (draw_->Chance(50) ? draw_->Pick({"/\\.js$/", "/^a/i",
                                                    "/[a-z]+\\./", "/./"})
                                     : MakeRegex(draw_).value));
    default:
      return Leaf(left);  // a text is true if it is not empty
  }
}

Node ConditionMaker::OfRules() {
  const std::string rule = draw_->Pick(names_->rules);
  switch (draw_->Weighted({60, 25, 15})) {
    case 0:
      return Leaf(rule);
    case 1: {
      std::string set = rule;
      if (names_->rules.size() > 1) set += ", " + draw_->Pick(names_->rules);
      return Leaf(draw_->Pick({"any", "all", "none", "1", "2", "50%"}) +
                  " of (" + set + ")");
    }
    default:
      // Names are group_index: a group is over when a wildcard speaks of it, so
      // libyara refuses the next rule of it, which is dropped.
      return Leaf(draw_->Pick({"any", "all", "none", "1", "2", "50%"}) +
                  " of (" + rule.substr(0, rule.find('_') + 1) + "*)");
  }
}

Node ConditionMaker::ForIn(int depth) {
  const bool strings = !names_->strings.empty();
  if (draw_->Chance(12)) {
    const Node body =
        draw_->Chance(50)
            ? Leaf("s == " + External(true))
            : Leaf("filename " + draw_->Pick({"contains", "iequals"}) + " s");
    return Join("for " + Quantifier(2) +
                    " s in (\"index.js\", \".js\", \"\") "
                    ": (@@)",
                {body});
  }
  const std::string variable = draw_->Pick({"i", "j", "k"});
  for (const std::string& used : loop_integers_) {
    if (used == variable) return Compare();
  }
  std::string values;
  int64_t members = 3;
  // Inner loops are short: nested ones would take minutes.
  const bool outer = loop_integers_.empty();
  switch (draw_->Weighted(
      {outer ? 40u : 0u, 20, outer ? 20u : 0u, strings && outer ? 20u : 0u})) {
    case 0:
      values = "(" + SmallNumber() + ".." + Number() + ")";
      break;
    case 1:
      values = "(0, 1, " + Number() + ")";
      break;
    case 2:
      values = "(0..filesize \\ 16)";
      break;
    default:
      values = "(1..#" + BareString() + ")";
      break;
  }
  loop_integers_.push_back(variable);
  Node body;
  if (strings && draw_->Chance(55)) {
    const std::string name = BareString();
    switch (draw_->Below(5)) {
      case 0:
        body = Leaf("@" + name + "[" + variable + "] < " + Number());
        break;
      case 1:
        body = Leaf("$" + name + " at " + variable);
        break;
      case 2:
        body = Leaf("!" + name + "[" + variable + "] > " + SmallNumber());
        break;
      case 3:
        body =
            Leaf("$" + name + " in (" + variable + ".." + variable + " + 20)");
        break;
      default:
        body = Leaf("@" + name + "[" + variable + "] + 1 > @" + BareString());
        break;
    }
  } else {
    body = Boolean(depth - 1);
  }
  loop_integers_.pop_back();
  return Join("for " + Quantifier(members) + " " + variable + " in " + values +
                  " : (@@)",
              {std::move(body)});
}

Node ConditionMaker::Logic(int depth) {
  switch (draw_->Weighted({40, 25, 15, 8, 12})) {
    case 0:
      return Join("@@ and @@", {Boolean(depth - 1), Boolean(depth - 1)});
    case 1:
      return Join("(@@ or @@)", {Boolean(depth - 1), Boolean(depth - 1)});
    case 2:
      return Join("not (@@)", {Boolean(depth - 1)});
    case 3:
      return Join(draw_->Pick({"defined (@@)", "not defined (@@)"}),
                  {draw_->Chance(50) ? Boolean(depth - 1) : Integer(1)});
    default:
      return Join("(@@)", {Boolean(depth - 1)});
  }
}

Node ConditionMaker::Boolean(int depth) {
  const bool strings = !names_->strings.empty() || names_->anonymous;
  const bool deep = depth > 0;
  switch (
      draw_->Weighted({strings ? 40u : 0u, deep ? 32u : 0u, 14, 7,
                       names_->rules.empty() ? 0u : 8u,
                       names_->modules.empty() ? 0u : 9u, deep ? 6u : 0u, 2})) {
    case 0:
      return OfStrings(depth);
    case 1:
      return Logic(depth);
    case 2:
      return Compare();
    case 3:
      return TextOperator();
    case 4:
      return OfRules();
    case 5:
      return OfModules();
    case 6:
      return ForIn(depth);
    default:
      // A number is a condition too.
      return draw_->Chance(50) ? Leaf(draw_->Pick({"true", "false"}))
                               : Integer(0);
  }
}

Node ConditionMaker::Lenient() {
  switch (draw_->Below(6)) {
    case 0:
      return Leaf("filesize < " + std::to_string(draw_->Between(300, 20000)));
    case 1:
      return Leaf("filesize > " + SmallNumber());
    case 2:
      return Join("not (@@)", {Boolean(0)});
    case 3:
      return Join("(@@ or @@)", {Boolean(1), Boolean(1)});
    case 4:
      return Leaf("uint8(0) != 0x00");
    default:
      return Boolean(1);
  }
}

}  // namespace cupel::differential
