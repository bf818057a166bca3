// How a call of a plugin in this process ends, and begins.
#include <gmock/gmock.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "base/status.h"
#include "tests/unit/plugin/table_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CallOutcome, TheReasonToldLastIsTheFailure) {
  TestPlugin plugin;
  const auto called = plugin.Call([](cupel_call* call) {
    call->host->error(call, CUPEL_STATUS_DATA_LOSS, cupel_str("first"));
    return cupel_call_fail(call, CUPEL_STATUS_NOT_FOUND, "second\n");
  });
  EXPECT_TRUE(absl::IsNotFound(called.status));
  EXPECT_EQ(MessageOf(called.status), "second\\n");
  ASSERT_THAT(called.answer.errors, SizeIs(1));
  EXPECT_EQ(called.answer.errors[0].message, "first");
}

TEST(CallOutcome, TheReasonIsNotLostAmongManyErrors) {
  TestPlugin plugin;
  AnswerLimits limits;
  limits.errors = 3;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        for (int i = 0; i < 10; ++i) {
          call->host->error(call, CUPEL_STATUS_DATA_LOSS, cupel_str("one"));
        }
        return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, "the reason");
      },
      {}, limits);
  EXPECT_EQ(MessageOf(called.status), "the reason");
  EXPECT_THAT(called.answer.errors, SizeIs(3));
  EXPECT_EQ(called.answer.errors.back().message, "one");
  EXPECT_EQ(called.answer.errors_left_out, 7u);
}

TEST(CallOutcome, WhatTheHostSaidIsTheReasonWhereItIsHandedOn) {
  TestPlugin plugin;
  AnswerLimits limits;
  limits.results = 1;
  auto called = plugin.Call(
      [](cupel_call* call) {
        (void)cupel_call_result(call, "1");
        return cupel_call_result(call, "2");
      },
      {}, limits);
  EXPECT_TRUE(absl::IsResourceExhausted(called.status));
  EXPECT_THAT(MessageOf(called.status), HasSubstr("1 of results allow"));
  EXPECT_THAT(called.answer.errors, IsEmpty());
  EXPECT_THAT(called.answer.fired, SizeIs(1));

  called = plugin.Call(
      [](cupel_call* call) { return cupel_call_result(call, "{"); });
  EXPECT_TRUE(absl::IsInvalidArgument(called.status));
  EXPECT_THAT(MessageOf(called.status), HasSubstr("result"));
  EXPECT_THAT(called.answer.errors, IsEmpty());
}

TEST(CallOutcome, StatusesThatAreNone) {
  TestPlugin plugin;
  for (const cupel_status bad : {-1, 17, INT32_MAX, INT32_MIN}) {
    const auto called = plugin.Call([&](cupel_call*) { return bad; });
    EXPECT_TRUE(absl::IsUnknown(called.status)) << bad;
    EXPECT_THAT(MessageOf(called.status), HasSubstr("a status that is none"));
  }
  const auto called =
      plugin.Call([](cupel_call*) { return CUPEL_STATUS_UNAVAILABLE; });
  EXPECT_THAT(MessageOf(called.status), HasSubstr("without saying why"));
}

TEST(CallOutcome, ExceptionsEndTheCallAndWhatCameBeforeCounts) {
  TestPlugin plugin;
  auto called = plugin.Call([](cupel_call* call) -> cupel_status {
    (void)cupel_call_result(call, "1");
    throw std::runtime_error("thrown");
  });
  EXPECT_TRUE(absl::IsInternal(called.status));
  EXPECT_THAT(MessageOf(called.status), HasSubstr("exception: thrown"));
  EXPECT_THAT(called.answer.results, ElementsAre("1"));
  called = plugin.Call([](cupel_call*) -> cupel_status { throw 7; });
  EXPECT_TRUE(absl::IsInternal(called.status));
  called = plugin.Call([](cupel_call*) { return CUPEL_STATUS_OK; });
  EXPECT_TRUE(called.status.ok());
}

