// Several processes over one cache, and one that is killed in the middle.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "tests/unit/answers/answers_testing.h"

namespace cupel {
namespace {

constexpr int kProcesses = 4;
constexpr int kEach = 3000;

// What a process says of a key is a function of the key: whoever wrote it.
std::string Expected(int number) {
  return number % 3 == 0 ? std::string() : "answer " + std::to_string(number);
}

// Runs in a child; no GoogleTest in there. Gives the exit code.
int WriteAndRead(const std::string& folder, int first, uint64_t bound) {
  const auto rules = SomeRules("a");
  auto index = AnswerIndex::Open({folder, bound, 10'000});
  if (!index.ok()) return 2;
  for (int i = 0; i < kEach; ++i) {
    // Half of the keys are those of the next process too.
    const int number = first + i;
    const std::string before = AnswerOf(**index, Key(number), *rules);
    if (before != "-" && before != Expected(number)) return 3;
    (*index)->Put(Key(number), rules, Expected(number));
    if (i % 50 == 0) (*index)->Flush();
  }
  (*index)->Flush();
  return (*index)->warnings().empty() ? 0 : 4;
}

std::vector<pid_t> Start(const std::string& folder, uint64_t bound) {
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = fork();
    if (child == 0) _exit(WriteAndRead(folder, i * kEach / 2, bound));
    children.push_back(child);
  }
  return children;
}

void ExpectGood(const std::vector<pid_t>& children) {
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
}

TEST(AnswerProcessesTest, WriteAndReadAtOnce) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  ExpectGood(Start(folder, 64 << 20));
  const auto index = OpenIndex(folder);
  const auto rules = SomeRules("a");
  for (int i = 0; i < kEach * (kProcesses + 1) / 2; ++i) {
    ASSERT_EQ(AnswerOf(*index, Key(i), *rules), Expected(i)) << i;
  }
}

// The same with a bound so low that they take rows from one another.
TEST(AnswerProcessesTest, ExchangeTheTablesUnderOneAnother) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  ExpectGood(Start(folder, 256 << 10));
  const auto index = OpenIndex(folder, 256 << 10);
  const auto rules = SomeRules("a");
  for (int i = 0; i < kEach * (kProcesses + 1) / 2; ++i) {
    const std::string answer = AnswerOf(*index, Key(i), *rules);
    ASSERT_TRUE(answer == "-" || answer == Expected(i)) << i << answer;
  }
}

TEST(AnswerProcessesTest, OneThatIsKilledLeavesAUsableCache) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  const auto rules = SomeRules("a");
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto index = AnswerIndex::Open({folder, 8 << 20, 10'000});
      if (!index.ok()) _exit(2);
      for (int i = 0;; ++i) {
        (*index)->Put(Key(i), rules, Expected(i));
        if (i % 100 != 99) continue;
        (*index)->Flush();
        if (write(ends[1], "x", 1) != 1) _exit(3);
      }
    }
    close(ends[1]);
    // So many flushes, and then wherever it is.
    for (int i = 0; i < 3 + round * 7; ++i) {
      char byte = 0;
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    close(ends[0]);
    const auto index = OpenIndex(folder, 8 << 20);
    EXPECT_TRUE(index->warnings().empty());
    for (int i = 0; i < 300; ++i) {
      ASSERT_EQ(AnswerOf(*index, Key(i), *rules), Expected(i)) << i;
    }
  }
}

// A child that goes on with what its parent had open.
TEST(AnswerProcessesTest, AForkInTheMiddle) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  const auto rules = SomeRules("a");
  const auto index = OpenIndex(folder);
  index->Put(Key(1), rules, Expected(1));
  index->Flush();
  EXPECT_EQ(AnswerOf(*index, Key(1), *rules), Expected(1));  // reads
  index->Put(Key(2), rules, Expected(2));
  const pid_t child = fork();
  if (child == 0) {
    const bool seen = AnswerOf(*index, Key(1), *rules) == Expected(1);
    index->Put(Key(3), rules, Expected(3));
    index->Flush();
    _exit(seen && index->stored() == 3 && index->warnings().empty() ? 0 : 1);
  }
  ExpectGood({child});
  index->Flush();
  for (const int number : {1, 2, 3}) {
    EXPECT_EQ(AnswerOf(*index, Key(number), *rules), Expected(number));
  }
  EXPECT_TRUE(index->warnings().empty());
}

// All of them find the same damage, and none takes away what another one has
// just made.
TEST(AnswerProcessesTest, MeetADamagedFileAtOnce) {
  const TempFolder temp;
  const std::string folder = temp / "cache";
  {
    const auto index = OpenIndex(folder);
    index->Put(Key(1), SomeRules("a"), "");
    index->Flush();
  }
  WriteBytes(folder + "/" + kAnswerFileName, std::string(20'000, 'x'));
  std::vector<pid_t> children = Start(folder, 64 << 20);
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    // Whoever made it anew has a warning.
    EXPECT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 4)
        << WEXITSTATUS(status);
  }
  const auto index = OpenIndex(folder);
  const auto rules = SomeRules("a");
  for (int i = 0; i < kEach * (kProcesses + 1) / 2; ++i) {
    ASSERT_EQ(AnswerOf(*index, Key(i), *rules), Expected(i)) << i;
  }
}

}  // namespace
}  // namespace cupel
