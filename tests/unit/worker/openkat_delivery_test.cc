#include "worker/openkat_delivery.h"

#include <memory>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "openkat_testing.h"

namespace cupel::worker {
namespace {

using Kind = DeliveryStep::Kind;

DeliveryStep Step(Kind kind, std::string id, std::string path = "",
                  uint32_t member = 0) {
  DeliveryStep step;
  step.kind = kind;
  step.id = std::move(id);
  step.path = std::move(path);
  step.body = "{}";
  step.member = member;
  return step;
}

class OpenKatDeliveryTest : public testing::Test {
 protected:
  void SetUp() override {
    client.On("POST http://bytes/token", 200, R"({"access_token":"t"})");
    client.On("POST http://bytes/bytes/normalizer_meta", 201, "{}");
    for (const char* task : {"a", "b"}) {
      client.On(std::string("GET http://mula/tasks/") + task, 200,
                R"({"status":"running"})");
      client.On(std::string("PATCH http://mula/tasks/") + task, 200, "{}");
    }
  }
  std::string Patched(const std::string& task) const {
    std::string all;
    for (const std::string& body :
         client.bodies("PATCH http://mula/tasks/" + task)) {
      all += body;
    }
    return all;
  }

  FakeClient client;
  BytesClient bytes{OpenKatService(&client, "bytes", "http://bytes"), "u",
                    std::make_shared<const Secret>("p")};
  OctopoesClient octopoes{OpenKatService(&client, "octopoes", "http://octo")};
  MulaClient mula{OpenKatService(&client, "mula", "http://mula")};
  OpenKatDeliverer deliverer{&bytes, &octopoes, &mula, nullptr};
};

TEST_F(OpenKatDeliveryTest, ComesBackAsItWas) {
  OpenKatDelivery delivery;
  delivery.key = "a/1/end";
  delivery.status = job::StatusEnum::kFailed;
  delivery.files = {{"0", "MA==", std::set<std::string>{"a/bcd"}}};
  delivery.steps = {Step(Kind::kOctopoes, "", "/aa/observations"),
                    Step(Kind::kSettle, "a", "", 3)};
  delivery.steps[1].status = job::TaskStatus::kQueued;
  delivery.refused[3] = "no";
  const auto back = ParseDelivery(PrintDelivery(delivery));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(PrintDelivery(*back), PrintDelivery(delivery));
  EXPECT_EQ(back->steps[1].member, 3u);
  EXPECT_EQ(back->files, delivery.files);
  for (const char* bad : {"", "[]", "{}", R"({"key":1})"}) {
    EXPECT_FALSE(ParseDelivery(bad).ok()) << bad;
  }
}

TEST_F(OpenKatDeliveryTest, GoesOnWhereItStopped) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kOctopoes, "", "/aa/observations"),
                    Step(Kind::kOctopoes, "", "/aa/declarations"),
                    Step(Kind::kNormalizerMeta, "a"), Step(Kind::kFinish, "a")};
  client.On("POST http://octo/aa/observations", 200, "null");
  client.On("POST http://octo/aa/declarations", 502, "");
  DeliveryProgress progress;
  EXPECT_TRUE(
      absl::IsUnavailable(deliverer.Run(delivery, 1, &progress, nullptr)));
  EXPECT_EQ(progress.done, 1u);
  EXPECT_EQ(Patched("a"), "");
  EXPECT_EQ(RestOf(delivery, progress).steps.size(), 3u);
  client.On("POST http://octo/aa/declarations", 200, "null");
  EXPECT_TRUE(deliverer.Run(delivery, 2, &progress, nullptr).ok());
  EXPECT_EQ(client.bodies("POST http://octo/aa/observations").size(), 1u);
  EXPECT_EQ(Patched("a"), R"({"status":"completed"})");
}

