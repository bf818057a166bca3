#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compat/openkat/ooi.h"
#include "compat/openkat/ooi_types.h"
#include "compat/openkat/primary_key.h"

namespace cupel::openkat {
namespace {

using ::testing::HasSubstr;

Json Parse(std::string_view text) { return *ParseJson(text, "test"); }

std::string InputOf(std::string_view text) {
  const auto read = ReadOoi(text);
  return read.ok() ? PrintJson(read->input)
                   : std::string(read.status().message());
}

TEST(OoiTest, SerialisesAsOctopoesDoes) {
  // What octopoes itself was seen to give for this object.
  EXPECT_EQ(
      InputOf(
          R"({"object_type":"IPService","scan_profile":null,"user_id":null,
              "primary_key":"IPService|internet|1.1.1.1|tcp|443|https",
              "ip_port":"IPPort|internet|1.1.1.1|tcp|443",
              "service":"Service|https"})"),
      R"({"object_type":"IPService","scan_profile":"None","user_id":"None",)"
      R"("primary_key":"IPService|internet|1.1.1.1|tcp|443|https",)"
      R"("ip_port":{"address":{"network":{"name":"internet"},)"
      R"("address":"1.1.1.1"},"protocol":"tcp","port":"443"},)"
      R"("service":{"name":"https"}})");
}

TEST(OoiTest, NumbersStayNumbersAtTheTopOnly) {
  const Json port = Parse(InputOf(
      R"({"object_type":"IPPort","address":"IPAddressV4|internet|1.1.1.1",
                  "protocol":"tcp","port":443,"state":"open"})"));
  EXPECT_EQ(port["port"], 443);
  EXPECT_EQ(port["primary_key"], "IPPort|internet|1.1.1.1|tcp|443");
  EXPECT_EQ(port["address"]["address"], "1.1.1.1");
  EXPECT_EQ(port["state"], "open");
  EXPECT_EQ(Parse(InputOf("IPPort|internet|1.1.1.1|tcp|443"))["port"], 443);
}

TEST(OoiTest, ScanProfilesAndDictionariesAreWhatPythonPrints) {
  const Json read = Parse(InputOf(
      R"({"object_type":"Hostname","network":"Network|internet",
          "name":"example.com","scan_profile":{"scan_profile_type":"declared",
          "reference":"Hostname|internet|example.com","level":2,
          "user_id":null}})"));
  EXPECT_EQ(read["scan_profile"],
            "scan_profile_type='declared' "
            "reference=Reference('Hostname|internet|example.com') "
            "level=<ScanLevel.L2: 2> user_id=None");
  const Json tls = Parse(InputOf(R"({"object_type":"TLSCipher","ip_service":
                  "IPService|internet|1.1.1.1|tcp|443|https",
                  "suites":{"a":[1,true,null]}})"));
  EXPECT_EQ(tls["suites"], "{'a': [1, True, None]}");
}

TEST(OoiTest, AReferenceIsEnoughForWhatItHolds) {
  EXPECT_EQ(InputOf("Hostname|internet|example.com"),
            R"({"object_type":"Hostname","scan_profile":"None",)"
            R"("user_id":"None","primary_key":"Hostname|internet|example.com",)"
            R"("network":{"name":"internet"},"name":"example.com",)"
            R"("dns_zone":"None","registered_domain":"None"})");
  EXPECT_EQ(
      Parse(InputOf(
          "DNSARecord|internet|example.com|192.0.2.1"))["dns_record_type"],
      "A");
  // The key has a hash of the value only.
  EXPECT_EQ(
      Parse(InputOf("DNSTXTRecord|internet|example.com|0beec7b5"))["value"],
      "None");
}

TEST(OoiTest, UrlsWithAddressesAndWithNames) {
  const Json named = TokensOfReference(
      "HTTPResource|internet|1.1.1.1|tcp|443|https|internet|example.com|https|"
      "internet|example.com|443|/a");
  EXPECT_EQ(PrintJson(named["web_url"]),
            R"({"scheme":"https","netloc":{"network":{"name":"internet"},)"
            R"("name":"example.com"},"port":"443","path":"/a"})");
  const Json address = TokensOfReference(
      "HTTPResource|internet|1.1.1.1|tcp|443|https|internet|example.com|https|"
      "internet|2001:db8::1|443|/");
  EXPECT_EQ(address["web_url"]["netloc"]["address"], "2001:db8::1");
}

TEST(OoiTest, ABarInTheLastPartBelongsToIt) {
  EXPECT_EQ(Parse(InputOf("URL|internet|https://example.com/?a|b"))["raw"],
            "https://example.com/?a|b");
}

TEST(OoiTest, WhatIsNotKnownIsHandedOnAsItIs) {
  EXPECT_EQ(InputOf("Satellite|earth|7"),
            R"({"primary_key":"Satellite|earth|7","object_type":"Satellite"})");
  const Json read = Parse(InputOf(
      R"({"object_type":"Satellite","primary_key":"Satellite|7","height":7,
          "owner":null})"));
  EXPECT_EQ(read["height"], 7);
  EXPECT_EQ(read["owner"], "None");
}

TEST(OoiTest, ErrorsSayWhatIsExpected) {
  EXPECT_THAT(InputOf("example.com"),
              HasSubstr("'Hostname|internet|example.com'"));
  EXPECT_THAT(InputOf("IPPort|internet|1.1.1.1"),
              HasSubstr("expected IPPort|network|address|protocol|port"));
  EXPECT_THAT(InputOf("{}"), HasSubstr("$.object_type"));
  EXPECT_THAT(InputOf("{\"object_type\":"), HasSubstr("input"));
  EXPECT_THAT(InputOf(R"({"object_type":"Satellite"})"),
              HasSubstr("needs its primary_key"));
  EXPECT_THAT(InputOf("Hostname|internet|a\nb"), HasSubstr("control"));
  EXPECT_THAT(InputOf(std::string(70000, 'a') + "|b"), HasSubstr("65536"));
  EXPECT_THAT(InputOf("Hostname|internet|\xff"), HasSubstr("UTF-8"));
}

TEST(PrimaryKeyTest, TypesWithRulesOfTheirOwn) {
  EXPECT_EQ(*PrimaryKeyOf(Parse(
                R"({"object_type":"Finding","ooi":"Hostname|internet|a.nl",
                    "finding_type":"KATFindingType|KAT-1"})")),
            "Finding|Hostname|internet|a.nl|KAT-1");
  EXPECT_EQ(*PrimaryKeyOf(Parse(
                R"({"object_type":"SoftwareInstance",
                    "ooi":"Hostname|internet|a.nl",
                    "software":"Software|nginx|1.1|"})")),
            "SoftwareInstance|Hostname|internet|a.nl|Software|nginx|1.1|");
  // sha1sum of "foo".
  EXPECT_EQ(*PrimaryKeyOf(Parse(
                R"({"object_type":"DNSTXTRecord","value":"foo",
                    "hostname":"Hostname|internet|a.nl"})")),
            "DNSTXTRecord|internet|a.nl|"
            "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33");
  EXPECT_EQ(
      *PrimaryKeyOf(Parse(R"({"object_type":"Software","name":"nginx"})")),
      "Software|nginx||");
}

TEST(OoiTypesTest, EveryFieldLeadsSomewhere) {
  const OoiType* const type = FindOoiType("HTTPResource");
  ASSERT_NE(type, nullptr);
  ASSERT_EQ(type->keys.size(), 2u);
  EXPECT_EQ(ConcreteOoiTypes("IPAddress").size(), 2u);
  EXPECT_EQ(ConcreteOoiTypes("FindingType").size(), 7u);
  EXPECT_TRUE(ConcreteOoiTypes("OOI").empty());
  EXPECT_EQ(FindOoiType("NetBlock"), nullptr);
  for (const char* kind :
       {"IPAddress", "NetBlock", "FindingType", "WebURL", "DNSRecord",
        "DNSSPFMechanism", "SubjectAlternativeName"}) {
    for (const OoiType* const one : ConcreteOoiTypes(kind)) {
      ASSERT_NE(one, nullptr) << kind;
      for (const auto key : one->keys) {
        EXPECT_NE(one->Find(key), nullptr) << one->name << " " << key;
      }
    }
  }
}

}  // namespace
}  // namespace cupel::openkat
