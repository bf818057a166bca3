// Documents written by hand from what is known of stoQ's, against what is made
// of one report. The ids are BLAKE2b of the job's id and the payloads' numbers,
// calculated elsewhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "base/status.h"
#include "compat/stoq/documents.h"
#include "format/json.h"
#include "tests/unit/report/report_builder.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// SHA-256 and the others of "abc", "" and "abcdbcdecdef...", from FIPS 180-4
// and RFC 1321.
constexpr char kRootSha256[] =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kBodySha256[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kPeSha256[] =
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
constexpr char kRootMd5[] = "900150983cd24fb0d6963f7d28e17f72";
constexpr char kRootSha1[] = "a9993e364706816aba3e25717850c26c9cd0d89d";

constexpr char kId1[] = "3b880a39-389c-42ef-914f-be01e9327af8";
constexpr char kId2[] = "6da3c02c-4ca3-4788-ac8d-87656589e4c2";
constexpr char kId3[] = "d0a8de5d-b601-446f-a658-9c6d33596769";
constexpr char kScanId[] = "d7fedd3b-53e4-4d87-800b-5cf206f85b9a";

std::string Filled(std::string text) {
  const std::pair<std::string_view, std::string_view> values[] = {
      {"%SHA1%", kRootSha256}, {"%SHA2%", kBodySha256},
      {"%SHA3%", kPeSha256},   {"%ID1%", kId1},
      {"%ID2%", kId2},         {"%ID3%", kId3},
      {"%SCAN%", kScanId},     {"%MD5%", kRootMd5},
      {"%SHAONE%", kRootSha1}};
  for (const auto& [name, value] : values) {
    size_t at = 0;
    while ((at = text.find(name, at)) != text.npos) {
      text.replace(at, name.size(), value);
    }
  }
  // The expected ones are laid out for people.
  std::string line;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n') {
      at = std::min(text.find_first_not_of(' ', at + 1), text.size()) - 1;
    } else {
      line += text[at];
    }
  }
  return line;
}

enum : uint32_t { kExif, kHash, kPe, kScore, kFile };

class StoqDocumentsTest : public ::testing::Test {
 protected:
  StoqDocumentsTest() : b({MakeRule("mz", 5)}) {
    options.time = *DateTime::Parse("2018-05-06T07:08:09.123456Z");
    options.job = *Uuid::Parse("11111111-2222-4333-8444-555555555555");
    b.report.rules = nullptr;
    b.report.plugins = {{.id = {PluginCategory::kWorker, "exif"}},
                        {.id = {PluginCategory::kWorker, "hash"}},
                        {.id = {PluginCategory::kCarver, "pe"}},
                        {.id = {PluginCategory::kDecorator, "score"}},
                        {.id = {PluginCategory::kConnector, "file"}}};
    b.report.metadata = R"({"ticket": 7, "campaign": "of the job"})";
    d = b.AddDistribution("in/mail.eml");
    AddRoot();
    Set(b.Open(1, d, "body.txt"), 100, "");
    AddPe();
    const uint32_t link = b.Open(1, d, "a-link");
    b.report.payload(link).has_content = false;
    for (const uint32_t id : {4u, 3u, 2u, 1u}) b.Close(id);
    FinishReport(&b.report);
  }

  void AddRoot() {
    const uint32_t root = b.Open(0, d, "in/mail.eml");
    Set(root, 900, "abc");
    PayloadRecord& record = b.report.payload(root);
    record.metadata =
        R"({"filename": "mail.eml", "campaign": "x", "size": 900})";
    record.saved = {{.connector = kFile, .json = R"({"conn_id": "a/b"})"}};
    auto sayings = std::make_shared<PluginSayings>();
    sayings->plugins = {kExif, kHash};
    sayings->results = {
        {.plugin = kExif, .json = "{\n  \"model\": \"x\"\n}"},
        {.plugin = kHash,
         .json = std::string(R"({"md5":")") + kRootMd5 + R"(","sha1":")" +
                 kRootSha1 + R"(","sha512":"no hash"})"}};
    record.sayings = std::move(sayings);
  }

