#include "builtin/decoder/base85.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

TEST(Base85Test, DecodesWellKnownVectors) {
  // The ZeroMQ RFC 32 test vector.
  EXPECT_EQ(DecodeBase85("HelloWorld", Base85Variant::kZ85).bytes,
            "\x86\x4f\xd2\x6f\xb5\x59\xf7\x5b");
  // Adobe's way of writing zeros.
  EXPECT_EQ(DecodeBase85("<~z~>", Base85Variant::kAscii85).bytes,
            std::string(4, '\0'));
}

TEST(Base85Test, ReadsWhatPythonWrites) {
  const ToolDir dir;
  for (const size_t size : {9, 10, 11, 70'012}) {
    const std::string bytes = Noise(size - 9, 4) + std::string(9, '\0');
    dir.Write("in", bytes);
    const std::string python =
        "python3 -c 'import base64; d=open(\"in\","
        "\"rb\").read(); print(base64.";
    EXPECT_EQ(
        DecodeBase85(dir.Make(python + "a85encode(d).decode())' > out", "out"),
                     Base85Variant::kAscii85)
            .bytes,
        bytes);
    EXPECT_EQ(
        DecodeBase85(dir.Make(python + "a85encode(d, adobe=True, wrapcol=72)"
                                       ".decode(), \"trailer\")' > out",
                              "out"),
                     Base85Variant::kAscii85)
            .bytes,
        bytes);
    EXPECT_EQ(
        DecodeBase85(dir.Make(python + "b85encode(d).decode())' > out", "out"),
                     Base85Variant::kRfc1924)
            .bytes,
        bytes);
  }
  const std::string even = Noise(4000, 5);
  dir.Write("in", even);
  EXPECT_EQ(DecodeBase85(dir.Make("basenc --z85 -w 0 in > out", "out"),
                         Base85Variant::kZ85)
                .bytes,
            even);
}

TEST(Base85Test, NamesWhatIsWrong) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"87cURv", "0x76 at offset 5 is no base85"},
      {"87z", "z inside a group of five, at offset 2"},
      {"uuuuu", "beyond 32 bits"},
      {"87cURD", "middle of a byte"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(MessageOf(DecodeBase85(c.text, Base85Variant::kAscii85).status),
                HasSubstr(c.message));
  }
}

TEST(Base85PluginTest, KeepsWhatCameBeforeAnError) {
  const PluginRun run = RunPlugin(kBase85Decoder, "<~87cURD]i,\"\x80~>");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kDataLoss);
  ASSERT_EQ(run.answer.children.size(), 1u);
  EXPECT_EQ(run.answer.children[0].bytes.view, "Hello Wo");
  EXPECT_EQ(
      RunPlugin(kBase85Decoder, "HelloWorld", R"({"variant": "Z85"})").Only(),
      "\x86\x4f\xd2\x6f\xb5\x59\xf7\x5b");
}

TEST(Base85PluginTest, AMillionZsGrowFourfoldAndNoMore) {
  const PluginRun run = RunPlugin(kBase85Decoder, std::string(1 << 20, 'z'));
  EXPECT_EQ(run.Only(), std::string(4 << 20, '\0'));
  AnswerLimits limits;
  limits.child_bytes = 100;
  const PluginRun cut =
      RunPlugin(kBase85Decoder, std::string(1 << 20, 'z'), "{}", limits);
  EXPECT_EQ(cut.Only().size(), 100u);
  EXPECT_EQ(cut.answer.fired.at(0).name, "child_bytes");
}

}  // namespace
}  // namespace cupel
