// One run for all who want the same.
#include <algorithm>
#include <climits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "argument_test.h"
#include "catalogue_testing.h"
#include "cupel/cupel.hpp"
#include "struct_testing.h"

namespace cupel_test {
namespace {

using Json = nlohmann::json;

constexpr uint32_t kOn =
    CUPEL_DEDUP_INSTALL | CUPEL_DEDUP_ORGANISATION | CUPEL_DEDUP_PLUGIN;
constexpr int64_t kStart = 1'700'000'000'000'000;
const std::string kKey(64, 'a');

cupel_dedup_request RequestOf(std::string_view organisation,
                              std::string_view job) {
  cupel_dedup_request request = CUPEL_DEDUP_REQUEST_INIT;
  request.flags = kOn;
  request.organisation = View(organisation);
  request.job = View(job);
  request.plugin = View("dns-records");
  request.key = View(kKey);
  return request;
}

class DedupRunsTest : public testing::Test {
 protected:
  DedupRunsTest() { SetTime(kStart); }

  void SetTime(int64_t micros) {
    MustBeOk(cupel_dedup_set_time, dedup_.get(), micros);
  }
  Json Join(std::string_view organisation, std::string_view job) {
    const cupel_dedup_request request = RequestOf(organisation, job);
    return Parse(Make<Buffer>(cupel_dedup_join, dedup_.get(), &request));
  }
  Json Complete(std::string_view organisation, std::string_view job,
                int64_t token) {
    const cupel_view types[] = {View("text/plain"), View("a/b")};
    const cupel_dedup_output outputs[] = {{View("bytes of a run"), types, 2},
                                          {View(""), nullptr, 0}};
    return Parse(Make<Buffer>(cupel_dedup_complete, dedup_.get(),
                              View(organisation), View(job), token, outputs,
                              size_t{2}));
  }
  Json Fail(std::string_view organisation, std::string_view job,
            int64_t token) {
    return Parse(Make<Buffer>(cupel_dedup_fail, dedup_.get(),
                              View(organisation), View(job), token));
  }

  Dedup dedup_ = Make<Dedup>(cupel_dedup_open, nullptr);
};

TEST_F(DedupRunsTest, OneRunServesWhoWaitsAndWhoComesLater) {
  const Json lead = Join("acme", "1");
  EXPECT_EQ(lead["action"], "lead");
  EXPECT_EQ(lead["hands_organisation"], false);
  EXPECT_EQ(lead["expires"], "2023-11-14T22:23:20Z");
  EXPECT_EQ(lead["raws"], Json::array());
  const Json follow = Join("beta", "2");
  EXPECT_EQ(follow["action"], "follow");
  EXPECT_EQ(follow["token"], nullptr);
  EXPECT_EQ(follow["expires"], nullptr);
  SetTime(kStart + 1'000'000);
  const Json granted = Complete("acme", "1", lead["token"]);
  ASSERT_EQ(granted.size(), 2u);
  EXPECT_EQ(granted[0]["organisation"], "acme");
  EXPECT_EQ(granted[1]["organisation"], "beta");
  EXPECT_EQ(granted[1]["job"], "2");
  const Json raw = granted[1]["raws"][0];
  EXPECT_EQ(raw["mime_types"], Json({"a/b", "text/plain"}));
  EXPECT_EQ(raw["created"], "2023-11-14T22:13:21Z");
  EXPECT_EQ(raw["size"], 14);
  EXPECT_EQ(raw["job"], "2");
  SetTime(kStart + 2'000'000);
  const Json reuse = Join("gamma", "3");
  EXPECT_EQ(reuse["action"], "reuse");
  EXPECT_EQ(reuse["raws"][0]["created"], "2023-11-14T22:13:22Z");
  EXPECT_NE(reuse["raws"][0]["id"], raw["id"]);
  EXPECT_FALSE(Contains(reuse.dump(), "acme"));
  EXPECT_FALSE(Contains(reuse.dump(), "beta"));
  EXPECT_EQ(Complete("acme", "1", lead["token"]), granted) << "once";
}

TEST_F(DedupRunsTest, RawsAreTheirOrganisationsOwn) {
  const Json granted = Complete("acme", "1", Join("acme", "1")["token"]);
  const std::string id = granted[0]["raws"][0]["id"];
  EXPECT_EQ(Text(Make<Buffer>(cupel_dedup_raw_bytes, dedup_.get(), View("acme"),
                              View(id))),
            "bytes of a run");
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_raws_json, dedup_.get(),
                               View("acme"), View("1"))),
            granted[0]["raws"]);
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_raws_json, dedup_.get(),
                               View("beta"), View(""))),
            Json::array());
  cupel_buffer* out = nullptr;
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_dedup_raw_bytes, dedup_.get(),
            View("beta"), View(id), &out);
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_dedup_delete_raw, dedup_.get(),
            View("beta"), View(id));
  MustBeOk(cupel_dedup_delete_raw, dedup_.get(), View("acme"), View(id));
  MessageOf(CUPEL_STATUS_NOT_FOUND, cupel_dedup_raw_bytes, dedup_.get(),
            View("acme"), View(id), &out);
  EXPECT_EQ(out, nullptr);
}

