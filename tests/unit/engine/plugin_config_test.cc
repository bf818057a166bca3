// Options that are set from outside, before anybody knows their plugin.
#include "engine/plugin_config.h"

#include <gtest/gtest.h>

#include "base/status.h"
#include "engine/plugin_settings.h"

namespace cupel {
namespace {

SetUpPlugin Plugin(const std::string& name, const std::string& options) {
  SetUpPlugin plugin;
  plugin.spec.info.id = {PluginCategory::kDecoder, name};
  plugin.spec.info.options = options;
  plugin.spec.info.dialect = "cupel";
  return plugin;
}

TEST(OptionSettingTest, NamesEndAtTheLastColonBeforeTheEqualsSign) {
  const auto setting = ParseOptionSetting("decoder:xor:key=a:b=c");
  ASSERT_TRUE(setting.ok()) << setting.status();
  EXPECT_EQ(setting->category, PluginCategory::kDecoder);
  EXPECT_EQ(setting->plugin, "xor");
  EXPECT_EQ(setting->option, "key");
  EXPECT_EQ(setting->value, "a:b=c");
  EXPECT_EQ(ParseOptionSetting("xor:key=")->value, "");
  for (const char* bad : {"", "=", "key=1", "xor:=1", "xor:key", ":key=1",
                          "no:xor:key=1", "../x:key=hunter2"}) {
    const auto refused = ParseOptionSetting(bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(MessageOf(refused.status()).find("hunter2"),
              std::string_view::npos);
  }
}

TEST(VariablesTest, WhoseAVariableIs) {
  std::vector<SetUpPlugin> plugins = {Plugin("a", R"({"b_c":1})"),
                                      Plugin("a_b", R"({"d":1})"),
                                      Plugin("x-y", "{}")};
  std::vector<std::string> warnings;
  const auto settings =
      SettingsOfVariables({{"CUPEL_PLUGIN_DECODER_A_B_C", "1"},
                           {"CUPEL_PLUGIN_DECODER_A_B_D", "2"},
                           {"CUPEL_PLUGIN_DECODER_A_B_E", "3"},
                           {"CUPEL_PLUGIN_DECODER_X_Y_NEW", "4"},
                           {"CUPEL_PLUGIN_DECODER_A_", "5"},
                           {"CUPEL_PLUGIN_WORKER_A_B", "6"}},
                          plugins, &warnings);
  ASSERT_EQ(settings.size(), 4u);
  EXPECT_EQ(settings[0].plugin + ":" + settings[0].option, "a:b_c")
      << "who has the option";
  EXPECT_EQ(settings[1].plugin + ":" + settings[1].option, "a_b:d");
  EXPECT_EQ(settings[2].plugin + ":" + settings[2].option, "a_b:e")
      << "else the longer name";
  EXPECT_EQ(settings[3].plugin + ":" + settings[3].option, "x-y:new");
  EXPECT_EQ(warnings.size(), 2u);
}

TEST(SettingsTest, PolicyChangesWhatIsKnownOfAPlugin) {
  std::vector<SetUpPlugin> plugins = {Plugin("xor", "{}")};
  std::vector<std::string> warnings;
  const auto set = [](const char* option, const char* value) {
    OptionSetting setting;
    setting.plugin = "xor";
    setting.option = option;
    setting.value = value;
    setting.origin = OptionOrigin::kCommandLine;
    setting.place = "here";
    return setting;
  };
  ApplySettings({set("max_tlp", "amber"), set("rate_limit", "1/10"),
                 set("needs", "network, files")},
                &plugins, &warnings);
  const PluginInfo& info = plugins[0].spec.info;
  EXPECT_EQ(info.max_tlp, Tlp::kAmber);
  EXPECT_EQ(info.rate_limit, "1/10");
  EXPECT_EQ(info.needs, kNeedsNetwork | kNeedsFiles);
  EXPECT_TRUE(warnings.empty());
  EXPECT_TRUE(plugins[0].options.empty());
  EXPECT_EQ(plugins[0].spec.problem, "");
  for (const auto& bad : {set("max_tlp", "purple"), set("rate_limit", "often"),
                          set("needs", "root")}) {
    std::vector<SetUpPlugin> fresh = {Plugin("xor", "{}")};
    ApplySettings({bad}, &fresh, &warnings);
    EXPECT_NE(fresh[0].spec.problem.find("here: option '" + bad.option),
              std::string::npos);
  }
}

}  // namespace
}  // namespace cupel
