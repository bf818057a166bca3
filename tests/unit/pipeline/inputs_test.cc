#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "scan_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using InputsTest = ScanTest;

TEST_F(InputsTest, AFolderIsWalkedInOrder) {
  TempDir dir;
  dir.Write("b", "EVIL");
  dir.Write("a/z", "1");
  dir.Write("a/y", "2");
  const auto report = Scan({{.name = dir.path()}});
  std::vector<std::string> names;
  for (const PayloadRecord& payload : report->payloads) {
    names.push_back(payload.raw_name.substr(dir.path().size()));
  }
  EXPECT_THAT(names, ElementsAre("/a/y", "/a/z", "/b"));
  ASSERT_EQ(report->distributions.size(), 1u);
  EXPECT_EQ(report->distributions[0].raw_name, dir.path());
}

// It is hashed in pieces, so that it can be ended.
TEST_F(InputsTest, ALargePayloadHasTheHashOfAllItsBytes) {
  std::string bytes((size_t{9} << 20) + 1, 'a');
  for (size_t i = 0; i < bytes.size(); i += 997) bytes[i] = 'b';
  const auto report = Scan(
      {{.kind = ScanInput::Kind::kMemory, .name = "large", .bytes = bytes}});
  EXPECT_EQ(report->payload(1).sha256, Sha256(bytes));
  EXPECT_EQ(report->payload(1).size, bytes.size());
}

TEST_F(InputsTest, ArchivesInAFolderAreDistributionsOfTheirOwn) {
  TempDir dir;
  dir.Write("x-1.0.tar", TarEntry("f", "EVIL") + TarEnd());
  dir.Write("loose", "EVIL");
  const auto report = Scan({{.name = dir.path()}});
  ASSERT_EQ(report->distributions.size(), 2u);
  EXPECT_EQ(report->score, 5);
}

TEST_F(InputsTest, LinksInAFolder) {
  TempDir outside;
  const std::string secret = outside.Write("secret", "EVIL");
  TempDir dir;
  dir.Write("real", "EVIL");
  namespace fs = std::filesystem;
  fs::create_symlink("real", dir.path() + "/inside");
  fs::create_symlink(secret, dir.path() + "/outside");
  fs::create_symlink("nowhere", dir.path() + "/dangling");
  fs::create_symlink(".", dir.path() + "/loop");
  ASSERT_EQ(mkfifo((dir.path() + "/pipe").c_str(), 0600), 0);
  const auto report = Scan({{.name = dir.path()}});
  EXPECT_THAT(
      Incidents(*report),
      UnorderedElementsAre("anomaly dangling_link " + dir.path() + "/dangling",
                           "anomaly link_outside " + dir.path() + "/outside",
                           "anomaly special_file " + dir.path() + "/pipe"));
  EXPECT_EQ(report->findings, 2u);  // real and inside
}

TEST_F(InputsTest, WhatCannotBeReadIsNamed) {
  const auto report = Scan({{.name = "/nonexistent/file"},
                            {.kind = ScanInput::Kind::kDescriptor,
                             .name = "closed",
                             .fd = 1'000'000}});
  EXPECT_THAT(Incidents(*report),
              ElementsAre("unreadable unreadable /nonexistent/file",
                          "unreadable unreadable closed"));
  EXPECT_THAT(report->incidents[0].detail,
              ::testing::HasSubstr("No such file"));
  EXPECT_EQ(report->coverage, Coverage::kNone);
}

TEST_F(InputsTest, AnEmptyFolderIsClean) {
  TempDir dir;
  const auto report = Scan({{.name = dir.path()}});
  EXPECT_EQ(report->verdict, Verdict::kClean);
  EXPECT_EQ(report->payloads.size(), 0u);
}

TEST_F(InputsTest, APipeIsReadToItsEnd) {
  // More than stays in memory, so the temporary file is used as well.
  const std::string content = TarEntry("big", std::string(20u << 20, 'x')) +
                              TarEntry("f", "EVIL") + TarEnd();
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  std::thread writer([&] {
    size_t done = 0;
    while (done < content.size()) {
      const ssize_t n =
          write(ends[1], content.data() + done, content.size() - done);
      if (n <= 0) break;
      done += static_cast<size_t>(n);
    }
    close(ends[1]);
  });
  const auto report = Scan(
      {{.kind = ScanInput::Kind::kDescriptor, .name = "stdin", .fd = ends[0]}});
  writer.join();
  close(ends[0]);
  EXPECT_EQ(ByPath(*report)["stdin!/f"].findings, 1u);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

TEST_F(InputsTest, AnEndlessStreamIsCut) {
  options.limits.total_bytes = 1u << 20;
  const auto report = Scan({{.name = "/dev/zero"}});
  EXPECT_THAT(Incidents(*report), Contains("limit total_bytes /dev/zero"));
  EXPECT_EQ(report->payload(1).size, 1u << 20);
}

TEST_F(InputsTest, ADescriptorOfAFileIsReadFromItsStart) {
  TempDir dir;
  const std::string file = dir.Write("f", "EVIL and more");
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(lseek(fd, 5, SEEK_SET), 5);
  const auto report =
      Scan({{.kind = ScanInput::Kind::kDescriptor, .name = "f", .fd = fd}});
  EXPECT_EQ(report->findings, 1u);
  EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 5);  // the caller's position is untouched
  close(fd);
}

TEST_F(InputsTest, ALargeArchiveIsStreamedFromDisk) {
  TempDir dir;
  std::string tar;
  for (int i = 0; i < 40; ++i) {
    tar += TarEntry("f" + std::to_string(i),
                    std::string(100'000, static_cast<char>('A' + i)) + "EVIL");
  }
  const std::string file = dir.Write("big.tar", tar + TarEnd());
  const auto report = Scan({{.name = file}});
  EXPECT_EQ(report->findings, 40u);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
  EXPECT_EQ(report->payload(1).sha256, Sha256(tar + TarEnd()));
}

}  // namespace
}  // namespace cupel