TEST_F(DedupRunsTest, FailingAndLeavingReleaseTheOthers) {
  const Json lead = Join("acme", "1");
  Join("beta", "2");
  EXPECT_EQ(Fail("acme", "1", lead["token"]),
            Json::parse(R"([{"organisation":"beta","job":"2","led":false}])"));
  EXPECT_EQ(Join("beta", "2")["action"], "lead");
  EXPECT_EQ(Join("acme", "1")["action"], "follow");
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_leave, dedup_.get(), View("beta"),
                               View("2"))),
            Json::parse(R"([{"organisation":"acme","job":"1","led":false}])"));
  Join("acme", "1");
  Join("beta", "2");
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_forget, dedup_.get(), View("acme"))),
            Json::parse(R"([{"organisation":"beta","job":"2","led":false}])"));
}

TEST_F(DedupRunsTest, ALeaderThatDiedIsFenced) {
  const int64_t dead = Join("acme", "1")["token"];
  SetTime(kStart + 1'000'000);
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_renew, dedup_.get(), View("acme"),
                               View("1"), dead))["expires"],
            "2023-11-14T22:23:21Z");
  SetTime(kStart + 601'000'000);
  EXPECT_EQ(Parse(Make<Buffer>(cupel_dedup_release_expired, dedup_.get())),
            Json::parse(R"([{"organisation":"acme","job":"1","led":true}])"));
  const int64_t token = Join("beta", "2")["token"];
  EXPECT_GT(token, dead);
  cupel_buffer* out = nullptr;
  MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_dedup_complete,
            dedup_.get(), View("acme"), View("1"), dead, nullptr, size_t{0},
            &out);
  Complete("beta", "2", token);
}

TEST_F(DedupRunsTest, AgesAndPruning) {
  Complete("acme", "1", Join("acme", "1")["token"]);
  SetTime(kStart + 5'000'000);
  cupel_dedup_request request = RequestOf("beta", "2");
  request.max_age_seconds = 4;
  EXPECT_EQ(
      Parse(Make<Buffer>(cupel_dedup_join, dedup_.get(), &request))["action"],
      "lead");
  request = RequestOf("gamma", "3");
  request.max_age_seconds = INT64_MAX;
  EXPECT_EQ(
      Parse(Make<Buffer>(cupel_dedup_join, dedup_.get(), &request))["action"],
      "reuse");
  uint64_t removed = 77;
  MustBeOk(cupel_dedup_prune, dedup_.get(), int64_t{5}, &removed);
  EXPECT_EQ(removed, 0u);
  MustBeOk(cupel_dedup_prune, dedup_.get(), INT64_MAX, &removed);
  EXPECT_EQ(removed, 0u);
  MustBeOk(cupel_dedup_prune, dedup_.get(), int64_t{4}, &removed);
  EXPECT_EQ(removed, 1u);
  MustBeOk(cupel_dedup_prune, dedup_.get(), int64_t{0}, nullptr);
}

