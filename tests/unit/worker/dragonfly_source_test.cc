// A source of jobs over an API that does what the test says. The whole worker
// runs against tests/support/fake_dragonfly.py in tests/e2e.
#include "worker/dragonfly_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "base/status.h"
#include "fmt/core.h"
#include "format/base64.h"
#include "format/json.h"
#include "tests/support/raw_server.h"

namespace cupel::worker {
namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing_support::HeaderOf;
using testing_support::HttpAnswer;
using testing_support::RawConnection;
using testing_support::RawServer;

constexpr std::string_view kId = "7d2f6c1e-3c5b-4b7e-9d0a-0123456789ab";

class SourceTest : public testing::Test {
 protected:
  SourceTest()
      : server_([this](const std::string& request, RawConnection& to) {
          std::string line = request.substr(0, request.find(" HTTP/"));
          std::string answer;
          {
            MutexLock lock(mutex_);
            std::vector<std::string>& answers = answers_[line];
            answer = answers.empty() ? HttpAnswer(599, "") : answers.front();
            if (answers.size() > 1) answers.erase(answers.begin());
          }
          return !answer.empty() && to.Write(answer);
        }),
        log_(LogLevel::kDebug, [this](const LogEvent& event) {
          MutexLock lock(mutex_);
          log_lines_.push_back(LogLine(event));
        }) {
    settings_.base_url = server_.Url("");
    settings_.token_id = "the-id";
    settings_.token_secret = "geheim";
    settings_.load_duration_ms = 0;
    Answer("GET /rules", HttpAnswer(200, R"({"hash":"c1","rules":{"a":"x"}})"));
    Answer("POST /jobs?batch=1", HttpAnswer(200, Jobs({"c1"})));
  }

  // Later ones are for later calls; the last stays.
  void Answer(const std::string& line, std::string answer) {
    MutexLock lock(mutex_);
    answers_[line].push_back(std::move(answer));
  }
  void AnswerOnly(const std::string& line, std::string answer) {
    MutexLock lock(mutex_);
    answers_[line] = {std::move(answer)};
  }
  // One job for each hash.
  static std::string Jobs(const std::vector<std::string>& hashes) {
    Json jobs = Json::array();
    for (const std::string& hash : hashes) {
      jobs.push_back({{"name", fmt::format("p{}", jobs.size())},
                      {"version", "1"},
                      {"distributions", {"https://h/p.tar.gz"}},
                      {"hash", hash},
                      {"attempt", 1},
                      {"assignment_id", kId}});
    }
    return PrintJson(jobs);
  }
  JobSource& source() {
    if (made_.source == nullptr) {
      auto made = NewDragonflySource(
          settings_,
          [this](const std::string&) {
            ++checks_;
            return check_;
          },
          &log_);
      EXPECT_TRUE(made.ok()) << made.status();
      made_ = *std::move(made);
    }
    return *made_.source;
  }
  HeldJob LeaseOne() {
    auto jobs = source().Lease(1, nullptr);
    EXPECT_TRUE(jobs.ok()) << jobs.status();
    if (!jobs.ok() || jobs->size() != 1) return ADD_FAILURE(), HeldJob();
    return std::move(jobs->front());
  }
  static JobOutcome Done(const std::string& commit = "c1") {
    JobOutcome outcome{.kind = JobOutcome::Kind::kCompleted};
    outcome.result.bytes =
        R"({"outcome":"success","commit":")" + commit +
        R"(","score":0,"inspector_url":null,"rules_matched":[]})";
    return outcome;
  }
  std::vector<std::string> Calls(std::string_view line) {
    std::vector<std::string> calls;
    for (const std::string& request : server_.Requests()) {
      if (request.starts_with(line)) calls.push_back(request);
    }
    return calls;
  }
  std::string LogText() {
    MutexLock lock(mutex_);
    std::string text;
    for (const std::string& line : log_lines_) text += line + "\n";
    return text;
  }

  Mutex mutex_;
  std::map<std::string, std::vector<std::string>> answers_;
  std::vector<std::string> log_lines_;
  RawServer server_;
  Log log_;
  DragonflySettings settings_;
  absl::Status check_;
  int checks_ = 0;
  DragonflySource made_;
};

