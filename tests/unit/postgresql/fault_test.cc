// A server that crashes or hangs while stores and queues are at work. Run by
// with_postgres.py, whose server it kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

#include "base/clock.h"
#include "queue/job_queue.h"
#include "store/catalogue_store.h"
#include "store/raw_store.h"
#include "store/run_database.h"
#include "tests/support/postgres_control.h"
#include "tests/unit/store/store_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class FaultTest : public testing::Test {
 protected:
  FaultTest() : url_(TestDatabase("")) {}
  ~FaultTest() override { control_.Start(); }

  PostgresControl control_;
  const std::string url_;
};

TEST_F(FaultTest, TheRegistryGoesOnAfterACrash) {
  const auto store = OpenCatalogueStore(url_);
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->AddOrganisation({"a", "A", true}).ok());
  const absl::Status status = (*store)->Atomically([&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR((*store)->AddOrganisation({"b", "B", true}));
    control_.Kill();
    return (*store)->AddOrganisation({"c", "C", true});
  });
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(MessageOf(status)), HasSubstr("lost"));
  // While it is away, everybody is told so.
  EXPECT_TRUE(absl::IsUnavailable((*store)->Organisations().status()));
  EXPECT_TRUE(absl::IsUnavailable((*store)->AddOrganisation({"d", "D", true})));
  control_.Start();
  const auto rows = (*store)->Organisations();
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), 1U);
  EXPECT_TRUE((*store)->AddOrganisation({"e", "E", true}).ok());
}

// A body that looks at no error must not have the rest of it kept.
TEST_F(FaultTest, NothingOfATransactionIsKeptThatLostItsServer) {
  const auto store = OpenCatalogueStore(url_);
  ASSERT_TRUE(store.ok()) << store.status();
  const absl::Status status = (*store)->Atomically([&]() -> absl::Status {
    (void)(*store)->AddOrganisation({"a", "A", true});
    control_.Kill();
    control_.Start();
    (void)(*store)->AddOrganisation({"b", "B", true});
    (void)(*store)->AddOrganisation({"c", "C", true});
    return absl::OkStatus();
  });
  EXPECT_TRUE(absl::IsAborted(status)) << status;
  EXPECT_TRUE((*store)->Organisations()->empty());
}

TEST_F(FaultTest, AQueueLosesNoJobAndNoResult) {
  const auto queue = queue::OpenQueue(url_);
  ASSERT_TRUE(queue.ok()) << queue.status();
  queue::LeaseRequest ask;
  ask.worker = "w";
  std::map<std::string, int> done;
  int submitted = 0;
  for (int round = 0; round < 5; ++round) {
    // Whatever it answers when it is killed under way: the books are right.
    std::thread killer([&] {
      control_.Kill();
      control_.Start();
    });
    for (int i = 0; i < 40; ++i) {
      queue::NewJob job;
      job.id = fmt::format("{}-{}", round, i);
      job.kind = "scan";
      job.body = "{}";
      absl::Status added = (*queue)->Submit({job}).status();
      while (absl::IsUnavailable(added) || absl::IsAborted(added)) {
        added = (*queue)->Submit({job}).status();
      }
      ASSERT_TRUE(added.ok()) << added;
      ++submitted;
      const auto leased = (*queue)->Lease(ask);
      if (!leased.ok() || leased->empty()) continue;
      const queue::JobRecord& record = leased->front().record;
      const absl::Status completed =
          (*queue)->Complete(record.job.id, record.token, {"t", "r", 0});
      EXPECT_TRUE(completed.ok() || absl::IsUnavailable(completed))
          << completed;
      if (completed.ok()) ++done[record.job.id];
    }
    killer.join();
  }
  const auto stats = (*queue)->Stats();
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->waiting + stats->leased + stats->completed,
            static_cast<uint64_t>(submitted));
  for (const auto& [id, times] : done) {
    EXPECT_EQ(times, 1) << id;
    const auto result = (*queue)->Result(id);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(result->bytes, "r");
  }
}

// The network is cut, or the machine stands still: nobody says anything.
TEST_F(FaultTest, AServerThatDoesNotAnswerIsGivenUp) {
  DatabaseOptions options = TestOptions(url_);
  options.statement_timeout_ms = 500;
  options.connect_timeout_ms = 500;
  auto database = Database::Open(options);
  ASSERT_TRUE(database.ok()) << database.status();
  control_.Freeze();
  const absl::Status silent = AddThing(**database, "a", "");
  const absl::Status refused = AddThing(**database, "a", "");
  control_.Thaw();
  EXPECT_TRUE(absl::IsUnavailable(silent)) << silent;
  EXPECT_THAT(std::string(MessageOf(silent)), HasSubstr("did not answer"));
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_TRUE(AddThing(**database, "b", "").ok());
}

// The request to stop finds nobody either, and must not be waited for.
TEST_F(FaultTest, AnInterruptEndsWhatAFrozenServerDoes) {
  auto database = Database::Open(TestOptions(url_));
  ASSERT_TRUE(database.ok()) << database.status();
  control_.Freeze();
  std::atomic<bool> over{false};
  absl::Status status;
  const int64_t before = MonotonicNanos();
  std::thread caller([&] {
    status = AddThing(**database, "a", "");
    over = true;
  });
  const int64_t until = before + 20'000'000'000;
  while (!over && MonotonicNanos() < until) {
    (*database)->Interrupt();
    std::this_thread::yield();
  }
  EXPECT_TRUE(over) << "it waits for the server";
  EXPECT_LT(MonotonicNanos() - before, int64_t{15'000'000'000});
  control_.Thaw();
  caller.join();
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  // What was asked of the old connection does not stop what comes next.
  for (int i = 0; i < 20; ++i) {
    const absl::Status next = AddThing(**database, "b" + std::to_string(i), "");
    EXPECT_TRUE(next.ok()) << next;
  }
}

TEST_F(FaultTest, RawsAreThereWholeOrNotAtAll) {
  const auto database = OpenRunDatabase(url_);
  ASSERT_TRUE(database.ok()) << database.status();
  RawStore raws(*database);
  const std::string bytes(size_t{1} << 20, 'x');
  std::vector<std::string> kept;
  std::thread killer([&] {
    control_.Kill();
    control_.Start();
  });
  for (int i = 0; i < 30; ++i) {
    const std::string own = bytes + std::to_string(i);
    const auto put = raws.Put({"a", "j"}, {own, {"text/plain"}, ""}, i);
    EXPECT_TRUE(put.ok() || absl::IsUnavailable(put.status()) ||
                absl::IsAborted(put.status()))
        << put.status();
    if (put.ok()) kept.push_back(put->id);
  }
  killer.join();
  const auto usage = raws.Usage();
  ASSERT_TRUE(usage.ok()) << usage.status();
  EXPECT_EQ(usage->raws, usage->blobs);
  EXPECT_GE(usage->raws, kept.size());
  for (const std::string& id : kept) {
    EXPECT_TRUE(raws.Bytes("a", id).ok()) << id;
  }
}

}  // namespace
}  // namespace cupel
