// What a plugin gets and hands back when it runs in a process.
#include "runner/process_plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "tests/unit/runner/runner_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;

class ProcessPluginTest : public ProcessTest {
 protected:
  // Calls another plugin of hostile.c, the main method of its category.
  absl::Status Call(PluginCategory category, const std::string& name,
                    PluginAnswer* answer) {
    const std::unique_ptr<PluginInstance> instance = Activate(category, name);
    request_.method = MainMethod(category);
    return instance->Call(request_, answer);
  }
};

TEST_F(ProcessPluginTest, DescribesWhatIsThere) {
  const auto plugins = DescribePlugins(options_);
  ASSERT_TRUE(plugins.ok()) << plugins.status();
  ASSERT_EQ(plugins->size(), 8U);
  const PluginInfo& hostile = plugins->front();
  EXPECT_EQ(PluginNameText(hostile.id), "worker:hostile");
  EXPECT_EQ(hostile.version, "1.0");
  EXPECT_EQ(hostile.consumes, (std::vector<std::string>{"text/plain", "*"}));
  ASSERT_EQ(hostile.requirements.size(), 1U);
  EXPECT_EQ(PluginNameText(hostile.requirements[0]), "worker:pe");
  EXPECT_EQ(hostile.max_tlp, Tlp::kAmber);
  EXPECT_EQ(hostile.needs, kNeedsNetwork);
  EXPECT_EQ(hostile.options, "{\"how\":\"well\"}");
  EXPECT_EQ(hostile.dialect, "cupel");
  EXPECT_EQ(hostile.origin, CUPEL_HOSTILE_PLUGIN);
}

TEST_F(ProcessPluginTest, DescribesWhatIsBuiltIn) {
  options_.kind = CodeKind::kBuiltin;
  options_.origin = "";
  const auto plugins = DescribePlugins(options_);
  ASSERT_TRUE(plugins.ok()) << plugins.status();
  EXPECT_FALSE(plugins->empty());
}

TEST_F(ProcessPluginTest, SaysWhatIsNoPlugin) {
  options_.origin = "/usr/include/stdio.h";
  const auto text = DescribePlugins(options_);
  EXPECT_THAT(std::string(MessageOf(text.status())), HasSubstr("stdio.h"));
  options_.origin = "/nowhere/plugin.so";
  const auto none = DescribePlugins(options_);
  EXPECT_THAT(std::string(MessageOf(none.status())),
              HasSubstr("/nowhere/plugin.so"));
}

TEST_F(ProcessPluginTest, SaysWhichPluginIsNotThere) {
  PluginInfo info;
  info.id = {PluginCategory::kDecoder, "hostile"};
  const auto instance =
      NewProcessPlugin(info, options_)->Activate("{}", &services_);
  EXPECT_EQ(instance.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(MessageOf(instance.status())),
              HasSubstr("has no decoder:hostile"));
}

TEST_F(ProcessPluginTest, SaysWhyItIsNotActivated) {
  PluginInfo info;
  info.id = {PluginCategory::kWorker, "inactive"};
  const auto plugin = NewProcessPlugin(info, options_);
  EXPECT_EQ(plugin->tier(), Tier::kProcess);
  const auto refused = plugin->Activate("{}", &services_);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(MessageOf(refused.status()), "no licence");
  const auto died = plugin->Activate("{\"how\":\"segv\"}", &services_);
  EXPECT_EQ(died.status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(MessageOf(died.status())),
              HasSubstr("(Segmentation fault) in `activate`"));
}

