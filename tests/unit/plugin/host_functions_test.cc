// What a plugin is told when it uses the host in ways that it should not.
#include <gmock/gmock.h>

#include <thread>

#include "base/status.h"
#include "tests/unit/plugin/table_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Says that it has bytes, and has none.
constexpr cupel_view kNothing = {nullptr, 7};

cupel_status GiveChild(cupel_call* call, cupel_child child) {
  return call->host->child(call, &child);
}

TEST(HostFunctions, TheTableSaysWhatItIs) {
  TestPlugin plugin;
  plugin.Call([](cupel_call* call) {
    EXPECT_EQ(call->struct_size, sizeof(cupel_call));
    EXPECT_EQ(call->host->struct_size, sizeof(cupel_host_v1));
    EXPECT_EQ(call->host->abi, uint32_t{CUPEL_PLUGIN_ABI});
    return CUPEL_STATUS_OK;
  });
}

TEST(HostFunctions, ViewsOfNothingAreRefusedAndTold) {
  TestPlugin plugin;
  const auto called = plugin.Call([](cupel_call* call) {
    const cupel_host_v1& host = *call->host;
    cupel_view out = {nullptr, 3};
    EXPECT_EQ(host.option(call, kNothing, &out), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(out.size, 0u);
    EXPECT_EQ(host.option(call, cupel_str("x"), nullptr),
              CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.result(call, kNothing), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.dispatch(call, kNothing), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.child(call, nullptr), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.statement(call, nullptr), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.item(call, nullptr), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(host.nested(call, kNothing, {nullptr, 0}, {nullptr, 0}, nullptr,
                          nullptr),
              CUPEL_STATUS_INVALID_ARGUMENT);
    for (cupel_view cupel_child::* field :
         {&cupel_child::bytes, &cupel_child::name, &cupel_child::metadata,
          &cupel_child::dispatch}) {
      cupel_child child = CUPEL_CHILD_INIT;
      child.*field = kNothing;
      EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_INVALID_ARGUMENT);
    }
    host.error(call, CUPEL_STATUS_DATA_LOSS, kNothing);
    host.log(call, CUPEL_LOG_INFO, kNothing);
    return CUPEL_STATUS_OK;
  });
  EXPECT_TRUE(called.status.ok());
  EXPECT_THAT(called.answer.children, IsEmpty());
  // All but the two of `option`, which hand nothing back.
  EXPECT_THAT(called.answer.errors, SizeIs(11));
  EXPECT_EQ(called.answer.errors.back().message, "");
}

TEST(HostFunctions, TheCallMayBeNull) {
  TestPlugin plugin;
  plugin.Call([](cupel_call* call) {
    const cupel_host_v1& host = *call->host;
    const cupel_child child = CUPEL_CHILD_INIT;
    EXPECT_EQ(host.child(nullptr, &child), CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(host.result(nullptr, cupel_str("1")),
              CUPEL_STATUS_FAILED_PRECONDITION);
    EXPECT_EQ(host.budget(nullptr), 0u);
    EXPECT_EQ(host.cancelled(nullptr), 1);
    host.log(nullptr, CUPEL_LOG_INFO, cupel_str("x"));
    host.error(nullptr, CUPEL_STATUS_INTERNAL, cupel_str("x"));
    return CUPEL_STATUS_OK;
  });
}

TEST(HostFunctions, ACallThatIsOverIsRefused) {
  TestPlugin plugin;
  cupel_call* kept = nullptr;
  PluginRequest request;
  request.bytes = "payload";
  auto called = plugin.Call(
      [&](cupel_call* call) {
        kept = call;
        return CUPEL_STATUS_OK;
      },
      request);
  const cupel_child child = CUPEL_CHILD_INIT;
  EXPECT_EQ(kept->host->child(kept, &child), CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(cupel_call_result(kept, "1"), CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(cupel_call_dispatch(kept, "worker:x"),
            CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(cupel_call_cancelled(kept), 1);
  EXPECT_EQ(kept->host->budget(kept), 0u);
  EXPECT_EQ(cupel_call_option(kept, "x").size, 0u);
  EXPECT_EQ(kept->bytes.size, 0u);
  cupel_call_log(kept, CUPEL_LOG_ERROR, "x");
  EXPECT_THAT(called.answer.children, IsEmpty());
  EXPECT_THAT(called.answer.results, IsEmpty());
  // From another thread too.
  std::thread([&] {
    EXPECT_EQ(cupel_call_result(kept, "1"), CUPEL_STATUS_FAILED_PRECONDITION);
  }).join();
  called = plugin.Call(
      [](cupel_call* call) { return cupel_call_result(call, "2"); });
  EXPECT_THAT(called.answer.results, ElementsAre("2"));
  EXPECT_THAT(called.answer.errors, IsEmpty());
}

TEST(HostFunctions, OtherThreadsMayLogAndAskAndNothingElse) {
  TestPlugin plugin;
  std::vector<std::string> lines;
  PluginServices services;
  services.log = [&](LogLevel, std::string_view text) {
    lines.emplace_back(text);
  };
  PluginRequest request;
  request.services = &services;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        std::thread([call] {
          cupel_call_log(call, CUPEL_LOG_INFO, "from elsewhere");
          EXPECT_EQ(cupel_call_cancelled(call), 0);
          EXPECT_EQ(cupel_call_result(call, "1"),
                    CUPEL_STATUS_FAILED_PRECONDITION);
          EXPECT_EQ(cupel_call_child(call, "x", cupel_str("x")),
                    CUPEL_STATUS_FAILED_PRECONDITION);
          cupel_call_fail(call, CUPEL_STATUS_INTERNAL, "x");
        }).join();
        return cupel_call_result(call, "2");
      },
      request);
  EXPECT_THAT(lines, ElementsAre("from elsewhere"));
  EXPECT_THAT(called.answer.results, ElementsAre("2"));
  EXPECT_THAT(called.answer.children, IsEmpty());
  ASSERT_THAT(called.answer.errors, SizeIs(1));
  EXPECT_THAT(called.answer.errors[0].message, HasSubstr("another thread"));
}

TEST(HostFunctions, StructsOfOtherSizes) {
  TestPlugin plugin;
  struct Newer {
    cupel_child known = CUPEL_CHILD_INIT;
    uint64_t unknown = 77;
  };
  const auto called = plugin.Call([](cupel_call* call) {
    for (const size_t size : {size_t{0}, size_t{8}, sizeof(cupel_child) - 1}) {
      cupel_child child = CUPEL_CHILD_INIT;
      child.struct_size = size;
      EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_INVALID_ARGUMENT);
      cupel_statement statement = CUPEL_STATEMENT_INIT;
      statement.struct_size = size;
      EXPECT_EQ(call->host->statement(call, &statement),
                CUPEL_STATUS_INVALID_ARGUMENT);
    }
    Newer newer;
    newer.known.struct_size = sizeof(newer);
    newer.known.name = cupel_str("newer");
    return call->host->child(call, &newer.known);
  });
  EXPECT_TRUE(called.status.ok());
  ASSERT_THAT(called.answer.children, SizeIs(1));
  EXPECT_EQ(called.answer.children[0].name, "newer");
}

TEST(HostFunctions, FlagsThatNobodyKnowsAreRefused) {
  TestPlugin plugin;
  PluginServices services;
  services.item = [](const PluginItem&) { return absl::OkStatus(); };
  PluginRequest request;
  request.services = &services;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        cupel_child child = CUPEL_CHILD_INIT;
        child.flags = 1u << 7;
        EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_INVALID_ARGUMENT);
        cupel_item item = CUPEL_ITEM_INIT;
        item.flags = 1;
        EXPECT_EQ(call->host->item(call, &item), CUPEL_STATUS_INVALID_ARGUMENT);
        item.flags = 0;
        return call->host->item(call, &item);
      },
      request);
  EXPECT_TRUE(called.status.ok());
  ASSERT_THAT(called.answer.errors, SizeIs(2));
  EXPECT_THAT(called.answer.errors[0].message, HasSubstr("0x80"));
}

