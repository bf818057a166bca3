// The same for queues.
#include "argument_test.h"

namespace cupel_test {
namespace {

class QueueArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_queue_, nullptr);
  }

  const Queue queue_ = Make<Queue>(cupel_queue_open, View("memory:"), nullptr);
  cupel_queue* out_queue_ = nullptr;
};

TEST_F(QueueArgumentTest, Open) {
  const cupel_view folders[] = {name_, nul_};
  using Change = std::function<void(cupel_queue_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"max_attempts", [](auto* o) { o->max_attempts = 1001; }},
      {"back-off", [](auto* o) { o->backoff_ms = 1'000'000; }},
      {"longest back-off", [](auto* o) { o->max_backoff_ms = UINT64_MAX; }},
      {"folders NULL", [](auto* o) { o->driver_folder_count = 1; }},
      {"folders NUL",
       [&](auto* o) {
         o->driver_folders = folders;
         o->driver_folder_count = 2;
       }},
  };
  for (const auto& [name, change] : changes) {
    cupel_queue_options options = CUPEL_QUEUE_OPTIONS_INIT;
    change(&options);
    CheckAll({{name, [&](auto e) {
                 return cupel_queue_open(View("memory:"), &options, &out_queue_,
                                         e);
               }}});
  }
  for (const cupel_view url :
       {no_data_, huge_, nul_, empty_, View("sqlite:"), View("nowhere:x")}) {
    CheckAll({{"url", [&](auto e) {
                 return cupel_queue_open(url, nullptr, &out_queue_, e);
               }}});
  }
  CheckAll({{"out", [](auto e) {
               return cupel_queue_open(View("memory:"), nullptr, nullptr, e);
             }}});
}

// All functions, with `q` for the queue and `v` for the views.
std::vector<Case> Calls(cupel_queue* q, cupel_view v, cupel_buffer** out) {
  return {
      {"renew", [=](auto e) { return cupel_queue_renew(q, v, 1, 1, out, e); }},
      {"complete",
       [=](auto e) {
         return cupel_queue_complete(q, v, 1, View("t"), View("b"), e);
       }},
      {"complete, type",
       [=](auto e) {
         return cupel_queue_complete(q, View("i"), 1, v, View("b"), e);
       }},
      {"fail",
       [=](auto e) {
         const cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
         return cupel_queue_fail(q, v, 1, &failure, e);
       }},
      {"release",
       [=](auto e) { return cupel_queue_release(q, v, 1, View("r"), e); }},
      {"job_json", [=](auto e) { return cupel_queue_job_json(q, v, out, e); }},
      {"result", [=](auto e) { return cupel_queue_result(q, v, out, e); }},
      {"retry", [=](auto e) { return cupel_queue_retry(q, v, e); }},
      {"cancel",
       [=](auto e) { return cupel_queue_cancel(q, v, View("r"), e); }},
  };
}

TEST_F(QueueArgumentTest, Views) {
  for (const cupel_view view : {no_data_, huge_, nul_, empty_}) {
    CheckAll(Calls(queue_.get(), view, &out_buffer_));
  }
  cupel_queue* const q = queue_.get();
  cupel_buffer** const out = &out_buffer_;
  for (const cupel_view view : {no_data_, huge_, nul_}) {
    CheckAll({
        {"submit", [=](auto e) { return cupel_queue_submit(q, view, out, e); }},
        {"release, reason",
         [=](auto e) { return cupel_queue_release(q, View("i"), 1, view, e); }},
        {"cancel, reason",
         [=](auto e) { return cupel_queue_cancel(q, View("i"), view, e); }},
        {"purge, state",
         [=](auto e) { return cupel_queue_purge(q, view, 0, nullptr, e); }},
        {"wait, kinds",
         [=](auto e) { return cupel_queue_wait(q, &view, 1, 0, nullptr, e); }},
    });
  }
}

