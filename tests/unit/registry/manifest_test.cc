#include "registry/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/status.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json MustParse(std::string_view text) {
  auto json = ParseJson(text, "test");
  EXPECT_TRUE(json.ok()) << json.status();
  return json.ok() ? *json : Json();
}

struct ReadResult {
  PluginManifest manifest;
  std::vector<std::string> issues;  // "path type"
  std::string message;
};

ReadResult Read(std::string_view text, std::optional<PluginKind> kind = {}) {
  JsonIssues issues;
  const Json document = MustParse(text);
  ReadResult result{ReadManifest(document, kind, &issues), {}, {}};
  for (const JsonIssue& issue : issues.list()) {
    result.issues.push_back(PathText(issue.path) + " " + issue.type);
  }
  result.message = MessageOf(issues.ToStatus("m"));
  return result;
}

TEST(ManifestTest, ABoefjeWithAllItsFields) {
  const auto result = Read(R"({"id":"dns-records","name":"DNS","version":"2",
    "created":"2024-01-02T03:04:05Z","description":"Looks","enabled":true,
    "scan_level":"3","consumes":["Hostname","A","Hostname"],
    "produces":["x/y"],"boefje_schema":{"type":"object","properties":{}},
    "environment_keys":["PROXY"],"cron":"5 0 * 8 *","interval":60,
    "run_on":["create","update","create"],"runnable_hash":"ab",
    "oci_image":"image:latest","oci_arguments":["a","a"],"deduplicate":false,
    "what is this":[1]})");
  EXPECT_THAT(result.issues, IsEmpty()) << result.message;
  const PluginManifest& m = result.manifest;
  EXPECT_EQ(m.kind, PluginKind::kBoefje);
  EXPECT_EQ(m.scan_level, 3);
  EXPECT_THAT(m.consumes, ElementsAre("Hostname", "A"));
  EXPECT_THAT(m.oci_arguments, ElementsAre("a", "a"));
  EXPECT_THAT(m.environment_keys, ElementsAre("PROXY"));
  EXPECT_THAT(*m.run_on, ElementsAre("create", "update", "create"));
  EXPECT_EQ(m.interval, 60);
  EXPECT_FALSE(m.deduplicate);
  EXPECT_TRUE(m.enabled);
  ASSERT_NE(m.compiled, nullptr);
  EXPECT_TRUE(m.schema.is_object());
}

TEST(ManifestTest, PrintsAsOpenKatDoes) {
  const auto boefje = Read(
      R"({"id":"external_db","name":"Ext","description":"D","scan_level":0,
      "consumes":["Network"],"deduplicate":false,"environment_keys":["X"],
      "oci_image":"i:latest","oci_arguments":["kat_external_db.main"]})",
      PluginKind::kBoefje);
  EXPECT_EQ(
      PrintJson(PrintManifest(boefje.manifest, false)),
      R"({"id":"external_db","name":"Ext","version":null,"created":null,)"
      R"("description":"D","enabled":false,"static":true,"type":"boefje",)"
      R"("scan_level":0,"consumes":["Network"],"produces":[],)"
      R"("boefje_schema":null,"cron":null,"interval":null,"run_on":null,)"
      R"("runnable_hash":null,"oci_image":"i:latest",)"
      R"("oci_arguments":["kat_external_db.main"],"deduplicate":false})");
  const auto normalizer =
      Read(R"({"produces":["B"],"consumes":["a","a"],"name":"N","id":"n",
      "created":"2024-01-02T03:04:05Z","static":false})",
           PluginKind::kNormalizer);
  EXPECT_EQ(PrintJson(PrintManifest(normalizer.manifest,
                                    normalizer.manifest.enabled)),
            R"({"id":"n","name":"N","version":null,)"
            R"("created":"2024-01-02T03:04:05Z","description":null,)"
            R"("enabled":true,"static":false,"type":"normalizer",)"
            R"("consumes":["a","a"],"produces":["B"]})");
}

TEST(ManifestTest, WhatIsPrintedReadsBackTheSame) {
  const auto first = Read(R"({"id":"a","name":"b","scan_level":2,"version":"1",
    "consumes":["X"],"cron":"@daily","interval":-4,"run_on":[],
    "boefje_schema":{"type":"object","properties":{"A":{"type":"integer"}}}})");
  ASSERT_THAT(first.issues, IsEmpty()) << first.message;
  const Json printed = PrintManifest(first.manifest, true);
  const auto second = Read(PrintJson(printed));
  EXPECT_THAT(second.issues, IsEmpty());
  EXPECT_EQ(PrintManifest(second.manifest, true), printed);
}

