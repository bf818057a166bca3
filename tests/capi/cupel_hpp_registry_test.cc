// cupel.hpp's other parts: jobs, schemas, environments, settings, the registry.
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "catalogue_testing.h"
#include "cupel/cupel.hpp"

namespace {

using cupel_test::Contains;
using cupel_test::kMeta;
using cupel_test::kPluginSchema;
using cupel_test::kSecret;
using cupel_test::kSettings;
using cupel_test::Plugins;
using cupel_test::TaskText;
using Json = nlohmann::json;

template <typename T>
constexpr bool kMovesOnly =
    !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T> &&
    std::is_nothrow_move_constructible_v<T> &&
    std::is_nothrow_move_assignable_v<T>;

static_assert(kMovesOnly<cupel::Job>);
static_assert(kMovesOnly<cupel::Schema>);
static_assert(kMovesOnly<cupel::Environment>);
static_assert(kMovesOnly<cupel::Keyring>);
static_assert(kMovesOnly<cupel::Registry>);
static_assert(kMovesOnly<cupel::HttpResponse>);

Json Of(const cupel::Buffer& buffer) { return Json::parse(buffer.view()); }

// The status of what `function` throws.
template <typename Function>
cupel_status CodeOf(Function&& function) {
  try {
    function();
  } catch (const cupel::Error& error) {
    EXPECT_FALSE(Contains(error.message(), kSecret)) << error.message();
    return error.code();
  }
  return CUPEL_STATUS_OK;
}

cupel::Keyring NewRing() {
  cupel::Keyring ring;
  ring.AddKey(cupel::Keyring::GenerateKey().view());
  return ring;
}

TEST(CupelHppJobTest, ParsesPrintsAndMoves) {
  const cupel::Job job = cupel::Job::Parse(TaskText());
  EXPECT_EQ(job.kind(), cupel::JobKind::kTask);
  EXPECT_EQ(cupel::Name(job.kind()), "Task");
  EXPECT_EQ(job.Status(), cupel::TaskStatus::kQueued);
  EXPECT_FALSE(Contains(job.Json().view(), kSecret));
  cupel::JobJsonOptions options;
  options.reveal = true;
  EXPECT_EQ(job.Json(options).view(), TaskText());
  options.indent = true;
  EXPECT_TRUE(Contains(job.Json(options).view(), "\n"));
  const cupel::Job back = cupel::Job::Decode(job.Encode().view());
  EXPECT_EQ(Of(back.Json()), Of(job.Json()));
  const cupel::Job next = job.Transition(cupel::TaskStatus::kDispatched);
  EXPECT_EQ(cupel::Name(next.Status()), "dispatched");
  EXPECT_EQ(CodeOf([&] { job.Transition(cupel::TaskStatus::kCompleted); }),
            CUPEL_STATUS_FAILED_PRECONDITION);
  cupel::CheckTransition(cupel::TaskStatus::kFailed,
                         cupel::TaskStatus::kQueued);
  EXPECT_EQ(CodeOf([] { cupel::Job::Parse("{}"); }),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(Of(cupel::Job::Check("{}", cupel::JobKind::kFile))["sound"], false);
}

TEST(CupelHppJobTest, Dedup) {
  const cupel::Keyring ring = NewRing();
  const cupel::Job meta = cupel::Job::Parse(kMeta);
  const cupel::Job task = cupel::Job::Parse(TaskText());
  const cupel::Buffer fingerprint = cupel::EnvironmentFingerprint(meta, ring);
  EXPECT_EQ(cupel::JobKey(meta, fingerprint.view()).view(),
            cupel::JobKey(task, fingerprint.view()).view());
  EXPECT_EQ(CodeOf([&] { cupel::JobKey(meta); }),
            CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(Of(cupel::CompareJobs(meta, task))["same"], true);
  EXPECT_EQ(
      cupel::OpenKatBoefjeTaskHash("Hostname|internet|ns3.domaindiscount24.net",
                                   "dns-records", "aa")
          .view(),
      "413225384a91a70018d55c4fb3819913");
  EXPECT_EQ(cupel::OpenKatBoefjeTaskHash({}, "dns-records", "aa").view(),
            cupel::OpenKatBoefjeTaskHash("", "dns-records", "aa").view());
  EXPECT_EQ(cupel::OpenKatNormalizerTaskHash("n", "m", "o").view().size(), 32u);
}

TEST(CupelHppSettingsTest, Schema) {
  const cupel::Schema schema(kPluginSchema);
  schema.Validate(kSettings);
  EXPECT_EQ(CodeOf([&] { schema.Validate(R"({"API_KEY":1})"); }),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(Of(schema.Check(R"({"API_KEY":1})"))["count"], 1);
  EXPECT_EQ(Of(schema.Json())["properties"].size(), 2u);
  EXPECT_EQ(CodeOf([] { cupel::Schema bad(R"({"type":1})"); }),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(Of(cupel::MaskSettings(kSettings, &schema))["TOP_PORTS"], 7);
  EXPECT_EQ(Of(cupel::MaskSettings(kSettings))["TOP_PORTS"], "***");
}

TEST(CupelHppSettingsTest, SealsAndOpens) {
  const cupel::Keyring ring = NewRing();
  const cupel::SettingsOwner owner{"acme", "dns"};
  const cupel::Buffer row = cupel::SealSettings(ring, owner, kSettings);
  EXPECT_EQ(Of(cupel::OpenSettings(ring, owner, row.view())),
            Json::parse(kSettings));
  EXPECT_EQ(
      CodeOf([&] { cupel::OpenSettings(ring, {"other", "dns"}, row.view()); }),
      CUPEL_STATUS_DATA_LOSS);
  EXPECT_EQ(Of(cupel::InspectSettings(row.view()))["key_id"],
            Of(ring.Json())["sealing"]);
  EXPECT_EQ(cupel::SettingsFingerprint(ring, "dns", kSettings).view(),
            cupel::SettingsFingerprint(ring, "dns", kSettings).view());
  const cupel::Buffer plain = cupel::SealSettings(
      ring, owner, kSettings, cupel::SealFormat::kOpenKatIdentity);
  EXPECT_NE(CodeOf([&] { cupel::ResealSettings(ring, owner, plain.view()); }),
            CUPEL_STATUS_OK);
  const cupel::Buffer ours = cupel::ResealSettings(
      ring, owner, plain.view(), cupel::SealFormat::kCupel, true);
  EXPECT_TRUE(Contains(ours.view(), "cupel1:"));
}

TEST(CupelHppSettingsTest, RingsOfVariables) {
  const cupel::Buffer key = cupel::Keyring::GenerateKey();
  const auto ring =
      cupel::Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS", key.view()}});
  EXPECT_EQ(Of(ring.Json())["keys"].size(), 1u);
  EXPECT_EQ(CodeOf([] { cupel::Keyring::FromFile("/nowhere/at/all"); }),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(cupel::SealFormatOf({}), std::nullopt);
  EXPECT_EQ(
      cupel::SealFormatOf({{"BOEFJES_ENCRYPTION_MIDDLEWARE", "NACL_SEALBOX"}}),
      cupel::SealFormat::kOpenKatNaclSealbox);
  EXPECT_EQ(CodeOf([] {
              cupel::SealFormatOf({{"BOEFJES_ENCRYPTION_MIDDLEWARE", "X"}});
            }),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

TEST(CupelHppSettingsTest, Environments) {
  cupel::EnvironmentOptions options;
  options.schema_json = kPluginSchema;
  options.settings = R"({"API_KEY":"hunter2-is-the-secret"})";
  options.variables = {{"BOEFJE_TOP_PORTS", "5"}, {"BOEFJE_MORE", "m"}};
  options.keys = {"MORE"};
  const cupel::Environment built(options);
  ASSERT_EQ(built.size(), 3u);
  EXPECT_TRUE(built.uses_system());
  const auto entry = built.At(0);
  EXPECT_EQ(entry.key, "API_KEY");
  EXPECT_EQ(entry.origin, cupel::Origin::kSettings);
  EXPECT_TRUE(entry.secret);
  EXPECT_FALSE(entry.converted);
  EXPECT_EQ(entry.value_size, kSecret.size());
  EXPECT_TRUE(built.At(1).converted);
  EXPECT_EQ(built.Value(0).view(), kSecret);
  EXPECT_FALSE(Contains(built.Explain().view(), kSecret));
  EXPECT_EQ(Of(built.Values())["API_KEY"], "***");
  EXPECT_EQ(Of(built.Values(true))["API_KEY"], kSecret);
  EXPECT_EQ(built.Fingerprint(NewRing()).view().size(), 64u);
  EXPECT_EQ(CodeOf([&] { built.At(3); }), CUPEL_STATUS_OUT_OF_RANGE);
  const cupel::Schema schema(kPluginSchema);
  options.schema_json = {};
  options.schema = &schema;
  options.variables = {};
  options.defaults = true;
  EXPECT_EQ(Of(cupel::Environment(options).Values())["TOP_PORTS"], "250");
}

class CupelHppRegistryTest : public testing::Test {
 protected:
  CupelHppRegistryTest() {
    registry_.AddOrganisation("acme", "Acme");
    registry_.AddOrganisation("other", "Other", false);
  }
  cupel::Registry Open(const cupel::Keyring& ring,
                       std::string_view database = {}) const {
    const std::string folder = plugins_.folder();
    cupel::RegistryOptions options;
    options.plugin_folders = {folder};
    options.keys = &ring;
    options.database = database;
    return cupel::Registry(options);
  }

  const Plugins plugins_;
  cupel::Keyring ring_ = NewRing();
  cupel::Registry registry_ = Open(ring_);
  const cupel::SettingsOwner dns_{"acme", "dns"};
};

TEST_F(CupelHppRegistryTest, Catalogue) {
  registry_.UpdateOrganisation("other", "Others", true);
  EXPECT_EQ(Of(registry_.Organisations()).size(), 2u);
  EXPECT_EQ(Of(registry_.Plugins("acme"))["plugins"].size(), 3u);
  EXPECT_EQ(Of(registry_.Plugins("acme", R"({"q":"dns"})"))["plugins"].size(),
            1u);
  registry_.SetEnabled(dns_, true);
  EXPECT_EQ(Of(registry_.Plugin(dns_))["plugin"]["enabled"], true);
  registry_.SetEnabled(dns_, false);
  EXPECT_EQ(Of(registry_.Plugin(dns_))["plugin"]["enabled"], false);
  registry_.Rescan();
  EXPECT_EQ(Of(registry_.Found())["plugins"].size(), 3u);
  EXPECT_EQ(Of(cupel::DiscoverPlugins(plugins_.folder()))["plugins"].size(),
            3u);
  EXPECT_EQ(Of(cupel::PluginHash(plugins_.folder() + "/dns")).size(), 2u);
  registry_.DeleteOrganisation("other");
  EXPECT_EQ(CodeOf([this] { registry_.DeleteOrganisation("other"); }),
            CUPEL_STATUS_NOT_FOUND);
}

TEST_F(CupelHppRegistryTest, SettingsAndEnvironment) {
  registry_.PutSettings(dns_, kSettings);
  EXPECT_EQ(Of(registry_.Settings(dns_))["API_KEY"], "***");
  EXPECT_EQ(registry_.Settings(dns_, true).view(), kSettings);
  registry_.CloneSettings("acme", "other");
  const cupel::Environment built =
      registry_.Environment({"other", "dns"}, {{"BOEFJE_TOP_PORTS", "2"}});
  EXPECT_EQ(Of(built.Values(true))["TOP_PORTS"], "7");
  registry_.DeleteSettings(dns_);
  EXPECT_EQ(registry_.Settings(dns_).view(), "{}");
  EXPECT_EQ(CodeOf([this] {
              registry_.PutSettings(dns_,
                                    R"({"API_KEY":["hunter2-is-the-secret"]})");
            }),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

TEST_F(CupelHppRegistryTest, RotatesAndCarriesWhatIsThrown) {
  const std::string database = plugins_ / "registry.db";
  cupel::Keyring both;
  const cupel::Buffer fresh = cupel::Keyring::GenerateKey();
  const cupel::Buffer old = cupel::Keyring::GenerateKey();
  cupel::Keyring before;
  before.AddKey(old.view());
  both.AddKey(fresh.view());
  both.AddKey(old.view());
  registry_ = Open(before, database);
  registry_.AddOrganisation("acme", "Acme");
  registry_.PutSettings(dns_, kSettings);
  registry_ = Open(both, database);
  const cupel::Cancel cancel;
  EXPECT_THROW(registry_.Rotate(&cancel,
                                [](uint64_t, uint64_t) -> bool {
                                  throw std::runtime_error("mine");
                                }),
               std::runtime_error);
  EXPECT_EQ(CodeOf([this] {
              registry_.Rotate(nullptr,
                               [](uint64_t, uint64_t) { return false; });
            }),
            CUPEL_STATUS_CANCELLED);
  uint64_t last = 0;
  EXPECT_EQ(Of(registry_.Rotate(nullptr,
                                [&last](uint64_t done, uint64_t) {
                                  last = done;
                                  return true;
                                }))["resealed"],
            1);
  EXPECT_EQ(last, 1u);
  cancel.Trigger();
  EXPECT_EQ(CodeOf([&] { registry_.Rotate(&cancel); }), CUPEL_STATUS_CANCELLED);
}

TEST_F(CupelHppRegistryTest, ExportAndImport) {
  registry_.PutSettings(dns_, kSettings);
  const cupel::Buffer document = registry_.Export();
  EXPECT_FALSE(Contains(document.view(), kSecret));
  const cupel::Registry second = Open(ring_);
  second.Import(document.view());
  EXPECT_EQ(second.Settings(dns_, true).view(), kSettings);
  EXPECT_EQ(CodeOf([&] { second.Import(document.view()); }),
            CUPEL_STATUS_ALREADY_EXISTS);
}

TEST_F(CupelHppRegistryTest, Http) {
  cupel::HttpRequest request;
  request.path = "/v1/organisations/acme/plugins";
  request.query = "q=dns";
  request.headers = {{"Accept", "application/json"}};
  const cupel::HttpResponse response = registry_.Handle(request);
  EXPECT_EQ(response.status(), 200);
  EXPECT_FALSE(response.headers().empty());
  EXPECT_EQ(Json::parse(response.body()).size(), 1u);
  request.method = "PUT";
  request.path = "/v1/organisations/acme/dns/settings";
  request.query = {};
  request.headers = {{"Content-Type", "application/json"}};
  request.body = kSettings;
  EXPECT_EQ(registry_.Handle(request).status(), 200);
  EXPECT_EQ(registry_.Settings(dns_, true).view(), kSettings);
}

}  // namespace
