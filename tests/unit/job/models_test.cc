#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "base/status.h"
#include "job/any_job.h"
#include "tests/unit/job/job_texts.h"

namespace cupel::job {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kId = "70da7d4f-f41f-4940-901b-d98a92e9014b";

// The problems of `json` read as `kind`: "path type;" of each.
std::string Problems(Kind kind, const Json& json) {
  JsonIssues issues;
  ParseKind(kind, json, {}, &issues);
  std::string all;
  for (const JsonIssue& issue : issues.list()) {
    all += PathText(issue.path) + " " + issue.type + ";";
  }
  return all;
}

std::string Reprint(Kind kind, const Json& json) {
  JsonIssues issues;
  const AnyJob job = ParseKind(kind, json, {}, &issues);
  EXPECT_TRUE(issues.empty()) << MessageOf(issues.ToStatus("x"));
  return Print(job);
}

Json Boefje() {
  return {{"id", kId}, {"boefje", {{"id", "x"}}}, {"organization", "o"}};
}

Json Normalizer() {
  return {
      {"id", kId},
      {"raw_data",
       {{"id", kId}, {"boefje_meta", Boefje()}, {"mime_types", Json::array()}}},
      {"normalizer", {{"id", "n"}}}};
}

Json TaskWith(const Json& data) {
  return {{"id", kId},
          {"scheduler_id", "s"},
          {"schedule_id", nullptr},
          {"organisation", "o"},
          {"priority", 1},
          {"status", "queued"},
          {"type", "boefje"},
          {"data", data},
          {"created_at", "2024-01-02T03:04:05"},
          {"modified_at", "2024-01-02T03:04:05Z"}};
}

TEST(Models, PrintAsPydantic) {
  const auto task = ParseJob(kBoefjeTask, "task");
  ASSERT_TRUE(task.ok()) << MessageOf(task.status());
  EXPECT_EQ(Print(*task), kBoefjeTaskPrinted);
  const auto meta = ParseJob(kNormalizerMeta, "meta");
  ASSERT_TRUE(meta.ok()) << MessageOf(meta.status());
  EXPECT_EQ(Print(*meta), kNormalizerMetaPrinted);
  // What was printed reads and prints the same.
  EXPECT_EQ(Print(*ParseJob(kBoefjeTaskPrinted, "x")), kBoefjeTaskPrinted);
  EXPECT_EQ(Print(*ParseJob(kNormalizerMetaPrinted, "x")),
            kNormalizerMetaPrinted);
}

TEST(Models, PrintIndented) {
  const auto queue = ParseJob(R"({"id":"boefje-acme","size":"3"})", "x");
  ASSERT_TRUE(queue.ok()) << MessageOf(queue.status());
  EXPECT_EQ(Print(*queue, JsonWriter::Style::kIndented),
            "{\n  \"id\": \"boefje-acme\",\n  \"size\": 3\n}");
}

TEST(Models, RuntimeNeedsBothTimes) {
  Json json = Boefje();
  const auto runtime = [&json] {
    JsonIssues issues;
    const BoefjeMeta meta = ParseBoefjeMeta(json, {}, &issues);
    EXPECT_TRUE(issues.empty());
    return meta.runtime();
  };
  EXPECT_EQ(runtime(), std::nullopt);
  json["started_at"] = "2024-01-02T03:04:05+01:00";
  EXPECT_EQ(runtime(), std::nullopt);
  json["ended_at"] = "2024-01-02T02:04:06.5Z";
  EXPECT_EQ(runtime(), std::chrono::microseconds(1'500'000));
}

TEST(BoefjeMeta, RefusesWhatPydanticRefuses) {
  const auto with = [](std::string_view key, const Json& value) {
    Json json = Boefje();
    json[std::string(key)] = value;
    return Problems(Kind::kBoefjeMeta, json);
  };
  EXPECT_EQ(with("started_at", "2024-01-02T03:04:05"),
            "$.started_at timezone_aware;");
  EXPECT_EQ(with("ended_at", "2024-01-02"), "$.ended_at timezone_aware;");
  EXPECT_EQ(with("ended_at", "x"), "$.ended_at datetime_parsing;");
  EXPECT_EQ(with("boefje", {{"id", ""}}), "$.boefje.id string_too_short;");
  EXPECT_EQ(with("boefje", {{"id", "x"}, {"version", 5}}),
            "$.boefje.version string_type;");
  EXPECT_EQ(with("boefje", nullptr), "$.boefje dict_type;");
  EXPECT_EQ(with("arguments", nullptr), "$.arguments dict_type;");
  EXPECT_EQ(with("arguments", Json::array()), "$.arguments dict_type;");
  EXPECT_EQ(with("organization", 5), "$.organization string_type;");
  EXPECT_EQ(with("environment", {{"A", "1"}, {"B", 2}}),
            "$.environment.B string_type;");
  EXPECT_EQ(with("id", "70da7d4f-f41f-4940-901bd98a92e9014b"),
            "$.id uuid_parsing;");
  EXPECT_EQ(with("input_ooi", 5), "$.input_ooi string_type;");
  EXPECT_EQ(Problems(Kind::kBoefjeMeta, Json::object()),
            "$.id missing;$.boefje missing;$.organization missing;");
}

TEST(BoefjeMeta, PassesOverKeysItDoesNotKnow) {
  Json json = Boefje();
  json["organisation"] = 5;
  json["boefje"]["scan_level"] = "x";
  EXPECT_EQ(Reprint(Kind::kBoefjeMeta, json),
            Reprint(Kind::kBoefjeMeta, Boefje()));
}

TEST(RawDataMeta, NeedsMimeTypesOfStrings) {
  Json json = Normalizer()["raw_data"];
  EXPECT_EQ(Problems(Kind::kRawDataMeta, json), "");
  json["mime_types"] = {{{"value", "a"}}, {{"value", 1}}, "x"};
  EXPECT_EQ(Problems(Kind::kRawDataMeta, json),
            "$.mime_types[1].value string_type;$.mime_types[2] dict_type;");
  json.erase("mime_types");
  EXPECT_EQ(Problems(Kind::kRawDataMeta, json), "$.mime_types missing;");
}

TEST(Task, TakesAllStatusesInLowerCaseOnly) {
  for (const std::string_view name : kTaskStatusNames) {
    Json json = TaskWith(Boefje());
    json["status"] = name;
    EXPECT_THAT(Reprint(Kind::kTask, json),
                HasSubstr("\"status\":\"" + std::string(name) + "\""));
    EXPECT_EQ(Name(*TaskStatusFromName(name)), name);
  }
  Json json = TaskWith(Boefje());
  json["status"] = "QUEUED";
  EXPECT_EQ(Problems(Kind::kTask, json), "$.status enum;");
  EXPECT_EQ(TaskStatusFromName("QUEUED"), std::nullopt);
}

TEST(Task, NeedsTheKeyOfItsSchedule) {
  Json json = TaskWith(Boefje());
  json.erase("schedule_id");
  EXPECT_EQ(Problems(Kind::kTask, json), "$.schedule_id missing;");
}

TEST(Task, TakesPriorityAsText) {
  Json json = TaskWith(Boefje());
  json["priority"] = " 1748336415 ";
  EXPECT_THAT(Reprint(Kind::kTask, json), HasSubstr("\"priority\":1748336415"));
  json["priority"] = 1.5;
  EXPECT_EQ(Problems(Kind::kTask, json), "$.priority int_from_float;");
}

TEST(Task, KeepsNaiveAndAwareTimesApart) {
  const std::string text = Reprint(Kind::kTask, TaskWith(Boefje()));
  EXPECT_THAT(text, HasSubstr("\"created_at\":\"2024-01-02T03:04:05\""));
  EXPECT_THAT(text, HasSubstr("\"modified_at\":\"2024-01-02T03:04:05Z\""));
}

TEST(Task, FindsOutWhatItsDataIs) {
  const auto is_normalizer = [](const Json& data) {
    JsonIssues issues;
    const cupel::job::Task task = ParseTask(TaskWith(data), {}, &issues);
    EXPECT_TRUE(issues.empty()) << MessageOf(issues.ToStatus("x"));
    return std::holds_alternative<NormalizerMeta>(task.data);
  };
  EXPECT_FALSE(is_normalizer(Boefje()));
  EXPECT_TRUE(is_normalizer(Normalizer()));
  // Both fit: as pydantic decides, however much the boefje's meta says.
  Json both = Normalizer();
  both.update(Boefje());
  both["arguments"] = Json::object();
  both["runnable_hash"] = nullptr;
  both["environment"] = nullptr;
  both["boefje"] = {{"id", "x"}, {"version", "1"}, {"oci_image", "y"}};
  EXPECT_TRUE(is_normalizer(both));
  // A normalizer's meta that is not sound leaves the boefje's.
  both["normalizer"] = 5;
  EXPECT_FALSE(is_normalizer(both));
}

TEST(Task, TellsWhyItsDataIsNeither) {
  EXPECT_EQ(Problems(Kind::kTask, TaskWith(5)),
            "$.data dict_type;$.data dict_type;");
  EXPECT_EQ(Problems(Kind::kTask, TaskWith({{"recipe_id", kId}})),
            "$.data.id missing;$.data.boefje missing;"
            "$.data.organization missing;$.data.id missing;"
            "$.data.raw_data missing;$.data.normalizer missing;");
  JsonIssues issues;
  ParseTask(TaskWith({{"id", kId}}), {}, &issues);
  EXPECT_THAT(issues.list().front().message, HasSubstr("as a boefje's meta"));
  EXPECT_THAT(issues.list().back().message,
              HasSubstr("as a normalizer's meta"));
}

TEST(TaskPop, NamesTheTaskThatIsWrong) {
  Json bad = TaskWith(Boefje());
  bad["data"]["organization"] = 5;
  Json json = {{"results", {TaskWith(Boefje()), bad}}, {"count", 2}};
  EXPECT_THAT(Problems(Kind::kTaskPop, json),
              HasSubstr("$.results[1].data.organization string_type;"));
  EXPECT_EQ(Problems(Kind::kTaskPop, {{"results", Json::array()}}), "");
  EXPECT_EQ(Problems(Kind::kTaskPop, Json::object()), "$.results missing;");
  EXPECT_EQ(Problems(Kind::kTaskPop, {{"results", nullptr}}),
            "$.results list_type;");
}

TEST(PaginatedTasksResponse, HasCountAndLinks) {
  EXPECT_EQ(
      Reprint(Kind::kPaginatedTasksResponse, {{"results", Json::array()},
                                              {"count", "0"},
                                              {"next", "http://x/?offset=10"},
                                              {"previous", nullptr}}),
      R"({"count":0,"next":"http://x/?offset=10","previous":null,)"
      R"("results":[]})");
}

TEST(BoefjeOutput, StatusIsUpperCaseAndTagsAreASet) {
  EXPECT_EQ(
      Reprint(Kind::kBoefjeOutput, {{"status", "COMPLETED"},
                                    {"files",
                                     {{{"name", "f"},
                                       {"content", "no base64!"},
                                       {"tags", {"b", "a", "b"}}},
                                      {{"name", "g"}, {"content", ""}}}}}),
      R"({"status":"COMPLETED","files":[{"name":"f",)"
      R"("content":"no base64!","tags":["a","b"]},)"
      R"({"name":"g","content":"","tags":null}]})");
  EXPECT_EQ(Reprint(Kind::kBoefjeOutput, {{"status", "FAILED"}}),
            R"({"status":"FAILED","files":null})");
  EXPECT_EQ(Problems(Kind::kBoefjeOutput, {{"status", "completed"}}),
            "$.status enum;");
  EXPECT_EQ(Problems(Kind::kBoefjeOutput,
                     {{"status", "FAILED"},
                      {"files", {{{"content", ""}, {"tags", {1}}}}}}),
            "$.files[0].name missing;$.files[0].tags[0] string_type;");
}

TEST(BoefjeInput, ForbidsOtherKeys) {
  Json json = {{"output_url", "http://x"}, {"task", TaskWith(Boefje())}};
  EXPECT_EQ(Problems(Kind::kBoefjeInput, json), "");
  json["boefje_meta"] = Boefje();
  EXPECT_EQ(Problems(Kind::kBoefjeInput, json),
            "$.boefje_meta extra_forbidden;");
}

TEST(Results, ReadAndPrint) {
  const Json ooi = {{"object_type", "IPPort"}, {"port", 443}, {"x", nullptr}};
  const Json json = {
      {"observations",
       {{{"input_ooi", "Hostname|internet|x"}, {"results", {ooi}}}}},
      {"declarations",
       {{{"type", "declaration"},
         {"ooi", ooi},
         {"end_valid_time", "2024-01-02T03:04:05"}}}},
      {"affirmations", {{{"ooi", ooi}}}},
      {"scan_profiles", {{{"reference", "r"}, {"level", "3"}}}}};
  EXPECT_EQ(
      Reprint(Kind::kNormalizerResults, json),
      R"({"observations":[{"type":"observation",)"
      R"("input_ooi":"Hostname|internet|x","results":[)"
      R"({"object_type":"IPPort","port":443,"x":null}]}],)"
      R"("declarations":[{"type":"declaration","ooi":)"
      R"({"object_type":"IPPort","port":443,"x":null},)"
      R"("end_valid_time":"2024-01-02T03:04:05"}],)"
      R"("affirmations":[{"type":"affirmation","ooi":)"
      R"({"object_type":"IPPort","port":443,"x":null}}],)"
      R"("scan_profiles":[{"scan_profile_type":"declared","reference":"r",)"
      R"("level":3,"user_id":null}]})");
  EXPECT_EQ(Reprint(Kind::kNormalizerResults, Json::object()),
            R"({"observations":[],"declarations":[],"affirmations":[],)"
            R"("scan_profiles":[]})");
}

TEST(Results, RefuseWhatIsNoObjectOfOctopoes) {
  EXPECT_EQ(Problems(Kind::kOoi, {{"object_type", 5}}),
            "$.object_type string_type;");
  EXPECT_EQ(
      Problems(Kind::kNormalizerObservation, {{"type", "affirmation"},
                                              {"input_ooi", "x"},
                                              {"results", {{{"a", 1}}, 5}}}),
      "$.type literal_error;$.results[0].object_type missing;"
      "$.results[1] dict_type;");
  for (const Json& level : {Json(5), Json(-1), Json("x"), Json(nullptr)}) {
    EXPECT_THAT(Problems(Kind::kDeclaredScanProfile,
                         {{"reference", "r"}, {"level", level}}),
                HasSubstr("$.level"));
  }
}

TEST(NormalizerOutput, TellsItsKindsApart) {
  const auto index = [](const Json& json) {
    JsonIssues issues;
    const NormalizerOutput output = ParseNormalizerOutput(json, {}, &issues);
    EXPECT_TRUE(issues.empty()) << MessageOf(issues.ToStatus("x"));
    return output.index();
  };
  const Json ooi = {{"object_type", "Network"}, {"type", "declaration"}};
  EXPECT_EQ(index(ooi), 0u);
  EXPECT_EQ(index({{"type", "declaration"}, {"ooi", ooi}}), 1u);
  EXPECT_EQ(index({{"type", "affirmation"}, {"ooi", ooi}}), 2u);
  EXPECT_EQ(index({{"scan_profile_type", "declared"},
                   {"reference", "r"},
                   {"level", 0}}),
            3u);
  for (const Json& json : {Json(5), Json::object(), Json({{"type", 5}})}) {
    JsonIssues issues;
    ParseNormalizerOutput(json, {}, &issues);
    EXPECT_EQ(issues.list().size(), 1u);
  }
}

TEST(Models, ErrorsNeverShowAValue) {
  const auto job = ParseJob(
      R"({"id":"hunter2","boefje":{"id":["hunter2"]},"organization":{"a":1},)"
      R"("environment":{"KEY":["hunter2"]},"started_at":"hunter2"})",
      "x");
  ASSERT_FALSE(job.ok());
  EXPECT_THAT(
      std::string(MessageOf(job.status())),
      testing::AllOf(HasSubstr("x, read as BoefjeMeta: $.id:"),
                     HasSubstr("(and 4 more)"), Not(HasSubstr("unter"))));
}

}  // namespace
}  // namespace cupel::job
