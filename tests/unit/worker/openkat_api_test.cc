#include "worker/openkat_api.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "fmt/core.h"
#include "format/json.h"
#include "gtest/gtest.h"
#include "openkat_testing.h"
#include "worker/openkat_source.h"

namespace cupel::worker {
namespace {

constexpr char kId[] = "70da7d4f-f41f-4940-901b-d98a92e9014b";
constexpr char kRaw[] = "POST http://bytes/bytes/raw";

std::string TaskWith(std::string_view status) {
  return fmt::format(
      R"({{"id":"{0}","scheduler_id":"boefje","schedule_id":null,)"
      R"("organisation":"aa","priority":1,"status":"{1}","type":"boefje",)"
      R"("hash":"x","data":{{"id":"{0}","boefje":{{"id":"mine"}},)"
      R"("input_ooi":"","organization":"aa"}},)"
      R"("created_at":"2026-01-02T03:04:05",)"
      R"("modified_at":"2026-01-02T03:04:05"}})",
      kId, status);
}

class OpenKatApiTest : public testing::Test {
 protected:
  void SetUp() override {
    options.boefjes_api = "http://boefje:8000";
    options.scheduler_api = "http://mula";
    options.katalogus_api = "http://kat";
    options.octopoes_api = "http://octo";
    options.bytes_api = "http://bytes";
    client.On(std::string("GET http://mula/tasks/") + kId, 200,
              TaskWith("running"));
    client.On(std::string("PATCH http://mula/tasks/") + kId, 200, "{}");
    client.On("GET http://kat/v1/organisations/aa/plugins/mine", 200,
              R"({"id":"mine","name":"Mine","type":"boefje","oci_image":"i:1",)"
              R"("boefje_schema":{"type":"object","properties":{)"
              R"("KEY":{"type":"string"}}}})");
    client.On("GET http://kat/v1/organisations/aa/mine/settings", 200,
              R"({"KEY":"hunter2"})");
    client.On("POST http://bytes/token", 200, R"({"access_token":"t"})");
    client.On("POST http://bytes/bytes/boefje_meta", 201, "{}");
    client.On("GET http://bytes/bytes/raw", 200, "[]");
    client.On(kRaw, 200, R"({"0":"raw-id"})");
    auto made =
        OpenKatSource::New(options, std::make_shared<MemoryOutbox>(), nullptr,
                           std::make_unique<BorrowedClient>(&client));
    ASSERT_TRUE(made.ok()) << made.status();
    source = *std::move(made);
    api = source->NewApi();
  }

  openkat::ApiReply Ask(std::string_view method, std::string_view target,
                        std::string_view body = "") {
    return api->Handle(method, target, body, nullptr);
  }
  std::string Patched() const {
    std::string all;
    for (const std::string& body :
         client.bodies(std::string("PATCH http://mula/tasks/") + kId)) {
      all += body;
    }
    return all;
  }

  FakeClient client;
  OpenKatOptions options;
  std::unique_ptr<OpenKatSource> source;
  std::unique_ptr<OpenKatApi> api;
  const std::string task = std::string("/api/v0/tasks/") + kId;
};

TEST_F(OpenKatApiTest, HandsOutTheHydratedTask) {
  EXPECT_EQ(Ask("GET", "/healthz").body, "\"OK\"");
  const openkat::ApiReply reply = Ask("GET", task);
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto json = ParseJson(reply.body, "reply");
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["output_url"], "http://boefje:8000" + task);
  const Json& data = (*json)["task"]["data"];
  EXPECT_EQ(data["environment"]["KEY"], "hunter2");
  EXPECT_EQ(data["arguments"]["oci_image"], "i:1");
}

TEST_F(OpenKatApiTest, WhatIsPoppedWhileTheServerEndsGoesBack) {
  Cancel ends;
  client.On("POST http://mula/schedulers/boefje/pop",
            [&](const http::Request& request) {
              EXPECT_EQ(request.timeout_ms, 10'000u);
              ends.Trigger();
              return Reply(200,
                           "{\"results\":[" + TaskWith("dispatched") + "]}");
            });
  EXPECT_EQ(
      api->Handle("POST", "/api/v0/scheduler/boefje/pop", "{}", &ends).body,
      "[]");
  while (*source->spool().waiting() > 0) std::this_thread::yield();
  EXPECT_EQ(Patched(), R"({"status":"queued"})");
}

TEST_F(OpenKatApiTest, OnlyRunningTasksAreThere) {
  client.On(std::string("GET http://mula/tasks/") + kId, 200,
            TaskWith("dispatched"));
  for (const char* method : {"GET", "POST"}) {
    const openkat::ApiReply reply = Ask(method, task, "{}");
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.body, R"({"detail":"Task does not have status running"})");
  }
  EXPECT_EQ(
      Ask("GET", "/api/v0/tasks/70da7d4f-f41f-4940-901b-000000000000").body,
      R"({"detail":"Task not found"})");
  EXPECT_EQ(Ask("GET", "/api/v0/tasks/x").status, 422);
  EXPECT_EQ(Ask("DELETE", task).status, 405);
  EXPECT_EQ(Ask("GET", "/api/v1/tasks").status, 404);
}

TEST_F(OpenKatApiTest, StoresWhatIsHandedIn) {
  const openkat::ApiReply reply =
      Ask("POST", task,
          R"({"status":"COMPLETED","files":[{"content":"aGVs\nbG8=",)"
          R"("tags":["text/plain","answer"]}]})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"0":"raw-id"})");
  EXPECT_EQ(client.bodies(kRaw).at(0),
            R"({"status":"COMPLETED","files":[{"name":"0",)"
            R"("content":"aGVsbG8=","tags":["boefje/mine","text/plain"]}]})");
  EXPECT_EQ(Patched(), R"({"status":"completed"})");
  const std::string meta =
      client.bodies("POST http://bytes/bytes/boefje_meta").at(0);
  EXPECT_NE(meta.find(R"("started_at":"2026-01-02T03:04:05Z")"),
            std::string::npos)
      << meta;
  EXPECT_EQ(meta.find("hunter2"), std::string::npos);
}

TEST_F(OpenKatApiTest, AFailureAndAnEmptyOutput) {
  EXPECT_EQ(Ask("POST", task, R"({"status":"FAILED","files":null})").body,
            "{}");
  EXPECT_EQ(Patched(), R"({"status":"failed"})");
  EXPECT_TRUE(client.bodies(kRaw).empty());
  for (const char* bad :
       {"", "[]", R"({"status":"completed"})",
        R"({"status":"COMPLETED","files":[{"name":"0","content":"%"}]})"}) {
    EXPECT_EQ(Ask("POST", task, bad).status, 422) << bad;
  }
}

TEST_F(OpenKatApiTest, WhatBytesRefusesFailsTheTask) {
  client.On(kRaw, 400, R"({"detail":"no"})");
  const openkat::ApiReply reply =
      Ask("POST", task,
          R"({"status":"COMPLETED","files":[{"name":"0","content":"MA=="}]})");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "{}");
  EXPECT_EQ(Patched(), R"({"status":"failed"})");
}