TEST_F(DedupRunsTest, SwitchesAndVariablesOfTheHost) {
  for (const uint32_t off :
       {CUPEL_DEDUP_INSTALL, CUPEL_DEDUP_ORGANISATION, CUPEL_DEDUP_PLUGIN}) {
    cupel_dedup_request request = RequestOf("acme", "1");
    const std::string job = std::to_string(off);
    request.job = View(job);
    request.flags = kOn & ~off;
    const Json alone =
        Parse(Make<Buffer>(cupel_dedup_join, dedup_.get(), &request));
    EXPECT_EQ(alone["action"], "alone");
    EXPECT_EQ(alone["hands_organisation"], off == CUPEL_DEDUP_PLUGIN);
  }
  const cupel_view names[] = {View("BOEFJE_TOP_PORTS")};
  cupel_dedup_request request = RequestOf("acme", "1");
  request.system_variables = names;
  request.system_variable_count = 1;
  cupel_buffer* out = nullptr;
  EXPECT_TRUE(
      Contains(MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_dedup_join,
                         dedup_.get(), &request, &out),
               "BOEFJE_TOP_PORTS"));
}

TEST_F(DedupRunsTest, Structs) {
  CheckSizes<cupel_dedup_options>(
      CUPEL_DEDUP_OPTIONS_INIT, [](const cupel_dedup_options* options) {
        cupel_dedup* made = nullptr;
        const auto status = cupel_dedup_open(options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_dedup_free(made);
        return status;
      });
  // A request that ends before its organisation has none.
  cupel_dedup_request request = RequestOf("acme", "1");
  cupel_buffer* out = nullptr;
  for (const size_t size : {size_t{0}, size_t{12}, SIZE_MAX, size_t{16}}) {
    request.struct_size = size;
    EXPECT_EQ(cupel_dedup_join(dedup_.get(), &request, &out, nullptr),
              CUPEL_STATUS_INVALID_ARGUMENT);
  }
  const auto newer = MakeNewer(RequestOf("acme", "1"), 1);
  EXPECT_EQ(cupel_dedup_join(dedup_.get(), &newer.known, &out, nullptr),
            CUPEL_STATUS_UNIMPLEMENTED);
  EXPECT_EQ(out, nullptr);
}

TEST_F(DedupRunsTest, ManyThreadsHaveOneLeader) {
  std::vector<std::string> actions(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < actions.size(); ++i) {
    threads.emplace_back([&, i] {
      actions[i] = Join("org-" + std::to_string(i), "1")["action"];
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "lead"), 1);
  EXPECT_EQ(std::count(actions.begin(), actions.end(), "follow"), 7);
}

using DedupRunsArgumentTest = ArgumentTest;

TEST_F(DedupRunsArgumentTest, Open) {
  cupel_dedup* made = nullptr;
  using Change = std::function<void(cupel_dedup_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"reserved", [](auto* o) { o->reserved = 1; }},
      {"lease", [](auto* o) { o->lease_ms = UINT64_MAX; }},
      {"database", [&](auto* o) { o->database = no_data_; }},
      {"database huge", [&](auto* o) { o->database = huge_; }},
      {"database NUL", [&](auto* o) { o->database = nul_; }},
  };
  for (const auto& [name, change] : changes) {
    cupel_dedup_options options = CUPEL_DEDUP_OPTIONS_INIT;
    change(&options);
    CheckAll(
        {{name, [&](auto e) { return cupel_dedup_open(&options, &made, e); }}});
  }
  CheckAll(
      {{"out", [](auto e) { return cupel_dedup_open(nullptr, nullptr, e); }}});
  EXPECT_EQ(made, nullptr);
  cupel_dedup_free(nullptr);
}

TEST_F(DedupRunsArgumentTest, Join) {
  const Dedup dedup = Make<Dedup>(cupel_dedup_open, nullptr);
  using Change = std::function<void(cupel_dedup_request*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* r) { r->flags |= kUnknownFlag; }},
      {"reserved", [](auto* r) { r->reserved = 1; }},
      {"organisation", [&](auto* r) { r->organisation = empty_; }},
      {"organisation NUL", [&](auto* r) { r->organisation = nul_; }},
      {"job", [&](auto* r) { r->job = no_data_; }},
      {"job huge", [&](auto* r) { r->job = huge_; }},
      {"plugin", [&](auto* r) { r->plugin = nul_; }},
      {"key", [&](auto* r) { r->key = empty_; }},
      {"no key", [&](auto* r) { r->key = name_; }},
      {"variables", [](auto* r) { r->system_variable_count = 1; }},
      {"variables too many",
       [&](auto* r) {
         r->system_variables = &nul_;
         r->system_variable_count = SIZE_MAX;
       }},
      {"variable",
       [&](auto* r) {
         r->system_variables = &nul_;
         r->system_variable_count = 1;
       }},
  };
  for (const auto& [name, change] : changes) {
    cupel_dedup_request request = RequestOf("acme", "1");
    change(&request);
    CheckAll({{name, [&](auto e) {
                 return cupel_dedup_join(dedup.get(), &request, &out_buffer_,
                                         e);
               }}});
  }
  const cupel_dedup_request request = RequestOf("acme", "1");
  CheckAll({
      {"request",
       [&](auto e) {
         return cupel_dedup_join(dedup.get(), nullptr, &out_buffer_, e);
       }},
      {"dedup",
       [&](auto e) {
         return cupel_dedup_join(nullptr, &request, &out_buffer_, e);
       }},
      {"wrong",
       [&](auto e) {
         return cupel_dedup_join(Wrong<cupel_dedup>(), &request, &out_buffer_,
                                 e);
       }},
      {"out",
       [&](auto e) {
         return cupel_dedup_join(dedup.get(), &request, nullptr, e);
       }},
  });
  EXPECT_EQ(out_buffer_, nullptr);
}

