#include "worker/openkat_source.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fmt/core.h"
#include "format/base64.h"
#include "format/json.h"
#include "gtest/gtest.h"
#include "openkat_testing.h"

namespace cupel::worker {
namespace {

constexpr char kHost[] = "Hostname|internet|example.com";

std::string IdOf(int number) {
  return fmt::format("70da7d4f-f41f-4940-901b-{:012}", number);
}

std::string BoefjeTask(int number, std::string_view organisation,
                       std::string_view group) {
  return fmt::format(
      R"({{"id":"{0}","scheduler_id":"boefje","schedule_id":null,)"
      R"("organisation":"{1}","priority":1,"status":"queued","type":"boefje",)"
      R"("hash":"x","data":{{"id":"{0}","boefje":{{"id":"mine"}},)"
      R"("input_ooi":"{2}","organization":"{1}",)"
      R"("deduplication_key":{3}}},"created_at":"2026-01-02T03:04:05Z",)"
      R"("modified_at":"2026-01-02T03:04:05Z"}})",
      IdOf(number), organisation, kHost,
      group.empty() ? "null" : fmt::format("\"{}\"", group));
}

std::string ObjectOf(std::string_view user) {
  return fmt::format(
      R"({{"object_type":"Hostname","scan_profile":null,"user_id":{},)"
      R"("primary_key":"{}","network":"Network|internet",)"
      R"("name":"example.com"}})",
      user, kHost);
}

constexpr char kPlugin[] =
    R"({"id":"mine","name":"Mine","type":"boefje","oci_image":"i:1",)"
    R"("boefje_schema":{"type":"object","properties":{)"
    R"("API_KEY":{"type":"string"}}}})";

// One mula with tasks, one organisation's services for all.
class OpenKatSourceTest : public testing::Test {
 protected:
  void Start(bool deduplicate = true) {
    client.On("POST http://mula/schedulers/boefje/pop",
              [this](const http::Request&) {
                if (next == pops.size()) return Reply(200, R"({"results":[]})");
                return Reply(200, "{\"results\":[" + pops[next++] + "]}");
              });
    for (int i = 1; i <= 4; ++i) AddTask(i);
    for (const char* organisation : {"aa", "bb", "cc"}) {
      client.On(fmt::format("GET http://kat/v1/organisations/{}/plugins/mine",
                            organisation),
                200, kPlugin);
      client.On(fmt::format("GET http://kat/v1/organisations/{}/mine/settings",
                            organisation),
                200, R"({"API_KEY":"hunter2"})");
      client.On(fmt::format("GET http://octo/{}/object", organisation), 200,
                ObjectOf("null"));
    }
    client.On("POST http://bytes/token", 200, R"({"access_token":"t"})");
    client.On("POST http://bytes/bytes/boefje_meta", 201, "{}");
    client.On("GET http://bytes/bytes/raw", 200, "[]");
    client.On("POST http://bytes/bytes/raw", 200, "{}");
    OpenKatOptions options;
    options.deduplicate = deduplicate;
    options.poll_interval_ms = 0;
    options.scheduler_api = "http://mula";
    options.katalogus_api = "http://kat";
    options.octopoes_api = "http://octo";
    options.bytes_api = "http://bytes";
    options.plugin_folders = plugin_folders;
    auto made =
        OpenKatSource::New(std::move(options), std::make_shared<MemoryOutbox>(),
                           nullptr, std::make_unique<BorrowedClient>(&client));
    ASSERT_TRUE(made.ok()) << made.status();
    source = *std::move(made);
  }

  void AddTask(int number) {
    const std::string url = "http://mula/tasks/" + IdOf(number);
    status[number] = "dispatched";
    patches[number];  // so that handlers on several threads add nothing
    client.On("GET " + url, [this, number](const http::Request&) {
      return Reply(200, fmt::format(R"({{"status":"{}"}})", status[number]));
    });
    client.On("PATCH " + url, [this, number](const http::Request& request) {
      const auto json = ParseJson(request.body, "patch");
      status[number] = (*json)["status"].get<std::string>();
      patches[number].push_back(status[number]);
      return Reply(200, "{}");
    });
  }

