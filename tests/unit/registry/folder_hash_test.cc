#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <random>
#include <string>

#include "base/status.h"
#include "crypto/digest.h"
#include "registry/discovery.h"
#include "tests/unit/registry/plugin_files.h"

namespace cupel {
namespace {

using testing::HasSubstr;

FolderHashes MustHash(const std::string& path) {
  const auto hashes = HashFolder(path);
  EXPECT_TRUE(hashes.ok()) << hashes.status();
  return hashes.ok() ? *hashes : FolderHashes();
}

std::string Hex(std::string_view bytes) { return HexDigest(Sha256(bytes)); }

// What Python has to say, apart from us.
std::string RunnableHashByPython(const std::string& path) {
  static constexpr char kScript[] =
      "import hashlib, pathlib, sys\n"
      "h = hashlib.sha256()\n"
      "for f in sorted(p for p in pathlib.Path(sys.argv[1]).rglob('*')\n"
      "                if p.is_file() and p.suffix != '.pyc'):\n"
      "    h.update(f.read_bytes())\n"
      "print(h.hexdigest(), end='')\n";
  const std::string command =
      "python3 -I - '" + path + "' <<'END'\n" + kScript + "END\n";
  FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "";
  char out[128] = {};
  const size_t size = fread(out, 1, sizeof(out), pipe);
  pclose(pipe);
  return std::string(out, size);
}

TEST(FolderHashTest, ComponentsNotTextDecideTheOrder) {
  PluginFiles files;
  std::string expected;
  // Each file holds its own name, so that the order shows.
  for (const std::string name :
       {".hidden", ".pyc", "A", "a/.x", "a/b", "a-b", "a.py", "~", "\u00e9"}) {
    files.Write(name, name + "\n");
    expected += name + "\n";
  }
  files.Write("a/b.pyc", "left out");
  files.Write("__pycache__/x.cpython-311.pyc", "left out");
  EXPECT_EQ(MustHash(files.path()).runnable_hash, Hex(expected));
  EXPECT_EQ(RunnableHashByPython(files.path()), Hex(expected));
}

TEST(FolderHashTest, AgreesWithPythonOnRandomFolders) {
  static constexpr const char* kNames[] = {
      "a",        "a-b",         "a.b",          "A",
      "_",        "__pycache__", "m.pyc",        ".pyc",
      "..pyc",    "x.pyc.py",    "\xef\xbf\xbd", "\xf0\x9f\x98\x80",
      "\xc3\xa9", "a b",         "\xee\x80\x80", "\xff",
      "z\x80"};
  std::mt19937 random(11);
  for (int round = 0; round < 12; ++round) {
    PluginFiles files;
    for (int i = 0; i < 25; ++i) {
      std::string path;
      for (size_t depth = 0; depth <= random() % 3; ++depth) {
        path += std::string(depth == 0 ? "" : "/") +
                kNames[random() % std::size(kNames)];
      }
      std::error_code error;
      const std::filesystem::path whole = files / path;
      std::filesystem::create_directories(whole.parent_path(), error);
      if (error || std::filesystem::exists(whole)) continue;
      files.Write(path, std::to_string(random()));
    }
    EXPECT_EQ(MustHash(files.path()).runnable_hash,
              RunnableHashByPython(files.path()))
        << round;
  }
}

TEST(FolderHashTest, OnlyTheStrongerOneSeesNames) {
  PluginFiles one;
  PluginFiles two;
  one.Write("a", "xy");
  one.Write("b", "z");
  two.Write("a", "x");
  two.Write("c", "yz");
  two.Write("empty", "");
  EXPECT_EQ(MustHash(one.path()).runnable_hash, Hex("xyz"));
  EXPECT_EQ(MustHash(two.path()).runnable_hash, Hex("xyz"));
  EXPECT_NE(MustHash(one.path()).content_hash,
            MustHash(two.path()).content_hash);
}

TEST(FolderHashTest, TheStrongerOneIsWhatTheHeaderSays) {
  PluginFiles files;
  files.Write("d/f", "abc");
  const auto number = [](uint64_t value) {
    std::string bytes(7, '\0');
    bytes.push_back(static_cast<char>(value));
    return bytes;
  };
  const Digest digest = Sha256("abc");
  std::string expected("cupel-folder-1\0", 15);
  expected += "f" + number(3) + "d/f" + number(3) +
              std::string(digest.begin(), digest.end());
  EXPECT_EQ(MustHash(files.path()).content_hash, Hex(expected));
}

TEST(FolderHashTest, WhatIsCompiledChangesNeither) {
  PluginFiles files;
  files.Write("main.py", "x");
  const FolderHashes before = MustHash(files.path());
  files.Write("__pycache__/main.cpython-311.pyc", "y");
  const FolderHashes after = MustHash(files.path());
  EXPECT_EQ(before.runnable_hash, after.runnable_hash);
  EXPECT_EQ(before.content_hash, after.content_hash);
}

TEST(FolderHashTest, LinksToFilesCountOthersAreNamed) {
  PluginFiles outside;
  outside.Write("text", "from outside");
  outside.Write("folder/inner", "not followed");
  PluginFiles files;
  files.Write("a", "1");
  std::filesystem::create_symlink(outside / "text", files / "b");
  EXPECT_EQ(MustHash(files.path()).runnable_hash, Hex("1from outside"));
  const std::string before = MustHash(files.path()).content_hash;
  std::filesystem::create_symlink(outside / "folder", files / "c");
  std::filesystem::create_symlink("nowhere", files / "d");
  std::filesystem::create_symlink("e", files / "e");  // around and around
  std::filesystem::create_symlink(".", files / "f");
  const FolderHashes hashes = MustHash(files.path());
  EXPECT_EQ(hashes.runnable_hash, Hex("1from outside"));
  EXPECT_EQ(RunnableHashByPython(files.path()), Hex("1from outside"));
  EXPECT_NE(hashes.content_hash, before);
}

TEST(FolderHashTest, PipesSocketsAndDevicesAreRefusedAtOnce) {
  {
    PluginFiles files;
    ASSERT_EQ(mkfifo((files / "pipe").c_str(), 0600), 0);
    const absl::Status status = HashFolder(files.path()).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("pipe"));
  }
  {
    PluginFiles files;
    std::filesystem::create_symlink("/dev/zero", files / "zero");
    EXPECT_EQ(HashFolder(files.path()).status().code(),
              absl::StatusCode::kFailedPrecondition);
  }
  {
    PluginFiles files;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = files / "s";
    ASSERT_LT(path.size(), sizeof(address.sun_path));
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
              0);
    EXPECT_EQ(HashFolder(files.path()).status().code(),
              absl::StatusCode::kFailedPrecondition);
    close(fd);
  }
}

TEST(FolderHashTest, EveryLimitFires) {
  PluginFiles files;
  files.Write("a/b/c/d", "12345");
  files.Write("e", "6");
  DiscoveryLimits limits;
  limits.hash_bytes = 6;
  limits.depth = 4;
  limits.files = 5;
  EXPECT_TRUE(HashFolder(files.path(), limits).ok());
  limits.hash_bytes = 5;
  EXPECT_TRUE(
      absl::IsResourceExhausted(HashFolder(files.path(), limits).status()));
  limits = {};
  limits.depth = 3;
  EXPECT_TRUE(
      absl::IsResourceExhausted(HashFolder(files.path(), limits).status()));
  limits = {};
  limits.files = 1;
  EXPECT_TRUE(
      absl::IsResourceExhausted(HashFolder(files.path(), limits).status()));
}

TEST(FolderHashTest, NoFolder) {
  PluginFiles files;
  files.Write("file", "");
  EXPECT_EQ(HashFolder(files / "none").status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(HashFolder(files / "file").status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MustHash(files.path()).runnable_hash, Hex(""));
}

}  // namespace
}  // namespace cupel
