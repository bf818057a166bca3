#include "builtin/decoder/base64.h"

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
  const Decoded out = DecodeBase64(text, Base64Alphabet::kAny, false);
  EXPECT_TRUE(out.status.ok()) << MessageOf(out.status);
  return out.bytes;
}

TEST(Base64Test, DecodesTheVectorsOfRfc4648) {
  EXPECT_EQ(Strict(""), "");
  EXPECT_EQ(Strict("Zg=="), "f");
  EXPECT_EQ(Strict("Zm8="), "fo");
  EXPECT_EQ(Strict("Zm9v"), "foo");
  EXPECT_EQ(Strict("Zm9vYg=="), "foob");
  EXPECT_EQ(Strict("Zm9vYmE="), "fooba");
  EXPECT_EQ(Strict("Zm9vYmFy"), "foobar");
  EXPECT_EQ(Strict("Zm9vYg"), "foob") << "padding may be missing";
}

TEST(Base64Test, KnowsBothAlphabetsOrOne) {
  EXPECT_EQ(Strict("+/-_"), "\xfb\xff\xbf");
  const Decoded standard =
      DecodeBase64("AAAA-", Base64Alphabet::kStandard, false);
  EXPECT_EQ(standard.bytes, std::string(3, '\0'));
  EXPECT_THAT(MessageOf(standard.status), HasSubstr("0x2d at offset 4"));
  EXPECT_FALSE(DecodeBase64("AAA/", Base64Alphabet::kUrl, false).status.ok());
}

