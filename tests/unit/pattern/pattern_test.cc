#include "pattern/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

bool Finds(std::string_view expression, std::string_view text) {
  const auto pattern = Pattern::CompileEcma(expression);
  EXPECT_TRUE(pattern.ok()) << expression << ": " << pattern.status();
  return pattern.ok() && pattern->Finds(text);
}

absl::Status Error(std::string_view expression) {
  return Pattern::CompileEcma(expression).status();
}

struct Case {
  std::string_view expression;
  std::string_view text;
  bool finds;
};

class FindsTest : public ::testing::TestWithParam<Case> {};

TEST_P(FindsTest, AsEcmaSays) {
  const Case& c = GetParam();
  EXPECT_EQ(Finds(c.expression, c.text), c.finds)
      << c.expression << " in " << c.text;
}

INSTANTIATE_TEST_SUITE_P(
    Ecma, FindsTest,
    ::testing::Values(
        // Anywhere, and the empty pattern everywhere.
        Case{"b", "abc", true}, Case{"", "", true}, Case{"^$", "", true},
        Case{"^b", "abc", false}, Case{"^a*$", "aaa", true},
        Case{"^a*$", "aab", false},
        // "$" is the end and nothing before it; "^" is no start of a line.
        Case{"^abc$", "abc\n", false}, Case{"^b", "a\nb", false},
        // "." stops at every line end of ECMA's.
        Case{"^.$", "\n", false}, Case{"^.$", "\r", false},
        Case{"^.$", "\xe2\x80\xa8", false}, Case{"^.$", "\xc3\xa9", true},
        Case{"^.$", "\xf0\x9f\x92\xa9", true}, Case{"^..$", "\xc3\xa9", false},
        // Digits and words are ASCII, white space is not.
        Case{"^\\d$", "7", true}, Case{"^\\d$", "\xe0\xa7\xaa", false},
        Case{"^\\D$", "\xe0\xa7\xaa", true}, Case{"^\\w$", "_", true},
        Case{"^\\w$", "\xc3\xa9", false}, Case{"^\\W$", "\xc3\xa9", true},
        Case{"^\\s$", "\xc2\xa0", true}, Case{"^\\s$", "\xef\xbb\xbf", true},
        Case{"^\\s$", "\xe2\x80\xa9", true}, Case{"^\\s$", "\v", true},
        Case{"^\\s$", "\xe2\x80\x8b", false}, Case{"^\\S$", "x", true},
        Case{"^\\S$", "\xe3\x80\x80", false},
        // The same within a class.
        Case{"^[\\d.]+$", "1.2", true}, Case{"^[^\\d]$", "1", false},
        Case{"^[\\S]$", " ", false}, Case{"^[\\s\\S]$", "\n", true},
        Case{"^[\\W]$", "-", true}, Case{"^[^\\W]$", "a", true},
        Case{"^[]$", "", false}, Case{"[]", "a", false},
        Case{"^[^]$", "\n", true}, Case{"^[a-c-e]+$", "a-e", true},
        Case{"^[a-]$", "-", true}, Case{"^[a-\\d]+$", "a-5", true},
        Case{"^[\\b]$", "\b", true}, Case{"^[$^.*]+$", "$^.*", true},
        Case{"^[\\]\\\\]+$", "]\\", true}, Case{"^[[:alpha:]]$", "l]", true},
        // Escapes.
        Case{"^\\t\\n\\v\\f\\r$", "\t\n\v\f\r", true},
        Case{"^\\cJ$", "\n", true}, Case{"^\\x41$", "A", true},
        Case{"^\\u0041$", "A", true},
        Case{"^\\u{1F4A9}$", "\xf0\x9f\x92\xa9", true},
        Case{"^\\uD83D\\uDCA9$", "\xf0\x9f\x92\xa9", true},
        Case{"^\\/\\.\\-$", "/.-", true}, Case{"^[\\u0030-\\x39]$", "5", true},
        Case{"^[\xf0\x9f\x90\xb2*]$", "\xf0\x9f\x90\xb2", true},
        // Properties, under their long names too.
        Case{"^\\p{Letter}$", "\xc3\xa9", true}, Case{"^\\p{L}$", "1", false},
        Case{"^\\p{digit}$", "\xe0\xa7\xaa", true},
        Case{"^\\P{Lu}$", "A", false}, Case{"^[\\p{Lu}_]$", "_", true},
        Case{"^\\p{gc=Lowercase_Letter}$", "a", true},
        Case{"^\\p{Script=Greek}$", "\xce\xb1", true},
        // Words and groups.
        Case{"\\bcat\\b", "a cat.", true}, Case{"\\bcat\\b", "cats", false},
        Case{"cat\\B", "cats", true}, Case{"^(?:a|b)+$", "abba", true},
        Case{"^(?<year>\\d{4})-(\\d\\d)$", "2024-01", true},
        Case{"^(|a)b$", "b", true}, Case{"a|^$", "", true},
        // Repetitions, lazy and not, and braces that are none.
        Case{"^a{2}$", "aa", true}, Case{"^a{2}$", "aaa", false},
        Case{"^a{02}$", "aa", true}, Case{"^a{2,}$", "aaaa", true},
        Case{"^a{1,2}?$", "aa", true}, Case{"^a{1,2}$", "aaa", false},
        Case{"^a+?b*?c??$", "aab", true}, Case{"^a{,2}$", "a{,2}", true},
        Case{"^{a}$", "{a}", true}, Case{"^]}$", "]}", true},
        Case{"^x{$", "x{", true}));

