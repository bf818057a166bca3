// cupel_job: parsing, printing, masking, encoding, the life cycle.
#include <string>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

std::string Json(const Job& job, uint32_t flags) {
  return Text(Make<Buffer>(cupel_job_json, job.get(), flags));
}

TEST(JobTest, ParsesAndPrintsWhatItRead) {
  const Job job = ParseJob(TaskText());
  EXPECT_EQ(cupel_job_get_kind(job.get()), CUPEL_JOB_TASK);
  EXPECT_EQ(Json(job, CUPEL_JOB_REVEAL), TaskText());
  EXPECT_EQ(
      nlohmann::json::parse(Json(job, CUPEL_JOB_REVEAL | CUPEL_JOB_INDENT)),
      nlohmann::json::parse(TaskText()));
  const Job meta = ParseJob(kMeta, CUPEL_JOB_BOEFJE_META);
  EXPECT_EQ(cupel_job_get_kind(meta.get()), CUPEL_JOB_BOEFJE_META);
}

TEST(JobTest, EnvironmentsAreMaskedUnlessAskedFor) {
  const std::string pop = R"({"results":[)" + TaskText() + "]}";
  const std::string input =
      R"({"output_url":"http://x","task":)" + TaskText() + "}";
  const std::string raw =
      R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","boefje_meta":)" +
      std::string(kMeta) + R"(,"mime_types":[]})";
  const std::string normalizer =
      R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","normalizer":)"
      R"({"id":"n"},"raw_data":)" +
      raw + "}";
  const std::string page =
      R"({"count":1,"next":null,"previous":null,"results":[)" + TaskText() +
      "]}";
  for (const std::string& text :
       {TaskText(), std::string(kMeta), pop, input, raw, normalizer, page}) {
    const Job job = ParseJob(text);
    EXPECT_FALSE(Contains(Json(job, 0), kSecret)) << text;
    EXPECT_TRUE(Contains(Json(job, 0), R"("API_KEY":"***")")) << text;
    EXPECT_TRUE(Contains(Json(job, CUPEL_JOB_REVEAL), kSecret)) << text;
  }
}

TEST(JobTest, ErrorsNameThePathAndNoValue) {
  std::string bad = TaskText();
  bad.replace(bad.find("\"7\""), 3, "{\"hunter2\":1}");
  const std::string message =
      MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, [&](cupel_error** error) {
        cupel_job* job = nullptr;
        const auto status =
            cupel_job_parse(View(bad), CUPEL_JOB_TASK, &job, error);
        EXPECT_EQ(job, nullptr);
        return status;
      });
  EXPECT_TRUE(Contains(message, "environment.TOP_PORTS")) << message;
  EXPECT_FALSE(Contains(message, "hunter2")) << message;
  const auto check = Parse(
      Make<Buffer>(cupel_job_check, View(bad), cupel_job_kind{CUPEL_JOB_TASK}));
  EXPECT_EQ(check["kind"], "Task");
  EXPECT_EQ(check["sound"], false);
  EXPECT_GE(check["count"], 1);
  EXPECT_FALSE(Contains(check.dump(), "hunter2"));
}

TEST(JobTest, CheckTellsWhatItIs) {
  const auto check = [](std::string_view text, cupel_job_kind kind = 0) {
    return Parse(Make<Buffer>(cupel_job_check, View(text), kind));
  };
  EXPECT_EQ(check(kMeta)["kind"], "BoefjeMeta");
  EXPECT_EQ(check(kMeta)["sound"], true);
  EXPECT_EQ(check(kMeta)["problems"].size(), 0u);
  EXPECT_TRUE(check("[1]")["kind"].is_null());
  EXPECT_EQ(check("[1]")["sound"], false);
  EXPECT_EQ(check("{}", CUPEL_JOB_QUEUE)["problems"][0]["path"], "$.id");
}