TEST_F(DedupRunsArgumentTest, TheOthers) {
  const Dedup made = Make<Dedup>(cupel_dedup_open, nullptr);
  cupel_buffer** const out = &out_buffer_;
  uint64_t removed = 77;
  for (cupel_dedup* const d :
       {made.get(), static_cast<cupel_dedup*>(nullptr), Wrong<cupel_dedup>()}) {
    // With a handle it is the view that is wrong, else the handle.
    const cupel_view v = d == made.get() ? nul_ : name_;
    cupel_buffer** const to = d == made.get() ? nullptr : out;
    CheckAll({
        {"time", [&](auto e) { return cupel_dedup_set_time(d, -1, e); }},
        {"time max",
         [&](auto e) { return cupel_dedup_set_time(d, INT64_MAX, e); }},
        {"renew",
         [&](auto e) { return cupel_dedup_renew(d, v, name_, 1, out, e); }},
        {"complete",
         [&](auto e) {
           return cupel_dedup_complete(d, v, name_, 1, nullptr, 0, out, e);
         }},
        {"fail",
         [&](auto e) { return cupel_dedup_fail(d, name_, v, 1, out, e); }},
        {"leave", [&](auto e) { return cupel_dedup_leave(d, v, v, out, e); }},
        {"release",
         [&](auto e) { return cupel_dedup_release_expired(d, to, e); }},
        {"forget", [&](auto e) { return cupel_dedup_forget(d, v, out, e); }},
        {"prune",
         [&](auto e) { return cupel_dedup_prune(d, -1, &removed, e); }},
        {"raws",
         [&](auto e) { return cupel_dedup_raws_json(d, name_, v, out, e); }},
        {"bytes",
         [&](auto e) { return cupel_dedup_raw_bytes(d, v, name_, out, e); }},
        {"delete",
         [&](auto e) { return cupel_dedup_delete_raw(d, name_, v, e); }},
    });
  }
  EXPECT_EQ(out_buffer_, nullptr);
  EXPECT_EQ(removed, 77u);
}

