// Plugins in scans, sources, and reports in other forms.
#include <atomic>
#include <cstring>
#include <cupel/cupel.hpp>
#include <string>
#include <vector>

#include "struct_testing.h"

namespace cupel_test {
namespace {

// Hands back what comes after "b64:" as a child, and says so.
cupel_status Decode(cupel_call* call) {
  const std::string bytes = Text(call->bytes);
  if (bytes.rfind("b64:", 0) != 0) return CUPEL_STATUS_OK;
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = {call->bytes.data + 4, call->bytes.size - 4};
  child.name = cupel_str("rest");
  return call->host->child(call, &child);
}

cupel_status Scan(cupel_call* call) {
  cupel_call_log(call, CUPEL_LOG_WARNING, "looking at it");
  return cupel_call_result(call, "{\"seen\":true}");
}

std::vector<std::string> saved;

cupel_status Save(cupel_call* call) {
  saved.push_back(Text(call->document));
  return CUPEL_STATUS_OK;
}

int told = 0;
std::vector<int> told_after_items;

cupel_status Ingest(cupel_call* call) {
  for (const char* text : {"one", "needle", "three"}) {
    cupel_item item = CUPEL_ITEM_INIT;
    item.name = cupel_str(text);
    item.bytes = cupel_str(text);
    item.metadata = cupel_str("{\"from\":\"test\"}");
    const cupel_status status = call->host->item(call, &item);
    told_after_items.push_back(told);
    if (status != CUPEL_STATUS_OK) return status;
  }
  return CUPEL_STATUS_OK;
}

cupel_plugin_v1 Table(cupel_plugin_category category, const char* name) {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = category;
  table.name = name;
  table.version = "1.0";
  return table;
}

class PluginUseTest : public ::testing::Test {
 protected:
  PluginUseTest() {
    decoder_ = Table(CUPEL_PLUGIN_DECODER, "rest");
    decoder_.decode = Decode;
    worker_ = Table(CUPEL_PLUGIN_WORKER, "look");
    worker_.scan = Scan;
    worker_.max_tlp = "amber";
    connector_ = Table(CUPEL_PLUGIN_CONNECTOR, "keep");
    connector_.save = Save;
    source_ = Table(CUPEL_PLUGIN_SOURCE, "three");
    source_.ingest = Ingest;
    for (const auto* table : {&decoder_, &worker_, &connector_, &source_}) {
      MustBeOk(cupel_plugins_register, plugins_.get(), table);
    }
    use_.plugins = plugins_.get();
    saved.clear();
  }

  void Use() { MustBeOk(cupel_scanner_use_plugins, scanner_.get(), &use_); }

