// Tables of plugins: what is taken, what is refused, and what a call of one
// does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/status.h"
#include "cupel/version.h"
#include "plugin/table_check.h"
#include "plugin/table_plugin.h"

namespace cupel {
namespace {

using testing::HasSubstr;

cupel_status Nothing(cupel_call*) { return CUPEL_STATUS_OK; }

cupel_plugin_v1 Table() {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = CUPEL_PLUGIN_WORKER;
  table.name = "nothing";
  table.scan = Nothing;
  return table;
}

std::string Refused(const cupel_plugin_v1& table, absl::StatusCode code) {
  const auto checked = CheckTable(&table, "some.so");
  EXPECT_EQ(checked.status().code(), code);
  return std::string(MessageOf(checked.status()));
}

TEST(TableTest, EveryCategoryNeedsItsOwnMethod) {
  for (int category = CUPEL_PLUGIN_SOURCE; category <= CUPEL_PLUGIN_NORMALIZER;
       ++category) {
    cupel_plugin_v1 table = Table();
    table.category = category;
    cupel_method_fn* const methods[] = {
        &table.ingest,   &table.read,  &table.scan,
        &table.extract,  &table.carve, &table.decode,
        &table.decorate, &table.save,  &table.normalize};
    for (cupel_method_fn* method : methods) *method = Nothing;
    EXPECT_TRUE(CheckTable(&table, "x").ok()) << category;
    // A category that the plugin only says it has.
    *methods[category - 1] = nullptr;
    EXPECT_THAT(Refused(table, absl::StatusCode::kInvalidArgument),
                HasSubstr("its table has NULL there"));
  }
}

TEST(TableTest, RefusalsNameThePluginAndTheField) {
  cupel_plugin_v1 table = Table();
  table.abi = 2;
  EXPECT_THAT(Refused(table, absl::StatusCode::kFailedPrecondition),
              HasSubstr("some.so: its plugin has ABI 2"));
  table = Table();
  table.struct_size = 8;
  EXPECT_THAT(Refused(table, absl::StatusCode::kInvalidArgument),
              HasSubstr("says that it has 8 bytes"));
  table = Table();
  table.description = "\xff";
  EXPECT_THAT(Refused(table, absl::StatusCode::kInvalidArgument),
              HasSubstr("plugin 'nothing': one of its texts is no UTF-8"));
  table = Table();
  table.name = "\x1b[2J";
  EXPECT_THAT(Refused(table, absl::StatusCode::kInvalidArgument),
              testing::Not(HasSubstr("\x1b")));
  EXPECT_FALSE(CheckTable(nullptr, "some.so").ok());
}

TEST(TableTest, VersionRanges) {
  EXPECT_TRUE(CheckVersionRange("Cupel", "", "").ok());
  EXPECT_TRUE(CheckVersionRange("Cupel", CUPEL_VERSION_STRING, "").ok())
      << "at least is inclusive";
  EXPECT_FALSE(CheckVersionRange("Cupel", "", CUPEL_VERSION_STRING).ok())
      << "below is not";
  EXPECT_TRUE(CheckVersionRange("stoQ", "0.20.1", "1.0.3", "1.0.2").ok());
  EXPECT_THAT(MessageOf(CheckVersionRange("stoQ", "1.1", "", "1.0.2")),
              HasSubstr("needs stoQ 1.1 or newer, and this is 1.0.2"));
  EXPECT_THAT(MessageOf(CheckVersionRange("stoQ", "", "1.0", "1.0.2")),
              HasSubstr("older than 1.0"));
  EXPECT_TRUE(CheckVersionRange("stoQ", "1", "2", "1.0.2").ok());
  for (const char* bad :
       {"one", "1.", ".1", "1.2.3.4.5", "-1", "1.0-beta", "99999999999"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckVersionRange("x", bad, "")))
        << bad;
  }
}

TEST(TableTest, WhatIsReadOfIt) {
  cupel_plugin_v1 table = Table();
  table.consumes = " text/*  pe\n";
  table.requires_plugins = "worker:pe reader:text";
  table.max_tlp = "white";
  table.heartbeat_ns = 5;
  table.options = R"({"a":1})";
  const auto checked = CheckTable(&table, "x");
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_THAT(checked->info.consumes, testing::ElementsAre("text/*", "pe"));
  ASSERT_EQ(checked->info.requirements.size(), 2u);
  EXPECT_EQ(checked->info.max_tlp, Tlp::kClear);
  EXPECT_EQ(checked->info.heartbeat_ns, 0u) << "there is no heartbeat";
  EXPECT_EQ(checked->info.least_tier, Tier::kBuiltin);
}

// Two tables of one function each have their own state, with `activate` and
// without.
TEST(TableTest, UserDataTellsTablesWithTheSameFunctionsApart) {
  int first = 0;
  int second = 0;
  const auto count = [](cupel_call* call) -> cupel_status {
    ++*static_cast<int*>(call->state);
    return CUPEL_STATUS_OK;
  };
  const auto activate = [](cupel_call* call, void** state) -> cupel_status {
    *static_cast<int*>(call->state) += 10;
    return call->state == *state ? CUPEL_STATUS_OK : CUPEL_STATUS_INTERNAL;
  };
  cupel_plugin_v1 table = Table();
  table.scan = count;
  for (int* data : {&first, &second}) {
    table.user_data = data;
    table.activate = data == &second ? +activate : nullptr;
    const auto plugin = NewTablePlugin(&table, "x", nullptr);
    ASSERT_TRUE(plugin.ok()) << plugin.status();
    const auto instance = (*plugin)->Activate("{}", nullptr);
    ASSERT_TRUE(instance.ok()) << instance.status();
    PluginAnswer answer((AnswerLimits()));
    EXPECT_TRUE((*instance)->Call(PluginRequest(), &answer).ok());
  }
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 11);
}

