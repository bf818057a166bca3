// What may be in the folder, and what becomes of it.
#include "answers/answer_folder.h"

#include <sys/stat.h>

#include <filesystem>

#include "answers/answer_index.h"
#include "store/database.h"
#include "tests/unit/answers/answers_testing.h"

namespace cupel {
namespace {

int ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : -1;
}

void KeepOne(const std::string& folder) {
  const auto index = OpenIndex(folder);
  index->Put(Key(1), SomeRules("a"), "answer");
  index->Flush();
  ASSERT_EQ(index->stored(), 1U);
}

TEST(AnswerFolderTest, IsMadeForThisUserAlone) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  KeepOne(folder);
  EXPECT_EQ(ModeOf(folder), 0700);
  EXPECT_EQ(ModeOf(folder + "/" + kAnswerFileName), 0600);
}

TEST(AnswerFolderTest, WhatOthersMayWriteToIsRefused) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  std::filesystem::create_directory(folder);
  for (const mode_t mode : {0770, 0702, 0777}) {
    ASSERT_EQ(chmod(folder.c_str(), mode), 0);
    const auto index = AnswerIndex::Open({folder});
    EXPECT_TRUE(absl::IsPermissionDenied(index.status())) << index.status();
  }
  ASSERT_EQ(chmod(folder.c_str(), 0755), 0);
  EXPECT_TRUE(AnswerIndex::Open({folder}).ok());
}

TEST(AnswerFolderTest, AFileAndAMissingParentAreRefused) {
  const TempFolder temp;
  WriteBytes(temp / "file", "x");
  EXPECT_TRUE(
      absl::IsFailedPrecondition(AnswerIndex::Open({temp / "file"}).status()));
  EXPECT_TRUE(
      absl::IsNotFound(AnswerIndex::Open({temp / "no/cache"}).status()));
}

TEST(AnswerFolderTest, ADamagedFileIsMadeAnew) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  KeepOne(folder);
  const std::string file = folder + "/" + kAnswerFileName;
  const std::string bytes = ReadBytes(file);
  ASSERT_GT(bytes.size(), 4096U);
  // The first page has the schema, the others have the tables.
  for (const size_t at : {size_t{0}, size_t{100}, size_t{4096}, size_t{8192},
                          bytes.size() - 4096}) {
    std::string damaged = bytes;
    damaged.replace(at, 100, std::string(100, '\xA5'));
    WriteBytes(file, damaged);
    const auto index = OpenIndex(folder);
    const std::string answer = AnswerOf(*index, Key(1), *SomeRules("a"));
    EXPECT_TRUE(answer == "-" || answer == "answer") << at << ": " << answer;
    // It can be used again, now or when the damage is met.
    index->Put(Key(2), SomeRules("a"), "other");
    index->Flush();
    index->Flush();
    EXPECT_EQ(AnswerOf(*index, Key(2), *SomeRules("a")), "other") << at;
  }
  // Cut off.
  for (const size_t size : {size_t{0}, size_t{10}, size_t{4096}, size_t{5000},
                            bytes.size() - 4096}) {
    WriteBytes(file, bytes.substr(0, size));
    const auto index = OpenIndex(folder);
    const std::string answer = AnswerOf(*index, Key(1), *SomeRules("a"));
    EXPECT_TRUE(answer == "-" || answer == "answer") << size;
    index->Put(Key(2), SomeRules("a"), "other");
    index->Flush();
    index->Flush();
    EXPECT_EQ(AnswerOf(*index, Key(2), *SomeRules("a")), "other") << size;
  }
}

TEST(AnswerFolderTest, SomebodyElsesFileIsPutAsideAndSaidSo) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  const std::string file = folder + "/" + kAnswerFileName;
  {
    DatabaseOptions options;
    options.path = file;
    options.store = "things";
    options.application_id = 0x43755454;
    options.migrations = {{"CREATE TABLE thing (id TEXT) STRICT"}};
    ASSERT_TRUE(Database::Open(options).ok());
  }
  const std::string was = ReadBytes(file);
  const auto index = OpenIndex(folder);
  ASSERT_EQ(index->warnings().size(), 1U);
  EXPECT_NE(index->warnings()[0].find("made anew"), std::string::npos);
  EXPECT_EQ(ReadBytes(file + ".bad"), was);
  index->Put(Key(1), SomeRules("a"), "answer");
  index->Flush();
  EXPECT_EQ(AnswerOf(*index, Key(1), *SomeRules("a")), "answer");
}

TEST(AnswerFolderTest, ATextFileIsPutAside) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  ASSERT_EQ(mkdir(folder.c_str(), 0700), 0);
  const std::string file = folder + "/" + kAnswerFileName;
  WriteBytes(file, std::string(5000, 'x'));
  const auto index = OpenIndex(folder);
  EXPECT_EQ(index->warnings().size(), 1U);
  index->Put(Key(1), SomeRules("a"), "answer");
  index->Flush();
  EXPECT_EQ(AnswerOf(*index, Key(1), *SomeRules("a")), "answer");
}

// A log that was left over must not be taken for that of a new file. This one
// has all pages, so nothing need be lost either.
TEST(AnswerFolderTest, ALogThatIsLeftOverIsNoHarm) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  const std::string file = folder + "/" + kAnswerFileName;
  {
    const auto index = OpenIndex(folder);
    index->Put(Key(1), SomeRules("a"), "answer");
    index->Flush();
    // The log as it is while the database is open.
    WriteBytes(temp / "wal", ReadBytes(file + "-wal"));
  }
  WriteBytes(file + "-wal", ReadBytes(temp / "wal"));
  WriteBytes(file, std::string(8192, 'x'));
  const auto index = OpenIndex(folder);
  const std::string answer = AnswerOf(*index, Key(1), *SomeRules("a"));
  EXPECT_TRUE(answer == "-" || answer == "answer") << answer;
  index->Put(Key(2), SomeRules("a"), "other");
  index->Flush();
  EXPECT_EQ(AnswerOf(*index, Key(2), *SomeRules("a")), "other");
}

}  // namespace
}  // namespace cupel
