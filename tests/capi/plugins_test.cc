// What a host has, from where, and how it is set up.
#include <cupel/plugins.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "plugins_testing.h"

namespace cupel_test {
namespace {

using nlohmann::json;

PluginHost Bare(uint32_t more_flags = 0) {
  cupel_plugins_options options = CUPEL_PLUGINS_OPTIONS_INIT;
  options.flags = CUPEL_PLUGINS_NO_BUILTIN | more_flags;
  return Make<PluginHost>(cupel_plugins_new, &options);
}

json All(const PluginHost& plugins) {
  return Parse(Make<Buffer>(cupel_plugins_json, plugins.get()))["plugins"];
}

json Show(const PluginHost& plugins, std::string_view name,
          uint32_t flags = 0) {
  return Parse(
      Make<Buffer>(cupel_plugins_show_json, plugins.get(), View(name), flags));
}

json Option(const json& plugin, std::string_view name) {
  for (const json& option : plugin["options"]) {
    if (option["name"] == name) return option;
  }
  return nullptr;
}

json Warnings(const PluginHost& plugins) {
  return Parse(
      Make<Buffer>(cupel_plugins_warnings_json, plugins.get()))["warnings"];
}

void Add(const PluginHost& plugins, const std::string& path) {
  MustBeOk(cupel_plugins_add_path, plugins.get(), View(path));
}

cupel_status Size(cupel_call* call) {
  const std::string text =
      "{\"size\":" + std::to_string(call->bytes.size) + "}";
  return cupel_call_result(call, text.c_str());
}

const cupel_plugin_v1& SizeTable() {
  static const cupel_plugin_v1 kTable = [] {
    cupel_plugin_v1 table{};
    table.struct_size = sizeof(table);
    table.abi = CUPEL_PLUGIN_ABI;
    table.category = CUPEL_PLUGIN_WORKER;
    table.name = "size";
    table.version = "1.2";
    table.description = "Says how large it is";
    table.consumes = "* text/plain";
    table.requires_plugins = "worker:pe";
    table.max_tlp = "white";
    table.needs = CUPEL_NEEDS_NETWORK;
    table.options = R"({"limit":4096,"label":"x","deep":false,"ratio":1.5,)"
                    R"("names":["a"],"api_key":""})";
    table.scan = Size;
    return table;
  }();
  return kTable;
}

TEST(PluginsTest, ARegisteredTableIsTold) {
  const PluginHost plugins = Bare();
  EXPECT_EQ(All(plugins), json::array());
  MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
  const json all = All(plugins);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["category"], "worker");
  EXPECT_EQ(all[0]["name"], "size");
  EXPECT_EQ(all[0]["version"], "1.2");
  EXPECT_EQ(all[0]["origin"], "host");
  EXPECT_EQ(all[0]["tier"], "builtin");
  EXPECT_EQ(all[0]["needs"], json::array({"network"}));
  EXPECT_EQ(all[0]["consumes"], json::array({"*", "text/plain"}));
  EXPECT_EQ(all[0]["requires"], json::array({"worker:pe"}));
  EXPECT_EQ(all[0]["max_tlp"], "clear");
  EXPECT_EQ(all[0]["state"], "sound");
  EXPECT_NE(MessageOf(CUPEL_STATUS_ALREADY_EXISTS, cupel_plugins_register,
                      plugins.get(), &SizeTable())
                .find("worker:size"),
            std::string::npos);
}

TEST(PluginsTest, BuiltinsAreThereUnlessNotWanted) {
  const auto plugins = Make<PluginHost>(cupel_plugins_new, nullptr);
  const json all = All(plugins);
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const json& plugin) {
    return plugin["category"] == "decoder" && plugin["name"] == "base64" &&
           plugin["origin"] == "built in" && plugin["state"] == "sound";
  }));
}