  cupel_plugin_v1 decoder_, worker_, connector_, source_;
  Engine engine_ = NewEngine();
  Ruleset rules_ = Compile(engine_, kNeedleRule);
  PluginHost plugins_ = Make<PluginHost>(cupel_plugins_new, nullptr);
  Scanner scanner_ =
      Make<Scanner>(cupel_scanner_new, engine_.get(), rules_.get(), nullptr);
  cupel_plugin_use use_ = CUPEL_PLUGIN_USE_INIT;
};

TEST_F(PluginUseTest, WhatADecoderFindsMeetsTheRules) {
  use_.run = View("decoder:rest, look");
  Use();
  const auto json = JsonOf(ScanText(scanner_, "b64:needle"));
  EXPECT_EQ(json["verdict"], "matched");
  EXPECT_EQ(json["payloads"][1]["path"], "input!/rest");
  EXPECT_EQ(json["payloads"][1]["producer"], "decoder:rest");
  EXPECT_EQ(json["payloads"][1]["offset"], 4);
  EXPECT_EQ(json["payloads"][0]["results"][0]["result"]["seen"], true);
}

TEST_F(PluginUseTest, DispatchingRulesAndTypes) {
  const auto dispatch = Compile(
      engine_, "rule d { meta: plugin = \"decoder:rest\" condition: true }");
  use_.dispatch_rules = dispatch.get();
  Use();
  EXPECT_EQ(JsonOf(ScanText(scanner_, "b64:needle"))["verdict"], "matched");
  use_.dispatch_rules = nullptr;
  const cupel_field type = {View("text/*"), View("decoder:rest")};
  use_.by_type = &type;
  use_.by_type_count = 1;
  Use();
  EXPECT_EQ(JsonOf(ScanText(scanner_, "b64:x y"))["payloads"].size(), 2u);
}

TEST_F(PluginUseTest, NoneAnyMore) {
  use_.run = View("look");
  Use();
  cupel_plugin_use none = CUPEL_PLUGIN_USE_INIT;
  MustBeOk(cupel_scanner_use_plugins, scanner_.get(), &none);
  EXPECT_FALSE(
      JsonOf(ScanText(scanner_, "x"))["payloads"][0].contains("results"));
  none.run = View("look");
  EXPECT_TRUE(
      Contains(MessageOf(CUPEL_STATUS_INVALID_ARGUMENT,
                         cupel_scanner_use_plugins, scanner_.get(), &none),
               "`plugins` is NULL"));
}

TEST_F(PluginUseTest, ConnectorsGetDocumentsInTheFormAskedFor) {
  cupel_document_options documents = CUPEL_DOCUMENT_OPTIONS_INIT;
  documents.schema = CUPEL_DOCUMENT_STOQ3;
  use_.connectors = View("keep");
  use_.run = View("look");
  use_.documents = &documents;
  Use();
  ScanText(scanner_, "needle");
  ASSERT_EQ(saved.size(), 1u);
  const auto json = nlohmann::json::parse(saved[0]);
  EXPECT_TRUE(json.contains("scan_id"));
  EXPECT_EQ(json["results"][0]["workers"]["look"]["seen"], true);
}

TEST_F(PluginUseTest, ErrorConnectorsGetWhatWasNotWhollyScanned) {
  use_.error_connectors = View("keep");
  Use();
  ScanText(scanner_, "needle");
  EXPECT_EQ(saved.size(), 0u);
  ScanText(scanner_, std::string_view("PK\x03\x04 no zip", 11));
  EXPECT_EQ(saved.size(), 1u);
}

TEST_F(PluginUseTest, LabelsMetadataAndLogs) {
  std::atomic<int> lines{0};
  use_.run = View("look");
  use_.tlp = View("red");
  use_.metadata = View("{\"case\":7}");
  use_.log = [](void* data, cupel_view plugin, cupel_log_level,
                cupel_view text) {
    EXPECT_EQ(Text(plugin), "worker:look");
    EXPECT_EQ(Text(text), "looking at it");
    ++*static_cast<std::atomic<int>*>(data);
  };
  use_.user_data = &lines;
  Use();
  const auto kept_away = JsonOf(ScanText(scanner_, "x"));
  EXPECT_EQ(kept_away["incidents"][0]["kind"], "policy");
  EXPECT_EQ(kept_away["job"]["tlp"], "red");
  EXPECT_EQ(kept_away["job"]["metadata"]["case"], 7);
  EXPECT_EQ(lines, 0);
  use_.tlp = View("green");
  Use();
  ScanText(scanner_, "x");
  EXPECT_EQ(lines, 1);
}

struct Told {
  std::vector<nlohmann::json> reports;
  size_t most = 100;
  Scanner* scanner = nullptr;

  static int32_t OnReport(void* data, cupel_report* report) {
    auto* told = static_cast<Told*>(data);
    const Report owned(report);
    told->reports.push_back(JsonOf(owned));
    return told->reports.size() < told->most ? 0 : 1;
  }
};

TEST_F(PluginUseTest, ASourceIsScannedItemByItem) {
  Use();
  Told told;
  MustBeOk(cupel_scanner_ingest, scanner_.get(), View("three"), View(""),
           Told::OnReport, &told, nullptr);
  ASSERT_EQ(told.reports.size(), 3u);
  EXPECT_EQ(told.reports[0]["verdict"], "clean");
  EXPECT_EQ(told.reports[1]["verdict"], "matched");
  EXPECT_EQ(told.reports[1]["payloads"][0]["metadata"]["from"], "test");
  Told one;
  one.most = 1;
  MessageOf(CUPEL_STATUS_CANCELLED, cupel_scanner_ingest, scanner_.get(),
            View("source:three"), View(""), Told::OnReport, &one, nullptr);
  EXPECT_EQ(one.reports.size(), 1u);
}

TEST_F(PluginUseTest, WrongUseOfSources) {
  Told told;
  EXPECT_TRUE(
      Contains(MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_scanner_ingest,
                         scanner_.get(), View("three"), View(""),
                         Told::OnReport, &told, nullptr),
               "a source is a plugin"));
  Use();
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_scanner_ingest, scanner_.get(),
            View("four"), View(""), Told::OnReport, &told, nullptr);
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_scanner_ingest, scanner_.get(),
            View("worker:look"), View(""), Told::OnReport, &told, nullptr);
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_scanner_ingest, scanner_.get(),
            View("three"), View(""), nullptr, nullptr, nullptr);
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_scanner_ingest, nullptr,
            View("three"), View(""), Told::OnReport, &told, nullptr);
  EXPECT_TRUE(told.reports.empty());
}

