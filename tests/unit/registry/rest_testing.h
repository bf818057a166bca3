// Asking the REST handler, for its tests.
#ifndef CUPEL_TESTS_UNIT_REGISTRY_REST_TESTING_H_
#define CUPEL_TESTS_UNIT_REGISTRY_REST_TESTING_H_

#include <memory>
#include <string>
#include <string_view>

#include "rest_client.h"
#include "tests/unit/registry/registry_testing.h"

namespace cupel {

class RestTest : public RegistryTest {
 protected:
  static constexpr const char* kPlugins = "/v1/organisations/acme/plugins";

  // acme and other, the boefjes ports (with kSchema) and dns, and a normalizer.
  void SetUp() override {
    RegistryTest::SetUp();
    AddFolder("dns");
    AddFolder("ports", true);
    files_.Normalizer("ports_normalize", "ports-normalize");
    AddOrganisations({"acme", "other"});
    registry_ = Make();
  }

  // `target` is the path with its query.
  RestResponse Ask(std::string_view method, std::string_view target,
                   std::string_view body = "", const RestLimits& limits = {}) {
    return cupel::Ask(*registry_, method, target, body, limits);
  }
  // The status, a blank and the body.
  std::string Answer(std::string_view method, std::string_view target,
                     std::string_view body = "") {
    const RestResponse response = Ask(method, target, body);
    return std::to_string(response.status) + " " + response.body;
  }
  std::string Get(std::string_view target) { return Answer("GET", target); }
  std::string IdsIn(std::string_view target) {
    const RestResponse response = Ask("GET", target);
    if (response.status != 200) return std::to_string(response.status);
    std::string ids;
    for (const Json& plugin : Parsed(response.body)) {
      ids += (ids.empty() ? "" : " ") + plugin["id"].get<std::string>();
    }
    return ids;
  }

  std::shared_ptr<Registry> registry_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_REGISTRY_REST_TESTING_H_
