// System programs, compared with what readelf says of them.
#include "builtin/worker/elf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// The first group of `pattern` in what readelf says; of every line if `all`.
std::vector<std::string> Grep(const std::string& said,
                              const std::string& pattern) {
  const std::regex regex(pattern);
  std::vector<std::string> found;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_search(line, match, regex)) found.push_back(match[1]);
  }
  return found;
}

std::string First(const std::string& said, const std::string& pattern) {
  const std::vector<std::string> found = Grep(said, pattern);
  return found.empty() ? "" : found[0];
}

void ExpectSame(const ToolDir& dir, const std::string& path) {
  SCOPED_TRACE(path);
  const Json ours = RunPlugin(kElfWorker, ReadFile(path)).Result();
  const std::string said =
      dir.Make("readelf -W -h -l -d -S -n '" + path + "' > said 2>&1", "said");
  EXPECT_EQ(ours.at("bits").dump(), First(said, "Class: +ELF([0-9]+)"));
  EXPECT_EQ(ours.at("endianness"), First(said, "Data:.*(little|big) endian"));
  EXPECT_EQ(ours.at("entry_point").get<uint64_t>(),
            std::stoull(First(said, "Entry point address: +0x([0-9a-f]+)"),
                        nullptr, 16));
  EXPECT_EQ(ours.at("sections").size(),
            std::stoull(First(said, "Number of section headers: +([0-9]+)")));
  EXPECT_EQ(ours.at("segments").size(),
            std::stoull(First(said, "Number of program headers: +([0-9]+)")));
  EXPECT_EQ(ours.at("needed").get<std::vector<std::string>>(),
            Grep(said, R"(\(NEEDED\).*\[(.*)\])"));
  EXPECT_EQ(ours.value("soname", ""), First(said, R"(\(SONAME\).*\[(.*)\])"));
  EXPECT_EQ(ours.value("runpath", ""), First(said, R"(\(RUNPATH\).*\[(.*)\])"));
  EXPECT_EQ(ours.value("interpreter", ""),
            First(said, R"(interpreter: (.*)\])"));
  EXPECT_EQ(ours.value("build_id", ""), First(said, "Build ID: ([0-9a-f]+)"));
  EXPECT_EQ(ours.at("errors"), Json::array());
  // "[ 1] .interp  PROGBITS  0000… 000318 00001c 00 A 0 0 1"
  const std::regex row(
      R"(\[ *(\d+)\] (\S+) +[A-Z_0-9]+ +([0-9a-f]+) ([0-9a-f]+) ([0-9a-f]+))");
  std::istringstream lines(said);
  size_t compared = 0;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, row)) continue;
    const Json& section = ours.at("sections").at(std::stoul(match[1]));
    EXPECT_EQ(section.at("name"), match[2]) << line;
    EXPECT_EQ(section.at("address"), std::stoull(match[3], nullptr, 16));
    EXPECT_EQ(section.at("offset"), std::stoull(match[4], nullptr, 16));
    EXPECT_EQ(section.at("size"), std::stoull(match[5], nullptr, 16));
    ++compared;
  }
  EXPECT_EQ(compared + (ours.at("sections").empty() ? 0 : 1),
            ours.at("sections").size());
}

TEST(ElfTest, SaysWhatReadelfSaysOfSystemPrograms) {
  const ToolDir dir;
  for (const char* path : {"/bin/ls", "/bin/sh", "/usr/bin/readelf"}) {
    ExpectSame(dir, path);
  }
  // A library, by way of its link.
  dir.Run(
      "cp \"$(ldd /bin/ls | sed -n 's/.*=> \\(.*libc[^ ]*\\) .*/\\1/p')\" "
      "libc.so");
  ExpectSame(dir, dir.PathOf("libc.so"));
}