TEST_F(ProcessPluginTest, CancellingEndsItsStart) {
  PluginInfo info;
  info.id = {PluginCategory::kWorker, "inactive"};
  const auto plugin = NewProcessPlugin(info, options_);
  Cancel cancel;
  std::thread other([&cancel] { cancel.Trigger(); });
  // It would never be done.
  const auto ended =
      plugin->Activate("{\"how\":\"hang\"}", &services_, &cancel);
  other.join();
  EXPECT_EQ(ended.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(ProcessPluginTest, SlicesOfThePayloadCostNothing) {
  auto payload = std::make_shared<std::string>(200'000, 'a');
  payload->replace(100'000, 1, "b");
  request_.bytes = *payload;
  request_.owner = payload;
  PluginAnswer answer;
  ASSERT_TRUE(Call(PluginCategory::kCarver, "half", &answer).ok());
  ASSERT_EQ(answer.children.size(), 1U);
  const PluginChild& child = answer.children[0];
  EXPECT_EQ(child.offset, 100'000U);
  EXPECT_EQ(child.bytes.view.data(), payload->data() + 100'000);
  EXPECT_EQ(child.bytes.view.size(), 100'000U);
  EXPECT_EQ(child.name, "second half");
  EXPECT_EQ(child.metadata, "{\"half\":2}");
  EXPECT_TRUE(child.save);
  EXPECT_TRUE(child.scan);
  ASSERT_EQ(child.dispatch.size(), 2U);
  EXPECT_EQ(PluginNameText(child.dispatch[1]), "decoder:xor");
}

TEST_F(ProcessPluginTest, SlicesOfABorrowedPayloadAreCopied) {
  const std::string payload = "halfHALF";
  request_.bytes = payload;
  PluginAnswer answer;
  ASSERT_TRUE(Call(PluginCategory::kCarver, "half", &answer).ok());
  ASSERT_EQ(answer.children.size(), 1U);
  EXPECT_EQ(answer.children[0].offset, std::nullopt);
  EXPECT_EQ(answer.children[0].bytes.view, "HALF");
}

TEST_F(ProcessPluginTest, HandsBackEverythingThereIs) {
  for (const size_t size : {size_t{0}, size_t{100}, size_t{65536},
                            size_t{65537}, size_t{3'000'000}}) {
    const std::string payload(size, '\x0f');
    request_.bytes = payload;
    PluginAnswer answer;
    ASSERT_TRUE(Call(PluginCategory::kDecoder, "invert", &answer).ok());
    ASSERT_EQ(answer.children.size(), 1U);
    EXPECT_EQ(answer.children[0].bytes.view, std::string(size, '\xf0'));
    ASSERT_EQ(answer.statements.size(), 1U);
    const PluginStatement& statement = answer.statements[0];
    EXPECT_EQ(statement.name, "seen");
    EXPECT_EQ(statement.tags, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(statement.meta, "{\"a\":1}");
    EXPECT_EQ(statement.weight, -7);
    EXPECT_EQ(statement.offset, size == 0 ? 0U : 1U);
    EXPECT_EQ(statement.length, size == 0 ? 0U : 2U);
    ASSERT_EQ(answer.dispatches.size(), 1U);
    EXPECT_EQ(PluginNameText(answer.dispatches[0]), "worker:hashes");
    ASSERT_EQ(answer.errors.size(), 1U);
    EXPECT_EQ(answer.errors[0].code, absl::StatusCode::kDataLoss);
    EXPECT_EQ(answer.errors[0].message, "not all of it");
  }
  EXPECT_THAT(log_, testing::Contains("decoded it"));
}

TEST_F(ProcessPluginTest, ASourceBringsItemsOneAtATime) {
  std::vector<PluginItem> items;
  bool busy = false;
  services_.item = [&](PluginItem item) -> absl::Status {
    // It waits for the answer to each.
    EXPECT_FALSE(std::exchange(busy, true));
    items.push_back(std::move(item));
    busy = false;
    if (items.size() == 5) return Cancelled("there is enough");
    return absl::OkStatus();
  };
  PluginAnswer answer;
  const absl::Status status = Call(PluginCategory::kSource, "items", &answer);
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  ASSERT_EQ(items.size(), 5U);
  EXPECT_EQ(items[0].bytes.view, std::string(100'000, 'L'));
  EXPECT_EQ(items[4].bytes.view, "item 4");
  EXPECT_EQ(items[4].name, "item 4");
  EXPECT_EQ(items[4].tlp, "green");
  EXPECT_EQ(items[4].metadata, "{\"n\":1}");
}

TEST_F(ProcessPluginTest, ItemsThatNobodyAskedForAreRefused) {
  PluginAnswer answer;
  EXPECT_FALSE(Call(PluginCategory::kSource, "items", &answer).ok());
  EXPECT_EQ(answer.errors.size(), 1U);
}

TEST_F(ProcessPluginTest, NestedCallsRunInTheHost) {
  const std::string payload(70'000, 'n');
  request_.bytes = payload;
  services_.nested = [&](const PluginName& name, std::string_view bytes,
                         std::string_view options,
                         PluginAnswer* answer) -> absl::Status {
    EXPECT_EQ(PluginNameText(name), "decoder:base64");
    EXPECT_EQ(bytes, payload);
    EXPECT_EQ(options, "{\"deep\":true}");
    CUPEL_RETURN_IF_ERROR(answer->AddResult("{\"nested\":1}"));
    return answer->AddChild({.bytes = SharedBytes::Copy("child of it")});
  };
  PluginAnswer answer;
  ASSERT_TRUE(Call(PluginCategory::kReader, "nested", &answer).ok());
  EXPECT_EQ(answer.results, std::vector<std::string>{"{\"nested\":1}"});
  ASSERT_EQ(answer.children.size(), 1U);
  EXPECT_EQ(answer.children[0].bytes.view, "child of it");
}

TEST_F(ProcessPluginTest, NestedCallsOfNobodyAreNotFound) {
  PluginAnswer answer;
  EXPECT_EQ(Call(PluginCategory::kReader, "nested", &answer).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ProcessPluginTest, VariablesAreOfOneCall) {
  const auto instance = Activate(PluginCategory::kNormalizer, "secrets");
  request_.method = PluginMethod::kNormalize;
  const std::string document = "{\"d\":\"" + std::string(70'000, 'd') + "\"}";
  request_.document = document;
  const std::vector<std::pair<std::string, std::string>> environment = {
      {"SECRET", "hunter2"}};
  request_.environment = &environment;
  PluginAnswer answer;
  ASSERT_TRUE(instance->Call(request_, &answer).ok());
  EXPECT_EQ(answer.results,
            std::vector<std::string>{"{\"secret\":\"hunter2\",\"document\":" +
                                     std::to_string(document.size()) + "}"});
  request_.environment = nullptr;
  PluginAnswer after;
  ASSERT_TRUE(instance->Call(request_, &after).ok());
  EXPECT_EQ(after.results, std::vector<std::string>{"{\"secret\":null}"});
}

TEST_F(ProcessPluginTest, AConnectorIsConnectedAgainAfterACrash) {
  const auto instance = Activate(PluginCategory::kConnector, "keeper");
  request_.method = PluginMethod::kSave;
  PluginAnswer before;
  EXPECT_EQ(MessageOf(instance->Call(request_, &before)), "not connected");
  request_.method = PluginMethod::kConnect;
  PluginAnswer answer;
  ASSERT_TRUE(instance->Call(request_, &answer).ok());
  request_.method = PluginMethod::kSave;
  ASSERT_TRUE(instance->Call(request_, &answer).ok());
  request_.bytes = "segv";
  EXPECT_FALSE(instance->Call(request_, &answer).ok());
  request_.bytes = "again";
  PluginAnswer again;
  EXPECT_TRUE(instance->Call(request_, &again).ok());
  EXPECT_EQ(again.results.size(), 1U);
}

TEST_F(ProcessPluginTest, CallsOfSeveralThreadsTakeTurns) {
  ExpectFine();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < 20; ++j) {
        const std::string payload(1000 * (i + 1) + j, 'p');
        PluginRequest request;
        request.bytes = payload;
        PluginAnswer answer;
        EXPECT_TRUE(instance_->Call(request, &answer).ok());
        EXPECT_EQ(answer.results,
                  std::vector<std::string>{std::to_string(payload.size())});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(ProcessPluginTest, StartsThatFailAreRefusedInTheEnd) {
  ExpectFine();
  // From now on no process comes up.
  instance_ = nullptr;
  const std::string copy = temp_.string() + "-plugin.so";
  std::filesystem::copy_file(CUPEL_HOSTILE_PLUGIN, copy);
  options_.origin = copy;
  instance_ = Activate(PluginCategory::kWorker, "hostile");
  std::filesystem::remove(copy);
  EXPECT_EQ(Scan("segv").code(), absl::StatusCode::kAborted);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Scan("fine?").code(), absl::StatusCode::kFailedPrecondition);
  }
  const absl::Status refused = Scan("fine?");
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(MessageOf(refused)),
              HasSubstr("did not come up 5 times in a row"));
  EXPECT_THAT(std::string(MessageOf(refused)), HasSubstr(copy));
}

}  // namespace
}  // namespace cupel
