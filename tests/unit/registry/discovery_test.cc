#include "registry/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "tests/unit/registry/plugin_files.h"

namespace cupel {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<FoundPlugin> Discover(const std::string& root,
                                  const DiscoveryLimits& limits = {}) {
  auto found = DiscoverPlugins(root, limits);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *std::move(found) : std::vector<FoundPlugin>();
}

// "boefje:id" of the sound ones, "!file" of the broken.
std::vector<std::string> Summary(const PluginFiles& files,
                                 const DiscoveryLimits& limits = {}) {
  std::vector<std::string> summary;
  for (const FoundPlugin& plugin : Discover(files.path(), limits)) {
    const std::string place =
        plugin.manifest_file.empty() ? plugin.directory : plugin.manifest_file;
    summary.push_back(plugin.problem.empty()
                          ? std::string(PluginKindName(plugin.manifest.kind)) +
                                ":" + plugin.manifest.id
                          : "!" + place.substr(std::min(
                                      place.size(), files.path().size() + 1)));
  }
  return summary;
}

std::string ProblemOf(const std::string& path) {
  for (const FoundPlugin& plugin : Discover(path)) {
    if (!plugin.problem.empty()) return plugin.problem;
  }
  return "";
}

TEST(DiscoveryTest, FindsAllDepthFirstInOrder) {
  PluginFiles files;
  files.Boefje("kat_b", "b");
  files.Normalizer("kat_b", "b-normalize");
  files.Boefje("kat_a", "a");
  files.Normalizer("kat_a/inner/one", "inner");
  files.Boefje("kat_a_z", "z");
  files.Write("readme.txt", "nothing");
  files.Write("empty/nothing", "");
  EXPECT_THAT(Summary(files),
              ElementsAre("boefje:a", "normalizer:inner", "boefje:z",
                          "boefje:b", "normalizer:b-normalize"));
}

TEST(DiscoveryTest, TheRootItselfMayBeAPlugin) {
  PluginFiles files;
  files.Write("boefje.json", R"({"id":"a","name":"n"})");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].directory, files.path());
  const auto slash = Discover(files.path() + "/");
  ASSERT_EQ(slash.size(), 1U);
  EXPECT_EQ(slash[0].manifest_file, files / "boefje.json");
}

TEST(DiscoveryTest, ABoefjeWithAllThatBelongsToIt) {
  PluginFiles files;
  files.Write("kat/boefje.json",
              R"({"id":"a","name":"n","version":"2","produces":["x/y"],
                  "boefje_schema":{"type":"object"}})");
  files.Write("kat/schema.json",
              R"({"type":"object","properties":{"KEY":{"type":"string"}}})");
  files.Write("kat/cover.jpg", "c");
  files.Write("kat/normalizer_cover.jpg", "nc");
  files.Write("kat/description.md", "d");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].problem, "");
  const PluginManifest& manifest = found[0].manifest;
  EXPECT_THAT(manifest.produces, ElementsAre("x/y", "boefje/a", "boefje/a-2"));
  ASSERT_NE(manifest.compiled, nullptr);
  EXPECT_THAT(manifest.compiled->properties(), ElementsAre("KEY"));
  EXPECT_TRUE(manifest.schema.contains("properties"));
  EXPECT_EQ(found[0].cover_file, files / "kat/cover.jpg");
  EXPECT_EQ(found[0].description_file, files / "kat/description.md");
  const auto hashes = HashFolder(files / "kat");
  ASSERT_TRUE(hashes.ok());
  EXPECT_EQ(manifest.runnable_hash, hashes->runnable_hash);
  EXPECT_EQ(manifest.content_hash, hashes->content_hash);
}

TEST(DiscoveryTest, ANormalizerWithAllThatBelongsToIt) {
  PluginFiles files;
  files.Normalizer("kat", "n1");
  files.Write("kat/normalizer_cover.jpg", "nc");
  files.Write("kat/description.md", "a boefje's only");
  files.Write("kat/schema.json", "a boefje's only");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_THAT(found[0].manifest.consumes, ElementsAre("x/y", "normalizer/n1"));
  EXPECT_TRUE(found[0].manifest.enabled);
  EXPECT_FALSE(found[0].manifest.runnable_hash.has_value());
  EXPECT_FALSE(found[0].manifest.content_hash.empty());
  EXPECT_EQ(found[0].cover_file, files / "kat/normalizer_cover.jpg");
  EXPECT_EQ(found[0].description_file, "");
}