TEST(ElfTest, KnowsHardening) {
  const Json ls = RunPlugin(kElfWorker, ReadFile("/bin/ls")).Result();
  EXPECT_EQ(ls.at("pie"), true);
  EXPECT_EQ(ls.at("nx"), true);
  EXPECT_EQ(ls.at("type"), "shared");
  EXPECT_EQ(ls.at("stripped"), true);
  EXPECT_NE(ls.at("relro"), "none");
  const ToolDir dir;
  dir.Write("a.c", "int main(void) { return 0; }");
  const auto made = [&dir](const std::string& flags) {
    return RunPlugin(kElfWorker, dir.Make("cc a.c -o a " + flags, "a"))
        .Result();
  };
  const Json soft = made(
      "-no-pie -z execstack -z norelro -Wl,--enable-new-dtags,"
      "-rpath,/opt/x");
  EXPECT_EQ(soft.at("pie"), false);
  EXPECT_EQ(soft.at("nx"), false);
  EXPECT_EQ(soft.at("relro"), "none");
  EXPECT_EQ(soft.at("type"), "executable");
  EXPECT_EQ(soft.at("runpath"), "/opt/x");
  EXPECT_EQ(soft.at("stripped"), false);
  EXPECT_GT(soft.at("symbols"), 10);
  EXPECT_THAT(soft.at("comment").dump(), HasSubstr("GCC"));
  EXPECT_EQ(made("-pie -z relro -z now").at("relro"), "full");
  EXPECT_EQ(made("-pie -z relro -z lazy").at("relro"), "partial");
  EXPECT_EQ(made("-Wl,--disable-new-dtags,-rpath,/old").at("rpath"), "/old");
  EXPECT_EQ(made("-static").at("static"), true);
}

// 32 bits and the other order of bytes, by objcopy from one data file.
TEST(ElfTest, ReadsBothOrdersAndWidths) {
  const ToolDir dir;
  dir.Write("data", "hello");
  struct Case {
    const char* target;
    int bits;
    const char* order;
  };
  for (const Case& one :
       {Case{"elf32-little", 32, "little"}, Case{"elf32-big", 32, "big"},
        Case{"elf64-big", 64, "big"}}) {
    dir.Run(std::string("objcopy -I binary -O ") + one.target + " data out.o");
    ExpectSame(dir, dir.PathOf("out.o"));
    const Json said = RunPlugin(kElfWorker, dir.Read("out.o")).Result();
    EXPECT_EQ(said.at("bits"), one.bits);
    EXPECT_EQ(said.at("endianness"), one.order);
    EXPECT_EQ(said.at("symbols"), 4);
  }
}

TEST(ElfTest, KeepsWhatItReadOfADamagedFile) {
  const std::string ls = ReadFile("/bin/ls");
  const PluginRun run = RunPlugin(kElfWorker, ls.substr(0, 4096));
  const Json said = run.Result();
  EXPECT_EQ(said.at("interpreter"), "/lib64/ld-linux-x86-64.so.2");
  EXPECT_THAT(said.at("errors").dump(), HasSubstr("section headers at byte"));
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message, HasSubstr("damaged in"));
}

TEST(ElfTest, RefusesWhatIsNone) {
  EXPECT_THAT(RunPlugin(kElfWorker, "MZ").Message(),
              HasSubstr("its magic is missing"));
  EXPECT_THAT(RunPlugin(kElfWorker,
                        "\x7f"
                        "ELF")
                  .Message(),
              HasSubstr("cut off after 4 bytes"));
  EXPECT_THAT(RunPlugin(kElfWorker,
                        "\x7f"
                        "ELF\x09\x01" +
                            std::string(58, 'x'))
                  .Message(),
              HasSubstr("class 9"));
}

TEST(ElfTest, SurvivesEveryCutAndTurnedBits) {
  const std::string sh = ReadFile("/bin/sh");
  for (size_t size = 0; size < sh.size(); size += size < 2048 ? 1 : 997) {
    (void)SummariseElf(std::string_view(sh).substr(0, size));
  }
  std::string damaged = sh;
  for (size_t bit = 0; bit < 1024 * 8; bit += 3) {
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    (void)SummariseElf(damaged);
    damaged[bit / 8] = sh[bit / 8];
  }
  SUCCEED();
}

}  // namespace
}  // namespace cupel
