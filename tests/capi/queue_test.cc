// A queue, from submitting to the books.
#include <string>
#include <thread>

#include "cupel/cupel.hpp"
#include "struct_testing.h"

namespace cupel_test {
namespace {

using Json = nlohmann::json;

Queue OpenQueue() {
  return Make<Queue>(cupel_queue_open, View("memory:"), nullptr);
}

Json Submit(const Queue& queue, std::string_view jobs) {
  return Parse(Make<Buffer>(cupel_queue_submit, queue.get(), View(jobs)));
}

Json JobOf(const Queue& queue, std::string_view id) {
  return Parse(Make<Buffer>(cupel_queue_job_json, queue.get(), View(id)));
}

Json LeaseOne(const Queue& queue) {
  const Json leased =
      Parse(Make<Buffer>(cupel_queue_lease, queue.get(), nullptr));
  EXPECT_EQ(leased["jobs"].size(), 1U);
  return leased["jobs"].empty() ? Json() : leased["jobs"][0];
}

std::string Refusal(std::string_view jobs) {
  const Queue queue = OpenQueue();
  cupel_buffer* out = nullptr;
  return MessageOf(CUPEL_STATUS_INVALID_ARGUMENT, cupel_queue_submit,
                   queue.get(), View(jobs), &out);
}

TEST(QueueTest, AJobFromSubmittingToItsResult) {
  const Queue queue = OpenQueue();
  const Json submitted = Submit(
      queue,
      R"({"kind":"scan","id":"a","organisation":"acme","priority":-3,)"
      R"("not_before":"2026-01-02T03:04:05+01:00","dedup_key":"k",)"
      R"("max_attempts":7,"body":{"inputs":[{"path":"/x"}],"rules":[]}})");
  EXPECT_EQ(submitted, Json::parse(R"({"jobs":[{"id":"a","existed":false}]})"));
  const Json leased = LeaseOne(queue);
  EXPECT_EQ(leased["id"], "a");
  EXPECT_EQ(leased["state"], "leased");
  EXPECT_EQ(leased["body"]["inputs"][0]["path"], "/x");
  const auto token = leased["token"].get<uint64_t>();
  const Json renewed = Parse(Make<Buffer>(cupel_queue_renew, queue.get(),
                                          View("a"), token, uint64_t{5000}));
  EXPECT_FALSE(renewed["cancel_wanted"]);
  MustBeOk(cupel_queue_complete, queue.get(), View("a"), token,
           View("text/plain"), View("all well"));
  EXPECT_EQ(Text(Make<Buffer>(cupel_queue_result, queue.get(), View("a"))),
            "all well");
  const Json job = JobOf(queue, "a");
  EXPECT_EQ(job["state"], "completed");
  EXPECT_EQ(job["organisation"], "acme");
  EXPECT_EQ(job["priority"], -3);
  EXPECT_EQ(job["not_before"], "2026-01-02T02:04:05Z");
  EXPECT_TRUE(job["deadline"].is_null());
  EXPECT_EQ(job["max_attempts"], 7);
  EXPECT_EQ(job["result"], Json::parse(R"({"type":"text/plain","size":8})"));
  ASSERT_EQ(job["history"].size(), 1U);
  EXPECT_EQ(job["history"][0]["outcome"], "completed");
  const Json stats = Parse(Make<Buffer>(cupel_queue_stats_json, queue.get()));
  EXPECT_EQ(stats["completed"], 1);
  uint64_t removed = 0;
  MustBeOk(cupel_queue_purge, queue.get(), View("completed"), uint64_t{0},
           &removed);
  EXPECT_EQ(removed, 1U);
}

TEST(QueueTest, AFailureIsToldWhole) {
  const Queue queue = OpenQueue();
  Submit(queue, R"({"kind":"boefje","id":"a","body":{"boefje":"dns"}})");
  const auto token = LeaseOne(queue)["token"].get<uint64_t>();
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  failure.flags = CUPEL_QUEUE_FAILURE_FINAL;
  failure.reason = View("out of memory");
  failure.last_step = View("unpack");
  failure.signal = 9;
  failure.max_rss_bytes = 77;
  MustBeOk(cupel_queue_fail, queue.get(), View("a"), token, &failure);
  const Json job = JobOf(queue, "a");
  EXPECT_EQ(job["state"], "dead");
  EXPECT_EQ(job["reason"], "out of memory");
  const Json attempt = job["history"][0];
  EXPECT_EQ(attempt["signal"], 9);
  EXPECT_EQ(attempt["max_rss_bytes"], 77);
  EXPECT_EQ(attempt["last_step"], "unpack");
  MustBeOk(cupel_queue_retry, queue.get(), View("a"));
  MustBeOk(cupel_queue_cancel, queue.get(), View("a"), View("enough"));
  cupel_queue_list_options options = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  options.state = View("cancelled");
  const Json listed =
      Parse(Make<Buffer>(cupel_queue_list_json, queue.get(), &options));
  ASSERT_EQ(listed["jobs"].size(), 1U);
  EXPECT_EQ(listed["jobs"][0]["reason"], "enough");
  EXPECT_FALSE(listed["jobs"][0].contains("body"));
}

TEST(QueueTest, DocumentsComeAloneInAnArrayOrOnLines) {
  const Queue queue = OpenQueue();
  EXPECT_EQ(Submit(queue, "\n {\"kind\":\n\"x\",\"body\":{}}\n")["jobs"].size(),
            1U);
  EXPECT_EQ(Submit(queue,
                   R"([{"kind":"x","body":{}},{"kind":"y","body":{}}])")["jobs"]
                .size(),
            2U);
  EXPECT_EQ(Submit(queue,
                   "{\"kind\":\"x\",\"body\":{}}\r\n\n"
                   "{\"kind\":\"y\",\"body\":{}}")["jobs"]
                .size(),
            2U);
}

TEST(QueueTest, WhatIsWrongIsToldWithItsPlace) {
  EXPECT_TRUE(Contains(Refusal(R"({"kind":"x","priorty":1,"body":{}})"),
                       "Is it 'priority'?"));
  EXPECT_TRUE(Contains(Refusal(R"({"kind":"scan","body":{"input":[]}})"),
                       "$.body.input: there is no such key. Is it 'inputs'?"));
  EXPECT_TRUE(Contains(Refusal(R"({"body":{}})"), "$.kind"));
  EXPECT_TRUE(Contains(Refusal(R"({"kind":"x"})"), "$.body"));
  EXPECT_TRUE(Contains(Refusal(R"({"kind":"x","body":[]})"), "$.body"));
  EXPECT_TRUE(Contains(
      Refusal(R"({"kind":"x","body":{},"deadline":"2026-01-02T03:04:05"})"),
      "$.deadline"));
  EXPECT_TRUE(Contains(Refusal(R"({"kind":"x","body":{},"max_attempts":0})"),
                       "$.max_attempts"));
  EXPECT_TRUE(Contains(
      Refusal("{\"kind\":\"x\",\"body\":{}}\n{\"kind\":\"x\",\"bdy\":{}}"),
      "line 2"));
  EXPECT_TRUE(Contains(Refusal(R"([{"kind":"x","body":{}},7])"), "job 2"));
  EXPECT_TRUE(Contains(Refusal("  \n "), "no job"));
  EXPECT_TRUE(Contains(Refusal("{\"kind\": x}"), "line 1"));
}

TEST(QueueTest, TokensOfOthersAreRefused) {
  const Queue queue = OpenQueue();
  Submit(queue, R"({"kind":"x","id":"a","body":{}})");
  const auto token = LeaseOne(queue)["token"].get<uint64_t>();
  const std::string message =
      MessageOf(CUPEL_STATUS_ABORTED, cupel_queue_complete, queue.get(),
                View("a"), token + 1, View("t"), View(""));
  EXPECT_TRUE(Contains(message, "leased to another")) << message;
  MustBeOk(cupel_queue_release, queue.get(), View("a"), token, View("stop"));
  EXPECT_EQ(JobOf(queue, "a")["attempts"], 0);
}

TEST(QueueTest, WaitingIsCancelledAndOutlivesItsHandle) {
  Queue queue = OpenQueue();
  Make<Buffer>(cupel_queue_lease, queue.get(), nullptr);
  const Cancel cancel = Make<Cancel>(cupel_cancel_new);
  std::thread other([&cancel] { cupel_cancel_trigger(cancel.get()); });
  cupel_status status = CUPEL_STATUS_OK;
  while (status == CUPEL_STATUS_OK) {
    status = cupel_queue_wait(queue.get(), nullptr, 0, 600'000, cancel.get(),
                              nullptr);
  }
  EXPECT_EQ(status, CUPEL_STATUS_CANCELLED);
  other.join();
}

TEST(QueueTest, StructsOfAllSizes) {
  CheckSizes<cupel_queue_options>(
      CUPEL_QUEUE_OPTIONS_INIT, [](const cupel_queue_options* options) {
        cupel_queue* made = nullptr;
        const auto status =
            cupel_queue_open(View("memory:"), options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_queue_free(made);
        return status;
      });
  const Queue queue = OpenQueue();
  const auto given = [](auto function, const Queue& of, const auto* options) {
    cupel_buffer* made = nullptr;
    const auto status = function(of.get(), options, &made, nullptr);
    EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
    cupel_buffer_free(made);
    return status;
  };
  CheckSizes<cupel_queue_lease_options>(
      CUPEL_QUEUE_LEASE_OPTIONS_INIT, [&](const auto* options) {
        return given(cupel_queue_lease, queue, options);
      });
  CheckSizes<cupel_queue_list_options>(
      CUPEL_QUEUE_LIST_OPTIONS_INIT, [&](const auto* options) {
        return given(cupel_queue_list_json, queue, options);
      });
  CheckSizes<cupel_queue_failure>(
      CUPEL_QUEUE_FAILURE_INIT, [&](const cupel_queue_failure* failure) {
        Submit(queue, R"({"kind":"x","id":"a","body":{}})");
        const Json leased =
            Parse(Make<Buffer>(cupel_queue_lease, queue.get(), nullptr));
        uint64_t token = 1;
        if (!leased["jobs"].empty()) token = leased["jobs"][0]["token"];
        const auto status =
            cupel_queue_fail(queue.get(), View("a"), token, failure, nullptr);
        // The job is to be there again for the next one.
        if (!leased["jobs"].empty() && status != CUPEL_STATUS_OK) {
          cupel_queue_release(queue.get(), View("a"), token, View(""), nullptr);
        }
        cupel_queue_cancel(queue.get(), View("a"), View(""), nullptr);
        cupel_queue_purge(queue.get(), View(""), 0, nullptr, nullptr);
        return status;
      });
}

TEST(QueueTest, InCxx) {
  cupel::QueueOptions options;
  options.max_attempts = 2;
  const cupel::Queue queue("memory:", options);
  EXPECT_EQ(queue.Url().view(), "memory:");
  queue.Submit(R"({"kind":"x","id":"a","body":{}})");
  cupel::QueueLease ask;
  ask.worker = "w";
  ask.kinds = {"x"};
  queue.Wait(0, {"x"});
  const Json leased = Json::parse(queue.Lease(ask).view());
  const auto token = leased["jobs"][0]["token"].get<uint64_t>();
  EXPECT_EQ(leased["jobs"][0]["max_attempts"], 2);
  queue.Renew("a", token, 1000);
  queue.Release("a", token);
  const Json again = Json::parse(queue.Lease(ask).view());
  cupel::QueueFailure failure;
  failure.reason = "no";
  failure.is_final = true;
  queue.Fail("a", again["jobs"][0]["token"], failure);
  EXPECT_EQ(Json::parse(queue.Job("a").view())["history"].size(), 2U);
  queue.Retry("a");
  queue.CancelJob("a", "why");
  EXPECT_EQ(Json::parse(queue.List().view())["jobs"][0]["state"], "cancelled");
  EXPECT_EQ(Json::parse(queue.Stats().view())["cancelled"], 1);
  EXPECT_EQ(queue.Purge(), 1U);
  EXPECT_THROW(queue.Result("a"), cupel::Error);
}

}  // namespace
}  // namespace cupel_test