TEST(HostFunctions, ItemsAreCheckedBeforeAnybodyTakesThem) {
  TestPlugin plugin;
  std::vector<std::string> taken;
  PluginServices services;
  services.item = [&](PluginItem item) {
    taken.push_back(item.name + "=" + std::string(item.bytes.view));
    return absl::OkStatus();
  };
  PluginRequest request;
  request.services = &services;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        cupel_item item = CUPEL_ITEM_INIT;
        item.name = cupel_str("a");
        item.bytes = cupel_str("bytes");
        for (const char* bad : {"[1]", "{", "x"}) {
          item.metadata = cupel_str(bad);
          EXPECT_EQ(call->host->item(call, &item),
                    CUPEL_STATUS_INVALID_ARGUMENT);
        }
        item.metadata = cupel_str("{\"a\":1}");
        EXPECT_EQ(call->host->item(call, &item), CUPEL_STATUS_OK);
        item.path = {reinterpret_cast<const uint8_t*>("a\0b"), 3};
        EXPECT_EQ(call->host->item(call, &item), CUPEL_STATUS_INVALID_ARGUMENT);
        return CUPEL_STATUS_OK;
      },
      request);
  EXPECT_THAT(taken, ElementsAre("a=bytes"));
  EXPECT_THAT(called.answer.errors, SizeIs(4));
}

