#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "builtin/files/descriptor.h"
#include "builtin/tables.h"
#include "source_testing.h"

namespace cupel {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// A folder "in" that is watched. Everything in it is written by other
// processes.
class DirmonTest : public testing::Test {
 protected:
  DirmonTest() { dir_.Run("mkdir in"); }

  std::string Options(std::string_view more = "") const {
    return R"({"path": ")" + dir_.PathOf("in") + "\"" + std::string(more) + "}";
  }
  std::string In(std::string_view name) const {
    return dir_.PathOf("in/" + std::string(name));
  }
  // What happens after it is seen by the source: it watches before it looks.
  void WaitUntilItWatches(Items& items) {
    dir_.Run("echo > in/marker");
    items.WaitFor(In("marker"));
  }
  // All that happened before it was told.
  void WaitForAll(Items& items) {
    // Folders are looked at in order, files are told in it.
    dir_.Run("echo > in/~last");
    items.WaitFor(In("~last"));
  }

  const ToolDir dir_;
};

TEST_F(DirmonTest, TellsWhatIsWrittenAndWhatIsMovedIn) {
  dir_.Run("echo > in/old");
  Items items;
  RunningSource source(kDirmonSource, items, Options());
  // Until the watch is there, the marker may count as old.
  while (items.Counts().empty()) dir_.Run("echo >> in/marker");
  dir_.Run(
      "echo x > in/written && echo y > elsewhere && "
      "mv elsewhere in/moved && ln -s written in/link && mkfifo in/pipe");
  items.WaitFor(In("written"));
  items.WaitFor(In("moved"));
  WaitForAll(items);
  const auto run = source.Stop();
  EXPECT_TRUE(absl::IsCancelled(run.status)) << run.status;
  const auto counts = items.Counts();
  EXPECT_FALSE(counts.contains(In("old")));
  EXPECT_FALSE(counts.contains(In("link")));
  EXPECT_EQ(counts.at(In("written")), 1);
  EXPECT_EQ(counts.at(In("moved")), 1);
}

TEST_F(DirmonTest, ExistingFilesComeFirstAndOnce) {
  dir_.Run("mkdir in/sub && echo > in/b && echo > in/a && echo > in/sub/c");
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  items.WaitForCount(3);
  // Each once its last change is long enough ago: in no order of names.
  EXPECT_THAT(items.Paths(),
              UnorderedElementsAre(In("a"), In("b"), In("sub/c")));
  WaitUntilItWatches(items);
  // Opened for writing and closed, without a change.
  dir_.Run("python3 -c \"open('in/a', 'a').close()\"");
  dir_.Run("echo more >> in/b");
  items.WaitFor(In("b"), 2);
  WaitForAll(items);
  source.Stop();
  EXPECT_EQ(items.Counts().at(In("a")), 1);
}

TEST_F(DirmonTest, NothingIsLostAndNothingToldTwice) {
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  WaitUntilItWatches(items);
  // Plain, by temporary name, and in folders that are new.
  dir_.Run(R"(python3 - <<'END'
import os
for i in range(400):
    open(f'in/plain{i}', 'w').write('x' * i)
    open(f'in/.tmp{i}', 'w').write('x')
    os.rename(f'in/.tmp{i}', f'in/renamed{i}')
    os.makedirs(f'in/d{i % 20}/e{i}')
    open(f'in/d{i % 20}/e{i}/deep', 'w').write('x')
END)");
  for (int i = 0; i < 400; ++i) {
    const std::string n = std::to_string(i);
    items.WaitFor(In("plain" + n));
    items.WaitFor(In("renamed" + n));
    items.WaitFor(In("d" + std::to_string(i % 20) + "/e" + n + "/deep"));
  }
  WaitForAll(items);
  source.Stop();
  auto counts = items.Counts();
  // A temporary file that was slow to get its name may have been told as well.
  std::erase_if(counts, [this](const auto& entry) {
    return entry.first.starts_with(In(".tmp"));
  });
  EXPECT_THAT(counts, SizeIs(3 * 400 + 2));
  // One that was there before its folder was watched, and was closed after it
  // had been looked at, may have been told for either.
  std::erase_if(counts, [](const auto& entry) {
    return entry.first.ends_with("/deep") && entry.second == 2;
  });
  EXPECT_THAT(counts, Each(Pair(testing::_, 1)));
}

