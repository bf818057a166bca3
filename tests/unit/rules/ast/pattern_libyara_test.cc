// Patterns against libyara: what it finds, the tree must find; and but for a
// few that libyara overlooks, the other way round.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../rules_testing.h"
#include "ast_testing.h"
#include "naive_match.h"
#include "random.h"

namespace cupel::ast {
namespace {

std::string Text(Random* random, std::string_view alphabet, int most) {
  std::string out;
  for (int n = random->Below(most + 1); n > 0; --n)
    out += random->Pick(alphabet);
  return out;
}

class RegexMaker {
 public:
  explicit RegexMaker(Random* random)
      : random_(*random), lazy_(random_.OneIn(3) ? "?" : "") {}

  std::string Make() {
    std::string out = "/" + Alternatives(2) + "/";
    if (random_.OneIn(3)) out += 'i';
    if (random_.OneIn(3)) out += 's';
    return out;
  }

 private:
  std::string Alternatives(int depth) {
    std::string out = Sequence(depth);
    while (random_.OneIn(4)) {
      out += '|';
      if (!random_.OneIn(6)) out += Sequence(depth);
    }
    return out;
  }

  std::string Sequence(int depth) {
    std::string out;
    for (int n = 1 + random_.Below(4); n > 0; --n) {
      if (random_.OneIn(12)) {
        static constexpr const char* kAssertions[] = {"^", "$", "\\b", "\\B"};
        out += random_.Pick(kAssertions);
      } else {
        out += Repeated(depth);
      }
    }
    return out;
  }

  // Of nested quantifiers, at most one is open: libyara gives up on others.
  std::string Repeated(int depth) {
    if (depth == 0 || !random_.OneIn(4)) return Single() + Quantifier(false);
    const bool bounded = bounded_;
    const std::string quantifier = Quantifier(true);
    bounded_ = bounded_ || !quantifier.empty();
    const std::string inside = Alternatives(depth - 1);
    bounded_ = bounded;
    return "(" + inside + ")" + quantifier;
  }

  std::string Single() {
    static constexpr const char* kSingles[] = {
        "a",         "b",      "B",       "1",       "_",
        " ",         "\\n",    "\\x61",   "\\x0b",   ".",
        "\\w",       "\\W",    "\\s",     "\\S",     "\\d",
        "\\D",       "\\/",    "\\.",     "ab",      "aab",
        "-",         "{",      "}",       "]",       "\xc3",
        "\\t",       "\\q",    "[ab]",    "[^a]",    "[\\w]",
        "[^\\s]",    "[]a]",   "[^]\\n]", "[a-]",    "[\\x00-\\x60]",
        "[^\\W\\d]", "[\\S1]", "[\\D]",   "[\\w-z]", "[ -A]",
    };
    return random_.Pick(kSingles);
  }

  std::string Quantifier(bool of_group) {
    static constexpr const char* kOpen[] = {"*", "+", "{1,}", "{,}"};
    static constexpr const char* kBounded[] = {
        "?", "{2}", "{,2}", "{1,2}", "{0,1}", "{ , 3}", "{2,3}"};
    if (!random_.OneIn(3)) return "";
    const bool open = !bounded_ && !of_group && random_.OneIn(2);
    return (open ? random_.Pick(kOpen) : random_.Pick(kBounded)) + lazy_;
  }

  Random& random_;
  bool bounded_ = false;    // inside of something repeated
  const std::string lazy_;  // libyara takes one kind in a regex only
};

class HexMaker {
 public:
  explicit HexMaker(Random* random) : random_(*random) {}

  std::string Make() { return "{ " + Sequence(2) + "}"; }

 private:
  std::string Sequence(int depth) {
    std::string out = Element(depth);
    for (int n = random_.Below(4); n > 0; --n) {
      if (random_.OneIn(3)) out += Jump(depth);
      out += Element(depth);
    }
    return out;
  }