  void AddPe() {
    const uint32_t pe = b.Open(2, d, "pe#0");
    Set(pe, 50, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
    PayloadRecord& record = b.report.payload(pe);
    record.producer = kPe;
    record.metadata = R"({"filename":"x.exe","at":4})";
    record.dispatch_meta = R"({"plugin":"carver:pe","save":"True","ticket":1})";
    auto sayings = std::make_shared<PluginSayings>();
    sayings->plugins = {kExif};
    sayings->results = {{.plugin = kExif, .json = "{\"n\":1}"},
                        {.plugin = kExif, .json = "{\"n\":2}"}};
    record.sayings = std::move(sayings);
  }

  void Set(uint32_t id, uint64_t size, std::string_view bytes) {
    b.report.payload(id).size = size;
    b.report.payload(id).sha256 = Sha256(bytes);
  }

  std::vector<std::string> Write() {
    auto documents = WriteDocuments(b.report, options);
    EXPECT_TRUE(documents.ok()) << documents.status();
    return documents.ok() ? *documents : std::vector<std::string>();
  }

  ReportBuilder b;
  uint32_t d = 0;
  DocumentOptions options;
};

class Stoq1Test : public StoqDocumentsTest {
 protected:
  Stoq1Test() {
    options.schema = DocumentSchema::kStoq1;
    options.worker = "exif";
  }
};

TEST_F(Stoq1Test, HasRootAndChildrenWithTheirChains) {
  b.report.tlp = "amber";
  EXPECT_THAT(Write(), ElementsAre(Filled(R"(
      {"date":"2018-05-06T07:08:09.123456Z",
       "tlp":"amber",
       "payloads":3,
       "plugins":{"0":"exif","1":"extractor:archive","2":"carver:pe"},
       "results":[
        {"path":"in/mail.eml",
         "filename":"mail.eml",
         "md5":"%MD5%",
         "sha1":"%SHAONE%",
         "sha256":"%SHA1%",
         "content-type":"application/octet-stream",
         "conn_id":"a/b",
         "scan":{   "model": "x" },
         "uuid":["%ID1%"],
         "plugin":"exif",
         "size":900,
         "source_meta":{"campaign":"x","ticket":7},
         "payload_id":0},
        {"plugin":"exif",
         "dispatcher":"extractor:archive",
         "payload_id":1,
         "uuid":["%ID1%","%ID2%"],
         "scan":null,
         "sha256":"%SHA2%",
         "size":100,
         "source_meta":{},
         "filename":"body.txt"},
        {"plugin":"exif",
         "save":"True",
         "ticket":1,
         "dispatcher":"carver:pe",
         "payload_id":2,
         "uuid":["%ID1%","%ID2%","%ID3%"],
         "scan":[{"n":1},{"n":2}],
         "sha256":"%SHA3%",
         "size":50,
         "filename":"x.exe",
         "source_meta":{"at":4}}]})")));
}

TEST_F(Stoq1Test, QuirksAreThoseOfStoq) {
  options.quirks = true;
  options.time = *DateTime::Parse("2018-05-06T09:08:09.123456+02:00");
  EXPECT_THAT(Write(), ElementsAre(Filled(R"(
      {"date":"2018-05-06T09:08:09.123456",
       "tlp":"white",
       "payloads":3,
       "plugins":{"0":"exif","1":"extractor:archive","2":"carver:pe"},
       "results":[
        {"path":"in/mail.eml",
         "filename":"mail.eml",
         "md5":"%MD5%",
         "sha1":"%SHAONE%",
         "sha256":"%SHA1%",
         "content-type":"application/octet-stream",
         "conn_id":"a/b",
         "scan":{   "model": "x" },
         "uuid":["%ID1%"],
         "plugin":"exif",
         "size":900,
         "source_meta":{"campaign":"x","ticket":7},
         "payload_id":0},
        {"filename":"mail.eml",
         "path":"in/mail.eml",
         "campaign":"x",
         "size":900,
         "ticket":7,
         "plugin":"exif",
         "dispatcher":"extractor:archive",
         "payload_id":1,
         "uuid":["%ID1%","%ID2%"],
         "scan":null,
         "sha256":"%SHA2%",
         "source_meta":{}},
        {"plugin":"exif",
         "save":"True",
         "ticket":7,
         "filename":"x.exe",
         "path":"in/mail.eml",
         "campaign":"x",
         "size":900,
         "dispatcher":"carver:pe",
         "payload_id":2,
         "uuid":["%ID1%","%ID2%","%ID3%"],
         "scan":[{"n":1},{"n":2}],
         "sha256":"%SHA3%",
         "source_meta":{"at":4}}]})")));
}

TEST_F(Stoq1Test, SplitHasOneEntryEachAndKeepsTheLabel) {
  options.split = true;
  b.report.tlp = "clear";
  const Json whole = [&] {
    DocumentOptions all = options;
    all.split = false;
    return *ParseJson(WriteDocuments(b.report, all)->front(), "document");
  }();
  const auto documents = Write();
  ASSERT_THAT(documents, SizeIs(3));
  for (size_t i = 0; i < 3; ++i) {
    const Json one = *ParseJson(documents[i], "document");
    EXPECT_EQ(one["tlp"], "white");
    EXPECT_EQ(one["payloads"], 1);
    EXPECT_EQ(one["results"], Json::array({whole["results"][i]}));
    const std::string number = std::to_string(i);
    EXPECT_EQ(one["plugins"], Json({{number, whole["plugins"][number]}}));
  }
  options.quirks = true;
  EXPECT_FALSE(ParseJson(Write()[0], "document")->contains("tlp"));
}

TEST_F(Stoq1Test, OneDocumentForEachWorkerThatGaveSomething) {
  options.worker = "";
  std::vector<std::string> workers;
  for (const std::string& text : Write()) {
    workers.push_back((*ParseJson(text, "document"))["plugins"]["0"]);
  }
  EXPECT_THAT(workers, ElementsAre("exif", "hash"));
  options.worker = "pe";
  const auto status = WriteDocuments(b.report, options).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(MessageOf(status), HasSubstr("these had: exif, hash"));
}

TEST_F(Stoq1Test, OneDocumentForEachResultAboutTheInput) {
  auto sayings = std::make_shared<PluginSayings>();
  sayings->plugins = {kExif};
  for (const char* json : {"1", "\"two\"", "{}"}) {
    sayings->results.push_back({.plugin = kExif, .json = json});
  }
  b.report.payload(1).sayings = std::move(sayings);
  std::vector<std::string> scans;
  for (const std::string& text : Write()) {
    const Json entry = (*ParseJson(text, "document"))["results"][0];
    EXPECT_EQ(entry["uuid"][0], kId1);
    scans.push_back(PrintJson(entry["scan"]));
  }
  EXPECT_THAT(scans, ElementsAre("1", "\"two\"", "{}"));
}

TEST_F(Stoq1Test, WhereNobodySaysAnythingThereIsStillTheInput) {
  for (uint32_t id = 1; id <= 4; ++id) b.report.payload(id).sayings = nullptr;
  EXPECT_THAT(Write(), SizeIs(0));  // nobody looked
  auto sayings = std::make_shared<PluginSayings>();
  sayings->plugins = {kExif};
  b.report.payload(1).sayings = std::move(sayings);
  const auto documents = Write();
  ASSERT_THAT(documents, SizeIs(1));
  EXPECT_TRUE((*ParseJson(documents[0], "d"))["results"][0]["scan"].is_null());
  options.quirks = true;
  EXPECT_THAT(Write(), SizeIs(0));
}

TEST_F(Stoq1Test, RulesAreTheWorkerYara) {
  RuleInfo rule = MakeRule("mz", 5);
  rule.tags = {"pe"};
  rule.metas = {{"plugin", std::string("carver:pe")}, {"n", int64_t{3}}};
  b.report.rules = std::make_shared<FakeRules>(std::vector<RuleInfo>{rule});
  auto found = std::make_shared<ScanResult>();
  found->rules = {
      {.rule = 0,
       .total_strings = 1,
       .strings = {
           {.id = "$a", .offset = 17, .length = 3, .excerpt = "M\x01Z"}}}};
  b.report.payload(2).result = std::move(found);
  options.worker = "yara";
  const auto documents = Write();
  ASSERT_THAT(documents, SizeIs(1));
  const Json results = (*ParseJson(documents[0], "document"))["results"];
  EXPECT_TRUE(results[0]["scan"].is_null());
  EXPECT_EQ(PrintJson(results[1]["scan"]),
            R"({"matches":[{"tags":["pe"],"namespace":"test","rule":"mz",)"
            R"("meta":{"plugin":"carver:pe","n":3},)"
            R"("strings":[[17,"$a","M\\x01Z"]]}]})");
}

TEST_F(Stoq1Test, StatementsGoWithTheWorkersOwnResult) {
  auto sayings = std::make_shared<PluginSayings>(*b.report.payload(1).sayings);
  sayings->statements = {
      {.plugin = kExif,
       .statement = {
           .name = "odd", .tags = {"t"}, .meta = "{\"a\":1}", .weight = 2}}};
  b.report.payload(1).sayings = std::move(sayings);
  const Json scan = (*ParseJson(Write()[0], "document"))["results"][0]["scan"];
  EXPECT_EQ(scan["model"], "x");
  EXPECT_EQ(PrintJson(scan["statements"]),
            R"([{"name":"odd","tags":["t"],"meta":{"a":1},"weight":2,)"
            R"("offset":0,"length":0}])");
}

TEST_F(Stoq1Test, SaysWhatWasNotScannedAndWhatDecoratorsAdded) {
  b.report.incidents = {
      {.payload = 3, .kind = IncidentKind::kCorrupt, .name = "crc"},
      {.payload = 4, .kind = IncidentKind::kUnreadable, .name = "link"},
      {.payload = 0,
       .kind = IncidentKind::kPlugin,
       .name = "worker:x",
       .detail = "gone\n"}};
  b.report.decorations = {{.plugin = kScore, .json = "{\"n\":1}"}};
  const Json document = *ParseJson(Write()[0], "document");
  EXPECT_EQ(
      PrintJson(document["incidents"]),
      R"([{"payload_id":0,"kind":"unreadable","name":"link","detail":""},)"
      R"({"payload_id":null,"kind":"plugin","name":"worker:x",)"
      R"("detail":"gone\\n"},)"
      R"({"payload_id":2,"kind":"corrupt","name":"crc","detail":""}])");
  EXPECT_EQ(document["decorations"]["decorator:score"]["n"], 1);
  options.quirks = true;
  const Json exact = *ParseJson(Write()[0], "document");
  EXPECT_FALSE(exact.contains("incidents") || exact.contains("decorations"));
}

TEST_F(Stoq1Test, AChainMayHaveBegunElsewhere) {
  options.uuids = {"outer", "inner"};
  const Json results = (*ParseJson(Write()[0], "document"))["results"];
  EXPECT_EQ(results[2]["uuid"], Json({"outer", "inner", kId1, kId2, kId3}));
}

TEST_F(Stoq1Test, NamesThatAreNoTextAreEscaped) {
  b.report.payload(2).raw_name = "\xff\n";
  b.report.payload(1).raw_name = "a\\b/\"\n";
  b.report.payload(1).metadata = "";
  const Json results = (*ParseJson(Write()[0], "document"))["results"];
  EXPECT_EQ(results[0]["filename"], "\"\n");
  EXPECT_EQ(results[0]["path"], "a\\b/\"\n");
  EXPECT_EQ(results[1]["filename"], "\\xff\\n");
}

class Stoq3Test : public StoqDocumentsTest {
 protected:
  Stoq3Test() {
    options.schema = DocumentSchema::kStoq3;
    options.source = "filedir";
  }
};

TEST_F(Stoq3Test, HasAllWorkersOfEachPayload) {
  b.report.tlp = "green";
  b.report.decorations = {{.plugin = kScore, .json = R"({"n":1})"}};
  b.report.incidents = {{.payload = 3,
                         .kind = IncidentKind::kLimit,
                         .name = "file_bytes",
                         .value = 1024,
                         .detail = "of 4096 bytes"},
                        {.payload = 0,
                         .kind = IncidentKind::kPlugin,
                         .name = "worker:x",
                         .detail = "gone"}};
  EXPECT_THAT(Write(), ElementsAre(Filled(R"(
      {"results":[
        {"size":900,
         "payload_id":"%ID1%",
         "payload_meta":{"should_archive":true,
          "should_scan":true,
          "extra_data":{"filename":"mail.eml","campaign":"x","size":900},
          "dispatch_to":[]},
         "plugins_run":{"workers":["exif","hash"],"archivers":["file"]},
         "extracted_from":[],
         "extracted_by":[],
         "workers":{"exif":{   "model": "x" },
          "hash":{"md5":"%MD5%","sha1":"%SHAONE%","sha512":"no hash"}},
         "archivers":{"file":{"conn_id": "a/b"}}},
        {"size":100,
         "payload_id":"%ID2%",
         "payload_meta":{"should_archive":true,
          "should_scan":true,
          "extra_data":{"filename":"body.txt"},
          "dispatch_to":[]},
         "plugins_run":{"workers":[],"archivers":[]},
         "extracted_from":["%ID1%"],
         "extracted_by":["archive"],
         "workers":{},
         "archivers":{}},
        {"size":50,
         "payload_id":"%ID3%",
         "payload_meta":{"should_archive":true,
          "should_scan":true,
          "extra_data":{"filename":"x.exe","at":4},
          "dispatch_to":[]},
         "plugins_run":{"workers":["exif"],"archivers":[]},
         "extracted_from":["%ID2%"],
         "extracted_by":["pe"],
         "workers":{"exif":{"results":[{"n":1},{"n":2}]}},
         "archivers":{}}],
       "request_meta":{"archive_payloads":true,
        "source":"filedir",
        "extra_data":{"ticket":7,"campaign":"of the job","tlp":"green"}},
       "errors":[
        {"error":"plugin: worker:x: gone",
         "plugin_name":"worker:x",
         "payload_id":null},
        {"error":"limit: file_bytes: 1024: of 4096 bytes",
         "plugin_name":null,
         "payload_id":"%ID3%"}],
       "time":"2018-05-06T07:08:09.123456Z",
       "decorators":{"score":{"n":1}},
       "scan_id":"%SCAN%"})")));
}

TEST_F(Stoq3Test, SplitHasOneForEachPayloadAndWorker) {
  options.split = true;
  b.report.incidents = {
      {.payload = 3, .kind = IncidentKind::kCorrupt, .name = "crc"}};
  std::vector<std::string> seen;
  for (const std::string& text : Write()) {
    const Json document = *ParseJson(text, "document");
    ASSERT_EQ(document["results"].size(), 1u);
    EXPECT_EQ(document["scan_id"], kScanId);
    const Json& result = document["results"][0];
    std::string line = PrintJson(result["size"]);
    for (const auto& [name, json] : result["workers"].items()) {
      line += " " + name;
    }
    if (!document["errors"].empty()) line += " and an error";
    seen.push_back(line);
  }
  EXPECT_THAT(
      seen, ElementsAre("900 exif", "900 hash", "100", "50 exif and an error"));
  options.quirks = true;
  EXPECT_THAT(Write(), SizeIs(3));
}

TEST_F(Stoq3Test, EqualBytesAreOnePayloadWithAllItsParents) {
  PayloadRecord& pe = b.report.payload(3);
  pe.same_as = 2;
  b.report.payload(2).others = {{.parent = 3, .producer = kPe}};
  options.quirks = true;
  const Json document = *ParseJson(Write()[0], "document");
  ASSERT_EQ(document["results"].size(), 2u);
  // From the archive, from itself, and once more by the carver.
  EXPECT_EQ(document["results"][1]["extracted_from"], Json({kId1, kId2, kId2}));
  EXPECT_EQ(document["results"][1]["extracted_by"],
            Json({"archive", "pe", "pe"}));
  EXPECT_EQ(document["time"], "2018-05-06T07:08:09.123456");
}

TEST_F(StoqDocumentsTest, CupelsOwnIsTheReport) {
  std::string report;
  ASSERT_TRUE(WriteJson(b.report, {}, [&](std::string_view piece) {
                report += piece;
                return absl::OkStatus();
              }).ok());
  report.pop_back();
  EXPECT_THAT(Write(), ElementsAre(report));
  options.split = true;
  const auto documents = Write();
  ASSERT_THAT(documents, SizeIs(4));
  EXPECT_EQ((*ParseJson(documents[3], "document"))["payload"]["name"],
            "a-link");
}

TEST_F(StoqDocumentsTest, FlattenWorksOnEveryForm) {
  options.flatten = "::";
  for (const DocumentSchema schema :
       {DocumentSchema::kCupel, DocumentSchema::kStoq1,
        DocumentSchema::kStoq3}) {
    options.schema = schema;
    for (const std::string& text : Write()) {
      const Json flat = *ParseJson(text, "document");
      for (const auto& [key, value] : flat.items()) {
        EXPECT_FALSE(value.is_object() && !value.empty()) << key;
        EXPECT_FALSE(key.ends_with(":")) << key;
      }
    }
  }
  const Json flat = *ParseJson(Write()[0], "document");
  EXPECT_EQ(flat["results::0::workers::exif::model"], "x");
  options.flatten = "";
  EXPECT_TRUE(
      absl::IsInvalidArgument(WriteDocuments(b.report, options).status()));
}

TEST_F(StoqDocumentsTest, WhatPluginsMayGiveCanBeFlattened) {
  std::string deep = "1";
  for (size_t i = 0; i < JsonLimits().depth; ++i) {
    deep = "{\"d\":" + deep + "}";
  }
  auto sayings = std::make_shared<PluginSayings>();
  sayings->plugins = {kExif};
  sayings->results = {{.plugin = kExif, .json = deep}};
  b.report.payload(1).sayings = std::move(sayings);
  options.flatten = ":";
  for (const DocumentSchema schema :
       {DocumentSchema::kCupel, DocumentSchema::kStoq1,
        DocumentSchema::kStoq3}) {
    options.schema = schema;
    EXPECT_FALSE(Write().empty());
  }
}

TEST_F(StoqDocumentsTest, MoreBytesThanAllowedIsAnErrorAndTheFirstAreGood) {
  for (const DocumentSchema schema :
       {DocumentSchema::kCupel, DocumentSchema::kStoq1,
        DocumentSchema::kStoq3}) {
    options.schema = schema;
    options.split = true;
    options.bytes = 2000;
    size_t taken = 0;
    const absl::Status status =
        WriteDocuments(b.report, options, [&](std::string_view) {
          ++taken;
          return absl::OkStatus();
        });
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_THAT(MessageOf(status), HasSubstr("2000 bytes"));
    EXPECT_GT(taken, 0u);
    options.split = false;
    options.bytes = 200;
    EXPECT_TRUE(
        absl::IsResourceExhausted(WriteDocuments(b.report, options).status()));
  }
}

TEST_F(StoqDocumentsTest, IndentedIsTheSame) {
  for (const DocumentSchema schema :
       {DocumentSchema::kCupel, DocumentSchema::kStoq1,
        DocumentSchema::kStoq3}) {
    options.schema = schema;
    options.indent = false;
    const auto compact = Write();
    options.indent = true;
    const auto indented = Write();
    ASSERT_EQ(compact.size(), indented.size());
    for (size_t i = 0; i < compact.size(); ++i) {
      EXPECT_THAT(indented[i], HasSubstr("\n  "));
      EXPECT_EQ(*ParseJson(compact[i], "a"), *ParseJson(indented[i], "b"));
    }
  }
}

TEST(DocumentNames, AreReadAndWritten) {
  for (const char* name : {"cupel", "stoq1", "stoq3"}) {
    EXPECT_EQ(DocumentSchemaName(*DocumentSchemaOf(name)), name);
  }
  EXPECT_FALSE(DocumentSchemaOf("stoq2").has_value());
}

TEST(LocalZone, IsThatOfTheMomentNotOfToday) {
  setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
  tzset();
  const auto in = [](const char* text) {
    return InLocalZone(*DateTime::Parse(text)).ToString();
  };
  EXPECT_EQ(in("2018-07-01T12:00:00Z"), "2018-07-01T14:00:00+02:00");
  EXPECT_EQ(in("2018-01-01T12:00:00.5Z"), "2018-01-01T13:00:00.500000+01:00");
  EXPECT_EQ(in("1969-12-31T23:59:59.5Z"), "1970-01-01T00:59:59.500000+01:00");
  unsetenv("TZ");
  tzset();
}

}  // namespace
}  // namespace cupel
