// Carvers, on files that other tools made, among other bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "builtin/carver/script.h"
#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/pe_files.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json Parsed(const std::string& json) {
  const absl::StatusOr<Json> value = ParseJson(json, "json");
  EXPECT_TRUE(value.ok()) << json;
  return value.value_or(Json::object());
}

// ------------------------------------------------------------------------ pe

TEST(PeCarverTest, FindsProgramsAmongOtherBytes) {
  const std::string one = Launcher("t32.exe");
  const std::string two = Launcher("t64-arm.exe");
  const std::string between = "MZ is no program" + Noise(5000, 1);
  const PluginRun run =
      RunPlugin(kPeCarver, between + one + between + two + "overlay");
  ASSERT_THAT(run.Children(), ElementsAre(one, two));
  EXPECT_EQ(run.answer.children[0].name,
            "pe@" + std::to_string(between.size()));
  EXPECT_EQ(run.answer.children[0].offset, between.size()) << "a slice";
  EXPECT_EQ(Parsed(run.answer.results[1]).at("size"), two.size());
  EXPECT_THAT(run.answer.errors, IsEmpty());
}

TEST(PeCarverTest, KeepsOverlayAndCertificates) {
  const std::string sealed = WithCertificate(Launcher("t64.exe"));
  EXPECT_EQ(RunPlugin(kPeCarver, "x" + sealed + "rest").Only(), sealed);
  EXPECT_EQ(RunPlugin(kPeCarver, "x" + sealed + "rest", R"({"overlay": true})")
                .Only(),
            sealed + "rest");
}

TEST(PeCarverTest, LooksIntoThePayloadButDoesNotHandItBack) {
  const std::string exe = Launcher("t32.exe");
  EXPECT_THAT(RunPlugin(kPeCarver, exe).Children(), IsEmpty());
  EXPECT_EQ(RunPlugin(kPeCarver, exe + exe).Only(), exe);
}

