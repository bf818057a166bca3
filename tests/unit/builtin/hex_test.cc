#include "builtin/decoder/hex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Strict(std::string_view text) {
  const Decoded out = DecodeHex(text, false);
  EXPECT_TRUE(out.status.ok()) << MessageOf(out.status);
  return out.bytes;
}

TEST(HexTest, DecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(Strict(""), "");
  EXPECT_EQ(Strict("66"), "f");
  EXPECT_EQ(Strict("666F"), "fo");
  EXPECT_EQ(Strict("666F6F626172"), "foobar");
}

TEST(HexTest, TakesEveryMarkAndSeparator) {
  EXPECT_EQ(Strict("66 6f\n6f"), "foo");
  EXPECT_EQ(Strict("66:6F:6f"), "foo");
  EXPECT_EQ(Strict("66-6F-6f"), "foo");
  EXPECT_EQ(Strict(R"(\x66\x6F\X6f)"), "foo");
  EXPECT_EQ(Strict("%66%6F%6f"), "foo");
  EXPECT_EQ(Strict("0x66, 0X6f;0x6f"), "foo");
  EXPECT_EQ(Strict("0x666f6f,0xa,0x123"), "foo\n\x01\x23");
}

TEST(HexTest, NamesWhatIsNone) {
  const Decoded bad = DecodeHex("666fzz6f", false);
  EXPECT_EQ(bad.bytes, "fo");
  EXPECT_THAT(MessageOf(bad.status), HasSubstr("0x7a at offset 4"));
  EXPECT_THAT(MessageOf(DecodeHex("666", false).status),
              HasSubstr("offset 2 is only half a byte"));
  EXPECT_EQ(DecodeHex("66<b>6f", true).bytes, "fo") << "b is half a byte";
}

TEST(HexTest, ReadsWhatXxdAndPythonWrite) {
  const ToolDir dir;
  const std::string noise = Noise(50'001, 2);
  dir.Write("in", noise);
  EXPECT_EQ(Strict(dir.Make("basenc --base16 in > out", "out")), noise);
  EXPECT_EQ(Strict(dir.Make("python3 -c 'print(open(\"in\",\"rb\").read()"
                            ".hex(\":\"))' > out",
                            "out")),
            noise);
  EXPECT_EQ(DecodeHex(dir.Make("python3 -c 'print(open(\"in\",\"rb\").read(500)"
                               ".hex(\" \", 2).upper())' > out",
                               "out"),
                      false)
                .bytes,
            noise.substr(0, 500));
}

TEST(HexTest, UnescapesAndLeavesTheRest) {
  const ToolDir dir;
  const std::string quoted = dir.Make(
      "python3 -c 'import urllib.parse; "
      "print(urllib.parse.quote(\"a b/\\u00e9?100%\"), end=\"\")' > out",
      "out");
  EXPECT_EQ(UnescapeHex(quoted).bytes, "a b/\xc3\xa9?100%");
  EXPECT_EQ(UnescapeHex(R"(eval("\x61\x6cert\x")%)").bytes,
            R"(eval("alert\x")%)");
}

PluginRun Embedded(std::string_view bytes,
                   std::string_view options = R"({"embedded": true})") {
  return RunPlugin(kHexDecoder, bytes, options);
}

TEST(HexPluginTest, FindsRunsInEveryForm) {
  const std::string marked = [] {
    std::string text;
    for (int i = 0; i < 20; ++i) text += R"(\x41)";
    return text;
  }();
  const std::string percent = [] {
    std::string text;
    for (int i = 0; i < 20; ++i) text += "%42";
    return text;
  }();
  const PluginRun run = Embedded("var a='" + marked + "'; b=unescape('" +
                                 percent + "'); beef cafe");
  EXPECT_THAT(run.Children(),
              ElementsAre(std::string(20, 'A'), std::string(20, 'B')));
  EXPECT_EQ(run.answer.children[0].name, "hex@7");
}

TEST(HexPluginTest, FindsWhatOtherToolsWroteAmongOtherText) {
  const ToolDir dir;
  const std::string noise = Noise(1000, 3);
  dir.Write("in", noise);
  const std::string plain = dir.Make(
      "python3 -c 'import textwrap; print(\"\\n\".join(textwrap.wrap("
      "open(\"in\",\"rb\").read().hex(), 60)))' > out",
      "out");
  EXPECT_THAT(Embedded("{\\pict " + plain + "}").Children(),
              ElementsAre(noise));
  const std::string array = dir.Make(
      "python3 -c 'import textwrap; print(\",\\n  \".join("
      "\", \".join(hex(b) for b in r) for r in [open(\"in\",\"rb\").read()"
      "[i:i+12] for i in range(0, 1000, 12)]))' > out",
      "out");
  EXPECT_THAT(
      Embedded("unsigned char in[] = {\n  " + array + "\n};\n").Children(),
      ElementsAre(noise));
}

TEST(HexPluginTest, HostileTextsTakeLinearTime) {
  EXPECT_THAT(Embedded(std::string(4 << 20, 'a')).Children(),
              ElementsAre(std::string(2 << 20, '\xaa')));
  std::string zeros;
  for (int i = 0; i < 1 << 20; ++i) zeros += "0x";
  EXPECT_TRUE(Embedded(zeros).answer.children.empty());
  EXPECT_EQ(Embedded("0x" + std::string(1 << 20, '0')).Only().size(),
            size_t{1} << 19);
}

TEST(HexPluginTest, RefusesOptionsThatContradict) {
  const PluginRun run =
      Embedded("66", R"({"embedded": true, "unescape": true})");
  EXPECT_THAT(run.Message(), HasSubstr("decoder:hex: option 'unescape'"));
}

TEST(HexPluginTest, StopsWhenAsked) {
  const auto stop = [] { return true; };
  const std::string text(1 << 20, 'a');
  EXPECT_EQ(DecodeHex(text, false, stop).status.code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(UnescapeHex(text, stop).status.code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cupel
