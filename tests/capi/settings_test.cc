// cupel_keyring and the sealing of settings.
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <string>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

constexpr std::string_view kOpenKatPrivate =
    "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
constexpr std::string_view kOpenKatPublic =
    "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=";
// {"SHODAN_API": "secret", "TOP_PORTS": 250, "\u00fc": null}, made with
// libsodium alone.
constexpr std::string_view kOpenKatRow =
    "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7ndTthOR/xBhDbvw6UvRXbBQmh4e9TvXh/OfWFZezAQ"
    "351s+kY9GUbuYoC68xf5cz/XzIbEpcI5ZMWVAEcFJiU1l8ktEJMAX3mek=";

const cupel_view kAcme = View("acme");
const cupel_view kDns = View("dns");

std::string Seal(const Keyring& ring, cupel_seal_format format = 0,
                 std::string_view settings = kSettings) {
  return Text(Make<Buffer>(cupel_settings_seal, ring.get(), kAcme, kDns,
                           View(settings), format));
}

std::string Open(const Keyring& ring, std::string_view row,
                 uint32_t flags = 0) {
  return Text(Make<Buffer>(cupel_settings_open, ring.get(), kAcme, kDns,
                           View(row), flags));
}

std::string Refused(cupel_status want, const Keyring& ring,
                    std::string_view row, cupel_view organisation = kAcme,
                    cupel_view plugin = kDns) {
  cupel_buffer* out = nullptr;
  std::string message =
      MessageOf(want, cupel_settings_open, ring.get(), organisation, plugin,
                View(row), uint32_t{0}, &out);
  EXPECT_EQ(out, nullptr);
  EXPECT_FALSE(Contains(message, "hunter2")) << message;
  return message;
}

TEST(KeyringTest, TellsIdsAndNoKeys) {
  const std::string key = NewKey();
  const Keyring ring = RingOf({key, std::string(kCountingKey)});
  const std::string text = Text(Make<Buffer>(cupel_keyring_json, ring.get()));
  EXPECT_FALSE(Contains(text, key.substr(12)));
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["keys"].size(), 2u);
  EXPECT_EQ(json["sealing"], json["keys"][0]);
  EXPECT_EQ(json["openkat"], false);
  EXPECT_TRUE(
      Parse(Make<Buffer>(cupel_keyring_json, RingOf({}).get()))["sealing"]
          .is_null());
}

TEST(KeyringTest, BadKeysAreRefusedAndNotShown) {
  const Keyring ring = RingOf({std::string(kCountingKey)});
  EXPECT_EQ(cupel_keyring_add_key(ring.get(), View(kCountingKey), nullptr),
            CUPEL_STATUS_ALREADY_EXISTS);
  for (const std::string& bad :
       {std::string(), std::string("hunter2"), std::string("cupel-key-1:"),
        std::string("cupel-key-1:hunter2="), std::string(1 << 20, 'A'),
        std::string(kCountingKey) + "hunter2"}) {
    const std::string message =
        MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_keyring_add_key,
                  ring.get(), View(bad));
    EXPECT_FALSE(Contains(message, "hunter2")) << message;
    EXPECT_LT(message.size(), 1000u);
  }
  const std::string message =
      MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_keyring_set_openkat,
                ring.get(), View("hunter2"), View(kOpenKatPublic));
  EXPECT_FALSE(Contains(message, "hunter2")) << message;
  EXPECT_EQ(Parse(Make<Buffer>(cupel_keyring_json, ring.get()))["keys"].size(),
            1u);
}

TEST(KeyringTest, FromVariablesAndTheProcess) {
  const std::string key = NewKey();
  const auto ids = [](const cupel_field* variables, size_t count,
                      uint32_t flags) {
    return Parse(Make<Buffer>(
        cupel_keyring_json,
        Make<Keyring>(cupel_keyring_from_environment, variables, count, flags)
            .get()))["keys"];
  };
  const std::string both = key + ", " + std::string(kCountingKey);
  const std::array<cupel_field, 1> variables = {
      Field("CUPEL_SETTINGS_KEYS", both)};
  EXPECT_EQ(ids(variables.data(), 1, 0).size(), 2u);
  EXPECT_EQ(ids(nullptr, 0, 0).size(), 0u);
  ASSERT_EQ(setenv("CUPEL_SETTINGS_KEYS", key.c_str(), 1), 0);
  EXPECT_EQ(ids(nullptr, 0, 0).size(), 0u);
  EXPECT_EQ(ids(nullptr, 0, CUPEL_VARIABLES_PROCESS).size(), 1u);
  EXPECT_EQ(ids(variables.data(), 1, CUPEL_VARIABLES_PROCESS).size(), 2u);
  unsetenv("CUPEL_SETTINGS_KEYS");
}

