// What is hashed beside unpacking is told as if it had been hashed before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "../archive/zip_builder.h"
#include "scan_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;

// `size` bytes that no other seed gives; even seeds have a finding.
std::string Content(uint32_t seed, size_t size = 9000) {
  std::string content = seed % 2 == 0 ? "EVIL " : "fine ";
  for (uint32_t state = seed * 2654435761u + 1; content.size() < size;) {
    state = state * 1664525u + 1013904223u;
    content += static_cast<char>('a' + (state >> 24) % 26);
  }
  return content;
}

// As Content, but for one byte where no sketch looks.
std::string Twin(uint32_t seed) {
  std::string content = Content(seed);
  content[1000] = '!';
  return content;
}

std::string InnerZip() {
  ZipMember locked = Stored("locked", Content(3));
  locked.flags = 1;
  ZipMember broken = Stored("broken", Content(4));
  broken.crc ^= 1;
  ZipMember strange = Stored("strange", Content(5));
  strange.method = 77;
  return Zip({Stored("same", Content(2)), locked, broken, strange,
              Stored("evil", Content(6))});
}

// More than is read into memory at once.
std::string BigTar() {
  std::string tar;
  for (uint32_t i = 0; i < 120; ++i) {
    const std::string name = "f" + std::to_string(i);
    tar += TarEntry(name, Content(i, 9000 + i % 3));
    if (i % 5 == 0) tar += TarEntry(name + ".again", Content(i, 9000 + i % 3));
    if (i % 7 == 0) tar += TarEntry(name + ".old", Content(i / 2));
    if (i % 9 == 0) tar += TarEntry(name + ".twin", Twin(i));
    if (i % 11 == 0) tar += TarEntry("l" + name, "", '2', name);
    if (i % 20 == 0) tar += TarEntry(name + ".zip", InnerZip());
  }
  const std::string cut = TarEntry("inner", Content(8, 20000));
  tar += TarEntry("cut.tar", cut.substr(0, 15000));
  return tar + TarEnd();
}

class BesideTest : public ScanTest {
 protected:
  // The report of one thread, which that of several must be.
  std::string SameForAll(const std::string& path) {
    const std::vector<ScanInput> inputs = {{.name = path}, {.name = path}};
    options.threads = 1;
    const std::string one = Json(*Scan(inputs));
    for (const uint32_t threads : {2u, 4u, 4u}) {
      options.threads = threads;
      EXPECT_EQ(Json(*Scan(inputs)), one) << threads;
    }
    return one;
  }

  TempDir folder_;
  const std::string tar_ = folder_.Write("big.tar", BigTar());
};

TEST_F(BesideTest, DuplicatesAndWhatIsBroken) {
  SameForAll(tar_);
  const auto report = Scan({{.name = tar_}});
  const auto payloads = ByPath(*report);
  const PayloadRecord& first = payloads.at(tar_ + "!/f10");
  EXPECT_EQ(payloads.at(tar_ + "!/f10.again").same_as, first.id);
  EXPECT_EQ(payloads.at(tar_ + "!/f9.twin").same_as, kNoPayload);
  EXPECT_EQ(payloads.at(tar_ + "!/lf11").sha256,
            payloads.at(tar_ + "!/f11").sha256);
  EXPECT_NE(first.sha256, Digest{});
  EXPECT_NE(payloads.at(tar_).sha256, Digest{});
  EXPECT_EQ(payloads.at(tar_).size, BigTar().size());
  EXPECT_THAT(Incidents(*report),
              Contains("encrypted encrypted " + tar_ + "!/f0.zip!/locked"));
}

TEST_F(BesideTest, WithoutLookingForDuplicates) {
  options.dedup = false;
  SameForAll(tar_);
}

TEST_F(BesideTest, RulesThatReadNames) {
  rules = Rules(
      "rule named { strings: $e = \"EVIL\" condition: $e and filename "
      "matches /^l?f1/ }");
  SameForAll(tar_);
}

TEST_F(BesideTest, LimitsCutAtTheSamePlace) {
  const Limits all = options.limits;
  const auto with = [&](auto set) {
    options.limits = all;
    set(&options.limits);
    SameForAll(tar_);
  };
  with([](Limits* limits) { limits->total_bytes = 400001; });
  with([](Limits* limits) { limits->files = 57; });
  with([](Limits* limits) { limits->file_bytes = 9001; });
  with([](Limits* limits) { limits->depth = 1; });
  with([](Limits* limits) { limits->memory_bytes = 40000; });
}

// The zip file as a whole is owed a scan, after it was taken apart.
TEST_F(BesideTest, AZipFileOfItsOwn) {
  std::vector<ZipMember> members;
  for (uint32_t i = 0; i < 150; ++i) {
    members.push_back(Stored("f" + std::to_string(i), Content(i % 130)));
  }
  members.push_back(Stored("inner.zip", InnerZip()));
  SameForAll(folder_.Write("big.zip", Zip(members)));
}

}  // namespace
}  // namespace cupel