TEST(HostFunctions, OnlySourcesThatAreAskedBringItems) {
  TestPlugin plugin;
  const auto called = plugin.Call([](cupel_call* call) {
    const cupel_item item = CUPEL_ITEM_INIT;
    return call->host->item(call, &item);
  });
  EXPECT_TRUE(absl::IsFailedPrecondition(called.status));
  EXPECT_THAT(MessageOf(called.status), HasSubstr("only a source"));
  EXPECT_THAT(called.answer.errors, IsEmpty());
}

TEST(HostFunctions, StatementsLieInThePayload) {
  TestPlugin plugin;
  PluginRequest request;
  request.bytes = "0123456789";
  const auto called = plugin.Call(
      [](cupel_call* call) {
        cupel_statement statement = CUPEL_STATEMENT_INIT;
        statement.name = cupel_str("x");
        const auto at = [&](uint64_t offset, uint64_t length) {
          statement.offset = offset;
          statement.length = length;
          return call->host->statement(call, &statement);
        };
        EXPECT_EQ(at(0, 10), CUPEL_STATUS_OK);
        EXPECT_EQ(at(10, 0), CUPEL_STATUS_OK);
        EXPECT_EQ(at(11, 0), CUPEL_STATUS_INVALID_ARGUMENT);
        EXPECT_EQ(at(5, 6), CUPEL_STATUS_INVALID_ARGUMENT);
        EXPECT_EQ(at(5, UINT64_MAX), CUPEL_STATUS_INVALID_ARGUMENT);
        return CUPEL_STATUS_OK;
      },
      request);
  EXPECT_THAT(called.answer.statements, SizeIs(2));
  EXPECT_EQ(called.answer.errors[1].message,
            "a statement is about 6 bytes at 5 of a payload that has 10");
}

TEST(HostFunctions, TagsCountAndAreBounded) {
  TestPlugin plugin;
  AnswerLimits limits;
  limits.result_bytes = 1000;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        const auto with = [&](const std::string& tags) {
          cupel_statement statement = CUPEL_STATEMENT_INIT;
          statement.name = cupel_str("x");
          statement.tags = cupel_str(tags.c_str());
          return call->host->statement(call, &statement);
        };
        std::string many;
        for (int i = 0; i < 257; ++i) many += "t ";
        EXPECT_EQ(with(many), CUPEL_STATUS_INVALID_ARGUMENT);
        EXPECT_EQ(with(many.substr(2)), CUPEL_STATUS_OK);
        EXPECT_EQ(with(std::string(1000, 't')),
                  CUPEL_STATUS_RESOURCE_EXHAUSTED);
        return CUPEL_STATUS_OK;
      },
      {}, limits);
  ASSERT_THAT(called.answer.statements, SizeIs(1));
  EXPECT_THAT(called.answer.statements[0].tags, SizeIs(256));
  ASSERT_THAT(called.answer.fired, SizeIs(1));
  EXPECT_EQ(called.answer.fired[0].name, "result_bytes");
}