TEST_F(OpenKatDeliveryTest, ARefusalIsOfOneMemberAndTheMetaIsSavedAllTheSame) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kOctopoes, "", "/aa/observations"),
                    Step(Kind::kOctopoes, "", "/aa/declarations"),
                    Step(Kind::kNormalizerMeta, "a"), Step(Kind::kFinish, "a"),
                    Step(Kind::kFinish, "b", "", 1)};
  client.On("POST http://octo/aa/observations", 422, "{}");
  DeliveryProgress progress;
  EXPECT_TRUE(deliverer.Run(delivery, 1, &progress, nullptr).ok());
  EXPECT_TRUE(client.bodies("POST http://octo/aa/declarations").empty());
  EXPECT_EQ(client.bodies("POST http://bytes/bytes/normalizer_meta").size(),
            1u);
  EXPECT_EQ(Patched("a"), R"({"status":"failed"})");
  EXPECT_EQ(Patched("b"), R"({"status":"completed"})");
}

TEST_F(OpenKatDeliveryTest, WhatWasRefusedBeforeStaysSo) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kOctopoes, "", "/aa/observations"),
                    Step(Kind::kOctopoes, "", "/aa/declarations"),
                    Step(Kind::kFinish, "a")};
  client.On("POST http://octo/aa/observations", 422, "{}");
  client.On(std::string("GET http://mula/tasks/a"), 503, "");
  DeliveryProgress progress;
  EXPECT_FALSE(deliverer.Run(delivery, 1, &progress, nullptr).ok());
  const auto rest = ParseDelivery(PrintDelivery(RestOf(delivery, progress)));
  ASSERT_TRUE(rest.ok()) << rest.status();
  EXPECT_EQ(rest->steps.size(), 1u);
  client.On("GET http://mula/tasks/a", 200, R"({"status":"running"})");
  DeliveryProgress again;
  EXPECT_TRUE(deliverer.Run(*rest, 2, &again, nullptr).ok());
  EXPECT_EQ(Patched("a"), R"({"status":"failed"})");
}

TEST_F(OpenKatDeliveryTest, AnEternal403Or500IsARefusalInTheEnd) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kOctopoes, "", "/aa/observations"),
                    Step(Kind::kFinish, "a")};
  std::string patched;
  for (const int status : {403, 500}) {
    client.On("POST http://octo/aa/observations", status, "");
    DeliveryProgress progress;
    EXPECT_FALSE(deliverer.Run(delivery, 9, &progress, nullptr).ok());
    EXPECT_EQ(Patched("a"), patched);
    EXPECT_TRUE(deliverer.Run(delivery, 10, &progress, nullptr).ok());
    patched += R"({"status":"failed"})";
    EXPECT_EQ(Patched("a"), patched);
  }
}

TEST_F(OpenKatDeliveryTest, WhoMayNotLogInIsNotRefusedWhatItSends) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kNormalizerMeta, "a"), Step(Kind::kFinish, "a")};
  for (const int status : {401, 403}) {
    client.On("POST http://bytes/token", status, R"({"detail":"no"})");
    DeliveryProgress progress;
    EXPECT_TRUE(absl::IsUnauthenticated(
        deliverer.Run(delivery, 1000, &progress, nullptr)));
  }
  EXPECT_EQ(Patched("a"), "");
}

TEST_F(OpenKatDeliveryTest, OnlyARunningTaskIsFinished) {
  OpenKatDelivery delivery;
  delivery.steps = {Step(Kind::kFinish, "a"), Step(Kind::kSettle, "b"),
                    Step(Kind::kFinish, "gone")};
  for (const char* ended : {"completed", "failed", "cancelled"}) {
    const std::string body = std::string(R"({"status":")") + ended + "\"}";
    client.On("GET http://mula/tasks/a", 200, body);
    client.On("GET http://mula/tasks/b", 200, body);
    DeliveryProgress progress;
    EXPECT_TRUE(deliverer.Run(delivery, 1, &progress, nullptr).ok());
  }
  EXPECT_EQ(Patched("a") + Patched("b"), "");
  client.On("GET http://mula/tasks/a", 200, R"({"status":"dispatched"})");
  client.On("GET http://mula/tasks/b", 200, R"({"status":"dispatched"})");
  DeliveryProgress progress;
  EXPECT_TRUE(deliverer.Run(delivery, 1, &progress, nullptr).ok());
  EXPECT_EQ(Patched("a"), "");
  EXPECT_EQ(Patched("b"), R"({"status":"completed"})");
}

}  // namespace
}  // namespace cupel::worker
