// Who runs on what, with which options, and after whom.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/json.h"
#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using DispatchTest = PluginScanTest;

TEST_F(DispatchTest, WithoutAnyPluginNothingChanges) {
  plugins.set = nullptr;
  const auto without = Scan("EVIL");
  plugins.set = set_;
  const auto with = Scan("EVIL");
  EXPECT_EQ(Json(*without), Json(*with));
}

TEST_F(DispatchTest, AWorkerThatIsNamedSeesEveryPayload) {
  std::vector<std::string> seen;
  AddEager("worker:size", [&](const PluginRequest& r, PluginAnswer* answer) {
    seen.emplace_back(r.path);
    return answer->AddResult(std::to_string(r.bytes.size()));
  });
  const auto report =
      Scan(TarEntry("a", "EVIL") + TarEntry("b", "x") + TarEnd());
  EXPECT_THAT(seen, ElementsAre("input!/a", "input!/b", "input"));
  EXPECT_EQ(report->payload(2).sayings->results[0].json, "4");
  EXPECT_EQ(report->plugins[0].used, true);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

TEST_F(DispatchTest, APluginRunsOnWhatItConsumes) {
  PluginInfo info;
  info.consumes = {"zip", "text/*"};
  info.origin = "/plugins/one";
  auto plugin = Add("worker:one", Nothing, info);
  PluginInfo builtin;
  builtin.consumes = {"*"};
  auto quiet = Add("worker:two", Nothing, builtin);
  Scan("just some text\n");
  EXPECT_EQ(plugin->calls, 1);
  Scan(std::string("\x7f"
                   "ELF\x02\x01\x01",
                   7) +
       std::string(60, '\0'));
  EXPECT_EQ(plugin->calls, 1);
  EXPECT_EQ(quiet->calls, 0) << "what is compiled in runs when it is asked for";
  plugins.by_consumes = false;
  Scan("just some text\n");
  EXPECT_EQ(plugin->calls, 1);
}

TEST_F(DispatchTest, TypesDispatch) {
  auto plugin = Add("extractor:x", Nothing);
  plugins.by_type.push_back({"text/*", plugin->info().id});
  Scan("just some text\n");
  EXPECT_EQ(plugin->calls, 1);
  Scan(std::string("\x7f"
                   "ELF\x02\x01\x01",
                   7) +
       std::string(60, '\0'));
  EXPECT_EQ(plugin->calls, 1);
}

TEST_F(DispatchTest, RulesDispatchWithTheirMetasAsOptions) {
  std::vector<std::string> given;
  Add("decoder:xor", [&](const PluginRequest& r, PluginAnswer*) {
    given.emplace_back(r.options);
    return absl::OkStatus();
  });
  ASSERT_TRUE(set_->SetOption(*ParsePluginName("decoder:xor"), "configured",
                              "true", OptionOrigin::kConfigFile, "stoq.cfg:3")
                  .ok());
  Dispatch(
      "rule a { meta: plugin = \"decoder:xor, decoder:xor\" key = \"12 7\" n = "
      "3 "
      "condition: uint8(0) == 0x45 }"
      "rule b { meta: plugin = \"decoder:xor\" key = \"99\" "
      "condition: true }"
      "rule c { meta: plugin = \"decoder:xor\" key = \"99\" condition: true }");
  Scan("EVIL");
  ASSERT_EQ(given.size(), 2u) << "once with the same options";
  EXPECT_EQ(given[0], R"({"configured":true,"key":"12 7","n":3})");
  EXPECT_EQ(given[1], R"({"configured":true,"key":"99"})");
}

TEST_F(DispatchTest, ARuleThatNamesAnUnknownPluginIsInTheReport) {
  Add("decoder:base64", Nothing);
  Dispatch(
      "rule a { meta: plugin = \"decoder:base46, nonsense, connector:x\" "
      "condition: true }");
  const auto report = Scan("EVIL");
  EXPECT_THAT(Detail(*report, "decoder:base46"),
              HasSubstr("dispatching rule 'a' asks for it: there is no plugin "
                        "decoder:base46. Is it decoder:base64?"));
  EXPECT_THAT(Detail(*report, "dispatch"), HasSubstr("'nonsense'"));
  EXPECT_THAT(Incidents(*report), Contains("plugin connector:x input"));
  EXPECT_EQ(report->coverage, Coverage::kPartial);
  EXPECT_EQ(report->verdict, Verdict::kMatched) << "the rules ran all the same";
}

TEST_F(DispatchTest, APluginCanAskForAnotherOnceForEachPayload) {
  auto second = Add("worker:second", Nothing);
  AddEager("worker:first", [](const PluginRequest&, PluginAnswer* answer) {
    EXPECT_TRUE(answer->AddDispatch("worker:second").ok());
    return answer->AddDispatch("worker:second");
  });
  AddEager("worker:other", [](const PluginRequest&, PluginAnswer* answer) {
    return answer->AddDispatch("worker:second");
  });
  Scan("EVIL");
  EXPECT_EQ(second->calls, 1);
}

TEST_F(DispatchTest, WhatIsRequiredRunsBefore) {
  std::vector<std::string> order;
  const auto note = [&](std::string name) {
    return [&order, name](const PluginRequest&, PluginAnswer*) {
      order.push_back(name);
      return absl::OkStatus();
    };
  };
  PluginInfo info;
  info.requirements = {*ParsePluginName("worker:z")};
  AddEager("worker:a", note("a"), info);
  info.requirements = {*ParsePluginName("worker:y")};
  Add("worker:z", note("z"), info);
  Add("worker:y", note("y"));
  Scan("EVIL");
  EXPECT_THAT(order, ElementsAre("y", "z", "a"));
}

TEST_F(DispatchTest, ARequirementThatFailsStopsThoseThatNeedIt) {
  PluginInfo info;
  info.requirements = {*ParsePluginName("worker:b")};
  auto dependant = AddEager("worker:a", Nothing, info);
  Add("worker:b", [](const PluginRequest&, PluginAnswer*) {
    return DataLoss("what a mess");
  });
  const auto report = Scan("EVIL");
  EXPECT_EQ(dependant->calls, 0);
  EXPECT_EQ(Detail(*report, "worker:b"), "what a mess");
  EXPECT_EQ(Detail(*report, "worker:a"),
            "not run, because worker:b, which it requires, did not come to its "
            "end");
  EXPECT_EQ(report->coverage, Coverage::kPartial);
}

TEST_F(DispatchTest, ACircleOfRequirementsIsToldAndRunsNothing) {
  PluginInfo info;
  info.requirements = {*ParsePluginName("worker:b")};
  auto a = AddEager("worker:a", Nothing, info);
  info.requirements = {*ParsePluginName("worker:c")};
  auto b = Add("worker:b", Nothing, info);
  info.requirements = {*ParsePluginName("worker:a")};
  auto c = Add("worker:c", Nothing, info);
  const auto report = Scan("EVIL");
  EXPECT_EQ(a->calls + b->calls + c->calls, 0);
  std::string all;
  for (const Incident& incident : report->incidents) all += incident.detail;
  EXPECT_THAT(all, HasSubstr("leads back to itself: worker:a -> worker:b -> "
                             "worker:c -> worker:a"));
}

TEST_F(DispatchTest, ARequirementThatIsNotThereIsToldWithItsName) {
  PluginInfo info;
  info.requirements = {*ParsePluginName("worker:gone")};
  auto plugin = AddEager("worker:a", Nothing, info);
  const auto report = Scan("EVIL");
  EXPECT_EQ(plugin->calls, 0);
  EXPECT_THAT(Detail(*report, "worker:a"),
              HasSubstr("requires worker:gone: there is no plugin"));
}

TEST_F(DispatchTest, NamesThatAreNotThereAreWrongUse) {
  plugins.run = {*ParsePluginName("worker:gone")};
  EXPECT_EQ(ScanSession::New(rules, 1, plugins).status().code(),
            absl::StatusCode::kNotFound);
  Add("decorator:d", Nothing);
  plugins.run = {*ParsePluginName("decorator:d")};
  EXPECT_EQ(ScanSession::New(rules, 1, plugins).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(DispatchTest, OnePluginCanCallAnotherButNotItself) {
  Add("reader:upper", [](const PluginRequest& r, PluginAnswer* answer) {
    return answer->AddResult("\"" + std::string(r.bytes) + "!\"");
  });
  absl::Status itself;
  AddEager("worker:w", [&](const PluginRequest& r, PluginAnswer* answer) {
    PluginAnswer nested;
    EXPECT_TRUE(
        r.services->nested(*ParsePluginName("reader:upper"), "abc", "", &nested)
            .ok());
    PluginAnswer again;
    itself =
        r.services->nested(*ParsePluginName("worker:w"), "abc", "", &again);
    return answer->AddResult(nested.results.at(0));
  });
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->payload(1).sayings->results[0].json, "\"abc!\"");
  EXPECT_EQ(itself.code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(DispatchTest, APluginThatCannotBeActivatedIsTriedOnceAndSaysWhy) {
  auto plugin = AddEager("worker:w", Nothing);
  plugin->activation = FailedPrecondition("no licence");
  const auto report =
      Scan(TarEntry("a", "1") + TarEntry("b", "EVIL") + TarEnd());
  EXPECT_EQ(plugin->activated, 1);
  EXPECT_EQ(Detail(*report, "worker:w"),
            "it could not be activated: no licence");
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_EQ(report->coverage, Coverage::kPartial);
}

TEST_F(DispatchTest, APluginWhoseActivationWasCancelledIsTriedAgain) {
  auto plugin = AddEager("worker:w", Nothing);
  const auto session = ScanSession::New(rules, 1, plugins);
  ASSERT_TRUE(session.ok()) << session.status();
  const std::vector<ScanInput> inputs = {
      {.kind = ScanInput::Kind::kMemory, .name = "a", .bytes = "EVIL"}};
  plugin->activation = Cancelled("cancelled in `activate`");
  ASSERT_TRUE((*session)->Scan(inputs, options, nullptr).ok());
  EXPECT_EQ(plugin->calls, 0);
  plugin->activation = absl::OkStatus();
  ASSERT_TRUE((*session)->Scan(inputs, options, nullptr).ok());
  EXPECT_EQ(plugin->calls, 1);
}

}  // namespace
}  // namespace cupel
