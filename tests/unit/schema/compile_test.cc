// What is a schema, and which are understood.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/unit/schema/schema_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CompileTest, ShapeOfEveryKeyword) {
  const char* const broken[] = {
      R"({"$schema":3})",
      R"({"$id":1})",
      R"({"$ref":1})",
      R"({"$defs":[]})",
      R"({"$defs":{"a":1}})",
      R"({"definitions":3})",
      R"({"$comment":1})",
      R"({"$anchor":1})",
      R"({"$vocabulary":[]})",
      R"({"title":3})",
      R"({"description":null})",
      R"({"examples":{}})",
      R"({"deprecated":1})",
      R"({"readOnly":"yes"})",
      R"({"writeOnly":0})",
      R"({"format":1})",
      R"({"contentEncoding":1})",
      R"({"contentMediaType":[]})",
      R"({"contentSchema":1})",
      R"({"type":"int"})",
      R"({"type":["string",1]})",
      R"({"type":[]})",
      R"({"type":["null","null"]})",
      R"({"type":null})",
      R"({"enum":"a"})",
      R"({"enum":null})",
      R"({"multipleOf":0})",
      R"({"multipleOf":-1})",
      R"({"multipleOf":"1"})",
      R"({"minimum":"1"})",
      R"({"maximum":null})",
      R"({"exclusiveMinimum":true})",
      R"({"exclusiveMaximum":false})",
      R"({"minLength":-1})",
      R"({"maxLength":"26"})",
      R"({"maxLength":1.5})",
      R"({"minItems":true})",
      R"({"maxItems":[]})",
      R"({"minProperties":-0.5})",
      R"({"maxProperties":null})",
      R"({"pattern":1})",
      R"({"pattern":"("})",
      R"({"required":"a"})",
      R"({"required":["a","a"]})",
      R"({"required":[1]})",
      R"({"required":true})",
      R"({"uniqueItems":1})",
      R"({"properties":[]})",
      R"({"properties":{"a":"string"}})",
      R"({"patternProperties":{"(":true}})",
      R"({"patternProperties":{"a":1}})",
      R"({"additionalProperties":"no"})",
      R"({"propertyNames":1})",
      R"({"items":1})",
      R"({"items":[true]})",
      R"({"prefixItems":[]})",
      R"({"prefixItems":true})",
      R"({"contains":1})",
      R"({"allOf":[]})",
      R"({"anyOf":{}})",
      R"({"oneOf":[1]})",
      R"({"not":[]})",
      R"({"if":1})",
      R"({"then":"a"})",
      R"({"else":null})",
      R"({"dependentRequired":{"a":"b"}})",
      R"({"dependentRequired":{"a":["b","b"]}})",
      R"({"dependentSchemas":{"a":["b"]}})",
      R"({"secret":"A"})",
      R"({"secret":[1]})",
      R"({"secret":["A","A"]})",
      "[]",
      "3",
      "null",
      "\"\"",
  };
  for (const char* const schema : broken) {
    const absl::Status error = CompileError(schema);
    EXPECT_EQ(error.code(), absl::StatusCode::kInvalidArgument)
        << schema << ": " << error;
  }
}

TEST(CompileTest, SaysWhereAndWhat) {
  EXPECT_EQ(
      MessageOf(CompileError(R"({"properties":{"A B":{"maxLength":"26"}}})")),
      "schema: $.properties[\"A B\"].maxLength: expected an integer of 0 or "
      "more, found a string");
  EXPECT_THAT(
      MessageOf(CompileError(R"({"anyOf":[true,{"type":"strin"}]})")),
      HasSubstr("$.anyOf[1].type: expected the name of a type (array, "));
  EXPECT_THAT(MessageOf(CompileError(R"j({"items":{"pattern":"a(?=b)"}})j")),
              HasSubstr("$.items.pattern: pattern: look-ahead at byte 1"));
}

TEST(CompileTest, RefusesKeywordsThatItDoesNotCheck) {
  const char* const unsupported[] = {
      R"({"unevaluatedProperties":false})",
      R"({"unevaluatedItems":false})",
      R"({"minContains":2})",
      R"({"maxContains":2})",
      R"({"$dynamicRef":"#a"})",
      R"({"$recursiveRef":"#"})",
      R"({"$recursiveAnchor":true})",
      R"({"additionalItems":false})",
      R"({"dependencies":{"a":["b"]}})",
      R"({"extends":{}})",
      R"({"disallow":"string"})",
      R"({"divisibleBy":2})",
      // At any depth, also where nothing leads to it.
      R"({"properties":{"a":{"not":{"minContains":1}}}})",
      R"({"$defs":{"a":{"unevaluatedItems":false}}})",
      // Patterns that need backtracking.
      R"j({"pattern":"(?=a)"})j",
      R"j({"patternProperties":{"(?!a)":true}})j",
      // References to elsewhere, and documents within documents.
      R"({"$ref":"other.json"})",
      R"({"$ref":"https://example.com/s#/a"})",
      R"({"$ref":"#anchor"})",
      R"({"properties":{"a":{"$id":"b"}}})",
      R"({"$defs":{"a":{"$schema":"x"}}})",
      // Versions.
      R"({"$schema":"http://json-schema.org/draft-04/schema#"})",
      R"({"$schema":"https://json-schema.org/draft/2019-09/schema"})",
      R"({"$schema":"https://example.com/mine"})",
      R"({"$schema":""})",
      // Names that valijson would cut.
      R"({"properties":{"a\u0000b":true}})",
      R"({"required":["a\u0000b"]})",
      R"({"dependentRequired":{"a":["\u0000"]}})",
  };
  for (const char* const schema : unsupported) {
    const absl::Status error = CompileError(schema);
    EXPECT_EQ(error.code(), absl::StatusCode::kUnimplemented)
        << schema << ": " << error;
    EXPECT_THAT(MessageOf(error), HasSubstr("schema: $"));
  }
  EXPECT_EQ(
      MessageOf(CompileError(R"({"properties":{"A":{"minContains":1}}})")),
      "schema: $.properties.A.minContains: \"minContains\" is not "
      "supported: use minItems, maxItems and contains");
}

TEST(CompileTest, TakesAnnotations) {
  const auto schema = MakeSchema(R"({
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "$id": "https://example.com/plugin", "$comment": "", "$anchor": "top",
      "$vocabulary": {}, "title": "Arguments", "description": "",
      "default": {}, "examples": [1], "deprecated": false, "readOnly": true,
      "writeOnly": false, "format": "ipv4", "contentEncoding": "base64",
      "contentMediaType": "text/plain", "contentSchema": {"type": "null"},
      "$dynamicAnchor": "x"})");
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(schema->warnings(), IsEmpty());
  EXPECT_THAT(IssuesOf(*schema, FromText("3")), IsEmpty());
}

