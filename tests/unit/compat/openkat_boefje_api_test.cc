#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compat/openkat/boefje_api.h"
#include "format/json.h"
#include "job/any_job.h"
#include "tests/unit/compat/openkat_testing.h"

namespace cupel::openkat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

job::BoefjeMeta Meta() {
  job::BoefjeMeta meta;
  meta.id = *Uuid::Parse("70da7d4f-f41f-4940-901b-d98a92e9014b");
  meta.boefje.id = "dns";
  meta.organization = "acme";
  meta.environment = OneVariable("KEY", "value");
  meta.arguments["oci_image"] = "image";
  return meta;
}

class BoefjeApiTest : public testing::Test {
 protected:
  BoefjeApi api_{Meta(), "http://127.0.0.1:80"};
  const std::string target_ = api_.input_url().substr(19);
};

TEST_F(BoefjeApiTest, GivesTheTaskAsOpenKatDoes) {
  const ApiReply reply = api_.Handle("GET", target_, "");
  ASSERT_EQ(reply.status, 200);
  const auto input =
      job::ParseJob(reply.body, "reply", job::Kind::kBoefjeInput);
  ASSERT_TRUE(input.ok()) << input.status();
  const auto& parsed = std::get<job::BoefjeInput>(*input);
  EXPECT_EQ(parsed.output_url, api_.input_url());
  EXPECT_EQ(parsed.task.status, job::TaskStatus::kRunning);
  EXPECT_EQ(std::get<job::BoefjeMeta>(parsed.task.data), Meta());
}

TEST_F(BoefjeApiTest, WithoutTheTokenNothingIsThere) {
  const std::string path = target_.substr(target_.find("/api"));
  EXPECT_EQ(api_.Handle("GET", path, "").status, 404);
  EXPECT_EQ(api_.Handle("GET", "/" + std::string(64, '0') + path, "").status,
            404);
  EXPECT_EQ(api_.Handle("GET", "/", "").status, 404);
  EXPECT_EQ(api_.Handle("GET", "/healthz", "").status, 404);
  EXPECT_FALSE(api_.asked());
  // Of 32 random bytes, another for each job.
  EXPECT_EQ(target_.find("/api"), 65u);
  EXPECT_NE(BoefjeApi(Meta(), "").input_url(),
            BoefjeApi(Meta(), "").input_url());
}

TEST_F(BoefjeApiTest, KnowsOneTaskOnly) {
  const std::string root = target_.substr(0, target_.find("/api"));
  EXPECT_EQ(api_.Handle("GET", root + "/healthz", "").body, "\"OK\"");
  const std::string tasks = root + "/api/v0/tasks/";
  EXPECT_EQ(api_.Handle("GET", tasks + "x", "").status, 422);
  EXPECT_EQ(
      api_.Handle("GET", tasks + "00000000-0000-4000-8000-000000000000", "")
          .body,
      R"({"detail":"Task not found"})");
  EXPECT_EQ(api_.Handle("DELETE", target_, "").status, 405);
  EXPECT_EQ(api_.Handle("GET", root + "/api/v0/scheduler", "").status, 404);
}

TEST_F(BoefjeApiTest, TakesOneOutput) {
  const ApiReply reply = api_.Handle("POST", target_,
                                     R"({"status":"COMPLETED","files":[
          {"name":"a","content":"aGVs\nbG8=","tags":["text/plain"]},
          {"content":"","tags":null}]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  ASSERT_TRUE(api_.output().has_value());
  ASSERT_THAT(api_.output()->files, SizeIs(2));
  const PostedFile& file = api_.output()->files[0];
  EXPECT_EQ(file.bytes, "hello");
  EXPECT_THAT(file.mime_types, ElementsAre("text/plain"));
  EXPECT_EQ((*ParseJson(reply.body, "reply"))["a"], file.id);
  EXPECT_EQ(api_.output()->files[1].name, "1");
  // From then on the task is not running.
  EXPECT_EQ(api_.Handle("GET", target_, "").status, 403);
  EXPECT_EQ(api_.Handle("POST", target_, R"({"status":"FAILED"})").body,
            R"({"detail":"Task does not have status running"})");
}

TEST_F(BoefjeApiTest, WhatIsNoOutputCanBeMended) {
  for (const char* body :
       {"", "{", "[]", "{}", R"({"status":"completed"})",
        R"({"status":"COMPLETED","files":[{"name":"a"}]})",
        R"({"status":"COMPLETED","files":[{"name":"a","content":"?"}]})",
        R"({"status":"COMPLETED","files":{}})", "\xff"}) {
    const ApiReply reply = api_.Handle("POST", target_, body);
    EXPECT_EQ(reply.status, 422) << body;
    EXPECT_THAT(reply.body, HasSubstr(R"("loc":["body")")) << body;
    EXPECT_FALSE(api_.output().has_value());
  }
  EXPECT_EQ(api_.Handle("POST", target_, R"({"status":"FAILED"})").body, "{}");
  EXPECT_EQ(api_.output()->status, job::StatusEnum::kFailed);
}

}  // namespace
}  // namespace cupel::openkat