  HeldJob LeaseOne() {
    auto jobs = source->Lease(1, nullptr);
    EXPECT_TRUE(jobs.ok()) << jobs.status();
    EXPECT_EQ(jobs->size(), 1u);
    return jobs->at(0);
  }

  static JobOutcome Completed(std::string_view files) {
    JobOutcome outcome;
    outcome.kind = JobOutcome::Kind::kCompleted;
    outcome.result.bytes = fmt::format(
        R"({{"status":"completed","problem":"","warnings":[],"files":{},)"
        R"("boefje_meta":{{"started_at":"2026-01-02T03:04:05Z",)"
        R"("ended_at":"2026-01-02T03:04:06Z"}}}})",
        files);
    return outcome;
  }

  static JobOutcome Failed(std::string reason) {
    JobOutcome outcome;
    outcome.reason = std::move(reason);
    return outcome;
  }

  std::vector<Json> Metas() const {
    std::vector<Json> metas;
    for (const std::string& body :
         client.bodies("POST http://bytes/bytes/boefje_meta")) {
      metas.push_back(*ParseJson(body, "meta"));
    }
    return metas;
  }

  using Patches = std::vector<std::string>;

  FakeClient client;
  std::vector<std::string> plugin_folders;
  std::vector<std::string> pops;  // what each pop answers
  size_t next = 0;
  std::map<int, std::string> status;
  std::map<int, Patches> patches;
  std::unique_ptr<OpenKatSource> source;  // goes first
};

constexpr char kFile[] =
    R"([{"name":"0","content":"aGVsbG8=","tags":["boefje/mine"]}])";

TEST_F(OpenKatSourceTest, ReloadReadsThePluginFoldersAgain) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) /
      fmt::format("cupel-reload-{}", getpid());
  std::filesystem::create_directories(folder / "mine");
  plugin_folders = {folder.string()};
  pops = {BoefjeTask(1, "aa", ""), BoefjeTask(2, "aa", "")};
  Start();
  const auto image = [&] {
    HeldJob job = LeaseOne();
    EXPECT_TRUE(source->Prepare(job, nullptr).ok());
    const auto body = ParseJson(job.order.body, "body");
    return (*body)["task"]["data"]["arguments"]["oci_image"];
  };
  EXPECT_EQ(image(), "i:1");  // as katalogus says
  std::ofstream(folder / "mine" / "boefje.json")
      << R"({"id":"mine","name":"Mine","consumes":["Hostname"],)"
      << R"("scan_level":1,"oci_image":"local:2"})";
  EXPECT_TRUE(source->Reload().ok());
  EXPECT_EQ(image(), "local:2");
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(source->Reload().ok());
}

TEST_F(OpenKatSourceTest, ATaskIsHydratedRunAndDelivered) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  HeldJob job = LeaseOne();
  EXPECT_EQ(job.order.kind, "boefje");
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  EXPECT_EQ(status[1], "running");
  const auto body = ParseJson(job.order.body, "body");
  ASSERT_TRUE(body.ok());
  const Json& data = (*body)["task"]["data"];
  EXPECT_EQ(data["arguments"]["oci_image"], "i:1");
  EXPECT_EQ(data["arguments"]["input"]["network"]["name"], "internet");
  EXPECT_EQ(data["arguments"]["input"]["scan_profile"], "None");
  EXPECT_EQ(job.order.body.find("hunter2"), std::string::npos);
  EXPECT_EQ(
      job.order.environment,
      (StringMap{std::pair<std::string, std::string>("API_KEY", "hunter2")}));
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "completed"}));
  const std::vector<Json> metas = Metas();
  ASSERT_EQ(metas.size(), 1u);
  EXPECT_EQ(metas[0]["environment"]["API_KEY"], "***");
  EXPECT_EQ(metas[0]["started_at"], "2026-01-02T03:04:05Z");
  EXPECT_EQ(metas[0]["organization"], "aa");
}

TEST_F(OpenKatSourceTest, AFailureLeavesARawThatSaysWhy) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  ASSERT_TRUE(source->Finish(job, Failed("killed by signal 9"), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "failed"}));
  const std::string raws = client.bodies("POST http://bytes/bytes/raw").at(0);
  EXPECT_NE(raws.find(R"("tags":["boefje/mine","error/boefje"])"),
            std::string::npos)
      << raws;
  EXPECT_NE(raws.find(Base64Encode("killed by signal 9")), std::string::npos);
}

