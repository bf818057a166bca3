#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/status.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/mime_types.h"
#include "format/json.h"
#include "tests/unit/compat/openkat_testing.h"

namespace cupel::openkat {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Types = std::set<std::string>;

job::BoefjeMeta Meta() {
  job::BoefjeMeta meta;
  meta.id = Uuid::Random();
  meta.boefje.id = "dns";
  meta.organization = "acme";
  meta.environment = OneVariable("API_KEY", "hunter2");
  return meta;
}

BoefjeOutcome RunIt(CallFunction call, Tier tier = Tier::kProcess,
                    RunRequest request = {}) {
  FakePlugin plugin(std::move(call), tier);
  auto outcome = RunBoefje(plugin, Meta(), request);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return *std::move(outcome);
}

TEST(BoefjeRunTest, HandsOverTheMetaAndTheVariables) {
  const auto outcome = RunIt([](const PluginRequest& request, PluginAnswer*) {
    EXPECT_EQ(request.method, PluginMethod::kScan);
    const Json meta = *ParseJson(request.document, "document");
    EXPECT_EQ(meta["organization"], "acme");
    EXPECT_FALSE(meta["started_at"].is_null());
    EXPECT_EQ(*request.environment, OneVariable("API_KEY", "hunter2"));
    return absl::OkStatus();
  });
  EXPECT_EQ(outcome.status, job::StatusEnum::kCompleted);
  EXPECT_THAT(outcome.files, IsEmpty());
  EXPECT_TRUE(outcome.meta.runtime().has_value());
}

TEST(BoefjeRunTest, AddsItsOwnTypesAndDropsWhatIsNone) {
  const auto outcome = RunIt([](const PluginRequest&, PluginAnswer* answer) {
    return Give(answer, "x",
                R"({"mime_types":["application/json","answer","a/b",7]})");
  });
  ASSERT_THAT(outcome.files, SizeIs(1));
  EXPECT_EQ(outcome.files[0].mime_types,
            (Types{"application/json", "boefje/dns"}));
  EXPECT_EQ(outcome.files[0].bytes.view, "x");
  EXPECT_THAT(outcome.warnings, SizeIs(3));
  EXPECT_THAT(outcome.warnings, Contains(HasSubstr("'answer' is no MIME")));
}

TEST(BoefjeRunTest, AFailureIsOneRawWithTheTraceback) {
  const auto outcome = RunIt([](const PluginRequest&, PluginAnswer* answer) {
    EXPECT_TRUE(Give(answer, "early", R"({"mime_types":["a/good"]})").ok());
    EXPECT_TRUE(
        Give(answer, "Traceback …", R"({"mime_types":["error/boefje"]})").ok());
    return absl::UnknownError("RuntimeError: dummy error");
  });
  EXPECT_EQ(outcome.status, job::StatusEnum::kFailed);
  EXPECT_EQ(outcome.problem, "RuntimeError: dummy error");
  ASSERT_THAT(outcome.files, SizeIs(1));
  EXPECT_EQ(outcome.files[0].bytes.view, "Traceback …");
  EXPECT_EQ(outcome.files[0].mime_types, (Types{"error/boefje", "boefje/dns"}));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("1 of its files were")));
}

TEST(BoefjeRunTest, AFailureWithoutATracebackIsARawAllTheSame) {
  const auto outcome = RunIt([](const PluginRequest&, PluginAnswer*) {
    return Aborted("the process died: SIGKILL");
  });
  ASSERT_THAT(outcome.files, SizeIs(1));
  EXPECT_EQ(outcome.files[0].bytes.view, "the process died: SIGKILL");
  EXPECT_EQ(outcome.files[0].mime_types, (Types{"error/boefje", "boefje/dns"}));
}

TEST(BoefjeRunTest, AContainerThatFailedKeepsWhatItHandedIn) {
  const auto outcome = RunIt(
      [](const PluginRequest&, PluginAnswer* answer) {
        EXPECT_TRUE(
            Give(answer, "x", R"({"mime_types":["a/good"],"id":"1"})").ok());
        return absl::UnknownError("it says that it failed");
      },
      Tier::kOci);
  ASSERT_THAT(outcome.files, SizeIs(2));
  EXPECT_EQ(outcome.files[0].id, "1");
  EXPECT_THAT(outcome.files[1].mime_types, Contains("error/boefje"));
}

TEST(BoefjeRunTest, ABoefjeThatTellsOfAnErrorItselfIsCompleted) {
  const auto outcome = RunIt([](const PluginRequest&, PluginAnswer* answer) {
    return Give(answer, "x", R"({"mime_types":["error/boefje"]})");
  });
  EXPECT_EQ(outcome.status, job::StatusEnum::kCompleted);
}

TEST(BoefjeRunTest, WhatIsCutIsNoResult) {
  RunRequest request;
  request.limits.child_bytes = 4;
  const auto outcome = RunIt(
      [](const PluginRequest&, PluginAnswer* answer) {
        (void)Give(answer, "too long", R"({"mime_types":["a/good"]})");
        return absl::OkStatus();
      },
      Tier::kProcess, request);
  EXPECT_EQ(outcome.status, job::StatusEnum::kFailed);
  EXPECT_THAT(outcome.problem, HasSubstr("child_bytes"));
  ASSERT_THAT(outcome.files, SizeIs(1));
  EXPECT_EQ(outcome.files[0].bytes.view, "too ");
  EXPECT_THAT(outcome.files[0].mime_types, Contains("error/boefje"));
}

TEST(BoefjeRunTest, ACancelledRunIsNoOutcome) {
  FakePlugin plugin(
      [](const PluginRequest&, PluginAnswer*) { return Cancelled("enough"); });
  EXPECT_TRUE(
      absl::IsCancelled(RunBoefje(plugin, Meta(), RunRequest()).status()));
}

TEST(BoefjeRunTest, HostileMetadataHurtsNobody) {
  for (const char* metadata : {"", "{", "[]", R"({"mime_types":7})",
                               R"({"mime_types":[[[]],{"a":1}],"id":[]})"}) {
    const auto outcome = RunIt([&](const PluginRequest&, PluginAnswer* answer) {
      PluginChild child;
      child.metadata = metadata;
      answer->children.push_back(std::move(child));
      return absl::OkStatus();
    });
    EXPECT_EQ(outcome.files[0].mime_types, (Types{"boefje/dns"})) << metadata;
  }
}

TEST(MimeTypesTest, TheRuleIsOpenKats) {
  EXPECT_TRUE(IsMimeType("text/"));
  EXPECT_TRUE(IsMimeType("openkat/finding"));
  for (const char* text : {"", "a/bc", "answer", "a/b\n/cd", "éa/b"}) {
    EXPECT_FALSE(IsMimeType(text)) << text;
  }
  EXPECT_FALSE(IsMimeType("a/" + std::string(300, 'b')));
  job::Boefje boefje{"dns", "1.2", {}};
  EXPECT_EQ(DefaultMimeTypes(boefje), (Types{"boefje/dns", "boefje/dns-1.2"}));
}

TEST(WithoutSecretsTest, NamesStayAndValuesGo) {
  const job::BoefjeMeta meta = WithoutSecrets(Meta());
  EXPECT_EQ(*meta.environment, OneVariable("API_KEY", "***"));
}

}  // namespace
}  // namespace cupel::openkat
