// The same for plugins.
#include <cupel/plugins.h>

#include <string>

#include "argument_test.h"

namespace cupel_test {
namespace {

cupel_status Nothing(cupel_call* call) {
  (void)call;
  return CUPEL_STATUS_OK;
}

cupel_plugin_v1 Table() {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = CUPEL_PLUGIN_WORKER;
  table.name = "nothing";
  table.version = "1";
  table.scan = Nothing;
  return table;
}

class PluginsArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_plugins_, nullptr);
  }

  const PluginHost plugins_ = Make<PluginHost>(cupel_plugins_new, nullptr);
  cupel_plugins* out_plugins_ = nullptr;
};

TEST_F(PluginsArgumentTest, New) {
  using Change = std::function<void(cupel_plugins_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* o) { o->flags = kUnknownFlag; }},
      {"min_tier", [](auto* o) { o->min_tier = 4; }},
      {"min_tier -1", [](auto* o) { o->min_tier = -1; }},
      {"runner", [&](auto* o) { o->runner = no_data_; }},
      {"runner NUL", [&](auto* o) { o->runner = nul_; }},
      {"python_path huge", [&](auto* o) { o->python_path = huge_; }},
      {"python NUL", [&](auto* o) { o->python = nul_; }},
  };
  for (const auto& [name, change] : changes) {
    cupel_plugins_options options = CUPEL_PLUGINS_OPTIONS_INIT;
    change(&options);
    CheckAll({{name, [&](auto e) {
                 return cupel_plugins_new(&options, &out_plugins_, e);
               }}});
  }
  CheckAll({
      {"out", [](auto e) { return cupel_plugins_new(nullptr, nullptr, e); }},
  });
}

// Every function, with `p` for the plugins and `v` for the views.
std::vector<Case> Calls(cupel_plugins* p, cupel_view v, cupel_buffer** out) {
  static const cupel_plugin_input kInput = CUPEL_PLUGIN_INPUT_INIT;
  return {
      {"add_path", [=](auto e) { return cupel_plugins_add_path(p, v, e); }},
      {"load_config",
       [=](auto e) { return cupel_plugins_load_config(p, v, e); }},
      {"set_option",
       [=](auto e) {
         return cupel_plugins_set_option(p, v, View("o"), View("v"), 0,
                                         CUPEL_OPTION_CALL, e);
       }},
      {"set_option_text",
       [=](auto e) { return cupel_plugins_set_option_text(p, v, e); }},
      {"show_json",
       [=](auto e) { return cupel_plugins_show_json(p, v, 0, out, e); }},
      {"run",
       [=](auto e) {
         return cupel_plugins_run(p, v, &kInput, nullptr, nullptr, nullptr, out,
                                  e);
       }},
  };
}

TEST_F(PluginsArgumentTest, Handles) {
  for (cupel_plugins* wrong :
       {static_cast<cupel_plugins*>(nullptr), Wrong<cupel_plugins>()}) {
    CheckAll(Calls(wrong, View("worker:pe"), &out_buffer_));
    const cupel_plugin_v1 table = Table();
    CheckAll({
        {"register",
         [&](auto e) { return cupel_plugins_register(wrong, &table, e); }},
        {"json",
         [&](auto e) { return cupel_plugins_json(wrong, &out_buffer_, e); }},
        {"warnings_json",
         [&](auto e) {
           return cupel_plugins_warnings_json(wrong, &out_buffer_, e);
         }},
        {"config_json",
         [&](auto e) {
           return cupel_plugins_config_json(wrong, &out_buffer_, e);
         }},
    });
  }
}

TEST_F(PluginsArgumentTest, Views) {
  for (const cupel_view view : {no_data_, huge_, nul_, empty_}) {
    std::vector<Case> calls = Calls(plugins_.get(), view, &out_buffer_);
    CheckAll(calls);
  }
}

