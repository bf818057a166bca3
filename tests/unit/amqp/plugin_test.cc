// source:amqp and connector:amqp, loaded as a host loads them, against a real
// RabbitMQ and amqp-tools (tests/support/with_rabbitmq.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "plugin/table_plugin.h"
#include "tests/unit/builtin/source_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string Broker() {
  const char* const url = std::getenv("CUPEL_TEST_AMQP");
  return url == nullptr ? "" : url;
}

std::string Shell(const std::string& command, int* status = nullptr) {
  FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  std::string out;
  char buffer[4096];
  while (const size_t got = fread(buffer, 1, sizeof buffer, pipe)) {
    out.append(buffer, got);
  }
  const int code = pclose(pipe);
  if (status != nullptr) *status = code;
  return out;
}

class AmqpPluginTest : public testing::Test {
 protected:
  AmqpPluginTest() {
    static int count = 0;
    name_ = "p" + std::to_string(++count);
    auto tables = LoadTables(CUPEL_PLUGIN_AMQP);
    EXPECT_TRUE(tables.ok()) << tables.status();
    EXPECT_EQ(tables->size(), 2U);
    source_ = tables->at(0);
    connector_ = tables->at(1);
    tools_ = Broker().substr(0, Broker().size() - 1);
  }

  std::string Options(std::string_view more = "",
                      std::string_view query = "") const {
    return R"({"url": ")" + Broker() + "?queue=" + name_ + std::string(query) +
           "\"" + std::string(more) + "}";
  }
  void Declare() const {
    Shell("amqp-declare-queue -u '" + tools_ + "' -d -q " + name_);
  }
  void Publish(const std::string& body) const {
    const std::string path = testing::TempDir() + "/" + name_ + ".message";
    std::ofstream(path, std::ios::binary) << body;
    int status = 1;
    const std::string out = Shell("amqp-publish -u '" + tools_ + "' -r " +
                                      name_ + " -C text/plain < " + path,
                                  &status);
    ASSERT_EQ(status, 0) << out;
  }
  std::string Get(int* status = nullptr) const {
    return Shell("amqp-get -u '" + tools_ + "' -q " + name_, status);
  }

  std::string name_;
  std::string tools_;
  const cupel_plugin_v1* source_ = nullptr;
  const cupel_plugin_v1* connector_ = nullptr;
};

TEST_F(AmqpPluginTest, AReportIsInTheQueueWhenTheCallReturns) {
  PluginUnderTest plugin(*connector_, Options());
  EXPECT_EQ(ConnId(SaveDocument(plugin, "r", R"({"a":1})")), name_);
  EXPECT_EQ(Get(), R"({"a":1})");
  const std::string bytes(3 << 20, '\0');
  EXPECT_EQ(ConnId(SavePayload(plugin, "p", bytes)), name_);
  EXPECT_EQ(Get().size(), bytes.size());
}

TEST_F(AmqpPluginTest, WhatNoQueueTakesIsAnError) {
  PluginUnderTest plugin(*connector_, Options("", "&declare=no"));
  const PluginRun run = SaveDocument(plugin, "r", "{}");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(run.Message(), HasSubstr(name_));
  PluginUnderTest exchange(*connector_,
                           Options(R"(, "exchange": "there-is-none")"));
  const PluginRun other = SaveDocument(exchange, "r", "{}");
  EXPECT_FALSE(other.status.ok());
  EXPECT_THAT(other.Message(), HasSubstr("there-is-none"));
}

TEST_F(AmqpPluginTest, AKeyThatAnExchangeDoesNotKnowIsAnError) {
  PluginUnderTest plugin(*connector_, Options(R"(, "exchange": "amq.direct",)"
                                              R"( "routing_key": "k")"));
  const PluginRun run = SaveDocument(plugin, "r", "{}");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(run.Message(), HasSubstr("'k'"));
}