TEST(DiscoveryTest, BrokenOnesAreListedAndHideNobody) {
  PluginFiles files;
  files.Boefje("m_sound", "sound");
  files.Write("a_json/boefje.json", "{\n \"id\": \"x\",\n oops\n}");
  files.Write("b_field/boefje.json", R"({"id":"x","name":"n","interval":{}})");
  files.Write("c_utf8/boefje.json", "{\"id\":\"\xff\"}");
  files.Write("d_empty/boefje.json", "");
  files.Write("e_schema/boefje.json", R"({"id":"x","name":"n"})");
  files.Write("e_schema/schema.json", R"({"type":17})");
  files.Write("f_lone/normalizer.json",
              R"({"id":"x","name":"n","consumes":[],"produces":[]})");
  files.Write("g_list/schema.json", "[]");
  files.Write("g_list/boefje.json", R"({"id":"x","name":"n"})");
  files.Write("h_id/boefje.json", R"({"id":"../x","name":"n"})");
  files.Write("z_twice/boefje.json", R"({"id":"x","id":"y","name":"n"})");
  EXPECT_THAT(Summary(files),
              ElementsAre("!a_json/boefje.json", "!b_field/boefje.json",
                          "!c_utf8/boefje.json", "!d_empty/boefje.json",
                          "!e_schema/boefje.json", "!f_lone/normalizer.json",
                          "!g_list/boefje.json", "!h_id/boefje.json",
                          "boefje:sound", "!z_twice/boefje.json"));
  EXPECT_THAT(ProblemOf(files / "a_json"),
              AllOf(HasSubstr("boefje.json"), HasSubstr("3")));
  EXPECT_THAT(ProblemOf(files / "b_field"),
              AllOf(HasSubstr("boefje.json"), HasSubstr("$.interval")));
  EXPECT_THAT(ProblemOf(files / "e_schema"),
              AllOf(HasSubstr("schema.json"), HasSubstr("type")));
  EXPECT_THAT(ProblemOf(files / "f_lone"), HasSubstr("normalize.py"));
  EXPECT_THAT(ProblemOf(files / "g_list"), HasSubstr("schema.json"));
  EXPECT_THAT(ProblemOf(files / "h_id"), HasSubstr("$.id"));
}

TEST(DiscoveryTest, ABrokenOneStillSaysWhatItIsCalled) {
  PluginFiles files;
  files.Write("a/boefje.json", R"({"id":"known","name":"n","scan_level":9})");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].problem, "");
  EXPECT_EQ(found[0].manifest.id, "known");
}

TEST(DiscoveryTest, DuplicatesOfAKindAreMarkedTheLaterCounts) {
  PluginFiles files;
  files.Boefje("a", "same");
  files.Boefje("b", "same");
  files.Boefje("c", "other");
  files.Normalizer("d", "same");
  files.Boefje("e", "same");
  files.Write("f/boefje.json", R"({"id":"same","name":5})");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 6U);
  EXPECT_EQ(found[0].duplicate_of, "");
  EXPECT_EQ(found[1].duplicate_of, files / "a");
  EXPECT_EQ(found[2].duplicate_of, "");
  EXPECT_EQ(found[3].duplicate_of, "");  // a normalizer
  EXPECT_EQ(found[4].duplicate_of, files / "b");
  EXPECT_EQ(found[5].duplicate_of, "");  // broken
}

TEST(DiscoveryTest, FoldersWithADotAreNoPackages) {
  PluginFiles files;
  files.Boefje(".git/x", "hidden");
  files.Boefje("__pycache__/x", "hidden");
  files.Boefje("dns.disabled", "off");
  files.Boefje("dns.disabled/inner", "off-too");
  files.Write("stoq.v1/w.stoq", "[Core]\nName = w\nModule = w\n");
  files.Write("stoq.v1/w.py", "from stoq.plugins import StoqWorkerPlugin\n");
  EXPECT_THAT(Summary(files),
              ElementsAre("!dns.disabled/boefje.json",
                          "!dns.disabled/inner/boefje.json", "stoq:w"));
  EXPECT_THAT(ProblemOf(files.path()), HasSubstr("rename"));
}

