// cupel_worker from C: arguments, checks, and a run without jobs.
#include <string>
#include <vector>

#include "struct_testing.h"

namespace cupel_test {
namespace {

std::string Message(cupel_error* error) {
  const cupel_view view = cupel_error_message(error);
  std::string text(reinterpret_cast<const char*>(view.data), view.size);
  cupel_error_free(error);
  return text;
}

cupel_worker_options Options(const char* config) {
  cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
  options.config = View(config);
  return options;
}

constexpr const char* kEmptyQueue =
    "[worker]\nexit_when_empty = true\nmode = \"thread\"\npool_size = 1\n"
    "[queue]\nurl = \"memory:\"\n";

TEST(WorkerTest, StructsOfOtherVersions) {
  CheckSizes<cupel_worker_options>(
      Options(kEmptyQueue), [](const cupel_worker_options* options) {
        cupel_buffer* said = nullptr;
        const auto status =
            cupel_worker_check(options, 0, nullptr, nullptr, &said, nullptr);
        cupel_buffer_free(said);
        return status;
      });
}

TEST(WorkerTest, NamesAllThatIsWrong) {
  const cupel_worker_options options = Options("[worker]\npool_size = 0\n");
  cupel_worker* worker = nullptr;
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_worker_new(&options, &worker, &error),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(worker, nullptr);
  const std::string message = Message(error);
  EXPECT_NE(message.find("worker.pool_size"), std::string::npos) << message;
  EXPECT_NE(message.find("queue.url"), std::string::npos) << message;
}

TEST(WorkerTest, VariablesHaveNames) {
  cupel_worker_options options = Options("");
  const cupel_view bad = View("CUPEL_WORKER_QUEUE_URL");
  options.environment = &bad;
  options.environment_count = 1;
  cupel_worker* worker = nullptr;
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_worker_new(&options, &worker, &error),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_NE(Message(error).find("environment[0]"), std::string::npos);
}

TEST(WorkerTest, RunsOnceAndAnswersMeanwhile) {
  std::vector<std::string> lines;
  cupel_worker_options options = Options(kEmptyQueue);
  options.log = [](void* data, cupel_log_level, cupel_view line) {
    static_cast<std::vector<std::string>*>(data)->emplace_back(
        reinterpret_cast<const char*>(line.data), line.size);
  };
  options.log_data = &lines;
  cupel_worker* worker = nullptr;
  ASSERT_EQ(cupel_worker_new(&options, &worker, nullptr), CUPEL_STATUS_OK);
  EXPECT_EQ(cupel_worker_run(worker, nullptr, nullptr), CUPEL_STATUS_OK);
  EXPECT_EQ(lines.size(), 2u);
  cupel_error* error = nullptr;
  EXPECT_EQ(cupel_worker_run(worker, nullptr, &error),
            CUPEL_STATUS_FAILED_PRECONDITION);
  EXPECT_EQ(Message(error), "a worker runs once: make another");
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  request.method = View("GET");
  request.path = View("/healthz");
  cupel_http_response* response = nullptr;
  ASSERT_EQ(cupel_worker_http(worker, &request, &response, nullptr),
            CUPEL_STATUS_OK);
  EXPECT_EQ(cupel_http_response_status(response), 200);
  cupel_http_response_free(response);
  cupel_worker_free(worker);
}

TEST(WorkerTest, NullIsAnErrorAndNoCrash) {
  EXPECT_EQ(cupel_worker_run(nullptr, nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_worker_drain(nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_worker_stop(nullptr, nullptr), CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_worker_reload(nullptr, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(cupel_worker_listen(nullptr).size, 0u);
  cupel_buffer* out = nullptr;
  EXPECT_EQ(cupel_worker_status_json(nullptr, &out, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT);
  cupel_worker_free(nullptr);
}

}  // namespace
}  // namespace cupel_test
