// Regular expressions in libyara's syntax, with texts that they match.
#include <algorithm>
#include <cctype>

#include "tests/differential/make_strings.h"

namespace cupel::differential {
namespace {

struct RegexText {
  std::string text;
  std::string sample;
};

// One expression; all its quantifiers are greedy or none is, because libyara
// refuses a mix.
class RegexMaker {
 public:
  RegexMaker(Draw* draw, bool lazy) : draw_(draw), lazy_(lazy) {}

  RegexText Alternatives(int depth) {
    const int64_t count = draw_->Chance(25) ? draw_->Between(2, 3) : 1;
    const uint32_t chosen = draw_->Below(static_cast<uint32_t>(count));
    RegexText out;
    for (uint32_t i = 0; i < count; ++i) {
      const RegexText one = Sequence(depth);
      out.text += (i == 0 ? "" : "|") + one.text;
      if (i == chosen) out.sample = one.sample;
    }
    return out;
  }

  RegexText Sequence(int depth) {
    RegexText out;
    const int64_t count = draw_->Between(1, depth == 0 ? 6 : 3);
    for (int64_t i = 0; i < count; ++i) {
      const RegexText part = Repeated(depth);
      out.text += part.text;
      out.sample += part.sample;
    }
    return out;
  }

 private:
  static std::string Escaped(char c) {
    static constexpr std::string_view kSpecial = "\\/.*+?()[]{}|^$\"-";
    static constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') return "\\n";
    if (c == '\t') return "\\t";
    if (byte < 0x20 || byte >= 0x7f) {
      return {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
    }
    if (kSpecial.find(c) != std::string_view::npos) return {'\\', c};
    return {c};
  }

  RegexText Word() {
    const std::string word = MakeWord(draw_).substr(0, draw_->Between(1, 12));
    RegexText out;
    for (const char c : word) out.text += Escaped(c);
    out.sample = word;
    return out;
  }

  RegexText Class() {
    switch (draw_->Below(9)) {
      case 0:
        return {"\\d", draw_->From("0123456789", 1)};
      case 1:
        return {"\\w", draw_->From("abAB01_", 1)};
      case 2:
        return {"\\s", draw_->From(" \t\n\r\v\f", 1)};
      case 3:
        return {"\\D", draw_->From("ab_ ", 1)};
      case 4:
        return {"\\W", draw_->From(" -(\"", 1)};
      case 5:
        return {"\\S", draw_->From("ab0(", 1)};
      case 6:
        return {"[a-c0-9_]", draw_->From("abc09_", 1)};
      case 7:
        return {draw_->Pick({"[^a-c]", "[^\\d\\n]", "[^\\]x]"}),
                draw_->From("Zdz%", 1)};
      default:
        return {draw_->Pick({"[ab]", "[\\w\\-ab]", "[ab\\x00-\\x1f]", "[]ab]",
                             "[-ab]", "[ab-]"}),
                draw_->From("ab", 1)};
    }
  }

  RegexText Atom(int depth) {
    switch (draw_->Weighted({60, 14, 8, depth < 3 ? 12u : 0u, 3, 2, 1})) {
      case 1:
        return Class();
      case 2:
        return {".", draw_->From("abZ0 \n%", 1)};
      case 3: {
        RegexText group = Alternatives(depth + 1);
        group.text = "(" + group.text + ")";
        return group;
      }
      case 4:
        return {draw_->Pick({"\\b", "\\B"}), ""};
      case 5:
        return {draw_->Pick({"^", "$"}), ""};
      case 6:
        return {"()", ""};
      default:
        return Word();
    }
  }

  RegexText Repeated(int depth) {
    RegexText atom = Atom(depth);
    // What a quantifier would get hold of is the last character only.
    const bool single = atom.sample.size() <= 1 || atom.text.back() == ')';
    if (!single || atom.sample.empty() || !draw_->Chance(30)) return atom;
    const int64_t low = draw_->Between(0, 3);
    const int64_t high = low + draw_->Between(0, 4);
    const std::string first = std::to_string(low);
    int64_t times = 0;
    std::string quantifier;
    switch (draw_->Below(7)) {
      case 0:
        quantifier = "*";
        times = draw_->Below(4);
        break;
      case 1:
        quantifier = "+";
        times = draw_->Between(1, 4);
        break;
      case 2:
        quantifier = "?";
        times = draw_->Below(2);
        break;
      case 3:
        quantifier = "{" + first + "," + std::to_string(high) + "}";
        times = draw_->Between(low, high);
        break;
      case 4:
        quantifier = "{" + first + ",}";
        times = low + draw_->Below(4);
        break;
      case 5:
        quantifier = "{," + std::to_string(high) + "}";
        times = draw_->Between(0, high);
        break;
      default:
        quantifier = "{" + std::to_string(high) + "}";
        times = high;
        break;
    }
    RegexText out{atom.text + quantifier + (lazy_ ? "?" : ""), ""};
    for (int64_t i = 0; i < times; ++i) out.sample += atom.sample;
    return out;
  }

  Draw* const draw_;
  const bool lazy_;
};

}  // namespace

MadeString MakeRegex(Draw* draw) {
  RegexMaker maker(draw, draw->Chance(15));
  RegexText regex = maker.Alternatives(0);
  if (draw->Chance(8)) regex.text = "^" + regex.text;
  if (draw->Chance(8)) regex.text += "$";
  MadeString out;
  out.value = "/" + regex.text + "/";
  if (draw->Chance(20)) {
    out.value += "i";
    out.nocase = true;
  }
  if (draw->Chance(20)) out.value += "s";
  out.samples.push_back(regex.sample);
  return out;
}

}  // namespace cupel::differential
