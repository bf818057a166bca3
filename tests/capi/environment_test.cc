// cupel_environment: what a plugin gets, and how little anybody is told of it.
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class EnvironmentTest : public testing::Test {
 protected:
  EnvironmentTest() {
    options_.schema_json = View(kPluginSchema);
    options_.settings = View(kSettings);
    options_.variables = variables_.data();
    options_.variable_count = variables_.size();
    options_.plugin = View("dns");
  }
  Environment Build() {
    return Make<Environment>(cupel_environment_build, &options_);
  }
  static nlohmann::json Values(const Environment& environment, uint32_t flags) {
    return Parse(
        Make<Buffer>(cupel_environment_values_json, environment.get(), flags));
  }

  std::array<cupel_field, 3> variables_ = {Field("BOEFJE_TOP_PORTS", "3"),
                                           Field("BOEFJE_UNKNOWN", kSecret),
                                           Field("HOME", "/home")};
  cupel_environment_options options_ = CUPEL_ENVIRONMENT_OPTIONS_INIT;
};

TEST_F(EnvironmentTest, SettingsComeBeforeVariables) {
  const Environment built = Build();
  EXPECT_EQ(cupel_environment_count(built.get()), 2u);
  EXPECT_EQ(Values(built, CUPEL_VALUES_REVEAL),
            nlohmann::json({{"API_KEY", kSecret}, {"TOP_PORTS", "7"}}));
  EXPECT_EQ(Values(built, 0),
            nlohmann::json({{"API_KEY", "***"}, {"TOP_PORTS", "7"}}));
  EXPECT_EQ(cupel_environment_uses_system(built.get()), 0);
}

TEST_F(EnvironmentTest, VariablesAreConvertedAndTold) {
  options_.settings = View(R"({"API_KEY":"k"})");
  const Environment built = Build();
  EXPECT_EQ(cupel_environment_uses_system(built.get()), 1);
  cupel_environment_entry entry{};
  entry.struct_size = sizeof(entry);
  MustBeOk(cupel_environment_get_entry, built.get(), size_t{1}, &entry);
  EXPECT_EQ(Text(entry.key), "TOP_PORTS");
  EXPECT_EQ(entry.origin, CUPEL_ORIGIN_SYSTEM);
  EXPECT_EQ(entry.flags, uint32_t{CUPEL_ENTRY_CONVERTED});
  EXPECT_EQ(entry.value_size, 1u);
  MustBeOk(cupel_environment_get_entry, built.get(), size_t{0}, &entry);
  EXPECT_EQ(entry.flags, uint32_t{CUPEL_ENTRY_SECRET});
  EXPECT_EQ(entry.origin, CUPEL_ORIGIN_SETTINGS);
}

TEST_F(EnvironmentTest, TheExplanationHasNoValues) {
  const std::string text =
      Text(Make<Buffer>(cupel_environment_explain, Build().get()));
  EXPECT_FALSE(Contains(text, kSecret)) << text;
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["entries"].size(), 2u);
  EXPECT_TRUE(Contains(json["refused"].dump(), "UNKNOWN"));
  EXPECT_FALSE(Contains(text, "HOME"));
}

TEST_F(EnvironmentTest, DefaultsOnlyIfAskedFor) {
  options_.settings = View(R"({"API_KEY":"k"})");
  options_.variable_count = 0;
  EXPECT_EQ(cupel_environment_count(Build().get()), 1u);
  options_.flags = CUPEL_ENVIRONMENT_DEFAULTS;
  EXPECT_EQ(Values(Build(), 0)["TOP_PORTS"], "250");
}

TEST_F(EnvironmentTest, OfTheProcessOnlyIfAskedFor) {
  options_.settings = View(R"({"API_KEY":"k"})");
  options_.variable_count = 0;
  ASSERT_EQ(setenv("BOEFJE_TOP_PORTS", "11", 1), 0);
  EXPECT_EQ(cupel_environment_count(Build().get()), 1u);
  options_.flags = CUPEL_ENVIRONMENT_PROCESS;
  EXPECT_EQ(Values(Build(), 0)["TOP_PORTS"], "11");
  options_.variable_count = variables_.size();
  EXPECT_EQ(Values(Build(), 0)["TOP_PORTS"], "3");
  unsetenv("BOEFJE_TOP_PORTS");
}

