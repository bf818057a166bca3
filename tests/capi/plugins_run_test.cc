// One plugin on one payload, through the C interface.
#include <cupel/plugins.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "plugins_testing.h"

namespace cupel_test {
namespace {

using nlohmann::json;

constexpr std::string_view kPayload = "0123456789 needle";

cupel_status Everything(cupel_call* call) {
  cupel_child slice = CUPEL_CHILD_INIT;
  slice.bytes = {call->bytes.data + 11, 6};
  slice.name = View(std::string_view("\xff/../needle", 11));
  slice.metadata = View(R"({"offset":11})");
  slice.dispatch = View("worker:pe, decoder:xor");
  slice.flags = CUPEL_CHILD_SAVE;
  if (call->host->child(call, &slice) != CUPEL_STATUS_OK) {
    return CUPEL_STATUS_INTERNAL;
  }
  cupel_call_child(call, "copy", View("copied"));
  cupel_call_result(call, R"({"tlp":1})");
  call->host->result(call, call->options);
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  statement.name = View("needle");
  statement.tags = View("a b");
  statement.weight = 5;
  statement.offset = 11;
  statement.length = 6;
  call->host->statement(call, &statement);
  cupel_call_dispatch(call, "worker:hashes");
  cupel_call_log(call, CUPEL_LOG_WARNING, "said\x1b[2J");
  call->host->error(call, CUPEL_STATUS_DATA_LOSS, View("half of it"));
  return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, "no more");
}

// Takes until it is told to stop.
cupel_status Endless(cupel_call* call) {
  static_cast<std::atomic<bool>*>(call->state)->store(true);
  while (cupel_call_cancelled(call) == 0) std::this_thread::yield();
  cupel_call_result(call, "\"so far\"");
  return CUPEL_STATUS_CANCELLED;
}

std::atomic<bool> entered{false};
cupel_status Enter(cupel_call* call, void** state) {
  (void)call;
  *state = &entered;
  return CUPEL_STATUS_OK;
}

cupel_status Refuse(cupel_call* call, void** state) {
  (void)state;
  return cupel_call_fail(call, CUPEL_STATUS_UNAVAILABLE, "no licence");
}

cupel_status Flood(cupel_call* call) {
  const std::string piece(1000, 'x');
  while (cupel_call_child(call, "x", View(piece)) == CUPEL_STATUS_OK) {
  }
  return CUPEL_STATUS_OK;
}

cupel_status Nest(cupel_call* call) {
  const auto take = [](void* user_data, int32_t is_child, cupel_view name,
                       cupel_view bytes) {
    (void)name;
    auto* all = static_cast<std::string*>(user_data);
    *all += (is_child != 0 ? "child " : "result ") + Text(bytes) + ";";
  };
  std::string all;
  const cupel_status status = call->host->nested(
      call, View("worker:everything"), View(kPayload), View("{}"), take, &all);
  all += std::to_string(status);
  return cupel_call_result(call, json(all).dump().c_str());
}

cupel_status NestForEver(cupel_call* call) {
  return call->host->nested(call, View("worker:circle"), View("x"),
                            cupel_view{nullptr, 0}, nullptr, nullptr);
}

// Two items with bytes, then one that lies in a file.
cupel_status Bring(cupel_call* call) {
  cupel_item item = CUPEL_ITEM_INIT;
  item.name = View("first");
  item.bytes = View("1");
  item.metadata = View(R"({"from":"test"})");
  cupel_status status = call->host->item(call, &item);
  if (status != CUPEL_STATUS_OK) return status;
  item.name = View("second");
  status = call->host->item(call, &item);
  if (status != CUPEL_STATUS_OK) return status;
  item.path = View("/tmp/third");
  return call->host->item(call, &item);
}

cupel_status Connect(cupel_call* call) {
  return cupel_call_result(call, "\"connected\"");
}
cupel_status Save(cupel_call* call) {
  call->host->result(call, call->document);
  return CUPEL_STATUS_OK;
}
cupel_status Disconnect(cupel_call* call) {
  return cupel_call_result(call, "\"disconnected\"");
}

cupel_status Chatter(cupel_call* call) {
  for (int i = 0; i < 1005; ++i) cupel_call_log(call, CUPEL_LOG_INFO, "and");
  return CUPEL_STATUS_OK;
}

// One item after the other, as long as they are taken.
cupel_status BringForEver(cupel_call* call) {
  cupel_item item = CUPEL_ITEM_INIT;
  item.name = View("x");
  cupel_status status = CUPEL_STATUS_OK;
  while (status == CUPEL_STATUS_OK) status = call->host->item(call, &item);
  return status;
}

cupel_plugin_v1 Table(const char* name, cupel_method_fn scan) {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = CUPEL_PLUGIN_WORKER;
  table.name = name;
  table.scan = scan;
  return table;
}

class PluginsRunTest : public testing::Test {
 protected:
  PluginsRunTest() {
    all_ = {Table("everything", Everything),
            Table("endless", Endless),
            Table("refuses", Everything),
            Table("flood", Flood),
            Table("nest", Nest),
            Table("circle", NestForEver),
            Table("bring", nullptr),
            Table("keep", nullptr),
            Table("secret", Everything),
            Table("chatter", Chatter),
            Table("forever", nullptr)};
    all_[1].activate = Enter;
    all_[2].activate = Refuse;
    all_[6].category = CUPEL_PLUGIN_SOURCE;
    all_[6].ingest = Bring;
    all_[7].category = CUPEL_PLUGIN_CONNECTOR;
    all_[7].connect = Connect;
    all_[7].save = Save;
    all_[7].disconnect = Disconnect;
    all_[8].max_tlp = "amber";
    all_[10].category = CUPEL_PLUGIN_SOURCE;
    all_[10].ingest = BringForEver;
    for (const cupel_plugin_v1& table : all_) {
      MustBeOk(cupel_plugins_register, plugins_.get(), &table);
    }
    input_.bytes = View(kPayload);
    input_.name = View("hay");
  }