TEST_F(DedupRunsArgumentTest, Outputs) {
  const Dedup dedup = Make<Dedup>(cupel_dedup_open, nullptr);
  const cupel_dedup_request request = RequestOf("acme", "1");
  const int64_t token =
      Parse(Make<Buffer>(cupel_dedup_join, dedup.get(), &request))["token"];
  const auto complete = [&](const cupel_dedup_output* outputs, size_t count,
                            cupel_error** e) {
    return cupel_dedup_complete(dedup.get(), View("acme"), View("1"), token,
                                outputs, count, &out_buffer_, e);
  };
  const cupel_dedup_output no_bytes{no_data_, nullptr, 0};
  const cupel_dedup_output no_types{name_, nullptr, 1};
  const cupel_dedup_output bad_type{name_, &nul_, 1};
  const cupel_dedup_output empty_type{name_, &empty_, 1};
  CheckAll({
      {"NULL", [&](auto e) { return complete(nullptr, 1, e); }},
      {"huge", [&](auto e) { return complete(&no_types, SIZE_MAX, e); }},
      {"bytes", [&](auto e) { return complete(&no_bytes, 1, e); }},
      {"types", [&](auto e) { return complete(&no_types, 1, e); }},
      {"type", [&](auto e) { return complete(&bad_type, 1, e); }},
      {"empty type", [&](auto e) { return complete(&empty_type, 1, e); }},
  });
  const std::vector<cupel_dedup_output> many(1001, {name_, nullptr, 0});
  CheckAll(
      {{"many", [&](auto e) { return complete(many.data(), many.size(), e); },
        CUPEL_STATUS_RESOURCE_EXHAUSTED}});
  EXPECT_EQ(out_buffer_, nullptr);
}

TEST(DedupHppTest, TheWholeWay) {
  const cupel::Dedup dedup;
  dedup.SetTime(kStart);
  cupel::DedupRequest request;
  request.organisation = "acme";
  request.job = "1";
  request.plugin = "dns";
  request.key = kKey;
  request.install = true;
  const auto of = [](const cupel::Buffer& buffer) {
    return Json::parse(buffer.view());
  };
  cupel::DedupLeader leader{"acme", "1", of(dedup.Join(request))["token"]};
  EXPECT_EQ(of(dedup.Renew(leader))["token"], leader.token);
  request.organisation = "beta";
  EXPECT_EQ(of(dedup.Join(request))["action"], "follow");
  EXPECT_EQ(of(dedup.Fail(leader)).size(), 1u);
  leader = {"beta", "1", of(dedup.Join(request))["token"]};
  const Json granted =
      of(dedup.Complete(leader, {{"bytes", {"text/plain"}}, {"more", {}}}));
  EXPECT_EQ(granted[0]["raws"].size(), 2u);
  const std::string id = granted[0]["raws"][0]["id"];
  EXPECT_EQ(dedup.RawBytes("beta", id).view(), "bytes");
  dedup.DeleteRaw("beta", id);
  EXPECT_EQ(of(dedup.Raws("beta")).size(), 1u);
  EXPECT_EQ(of(dedup.Leave("beta", "1")), Json::array());
  EXPECT_EQ(of(dedup.ReleaseExpired()), Json::array());
  EXPECT_EQ(of(dedup.Forget("beta")), Json::array());
  EXPECT_EQ(dedup.Prune(1), 0u);
  EXPECT_THROW(dedup.SetTime(-1), cupel::Error);
}

}  // namespace
}  // namespace cupel_test
