// Jobs per second through queues with jobs that do nothing, beside the least
// that SQLite can do for the same promise: a loop of
//   BEGIN IMMEDIATE; UPDATE … RETURNING; COMMIT     (lease)
//   BEGIN IMMEDIATE; UPDATE …; COMMIT               (complete)
// with the same journal and synchronisation. Both run in turns, in one process,
// on one file system, so that what else the machine does hits both.
//
//   queue_bench [FOLDER [JOBS [WAITING]]]
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/status.h"
#include "queue/job_queue.h"

namespace {

using cupel::queue::JobQueue;
using Clock = std::chrono::steady_clock;

// Turns with the floor, so that neither has the machine to itself.
constexpr int kRounds = 25;

void Check(bool ok, const char* what) {
  if (ok) return;
  (void)std::fprintf(stderr, "queue_bench: %s\n", what);
  std::exit(1);
}

double SecondsOf(const std::function<void()>& body) {
  const auto begin = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// ------------------------------------------------------------------- floor

class Floor {
 public:
  explicit Floor(const std::string& path) {
    Check(sqlite3_open(path.c_str(), &db_) == SQLITE_OK, "open");
    sqlite3_busy_timeout(db_, 60'000);
    Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS job (number INTEGER PRIMARY KEY, state "
        "INTEGER NOT NULL, body BLOB NOT NULL, result BLOB);"
        "CREATE INDEX IF NOT EXISTS waiting ON job (number) WHERE state = 0");
    begin_ = Prepare("BEGIN IMMEDIATE");
    commit_ = Prepare("COMMIT");
    lease_ = Prepare(
        "UPDATE job SET state = 1 WHERE number = (SELECT number FROM job WHERE "
        "state = 0 ORDER BY number LIMIT 1) RETURNING number, body");
    complete_ =
        Prepare("UPDATE job SET state = 2, result = ? WHERE number = ?");
  }
  ~Floor() {
    for (sqlite3_stmt* each : {begin_, commit_, lease_, complete_}) {
      sqlite3_finalize(each);
    }
    sqlite3_close(db_);
  }
  Floor(const Floor&) = delete;

  void Submit(int64_t count) {
    Run("BEGIN IMMEDIATE");
    sqlite3_stmt* const insert =
        Prepare("INSERT INTO job (state, body) VALUES (0, '{\"inputs\":[]}')");
    for (int64_t i = 0; i < count; ++i) Step(insert);
    sqlite3_finalize(insert);
    Run("COMMIT");
  }

  // False if there was none.
  bool Cycle() {
    Step(begin_);
    const bool row = sqlite3_step(lease_) == SQLITE_ROW;
    const int64_t number = row ? sqlite3_column_int64(lease_, 0) : 0;
    sqlite3_reset(lease_);
    Step(commit_);
    if (!row) return false;
    Step(begin_);
    sqlite3_bind_blob(complete_, 1, "done", 4, SQLITE_STATIC);
    sqlite3_bind_int64(complete_, 2, number);
    Step(complete_);
    Step(commit_);
    return true;
  }

 private:
  void Run(const char* sql) {
    Check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
          sqlite3_errmsg(db_));
  }
  sqlite3_stmt* Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    Check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) == SQLITE_OK,
          sqlite3_errmsg(db_));
    return statement;
  }
  void Step(sqlite3_stmt* statement) {
    Check(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(db_));
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* lease_ = nullptr;
  sqlite3_stmt* complete_ = nullptr;
};

// ------------------------------------------------------------------- queues

std::shared_ptr<JobQueue> Open(const std::string& url) {
  auto queue = cupel::queue::OpenQueue(url);
  Check(queue.ok(), queue.status().ToString().c_str());
  return *std::move(queue);
}

