#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rest_testing.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string Plugin(std::string_view id) {
  return "/v1/organisations/acme/plugins/" + std::string(id);
}

TEST_F(RestTest, APluginHasOpenKatsKeysInItsOrder) {
  const RestResponse response = Ask("GET", Plugin("dns"));
  EXPECT_EQ(HeaderOf(response, "content-type"), "application/json");
  const Json plugin = Parsed(response.body);
  std::string keys;
  for (const auto& [key, value] : plugin.items()) keys += key + " ";
  EXPECT_EQ(keys,
            "id name version created description enabled static type "
            "scan_level consumes produces boefje_schema cron interval run_on "
            "runnable_hash oci_image oci_arguments deduplicate ");
  EXPECT_EQ(plugin["produces"], Json::array({"boefje/dns"}));
  EXPECT_EQ(plugin["static"], true);
}

TEST_F(RestTest, UnknownPlugins) {
  const char* const not_found = R"(404 {"detail":"Plugin not found"})";
  EXPECT_EQ(Get(Plugin("x")), not_found);
  EXPECT_EQ(Get(std::string(kPlugins) + "?ids=dns&ids=x"), not_found);
  // OpenKAT answers 500.
  EXPECT_EQ(Answer("PATCH", Plugin("x"), R"({"enabled":true})"),
            R"(404 {"message":"Plugin with id 'x' not found"})");
}

TEST_F(RestTest, Filters) {
  const std::string all = kPlugins;
  EXPECT_EQ(IdsIn(all), "dns ports ports-normalize");
  EXPECT_EQ(IdsIn(all + "?plugin_type=boefje"), "dns ports");
  EXPECT_EQ(IdsIn(all + "?plugin_type=normalizer"), "ports-normalize");
  EXPECT_EQ(IdsIn(all + "?plugin_type=bit"), "");
  EXPECT_EQ(IdsIn(all + "?q=Name+of+p"), "ports");
  EXPECT_EQ(IdsIn(all + "?q=Name%20of%20d"), "dns");
  EXPECT_EQ(IdsIn(all + "?ids=ports&ids=dns"), "ports dns");
  EXPECT_EQ(IdsIn(all + "?state=true"), "ports-normalize");
  EXPECT_EQ(IdsIn(all + "?state=No"), "dns ports");
  EXPECT_EQ(IdsIn(all + "?consumes=x/y&consumes=z"), "ports-normalize");
  EXPECT_EQ(IdsIn(all + "?produces=boefje/dns"), "dns");
  EXPECT_EQ(IdsIn(all + "?oci_image=x"), "");
  EXPECT_EQ(IdsIn(all + "?offset=1&limit=1"), "ports");
  EXPECT_EQ(IdsIn(all + "?limit=0"), "");
  EXPECT_EQ(IdsIn(all + "?offset=9"), "");
  // The last one counts; what nobody knows does not.
  EXPECT_EQ(IdsIn(all + "?limit=1&limit=2&surprise=1"), "dns ports");
  // OpenKAT knows no error for an organisation that is not there.
  EXPECT_EQ(IdsIn("/v1/organisations/nobody/plugins"),
            "dns ports ports-normalize");
}

TEST_F(RestTest, FiltersAreChecked) {
  EXPECT_EQ(Get(std::string(kPlugins) + "?limit=-1"),
            R"(422 {"detail":[{"type":"int_parsing","loc":["query","limit"],)"
            R"("msg":"expected a whole number, 0 or more"}]})");
  EXPECT_EQ(Get(std::string(kPlugins) + "?state=perhaps"),
            R"(422 {"detail":[{"type":"bool_parsing","loc":["query","state"],)"
            R"("msg":"expected true or false"}]})");
  EXPECT_THAT(Get(std::string(kPlugins) + "?plugin_type=stoq"),
              HasSubstr("expected one of boefje, normalizer, bit"));
  EXPECT_THAT(Get(std::string(kPlugins) + "?offset=99999999999999999999"),
              StartsWith("422 "));
}

TEST_F(RestTest, EnablesForOneOrganisationOnly) {
  EXPECT_EQ(Answer("PATCH", Plugin("dns"), R"({"enabled":true})"), "204 ");
  EXPECT_EQ(IdsIn(std::string(kPlugins) + "?state=true"),
            "dns ports-normalize");
  EXPECT_EQ(IdsIn("/v1/organisations/other/plugins?state=true"),
            "ports-normalize");
  EXPECT_EQ(Answer("PATCH", Plugin("dns"), "{}"), "204 ");
  EXPECT_EQ(IdsIn(std::string(kPlugins) + "?state=true"), "ports-normalize");
  EXPECT_EQ(Answer("PATCH", "/v1/organisations/nobody/plugins/dns", "{}"),
            R"(404 {"message":"Organisation with id 'nobody' not found"})");
  EXPECT_THAT(Answer("PATCH", Plugin("dns"), R"({"enabled":"perhaps"})"),
              StartsWith(R"(422 {"detail":[{"type":"bool_parsing")"));
}