TEST_F(PluginsArgumentTest, Outs) {
  cupel_plugins* p = plugins_.get();
  const cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  CheckAll({
      {"json", [&](auto e) { return cupel_plugins_json(p, nullptr, e); }},
      {"warnings",
       [&](auto e) { return cupel_plugins_warnings_json(p, nullptr, e); }},
      {"config",
       [&](auto e) { return cupel_plugins_config_json(p, nullptr, e); }},
      {"show",
       [&](auto e) {
         return cupel_plugins_show_json(p, View("worker:pe"), 0, nullptr, e);
       }},
      {"run",
       [&](auto e) {
         return cupel_plugins_run(p, View("worker:pe"), &input, nullptr,
                                  nullptr, nullptr, nullptr, e);
       }},
      {"install",
       [&](auto e) {
         return cupel_plugins_install(name_, name_, 0, nullptr, e);
       }},
  });
}

TEST_F(PluginsArgumentTest, OptionsAndFlags) {
  cupel_plugins* p = plugins_.get();
  const auto set = [p](cupel_view plugin, cupel_view option, cupel_view value,
                       uint32_t flags, int32_t origin, cupel_error** e) {
    return cupel_plugins_set_option(p, plugin, option, value, flags, origin, e);
  };
  const cupel_view x = View("x");
  CheckAll({
      {"flags",
       [&](auto e) {
         return set(x, x, x, kUnknownFlag, CUPEL_OPTION_CALL, e);
       }},
      {"origin",
       [&](auto e) { return set(x, x, x, 0, CUPEL_OPTION_MANIFEST, e); }},
      {"origin 6", [&](auto e) { return set(x, x, x, 0, 6, e); }},
      {"option",
       [&](auto e) { return set(x, empty_, x, 0, CUPEL_OPTION_CALL, e); }},
      {"value NUL",
       [&](auto e) { return set(x, x, nul_, 0, CUPEL_OPTION_CALL, e); }},
      {"plugin's name",
       [&](auto e) {
         return set(View("../x"), x, x, 0, CUPEL_OPTION_CALL, e);
       }},
      {"category",
       [&](auto e) {
         return set(View("no:x"), x, x, 0, CUPEL_OPTION_CALL, e);
       }},
      {"no JSON",
       [&](auto e) {
         return set(x, x, View("{"), CUPEL_OPTION_JSON, CUPEL_OPTION_CALL, e);
       }},
      {"text without a plugin",
       [&](auto e) {
         return cupel_plugins_set_option_text(p, View("key=1"), e);
       }},
      {"text without a value",
       [&](auto e) {
         return cupel_plugins_set_option_text(p, View("xor:key"), e);
       }},
      {"show, flags",
       [&](auto e) {
         return cupel_plugins_show_json(p, View("worker:pe"), kUnknownFlag,
                                        &out_buffer_, e);
       }},
      {"install, flags",
       [&](auto e) {
         return cupel_plugins_install(name_, name_, kUnknownFlag, &out_buffer_,
                                      e);
       }},
      {"install, folder",
       [&](auto e) {
         return cupel_plugins_install(nul_, name_, 0, &out_buffer_, e);
       }},
      {"install, destination",
       [&](auto e) {
         return cupel_plugins_install(name_, empty_, 0, &out_buffer_, e);
       }},
      {"install, not there",
       [&](auto e) {
         return cupel_plugins_install(View("/nowhere/at/all"), name_, 0,
                                      &out_buffer_, e);
       },
       CUPEL_STATUS_NOT_FOUND},
  });
}

