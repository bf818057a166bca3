#include "builtin/reader/charset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/reader/charset_guess.h"
#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kGerman =
    "Falsches Üben von Xylophonmusik quält jeden größeren Zwerg.\n";
constexpr std::string_view kRussian =
    "Съешь же ещё этих мягких французских булок, да выпей чаю.\n";
constexpr std::string_view kJapanese = "いろはにほへと ちりぬるを\n";

// As iconv(1) writes it.
std::string Iconv(std::string_view text, const std::string& charset) {
  const ToolDir dir;
  dir.Write("in", text);
  return dir.Make("iconv -f UTF-8 -t " + charset + " in > out", "out");
}

std::string Guess(std::string_view bytes) {
  const auto guess = GuessCharset(bytes);
  return guess.ok() ? std::string(guess->charset) : "cancelled";
}

TEST(CharsetGuessTest, KnowsWhatIconvWrote) {
  EXPECT_EQ(Guess(kRussian), "UTF-8");
  EXPECT_EQ(Guess("plain"), "UTF-8");
  EXPECT_EQ(Guess(Iconv(kGerman, "UTF-16LE")), "UTF-16LE");
  EXPECT_EQ(Guess(Iconv(kGerman, "UTF-16BE")), "UTF-16BE");
  EXPECT_EQ(Guess(Iconv(kRussian, "UTF-16LE")), "UTF-16LE");
  EXPECT_EQ(Guess(Iconv(kRussian, "UTF-16BE")), "UTF-16BE");
  EXPECT_EQ(Guess(Iconv(kJapanese, "UTF-16")), "UTF-16LE") << "by its mark";
  EXPECT_EQ(Guess(Iconv(kJapanese, "UTF-32")), "UTF-32LE") << "by its mark";
  EXPECT_EQ(Guess(Iconv(kGerman, "ISO-8859-1")), "ISO-8859-1");
  EXPECT_EQ(Guess(Iconv("“quoted” – naïve", "WINDOWS-1252")), "WINDOWS-1252");
}

