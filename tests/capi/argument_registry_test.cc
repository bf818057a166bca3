// The same for the registry and its REST handler.
#include "argument_test.h"
#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class RegistryArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_registry_, nullptr);
    EXPECT_EQ(out_environment_, nullptr);
    EXPECT_EQ(out_response_, nullptr);
  }

  const Plugins plugins_;
  const Keyring ring_ = RingOf({NewKey()});
  const Registry registry_ = OpenRegistry(plugins_, ring_);
  cupel_registry* out_registry_ = nullptr;
  cupel_environment* out_environment_ = nullptr;
  cupel_http_response* out_response_ = nullptr;
};

TEST_F(RegistryArgumentTest, Open) {
  const cupel_view folders[] = {name_, nul_};
  using Change = std::function<void(cupel_registry_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* o) { o->flags = kUnknownFlag; }},
      {"reserved", [](auto* o) { o->reserved = 1; }},
      {"seal_format", [](auto* o) { o->seal_format = 3; }},
      {"seal_format -1", [](auto* o) { o->seal_format = -1; }},
      {"database", [&](auto* o) { o->database = no_data_; }},
      {"database huge", [&](auto* o) { o->database = huge_; }},
      {"database NUL", [&](auto* o) { o->database = nul_; }},
      {"folders NULL", [](auto* o) { o->plugin_folder_count = 1; }},
      {"folders NUL",
       [&](auto* o) {
         o->plugin_folders = folders;
         o->plugin_folder_count = 2;
       }},
      {"folders too many",
       [&](auto* o) {
         o->plugin_folders = folders;
         o->plugin_folder_count = SIZE_MAX;
       }},
      {"keyring", [&](auto* o) { o->keyring = Wrong<cupel_keyring>(); }},
  };
  for (const auto& [name, change] : changes) {
    cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
    change(&options);
    CheckAll({{name, [&](auto e) {
                 return cupel_registry_open(&options, &out_registry_, e);
               }}});
  }
  CheckAll({
      {"out", [](auto e) { return cupel_registry_open(nullptr, nullptr, e); }},
      {"discover, out",
       [&](auto e) { return cupel_plugins_discover(name_, nullptr, e); }},
      {"discover, empty",
       [&](auto e) { return cupel_plugins_discover(empty_, &out_buffer_, e); }},
      {"discover, huge",
       [&](auto e) { return cupel_plugins_discover(huge_, &out_buffer_, e); }},
      {"hash, out",
       [&](auto e) { return cupel_plugin_hash(name_, nullptr, e); }},
      {"hash, NUL",
       [&](auto e) { return cupel_plugin_hash(nul_, &out_buffer_, e); }},
  });
}

