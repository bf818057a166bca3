// The same for the structs of plugins.
#include <cupel/plugins.h>

#include "struct_testing.h"

namespace cupel_test {
namespace {

cupel_status Found(cupel_call* call) {
  return cupel_call_result(call, "{\"found\":true}");
}

TEST(StructTest, PluginsOptions) {
  CheckSizes<cupel_plugins_options>(
      CUPEL_PLUGINS_OPTIONS_INIT, [](const cupel_plugins_options* options) {
        cupel_plugins* made = nullptr;
        const auto status = cupel_plugins_new(options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_plugins_free(made);
        return status;
      });
}

TEST(StructTest, PluginInput) {
  const auto plugins = Make<PluginHost>(cupel_plugins_new, nullptr);
  CheckSizes<cupel_plugin_input>(
      CUPEL_PLUGIN_INPUT_INIT, [&](const cupel_plugin_input* input) {
        cupel_buffer* made = nullptr;
        const auto status =
            cupel_plugins_run(plugins.get(), View("decoder:base64"), input,
                              nullptr, nullptr, nullptr, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_buffer_free(made);
        return status;
      });
}

// A table of an older header ends before fields that this library knows; one
// of a newer header has more, which nobody looks at.
TEST(StructTest, TablesOfOtherHeaders) {
  Newer<cupel_plugin_v1> table{};
  table.known.abi = CUPEL_PLUGIN_ABI;
  table.known.category = CUPEL_PLUGIN_WORKER;
  table.known.name = "found";
  table.known.scan = Found;
  // What lies behind the end that it says is not read.
  table.known.normalize =
      reinterpret_cast<cupel_method_fn>(uintptr_t{0xdeadbeef});
  table.unknown = 77;
  for (const size_t size :
       {offsetof(cupel_plugin_v1, extract), sizeof(table)}) {
    table.known.struct_size = size;
    const auto plugins = Make<PluginHost>(cupel_plugins_new, nullptr);
    MustBeOk(cupel_plugins_register, plugins.get(), &table.known);
    const cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
    const auto told =
        Make<Buffer>(cupel_plugins_run, plugins.get(), View("worker:found"),
                     &input, nullptr, nullptr, nullptr);
    EXPECT_EQ(Parse(told)["results"][0]["found"], true) << size;
  }
}

}  // namespace
}  // namespace cupel_test