TEST(Base64Test, ReadsWhatCoreutilsWritesWithLineBreaks) {
  const ToolDir dir;
  const std::string noise = Noise(100'003, 1);
  dir.Write("in", noise);
  EXPECT_EQ(Strict(dir.Make("base64 in > out", "out")), noise);
  EXPECT_EQ(Strict(dir.Make("base64 -w0 in > out", "out")), noise);
  EXPECT_EQ(Strict(dir.Make("basenc --base64url -w 61 in > out", "out")),
            noise);
  EXPECT_EQ(Strict(dir.Make("openssl base64 -in in -out out", "out")), noise);
}

TEST(Base64Test, NamesTheByteThatDoesNotBelong) {
  const Decoded bad = DecodeBase64("Zm9v!YmFy", Base64Alphabet::kAny, false);
  EXPECT_EQ(bad.bytes, "foo") << "what came before is kept";
  EXPECT_THAT(MessageOf(bad.status), HasSubstr("0x21 at offset 4"));
  EXPECT_EQ(DecodeBase64("Z!m9\xffv", Base64Alphabet::kAny, true).bytes, "foo");
}

TEST(Base64Test, TellsBrokenPadding) {
  EXPECT_THAT(
      MessageOf(DecodeBase64("Zg==Zg==", Base64Alphabet::kAny, false).status),
      HasSubstr("goes on after its padding"));
  EXPECT_EQ(DecodeBase64("Zg==Zm8=", Base64Alphabet::kAny, true).bytes, "ffo");
  EXPECT_THAT(
      MessageOf(DecodeBase64("Zm9vY", Base64Alphabet::kAny, false).status),
      HasSubstr("middle of a byte"));
  EXPECT_EQ(DecodeBase64("Zm9vY", Base64Alphabet::kAny, true).bytes, "foo");
}

TEST(Base64Test, FourMegabytesOfPaddingAreNothing) {
  const std::string pads(4 << 20, '=');
  EXPECT_EQ(DecodeBase64(pads, Base64Alphabet::kAny, true).bytes, "");
  EXPECT_FALSE(DecodeBase64(pads, Base64Alphabet::kAny, false).status.ok());
  EXPECT_TRUE(RunPlugin(kBase64Decoder, pads, R"({"embedded": true})")
                  .answer.children.empty());
}

TEST(Base64Test, StopsWhenAsked) {
  const std::string text(1 << 20, 'A');
  const Decoded out =
      DecodeBase64(text, Base64Alphabet::kAny, false, [] { return true; });
  EXPECT_EQ(out.status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(FindBase64(
                text, Base64Alphabet::kAny, 8,
                [](const EncodedRun&) { return absl::OkStatus(); },
                [] { return true; })
                .code(),
            absl::StatusCode::kCancelled);
}

TEST(Base64PluginTest, GivesTheWholePayloadAsOneChild) {
  const PluginRun run = RunPlugin(kBase64Decoder, "Zm9v\r\nYmFy\r\n");
  EXPECT_EQ(run.Only(), "foobar");
  EXPECT_EQ(run.answer.children[0].name, "base64");
  EXPECT_EQ(run.answer.children[0].metadata, R"({"encoding":"base64"})");
}

TEST(Base64PluginTest, KeepsWhatItDecodedBeforeAnError) {
  const PluginRun run = RunPlugin(kBase64Decoder, "Zm9v*");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(run.Message(), HasSubstr("decoder:base64: the byte 0x2a"));
  EXPECT_THAT(run.Children(), ElementsAre("foo"));
}

TEST(Base64PluginTest, FindsRunsAmongOtherBytes) {
  const ToolDir dir;
  dir.Write("in", Prose(3000));
  const std::string mime = dir.Make("base64 in > out", "out");
  const std::string page =
      "<a href=\"data:text/plain;base64,Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFy"
      "Zm9vYmFy\"> few words \x00\xff\n" +
      mime + "--end--\n";
  const PluginRun run =
      RunPlugin(kBase64Decoder, page, R"({"embedded": "true"})");
  EXPECT_THAT(run.Children(),
              ElementsAre("foobarfoobarfoobarfoobarfoobar", Prose(3000)));
  EXPECT_EQ(run.answer.children[0].name, "base64@32");
  EXPECT_EQ(run.answer.children[0].metadata,
            R"({"encoding":"base64","offset":32,"length":40})");
  EXPECT_TRUE(RunPlugin(kBase64Decoder, page,
                        R"({"embedded": true, "min_length": 9999})")
                  .answer.children.empty());
}

TEST(Base64PluginTest, StopsAtTheHostsLimit) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += std::string(40, 'A') + " ";
  AnswerLimits limits;
  limits.children = 10;
  const PluginRun run =
      RunPlugin(kBase64Decoder, many, R"({"embedded": true})", limits);
  EXPECT_TRUE(run.status.ok()) << run.Message();
  EXPECT_EQ(run.answer.children.size(), 10u);
  ASSERT_EQ(run.answer.fired.size(), 1u);
  EXPECT_EQ(run.answer.fired[0].name, "children");
}

TEST(Base64PluginTest, NamesAnOptionThatIsWrong) {
  const struct {
    const char* options;
    const char* message;
  } cases[] = {
      {R"({"min_length": 3})",
       "decoder:base64: option 'min_length': it must be a whole number from 4"},
      {R"({"min_length": "12x"})", "option 'min_length'"},
      {R"({"min_length": 1e3})", "option 'min_length'"},
      {R"({"embedded": "maybe"})",
       "option 'embedded': it must be true or false"},
      {R"({"alphabet": "b32"})",
       "option 'alphabet': it must be any, standard or url"},
  };
  for (const auto& c : cases) {
    const PluginRun run = RunPlugin(kBase64Decoder, "Zm9v", c.options);
    EXPECT_EQ(run.status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(run.Message(), HasSubstr(c.message));
  }
}

TEST(PluginCallTest, TakesDefaultsFromTheTableWhenTheHostGivesNone) {
  PluginRequest request;
  request.method = PluginMethod::kDecode;
  request.options = " {}";
  const PluginRun run = PluginUnderTest(kBase64Decoder).Call("Zm9v", request);
  EXPECT_EQ(run.Only(), "foo");
}

TEST(PluginCallTest, EndsWhenItIsCancelled) {
  Cancel cancel;
  cancel.Trigger();
  PluginRequest request;
  request.method = PluginMethod::kDecode;
  request.cancel = &cancel;
  const PluginRun run = PluginUnderTest(kBase64Decoder).Call("Zm9v", request);
  EXPECT_EQ(run.status.code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cupel