TEST(CharsetGuessTest, LooksAtAllOfItForUtf8) {
  const std::string late = std::string(200'000, 'a') + "\xe4\n";
  EXPECT_EQ(Guess(late), "ISO-8859-1");
  // Characters that lie across the pieces in which it is read.
  std::string umlauts = "x";
  for (int i = 0; i < 100'000; ++i) umlauts += "ä";
  EXPECT_EQ(Guess(umlauts), "UTF-8");
}

TEST(CharsetGuessTest, ProgramsAreNoText) {
  const ToolDir dir;
  EXPECT_EQ(Guess(dir.Make("cp /bin/ls out", "out")), "");
  EXPECT_EQ(Guess(std::string(1000, '\0')), "");
}

TEST(ToUtf8Test, ReadsWhatIconvWroteInManyCharsets) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += kJapanese;
  for (const char* charset : {"UTF-16LE", "UTF-16BE", "UTF-32LE", "EUC-JP",
                              "SHIFT_JIS", "ISO-2022-JP", "UTF-7"}) {
    const Utf8Text out = ToUtf8(Iconv(text, charset), charset, 1 << 30);
    EXPECT_TRUE(out.status.ok()) << charset << MessageOf(out.status);
    EXPECT_EQ(out.text, text) << charset;
    EXPECT_EQ(out.replaced, 0u) << charset;
  }
}

TEST(ToUtf8Test, MarksWhatIsNoText) {
  // A surrogate without its other half, and a half character at the end.
  const std::string_view lone(
      "a\0\0\xd8"
      "b\0c",
      7);
  const Utf8Text out = ToUtf8(lone, "UTF-16LE", 1000);
  EXPECT_EQ(out.text,
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_EQ(out.replaced, 2u);
  EXPECT_EQ(ToUtf8("\x81", "WINDOWS-1252", 9).text, "\xef\xbf\xbd");
}

TEST(ToUtf8Test, StopsAtTheLimitBetweenCharacters) {
  const Utf8Text out = ToUtf8("\xe4\xe4\xe4", "ISO-8859-1", 5);
  EXPECT_EQ(out.text, "ää");
  EXPECT_EQ(out.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(ToUtf8("\xe4\xe4\xe4", "ISO-8859-1", 6).status.ok());
}

TEST(ToUtf8Test, RefusesNamesThatAreNone) {
  for (const char* name :
       {"", "no-such-charset", "UTF-8//IGNORE", "../../tmp/evil", "A\nB"}) {
    EXPECT_EQ(ToUtf8("a", name, 9).status.code(),
              absl::StatusCode::kInvalidArgument)
        << name;
  }
}

TEST(ToUtf8Test, StopsWhenAsked) {
  EXPECT_EQ(ToUtf8("abc", "UTF-16LE", 9, [] { return true; }).status.code(),
            absl::StatusCode::kCancelled);
}

TEST(TextReaderTest, TellsCharsetAndLines) {
  const PluginRun run = RunPlugin(kTextReader, Iconv(kGerman, "UTF-16"));
  EXPECT_EQ(run.Only(), kGerman);
  EXPECT_EQ(run.answer.results[0],
            R"({"charset":"UTF-16LE","byte_order_mark":true,"lines":1,)"
            R"("replaced":0})");
  EXPECT_EQ(RunPlugin(kTextReader, "a\nb").Result()["lines"], 2);
  EXPECT_EQ(RunPlugin(kTextReader, "").Result()["lines"], 0);
}

TEST(TextReaderTest, TextThatIsUtf8CostsNoCopy) {
  const PluginRun plain = RunPlugin(kTextReader, kRussian);
  EXPECT_EQ(plain.Only(), kRussian);
  EXPECT_EQ(plain.answer.children[0].offset, 0u);
  EXPECT_FALSE(plain.answer.children[0].scan);
  const PluginRun marked =
      RunPlugin(kTextReader, "\xef\xbb\xbf" + std::string(kRussian));
  EXPECT_EQ(marked.Only(), kRussian);
  EXPECT_EQ(marked.answer.children[0].offset, 3u);
  EXPECT_TRUE(marked.answer.children[0].scan);
}

TEST(TextReaderTest, SaysThatAProgramIsNoText) {
  const ToolDir dir;
  const PluginRun run = RunPlugin(kTextReader, dir.Make("cp /bin/ls o", "o"));
  EXPECT_THAT(run.answer.results, ElementsAre(R"({"charset":null})"));
  EXPECT_TRUE(run.answer.children.empty());
}

TEST(CharsetDecoderTest, DecodesByGuessAndByName) {
  EXPECT_EQ(RunPlugin(kCharsetDecoder, Iconv(kRussian, "UTF-16BE")).Only(),
            kRussian);
  const PluginRun koi = RunPlugin(kCharsetDecoder, Iconv(kRussian, "KOI8-R"),
                                  R"({"charset": "KOI8-R"})");
  EXPECT_EQ(koi.Only(), kRussian);
  EXPECT_EQ(koi.answer.children[0].metadata,
            R"({"encoding":"KOI8-R","replaced":0})");
  EXPECT_TRUE(RunPlugin(kCharsetDecoder, kRussian).answer.children.empty())
      << "it is in clear already";
}

TEST(CharsetDecoderTest, SaysWhatToDoAboutBytesThatAreNoText) {
  const PluginRun binary = RunPlugin(kCharsetDecoder, std::string(100, '\x01'));
  EXPECT_THAT(binary.Message(), HasSubstr("option 'charset'"));
  const PluginRun unknown =
      RunPlugin(kCharsetDecoder, "a", R"({"charset": "klingon"})");
  EXPECT_THAT(unknown.Message(),
              HasSubstr("decoder:charset: option 'charset': the charset "
                        "'klingon' is not known here"));
}

TEST(CharsetDecoderTest, CutsAtTheBudget) {
  AnswerLimits limits;
  limits.bytes = 10;
  const PluginRun run = RunPlugin(kCharsetDecoder, std::string(100, '\xe4'),
                                  R"({"charset": "ISO-8859-1"})", limits);
  EXPECT_EQ(run.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(run.Children(), ElementsAre("äääää"));
}

}  // namespace
}  // namespace cupel