TEST(ManifestTest, DefaultsAndTheKindThatIsGuessed) {
  using Kind = PluginKind;
  const struct {
    std::string_view text;
    Kind kind;
  } kCases[] = {
      {R"({"id":"a","name":"b"})", Kind::kBoefje},
      {R"({"id":"a","name":"b","consumes":[],"produces":[]})",
       Kind::kNormalizer},
      {R"({"id":"a","name":"b","consumes":[]})", Kind::kBoefje},
      {R"({"id":"a","name":"b","consumes":[],"produces":[],"scan_level":1})",
       Kind::kBoefje},
      {R"({"id":"a","name":"b","consumes":[],"produces":[],"oci_image":"x"})",
       Kind::kBoefje},
      {R"({"id":"a","name":"b","type":"boefje","consumes":[],"produces":[]})",
       Kind::kBoefje},
      {R"({"id":"a","name":"b","type":"normalizer","consumes":[],)"
       R"("produces":[],"scan_level":1})",
       Kind::kNormalizer},
  };
  for (const auto& [text, kind] : kCases) {
    const auto result = Read(text);
    EXPECT_THAT(result.issues, IsEmpty()) << text << result.message;
    EXPECT_EQ(result.manifest.kind, kind) << text;
    EXPECT_EQ(result.manifest.enabled, kind == Kind::kNormalizer);
    EXPECT_TRUE(result.manifest.is_static);
    EXPECT_TRUE(result.manifest.deduplicate);
    EXPECT_EQ(result.manifest.scan_level, 1);
  }
}

TEST(ManifestTest, TheTypeMustNotContradict) {
  EXPECT_THAT(Read(R"({"id":"a","name":"b","type":"bit"})").issues,
              ElementsAre("$.type enum"));
  EXPECT_THAT(
      Read(R"({"id":"a","name":"b","type":"normalizer"})", PluginKind::kBoefje)
          .issues,
      ElementsAre("$.type enum"));
  EXPECT_THAT(Read(R"({"id":"a","name":"b","type":7})").issues,
              testing::Contains(HasSubstr("$.type ")));
}

TEST(ManifestTest, TellsEverythingThatIsWrongAtOnce) {
  const auto result = Read(R"({"name":5,"scan_level":9,"cron":"bad format",
    "run_on":["delete"],"boefje_schema":{"$schema":3},"interval":"x",
    "consumes":"Hostname","enabled":"perhaps"})");
  std::vector<std::string> paths;
  for (const std::string& issue : result.issues) {
    paths.push_back(issue.substr(0, issue.find(' ')));
  }
  EXPECT_THAT(
      paths, testing::IsSupersetOf({"$.id", "$.name", "$.scan_level", "$.cron",
                                    "$.run_on", "$.boefje_schema", "$.interval",
                                    "$.consumes", "$.enabled"}));
}

TEST(ManifestTest, NoObjectAtAll) {
  for (const char* text : {"[]", "null", "7", "\"x\""}) {
    EXPECT_THAT(Read(text).issues, ElementsAre("$ dict_type")) << text;
  }
}

TEST(ManifestTest, ANormalizerNeedsItsLists) {
  EXPECT_THAT(Read(R"({"id":"a","name":"b"})", PluginKind::kNormalizer).issues,
              ElementsAre("$.consumes missing", "$.produces missing"));
}

TEST(ManifestTest, ASchemaIsAnObjectOrNothing) {
  EXPECT_THAT(Read(R"({"id":"a","name":"b","boefje_schema":null})").issues,
              IsEmpty());
  EXPECT_THAT(Read(R"({"id":"a","name":"b","boefje_schema":[1]})").issues,
              ElementsAre("$.boefje_schema dict_type"));
}

TEST(ManifestTest, IdsThatAreNoPaths) {
  for (const char* good : {"dns-records", "CVE_2023_35078", "a.b",
                           "\u00e9t\u00e9", "a b", "~", ".hidden", "$(x)"}) {
    EXPECT_TRUE(CheckPluginId(good).ok()) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), std::string("../x"),
        std::string("a/b"), std::string("a\\b"), std::string("a\0b", 3),
        std::string("a\nb"), std::string("a\x7f"), std::string("\xc2\x85"),
        std::string("\xff"), std::string(65, 'x'), std::string("a..b")}) {
    const absl::Status status = CheckPluginId(bad);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_FALSE(HasControlCharacters(MessageOf(status))) << bad;
  }
  std::string accents;
  for (int i = 0; i < 64; ++i) accents += "\u00e9";
  EXPECT_TRUE(CheckPluginId(accents).ok());
  EXPECT_THAT(Read(R"({"id":"../../etc/passwd","name":"b"})").issues,
              ElementsAre("$.id value_error"));
  EXPECT_THAT(Read(R"({"id":"a","name":"b\u001b[31m"})").issues,
              ElementsAre("$.name value_error"));
}

}  // namespace
}  // namespace cupel