TEST(DiscoveryTest, StoqFolders) {
  PluginFiles files;
  files.Write("yara/yara.stoq",
              "[Core]\nName = yara\nModule = yarascan\n\n[Documentation]\n"
              "Author = A\nVersion = 0.9\nDescription = 100%% sure\n"
              "[options]\nhashpayload = True\n");
  files.Write("yara/yarascan.py",
              "import os\n# from stoq.plugins import StoqCarverPlugin\n"
              "from stoq.plugins import StoqWorkerPlugin\n"
              "raise SystemExit\n");
  files.Write("other/other.stoq", "[Core]\nname: other\nmodule: other\n");
  files.Write("other/other.py", "nothing of stoq's\n");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_EQ(found[0].manifest.id, "other");
  EXPECT_THAT(found[0].manifest.categories, IsEmpty());
  const PluginManifest& yara = found[1].manifest;
  EXPECT_EQ(found[1].problem, "");
  EXPECT_EQ(yara.kind, PluginKind::kStoq);
  EXPECT_EQ(yara.name, "yara");
  EXPECT_EQ(yara.module, "yarascan");
  EXPECT_EQ(yara.version, "0.9");
  EXPECT_EQ(yara.description, "100% sure");
  EXPECT_THAT(yara.categories, ElementsAre("worker"));
  EXPECT_FALSE(yara.content_hash.empty());
  EXPECT_EQ(PrintJson(PrintManifest(yara, false)),
            R"({"id":"yara","name":"yara","version":"0.9","created":null,)"
            R"("description":"100% sure","enabled":false,"static":true,)"
            R"("type":"stoq","categories":["worker"],"module":"yarascan"})");
}

TEST(DiscoveryTest, StoqFilesThatAreBroken) {
  const struct {
    std::string_view text;
    std::string_view reason;
  } kCases[] = {
      {"", "Name"},
      {"[Core]\nModule = m\n", "a.stoq:1: [Core] has no Name"},
      {"\n[Core]\nName = m\n", "a.stoq:2: [Core] has no Module"},
      {"[Core]\nName = m\nModule = absent\n", "absent.py"},
      {"[Core]\nName = m\nModule = ../x\n", "no name of a file"},
      {"[Core]\nName = m\nModule = .x\n", "no name of a file"},
      {"[Core]\nName = ../m\nModule = x\n", "path"},
      {"Name = m\n", "a.stoq:1"},
      {"[Core]\nName = %(x)s\nModule = m\n", "a.stoq:2"},
      {"[Core]\nName = \xff\n", "a.stoq:2"},
  };
  for (const auto& [text, reason] : kCases) {
    PluginFiles files;
    files.Write("a/a.stoq", text);
    files.Write("x.py", "");
    EXPECT_THAT(ProblemOf(files.path()), HasSubstr(std::string(reason)));
  }
}

TEST(DiscoveryTest, LinksToFoldersAreNotFollowed) {
  PluginFiles outside;
  outside.Boefje("x", "outside");
  PluginFiles files;
  files.Boefje("a", "inside");
  std::filesystem::create_symlink(outside / "x", files / "b");
  std::filesystem::create_symlink("..", files / "a/up");
  EXPECT_THAT(Summary(files), ElementsAre("boefje:inside"));
  // The root may be one.
  std::filesystem::create_symlink(files.path(), outside / "link");
  EXPECT_EQ(Discover(outside / "link").size(), 1U);
}

TEST(DiscoveryTest, ServedFilesLieWithinTheRoot) {
  PluginFiles outside;
  outside.Write("secret", "s");
  PluginFiles files;
  files.Boefje("a", "a");
  files.Write("shared.jpg", "j");
  std::filesystem::create_symlink(outside / "secret",
                                  files / "a/description.md");
  std::filesystem::create_symlink("../shared.jpg", files / "a/cover.jpg");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_EQ(found[0].description_file, "");
  EXPECT_EQ(found[0].cover_file, files / "a/cover.jpg");
}

TEST(DiscoveryTest, ManifestsThatAreNoFilesAreBrokenAtOnce) {
  PluginFiles files;
  std::filesystem::create_directories(files / "a");
  std::filesystem::create_directories(files / "b/boefje.json");
  std::filesystem::create_directories(files / "c");
  std::filesystem::create_directories(files / "d");
  ASSERT_EQ(mkfifo((files / "a/boefje.json").c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", files / "c/boefje.json");
  std::filesystem::create_symlink("boefje.json", files / "d/boefje.json");
  EXPECT_THAT(Summary(files), ElementsAre("!a/boefje.json", "!b/boefje.json",
                                          "!c/boefje.json", "!d/boefje.json"));
}

TEST(DiscoveryTest, APipeAmongItsFilesBreaksThePlugin) {
  PluginFiles files;
  files.Boefje("a", "a");
  ASSERT_EQ(mkfifo((files / "a/pipe").c_str(), 0600), 0);
  EXPECT_THAT(ProblemOf(files.path()), HasSubstr("a/pipe"));
}

TEST(DiscoveryTest, NamesThatAreNoUtf8) {
  PluginFiles files;
  const std::string folder = "kat_\xff\x1b[31m";
  files.Boefje(folder, "odd");
  files.Write(folder + "/inner/boefje.json", "{");
  const auto found = Discover(files.path());
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].directory, files / folder);
  EXPECT_EQ(found[0].problem, "");
  EXPECT_TRUE(IsUtf8(found[1].problem));
  EXPECT_THAT(found[1].problem, HasSubstr("kat_\\xff\\x1b[31m"));
}