TEST_F(OpenKatApiTest, PopsForWorkersInImages) {
  client.On("POST http://mula/schedulers/boefje/pop", 200,
            "{\"results\":[" + TaskWith("queued") + "]}");
  const openkat::ApiReply reply =
      Ask("POST", "/api/v0/scheduler/boefje/pop?limit=5", "null");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto json = ParseJson(reply.body, "reply");
  ASSERT_TRUE(json.ok());
  ASSERT_EQ(json->size(), 1u);
  EXPECT_EQ((*json)[0]["data"]["environment"]["KEY"], "hunter2");
  // One by one, as a group could not be handed in again.
  EXPECT_EQ(client.seen().at(0),
            "POST http://mula/schedulers/boefje/pop?limit=1");
  client.On("POST http://mula/schedulers/normalizer/pop", 200,
            R"({"results":[]})");
  EXPECT_EQ(
      Ask("POST", "/api/v0/scheduler/normalizer/pop?limit=5000", "null").body,
      "[]");
  EXPECT_EQ(client.seen().back(),
            "POST http://mula/schedulers/normalizer/pop?limit=100");
  EXPECT_EQ(Ask("POST", "/api/v0/scheduler/report/pop", "null").status, 404);
  EXPECT_EQ(Ask("GET", "/api/v0/scheduler/boefje/pop").status, 405);
}

TEST_F(OpenKatApiTest, APoppedTaskThatCantBeHydratedFailsWithAReason) {
  client.On("POST http://mula/schedulers/boefje/pop", 200,
            "{\"results\":[" + TaskWith("queued") + "]}");
  client.On("GET http://kat/v1/organisations/aa/mine/settings", 200,
            R"({"KEY":31337})");
  EXPECT_EQ(Ask("POST", "/api/v0/scheduler/boefje/pop", "null").body, "[]");
  EXPECT_EQ(Patched(), R"({"status":"failed"})");
  EXPECT_EQ(client.bodies(kRaw).size(), 1u);
}

TEST_F(OpenKatApiTest, AStatusPassesThroughAndAPushGivesBack) {
  const std::string path = std::string("/api/v0/scheduler/tasks/") + kId;
  EXPECT_EQ(Ask("GET", path).body, TaskWith("running"));
  EXPECT_EQ(Ask("PATCH", path, R"({"status":"running"})").body, "null");
  EXPECT_EQ(
      Ask("POST", "/api/v0/scheduler/boefje/push", TaskWith("queued")).status,
      200);
  EXPECT_EQ(Patched(), R"({"status":"running"}{"status":"queued"})");
  EXPECT_EQ(Ask("POST", "/api/v0/scheduler/boefje/push", "{}").status, 422);
}

TEST_F(OpenKatApiTest, TroubleIsNotTheAskersFault) {
  client.On(std::string("GET http://mula/tasks/") + kId, 502, "");
  EXPECT_EQ(Ask("GET", task).status, 503);
}

}  // namespace
}  // namespace cupel::worker
