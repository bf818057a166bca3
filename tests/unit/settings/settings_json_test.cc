// Masking, wiping, and what may be stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "base/status.h"
#include "rings.h"
#include "settings/storable.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::shared_ptr<const Schema> SchemaOf(const std::string& json) {
  auto schema = Schema::Compile(*ParseJson(json, "schema"));
  EXPECT_TRUE(schema.ok()) << schema.status();
  return *std::move(schema);
}

TEST(Mask, WithoutASchemaEverythingIsSecret) {
  Json settings = ExampleSettings();
  settings["NESTED"] = {{"a", kMarker}};
  settings["NONE"] = nullptr;
  EXPECT_EQ(
      PrintJson(MaskSettings(settings, nullptr)),
      R"({"API_KEY":"***","TOP_PORTS":"***","NESTED":"***","NONE":"***"})");
  EXPECT_EQ(MaskSettings(kMarker, nullptr), "***");
}

TEST(Mask, WhatTheSchemaCallsSecretIsReplacedWhole) {
  const auto schema = SchemaOf(R"({"type":"object","properties":{
      "API_KEY":{"type":"string"},"LOGIN":{"type":"object"},
      "TOP_PORTS":{"type":"integer"},"LIST":{"type":"array"}},
      "secret":["API_KEY","LOGIN","LIST"]})");
  Json settings = ExampleSettings();
  settings["LOGIN"] = {{"user", kMarker}, {"more", {{"password", kMarker}}}};
  settings["LIST"] = {kMarker, {kMarker}};
  const std::string masked = PrintJson(MaskSettings(settings, schema.get()));
  EXPECT_EQ(masked,
            R"({"API_KEY":"***","TOP_PORTS":250,"LOGIN":"***","LIST":"***"})");
  EXPECT_EQ(settings["API_KEY"], kMarker);  // the original stays
}

TEST(Mask, ASecretNameCountsHoweverDeep) {
  const auto schema = SchemaOf(
      R"({"type":"object","properties":{"password":{"type":"string"}},
          "secret":["password"]})");
  const Json settings = *ParseJson(
      R"({"hosts":[{"name":"a","password":"hunter2"}],"password":"hunter2"})",
      "test");
  EXPECT_EQ(PrintJson(MaskSettings(settings, schema.get())),
            R"({"hosts":[{"name":"a","password":"***"}],"password":"***"})");
  Json deep = {{"password", "hunter2"}};
  for (int i = 0; i < 100'000; ++i) deep = {{"a", std::move(deep)}};
  EXPECT_THAT(PrintJson(MaskSettings(deep, schema.get())),
              Not(HasSubstr("hunter2")));
}

TEST(Mask, WithoutSecretsEverythingIsShown) {
  const auto schema = SchemaOf(R"({"type":"object"})");
  EXPECT_EQ(MaskSettings(ExampleSettings(), schema.get()), ExampleSettings());
}

// `levels` arrays and objects within one another, the top counted.
Json Nested(size_t levels) {
  Json value = Json::array();
  for (size_t i = 2; i < levels; ++i) value = Json::array({std::move(value)});
  return {{"a", std::move(value)}};
}

TEST(Storable, WhatPassesReadsBack) {
  Json many = Json::object();
  many["list"] = Json::array();
  for (size_t i = 2; i < JsonLimits().values; ++i) many["list"].push_back(1);
  Json numbers = {{"a", 1e300},
                  {"b", -0.0},
                  {"c", 5e-324},
                  {"d", 0.1},
                  {"e", std::numeric_limits<uint64_t>::max()},
                  {"f", std::numeric_limits<int64_t>::min()},
                  {"g", 1e16}};
  Json texts = {{"", std::string("\0\x1f\x7f\"\\", 5)},
                {"\xf0\x9f\x90\xb1", "\xe2\x80\xa8"}};
  Keyring all = OpenKatVectorRing();
  ASSERT_TRUE(all.Add(SettingsKey::Generate()).ok());
  for (const Json& settings : {Json(Json::object()), Nested(JsonLimits().depth),
                               many, numbers, texts}) {
    ASSERT_TRUE(CheckStorable(settings).ok()) << CheckStorable(settings);
    for (const SealFormat format :
         {SealFormat::kCupel, SealFormat::kOpenKatNaclSealbox,
          SealFormat::kOpenKatIdentity}) {
      const auto row = SealSettings(settings, kOwner, format, all);
      ASSERT_TRUE(row.ok()) << row.status();
      const auto opened = OpenSettings(*row, kOwner, all, true);
      ASSERT_TRUE(opened.ok()) << opened.status();
      EXPECT_TRUE(*opened == settings);
      EXPECT_EQ(PrintJson(*opened), PrintJson(settings));
    }
  }
  many["list"].push_back(1);
  EXPECT_TRUE(absl::IsResourceExhausted(CheckStorable(many)));
  EXPECT_TRUE(
      absl::IsResourceExhausted(CheckStorable(Nested(JsonLimits().depth + 1))));
  EXPECT_TRUE(absl::IsResourceExhausted(CheckStorable(Nested(1'000'000))));
}

TEST(Storable, WhatDoesNotIsRefusedWithItsPlace) {
  const std::string text = std::string(kMarker) + "\xc3";
  Json twice = Json::object();
  twice.get_ref<Json::object_t&>().emplace_back("k", kMarker);
  twice.get_ref<Json::object_t&>().emplace_back("k", kMarker);
  const std::pair<Json, const char*> cases[] = {
      {{{"a", {{"b", {1, text}}}}}, "$.a.b[1]: text that is no UTF-8"},
      {{{"a", {{text, 1}}}}, "$.a: a key that is no UTF-8"},
      {{{"a", std::nan("")}}, "$.a: a number"},
      {{{"a", -HUGE_VAL}}, "$.a: a number"},
      {{{"a", Json::binary({1, 2})}}, "$.a: bytes"},
      {{{"a", twice}}, "$.a.k: a key that stands twice"},
      {kMarker, "expected an object, found a string"},
      {nullptr, "expected an object, found null"}};
  for (const auto& [settings, message] : cases) {
    const absl::Status status = CheckStorable(settings);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << message;
    EXPECT_THAT(std::string(MessageOf(status)),
                AllOf(HasSubstr(message), Not(HasSubstr("hunter2"))));
    EXPECT_EQ(
        SealSettings(settings, kOwner, SealFormat::kCupel, RingOf({NewKey()}))
            .status(),
        status);
  }
}

}  // namespace
}  // namespace cupel