TEST_F(PluginUseTest, WrongUse) {
  const auto refused = [&](cupel_status want) {
    return MessageOf(want, cupel_scanner_use_plugins, scanner_.get(), &use_);
  };
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_scanner_use_plugins, nullptr,
            &use_);
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_scanner_use_plugins,
            scanner_.get(), nullptr);
  use_.run = View("lok");
  EXPECT_TRUE(Contains(refused(CUPEL_STATUS_NOT_FOUND), "worker:look"));
  use_.run = View("connector:keep");
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  use_.run = View("nonsense:x");
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  use_.run = {nullptr, 3};
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  use_.run = View("");
  use_.flags = 1u << 31;
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  use_.flags = 0;
  use_.metadata = View("[]");
  EXPECT_TRUE(Contains(refused(CUPEL_STATUS_INVALID_ARGUMENT), "metadata"));
  use_.metadata = View("");
  use_.by_type_count = 1;
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  use_.by_type_count = 0;
  cupel_document_options documents = CUPEL_DOCUMENT_OPTIONS_INIT;
  documents.schema = 3;
  use_.documents = &documents;
  refused(CUPEL_STATUS_INVALID_ARGUMENT);
  // After all that the scanner is as it was.
  EXPECT_EQ(JsonOf(ScanText(scanner_, "needle"))["verdict"], "matched");
}

TEST_F(PluginUseTest, StructsOfOtherVersions) {
  CheckSizes<cupel_plugin_use>(
      CUPEL_PLUGIN_USE_INIT, [&](const cupel_plugin_use* use) {
        return cupel_scanner_use_plugins(scanner_.get(), use, nullptr);
      });
  const auto report = ScanText(scanner_, "x");
  const auto take = [](void*, cupel_view) { return int32_t{0}; };
  CheckSizes<cupel_document_options>(
      CUPEL_DOCUMENT_OPTIONS_INIT, [&](const cupel_document_options* options) {
        return cupel_report_documents(report.get(), options, take, nullptr,
                                      nullptr);
      });
}

TEST_F(PluginUseTest, AnythingMayBeFreedFirst) {
  use_.run = View("look");
  Use();
  plugins_.reset();
  rules_.reset();
  engine_.reset();
  EXPECT_EQ(JsonOf(ScanText(scanner_, "needle"))["verdict"], "matched");
}

TEST_F(PluginUseTest, TheCxxLayerSaysTheSame) {
  const cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddText("test", kNeedleRule);
  const cupel::Ruleset rules(engine, sources);
  cupel::Scanner scanner(engine, rules);
  int lines = 0;
  {
    const cupel::Plugins plugins;
    plugins.Register(&worker_);
    plugins.Register(&source_);
    cupel::PluginUse use;
    use.run = "look";
    use.log = [&](std::string_view, cupel::LogLevel level, std::string_view) {
      lines += level == cupel::LogLevel::kWarning;
    };
    scanner.UsePlugins(plugins, std::move(use));
  }
  const cupel::Report report = scanner.ScanMemory("x", "needle");
  EXPECT_EQ(lines, 1);
  cupel::DocumentOptions documents;
  documents.schema = cupel::DocumentSchema::kStoq1;
  documents.split = true;
  std::vector<std::string> written;
  report.Documents(documents, [&](std::string_view document) {
    written.emplace_back(document);
    return true;
  });
  EXPECT_FALSE(written.empty());
  told = 0;
  told_after_items.clear();
  scanner.Ingest("three", "", [&](const cupel::Report&) {
    ++told;
    return true;
  });
  EXPECT_EQ(told, 3);
  // What a source acknowledges after `item` has been delivered.
  EXPECT_EQ(told_after_items, (std::vector<int>{1, 2, 3}));
  EXPECT_THROW(scanner.Ingest("three", "",
                              [](const cupel::Report&) -> bool {
                                throw std::runtime_error("mine");
                              }),
               std::runtime_error);
}

}  // namespace
}  // namespace cupel_test