TEST_F(SourceTest, LeasesAJobWithItsRules) {
  HeldJob job = LeaseOne();
  EXPECT_EQ(job.id, "p0@1#1");
  EXPECT_EQ(job.attempt, 1u);
  EXPECT_EQ(job.order.kind, "package");
  EXPECT_FALSE(job.lease.is_never());
  Json body = *ParseJson(job.order.body, "body");
  EXPECT_EQ(body["name"], "p0");
  EXPECT_EQ(body["distributions"][0], "https://h/p.tar.gz");
  EXPECT_EQ(body["rules"]["hash"], "c1");
  std::string path = body["rules"]["path"];
  EXPECT_EQ(std::filesystem::path(path).parent_path(), made_.rules_folder);
  EXPECT_EQ(std::filesystem::file_size(path), 31u);
  EXPECT_THAT(job.order.body, Not(HasSubstr("geheim")));
  std::string call = Calls("POST /jobs")[0];
  EXPECT_THAT(call, StartsWith("POST /jobs?batch=1 HTTP/1.1\r\n"));
  EXPECT_EQ(HeaderOf(call, "CF-Access-Client-Id"), "the-id");
  EXPECT_EQ(HeaderOf(call, "CF-Access-Client-Secret"), "geheim");
  EXPECT_THAT(LogText(), Not(HasSubstr("geheim")));
}

TEST_F(SourceTest, RemovesItsRulesInTheEnd) {
  LeaseOne();
  std::string folder = made_.rules_folder;
  EXPECT_TRUE(std::filesystem::exists(folder));
  made_.source.reset();
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(SourceTest, RulesThatSomebodyRemovedAreFetchedAgain) {
  LeaseOne();
  for (const auto& file :
       std::filesystem::directory_iterator(made_.rules_folder)) {
    std::filesystem::remove(file);
  }
  Json body = *ParseJson(LeaseOne().order.body, "body");
  EXPECT_TRUE(std::filesystem::exists(std::string(body["rules"]["path"])));
  EXPECT_THAT(Calls("GET /rules"), SizeIs(2));
}

TEST_F(SourceTest, RulesAreAskedForOncePerHash) {
  LeaseOne();
  LeaseOne();
  EXPECT_THAT(Calls("GET /rules"), SizeIs(1));
  EXPECT_EQ(checks_, 1);
  // In mid-flight they change: both are there from now on.
  AnswerOnly("GET /rules", HttpAnswer(200, R"({"hash":"c2","rules":{}})"));
  AnswerOnly("POST /jobs?batch=2", HttpAnswer(200, Jobs({"c2", "c1"})));
  EXPECT_THAT(*source().Lease(2, nullptr), SizeIs(2));
  EXPECT_THAT(Calls("GET /rules"), SizeIs(2));
}

TEST_F(SourceTest, JobsWhoseRulesAreNotToBeHadAreLeftAlone) {
  AnswerOnly("POST /jobs?batch=3", HttpAnswer(200, Jobs({"c0", "c1", "c0"})));
  auto jobs = source().Lease(3, nullptr);
  ASSERT_THAT(*jobs, SizeIs(1));
  EXPECT_EQ((*jobs)[0].id, "p1@1#1");
  EXPECT_THAT(LogText(), HasSubstr("the rules of commit c1, not of c0"));
  EXPECT_THAT(Calls("PUT"), IsEmpty());
}

TEST_F(SourceTest, RulesThatDoNotCompileDeferJobs) {
  check_ = InvalidArgument("line 3: no");
  EXPECT_THAT(*source().Lease(1, nullptr), IsEmpty());
  EXPECT_THAT(*source().Lease(1, nullptr), IsEmpty());
  EXPECT_EQ(checks_, 1) << "not compiled again each time";
  EXPECT_THAT(LogText(), HasSubstr("line 3: no"));
  EXPECT_THAT(Calls("PUT"), IsEmpty());
  // Others come, which do.
  check_ = absl::OkStatus();
  AnswerOnly("GET /rules", HttpAnswer(200, R"({"hash":"c2","rules":{}})"));
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(200, Jobs({"c2"})));
  EXPECT_THAT(*source().Lease(1, nullptr), SizeIs(1));
}