TEST(PatternTest, FindsNul) {
  const std::string text("a\0b", 3);
  EXPECT_TRUE(Finds("^a\\0b$", text));
  EXPECT_TRUE(Finds(std::string_view("a\0b", 3), text));
  EXPECT_FALSE(Finds("^a$", text));
}

TEST(PatternTest, NamesWhatNeedsBacktracking) {
  struct {
    const char* expression;
    const char* what;
  } const cases[] = {
      {"ab(?=c)", "look-ahead at byte 2"},
      {"(?!a)", "look-ahead at byte 0"},
      {"a(?<=b)", "look-behind at byte 1"},
      {"(?<!b)", "look-behind"},
      {"(a)\\1", "back reference at byte 3"},
      {"(?<n>a)\\k<n>", "back reference"},
  };
  for (const auto& c : cases) {
    const absl::Status error = Error(c.expression);
    EXPECT_EQ(error.code(), absl::StatusCode::kUnimplemented) << c.expression;
    EXPECT_THAT(MessageOf(error), HasSubstr(c.what));
  }
  EXPECT_EQ(Error("\\uD83D").code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(Error("\\p{Emoji}").code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(Error("\\p{Script=Klingon}").code(),
            absl::StatusCode::kUnimplemented);
}

TEST(PatternTest, RefusesBrokenOnes) {
  for (const std::string_view broken : {"(",           ")",
                                        "(?:",         "a)",
                                        "[a",          "[",
                                        "*",           "a**",
                                        "^*",          "(|+)",
                                        "a++",         "{2}",
                                        "|?",          "[b-a]",
                                        "\\",          "a{2,1}",
                                        "\\x4",        "\\u00",
                                        "\\u{110000}", "\\u{",
                                        "\\u{}",       "\\a",
                                        "\\Z",         "\\01",
                                        "(?P<n>a)",    "(?i)a",
                                        "(?<>a)",      "(?<1",
                                        "\\p",         "\\pL",
                                        "[\\",         "[a\\",
                                        "\xff",        "\xf8\x88\x80\x80",
                                        "[\xff]"}) {
    EXPECT_EQ(Error(broken).code(), absl::StatusCode::kInvalidArgument)
        << broken << ": " << Error(broken);
  }
}

TEST(PatternTest, RefusesHugeOnes) {
  for (const std::string& huge :
       {std::string(20000, 'a'), std::string("(a{1000}){1000}"),
        std::string("((a{100}){100}){100}"), std::string("a{1001}"),
        std::string("a{99999999999999999999}"),
        std::string(1000, '(') + std::string(1000, ')'),
        std::string("(\\p{L}{500}|\\p{N}{500})")}) {
    EXPECT_EQ(Error(huge).code(), absl::StatusCode::kResourceExhausted)
        << huge.substr(0, 40) << ": " << Error(huge);
  }
  // As they are usually written, which the above is not.
  EXPECT_EQ(Error("a{1000}{1000}").code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(Error("^.{0,1000}$").ok());
}

// What takes a backtracking engine longer than anyone lives.
TEST(PatternTest, IsLinear) {
  const std::string text = std::string(1 << 20, 'a') + "!";
  for (const std::string_view bomb :
       {"^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){20}$", "^(\\w*)*\\d$"}) {
    EXPECT_FALSE(Finds(bomb, text)) << bomb;
  }
}

TEST(PatternTest, KnowsItsSize) {
  const auto small = Pattern::CompileEcma("^a$");
  const auto large = Pattern::CompileEcma("^[a-z]{500}$");
  ASSERT_TRUE(small.ok() && large.ok());
  EXPECT_GE(small->size(), 1u);
  EXPECT_GT(large->size(), 400u);
}

TEST(PatternTest, IsMovable) {
  auto pattern = Pattern::CompileEcma("^a$");
  ASSERT_TRUE(pattern.ok());
  std::vector<Pattern> patterns;
  patterns.push_back(*std::move(pattern));
  patterns.push_back(*Pattern::CompileEcma("^b$"));
  EXPECT_TRUE(patterns[0].Finds("a"));
  EXPECT_TRUE(patterns[1].Finds("b"));
}

}  // namespace
}  // namespace cupel