TEST(PeCarverTest, TellsWhereOneIsCutOff) {
  const std::string exe = Launcher("t64.exe");
  const PluginRun run = RunPlugin(kPeCarver, "x" + exe.substr(0, 70'000));
  EXPECT_EQ(run.Only().size(), 70'000u);
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message,
              HasSubstr("carver:pe: the PE file at byte 1 is cut off"));
}

TEST(PeCarverTest, NoiseAndMeagreHeadersAreNoHits) {
  EXPECT_THAT(RunPlugin(kPeCarver, Noise(1 << 20, 3)).Children(), IsEmpty());
  std::string fake = "x" + std::string(200, '\0');
  fake.replace(1, 2, "MZ");
  fake[1 + 0x3c] = 0x40;
  fake.replace(1 + 0x40, 2, "PE");
  EXPECT_THAT(RunPlugin(kPeCarver, fake).Children(), IsEmpty());
}

TEST(PeCarverTest, GivesUpWhereHeadersAreATrap) {
  // Every eight bytes the beginning of a file that has its signature at the
  // end.
  std::string trap((200'000 + 16) * 8, '\0');
  for (size_t at = 0; at + 0x80 < trap.size(); at += 8) {
    trap.replace(at, 2, "MZ");
    const size_t away = trap.size() - 4 - at;
    for (size_t i = 0; i < 4; ++i) {
      trap[at + 0x3c + i] = static_cast<char>(away >> (8 * i));
    }
  }
  trap.replace(trap.size() - 4, 2, "PE");
  const PluginRun run = RunPlugin(kPeCarver, trap);
  EXPECT_TRUE(absl::IsResourceExhausted(run.status));
  EXPECT_THAT(run.Message(), HasSubstr("more than 100000 PE headers"));
}

TEST(PeCarverTest, StopsAtMaxChildren) {
  const std::string exe = Launcher("t32.exe");
  const PluginRun run =
      RunPlugin(kPeCarver, "x" + exe + exe + exe, R"({"max_children": 2})");
  EXPECT_EQ(run.answer.children.size(), 2u);
  EXPECT_THAT(run.Message(), HasSubstr("as the option max_children says"));
}

// ----------------------------------------------------------------------- swf

// A Flash file in three forms, by Python's own zlib and lzma.
std::string MakeSwf(const ToolDir& dir, const std::string& form) {
  dir.Write("swf.py", R"(
import lzma, struct, sys, zlib
# A rectangle of 15 bits each, 0 0 11000 8000; 12 frames per second, 1 frame.
bits = '01111' + '0' * 15 + format(11000, '015b') + '0' * 15 + format(8000, '015b')
bits += '0' * (-len(bits) % 8)
body = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
body += struct.pack('<HH', 12 << 8, 1) + b'\x43\x02\xff\xff\xff' * 4000 + b'\0\0'
size = struct.pack('<I', len(body) + 8)
if sys.argv[1] == 'F':
    out = b'FWS\x06' + size + body
elif sys.argv[1] == 'C':
    out = b'CWS\x06' + size + zlib.compress(body)
else:
    filters = [{'id': lzma.FILTER_LZMA1, 'dict_size': 1 << 16}]
    alone = lzma.compress(body, lzma.FORMAT_ALONE, filters=filters)
    out = b'ZWS\x0d' + size + struct.pack('<I', len(alone) - 13) + alone[:5] + alone[13:]
open('out.swf', 'wb').write(out)
)");
  return dir.Make("/usr/bin/python3 swf.py " + form, "out.swf");
}

TEST(SwfCarverTest, FindsAndDecompressesAllThreeForms) {
  const ToolDir dir;
  const std::string plain = MakeSwf(dir, "F");
  const std::string zlib = MakeSwf(dir, "C");
  const std::string lzma = MakeSwf(dir, "Z");
  const std::string junk = "FWS CWS ZWS\x06 are letters. " + Noise(3000, 5);
  const PluginRun run =
      RunPlugin(kSwfCarver, junk + plain + junk + zlib + junk + lzma + junk);
  std::string newer = plain;
  newer[3] = 13;
  EXPECT_TRUE(run.status.ok()) << run.Message();
  EXPECT_THAT(run.Children(), ElementsAre(plain, plain, newer));
  EXPECT_THAT(run.answer.errors, IsEmpty());
  const Json first = Parsed(run.answer.results[0]);
  EXPECT_EQ(first.at("offset"), junk.size());
  EXPECT_EQ(first.at("size"), plain.size());
  const Json second = Parsed(run.answer.results[1]);
  EXPECT_EQ(second.at("compression"), "zlib");
  EXPECT_EQ(second.at("size"), zlib.size());
  EXPECT_EQ(second.at("swf_size"), plain.size());
  EXPECT_EQ(Parsed(run.answer.results[2]).at("swf_version"), 13);
}

TEST(SwfCarverTest, KeepsWhatIsThereOfACutFile) {
  const ToolDir dir;
  for (const char* form : {"F", "C", "Z"}) {
    const std::string whole = MakeSwf(dir, form);
    const PluginRun run = RunPlugin(
        kSwfCarver, "x" + whole.substr(0, whole.size() - whole.size() / 4));
    ASSERT_EQ(run.answer.children.size(), 1u) << form;
    EXPECT_GT(run.answer.children[0].bytes.view.size(), 100u) << form;
    ASSERT_EQ(run.answer.errors.size(), 1u) << form;
    EXPECT_THAT(run.answer.errors[0].message, HasSubstr("at byte 1"));
  }
}

TEST(SwfCarverTest, IsBoundedByMaxBytes) {
  const ToolDir dir;
  const PluginRun run =
      RunPlugin(kSwfCarver, MakeSwf(dir, "C"), R"({"max_bytes": 1000})");
  EXPECT_EQ(run.Only().size(), 1008u);
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message, HasSubstr("was cut after 1008"));
}

// ----------------------------------------------------------------------- zip

TEST(ZipCarverTest, FindsEachWholeZipFile) {
  const ToolDir dir;
  dir.Write("a.txt", Prose(5000));
  dir.Write("b.bin", Noise(3000, 7));
  const std::string one = dir.Make("zip -q one.zip a.txt b.bin", "one.zip");
  // Sizes unknown beforehand, 64 bits, a comment, and a zip file stored inside.
  const std::string two = dir.Make(
      "cat b.bin | zip -q -fz - one.zip - > two.zip; echo hello | zip -q -z "
      "two.zip",
      "two.zip");
  const std::string junk = "PK\3\4 PK\5\6 " + Noise(1000, 8);
  const PluginRun run = RunPlugin(kZipCarver, junk + one + junk + two + junk);
  EXPECT_THAT(run.Children(), ElementsAre(one, two));
  EXPECT_THAT(run.answer.errors, IsEmpty());
  EXPECT_EQ(Parsed(run.answer.results[0]).at("entries"), 2);
  EXPECT_EQ(run.answer.children[1].offset, 2 * junk.size() + one.size());
}

TEST(ZipCarverTest, FindsTheOneBehindAProgramWhoseOffsetsWereMended) {
  const ToolDir dir;
  dir.Write("a.txt", Prose(5000));
  dir.Write("stub", Noise(4000, 9));
  const std::string zip = dir.Make("zip -q a.zip a.txt", "a.zip");
  dir.Run("cat stub a.zip > sfx && zip -q -A sfx");
  const std::string carved = RunPlugin(kZipCarver, dir.Read("sfx")).Only();
  EXPECT_EQ(carved.size(), zip.size());
}

TEST(ZipCarverTest, KeepsOneWithoutAnEnd) {
  const ToolDir dir;
  dir.Write("a.txt", Prose(50'000));
  const std::string zip = dir.Make("zip -q a.zip a.txt", "a.zip");
  const PluginRun run =
      RunPlugin(kZipCarver, "junk" + zip.substr(0, zip.size() - 30));
  EXPECT_EQ(run.Only(), zip.substr(0, zip.size() - 30));
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message,
              HasSubstr("the zip file at byte 4 has no end record"));
}

TEST(ZipCarverTest, APayloadThatIsOneIsNoPartOfItself) {
  const ToolDir dir;
  dir.Write("a.txt", "hello");
  const std::string zip = dir.Make("zip -q a.zip a.txt", "a.zip");
  EXPECT_THAT(RunPlugin(kZipCarver, zip).Children(), IsEmpty());
  EXPECT_THAT(RunPlugin(kZipCarver, zip.substr(0, 40)).Children(), IsEmpty());
}

// -------------------------------------------------------------------- script

TEST(ScriptCarverTest, FindsElementsUrlsAndCommands) {
  const ToolDir dir;
  dir.Write("command.txt", "Write-Host 'hello from an encoded command'");
  const std::string base64 = dir.Make(
      "iconv -f utf-8 -t utf-16le command.txt | base64 -w0 > b64", "b64");
  const std::string html =
      "<html><SCRIPT Type=\"text/vbscript\" x='>'>alert(1)</ScRiPt>\n"
      "<script src=x.js></script><script/><scripted>no</scripted>\n"
      "<a href=\"javascript:doSomething%28%27with a long name%27%29\">x</a>\n"
      "<a href='javascript:void(0)'>x</a>\n"
      "<iframe src=\"data:text/html;base64,"
      "PHNjcmlwdD5hbGVydCgnaGVsbG8gd29ybGQnKTwvc2NyaXB0Pg==\"></iframe>\n"
      "powershell.exe -NoP -enc " +
      base64 + "\n<script>unfinished";
  const PluginRun run = RunPlugin(kScriptCarver, html);
  EXPECT_THAT(
      run.Children(),
      ElementsAre("alert(1)", "unfinished", "doSomething('with a long name')",
                  "<script>alert('hello world')</script>",
                  "Write-Host 'hello from an encoded command'"));
  EXPECT_EQ(Parsed(run.answer.results[0]).at("type"), "text/vbscript");
  EXPECT_EQ(Parsed(run.answer.results[3]).at("type"), "text/html");
  EXPECT_EQ(Parsed(run.answer.results[4]).at("kind"), "powershell");
  EXPECT_EQ(run.answer.children[0].offset, html.find("alert(1)"));
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message, HasSubstr("has no end"));
}

TEST(ScriptCarverTest, ShortUrlsCountWhereTheyAreWanted) {
  const std::string html = "<a href='javascript:go()'>";
  EXPECT_THAT(RunPlugin(kScriptCarver, html).Children(), IsEmpty());
  EXPECT_EQ(RunPlugin(kScriptCarver, html, R"({"min_length": 4})").Only(),
            "go()");
}

TEST(ScriptCarverTest, OtherOptionsAreNoCommands) {
  EXPECT_THAT(RunPlugin(kScriptCarver, "gcc -encoding " + std::string(64, 'A') +
                                           " -e " + std::string(64, 'B'))
                  .Children(),
              IsEmpty())
      << "what it decodes to is no text in UTF-16";
}

// Megabytes of beginnings without an end must not take minutes: each of these
// would, were the text after a beginning read once for every beginning.
TEST(ScriptCarverTest, IsLinear) {
  for (const char* begin :
       {"<script ", "<script \"", "<script '>", "<script", "data:a/a,",
        "'javascript:", "-enc A", "\"data:;base64,"}) {
    std::string trap;
    while (trap.size() < (4u << 20)) trap += begin;
    (void)RunPlugin(kScriptCarver, trap, R"({"max_children": 1000000})");
  }
}

}  // namespace
}  // namespace cupel