// All functions, with `r` for the registry and `v` for the views.
std::vector<Case> Calls(cupel_registry* r, cupel_view v, cupel_buffer** out,
                        cupel_environment** environment) {
  return {
      {"add_organisation",
       [=](auto e) {
         return cupel_registry_add_organisation(r, v, View("n"), 1, e);
       }},
      {"add_organisation, name",
       [=](auto e) {
         return cupel_registry_add_organisation(r, View("n"), v, 1, e);
       }},
      {"update_organisation",
       [=](auto e) {
         return cupel_registry_update_organisation(r, v, View("n"), 1, e);
       }},
      {"update_organisation, name",
       [=](auto e) {
         return cupel_registry_update_organisation(r, View("acme"), v, 1, e);
       }},
      {"delete_organisation",
       [=](auto e) { return cupel_registry_delete_organisation(r, v, e); }},
      {"plugins",
       [=](auto e) {
         return cupel_registry_plugins_json(r, v, {nullptr, 0}, out, e);
       }},
      {"plugin, organisation",
       [=](auto e) {
         return cupel_registry_plugin_json(r, v, View("dns"), out, e);
       }},
      {"plugin, plugin",
       [=](auto e) {
         return cupel_registry_plugin_json(r, View("acme"), v, out, e);
       }},
      {"set_enabled, organisation",
       [=](auto e) {
         return cupel_registry_set_enabled(r, v, View("dns"), 1, e);
       }},
      {"set_enabled, plugin",
       [=](auto e) {
         return cupel_registry_set_enabled(r, View("acme"), v, 1, e);
       }},
      {"get_settings, organisation",
       [=](auto e) {
         return cupel_registry_get_settings(r, v, View("dns"), 0, out, e);
       }},
      {"get_settings, plugin",
       [=](auto e) {
         return cupel_registry_get_settings(r, View("acme"), v, 0, out, e);
       }},
      {"put_settings, organisation",
       [=](auto e) {
         return cupel_registry_put_settings(r, v, View("dns"), View("{}"), e);
       }},
      {"put_settings, plugin",
       [=](auto e) {
         return cupel_registry_put_settings(r, View("acme"), v, View("{}"), e);
       }},
      {"delete_settings, organisation",
       [=](auto e) {
         return cupel_registry_delete_settings(r, v, View("dns"), e);
       }},
      {"delete_settings, plugin",
       [=](auto e) {
         return cupel_registry_delete_settings(r, View("acme"), v, e);
       }},
      {"clone_settings, from",
       [=](auto e) {
         return cupel_registry_clone_settings(r, v, View("other"), e);
       }},
      {"clone_settings, to",
       [=](auto e) {
         return cupel_registry_clone_settings(r, View("acme"), v, e);
       }},
      {"environment, organisation",
       [=](auto e) {
         return cupel_registry_environment(r, v, View("dns"), nullptr, 0, 0,
                                           environment, e);
       }},
      {"environment, plugin",
       [=](auto e) {
         return cupel_registry_environment(r, View("acme"), v, nullptr, 0, 0,
                                           environment, e);
       }},
  };
}

TEST_F(RegistryArgumentTest, RegistriesAndNames) {
  for (cupel_registry* const r :
       std::vector<cupel_registry*>{nullptr, Wrong<cupel_registry>()}) {
    CheckAll(Calls(r, name_, &out_buffer_, &out_environment_));
    CheckAll({
        {"rescan", [=](auto e) { return cupel_registry_rescan(r, e); }},
        {"found",
         [&](auto e) { return cupel_registry_found_json(r, &out_buffer_, e); }},
        {"organisations",
         [&](auto e) {
           return cupel_registry_organisations_json(r, &out_buffer_, e);
         }},
        {"rotate",
         [&](auto e) {
           return cupel_registry_rotate(r, nullptr, nullptr, nullptr,
                                        &out_buffer_, e);
         }},
        {"export",
         [&](auto e) { return cupel_registry_export(r, &out_buffer_, e); }},
        {"import",
         [&](auto e) { return cupel_registry_import(r, View("{}"), e); }},
    });
    cupel_registry_free(r);
  }
  for (const cupel_view& bad : {no_data_, huge_, nul_, empty_}) {
    CheckAll(Calls(registry_.get(), bad, &out_buffer_, &out_environment_));
  }
}

TEST_F(RegistryArgumentTest, Outs) {
  cupel_registry* const r = registry_.get();
  const cupel_view acme = View("acme");
  const cupel_view dns = View("dns");
  CheckAll({
      {"found",
       [&](auto e) { return cupel_registry_found_json(r, nullptr, e); }},
      {"organisations",
       [&](auto e) {
         return cupel_registry_organisations_json(r, nullptr, e);
       }},
      {"plugins",
       [&](auto e) {
         return cupel_registry_plugins_json(r, acme, empty_, nullptr, e);
       }},
      {"plugin",
       [&](auto e) {
         return cupel_registry_plugin_json(r, acme, dns, nullptr, e);
       }},
      {"get_settings",
       [&](auto e) {
         return cupel_registry_get_settings(r, acme, dns, 0, nullptr, e);
       }},
      {"environment",
       [&](auto e) {
         return cupel_registry_environment(r, acme, dns, nullptr, 0, 0, nullptr,
                                           e);
       }},
      {"rotate",
       [&](auto e) {
         return cupel_registry_rotate(r, nullptr, nullptr, nullptr, nullptr, e);
       }},
      {"export", [&](auto e) { return cupel_registry_export(r, nullptr, e); }},
  });
}