TEST_F(OpenKatSourceTest, OneRunServesItsGroup) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k") + "," +
          BoefjeTask(3, "cc", "k")};
  Start();
  client.On("GET http://octo/bb/object", 200, ObjectOf("7"));
  HeldJob job = LeaseOne();
  EXPECT_EQ(client.seen().at(0), "POST http://mula/schedulers/boefje/pop");
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  const auto body = ParseJson(job.order.body, "body");
  EXPECT_EQ((*body)["task"]["data"]["organization"], "");
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "completed"}));
  EXPECT_EQ(patches[2], (Patches{"completed"}));
  EXPECT_EQ(patches[3], (Patches{"completed"}));
  const std::vector<Json> metas = Metas();
  ASSERT_EQ(metas.size(), 3u);
  EXPECT_EQ(metas[1]["id"], IdOf(2));
  EXPECT_EQ(metas[1]["organization"], "bb");
  // Its own object, with its own user.
  EXPECT_EQ(metas[0]["arguments"]["input"]["user_id"], "None");
  EXPECT_EQ(metas[1]["arguments"]["input"]["user_id"], 7);
  EXPECT_EQ(client.bodies("POST http://bytes/bytes/raw").size(), 3u);
}

TEST_F(OpenKatSourceTest, AGroupWhoseLeaderFailsGoesBack) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k")};
  Start();
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  ASSERT_TRUE(source->Finish(job, Failed("no"), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "failed"}));
  EXPECT_EQ(patches[2], (Patches{"queued"}));
  EXPECT_EQ(Metas().size(), 1u);
}

TEST_F(OpenKatSourceTest, WhoseSettingsDifferIsNotServed) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k")};
  Start();
  client.On("GET http://kat/v1/organisations/bb/mine/settings", 200,
            R"({"API_KEY":"another"})");
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  EXPECT_EQ(patches[2], (Patches{"queued"}));
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(Metas().size(), 1u);
}

TEST_F(OpenKatSourceTest, WithoutDeduplicationEachTaskRunsByItself) {
  pops = {BoefjeTask(1, "aa", "k"), BoefjeTask(2, "bb", "k")};
  Start(/*deduplicate=*/false);
  const auto jobs = source->Lease(2, nullptr);
  ASSERT_TRUE(jobs.ok());
  EXPECT_EQ(jobs->size(), 2u);
  EXPECT_EQ(client.seen().at(0),
            "POST http://mula/schedulers/boefje/pop?limit=1");
}

TEST_F(OpenKatSourceTest, MoreThanWasAskedForGoesBack) {
  pops = {BoefjeTask(1, "aa", "") + "," + BoefjeTask(2, "bb", "")};
  Start();
  LeaseOne();
  EXPECT_TRUE(patches[1].empty());
  EXPECT_EQ(patches[2], (Patches{"queued"}));
}

TEST_F(OpenKatSourceTest, WhatIsPoppedWhileTheWorkerDrainsIsNotLost) {
  Start();
  Cancel draining;
  client.On("POST http://mula/schedulers/boefje/pop",
            [&](const http::Request& request) {
              EXPECT_EQ(request.timeout_ms, 10'000u);
              draining.Trigger();
              return Reply(200, "{\"results\":[" + BoefjeTask(1, "aa", "k") +
                                    "," + BoefjeTask(2, "bb", "k") + "]}");
            });
  auto jobs = source->Lease(3, &draining);
  ASSERT_TRUE(jobs.ok()) << jobs.status();
  ASSERT_EQ(jobs->size(), 1u);
  EXPECT_EQ(client.seen().size(), 1u);  // one pop, and no other after it
  ASSERT_TRUE(source->GiveBack(jobs->front(), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"queued"}));
  EXPECT_EQ(patches[2], (Patches{"queued"}));
  EXPECT_TRUE(absl::IsCancelled(source->Lease(1, &draining).status()));
}