TEST(HostFunctions, AChildThatIsCutIsNoReasonToStop) {
  TestPlugin plugin;
  AnswerLimits limits;
  limits.child_bytes = 4;
  const auto called = plugin.Call(
      [](cupel_call* call) {
        EXPECT_EQ(cupel_call_child(call, "long", cupel_str("12345678")),
                  CUPEL_STATUS_OK);
        return cupel_call_child(call, "short", cupel_str("12"));
      },
      {}, limits);
  EXPECT_TRUE(called.status.ok());
  ASSERT_THAT(called.answer.children, SizeIs(2));
  EXPECT_EQ(called.answer.children[0].bytes.view, "1234");
  EXPECT_THAT(called.answer.cut, ElementsAre(true, false));
  EXPECT_THAT(called.answer.fired, SizeIs(1));
}

TEST(HostFunctions, LongTextsAreNotCopiedBeforeTheyAreRefused) {
  TestPlugin plugin;
  AnswerLimits limits;
  limits.result_bytes = 100;
  limits.name_bytes = 10;
  const std::string big(1 << 20, ' ');
  const auto called = plugin.Call(
      [&](cupel_call* call) {
        cupel_child child = CUPEL_CHILD_INIT;
        child.name = cupel_str(big.c_str());
        EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_OK);
        child = CUPEL_CHILD_INIT;
        child.metadata = cupel_str(big.c_str());
        EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_RESOURCE_EXHAUSTED);
        child = CUPEL_CHILD_INIT;
        child.dispatch = cupel_str(big.c_str());
        EXPECT_EQ(GiveChild(call, child), CUPEL_STATUS_INVALID_ARGUMENT);
        return CUPEL_STATUS_OK;
      },
      {}, limits);
  ASSERT_THAT(called.answer.children, SizeIs(1));
  EXPECT_THAT(called.answer.children[0].name, SizeIs(10));
}

TEST(HostFunctions, ANestedCallTellsWhatWentWrongInThere) {
  TestPlugin plugin;
  PluginServices services;
  services.nested = [](const PluginName&, std::string_view, std::string_view,
                       PluginAnswer* answer) {
    answer->AddError(absl::StatusCode::kDataLoss, "half of it");
    EXPECT_TRUE(answer->AddResult("\"text\"").ok());
    EXPECT_FALSE(answer->AddResult("1").ok());
    return absl::OkStatus();
  };
  PluginRequest request;
  request.services = &services;
  AnswerLimits limits;
  limits.results = 1;
  std::vector<std::string> taken;
  const auto called = plugin.Call(
      [&](cupel_call* call) {
        return call->host->nested(
            call, cupel_str("reader:text"), cupel_str("x"), {nullptr, 0},
            [](void* data, int32_t is_child, cupel_view, cupel_view bytes) {
              EXPECT_EQ(is_child, 0);
              static_cast<std::vector<std::string>*>(data)->emplace_back(
                  reinterpret_cast<const char*>(bytes.data), bytes.size);
            },
            &taken);
      },
      request, limits);
  EXPECT_TRUE(called.status.ok());
  EXPECT_THAT(taken, ElementsAre("\"text\""));
  ASSERT_THAT(called.answer.errors, SizeIs(2));
  EXPECT_EQ(called.answer.errors[0].message, "reader:text: half of it");
  EXPECT_EQ(called.answer.errors[1].message,
            "reader:text: it hands back more than 1 of results allow");
}

TEST(HostFunctions, LinesOfTheLogAreFitForATerminal) {
  TestPlugin plugin;
  std::vector<std::pair<LogLevel, std::string>> lines;
  PluginServices services;
  services.log = [&](LogLevel level, std::string_view text) {
    lines.emplace_back(level, text);
  };
  PluginRequest request;
  request.services = &services;
  const std::string big(1 << 20, 'x');
  plugin.Call(
      [&](cupel_call* call) {
        cupel_call_log(call, 99, "a\x1b[2J\n");
        cupel_call_log(call, -1, big.c_str());
        return CUPEL_STATUS_OK;
      },
      request);
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0].first, LogLevel::kError);
  EXPECT_EQ(lines[0].second, "a\\x1b[2J\\n");
  EXPECT_EQ(lines[1].first, LogLevel::kDebug);
  EXPECT_THAT(lines[1].second, SizeIs(16384));
}

}  // namespace
}  // namespace cupel