TEST_F(RegistryArgumentTest, TheRest) {
  cupel_registry* const r = registry_.get();
  const cupel_view acme = View("acme");
  const cupel_view dns = View("dns");
  const cupel_field nul_name[] = {{nul_, name_}};
  const auto environment = [&](const cupel_field* variables, size_t count,
                               uint32_t flags) {
    return [=, this](cupel_error** e) {
      return cupel_registry_environment(r, acme, dns, variables, count, flags,
                                        &out_environment_, e);
    };
  };
  CheckAll({
      {"query, no data",
       [&](auto e) {
         return cupel_registry_plugins_json(r, acme, no_data_, &out_buffer_, e);
       }},
      {"query, huge",
       [&](auto e) {
         return cupel_registry_plugins_json(r, acme, huge_, &out_buffer_, e);
       }},
      {"get_settings, flags",
       [&](auto e) {
         return cupel_registry_get_settings(r, acme, dns, kUnknownFlag,
                                            &out_buffer_, e);
       }},
      {"put_settings, huge",
       [&](auto e) {
         return cupel_registry_put_settings(r, acme, dns, huge_, e);
       }},
      {"put_settings, empty",
       [&](auto e) {
         return cupel_registry_put_settings(r, acme, dns, empty_, e);
       }},
      {"environment, flags", environment(nullptr, 0, kUnknownFlag)},
      {"environment, NULL", environment(nullptr, 1, 0)},
      {"environment, too many", environment(nul_name, SIZE_MAX, 0)},
      {"environment, NUL", environment(nul_name, 1, 0)},
      {"rotate, cancel",
       [&](auto e) {
         return cupel_registry_rotate(r, Wrong<cupel_cancel>(), nullptr,
                                      nullptr, &out_buffer_, e);
       }},
      {"import, no data",
       [&](auto e) { return cupel_registry_import(r, no_data_, e); }},
      {"import, huge",
       [&](auto e) { return cupel_registry_import(r, huge_, e); }},
      {"import, empty",
       [&](auto e) { return cupel_registry_import(r, empty_, e); }},
  });
}

TEST_F(RegistryArgumentTest, Http) {
  cupel_registry* const r = registry_.get();
  const cupel_field bad_value[] = {{name_, no_data_}};
  using Change = std::function<void(cupel_http_request*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"method", [&](auto* q) { q->method = no_data_; }},
      {"path", [&](auto* q) { q->path = huge_; }},
      {"query", [&](auto* q) { q->query = no_data_; }},
      {"body", [&](auto* q) { q->body = huge_; }},
      {"headers NULL", [](auto* q) { q->header_count = 1; }},
      {"headers too many",
       [&](auto* q) {
         q->headers = bad_value;
         q->header_count = SIZE_MAX;
       }},
      {"header without data",
       [&](auto* q) {
         q->headers = bad_value;
         q->header_count = 1;
       }},
  };
  for (const auto& [name, change] : changes) {
    cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
    change(&request);
    CheckAll({{name, [&](auto e) {
                 return cupel_registry_handle(r, &request, &out_response_, e);
               }}});
  }
  const cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  CheckAll({
      {"registry",
       [&](auto e) {
         return cupel_registry_handle(nullptr, &request, &out_response_, e);
       }},
      {"request",
       [&](auto e) {
         return cupel_registry_handle(r, nullptr, &out_response_, e);
       }},
      {"out",
       [&](auto e) { return cupel_registry_handle(r, &request, nullptr, e); }},
  });
  cupel_http_response* const wrong = Wrong<cupel_http_response>();
  for (cupel_http_response* const response :
       std::vector<cupel_http_response*>{nullptr, wrong}) {
    EXPECT_EQ(cupel_http_response_status(response), 500);
    EXPECT_EQ(cupel_http_response_header_count(response), 0u);
    EXPECT_EQ(cupel_http_response_header(response, 0).name.size, 0u);
    EXPECT_EQ(cupel_http_response_body(response).size, 0u);
    cupel_http_response_free(response);
  }
}

}  // namespace
}  // namespace cupel_test