cupel_status Throws(cupel_call*) { throw std::runtime_error("of C++"); }
cupel_status ThrowsAnything(cupel_call*) { throw 7; }
cupel_status OddStatus(cupel_call*) { return 99; }

TEST(TableTest, AMethodThatBreaksItsPromise) {
  for (const cupel_method_fn method : {Throws, ThrowsAnything, OddStatus}) {
    cupel_plugin_v1 table = Table();
    table.scan = method;
    const auto plugin = NewTablePlugin(&table, "x", nullptr);
    ASSERT_TRUE(plugin.ok());
    const auto instance = (*plugin)->Activate("{}", nullptr);
    ASSERT_TRUE(instance.ok());
    PluginRequest request;
    PluginAnswer answer;
    EXPECT_FALSE((*instance)->Call(request, &answer).ok());
    request.method = PluginMethod::kDecode;
    EXPECT_TRUE(absl::IsUnimplemented((*instance)->Call(request, &answer)));
    request.method = PluginMethod::kHeartbeat;
    EXPECT_TRUE((*instance)->Call(request, &answer).ok()) << "may be left out";
  }
}

// Structs that are no such, and NULLs, as a plugin may hand them in.
cupel_status HandsInGarbage(cupel_call* call) {
  const cupel_view null_with_size = {nullptr, 5};
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = null_with_size;
  int32_t refused = 0;
  refused += call->host->child(call, &child) == CUPEL_STATUS_INVALID_ARGUMENT;
  refused += call->host->child(call, nullptr) == CUPEL_STATUS_INVALID_ARGUMENT;
  child = CUPEL_CHILD_INIT;
  child.struct_size = 1;
  refused += call->host->child(call, &child) == CUPEL_STATUS_INVALID_ARGUMENT;
  refused +=
      call->host->result(call, null_with_size) == CUPEL_STATUS_INVALID_ARGUMENT;
  refused +=
      call->host->statement(call, nullptr) == CUPEL_STATUS_INVALID_ARGUMENT;
  refused += call->host->dispatch(call, null_with_size) ==
             CUPEL_STATUS_INVALID_ARGUMENT;
  refused += call->host->item(call, nullptr) == CUPEL_STATUS_INVALID_ARGUMENT;
  refused += call->host->option(call, null_with_size, nullptr) ==
             CUPEL_STATUS_INVALID_ARGUMENT;
  refused +=
      call->host->nested(call, null_with_size, null_with_size, null_with_size,
                         nullptr, nullptr) == CUPEL_STATUS_INVALID_ARGUMENT;
  call->host->error(call, 1234, null_with_size);
  call->host->log(call, 77, null_with_size);
  const std::string text = std::to_string(refused);
  return cupel_call_result(call, text.c_str());
}