  std::string Element(int depth) {
    static constexpr const char* kElements[] = {
        "61 ",    "62 ",       "41 ",  "0a ",          "6? ",
        "?1 ",    "?? ",       "~61 ", "~6? ",         "~?1 ",
        "61 62 ", "61 62 61 ", "C3 ",  "62 /* 61 */ ", "61 // 62 }\n"};
    if (depth == 0 || !random_.OneIn(4)) return random_.Pick(kElements);
    std::string out = "( " + Sequence(depth - 1);
    while (random_.OneIn(2)) out += "| " + Sequence(depth - 1);
    return out + ") ";
  }

  std::string Jump(int depth) {
    static constexpr const char* kJumps[] = {"[1] ",   "[2] ",   "[0-1] ",
                                             "[1-3] ", "[0-0] ", "[0 - 2] ",
                                             "[1-] ",  "[-] "};
    return kJumps[random_.Below(depth == 2 ? 8 : 6)];
  }

  Random& random_;
};

struct Declared {
  std::string source;
  Pattern pattern;
};

// One rule for each.
RuleSetPtr CompileAll(const std::vector<Declared>& declared) {
  std::string text;
  for (size_t i = 0; i < declared.size(); ++i) {
    text += "rule r" + std::to_string(i) +
            " { strings: $a = " + declared[i].source + "\n condition: $a }\n";
  }
  return FromText(text);
}

struct Counts {
  int found = 0;
  int overlooked = 0;
};

void Compare(const std::vector<Declared>& declared,
             const std::vector<std::string>& texts, Counts* counts) {
  const RuleSetPtr rules = CompileAll(declared);
  ASSERT_NE(rules, nullptr);
  auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  for (const std::string& text : texts) {
    std::vector<bool> found(declared.size(), false);
    ScanRequest request;
    request.bytes = text;
    const ScanAnswer answer = (*scratch)->Scan(request);
    ASSERT_TRUE(answer.status.ok()) << answer.status;
    for (const RuleMatch& match : answer.matches) found[match.rule] = true;
    for (size_t i = 0; i < declared.size(); ++i) {
      const bool occurs = Occurs(declared[i].pattern, text);
      EXPECT_TRUE(occurs || !found[i])
          << declared[i].source << " is " << ToText(declared[i].pattern)
          << " and not in " << testing::PrintToString(text);
      counts->found += found[i] ? 1 : 0;
      counts->overlooked += occurs && !found[i] ? 1 : 0;
    }
  }
}

std::vector<std::string> Texts(Random* random) {
  std::vector<std::string> texts = {"", "\n", "ab", "a\nb"};
  for (int i = 0; i < 40; ++i) {
    texts.push_back(
        Text(random, std::string("aabbAB1_ \n\x0b.-\xc3{}\0]/", 19), 14));
  }
  return texts;
}

TEST(PatternLibyaraTest, Regexes) {
  Random random;
  Counts counts;
  for (int round = 0; round < 2; ++round) {
    std::vector<Declared> declared;
    while (declared.size() < 250) {
      Declared one;
      one.source = RegexMaker(&random).Make();
      ASSERT_TRUE(ParseRegex(one.source, false, &one.pattern)) << one.source;
      declared.push_back(std::move(one));
    }
    Compare(declared, Texts(&random), &counts);
  }
  EXPECT_GT(counts.found, 1000);
  EXPECT_LE(counts.overlooked, counts.found / 1000);
}

TEST(PatternLibyaraTest, HexStrings) {
  Random random;
  Counts counts;
  for (int round = 0; round < 2; ++round) {
    std::vector<Declared> declared;
    while (declared.size() < 250) {
      Declared one;
      one.source = HexMaker(&random).Make();
      ASSERT_TRUE(ParseHex(one.source, &one.pattern)) << one.source;
      declared.push_back(std::move(one));
    }
    Compare(declared, Texts(&random), &counts);
  }
  EXPECT_GT(counts.found, 1000);
  EXPECT_LE(counts.overlooked, counts.found / 1000);
}

}  // namespace
}  // namespace cupel::ast