TEST(PluginsTest, OptionsSayWhereTheyComeFrom) {
  const Folder folder;
  const std::string config = folder.Write(
      "stoq.cfg",
      "[core]\nmax_recursion = 7\ndefault_tlp = green\n\n"
      "[size]\nlimit = 10\nlabel = 1\ndeep = yes\n"
      "names = b, c\n[worker:size]\napi_key = hunter2\nratio = 2\n");
  const PluginHost plugins = Bare();
  MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
  MustBeOk(cupel_plugins_load_config, plugins.get(), View(config));
  json size = Show(plugins, "worker:size");
  EXPECT_EQ(Option(size, "limit")["value"], 10);
  EXPECT_EQ(Option(size, "limit")["origin"], "config file");
  EXPECT_EQ(Option(size, "limit")["place"], config + ":6");
  EXPECT_EQ(Option(size, "label")["value"], "1") << "it is text otherwise";
  EXPECT_EQ(Option(size, "deep")["value"], true);
  EXPECT_EQ(Option(size, "ratio")["value"], 2);
  EXPECT_EQ(Option(size, "names")["value"], json::array({"b", "c"}));
  EXPECT_EQ(Option(size, "api_key")["value"], "***");
  EXPECT_EQ(Option(size, "api_key")["masked"], true);
  EXPECT_EQ(Option(Show(plugins, "worker:size", CUPEL_PLUGINS_REVEAL),
                   "api_key")["value"],
            "hunter2");
  // Stronger ones, whatever comes first.
  MustBeOk(cupel_plugins_set_option, plugins.get(), View("size"), View("limit"),
           View("30"), uint32_t{CUPEL_OPTION_JSON},
           static_cast<cupel_option_origin>(CUPEL_OPTION_CALL));
  MustBeOk(cupel_plugins_set_option_text, plugins.get(), View("size:limit=20"));
  MustBeOk(cupel_plugins_set_option_text, plugins.get(),
           View("worker:size:label=a:b=c"));
  size = Show(plugins, "worker:size");
  EXPECT_EQ(Option(size, "limit")["value"], 30);
  EXPECT_EQ(Option(size, "limit")["origin"], "call");
  EXPECT_EQ(Option(size, "label")["value"], "a:b=c");
  EXPECT_EQ(Option(size, "label")["origin"], "command line");
  const json core =
      Parse(Make<Buffer>(cupel_plugins_config_json, plugins.get()));
  EXPECT_EQ(core["max_recursion"]["value"], 7);
  EXPECT_EQ(core["max_recursion"]["place"], config + ":2");
  EXPECT_EQ(core["default_tlp"]["value"], "green");
}

TEST(PluginsTest, TheEnvironmentCountsIfAsked) {
  setenv("CUPEL_PLUGIN_WORKER_SIZE_LIMIT", "77", 1);
  setenv("CUPEL_PLUGIN_WORKER_SIZE_API_KEY", "hunter2", 1);
  setenv("CUPEL_PLUGIN_WORKER_SIEZ_LIMIT", "1", 1);
  for (const uint32_t flag : {0, CUPEL_PLUGINS_ENVIRONMENT + 0}) {
    const PluginHost plugins = Bare(flag);
    MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
    const json limit = Option(Show(plugins, "worker:size"), "limit");
    if (flag == 0) {
      EXPECT_EQ(limit["value"], 4096);
      EXPECT_EQ(limit["origin"], "default");
      EXPECT_EQ(Warnings(plugins), json::array());
      continue;
    }
    EXPECT_EQ(limit["value"], 77);
    EXPECT_EQ(limit["origin"], "environment");
    EXPECT_EQ(limit["place"], "CUPEL_PLUGIN_WORKER_SIZE_LIMIT");
    ASSERT_EQ(Warnings(plugins).size(), 1u);
    EXPECT_NE(Warnings(plugins)[0].get<std::string>().find("SIEZ"),
              std::string::npos);
    const json key =
        Option(Show(plugins, "worker:size", CUPEL_PLUGINS_REVEAL), "api_key");
    EXPECT_EQ(key["value"], "hunter2");
  }
  unsetenv("CUPEL_PLUGIN_WORKER_SIZE_LIMIT");
  unsetenv("CUPEL_PLUGIN_WORKER_SIZE_API_KEY");
  unsetenv("CUPEL_PLUGIN_WORKER_SIEZ_LIMIT");
}

TEST(PluginsTest, UnknownOnesAreWarningsThatNameTheNearest) {
  const Folder folder;
  const std::string config =
      folder.Write("stoq.cfg",
                   "[core]\nmax_recursoin = 7\n[siez]\nlimit = 1\n"
                   "[size]\nlimti = 3\n[b d]\nx = 1\n");
  const PluginHost plugins = Bare();
  MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
  MustBeOk(cupel_plugins_load_config, plugins.get(), View(config));
  const std::string all = Warnings(plugins).dump();
  EXPECT_NE(all.find(config + ":2: [core] has no key 'max_recursoin'. Is it "
                              "'max_recursion'?"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find(":4: option 'limit' is for plugin siez, which is not "
                     "there. Is it 'size'?"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find(":6: worker:size has no option 'limti'. Is it 'limit'?"),
            std::string::npos)
      << all;
  EXPECT_NE(all.find(":7: section [b d] is left out"), std::string::npos)
      << all;
}

TEST(PluginsTest, AValueOfAWrongTypeBreaksThePluginAndShowsNoSecret) {
  const Folder folder;
  const std::string config =
      folder.Write("stoq.cfg", "[size]\nlimit = hunter2\n");
  const PluginHost plugins = Bare();
  MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
  MustBeOk(cupel_plugins_load_config, plugins.get(), View(config));
  const json all = All(plugins);
  EXPECT_EQ(all[0]["state"], "broken");
  EXPECT_EQ(all[0]["problem"],
            config + ":2: option 'limit' of worker:size: expected an integer");
  EXPECT_EQ(all[0]["tier"], nullptr);
  const cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  cupel_buffer* out = nullptr;
  const std::string why = MessageOf(
      CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_run, plugins.get(),
      View("worker:size"), &input, nullptr, nullptr, nullptr, &out);
  EXPECT_NE(why.find("expected an integer"), std::string::npos) << why;
}

TEST(PluginsTest, AConfigurationThatIsNoneIsAnErrorWithItsLine) {
  const Folder folder;
  const PluginHost plugins = Bare();
  const std::string bad = folder.Write("bad.cfg", "[core]\nmax_recursion\n");
  EXPECT_NE(MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_plugins_load_config,
                      plugins.get(), View(bad))
                .find(bad + ":2"),
            std::string::npos);
  const std::string text =
      folder.Write("text.cfg", "[core]\n\nmax_recursion = deep\n");
  EXPECT_NE(MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_plugins_load_config,
                      plugins.get(), View(text))
                .find(text + ":3: max_recursion: expected an integer"),
            std::string::npos);
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_plugins_load_config, plugins.get(),
            View(folder / "none.cfg"));
}