TEST_F(PluginsArgumentTest, Input) {
  const cupel_field nul_value = {View("A"), nul_};
  const cupel_field no_name = {empty_, name_};
  const cupel_field equals = {View("A=B"), name_};
  using Change = std::function<void(cupel_plugin_input*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* i) { i->flags = kUnknownFlag; }},
      {"method", [](auto* i) { i->method = 14; }},
      {"method -1", [](auto* i) { i->method = -1; }},
      {"bytes", [&](auto* i) { i->bytes = no_data_; }},
      {"bytes huge", [&](auto* i) { i->bytes = huge_; }},
      {"name", [&](auto* i) { i->name = no_data_; }},
      {"options", [](auto* i) { i->options = View("[]"); }},
      {"options, no JSON", [](auto* i) { i->options = View("{"); }},
      {"document", [](auto* i) { i->document = View("nonsense"); }},
      {"tlp NUL", [&](auto* i) { i->tlp = nul_; }},
      {"environment NULL", [](auto* i) { i->environment_count = 1; }},
      {"environment, NUL",
       [&](auto* i) {
         i->environment = &nul_value;
         i->environment_count = 1;
       }},
      {"environment, no name",
       [&](auto* i) {
         i->environment = &no_name;
         i->environment_count = 1;
       }},
      {"environment, =",
       [&](auto* i) {
         i->environment = &equals;
         i->environment_count = 1;
       }},
  };
  for (const auto& [name, change] : changes) {
    cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
    change(&input);
    CheckAll({{name, [&](auto e) {
                 return cupel_plugins_run(
                     plugins_.get(), View("decoder:base64"), &input, nullptr,
                     nullptr, nullptr, &out_buffer_, e);
               }}});
  }
  cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  CheckAll({
      {"input NULL",
       [&](auto e) {
         return cupel_plugins_run(plugins_.get(), View("decoder:base64"),
                                  nullptr, nullptr, nullptr, nullptr,
                                  &out_buffer_, e);
       }},
      {"cancel",
       [&](auto e) {
         return cupel_plugins_run(plugins_.get(), View("decoder:base64"),
                                  &input, nullptr, nullptr,
                                  Wrong<cupel_cancel>(), &out_buffer_, e);
       }},
      {"no such plugin",
       [&](auto e) {
         return cupel_plugins_run(plugins_.get(), View("decoder:nothing"),
                                  &input, nullptr, nullptr, nullptr,
                                  &out_buffer_, e);
       },
       CUPEL_STATUS_NOT_FOUND},
  });
}

TEST_F(PluginsArgumentTest, Tables) {
  const std::string long_name(65, 'x');
  using Change = std::function<void(cupel_plugin_v1*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"struct_size 0", [](auto* t) { t->struct_size = 0; }},
      {"category 0", [](auto* t) { t->category = 0; }},
      {"category 10", [](auto* t) { t->category = 10; }},
      {"name NULL", [](auto* t) { t->name = nullptr; }},
      {"name with a slash", [](auto* t) { t->name = "../x"; }},
      {"name too long", [&](auto* t) { t->name = long_name.c_str(); }},
      {"name, no UTF-8", [](auto* t) { t->name = "\xff"; }},
      {"description, no UTF-8", [](auto* t) { t->description = "\xc3"; }},
      {"no method", [](auto* t) { t->scan = nullptr; }},
      {"another's method",
       [](auto* t) {
         t->category = CUPEL_PLUGIN_DECODER;
         t->extract = Nothing;
       }},
      {"least_tier", [](auto* t) { t->least_tier = 7; }},
      {"max_tlp", [](auto* t) { t->max_tlp = "purple"; }},
      {"requires", [](auto* t) { t->requires_plugins = "pe"; }},
      {"options", [](auto* t) { t->options = "[1]"; }},
      {"options, no JSON", [](auto* t) { t->options = "{"; }},
      {"min_version", [](auto* t) { t->min_version = "one"; }},
  };
  for (const auto& [name, change] : changes) {
    cupel_plugin_v1 table = Table();
    change(&table);
    CheckAll({{name, [&](auto e) {
                 return cupel_plugins_register(plugins_.get(), &table, e);
               }}});
  }
  cupel_plugin_v1 other_abi = Table();
  other_abi.abi = CUPEL_PLUGIN_ABI + 1;
  cupel_plugin_v1 newer = Table();
  newer.min_version = "99";
  cupel_plugin_v1 away = Table();
  away.least_tier = CUPEL_TIER_PROCESS;
  CheckAll({
      {"NULL",
       [&](auto e) {
         return cupel_plugins_register(plugins_.get(), nullptr, e);
       }},
      {"another ABI",
       [&](auto e) {
         return cupel_plugins_register(plugins_.get(), &other_abi, e);
       },
       CUPEL_STATUS_FAILED_PRECONDITION},
      {"another version",
       [&](auto e) {
         return cupel_plugins_register(plugins_.get(), &newer, e);
       },
       CUPEL_STATUS_FAILED_PRECONDITION},
      {"not in this process",
       [&](auto e) { return cupel_plugins_register(plugins_.get(), &away, e); },
       CUPEL_STATUS_FAILED_PRECONDITION},
  });
}

}  // namespace
}  // namespace cupel_test