TEST_F(DirmonTest, WhatTheKernelDropsIsFoundByLookingAgain) {
  int most = 0;
  std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
  ASSERT_GT(most, 0);
  // Held back by the host until there are more events than the kernel keeps.
  Mutex mutex;
  std::condition_variable_any changed;
  bool go_on = false;
  Items items([&](const PluginItem&) {
    const MutexLock lock(mutex);
    while (!go_on) changed.wait(mutex);
    return absl::OkStatus();
  });
  dir_.Run("echo > in/first");
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  // Where the kernel was told to keep far more, nothing is dropped.
  const int files = std::min(most, 40'000) / 2 + 1000;
  dir_.Run("python3 -c \"for i in range(" + std::to_string(files) +
           "): open(f'in/{i}', 'w').write('x')\"");
  {
    const MutexLock lock(mutex);
    go_on = true;
    changed.notify_all();
  }
  items.WaitForCount(static_cast<size_t>(files));
  WaitForAll(items);
  source.Stop();
  EXPECT_THAT(items.Counts(), SizeIs(files + 2));
  EXPECT_THAT(items.Counts(), Each(Pair(testing::_, 1)));
}

TEST_F(DirmonTest, FoldersComeAndGo) {
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  WaitUntilItWatches(items);
  dir_.Run("mkdir -p out/a/b && echo > out/a/b/1 && mv out/a in/a");
  items.WaitFor(In("a/b/1"));
  dir_.Run("mv in/a in/z && echo > in/z/b/2");
  items.WaitFor(In("z/b/1"));
  items.WaitFor(In("z/b/2"));
  dir_.Run(
      "mv in/z out/z && echo > out/z/b/3 && mkdir -p in/z/b && "
      "echo > in/z/b/4");
  items.WaitFor(In("z/b/4"));
  dir_.Run("rm -r in/z && mkdir -p in/z/b && echo > in/z/b/4");
  items.WaitFor(In("z/b/4"), 2);
  WaitForAll(items);
  source.Stop();
  EXPECT_FALSE(items.Counts().contains(In("z/b/3")));
}

TEST_F(DirmonTest, OnlyTheFolderAndOnlyWhatFits) {
  dir_.Run("mkdir in/sub");
  Items items;
  RunningSource source(
      kDirmonSource, items,
      Options(R"(, "existing": true, "recursive": false, "glob": "[m~]*")"));
  WaitUntilItWatches(items);
  dir_.Run(
      "echo > in/sub/marker && echo > in/other && mkdir in/new && "
      "echo > in/new/marker");
  WaitForAll(items);
  source.Stop();
  EXPECT_THAT(items.Paths(), ElementsAre(In("marker"), In("~last")));
}

TEST_F(DirmonTest, LinkedFoldersAreNotFollowed) {
  dir_.Run("mkdir outside && echo > outside/secret && ln -s ../outside in/l");
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  WaitUntilItWatches(items);
  dir_.Run(
      "ln -s ../outside in/m && echo > outside/new && mkdir in/d && "
      "rmdir in/d && ln -s ../outside in/d && echo > outside/newer");
  WaitForAll(items);
  source.Stop();
  EXPECT_THAT(items.Paths(), ElementsAre(In("marker"), In("~last")));
}

TEST_F(DirmonTest, AFileIsToldWhenItIsClosed) {
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  WaitUntilItWatches(items);
  {
    const OwnedFd slow(
        open(In("slow").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_TRUE(WriteAll(slow.get(), "half", "slow").ok());
    WaitForAll(items);
    EXPECT_FALSE(items.Counts().contains(In("slow")));
    ASSERT_TRUE(WriteAll(slow.get(), "whole", "slow").ok());
  }
  items.WaitFor(In("slow"));
  source.Stop();
  EXPECT_EQ(items.Counts().at(In("slow")), 1);
}

TEST_F(DirmonTest, EndsWithItsFolder) {
  Items items;
  RunningSource source(kDirmonSource, items, Options(R"(, "existing": true)"));
  WaitUntilItWatches(items);
  dir_.Run("mv in away");
  const auto run = source.Join();
  EXPECT_TRUE(absl::IsFailedPrecondition(run.status)) << run.status;
  EXPECT_THAT(run.Message(), HasSubstr("moved or removed"));
}

TEST_F(DirmonTest, SaysWhatIsWrong) {
  Items items;
  dir_.Run("touch file");
  for (const std::string& options :
       {std::string("{}"), std::string(R"({"path": "/not/there"})"),
        R"({"path": ")" + dir_.PathOf("file") + "\"}",
        Options(R"(, "glob": "[")")}) {
    EXPECT_FALSE(Ingest(kDirmonSource, items, options).status.ok()) << options;
  }
}

}  // namespace
}  // namespace cupel