TEST(KeyringTest, AFileThatOthersMayReadIsRefused) {
  const Plugins folder;
  folder.Write("keys", NewKey());
  const std::string path = folder / "keys";
  const std::array<cupel_field, 1> variables = {
      Field("CUPEL_SETTINGS_KEYS_FILE", path)};
  cupel_keyring* out = nullptr;
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_NE(
      cupel_keyring_from_environment(variables.data(), 1, 0, &out, nullptr),
      CUPEL_STATUS_OK);
  EXPECT_EQ(out, nullptr);
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  const auto ring = Make<Keyring>(cupel_keyring_from_environment,
                                  variables.data(), size_t{1}, uint32_t{0});
  EXPECT_FALSE(SealingId(ring).empty());
}

TEST(KeyringTest, TheFormatOfOpenKat) {
  cupel_seal_format format = 77;
  EXPECT_EQ(cupel_seal_format_from_environment(nullptr, 0, 0, &format, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(format, 77) << "left as it was";
  std::array<cupel_field, 1> variables = {
      Field("BOEFJES_ENCRYPTION_MIDDLEWARE", "NACL_SEALBOX")};
  MustBeOk(cupel_seal_format_from_environment, variables.data(), size_t{1},
           uint32_t{0}, &format);
  EXPECT_EQ(format, CUPEL_SEAL_OPENKAT_NACL_SEALBOX);
  variables[0] = Field("BOEFJES_ENCRYPTION_MIDDLEWARE", "ROT13");
  EXPECT_EQ(cupel_seal_format_from_environment(variables.data(), 1, 0, &format,
                                               nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
}

TEST(SettingsTest, OpensWhatItSealed) {
  const Keyring ring = RingOf({NewKey()});
  const std::string row = Seal(ring);
  EXPECT_FALSE(Contains(row, kSecret));
  EXPECT_EQ(nlohmann::json::parse(Open(ring, row)),
            nlohmann::json::parse(kSettings));
  EXPECT_NE(Seal(ring), row) << "never the same twice";
  const auto info = Parse(Make<Buffer>(cupel_settings_inspect, View(row)));
  EXPECT_EQ(info["format"], "cupel");
  EXPECT_EQ(info["key_id"], SealingId(ring));
}

TEST(SettingsTest, RefusesWhatIsNotItsOwn) {
  const Keyring ring = RingOf({NewKey()});
  const std::string row = Seal(ring);
  const std::string lost =
      Refused(CUPEL_STATUS_NOT_FOUND, RingOf({NewKey()}), row);
  EXPECT_TRUE(Contains(lost, SealingId(ring))) << lost;
  Refused(CUPEL_STATUS_DATA_LOSS, ring, row, View("other"), kDns);
  Refused(CUPEL_STATUS_DATA_LOSS, ring, row, kAcme, View("free"));
  std::string damaged = row;
  damaged[row.size() - 9] ^= 1;
  Refused(CUPEL_STATUS_DATA_LOSS, ring, damaged);
  // What has no mark of ours could only be OpenKAT's, and needs its key.
  Refused(CUPEL_STATUS_FAILED_PRECONDITION, ring, "hunter2 is no row");
  // Plain JSON is not read unless that is allowed.
  Refused(CUPEL_STATUS_FAILED_PRECONDITION, ring, kSettings);
  EXPECT_EQ(nlohmann::json::parse(
                Open(ring, kSettings, CUPEL_SETTINGS_ALLOW_IDENTITY)),
            nlohmann::json::parse(kSettings));
}

TEST(SettingsTest, OpenKatsFormats) {
  const Keyring ring = RingOf({});
  MustBeOk(cupel_keyring_set_openkat, ring.get(), View(kOpenKatPrivate),
           View(kOpenKatPublic));
  EXPECT_EQ(nlohmann::json::parse(Open(ring, kOpenKatRow)),
            nlohmann::json::parse(
                R"({"SHODAN_API":"secret","TOP_PORTS":250,"ü":null})"));
  const std::string row = Seal(ring, CUPEL_SEAL_OPENKAT_NACL_SEALBOX);
  EXPECT_EQ(nlohmann::json::parse(Open(ring, row)),
            nlohmann::json::parse(kSettings));
  EXPECT_TRUE(Parse(Make<Buffer>(cupel_settings_inspect, View(row)))["key_id"]
                  .is_null());
  // From theirs to ours.
  MustBeOk(cupel_keyring_add_key, ring.get(), View(kCountingKey));
  const std::string ours = Text(
      Make<Buffer>(cupel_settings_reseal, ring.get(), kAcme, kDns, View(row),
                   cupel_seal_format{CUPEL_SEAL_CUPEL}, uint32_t{0}));
  EXPECT_EQ(ours.substr(0, 7), "cupel1:");
  EXPECT_EQ(
      nlohmann::json::parse(Open(RingOf({std::string(kCountingKey)}), ours)),
      nlohmann::json::parse(kSettings));
}

TEST(SettingsTest, ARingWithoutTheKeySaysSo) {
  cupel_buffer* out = nullptr;
  for (const int32_t format :
       {CUPEL_SEAL_CUPEL, CUPEL_SEAL_OPENKAT_NACL_SEALBOX}) {
    const std::string message =
        MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_settings_seal,
                  RingOf({}).get(), kAcme, kDns, View(kSettings), format, &out);
    EXPECT_FALSE(Contains(message, kSecret)) << message;
  }
}

TEST(SettingsTest, BadSettingsAreRefusedWithoutTheirValues) {
  const Keyring ring = RingOf({NewKey()});
  for (const std::string_view bad :
       {R"(["hunter2-is-the-secret"])", R"({"A":"hunter2-is-the-secret)",
        R"({"A":1,"A":"hunter2-is-the-secret"})", R"(hunter2-is-the-secret)",
        "{\"A\":\"hunter2-is-the-secret\xff\"}"}) {
    cupel_buffer* out = nullptr;
    std::string message = MessageOf(
        CUPEL_STATUS_INVALID_ARGUMENT, cupel_settings_seal, ring.get(), kAcme,
        kDns, View(bad), cupel_seal_format{0}, &out);
    EXPECT_FALSE(Contains(message, "hunter2")) << message;
    message =
        MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_settings_fingerprint,
                  ring.get(), kDns, View(bad), &out);
    EXPECT_FALSE(Contains(message, "hunter2")) << message;
    message = MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_settings_mask,
                        View(bad), nullptr, &out);
    EXPECT_FALSE(Contains(message, "hunter2")) << message;
  }
  const std::string large = R"({"A":")" + std::string(2 << 20, 'x') + R"("})";
  cupel_buffer* out = nullptr;
  EXPECT_EQ(cupel_settings_seal(ring.get(), kAcme, kDns, View(large), 0, &out,
                                nullptr),
            CUPEL_STATUS_RESOURCE_EXHAUSTED);
}

