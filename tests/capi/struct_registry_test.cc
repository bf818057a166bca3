// The same for the structs of environments, the registry and HTTP.
#include <cstring>

#include "catalogue_testing.h"
#include "struct_testing.h"

namespace cupel_test {
namespace {

TEST(StructTest, EnvironmentOptions) {
  CheckSizes<cupel_environment_options>(
      CUPEL_ENVIRONMENT_OPTIONS_INIT,
      [](const cupel_environment_options* options) {
        cupel_environment* made = nullptr;
        const auto status = cupel_environment_build(options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_environment_free(made);
        return status;
      });
}

TEST(StructTest, RegistryOptions) {
  CheckSizes<cupel_registry_options>(
      CUPEL_REGISTRY_OPTIONS_INIT, [](const cupel_registry_options* options) {
        cupel_registry* made = nullptr;
        const auto status = cupel_registry_open(options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_registry_free(made);
        return status;
      });
  cupel_registry* made = nullptr;
  ASSERT_EQ(cupel_registry_open(nullptr, &made, nullptr), CUPEL_STATUS_OK)
      << "the options may be NULL";
  cupel_registry_free(made);
}

TEST(StructTest, HttpRequest) {
  const auto registry = Make<Registry>(cupel_registry_open, nullptr);
  CheckSizes<cupel_http_request>(
      CUPEL_HTTP_REQUEST_INIT, [&](const cupel_http_request* request) {
        cupel_http_response* made = nullptr;
        const auto status =
            cupel_registry_handle(registry.get(), request, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_http_response_free(made);
        return status;
      });
}

TEST(StructTest, EnvironmentEntryIsFilledAsFarAsItIsKnown) {
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema_json = View(kPluginSchema);
  options.settings = View(kSettings);
  const auto made = Make<Environment>(cupel_environment_build, &options);
  const auto fill = [&made](cupel_environment_entry* entry) {
    return cupel_environment_get_entry(made.get(), 0, entry, nullptr);
  };
  Newer<cupel_environment_entry> newer{};
  newer.known.struct_size = sizeof(newer);
  newer.unknown = 77;
  EXPECT_EQ(fill(&newer.known), CUPEL_STATUS_OK);
  EXPECT_EQ(newer.known.struct_size, sizeof(newer)) << "stays the caller's";
  EXPECT_EQ(newer.known.value_size, kSecret.size());
  EXPECT_EQ(newer.unknown, 0u);

  cupel_environment_entry older{};
  older.struct_size = offsetof(cupel_environment_entry, value_size);
  older.value_size = 77;
  EXPECT_EQ(fill(&older), CUPEL_STATUS_OK);
  EXPECT_EQ(Text(older.key), "API_KEY");
  EXPECT_EQ(older.value_size, 77u) << "the caller has no such";

  for (const size_t size : {size_t{0}, size_t{7}, size_t{12}, SIZE_MAX}) {
    cupel_environment_entry entry{};
    entry.struct_size = size;
    entry.value_size = 77;
    EXPECT_EQ(fill(&entry), CUPEL_STATUS_INVALID_ARGUMENT);
    EXPECT_EQ(entry.value_size, 77u) << "left as it was on failure";
  }
}

}  // namespace
}  // namespace cupel_test
