// Registries, with SQLite behind them.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

constexpr std::string_view kKey =
    "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

template <typename T, typename Function, typename... Arguments>
T* MadeBefore(Function function, Arguments... arguments) {
  T* made = nullptr;
  if (function(arguments..., &made, nullptr) != CUPEL_STATUS_OK) {
    Complain("a scenario can't be prepared");
  }
  return made;
}

const cupel_keyring* Keys() {
  static const cupel_keyring* const keys = [] {
    auto* made = MadeBefore<cupel_keyring>(cupel_keyring_new);
    cupel_keyring_add_key(made, View(kKey), nullptr);
    return made;
  }();
  return keys;
}

cupel_registry* Open(Steps* steps) {
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  options.keyring = Keys();
  return steps->Make<cupel_registry_free>(cupel_registry_open, &options);
}

cupel_status OpenOnly(cupel_error** error) {
  Steps steps(error);
  Open(&steps);
  return steps.status();
}

cupel_status Organisations(cupel_error** error) {
  Steps steps(error);
  auto* registry = Open(&steps);
  steps.Do(cupel_registry_add_organisation, registry, View("acme"),
           View("Acme and its customers"), 1);
  steps.Make<cupel_buffer_free>(cupel_registry_organisations_json, registry);
  steps.Make<cupel_buffer_free>(cupel_registry_plugins_json, registry,
                                View("acme"), View(""));
  steps.Make<cupel_buffer_free>(cupel_registry_export, registry);
  steps.Do(cupel_registry_delete_organisation, registry, View("acme"));
  return steps.status();
}

cupel_status Handle(cupel_error** error) {
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  request.method = View("GET");
  request.path = View("/v1/organisations");
  Steps steps(error);
  auto* registry = Open(&steps);
  auto* response = steps.Make<cupel_http_response_free>(cupel_registry_handle,
                                                        registry, &request);
  (void)cupel_http_response_body(response);
  return steps.status();
}

// A registry that lives on: what fails in it must not spoil it.
cupel_status Again(cupel_error** error) {
  static cupel_registry* const registry = [] {
    cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
    options.keyring = Keys();
    auto* made = MadeBefore<cupel_registry>(cupel_registry_open, &options);
    cupel_registry_add_organisation(made, View("acme"), View("Acme"), 1,
                                    nullptr);
    return made;
  }();
  Steps steps(error);
  steps.Do(cupel_registry_update_organisation, registry, View("acme"),
           View("Acme"), 1);
  steps.Make<cupel_buffer_free>(cupel_registry_organisations_json, registry);
  steps.Make<cupel_buffer_free>(cupel_registry_rotate, registry, nullptr,
                                nullptr, nullptr);
  return steps.status();
}

}  // namespace

std::vector<Scenario> RegistryScenarios() {
  return {
      {"registry_open", OpenOnly, 300},
      {"registry", Organisations, 300},
      {"registry_http", Handle, 300},
      {"registry_lives", Again, 400},
  };
}

}  // namespace no_memory