TEST_F(OpenKatSourceTest, AnUnreadableTaskFailsAndHidesNoOther) {
  pops = {fmt::format(R"({{"id":"{}","data":{{}}}})", IdOf(2)) + "," +
          BoefjeTask(1, "aa", "")};
  Start();
  EXPECT_EQ(LeaseOne().id, IdOf(1));
  EXPECT_EQ(patches[2], (Patches{"failed"}));
}

TEST_F(OpenKatSourceTest, WhatRunsElsewhereIsLeftAlone) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k")};
  Start();
  HeldJob job = LeaseOne();
  status[1] = "running";
  EXPECT_TRUE(absl::IsAborted(source->Prepare(job, nullptr)));
  EXPECT_TRUE(patches[1].empty());
  EXPECT_EQ(patches[2], (Patches{"queued"}));
}

TEST_F(OpenKatSourceTest, TroubleGivesBackThreeTimesAndThenFails) {
  Start();
  client.On("GET http://octo/aa/object", 503, "");
  for (int round = 1; round <= 4; ++round) {
    pops.push_back(BoefjeTask(1, "aa", ""));
    HeldJob job = LeaseOne();
    const absl::Status prepared = source->Prepare(job, nullptr);
    if (round < 4) {
      EXPECT_TRUE(absl::IsAborted(prepared)) << prepared;
      EXPECT_EQ(status[1], "queued");
    } else {
      EXPECT_TRUE(absl::IsUnavailable(prepared)) << prepared;
    }
  }
}

TEST_F(OpenKatSourceTest, AnObjectThatIsGoneIsTheTasksFault) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  client.On("GET http://octo/aa/object", 404, R"({"detail":"no"})");
  HeldJob job = LeaseOne();
  const absl::Status prepared = source->Prepare(job, nullptr);
  EXPECT_TRUE(absl::IsNotFound(prepared));
  EXPECT_NE(MessageOf(prepared).find(kHost), std::string::npos);
}

TEST_F(OpenKatSourceTest, SettingsThatDoNotFitAreNamedWithoutValues) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  client.On("GET http://kat/v1/organisations/aa/mine/settings", 200,
            R"({"API_KEY":31337})");
  HeldJob job = LeaseOne();
  const absl::Status prepared = source->Prepare(job, nullptr);
  EXPECT_TRUE(absl::IsInvalidArgument(prepared)) << prepared;
  EXPECT_NE(MessageOf(prepared).find("API_KEY"), std::string::npos);
  EXPECT_EQ(MessageOf(prepared).find("31337"), std::string::npos);
}

TEST_F(OpenKatSourceTest, ACancelledTaskEnds) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  EXPECT_TRUE(source->Renew(job, nullptr).ok());
  status[1] = "cancelled";
  EXPECT_TRUE(absl::IsCancelled(source->Renew(job, nullptr)));
  JobOutcome outcome;
  outcome.kind = JobOutcome::Kind::kCancelled;
  ASSERT_TRUE(source->Finish(job, std::move(outcome), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running"}));
  EXPECT_TRUE(Metas().empty());
}

TEST_F(OpenKatSourceTest, TheGroupOfACancelledOrDeletedLeaderGoesBack) {
  for (const bool deleted : {false, true}) {
    pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k") + "," +
            BoefjeTask(3, "cc", "k")};
    next = 0;
    patches.clear();
    Start();
    HeldJob job = LeaseOne();
    ASSERT_TRUE(source->Prepare(job, nullptr).ok());
    status[1] = "cancelled";
    status[3] = "cancelled";
    if (deleted) client.On("GET http://mula/tasks/" + IdOf(1), 404, "{}");
    EXPECT_TRUE(absl::IsCancelled(source->Renew(job, nullptr)));
    JobOutcome outcome;
    outcome.kind = JobOutcome::Kind::kCancelled;
    ASSERT_TRUE(source->Finish(job, std::move(outcome), nullptr).ok());
    EXPECT_EQ(patches[1], (Patches{"running"}));
    EXPECT_EQ(patches[2], (Patches{"queued"}));
    EXPECT_TRUE(patches[3].empty());
  }
  EXPECT_TRUE(Metas().empty());
}