TEST_F(QueueArgumentTest, Handles) {
  for (cupel_queue* const q :
       {static_cast<cupel_queue*>(nullptr), Wrong<cupel_queue>()}) {
    CheckAll(Calls(q, View("i"), &out_buffer_));
    cupel_buffer** const out = &out_buffer_;
    CheckAll({
        {"url", [=](auto e) { return cupel_queue_url(q, out, e); }},
        {"submit",
         [=](auto e) { return cupel_queue_submit(q, View("{}"), out, e); }},
        {"lease",
         [=](auto e) { return cupel_queue_lease(q, nullptr, out, e); }},
        {"wait",
         [=](auto e) {
           return cupel_queue_wait(q, nullptr, 0, 0, nullptr, e);
         }},
        {"list",
         [=](auto e) { return cupel_queue_list_json(q, nullptr, out, e); }},
        {"stats", [=](auto e) { return cupel_queue_stats_json(q, out, e); }},
        {"purge",
         [=](auto e) { return cupel_queue_purge(q, View(""), 0, nullptr, e); }},
    });
  }
  cupel_queue* const q = queue_.get();
  CheckAll({
      {"url, out", [=](auto e) { return cupel_queue_url(q, nullptr, e); }},
      {"submit, out",
       [=](auto e) { return cupel_queue_submit(q, View("{}"), nullptr, e); }},
      {"lease, out",
       [=](auto e) { return cupel_queue_lease(q, nullptr, nullptr, e); }},
      {"renew, out",
       [=](auto e) {
         return cupel_queue_renew(q, View("i"), 1, 1, nullptr, e);
       }},
      {"job, out",
       [=](auto e) { return cupel_queue_job_json(q, View("i"), nullptr, e); }},
      {"result, out",
       [=](auto e) { return cupel_queue_result(q, View("i"), nullptr, e); }},
      {"list, out",
       [=](auto e) { return cupel_queue_list_json(q, nullptr, nullptr, e); }},
      {"stats, out",
       [=](auto e) { return cupel_queue_stats_json(q, nullptr, e); }},
      {"wait, cancel",
       [this, q](auto e) {
         return cupel_queue_wait(q, nullptr, 0, 0, Wrong<cupel_cancel>(), e);
       }},
      {"fail, NULL",
       [=](auto e) { return cupel_queue_fail(q, View("i"), 1, nullptr, e); }},
      {"purge, what did not end",
       [=](auto e) {
         return cupel_queue_purge(q, View("leased"), 0, nullptr, e);
       }},
  });
}

TEST_F(QueueArgumentTest, Structs) {
  cupel_queue* const q = queue_.get();
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  failure.flags = kUnknownFlag;
  cupel_queue_failure nul = CUPEL_QUEUE_FAILURE_INIT;
  nul.reason = nul_;
  cupel_queue_lease_options reserved = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  reserved.reserved = 1;
  cupel_queue_lease_options kinds = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  kinds.kind_count = SIZE_MAX;
  cupel_queue_lease_options too_long = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  too_long.lease_ms = UINT64_MAX;
  cupel_queue_list_options state = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  state.state = View("sleeping");
  cupel_queue_list_options list = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  list.reserved = 1;
  const auto lease = [&](const cupel_queue_lease_options& options) {
    return [&, q](auto e) {
      return cupel_queue_lease(q, &options, &out_buffer_, e);
    };
  };
  const auto listed = [&](const cupel_queue_list_options& options) {
    return [&, q](auto e) {
      return cupel_queue_list_json(q, &options, &out_buffer_, e);
    };
  };
  CheckAll({
      {"failure flags",
       [&](auto e) { return cupel_queue_fail(q, View("i"), 1, &failure, e); }},
      {"failure reason",
       [&](auto e) { return cupel_queue_fail(q, View("i"), 1, &nul, e); }},
      {"lease reserved", lease(reserved)},
      {"lease kinds", lease(kinds)},
      {"lease time", lease(too_long)},
      {"list state", listed(state)},
      {"list reserved", listed(list)},
  });
}

}  // namespace
}  // namespace cupel_test
