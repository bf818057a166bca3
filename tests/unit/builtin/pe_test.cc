// PE files that others made, compared with what pefile says of them.
#include "builtin/worker/pe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "builtin/pe/image.h"
#include "builtin/pe/imports.h"
#include "builtin/pe/ordinals.h"
#include "builtin/tables.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/pe_files.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What pefile says, in the shape of our result.
constexpr char kPefile[] = R"PY(
import json, pefile, sys
pe = pefile.PE(sys.argv[1])
text = lambda b: b.decode()
out = {
    'imphash': pe.get_imphash(),
    'machine_id': pe.FILE_HEADER.Machine,
    'compile_time_epoch': pe.FILE_HEADER.TimeDateStamp,
    'entry_point': pe.OPTIONAL_HEADER.AddressOfEntryPoint,
    'image_base': pe.OPTIONAL_HEADER.ImageBase,
    'checksum': pe.OPTIONAL_HEADER.CheckSum,
    'is_dll': pe.is_dll(),
    'is_driver': pe.is_driver(),
    'sections': [{
        'name': text(s.Name.rstrip(b'\0')), 'md5': s.get_hash_md5(),
        'sha256': s.get_hash_sha256(), 'virtual_address': s.VirtualAddress,
        'virtual_size': s.Misc_VirtualSize, 'raw_size': s.SizeOfRawData,
        'entropy': round(s.get_entropy(), 6)} for s in pe.sections],
    'imports': {text(d.dll): [
        '#%d' % i.ordinal if i.import_by_ordinal else text(i.name)
        for i in d.imports]
        for d in getattr(pe, 'DIRECTORY_ENTRY_IMPORT', [])},
    'rich': pe.get_rich_header_hash('md5'),
    'overlay': pe.get_overlay_data_start_offset(),
    'resources': [],
}
if hasattr(pe, 'DIRECTORY_ENTRY_EXPORT'):
    out['exports'] = sorted([text(e.name or b''), e.ordinal, e.address]
                            for e in pe.DIRECTORY_ENTRY_EXPORT.symbols)
if hasattr(pe, 'DIRECTORY_ENTRY_RESOURCE'):
    for kind in pe.DIRECTORY_ENTRY_RESOURCE.entries:
        for name in kind.directory.entries:
            for language in name.directory.entries:
                data = language.data.struct
                out['resources'].append(
                    [pe.get_offset_from_rva(data.OffsetToData), data.Size])
if hasattr(pe, 'FileInfo'):
    out['version_info'] = {text(k): text(v) for info in pe.FileInfo[0]
                           if info.Key == b'StringFileInfo'
                           for table in info.StringTable
                           for k, v in table.entries.items()}
if hasattr(pe, 'DIRECTORY_ENTRY_DEBUG'):
    out['pdb'] = [text(d.entry.PdbFileName.rstrip(b'\0'))
                  for d in pe.DIRECTORY_ENTRY_DEBUG
                  if d.entry and hasattr(d.entry, 'PdbFileName')]
print(json.dumps(out))
)PY";

Json Pefile(const ToolDir& dir, const std::string& name) {
  dir.Write("dump.py", kPefile);
  const std::string said = dir.Make(
      "/usr/bin/python3 dump.py " + name + " > said.json", "said.json");
  const absl::StatusOr<Json> json = ParseJson(said, "pefile");
  EXPECT_TRUE(json.ok()) << MessageOf(json.status());
  return json.value_or(Json::object());
}

void ExpectSame(Json ours, const Json& theirs) {
  for (const char* key :
       {"imphash", "machine_id", "compile_time_epoch", "entry_point",
        "image_base", "checksum", "is_dll", "is_driver", "imports"}) {
    // pefile's imphash of a file without imports is empty.
    if (!ours.contains(key)) ours[key] = "";
    EXPECT_EQ(ours[key], theirs.at(key)) << key;
  }
  ASSERT_EQ(ours["sections"].size(), theirs.at("sections").size());
  for (size_t i = 0; i < ours["sections"].size(); ++i) {
    const Json& section = theirs.at("sections")[i];
    EXPECT_NEAR(ours["sections"][i]["entropy"].get<double>(),
                section.at("entropy").get<double>(), 1e-5);
    for (const char* key : {"name", "md5", "sha256", "virtual_address",
                            "virtual_size", "raw_size"}) {
      EXPECT_EQ(ours["sections"][i][key], section.at(key)) << key;
    }
  }
  Json resources = Json::array();
  for (const Json& resource : ours["resources"]) {
    resources.push_back({resource.at("offset"), resource.at("size")});
  }
  EXPECT_EQ(resources, theirs.at("resources"));
  if (theirs.contains("version_info")) {
    EXPECT_EQ(ours["version_info"], theirs.at("version_info"));
  }
  if (theirs.contains("exports")) {
    Json exports = Json::array();
    for (const Json& function : ours["exports"]["functions"]) {
      exports.push_back({function.value("name", ""), function.at("ordinal"),
                         function.at("address")});
    }
    std::sort(exports.begin(), exports.end());
    EXPECT_EQ(exports, theirs.at("exports"));
  }
  Json pdb = Json::array();
  for (const Json& entry : ours["debug"]) {
    if (entry.contains("pdb")) pdb.push_back(entry.at("pdb"));
  }
  EXPECT_EQ(pdb, theirs.value("pdb", Json::array()));
  const Json rich =
      ours.contains("rich_header") ? ours["rich_header"].at("md5") : Json("");
  EXPECT_EQ(rich, theirs.at("rich"));
  const Json overlay =
      ours.contains("overlay") ? ours["overlay"].at("offset") : Json();
  EXPECT_EQ(overlay, theirs.at("overlay"));
  EXPECT_EQ(ours["errors"], Json::array());
}