  json Run(std::string_view plugin, cupel_plugin_bytes_fn take = nullptr,
           void* user_data = nullptr, cupel_cancel* cancel = nullptr) {
    return Parse(Make<Buffer>(cupel_plugins_run, plugins_.get(), View(plugin),
                              &input_, take, user_data, cancel));
  }
  std::string Fails(cupel_status want, std::string_view plugin) {
    cupel_buffer* out = nullptr;
    return MessageOf(want, cupel_plugins_run, plugins_.get(), View(plugin),
                     &input_, nullptr, nullptr, nullptr, &out);
  }

  std::vector<cupel_plugin_v1> all_;  // outlives the plugins
  cupel_plugin_input input_ = CUPEL_PLUGIN_INPUT_INIT;
  PluginHost plugins_ = Make<PluginHost>(cupel_plugins_new, nullptr);
};

using Taken = std::vector<std::pair<std::string, std::string>>;

int32_t Take(void* user_data, uint64_t index, cupel_view name,
             cupel_view bytes) {
  auto* taken = static_cast<Taken*>(user_data);
  EXPECT_EQ(index, taken->size());
  taken->emplace_back(Text(name), Text(bytes));
  return 0;
}

TEST_F(PluginsRunTest, EverythingThatIsHandedBackIsTold) {
  input_.options = View(R"({"key":7})");
  input_.flags = CUPEL_PLUGIN_INPUT_BASE64;
  Taken taken;
  const json told = Run("worker:everything", Take, &taken);
  EXPECT_EQ(told["plugin"], "worker:everything");
  EXPECT_EQ(told["tier"], "builtin");
  EXPECT_EQ(told["method"], "scan");
  EXPECT_EQ(told["status"], "UNAVAILABLE");
  EXPECT_EQ(told["message"], "no more");
  EXPECT_EQ(told["results"], json::parse(R"([{"tlp":1},{"key":7}])"));
  ASSERT_EQ(told["children"].size(), 2u);
  const json& slice = told["children"][0];
  EXPECT_EQ(slice["size"], 6);
  EXPECT_EQ(slice["offset"], 11) << "a piece of the payload costs nothing";
  // By sha256sum(1), of "needle"
  EXPECT_EQ(slice["sha256"],
            "09881f6ed93360a2f6ad81f435a8ca51"
            "ca4575d0f954f197ff8f7d16c6565562");
  EXPECT_EQ(slice["metadata"]["offset"], 11);
  EXPECT_EQ(slice["dispatches"], json::array({"worker:pe", "decoder:xor"}));
  EXPECT_EQ(slice["save"], true);
  EXPECT_EQ(slice["base64"], "bmVlZGxl");
  EXPECT_EQ(slice["name"], "\\xff/../needle");
  EXPECT_EQ(slice["name_base64"], "/y8uLi9uZWVkbGU=");
  EXPECT_FALSE(told["children"][1].contains("offset"));
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].second, "needle");
  EXPECT_EQ(taken[1], (std::pair<std::string, std::string>("copy", "copied")));
  EXPECT_EQ(told["statements"][0]["name"], "needle");
  EXPECT_EQ(told["statements"][0]["tags"], json::array({"a", "b"}));
  EXPECT_EQ(told["statements"][0]["weight"], 5);
  EXPECT_EQ(told["dispatches"], json::array({"worker:hashes"}));
  EXPECT_EQ(told["errors"][0]["code"], "DATA_LOSS");
  EXPECT_EQ(told["log"][0]["text"], "said\\x1b[2J");
  EXPECT_EQ(told["complete"], false);
}

TEST_F(PluginsRunTest, ABuiltinDecoder) {
  // Made by base64(1).
  input_.bytes =
      View("VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw==");
  Taken taken;
  const json told = Run("decoder:base64", Take, &taken);
  EXPECT_EQ(told["status"], "OK");
  EXPECT_EQ(told["complete"], true);
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].second, "The quick brown fox jumps over the lazy dog");
}