TEST_F(SourceTest, RulesThatAreNotGivenDeferJobs) {
  for (std::string bad :
       {HttpAnswer(500, ""), HttpAnswer(200, R"({"hash":"c1",)"),
        HttpAnswer(302, "", "Location: http://h/\r\n"), std::string()}) {
    AnswerOnly("GET /rules", bad);
    EXPECT_THAT(*source().Lease(1, nullptr), IsEmpty());
  }
  AnswerOnly("GET /rules", HttpAnswer(200, R"({"hash":"c1","rules":{}})"));
  EXPECT_THAT(*source().Lease(1, nullptr), SizeIs(1));
}

TEST_F(SourceTest, OneBadJobDoesNotHideTheOthers) {
  Json jobs = *ParseJson(Jobs({"c1", "c1"}), "");
  jobs[0].erase("attempt");
  AnswerOnly("POST /jobs?batch=2", HttpAnswer(200, PrintJson(jobs)));
  EXPECT_THAT(*source().Lease(2, nullptr), SizeIs(1));
  EXPECT_THAT(LogText(), HasSubstr("job refused"));
}

TEST_F(SourceTest, NeverHoldsMoreThanItAskedFor) {
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(200, Jobs({"c1", "c1"})));
  EXPECT_THAT(*source().Lease(1, nullptr), SizeIs(1));
  settings_.bulk_size = 2;
  made_.source.reset();
  AnswerOnly("POST /jobs?batch=2", HttpAnswer(200, Jobs({"c1", "c1"})));
  EXPECT_THAT(*source().Lease(5, nullptr), SizeIs(2));
}

TEST_F(SourceTest, WaitsOnlyAfterThereWasNothing) {
  settings_.load_duration_ms = 3'600'000;
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(200, Jobs({"c1"})));
  LeaseOne();
  LeaseOne();
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(200, "[]"));
  EXPECT_FALSE(*source().Drained());
  EXPECT_THAT(*source().Lease(1, nullptr), IsEmpty());
  EXPECT_TRUE(*source().Drained());
  Cancel cancel;
  std::thread canceller([&] { cancel.Trigger(); });
  EXPECT_EQ(source().Lease(1, &cancel).status().code(),
            absl::StatusCode::kCancelled);
  canceller.join();
  EXPECT_THAT(Calls("POST /jobs"), SizeIs(3));
}

TEST_F(SourceTest, FailedPollsAreErrorsAndNoEnd) {
  for (std::string bad :
       {HttpAnswer(502, ""), HttpAnswer(200, "[{"), HttpAnswer(200, "{}"),
        HttpAnswer(302, "", "Location: " + server_.Url("/x") + "\r\n")}) {
    AnswerOnly("POST /jobs?batch=1", bad);
    EXPECT_FALSE(source().Lease(1, nullptr).ok());
    EXPECT_FALSE(*source().Drained());
  }
  EXPECT_THAT(Calls("GET /x"), IsEmpty()) << "redirects are not followed";
}

TEST_F(SourceTest, SubmitsAResult) {
  AnswerOnly("PUT /package", HttpAnswer(200, "null"));
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source().Prepare(job, nullptr).ok());
  EXPECT_GT(job.order.time_ms, 100'000u);
  EXPECT_LE(job.order.time_ms, 110'000u);
  EXPECT_TRUE(source().Renew(job, nullptr).ok());
  ASSERT_TRUE(source().Finish(job, Done(), nullptr).ok());
  std::string call = Calls("PUT")[0];
  EXPECT_EQ(HeaderOf(call, "Content-Type"), "application/json");
  EXPECT_EQ(HeaderOf(call, "CF-Access-Client-Secret"), "geheim");
  EXPECT_THAT(
      call,
      EndsWith(
          R"({"name":"p0","version":"1","attempt":1,"assignment_id":"7d2f6c1e-)"
          R"(3c5b-4b7e-9d0a-0123456789ab","score":0,"inspector_url":null,"rule)"
          R"(s_matched":[],"commit":"c1"})"));
}