TEST(CallOutcome, AHeartbeatHandsBackErrorsOnly) {
  TestPlugin plugin;
  PluginRequest request;
  request.method = PluginMethod::kHeartbeat;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        EXPECT_EQ(cupel_call_result(call, "1"),
                  CUPEL_STATUS_FAILED_PRECONDITION);
        EXPECT_EQ(cupel_call_child(call, "x", cupel_str("x")),
                  CUPEL_STATUS_FAILED_PRECONDITION);
        return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, "gone");
      },
      request);
  EXPECT_THAT(called.answer.results, IsEmpty());
  EXPECT_TRUE(absl::IsUnavailable(called.status));
  EXPECT_EQ(MessageOf(called.status), "gone");
}

std::atomic<int> deactivated = 0;

cupel_status ActivateWithAWarning(cupel_call* call, void** state) {
  *state = &deactivated;
  call->host->error(call, CUPEL_STATUS_DATA_LOSS, cupel_str("a warning"));
  EXPECT_EQ(cupel_call_result(call, "1"), CUPEL_STATUS_FAILED_PRECONDITION);
  return CUPEL_STATUS_OK;
}

cupel_status FailToActivate(cupel_call* call, void** state) {
  *state = &deactivated;
  return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, "no server");
}

void Deactivate(void* state) { ++*static_cast<std::atomic<int>*>(state); }

cupel_plugin_v1 ActivatedTable(cupel_status (*activate)(cupel_call*, void**)) {
  cupel_plugin_v1 table = WorkerTable();
  table.activate = activate;
  table.deactivate = Deactivate;
  return table;
}

TEST(Activation, AFailureIsToldAndNothingIsDeactivated) {
  deactivated = 0;
  const cupel_plugin_v1 table = ActivatedTable(FailToActivate);
  const auto plugin = NewTablePlugin(&table, "test", nullptr);
  ASSERT_TRUE(plugin.ok());
  const auto instance = (*plugin)->Activate("{}", nullptr);
  EXPECT_TRUE(absl::IsUnavailable(instance.status()));
  EXPECT_EQ(MessageOf(instance.status()), "no server");
  EXPECT_EQ(deactivated, 0);
}

TEST(Activation, WhatWentWrongWithoutAFailureIsLogged) {
  deactivated = 0;
  const cupel_plugin_v1 table = ActivatedTable(ActivateWithAWarning);
  const auto plugin = NewTablePlugin(&table, "test", nullptr);
  ASSERT_TRUE(plugin.ok());
  std::vector<std::string> lines;
  PluginServices services;
  services.log = [&](LogLevel level, std::string_view text) {
    EXPECT_EQ(level, LogLevel::kWarning);
    lines.emplace_back(text);
  };
  auto instance = (*plugin)->Activate("{}", &services);
  ASSERT_TRUE(instance.ok());
  EXPECT_THAT(lines,
              ElementsAre("a warning", HasSubstr("hand back errors only")));
  instance->reset();
  EXPECT_EQ(deactivated, 1);
}

TEST(Activation, AReentrantPluginHasACallForEachThread) {
  cupel_plugin_v1 table = WorkerTable();
  table.flags = CUPEL_PLUGIN_REENTRANT;
  table.scan = [](cupel_call* call) -> cupel_status {
    for (int i = 0; i < 50; ++i) {
      const cupel_status status = call->host->result(call, call->bytes);
      if (status != CUPEL_STATUS_OK) return status;
    }
    return CUPEL_STATUS_OK;
  };
  const auto plugin = NewTablePlugin(&table, "test", nullptr);
  ASSERT_TRUE(plugin.ok());
  EXPECT_TRUE((*plugin)->info().reentrant);
  const auto instance = (*plugin)->Activate("{}", nullptr);
  ASSERT_TRUE(instance.ok());
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string own = std::to_string(t);
      for (int i = 0; i < 50; ++i) {
        PluginAnswer answer;
        PluginRequest request;
        request.bytes = own;
        EXPECT_TRUE((*instance)->Call(request, &answer).ok());
        EXPECT_THAT(answer.results, testing::Each(own));
        EXPECT_THAT(answer.results, SizeIs(50));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace cupel