TEST_F(PluginsRunTest, ACancelledRunReturnsWithWhatThereIs) {
  const Cancel cancel = Make<Cancel>(cupel_cancel_new);
  std::thread other([&] {
    while (!entered) std::this_thread::yield();
    cupel_cancel_trigger(cancel.get());
  });
  const json told = Run("worker:endless", nullptr, nullptr, cancel.get());
  other.join();
  EXPECT_EQ(told["status"], "CANCELLED");
  EXPECT_EQ(told["results"], json::array({"so far"}));
}

TEST_F(PluginsRunTest, ATimeoutEndsIt) {
  input_.timeout_ns = 1;
  EXPECT_EQ(Run("worker:endless")["results"], json::array({"so far"}));
}

TEST_F(PluginsRunTest, LimitsFire) {
  input_.max_children = 3;
  json told = Run("worker:flood");
  EXPECT_EQ(told["children"].size(), 3u);
  EXPECT_EQ(told["limits"], json::parse(R"([{"name":"children","value":3}])"));
  EXPECT_EQ(told["complete"], false);
  input_.max_children = 0;
  input_.max_children_bytes = 2500;
  told = Run("worker:flood");
  EXPECT_EQ(told["children"].size(), 2u);
  EXPECT_EQ(told["limits"][0]["name"], "bytes");
  told = Run("worker:chatter");
  EXPECT_EQ(told["log"].size(), 1000u);
  EXPECT_EQ(told["log_left_out"], 5);
  told = Run("source:forever");
  EXPECT_EQ(told["items"].size(), 100000u);
  EXPECT_EQ(told["status"], "RESOURCE_EXHAUSTED");
}

TEST_F(PluginsRunTest, WhatIsNotRunAtAllIsAnError) {
  EXPECT_TRUE(
      Contains(Fails(CUPEL_STATUS_FAILED_PRECONDITION, "worker:refuses"),
               "worker:refuses can't be activated: no licence"));
  EXPECT_TRUE(Contains(Fails(CUPEL_STATUS_NOT_FOUND, "worker:evrything"),
                       "worker:everything"));
  input_.tlp = View("amber");
  EXPECT_EQ(Run("worker:secret")["status"], "UNAVAILABLE");
  for (const std::string_view label : {"red", "amber+strict", "purple"}) {
    input_.tlp = View(label);
    EXPECT_TRUE(Contains(Fails(CUPEL_STATUS_PERMISSION_DENIED, "worker:secret"),
                         "up to TLP:amber"))
        << label;
  }
}

TEST_F(PluginsRunTest, OthersAreCalledFromWithin) {
  const json told = Run("worker:nest");
  EXPECT_EQ(told["results"][0],
            "result {\"tlp\":1};result {};child needle;child copied;14");
  const json circle = Run("worker:circle");
  EXPECT_EQ(circle["status"], "RESOURCE_EXHAUSTED") << circle;
}

TEST_F(PluginsRunTest, ASourceBringsItems) {
  Taken taken;
  json told = Run("source:bring", Take, &taken);
  EXPECT_EQ(told["status"], "OK") << told;
  ASSERT_EQ(told["items"].size(), 3u);
  EXPECT_EQ(told["items"][0]["name"], "first");
  EXPECT_EQ(told["items"][0]["size"], 1);
  EXPECT_EQ(told["items"][0]["metadata"]["from"], "test");
  EXPECT_EQ(told["items"][2]["path"], "/tmp/third");
  ASSERT_EQ(taken.size(), 2u);
  const auto stop = [](void*, uint64_t, cupel_view, cupel_view) -> int32_t {
    return 1;
  };
  told = Run("source:bring", stop);
  EXPECT_EQ(told["status"], "CANCELLED");
  EXPECT_EQ(told["items"].size(), 0u);
}

TEST_F(PluginsRunTest, AConnectorIsConnectedBeforeAndDisconnectedAfter) {
  input_.document = View(R"({"verdict":"clean"})");
  const json told = Run("connector:keep");
  EXPECT_EQ(told["results"],
            json::parse(R"(["connected",{"verdict":"clean"},"disconnected"])"));
  input_.method = CUPEL_METHOD_CONNECT;
  EXPECT_EQ(Run("connector:keep")["results"], json::array({"connected"}));
  input_.method = CUPEL_METHOD_GET_FILE;
  EXPECT_EQ(Run("connector:keep")["status"], "UNIMPLEMENTED");
}

TEST_F(PluginsRunTest, ACallbackMayFreeThePluginsAndStopTheRun) {
  const auto free_it = [](void* user_data, uint64_t, cupel_view,
                          cupel_view) -> int32_t {
    static_cast<PluginHost*>(user_data)->reset();
    return 1;
  };
  const json told = Run("worker:everything", free_it, &plugins_);
  EXPECT_EQ(plugins_, nullptr);
  EXPECT_EQ(told["children"].size(), 2u);
  EXPECT_EQ(told["complete"], false);
}

}  // namespace
}  // namespace cupel_test
