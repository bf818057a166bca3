// The same for jobs, keys, registries and what they give.
#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <thread>
#include <vector>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

// Everything that a plugin's environment needs, freed in every order, with all
// that is left still working after each step.
TEST(LifetimeTest, AnyOrderOfFreeingACatalogue) {
  const Plugins plugins;
  std::array<int, 5> order;
  std::iota(order.begin(), order.end(), 0);
  do {
    Keyring ring = RingOf({NewKey()});
    Registry registry = OpenRegistry(plugins, ring);
    MustBeOk(cupel_registry_put_settings, registry.get(), View("acme"),
             View("dns"), View(kSettings));
    auto environment = Make<Environment>(
        cupel_registry_environment, registry.get(), View("acme"), View("dns"),
        nullptr, size_t{0}, uint32_t{0});
    auto value =
        Make<Buffer>(cupel_environment_value, environment.get(), size_t{0});
    const cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
    auto response =
        Make<Response>(cupel_registry_handle, registry.get(), &request);
    const std::array<std::function<void()>, 5> frees = {
        [&] { ring.reset(); }, [&] { registry.reset(); },
        [&] { environment.reset(); }, [&] { value.reset(); },
        [&] { response.reset(); }};
    for (const int step : order) {
      frees[step]();
      if (registry != nullptr) {
        EXPECT_EQ(SettingsOf(registry, "acme", "dns"), kSettings);
      }
      if (environment != nullptr) {
        EXPECT_EQ(cupel_environment_count(environment.get()), 2u);
      }
      if (value != nullptr) EXPECT_EQ(Text(value), kSecret);
      if (response != nullptr) {
        EXPECT_GE(cupel_http_response_status(response.get()), 200);
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(LifetimeTest, ATransitionIsAJobOfItsOwn) {
  Job task = ParseJob(TaskText());
  const auto next =
      Make<Job>(cupel_job_transition, task.get(), CUPEL_TASK_DISPATCHED);
  task.reset();
  EXPECT_EQ(Parse(Make<Buffer>(cupel_job_json, next.get(), 0u))["status"],
            "dispatched");
}

TEST(LifetimeTest, SecretsHaveANulBehindThem) {
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema_json = View(kPluginSchema);
  options.settings = View(R"({"API_KEY":""})");
  const auto made = Make<Environment>(cupel_environment_build, &options);
  const auto value =
      Make<Buffer>(cupel_environment_value, made.get(), size_t{0});
  const cupel_view view = cupel_buffer_view(value.get());
  ASSERT_NE(view.data, nullptr);
  EXPECT_EQ(view.size, 0u);
  EXPECT_EQ(view.data[0], 0);
}

// One registry, many threads that read and write.
TEST(LifetimeTest, ThreadsShareARegistry) {
  const Plugins plugins;
  const Keyring ring = RingOf({NewKey()});
  const std::string database = plugins / "registry.db";
  const Registry registry = OpenRegistry(plugins, ring, database);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&registry, i] {
      const cupel_view whose = View(i % 2 == 0 ? "acme" : "other");
      for (int round = 0; round < 20; ++round) {
        MustBeOk(cupel_registry_put_settings, registry.get(), whose,
                 View("dns"), View(kSettings));
        EXPECT_EQ(SettingsOf(registry, Text(whose), "dns"), kSettings);
        MustBeOk(cupel_registry_set_enabled, registry.get(), whose, View("dns"),
                 round % 2);
        if (i == 0) MustBeOk(cupel_registry_rescan, registry.get());
        EXPECT_FALSE(
            Text(Make<Buffer>(cupel_registry_plugins_json, registry.get(),
                              whose, cupel_view{nullptr, 0}))
                .empty());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace cupel_test