TEST_F(EnvironmentTest, KeysBesideTheSchema) {
  const std::array<cupel_view, 1> keys = {View("UNKNOWN")};
  options_.keys = keys.data();
  options_.key_count = keys.size();
  EXPECT_EQ(Values(Build(), 0)["UNKNOWN"], "***");
  EXPECT_EQ(Values(Build(), CUPEL_VALUES_REVEAL)["UNKNOWN"], kSecret);
}

TEST_F(EnvironmentTest, ASchemaObjectDoesTheSame) {
  auto schema = Make<Schema>(cupel_schema_compile, View(kPluginSchema));
  options_.schema = schema.get();
  cupel_environment* out = nullptr;
  EXPECT_EQ(cupel_environment_build(&options_, &out, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT)
      << "given twice";
  options_.schema_json = {nullptr, 0};
  const Environment built = Build();
  schema.reset();
  EXPECT_EQ(Values(built, CUPEL_VALUES_REVEAL)["API_KEY"], kSecret);
}

TEST_F(EnvironmentTest, WhatDoesNotFitIsNamedWithoutItsValue) {
  const auto message = [this](std::string_view settings) {
    options_.settings = View(settings);
    cupel_environment* out = nullptr;
    return MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_environment_build,
                     &options_, &out);
  };
  std::string text =
      message(R"({"API_KEY":"hunter2-is-the-secret","TOP_PORTS":5000})");
  EXPECT_TRUE(Contains(text, "TOP_PORTS")) << text;
  EXPECT_FALSE(Contains(text, kSecret)) << text;
  text = message(R"({"TOP_PORTS":5})");
  EXPECT_TRUE(Contains(text, "API_KEY")) << text;
  text = message(R"({"API_KEY":"hunter2-is-the-secret)");
  EXPECT_FALSE(Contains(text, "hunter2")) << text;
  text = message(R"(["hunter2-is-the-secret"])");
  EXPECT_FALSE(Contains(text, "hunter2")) << text;
}

TEST_F(EnvironmentTest, ValuesAreCopiedWhereTheyFit) {
  const Environment built = Build();
  EXPECT_EQ(Text(Make<Buffer>(cupel_environment_value, built.get(), size_t{0})),
            kSecret);
  std::array<uint8_t, 64> room;
  room.fill(0xee);
  MustBeOk(cupel_environment_copy_value, built.get(), size_t{0}, room.data(),
           kSecret.size());
  EXPECT_EQ(std::memcmp(room.data(), kSecret.data(), kSecret.size()), 0);
  EXPECT_EQ(room[kSecret.size()], 0xee) << "no NUL";
  room.fill(0xee);
  EXPECT_EQ(cupel_environment_copy_value(built.get(), 0, room.data(),
                                         kSecret.size() - 1, nullptr),
            CUPEL_STATUS_OUT_OF_RANGE);
  EXPECT_EQ(room[0], 0xee) << "nothing is written";
  EXPECT_EQ(cupel_environment_copy_value(built.get(), 0, nullptr, 64, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_environment_copy_value(built.get(), 0, nullptr, 0, nullptr),
            CUPEL_STATUS_OUT_OF_RANGE);
}

TEST_F(EnvironmentTest, FingerprintsTellEqualOnesByTheKeyAlone) {
  const Keyring ring = RingOf({NewKey()});
  const auto of = [](const Environment& environment, const Keyring& keys) {
    return Text(Make<Buffer>(cupel_environment_fingerprint, environment.get(),
                             keys.get()));
  };
  const std::string first = of(Build(), ring);
  EXPECT_EQ(first.size(), 64u);
  EXPECT_EQ(of(Build(), ring), first);
  EXPECT_NE(of(Build(), RingOf({NewKey()})), first);
  options_.settings = View(R"({"API_KEY":"hunter2-is-the-secret"})");
  EXPECT_NE(of(Build(), ring), first);
  cupel_buffer* out = nullptr;
  const std::string message =
      MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_environment_fingerprint,
                Build().get(), RingOf({}).get(), &out);
  EXPECT_TRUE(Contains(message, "CUPEL_SETTINGS_KEYS")) << message;
}

}  // namespace
}  // namespace cupel_test