TEST(DiscoveryTest, RootsThatAreNone) {
  PluginFiles files;
  files.Write("file", "");
  EXPECT_EQ(DiscoverPlugins(files / "none").status().code(),
            absl::StatusCode::kNotFound);
  for (const std::string& root :
       {files / "file", std::string(), std::string("a\0b", 3)}) {
    EXPECT_EQ(DiscoverPlugins(root).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
  EXPECT_THAT(Discover(files.path()), IsEmpty());
}

// As one who is not root, for whom modes mean nothing.
TEST(DiscoveryTest, WhatMayNotBeReadIsSaid) {
  PluginFiles files;
  files.Boefje("a", "a");
  files.Boefje("b", "b");
  files.Boefje("c", "c");
  ASSERT_EQ(chmod((files / "b").c_str(), 0), 0);
  ASSERT_EQ(chmod((files / "c/boefje.json").c_str(), 0), 0);
  ASSERT_EQ(chmod(files.path().c_str(), 0755), 0);
  EXPECT_EXIT(
      {
        if (geteuid() == 0 && setuid(65534) != 0) _exit(2);
        const auto found = DiscoverPlugins(files.path());
        if (!found.ok() || found->size() != 3) _exit(3);
        if (!(*found)[0].problem.empty()) _exit(4);
        if ((*found)[1].problem.find("/b'") == std::string::npos) _exit(5);
        if ((*found)[2].problem.find("ermission") == std::string::npos) {
          _exit(6);
        }
        const auto closed = DiscoverPlugins(files / "b");
        _exit(absl::IsPermissionDenied(closed.status()) ? 0 : 7);
      },
      testing::ExitedWithCode(0), "");
  ASSERT_EQ(chmod((files / "b").c_str(), 0755), 0);
}

TEST(DiscoveryTest, EveryLimitFires) {
  PluginFiles files;
  files.Boefje("a", "a");
  files.Boefje("b/c/d", "deep");
  files.Boefje("e", "e");
  DiscoveryLimits limits;
  limits.depth = 3;
  EXPECT_THAT(Summary(files, limits),
              ElementsAre("boefje:a", "!b/c/d", "boefje:e"));
  limits = {};
  limits.directories = 2;
  EXPECT_THAT(Summary(files, limits), ElementsAre("boefje:a", "!b"));
  limits = {};
  limits.files = 4;  // a, b, e and one manifest
  EXPECT_THAT(Summary(files, limits), ElementsAre("boefje:a", "!b"));
  limits = {};
  limits.manifest_bytes = 10;
  EXPECT_THAT(
      Summary(files, limits),
      ElementsAre("!a/boefje.json", "!b/c/d/boefje.json", "!e/boefje.json"));
  limits = {};
  limits.hash_bytes = 10;
  EXPECT_THAT(
      Summary(files, limits),
      ElementsAre("!a/boefje.json", "!b/c/d/boefje.json", "!e/boefje.json"));
}

TEST(DiscoveryTest, OurOwnExampleIsSound) {
  const auto found =
      Discover(std::string(CUPEL_SOURCE_DIR) + "/examples/plugins/dns-records");
  ASSERT_EQ(found.size(), 2U);
  for (const FoundPlugin& plugin : found) EXPECT_EQ(plugin.problem, "");
  const PluginManifest& boefje = found[0].manifest;
  EXPECT_EQ(boefje.id, "dns-records");
  EXPECT_THAT(boefje.consumes, ElementsAre("Hostname"));
  ASSERT_NE(boefje.compiled, nullptr);
  EXPECT_THAT(boefje.compiled->properties(),
              ElementsAre("RECORD_TYPES", "REMOTE_NS"));
  EXPECT_NE(found[0].cover_file, "");
  EXPECT_NE(found[0].description_file, "");
  EXPECT_EQ(found[1].manifest.kind, PluginKind::kNormalizer);
  EXPECT_THAT(found[1].manifest.consumes,
              testing::Contains("boefje/dns-records"));
}

}  // namespace
}  // namespace cupel