TEST(PluginsTest, FoldersOfEveryDialect) {
  const Folder folder;
  WriteStoqDecoder(folder, "plugins/rot");
  folder.Write("plugins/kat/boefje.json",
               R"({"id":"dns","name":"DNS","scan_level":1})");
  folder.Write("plugins/kat/main.py", "def run(boefje_meta):\n    return []\n");
  folder.Write("plugins/own/plugin.json",
               R"({"category":"worker","name":"lines","version":"2",)"
               R"("module":"lines.py","consumes":["text/*"],)"
               R"("needs":["network"],"options":{"most":10}})");
  folder.Write("plugins/own/lines.py", "raise SystemExit('it was run')\n");
  folder.Write("stoq.cfg",
               "[core]\nplugin_dir_list = plugins, nowhere\n"
               "[rot]\nkey = 7\n[lines]\nmost = 99\n");
  const PluginHost plugins = Bare();
  MustBeOk(cupel_plugins_load_config, plugins.get(), View(folder / "stoq.cfg"));
  EXPECT_EQ(Warnings(plugins).size(), 1u) << Warnings(plugins);
  EXPECT_NE(Warnings(plugins).dump().find("nowhere"), std::string::npos);

  const json rot = Show(plugins, "decoder:rot");
  EXPECT_EQ(rot["dialect"], "stoq");
  EXPECT_EQ(rot["author"], "Jane");
  EXPECT_EQ(rot["max_tlp"], "amber");
  EXPECT_EQ(rot["rate_limit"], "4/1");
  EXPECT_EQ(Option(rot, "key")["origin"], "config file");
  EXPECT_EQ(Option(rot, "key")["masked"], true);
  const json revealed = Show(plugins, "decoder:rot", CUPEL_PLUGINS_REVEAL);
  EXPECT_EQ(Option(revealed, "key")["value"], "7")
      << "stoQ's host makes a value of it";
  EXPECT_EQ(Option(rot, "api_token")["value"], "***");
  EXPECT_EQ(Option(rot, "ratelimit")["place"],
            folder / "plugins/rot/rot.stoq" + ":13");

  const json dns = Show(plugins, "worker:dns");
  EXPECT_EQ(dns["dialect"], "openkat");
  const json lines = Show(plugins, "worker:lines");
  EXPECT_EQ(lines["dialect"], "cupel");
  EXPECT_EQ(lines["hash"].get<std::string>().size(), 64u);
  EXPECT_EQ(lines["least_tier"], "process");
  EXPECT_EQ(Option(lines, "most")["value"], 99);
}

TEST(PluginsTest, WhatIsWrongInAFolderIsABrokenPlugin) {
  const Folder folder;
  const auto plugin = [&](const std::string& name, const std::string& text) {
    folder.Write("p/" + name + "/plugin.json", text);
    folder.Write("p/" + name + "/x.py", "");
  };
  plugin("key",
         R"({"category":"worker","name":"a","module":"x.py","modul":1})");
  plugin("out", R"({"category":"worker","name":"b","module":"../out/x.py"})");
  plugin("none", R"({"category":"worker","name":"c","module":"y.py"})");
  plugin("type", R"({"category":"worker","name":"d","module":"x.py",)"
                 R"("consumes":"*"})");
  plugin("tier", R"({"category":"worker","name":"e","module":"x.py",)"
                 R"("least_tier":"moon"})");
  plugin("version", R"({"category":"worker","name":"f","module":"x.py",)"
                    R"("min_version":"99"})");
  std::filesystem::create_directories(folder / "p/link");
  folder.Write("p/link/plugin.json",
               R"({"category":"worker","name":"g","module":"x.py"})");
  folder.Write("outside.py", "");
  std::filesystem::create_symlink(folder / "outside.py",
                                  folder / "p/link/x.py");
  WriteStoqDecoder(folder, "p/old");
  folder.Write("p/old/rot.stoq",
               "[Core]\nName=rot\nModule=rot\n[options]\n"
               "max_stoq_version = 1.0.0\n");
  const PluginHost plugins = Bare();
  Add(plugins, folder / "p");
  std::string all;
  for (const json& each : All(plugins)) {
    EXPECT_EQ(each["state"], "broken") << each;
    all += each["problem"].get<std::string>() + "\n";
  }
  for (const std::string_view part :
       {"key/plugin.json: $.modul:", "out/plugin.json: $.module:",
        "none/plugin.json: there is no file y.py",
        "type/plugin.json: $.consumes:", "tier/plugin.json: $.least_tier:",
        "version/plugin.json: it needs Cupel 99 or newer",
        "link/plugin.json: x.py is a link that leads out",
        "rot.stoq: it needs stoQ older than 1.0.0, and this is 1.0.2"}) {
    EXPECT_NE(all.find(part), std::string::npos) << part << " in\n" << all;
  }
}

TEST(PluginsTest, OfTwoOfOneNameTheFirstCounts) {
  const Folder folder;
  WriteStoqDecoder(folder, "one");
  WriteStoqDecoder(folder, "two");
  folder.Write("own/xor/xor.stoq", "[Core]\nName=xor\nModule=x\n");
  folder.Write("own/xor/x.py", "from stoq.plugins import StoqDecoderPlugin\n");
  const auto plugins = Make<PluginHost>(cupel_plugins_new, nullptr);
  Add(plugins, folder / "one");
  Add(plugins, folder / "two");
  Add(plugins, folder / "own");
  json second;
  for (const json& plugin : All(plugins)) {
    if (plugin["origin"] == folder / "two/rot.stoq") second = plugin;
  }
  EXPECT_EQ(second["state"], "broken");
  EXPECT_NE(second["problem"].get<std::string>().find("one/rot.stoq"),
            std::string::npos);
  // One that is compiled in makes room, and that is told.
  EXPECT_EQ(Show(plugins, "decoder:xor")["dialect"], "stoq");
  EXPECT_NE(Warnings(plugins).dump().find("takes the place"),
            std::string::npos);
}

TEST(PluginsTest, OnceUsedTheyDoNotChange) {
  const PluginHost plugins = Bare();
  MustBeOk(cupel_plugins_register, plugins.get(), &SizeTable());
  const cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  Make<Buffer>(cupel_plugins_run, plugins.get(), View("worker:size"), &input,
               nullptr, nullptr, nullptr);
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_register,
            plugins.get(), &SizeTable());
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_add_path,
            plugins.get(), View("."));
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_load_config,
            plugins.get(), View("stoq.cfg"));
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_set_option_text,
            plugins.get(), View("size:limit=1"));
  EXPECT_EQ(All(plugins).size(), 1u);
}

TEST(PluginsTest, ATierThatCannotBeHadIsAReasonNotAStepDown) {
  cupel_plugins_options options = CUPEL_PLUGINS_OPTIONS_INIT;
  options.min_tier = CUPEL_TIER_OCI;
  const auto plugins = Make<PluginHost>(cupel_plugins_new, &options);
  for (const json& plugin : All(plugins)) {
    EXPECT_EQ(plugin["state"], "broken");
    EXPECT_NE(plugin["problem"].get<std::string>().find("container"),
              std::string::npos);
  }
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_register,
            plugins.get(), &SizeTable());
  options.min_tier = CUPEL_TIER_PROCESS;
  options.runner = View("/nowhere/cupel-runner");
  const auto no_runner = Make<PluginHost>(cupel_plugins_new, &options);
  for (const json& plugin : All(no_runner)) {
    EXPECT_EQ(plugin["state"], "broken");
    EXPECT_NE(
        plugin["problem"].get<std::string>().find("/nowhere/cupel-runner"),
        std::string::npos);
  }
}

TEST(PluginsTest, PathsThatAreNoPlugins) {
  const Folder folder;
  const PluginHost plugins = Bare();
  const std::string text = folder.Write("x.so", "no ELF at all");
  EXPECT_NE(MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_plugins_add_path,
                      plugins.get(), View(text))
                .find("x.so"),
            std::string::npos);
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_plugins_add_path, plugins.get(),
            View(folder / "nothing"));
  MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_plugins_add_path,
            plugins.get(), View("/dev/null"));
  EXPECT_EQ(All(plugins), json::array());
}

}  // namespace
}  // namespace cupel_test