TEST(TableTest, GarbageThatAPluginHandsInIsRefused) {
  cupel_plugin_v1 table = Table();
  table.scan = HandsInGarbage;
  const auto plugin = NewTablePlugin(&table, "x", nullptr);
  ASSERT_TRUE(plugin.ok());
  const auto instance = (*plugin)->Activate("{}", nullptr);
  ASSERT_TRUE(instance.ok());
  PluginAnswer answer;
  EXPECT_TRUE((*instance)->Call(PluginRequest(), &answer).ok());
  ASSERT_EQ(answer.results.size(), 1u);
  EXPECT_EQ(answer.results[0], "9");
  EXPECT_TRUE(answer.children.empty());
  EXPECT_GE(answer.errors.size(), 6u)
      << "told even if the plugin does not care";
}

// ------------------------------------------------------------ shared objects

// Built by the system's compiler when the test runs.
class SharedObjectTest : public testing::Test {
 protected:
  SharedObjectTest() {
    std::string name =
        (std::filesystem::temp_directory_path() / "cupel-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) abort();
    folder_ = name;
  }
  ~SharedObjectTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }
  std::string Build(const std::string& name, const std::string& code) const {
    const std::string source =
        Write(name + ".c", "#include <cupel/plugin.h>\n" + code);
    const std::string object = (folder_ / (name + ".so")).string();
    const std::string command = "cc -shared -fPIC -I " CUPEL_SOURCE_DIR
                                "/include -o " +
                                object + " " + source;
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    return object;
  }
  static std::string Refused(const std::string& path) {
    const auto loaded = LoadSharedObject(path);
    EXPECT_FALSE(loaded.ok());
    return std::string(MessageOf(loaded.status()));
  }

  std::filesystem::path folder_;
};

TEST_F(SharedObjectTest, WhatIsNoPluginSaysWhy) {
  EXPECT_THAT(Refused(Write("text.so", "not an ELF file")),
              HasSubstr("text.so' can't be loaded"));
  EXPECT_THAT(Refused((folder_ / "none.so").string()),
              HasSubstr("none.so' can't be loaded"));
  EXPECT_THAT(Refused(Build("other", "int something(void) { return 1; }\n")),
              HasSubstr("does not export cupel_plugins_v1"));
  EXPECT_THAT(
      Refused(Build("declines",
                    "CUPEL_PLUGIN_VISIBLE const cupel_plugin_v1* const*\n"
                    "cupel_plugins_v1(uint32_t abi, size_t* count) {\n"
                    "  *count = 1; return NULL; }\n")),
      HasSubstr("gives no plugins for ABI 1"));
  EXPECT_THAT(
      Refused(Build("abi",
                    "static cupel_status Scan(cupel_call* c) {\n"
                    "  (void)c; return 0; }\n"
                    "static const cupel_plugin_v1 kOld = {\n"
                    "  .struct_size = sizeof(kOld), .abi = 7,\n"
                    "  .category = CUPEL_PLUGIN_WORKER, .name = \"old\",\n"
                    "  .scan = Scan};\nCUPEL_PLUGIN_EXPORT(&kOld)\n")),
      HasSubstr("has ABI 7"));
}

TEST_F(SharedObjectTest, OneIsLoadedAndCalled) {
  const auto plugins = LoadSharedObject(Build(
      "size",
      "static cupel_status Scan(cupel_call* c) {\n"
      "  return c->bytes.size == 5 ? cupel_call_result(c, \"5\")\n"
      "                            : CUPEL_STATUS_INTERNAL; }\n"
      "static const cupel_plugin_v1 kSize = {\n"
      "  .struct_size = sizeof(kSize), .abi = CUPEL_PLUGIN_ABI,\n"
      "  .category = CUPEL_PLUGIN_WORKER, .name = \"size\", .scan = Scan};\n"
      "CUPEL_PLUGIN_EXPORT(&kSize)\n"));
  ASSERT_TRUE(plugins.ok()) << plugins.status();
  ASSERT_EQ(plugins->size(), 1u);
  const auto instance = (*plugins)[0]->Activate("{}", nullptr);
  ASSERT_TRUE(instance.ok());
  PluginRequest request;
  request.bytes = "12345";
  PluginAnswer answer;
  EXPECT_TRUE((*instance)->Call(request, &answer).ok());
  EXPECT_EQ(answer.results[0], "5");
}

}  // namespace
}  // namespace cupel