void Submit(JobQueue& queue, int64_t count) {
  cupel::queue::NewJob job;
  job.kind = "scan";
  job.body = R"({"inputs":[]})";
  while (count > 0) {
    const int64_t some = std::min<int64_t>(count, 10'000);
    const auto submitted =
        queue.Submit(std::vector(static_cast<size_t>(some), job));
    Check(submitted.ok(), submitted.status().ToString().c_str());
    count -= some;
  }
}

bool Cycle(JobQueue& queue) {
  cupel::queue::LeaseRequest request;
  request.worker = "bench";
  const auto leased = queue.Lease(request);
  Check(leased.ok(), leased.status().ToString().c_str());
  if (leased->empty()) return false;
  const auto& record = leased->front().record;
  const absl::Status done =
      queue.Complete(record.job.id, record.token, {"text/plain", "done", 0});
  Check(done.ok(), done.ToString().c_str());
  return true;
}

// `jobs` cycles by that many threads, each with a thing of its own.
template <typename Thing>
double Work(std::vector<Thing>& things, int64_t jobs,
            const std::function<void(Thing&)>& cycle) {
  return SecondsOf([&] {
    std::vector<std::thread> threads;
    const int64_t each = jobs / static_cast<int64_t>(things.size());
    for (Thing& thing : things) {
      threads.emplace_back([&thing, &cycle, each] {
        for (int64_t i = 0; i < each; ++i) cycle(thing);
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
}

void QueueCycle(std::shared_ptr<JobQueue>& queue) {
  Check(Cycle(*queue), "the queue is empty");
}
void FloorCycle(std::unique_ptr<Floor>& floor) {
  Check(floor->Cycle(), "the floor is empty");
}

void Print(const char* what, size_t workers, double per_second) {
  std::printf("%-34s %zu worker%s %10.0f jobs/s %9.1f us each\n", what, workers,
              workers == 1 ? " " : "s", per_second, 1e6 / per_second);
  (void)std::fflush(stdout);
}

void BenchMemory(size_t workers, int64_t jobs) {
  // One object: nobody else sees what is in memory.
  std::vector<std::shared_ptr<JobQueue>> queues(workers, Open("memory:"));
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    Submit(*queues[0], jobs);
    rates.push_back(static_cast<double>(jobs) /
                    Work<std::shared_ptr<JobQueue>>(queues, jobs, QueueCycle));
  }
  Print("memory", workers, Median(rates));
}

// In turns with the floor.
void BenchSqlite(const std::string& folder, const char* what, size_t workers,
                 int64_t jobs, int64_t waiting) {
  const std::string path = folder + "/queue.db";
  const std::string floor_path = folder + "/floor.db";
  std::vector<std::shared_ptr<JobQueue>> queues;
  std::vector<std::unique_ptr<Floor>> floors;
  for (size_t i = 0; i < workers; ++i) {
    queues.push_back(Open("sqlite:" + path));
    floors.push_back(std::make_unique<Floor>(floor_path));
  }
  const double filled = SecondsOf([&] { Submit(*queues[0], waiting); });
  if (waiting > 0) {
    std::printf("%-34s           %10.0f jobs/s submitted\n", what,
                static_cast<double>(waiting) / filled);
    floors[0]->Submit(waiting);
  }
  std::vector<double> rates;
  std::vector<double> floor_rates;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    Submit(*queues[0], jobs);
    floors[0]->Submit(jobs);
    const double count = static_cast<double>(jobs);
    const double mine =
        Work<std::shared_ptr<JobQueue>>(queues, jobs, QueueCycle);
    const double least = Work<std::unique_ptr<Floor>>(floors, jobs, FloorCycle);
    rates.push_back(count / mine);
    floor_rates.push_back(count / least);
    ratios.push_back(least / mine);
  }
  Print(what, workers, Median(rates));
  Print("  floor beside it", workers, Median(floor_rates));
  std::printf("  ratio %.2f\n", Median(ratios));
  if (waiting > 0) {
    const double stats =
        SecondsOf([&] { Check(queues[0]->Stats().ok(), "stats"); });
    std::printf("  counting all of it %.0f ms\n", stats * 1e3);
  }
  queues.clear();
  floors.clear();
  for (const char* end : {"", "-wal", "-shm"}) {
    std::filesystem::remove(path + end);
    std::filesystem::remove(floor_path + end);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder = argc > 1 ? argv[1] : ".";
  const int64_t jobs = argc > 2 ? std::atoll(argv[2]) : 40;
  const int64_t waiting = argc > 3 ? std::atoll(argv[3]) : 1'000'000;
  folder += "/queue_bench.XXXXXX";
  Check(mkdtemp(folder.data()) != nullptr, "no folder can be made there");
  for (const size_t workers : {1U, 2U}) BenchMemory(workers, jobs * 20);
  for (const size_t workers : {1U, 2U}) {
    BenchSqlite(folder, "SQLite", workers, jobs, 0);
  }
  BenchSqlite(folder, "SQLite, many waiting", 1, jobs, waiting);
  std::filesystem::remove_all(folder);
  return 0;
}