TEST_F(SourceTest, SubmitsAgainUntilItIsTaken) {
  Answer("PUT /package", HttpAnswer(503, ""));
  Answer("PUT /package", "");  // the connection breaks
  Answer("PUT /package", HttpAnswer(200, "null"));
  HeldJob job = LeaseOne();
  EXPECT_TRUE(source().Finish(job, Done(), nullptr).ok());
  EXPECT_THAT(Calls("PUT"), SizeIs(3));
}

TEST_F(SourceTest, StopsAtWhatIsFinal) {
  HeldJob job = LeaseOne();
  for (int status : {409, 404, 422, 302}) {
    AnswerOnly("PUT /package", HttpAnswer(status, R"({"detail":"so"})"));
    size_t before = Calls("PUT").size();
    EXPECT_FALSE(source().Finish(job, Done(), nullptr).ok()) << status;
    EXPECT_THAT(Calls("PUT"), SizeIs(before + 1)) << status;
  }
}

TEST_F(SourceTest, NothingIsSubmittedOnceTheLeaseIsOver) {
  HeldJob job = LeaseOne();
  job.lease = Deadline::After(0);
  EXPECT_EQ(source().Prepare(job, nullptr).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(source().Renew(job, nullptr).code(), absl::StatusCode::kAborted);
  EXPECT_EQ(source().Finish(job, Done(), nullptr).code(),
            absl::StatusCode::kAborted);
  EXPECT_THAT(Calls("PUT"), IsEmpty());
}

TEST_F(SourceTest, ResultsOfOtherRulesAreNotSubmitted) {
  HeldJob job = LeaseOne();
  EXPECT_TRUE(source().Finish(job, Done("c9"), nullptr).ok());
  EXPECT_TRUE(source().GiveBack(job, nullptr).ok());
  EXPECT_THAT(Calls("PUT"), IsEmpty());
}

TEST_F(SourceTest, SubmittingCanBeCancelled) {
  AnswerOnly("PUT /package", HttpAnswer(503, ""));
  HeldJob job = LeaseOne();
  Cancel cancel;
  std::thread canceller([&] {
    while (Calls("PUT").empty()) std::this_thread::yield();
    cancel.Trigger();
  });
  EXPECT_EQ(source().Finish(job, Done(), &cancel).code(),
            absl::StatusCode::kCancelled);
  canceller.join();
}

class PasswordTest : public SourceTest {
 protected:
  PasswordTest() {
    settings_.auth = DragonflyAuth::kPassword;
    settings_.auth0_domain = server_.Url("");
    settings_.audience = "them";
    settings_.username = "me";
    settings_.password = "123";
    settings_.lease_required = false;
    Answer("POST /oauth/token",
           HttpAnswer(200, R"({"access_token":"t1","expires_in":3600,)"
                           R"("token_type":"Bearer"})"));
  }
};

TEST_F(PasswordTest, LogsInOnce) {
  LeaseOne();
  LeaseOne();
  std::vector<std::string> logins = Calls("POST /oauth/token");
  ASSERT_THAT(logins, SizeIs(1));
  EXPECT_THAT(logins[0],
              EndsWith(R"({"client_id":"the-id","client_secret":"geheim",)"
                       R"("audience":"them","grant_type":"password",)"
                       R"("username":"me","password":"123"})"));
  EXPECT_EQ(HeaderOf(Calls("POST /jobs")[1], "Authorization"), "Bearer t1");
  EXPECT_EQ(HeaderOf(Calls("POST /jobs")[1], "CF-Access-Client-Id"), "");
}

TEST_F(PasswordTest, LogsInAgainAfter401Once) {
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(401, ""));
  Answer("POST /jobs?batch=1", HttpAnswer(200, Jobs({"c1"})));
  Answer("POST /oauth/token",
         HttpAnswer(200, R"({"access_token":"t2","expires_in":3600})"));
  LeaseOne();
  EXPECT_EQ(HeaderOf(Calls("POST /jobs")[1], "Authorization"), "Bearer t2");
  AnswerOnly("POST /jobs?batch=1", HttpAnswer(401, ""));
  EXPECT_EQ(source().Lease(1, nullptr).status().code(),
            absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(Calls("POST /jobs"), SizeIs(4));
}

TEST_F(PasswordTest, LogsInAgainBeforeATokenExpires) {
  AnswerOnly("POST /oauth/token",
             HttpAnswer(200, R"({"access_token":"t","expires_in":0})"));
  LeaseOne();
  LeaseOne();
  // One for each call: they are good for nothing.
  EXPECT_THAT(Calls("POST /oauth/token"), SizeIs(3));
}

TEST_F(PasswordTest, LoginsThatFailAreErrorsWithoutSecrets) {
  for (std::string bad :
       {HttpAnswer(403, R"({"error_description":"Wrong password."})"),
        HttpAnswer(200, "geheim"), HttpAnswer(200, R"({"access_token":1})"),
        HttpAnswer(200, R"({"access_token":"","expires_in":1})"),
        HttpAnswer(307, "", "Location: http://127.0.0.1:1/\r\n")}) {
    AnswerOnly("POST /oauth/token", bad);
    absl::Status status = source().Lease(1, nullptr).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(MessageOf(status), Not(HasSubstr("geheim")));
  }
  EXPECT_THAT(Calls("POST /jobs"), IsEmpty());
}

TEST_F(PasswordTest, WorksWithoutLeases) {
  AnswerOnly("POST /jobs?batch=1",
             HttpAnswer(200, R"([{"name":"p","version":"1",)"
                             R"("distributions":[],"hash":"c1"}])"));
  AnswerOnly("PUT /package", HttpAnswer(200, "null"));
  HeldJob job = LeaseOne();
  EXPECT_EQ(job.id, "p@1");
  EXPECT_TRUE(job.lease.is_never());
  ASSERT_TRUE(source().Prepare(job, nullptr).ok());
  EXPECT_TRUE(source().Finish(job, Done(), nullptr).ok());
  EXPECT_THAT(Calls("PUT")[0],
              EndsWith(R"({"name":"p","version":"1","score":0,)"
                       R"("inspector_url":null,"rules_matched":[],)"
                       R"("commit":"c1"})"));
}

class CookieTest : public SourceTest {
 protected:
  CookieTest() { settings_.auth = DragonflyAuth::kCookie; }
  // The claims as URLs have base64: without padding.
  static std::string CookieOf(const std::string& claims) {
    std::string text = Base64Encode(claims);
    while (text.ends_with('=')) text.pop_back();
    return "Set-Cookie: a=b\r\nSet-Cookie: CF_Authorization=h." + text +
           ".s; Path=/; HttpOnly\r\n";
  }
};

TEST_F(CookieTest, LogsInWithTheServiceTokenAndKeepsTheCookie) {
  AnswerOnly(
      "GET /",
      HttpAnswer(200, "", CookieOf(R"({"exp":99999999999,"x":"??>>"})")));
  LeaseOne();
  std::string login = Calls("GET / ")[0];
  EXPECT_EQ(HeaderOf(login, "CF-Access-Client-Secret"), "geheim");
  std::string call = Calls("POST /jobs")[0];
  EXPECT_THAT(HeaderOf(call, "Cookie"), StartsWith("CF_Authorization=h."));
  EXPECT_THAT(HeaderOf(call, "Cookie"), EndsWith(".s"));
  EXPECT_EQ(HeaderOf(call, "CF-Access-Client-Secret"), "");
}

TEST_F(CookieTest, OtherAnswersAreErrors) {
  for (const std::string& headers :
       {std::string(), CookieOf("{}"), CookieOf(R"({"exp":1})"),
        CookieOf("no json"),
        std::string("Set-Cookie: CF_Authorization=x\r\n")}) {
    AnswerOnly("GET /", HttpAnswer(200, "", headers));
    EXPECT_FALSE(source().Lease(1, nullptr).ok()) << headers;
  }
  AnswerOnly("GET /", HttpAnswer(403, ""));
  EXPECT_EQ(source().Lease(1, nullptr).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace cupel::worker