TEST_F(OpenKatSourceTest, TheGroupOfALeaderThatWasDeletedBeforeItGoesBack) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k") + "," +
          BoefjeTask(3, "cc", "k")};
  Start();
  HeldJob job = LeaseOne();
  client.On("GET http://mula/tasks/" + IdOf(1), 404, "{}");
  EXPECT_TRUE(absl::IsAborted(source->Prepare(job, nullptr)));
  EXPECT_TRUE(patches[1].empty());
  EXPECT_EQ(patches[2], (Patches{"queued"}));
  EXPECT_EQ(patches[3], (Patches{"queued"}));
}

TEST_F(OpenKatSourceTest, AFollowerThatHasEndedGetsNothing) {
  pops = {BoefjeTask(1, "aa", "k") + "," + BoefjeTask(2, "bb", "k") + "," +
          BoefjeTask(3, "cc", "k") + "," + BoefjeTask(4, "cc", "k")};
  Start();
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  status[2] = "cancelled";
  client.On("GET http://mula/tasks/" + IdOf(3), 404, "{}");
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "completed"}));
  EXPECT_TRUE(patches[2].empty());
  EXPECT_TRUE(patches[3].empty());
  EXPECT_EQ(patches[4], (Patches{"completed"}));
  const std::vector<Json> metas = Metas();
  ASSERT_EQ(metas.size(), 2u);
  EXPECT_EQ(metas[1]["id"], IdOf(4));
  EXPECT_EQ(client.bodies("POST http://bytes/bytes/raw").size(), 2u);
}

TEST_F(OpenKatSourceTest, WhatBytesRefusesMakesTheTaskFail) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  client.On("POST http://bytes/bytes/raw", 400, R"({"detail":"no"})");
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(patches[1], (Patches{"running", "failed"}));
}

TEST_F(OpenKatSourceTest, WhatBytesCantTakeNowIsKeptAndDeliveredOnce) {
  pops = {BoefjeTask(1, "aa", "")};
  Start();
  std::atomic<bool> down = true;
  client.On("POST http://bytes/bytes/raw", [&](const http::Request&) {
    return down ? Reply(503, "") : Reply(200, "{}");
  });
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source->Prepare(job, nullptr).ok());
  ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  EXPECT_EQ(status[1], "running");
  EXPECT_FALSE(*source->Drained());
  down = false;
  while (*source->spool().waiting() > 0) std::this_thread::yield();
  EXPECT_EQ(patches[1], (Patches{"running", "completed"}));
  EXPECT_EQ(Metas().size(), 1u);  // its step was done before
}

TEST_F(OpenKatSourceTest, WhatIsNeverTakenStopsOnlyItsOrganisation) {
  pops = {BoefjeTask(1, "aa", ""), BoefjeTask(2, "aa", ""),
          BoefjeTask(3, "bb/..", ""), BoefjeTask(4, "bb/..", "")};
  Start();
  std::atomic<bool> poison = true;
  client.On("POST http://bytes/bytes/boefje_meta",
            [&](const http::Request& request) {
              const bool bad = request.body.find(IdOf(1)) != std::string::npos;
              return bad && poison ? Reply(502, "") : Reply(201, "{}");
            });
  std::atomic<int> refused = 1;  // the first of bb is put off once, too
  client.On("POST http://bytes/bytes/raw", [&](const http::Request& request) {
    const bool bad = request.url.find(IdOf(3)) != std::string::npos;
    return bad && refused-- > 0 ? Reply(503, "") : Reply(200, "{}");
  });
  for (int task = 1; task <= 4; ++task) {
    HeldJob job = LeaseOne();
    ASSERT_EQ(job.id, IdOf(task));
    status[task] = "running";
    ASSERT_TRUE(source->Finish(job, Completed(kFile), nullptr).ok());
  }
  while (*source->spool().waiting() > 2) std::this_thread::yield();
  EXPECT_EQ(status[3], "completed");
  EXPECT_EQ(status[4], "completed");
  EXPECT_EQ(status[1], "running");
  EXPECT_EQ(status[2], "running");  // behind it
  poison = false;
  while (*source->spool().waiting() > 0) std::this_thread::yield();
  EXPECT_EQ(status[1], "completed");
  EXPECT_EQ(status[2], "completed");
}

}  // namespace
}  // namespace cupel::worker