TEST(CompileTest, NotesWordsThatAreNoKeywords) {
  const auto schema = MakeSchema(
      R"({"properties":{"A":{"type":"integer","min":1,"max":3,
          "secret":["B"]}},"id":"x","secret":["A","C"]})");
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(
      schema->warnings(),
      ElementsAre("$.properties.A.min: no keyword of JSON Schema, and not "
                  "checked",
                  "$.properties.A.max: no keyword of JSON Schema, and not "
                  "checked",
                  "$.properties.A.secret: names secrets only at the top of the "
                  "schema",
                  "$.id: no keyword of JSON Schema, and not checked",
                  "$.secret: names what is no property"));
  EXPECT_THAT(IssuesOf(*schema, FromText(R"({"A":7})")), IsEmpty());
}

TEST(CompileTest, References) {
  constexpr std::string_view kSchema = R"({
      "$defs": {"port": {"type": "integer"}, "a/b~c %": {"type": "null"}},
      "components": {"name": {"type": "string", "maxLength": 2}},
      "properties": {
        "port": {"$ref": "#/$defs/port", "maximum": 9},
        "odd": {"$ref": "#/$defs/a~1b~0c%20%25"},
        "name": {"$ref": "#/components/name"},
        "first": {"$ref": "#/prefixItems/0"},
        "child": {"$ref": "#"}},
      "prefixItems": [{"type": "boolean"}]})";
  EXPECT_TRUE(Valid(kSchema, R"({"port":5,"odd":null,"name":"ab","first":true,
                                 "child":{"child":{"port":9}}})"));
  EXPECT_FALSE(Valid(kSchema, R"({"port":10})"));
  EXPECT_FALSE(Valid(kSchema, R"({"port":"5"})"));
  EXPECT_FALSE(Valid(kSchema, R"({"odd":1})"));
  EXPECT_FALSE(Valid(kSchema, R"({"name":"abc"})"));
  EXPECT_FALSE(Valid(kSchema, R"({"first":1})"));
  EXPECT_THAT(IssuesOf(kSchema, R"({"child":{"child":{"port":10}}})"),
              ElementsAre("$.child.child.port: greater than 9"));

  for (const char* const broken :
       {R"({"$ref":"#/$defs/none"})", R"({"$ref":"#/allOf/1","allOf":[true]})",
        R"({"$ref":"#/allOf/x","allOf":[true]})", R"({"$ref":"#/a~2"})",
        R"({"$ref":"#/a~"})", R"({"$ref":"#/%zz"})", R"({"$ref":"#/%4"})",
        R"({"$ref":"#/title","title":"x"})"}) {
    EXPECT_EQ(CompileError(broken).code(), absl::StatusCode::kInvalidArgument)
        << broken << ": " << CompileError(broken);
  }
}

