#include "builtin/decoder/byte_maps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Key(std::string_view text, KeyForm form = KeyForm::kAuto) {
  const absl::StatusOr<std::string> key = ParseXorKey(text, form);
  EXPECT_TRUE(key.ok()) << MessageOf(key.status());
  return key.value_or("");
}

std::string WrongKey(std::string_view text, KeyForm form = KeyForm::kAuto) {
  return std::string(MessageOf(ParseXorKey(text, form).status()));
}

TEST(XorKeyTest, ReadsEveryForm) {
  EXPECT_EQ(Key("12"), "\x0c");
  EXPECT_EQ(Key("12 34"), "\x0c\x22");
  EXPECT_EQ(Key("12, 34"), "\x0c\x22");
  EXPECT_EQ(Key("[12,34]"), "\x0c\x22");
  EXPECT_EQ(Key("0x0c22"), "\x0c\x22");
  EXPECT_EQ(Key("secret 12"), "secret 12");
  EXPECT_EQ(Key("12 34", KeyForm::kText), "12 34");
  EXPECT_EQ(Key("0C22", KeyForm::kHex), "\x0c\x22");
}

TEST(XorKeyTest, SaysWhatIsWrongAndDoesNotShowTheKey) {
  EXPECT_THAT(WrongKey(""), HasSubstr("a key is needed"));
  EXPECT_THAT(WrongKey("0x"), HasSubstr("a key is needed"));
  EXPECT_THAT(WrongKey("12 256"), HasSubstr("number 2 of it"));
  EXPECT_THAT(WrongKey("12 256"), Not(HasSubstr("256;")));
  EXPECT_THAT(WrongKey("0x0c2"), HasSubstr("odd number"));
  EXPECT_THAT(WrongKey("0x0cg2"), HasSubstr("offset 2"));
  EXPECT_THAT(WrongKey("0 0"), HasSubstr("changes nothing"));
  EXPECT_THAT(WrongKey("a", KeyForm::kDecimal), HasSubstr("number 1"));
  EXPECT_THAT(WrongKey(std::string(4097, 'k')), HasSubstr("4097 bytes"));
  EXPECT_EQ(Key(std::string(4096, 'k')).size(), 4096u);
}

TEST(XorPluginTest, UndoesWhatPythonDid) {
  const ToolDir dir;
  const std::string noise = Noise(200'003, 6);
  dir.Write("in", noise);
  const std::string hidden = dir.Make(
      "python3 -c 'import itertools,sys; "
      "sys.stdout.buffer.write(bytes(a^b for a,b in zip(open(\"in\",\"rb\")"
      ".read(), itertools.cycle([12,34,255]))))' > out",
      "out");
  EXPECT_EQ(RunPlugin(kXorDecoder, hidden, R"({"key": "12 34 255"})").Only(),
            noise);
  EXPECT_EQ(RunPlugin(kXorDecoder, hidden, R"({"key": "0x0c22ff"})").Only(),
            noise);
}

TEST(XorPluginTest, TakesAKeyThatIsANumberAsMetasOfRulesAre) {
  EXPECT_EQ(RunPlugin(kXorDecoder, "BCD", R"({"key": 1})").Only(), "CBE");
  const PluginRun none = RunPlugin(kXorDecoder, "BCD");
  EXPECT_EQ(none.status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(none.Message(), HasSubstr("decoder:xor: option 'key': a key is"));
}

TEST(RotPluginTest, UndoesWhatTrDid) {
  const ToolDir dir;
  const std::string all = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  dir.Write("in", all);
  const std::string tr = "LC_ALL=C tr ";
  EXPECT_EQ(RunPlugin(kRotDecoder,
                      dir.Make(tr + "A-Za-z N-ZA-Mn-za-m < in > out", "out"))
                .Only(),
            all);
  EXPECT_EQ(RunPlugin(kRotDecoder,
                      dir.Make(tr + "A-Za-z D-ZA-Cd-za-c < in > out", "out"),
                      R"({"n": 3})")
                .Only(),
            all);
  EXPECT_EQ(
      RunPlugin(kRotDecoder, dir.Make(tr + "'!-~' 'P-~!-O' < in > out", "out"),
                R"({"rot47": true})")
          .Only(),
      all);
  EXPECT_THAT(RunPlugin(kRotDecoder, "x", R"({"n": 26})").Message(),
              HasSubstr("option 'n': it must be a whole number from 1 to 25"));
}

TEST(BitrotPluginTest, RotatesByHand) {
  EXPECT_EQ(RunPlugin(kBitrotDecoder, "\x12\xf0").Only(), "\x21\x0f");
  EXPECT_EQ(RunPlugin(kBitrotDecoder, "\x01", R"({"bits": 1})").Only(), "\x80");
  EXPECT_EQ(
      RunPlugin(kBitrotDecoder, "\x81", R"({"bits": "1", "direction": "left"})")
          .Only(),
      "\x03");
  EXPECT_EQ(RunPlugin(kBitrotDecoder, "ab", R"({"bits": 8})").Only(), "ab");
  EXPECT_EQ(RunPlugin(kBitrotDecoder, "ab", R"({"bits": 0})").Only(), "ab");
  EXPECT_FALSE(RunPlugin(kBitrotDecoder, "a", R"({"bits": 9})").status.ok());
}

TEST(BitrotPluginTest, LeftUndoesRight) {
  const std::string noise = Noise(100'000, 7);
  for (int bits = 0; bits <= 8; ++bits) {
    const Decoded there = MapBytes(noise, RotateBits(bits, true));
    EXPECT_EQ(MapBytes(there.bytes, RotateBits(bits, false)).bytes, noise);
  }
}

TEST(ByteMapsTest, StopWhenAsked) {
  int asked = 0;
  const StopFn second = [&asked] { return ++asked == 2; };
  const std::string bytes(1 << 20, 'a');
  const Decoded mapped = MapBytes(bytes, RotLetters(13), second);
  EXPECT_EQ(mapped.status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(mapped.bytes, std::string(kStopInterval, 'n'));
  EXPECT_FALSE(Xor(bytes, "k", [] { return true; }).status.ok());
}

}  // namespace
}  // namespace cupel