TEST(PeTest, SaysWhatPefileSaysOfLaunchersByMicrosoftsCompiler) {
  const ToolDir dir;
  for (const std::string& name : LauncherNames()) {
    SCOPED_TRACE(name);
    dir.Write(name, Launcher(name));
    ExpectSame(RunPlugin(kPeWorker, Launcher(name)).Result(),
               Pefile(dir, name));
  }
}

TEST(PeTest, SaysWhatPefileSaysOfALibraryByGnu) {
  const ToolDir dir;
  const std::string dll = MakeDll(dir);
  const Json ours = RunPlugin(kPeWorker, dll).Result();
  ExpectSame(ours, Pefile(dir, "made.dll"));
  EXPECT_EQ(ours.at("version_info").at("FileDescription"), "Gr\u00fc\u00dfe");
  EXPECT_EQ(ours.at("exports").at("dll"), "made.dll");
  EXPECT_EQ(ours.at("is_exe"), false);
  EXPECT_EQ(ours.at("exports").at("functions").back().at("forwarder"),
            "KERNEL32.Sleep");
  // ws2_32 by ordinal: #115 is WSAStartup.
  EXPECT_THAT(ours.at("imports").at("WS2_32.dll").dump(), HasSubstr("#115"));
}

TEST(PeTest, NamesTheOrdinalsOfOldLibraries) {
  EXPECT_EQ(OrdinalName("ws2_32.dll", 115), "WSAStartup");
  EXPECT_EQ(OrdinalName("oleaut32.dll", 2), "SysAllocString");
  EXPECT_EQ(OrdinalName("mfc42.dll", 7), "ord7");
  EXPECT_EQ(OrdinalName("ws2_32.dll", 9999), "ord9999");
}

TEST(PeTest, TellsTheOverlayAndCertificates) {
  const std::string exe = Launcher("t64.exe");
  const Json plain = RunPlugin(kPeWorker, exe).Result();
  EXPECT_FALSE(plain.contains("overlay"));
  EXPECT_EQ(plain.at("compile_time"), "2022-08-06T06:41:05Z");
  const Json more = RunPlugin(kPeWorker, exe + "#!python\nPK..").Result();
  EXPECT_EQ(more.at("overlay").at("offset"), exe.size());
  EXPECT_EQ(more.at("overlay").at("size"), 13);
  const Json sealed = RunPlugin(kPeWorker, WithCertificate(exe)).Result();
  ASSERT_EQ(sealed.at("certificates").size(), 1u);
  EXPECT_EQ(sealed.at("certificates")[0].at("type"), 2);
}

TEST(PeTest, KeepsWhatItReadOfADamagedFile) {
  const std::string exe = Launcher("t64.exe");
  const PluginRun run = RunPlugin(kPeWorker, exe.substr(0, 3000));
  ASSERT_TRUE(run.status.ok()) << run.Message();
  const Json said = run.Result();
  EXPECT_EQ(said.at("machine"), "amd64");
  EXPECT_EQ(said.at("sections").size(), 6u);
  EXPECT_THAT(said.at("errors").dump(),
              HasSubstr("of its 61440 bytes are in the file"));
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message, HasSubstr("damaged in"));
}

TEST(PeTest, RefusesWhatIsNone) {
  EXPECT_THAT(RunPlugin(kPeWorker,
                        "\x7f"
                        "ELF")
                  .Message(),
              HasSubstr("does not begin with MZ"));
}

// Nothing is wrong with a program for DOS.
TEST(PeTest, SaysOfAProgramForDosThatItIsNoPe) {
  std::string dos(128, '\0');
  dos.replace(0, 2, "MZ");
  dos[0x3c] = 0x40;
  const Json said = RunPlugin(kPeWorker, dos).Result();
  EXPECT_EQ(said.at("is_pe"), false);
  EXPECT_THAT(said.at("reason"), HasSubstr("no PE signature at byte 64"));
  EXPECT_THAT(RunPlugin(kPeWorker, "MZ").Result().at("reason"),
              HasSubstr("hold no DOS header"));
}

// 96 sections that are each the whole file: hashed twice, not 96 times.
TEST(PeTest, ReadsOverlappingSectionsTwiceAtMost) {
  const std::string exe = ManySections(Launcher("t64.exe"));
  const Json said = RunPlugin(kPeWorker, exe).Result();
  ASSERT_EQ(said.at("sections").size(), 96u);
  size_t hashed = 0;
  for (const Json& section : said.at("sections")) {
    hashed += section.contains("md5") ? 1 : 0;
  }
  EXPECT_EQ(hashed, 2u);
  EXPECT_THAT(said.at("errors").dump(), HasSubstr("lie on one another"));
}

TEST(PeTest, SurvivesEveryCutAndTurnedBits) {
  const std::string exe = Launcher("t32.exe");
  for (size_t size = 0; size < exe.size(); size += size < 2048 ? 1 : 911) {
    (void)SummarisePe(std::string_view(exe).substr(0, size));
  }
  std::string damaged = exe;
  for (size_t bit = 0; bit < 1024 * 8; bit += 3) {
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    (void)SummarisePe(damaged);
    damaged[bit / 8] = exe[bit / 8];
  }
  SUCCEED();
}

TEST(PeTest, StopsWhenItIsTold) {
  EXPECT_TRUE(absl::IsCancelled(
      SummarisePe(Launcher("t64.exe"), [] { return true; }).status()));
}

}  // namespace
}  // namespace cupel