TEST_F(AmqpPluginTest, ASourceTakesWhatIsThere) {
  Declare();
  const std::string binary("\0\xff\r\n", 4);
  for (const std::string& body : {std::string("one"), std::string(), binary}) {
    Publish(body);
  }
  Items items;
  const PluginRun run =
      Ingest(*source_, items, Options(R"(, "until_empty": true)"));
  EXPECT_TRUE(run.status.ok()) << run.status;
  std::vector<std::string> bodies;
  for (const PluginItem& item : items.all()) {
    bodies.emplace_back(item.bytes.view);
    EXPECT_EQ(item.name, name_);
    EXPECT_THAT(item.metadata, HasSubstr("text/plain"));
  }
  EXPECT_THAT(bodies, ElementsAre("one", "", binary));
  int status = 0;
  Get(&status);
  EXPECT_NE(status, 0);  // acknowledged
}

TEST_F(AmqpPluginTest, ASourceWaitsForMoreUntilItIsStopped) {
  Declare();
  Items items;
  RunningSource running(*source_, items, Options());
  Publish("one");
  items.WaitForCount(1);
  Publish("two");
  items.WaitForCount(2);
  const int64_t before = MonotonicNanos();
  EXPECT_EQ(running.Stop().status.code(), absl::StatusCode::kCancelled);
  EXPECT_LT(MonotonicNanos() - before, int64_t{5'000'000'000});
}

TEST_F(AmqpPluginTest, WhatTheHostDoesNotTakeStaysInTheQueue) {
  Declare();
  Publish("one");
  Items items([](const PluginItem&) { return absl::CancelledError(""); });
  const PluginRun run = Ingest(*source_, items, Options());
  EXPECT_FALSE(run.status.ok());
  EXPECT_EQ(Get(), "one");
}

// The host returns when a report is delivered, and that may take long.
TEST_F(AmqpPluginTest, AScanThatOutlastsHeartbeatsIsDoneOnce) {
  Declare();
  Publish("one");
  Publish("two");
  bool first = true;
  Items items([&](const PluginItem&) {
    // A broker gives up who is silent for two of its heartbeats.
    if (std::exchange(first, false)) poll(nullptr, 0, 6000);
    return absl::OkStatus();
  });
  const PluginRun run = Ingest(
      *source_, items, Options(R"(, "until_empty": true)", "&heartbeat=1"));
  EXPECT_TRUE(run.status.ok()) << run.status;
  std::vector<std::string> bodies;
  for (const PluginItem& item : items.all()) {
    bodies.emplace_back(item.bytes.view);
  }
  EXPECT_THAT(bodies, ElementsAre("one", "two"));
}

TEST_F(AmqpPluginTest, CountAndSizeAreBounded) {
  Declare();
  Publish(std::string(2000, 'x'));
  Publish("two");
  Publish("three");
  Items items;
  const PluginRun run =
      Ingest(*source_, items, Options(R"(, "max_bytes": 1000, "count": 2)"));
  EXPECT_TRUE(run.status.ok()) << run.status;
  ASSERT_THAT(items.all(), SizeIs(1));
  EXPECT_EQ(items.all()[0].bytes.view, "two");
  EXPECT_EQ(Get(), "three");
}

TEST_F(AmqpPluginTest, WrongOptionsAreToldWithoutThePassword) {
  const std::string file = testing::TempDir() + "/amqp-url";
  std::ofstream(file) << Broker() + "?queue=" + name_ + "\n";
  PluginUnderTest good(*connector_, R"({"url_file": ")" + file + "\"}");
  EXPECT_TRUE(good.status().ok()) << good.status();
  for (const std::string& options :
       {std::string("{}"), std::string(R"({"url": "http://x"})"),
        std::string(R"({"url": "amqp://u:sesame@127.0.0.1:1"})"),
        std::string(R"({"url": "amqp://u:sesame@h", "url_file": "x"})"),
        std::string(R"({"url_file": "/nowhere"})"),
        Options(R"(, "routing_key": "other")")}) {
    PluginUnderTest plugin(*connector_, options);
    EXPECT_FALSE(plugin.status().ok()) << options;
    EXPECT_THAT(std::string(MessageOf(plugin.status())),
                Not(HasSubstr("sesame")));
  }
  Items items;
  for (const char* more :
       {R"(, "prefetch": 0)", R"(, "count": -1)", R"(, "max_bytes": "x")",
        R"(, "until_empty": "maybe")"}) {
    EXPECT_EQ(Ingest(*source_, items, Options(more)).status.code(),
              absl::StatusCode::kInvalidArgument)
        << more;
  }
}

}  // namespace
}  // namespace cupel