TEST_F(RestTest, SchemaCoverAndDescription) {
  EXPECT_EQ(Get(Plugin("ports/schema.json")), std::string("200 ") + kSchema);
  EXPECT_EQ(Get(Plugin("dns/schema.json")), "200 null");
  EXPECT_EQ(Get(Plugin("unknown/schema.json")), "200 null");
  const RestResponse cover = Ask("GET", Plugin("dns/cover.jpg"));
  EXPECT_EQ(HeaderOf(cover, "content-type"), "image/jpeg");
  EXPECT_THAT(cover.body, StartsWith("\xff\xd8\xff"));
  EXPECT_EQ(Ask("GET", Plugin("unknown/cover.jpg")).body, cover.body);
  files_.Write("dns/cover.jpg", "\xff\xd8 its own");
  files_.Write("dns/description.md", "# DNS");
  ASSERT_TRUE(registry_->Rescan().ok());
  EXPECT_EQ(Get(Plugin("dns/cover.jpg")), "200 \xff\xd8 its own");
  const RestResponse text = Ask("GET", Plugin("dns/description.md"));
  EXPECT_EQ(text.body, "# DNS");
  EXPECT_EQ(HeaderOf(text, "content-type"), "text/markdown; charset=utf-8");
  EXPECT_EQ(HeaderOf(text, "x-content-type-options"), "nosniff");
  EXPECT_EQ(Get(Plugin("unknown/description.md")), "200 ");
}

TEST_F(RestTest, BrokenAndStoqPluginsHideNobody) {
  files_.Write("bad/boefje.json", "{");
  files_.Write("yara/yara.stoq",
               "[Core]\nName = yara\nModule = yara\n"
               "[Documentation]\nVersion = 1\n");
  files_.Write("yara/yara.py", "class Yara(WorkerPlugin): pass\n");
  ASSERT_TRUE(registry_->Rescan().ok());
  EXPECT_EQ(registry_->found().size(), 5U);
  EXPECT_EQ(IdsIn(kPlugins), "dns ports ports-normalize");
  EXPECT_THAT(Get(Plugin("yara")), StartsWith("404 "));
}

TEST_F(RestTest, PostsAPlugin) {
  const std::string plugin =
      R"({"id":"new","name":"New","static":true,"type":"boefje",)"
      R"("oci_image":"x/y:1","scan_level":2})";
  EXPECT_EQ(Answer("POST", kPlugins, plugin), "201 null");
  const Json added = Parsed(Ask("GET", Plugin("new")).body);
  EXPECT_EQ(added["static"], false);
  EXPECT_EQ(added["scan_level"], 2);
  // Before the local ones.
  EXPECT_EQ(IdsIn(kPlugins), "new dns ports ports-normalize");
  const char* const same_id =
      R"(400 {"detail":"Duplicate plugin: a plugin with this id already exists"})";
  const char* const same_name =
      R"(400 {"detail":"Duplicate plugin: a plugin with this name already exists"})";
  EXPECT_EQ(Answer("POST", kPlugins, plugin), same_id);
  EXPECT_EQ(Answer("POST", kPlugins, R"({"id":"dns","name":"x"})"), same_id);
  EXPECT_EQ(Answer("POST", kPlugins, R"({"id":"y","name":"New"})"), same_name);
  EXPECT_EQ(Answer("POST", kPlugins, R"({"id":"y","name":"Name of dns"})"),
            same_name);
}

TEST_F(RestTest, PostedPluginsAreChecked) {
  EXPECT_EQ(Answer("POST", kPlugins, R"({"type":"bit","id":"b","name":"B"})"),
            R"(400 {"detail":"Creation of Bits is not supported"})");
  for (const char* const body :
       {R"({"id":"a"})", R"({"id":"a/../b","name":"x"})",
        R"({"id":"a","name":"x","cron":"every day"})",
        R"({"id":"a","name":"x","boefje_schema":{"type":5}})",
        R"({"id":"a","name":"x","boefje_schema":{"minContains":1}})",
        R"!({"id":"a","name":"x","boefje_schema":{"pattern":"(?=a)"}})!"}) {
    EXPECT_THAT(Answer("POST", kPlugins, body), StartsWith("422 ")) << body;
  }
}

TEST_F(RestTest, ChangesAndRemovesPostedPlugins) {
  const std::string boefje = "/v1/organisations/acme/boefjes/new";
  ASSERT_EQ(Answer("POST", kPlugins, R"({"id":"new","name":"New"})"),
            "201 null");
  EXPECT_EQ(Answer("PATCH", boefje,
                   R"({"description":"D","id":"x","deduplicate":false})"),
            "204 ");
  const Json changed = Parsed(Ask("GET", Plugin("new")).body);
  EXPECT_EQ(changed["description"], "D");
  EXPECT_EQ(changed["id"], "new");
  EXPECT_EQ(changed["deduplicate"], true);
  EXPECT_THAT(Answer("PATCH", boefje, R"({"cron":"x"})"), StartsWith("422 "));
  EXPECT_THAT(Answer("PATCH", boefje, "5"), StartsWith("422 "));
  EXPECT_THAT(Answer("PATCH", "/v1/organisations/acme/normalizers/new", "{}"),
              StartsWith("404 {\"message\":"));
  EXPECT_EQ(Answer("DELETE", boefje), "204 ");
  EXPECT_EQ(Answer("DELETE", boefje),
            R"(404 {"message":"Plugin with id 'new' not found"})");
}

TEST_F(RestTest, LocalPluginsAreNotChanged) {
  EXPECT_EQ(Answer("PATCH", "/v1/organisations/acme/boefjes/dns", "{}"),
            R"(403 {"detail":"Updating a static plugin is not allowed"})");
  EXPECT_EQ(Answer("PATCH",
                   "/v1/organisations/acme/normalizers/ports-normalize", "{}"),
            R"(400 {"message":"Plugin with id 'ports-normalize' is static, )"
            R"(so updating it is not allowed"})");
}

}  // namespace
}  // namespace cupel