TEST(JobTest, HostileDocuments) {
  const auto code = [](std::string_view text) {
    cupel_job* job = nullptr;
    const auto status = cupel_job_parse(View(text), 0, &job, nullptr);
    cupel_job_free(job);
    return status;
  };
  EXPECT_EQ(code(""), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(code("{\"id\":\"\xff\"}"), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(code(std::string_view("{\"i\0d\":1}", 9)),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(code(R"({"id":"a","id":"b","size":1})"),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(code(TaskText().substr(0, 300)), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(code(std::string(100, '[') + std::string(100, ']')),
            CUPEL_STATUS_RESOURCE_EXHAUSTED);
  EXPECT_EQ(code("[" + std::string(100u << 20, ' ') + "]"),
            CUPEL_STATUS_RESOURCE_EXHAUSTED);
}

TEST(JobTest, EncodesAndDecodes) {
  const Job job = ParseJob(TaskText());
  const std::string bytes = Text(Make<Buffer>(cupel_job_encode, job.get()));
  const auto back = Make<Job>(cupel_job_decode, View(bytes));
  EXPECT_EQ(cupel_job_get_kind(back.get()), CUPEL_JOB_TASK);
  EXPECT_EQ(Json(back, CUPEL_JOB_REVEAL), TaskText());
  EXPECT_EQ(Text(Make<Buffer>(cupel_job_encode, back.get())), bytes);
  for (size_t size = 0; size < bytes.size(); ++size) {
    cupel_job* part = nullptr;
    EXPECT_NE(cupel_job_decode(View(bytes.substr(0, size)), &part, nullptr),
              CUPEL_STATUS_OK)
        << size;
    EXPECT_EQ(part, nullptr);
  }
}

TEST(JobTest, NamesOfAllValues) {
  EXPECT_STREQ(cupel_job_kind_name(CUPEL_JOB_TASK), "Task");
  EXPECT_STREQ(cupel_job_kind_name(CUPEL_JOB_TASK_POP), "TaskPop");
  for (int32_t kind = CUPEL_JOB_TASK; kind <= CUPEL_JOB_OOI; ++kind) {
    EXPECT_STRNE(cupel_job_kind_name(kind), "unknown") << kind;
  }
  EXPECT_STREQ(cupel_task_status_name(CUPEL_TASK_DISPATCHED), "dispatched");
  for (const int32_t none : {-1, 17, INT32_MIN, INT32_MAX}) {
    EXPECT_STREQ(cupel_job_kind_name(none), "unknown") << none;
    EXPECT_STREQ(cupel_task_status_name(none), "unknown") << none;
  }
}

TEST(JobTest, TheLifeCycle) {
  const Job queued = ParseJob(TaskText());
  const auto dispatched =
      Make<Job>(cupel_job_transition, queued.get(), CUPEL_TASK_DISPATCHED);
  cupel_task_status status = CUPEL_TASK_FAILED;
  MustBeOk(cupel_job_get_status, dispatched.get(), &status);
  EXPECT_EQ(status, CUPEL_TASK_DISPATCHED);
  MustBeOk(cupel_job_get_status, queued.get(), &status);
  EXPECT_EQ(status, CUPEL_TASK_QUEUED);
  EXPECT_NE(Json(queued, 0), Json(dispatched, 0));
  cupel_job* out = nullptr;
  const std::string message =
      MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_job_transition,
                queued.get(), CUPEL_TASK_COMPLETED, &out);
  EXPECT_EQ(out, nullptr);
  EXPECT_TRUE(Contains(message, "dispatched")) << message;
  const Job meta = ParseJob(kMeta);
  status = CUPEL_TASK_CANCELLED;
  EXPECT_EQ(cupel_job_get_status(meta.get(), &status, nullptr),
            CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(status, CUPEL_TASK_CANCELLED) << "left as it was";
  MustBeOk(cupel_task_transition_check, CUPEL_TASK_FAILED, CUPEL_TASK_QUEUED);
  EXPECT_EQ(cupel_task_transition_check(CUPEL_TASK_COMPLETED, CUPEL_TASK_QUEUED,
                                        nullptr),
            CUPEL_STATUS_FAILED_PRECONDITION);
}

}  // namespace
}  // namespace cupel_test