TEST(SettingsTest, Fingerprints) {
  const Keyring ring = RingOf({NewKey()});
  const auto of = [&ring](std::string_view plugin, std::string_view settings) {
    return Text(Make<Buffer>(cupel_settings_fingerprint, ring.get(),
                             View(plugin), View(settings)));
  };
  EXPECT_EQ(of("dns", R"({"a":1,"b":2})"), of("dns", R"({"b":2, "a":1})"));
  EXPECT_NE(of("dns", R"({"a":1})"), of("dns", R"({"a":2})"));
  EXPECT_NE(of("dns", R"({"a":1})"), of("free", R"({"a":1})"));
  EXPECT_EQ(of("dns", "{}").substr(0, 17), SealingId(ring) + ":");
}

TEST(SettingsTest, Masks) {
  const auto schema = Make<Schema>(cupel_schema_compile, View(kPluginSchema));
  EXPECT_EQ(
      Parse(Make<Buffer>(cupel_settings_mask, View(kSettings), schema.get())),
      nlohmann::json::parse(R"({"API_KEY":"***","TOP_PORTS":7})"));
  EXPECT_EQ(Parse(Make<Buffer>(cupel_settings_mask, View(kSettings), nullptr)),
            nlohmann::json::parse(R"({"API_KEY":"***","TOP_PORTS":"***"})"));
}

}  // namespace
}  // namespace cupel_test