// valijson keeps subschemas under paths in which these two are one.
TEST(CompileTest, NamesWithSlashesAreNamesOnly) {
  constexpr std::string_view kSchema = R"({"properties":{
      "a":{"properties":{"b":{"type":"integer"}}},
      "a/properties/b":{"type":"string"}}})";
  EXPECT_TRUE(Valid(kSchema, R"({"a":{"b":1},"a/properties/b":"x"})"));
  EXPECT_FALSE(Valid(kSchema, R"({"a":{"b":"x"}})"));
  EXPECT_FALSE(Valid(kSchema, R"({"a/properties/b":1})"));
}

TEST(CompileTest, TellsAboutTheTop) {
  const auto good = MakeSchema(R"({
      "$defs": {"n": {"$ref": "#/$defs/m"}, "m": {"type": ["number","null"]}},
      "properties": {
        "Z": {"type": "integer", "default": 250}, "A": {"type": "string"},
        "R": {"$ref": "#/$defs/n"}, "E": {"enum": [1, "a", 2.5, 2, null, true]},
        "C": {"const": []}, "N": {}, "T": true},
      "secret": ["A"]})");
  ASSERT_NE(good, nullptr);
  EXPECT_THAT(good->properties(),
              ElementsAre("Z", "A", "R", "E", "C", "N", "T"));
  EXPECT_THAT(good->TypesOf("Z"), ElementsAre("integer"));
  EXPECT_THAT(good->TypesOf("R"), ElementsAre("number", "null"));
  EXPECT_THAT(good->TypesOf("E"),
              ElementsAre("integer", "string", "number", "null", "boolean"));
  EXPECT_THAT(good->TypesOf("C"), ElementsAre("array"));
  EXPECT_THAT(good->TypesOf("N"), IsEmpty());
  EXPECT_THAT(good->TypesOf("T"), IsEmpty());
  EXPECT_THAT(good->TypesOf("none"), IsEmpty());
  ASSERT_NE(good->DefaultOf("Z"), nullptr);
  EXPECT_EQ(*good->DefaultOf("Z"), 250);
  EXPECT_EQ(good->DefaultOf("A"), nullptr);
  EXPECT_EQ(good->DefaultOf("T"), nullptr);
  EXPECT_TRUE(good->IsSecret("A"));
  EXPECT_FALSE(good->IsSecret("Z"));
  EXPECT_EQ(good->document()["properties"]["Z"]["default"], 250);
}

TEST(CompileTest, BooleansAreSchemas) {
  EXPECT_TRUE(Valid("true", "3"));
  EXPECT_THAT(IssuesOf("false", "3"),
              ElementsAre("$: nothing is allowed here"));
  EXPECT_THAT(MakeSchema("false")->properties(), IsEmpty());
}

}  // namespace
}  // namespace cupel
