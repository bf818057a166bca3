// connector:http against a receiver in Python, which checks the signatures by
// itself (tests/support/http_receiver.py).
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "builtin/connector/http_post.h"
#include "builtin/tables.h"
#include "endpoint_testing.h"

namespace cupel {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kSecret = "a secret of some length";

class Receiver {
 public:
  Receiver(const std::string& plan, const std::string& log,
           const std::string& port = "0") {
    int in[2];
    int out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    const std::string script =
        std::string(CUPEL_SOURCE_DIR) + "/tests/support/http_receiver.py";
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      execlp("python3", "python3", "-B", script.c_str(), plan.c_str(),
             log.c_str(), kSecret, port.c_str(), nullptr);
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    char c = 0;
    while (read(out[0], &c, 1) == 1 && c != '\n') port_.push_back(c);
    close(out[0]);
    EXPECT_FALSE(port_.empty());
  }
  ~Receiver() {
    close(input_);
    waitpid(child_, nullptr, 0);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  const std::string& port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + port_ + "/reports"; }

 private:
  pid_t child_ = -1;
  int input_ = -1;
  std::string port_;
};

class HttpConnectorTest : public testing::Test {
 protected:
  HttpConnectorTest() { dir_.Write("secret", std::string(kSecret) + "\n"); }

  std::string Options(const std::string& url, std::string_view more = "") {
    return R"({"url": ")" + url + R"(", "secret_file": ")" +
           dir_.PathOf("secret") + R"(", "backoff_ms": 1)" + std::string(more) +
           "}";
  }
  std::string Log() const { return dir_.PathOf("log"); }
  std::string Spool() const {
    return R"(, "spool": ")" + dir_.PathOf("spool.db") + "\"";
  }
  std::vector<Json> Received() const {
    std::vector<Json> out;
    const std::string text =
        access(Log().c_str(), F_OK) == 0 ? dir_.Read("log") : "";
    size_t begin = 0;
    for (size_t end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      out.push_back(*ParseJson(text.substr(begin, end - begin), "log"));
    }
    return out;
  }
  static PluginRun CallMethod(PluginUnderTest& plugin, PluginMethod method) {
    PluginRequest request;
    request.method = method;
    return plugin.Call("", request);
  }

  const ToolDir dir_;
};

TEST_F(HttpConnectorTest, PostsAReportSigned) {
  const Receiver receiver("", Log());
  PluginUnderTest plugin(kHttpConnector, Options(receiver.url()));
  const std::string id = ConnId(SaveDocument(plugin, "r", R"({"a":1})"));
  const auto received = Received();
  ASSERT_THAT(received, SizeIs(1));
  EXPECT_EQ(received[0]["path"], "/reports");
  EXPECT_EQ(received[0]["type"], "application/json");
  EXPECT_EQ(received[0]["valid"], true);
  EXPECT_EQ(received[0]["body"], R"({"a":1})");
  // The SHA-256 of the body, as sha256sum has it.
  EXPECT_EQ(received[0]["key"],
            "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
  EXPECT_EQ(received[0]["key"], id);
}

TEST_F(HttpConnectorTest, TriesAgainWithTheSameKeyAndThenOnce) {
  const Receiver receiver("500,close,reset,429:1,503,408", Log());
  PluginUnderTest plugin(kHttpConnector,
                         Options(receiver.url(), R"(, "retries": 10)"));
  const int64_t before = MonotonicNanos();
  ConnId(SaveDocument(plugin, "r", "{}"));
  // Retry-After was kept.
  EXPECT_GE(MonotonicNanos() - before, 900'000'000);
  const auto received = Received();
  ASSERT_THAT(received, SizeIs(7));
  for (const Json& one : received) {
    EXPECT_EQ(one["key"], received[0]["key"]);
    EXPECT_EQ(one["valid"], true);
  }
}

TEST_F(HttpConnectorTest, GivesUpAndSaysWhy) {
  const Receiver receiver("500,500,500,500", Log());
  PluginUnderTest plugin(kHttpConnector,
                         Options(receiver.url(), R"(, "retries": 2)"));
  const PluginRun run = SaveDocument(plugin, "r", "{}");
  EXPECT_EQ(run.status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(run.Message(), HasSubstr("tried 3 times"));
  EXPECT_THAT(Received(), SizeIs(3));
}

TEST_F(HttpConnectorTest, WhatIsRefusedIsNotTriedAgain) {
  const Receiver receiver("400,401,redirect", Log());
  PluginUnderTest plugin(kHttpConnector, Options(receiver.url()));
  for (int i = 0; i < 3; ++i) {
    const PluginRun run =
        SaveDocument(plugin, "r", "{\"i\":" + std::to_string(i) + "}");
    EXPECT_FALSE(run.status.ok());
    EXPECT_THAT(run.Message(), Not(HasSubstr(kSecret)));
  }
  EXPECT_THAT(Received(), SizeIs(3));  // none went to /elsewhere
}

TEST_F(HttpConnectorTest, AnAnswerThatNeverEndsIsTriedAgain) {
  const Receiver receiver("stall", Log());
  PluginUnderTest plugin(kHttpConnector,
                         Options(receiver.url(), R"(, "timeout_ms": 200)"));
  ConnId(SaveDocument(plugin, "r", "{}"));
  EXPECT_THAT(Received(), SizeIs(2));
}

TEST_F(HttpConnectorTest, EndsSoonAfterItIsCancelled) {
  const Receiver receiver("stall", Log());
  PluginUnderTest plugin(kHttpConnector, Options(receiver.url()));
  Cancel cancel;
  std::thread canceller([&] {
    while (Received().empty()) std::this_thread::yield();
    cancel.Trigger();
  });
  PluginRequest request;
  request.method = PluginMethod::kSave;
  request.document = "{}";
  request.cancel = &cancel;
  const int64_t before = MonotonicNanos();
  const PluginRun run = plugin.Call("", request);
  canceller.join();
  EXPECT_FALSE(run.status.ok());
  // Not after its 30 seconds.
  EXPECT_LT(MonotonicNanos() - before, int64_t{15'000'000'000});
}

TEST_F(HttpConnectorTest, WhatIsSpooledIsDeliveredLaterInOrderOnce) {
  std::string url;
  std::string port;
  {
    const Receiver gone("", Log());
    url = gone.url();
    port = gone.port();
  }
  // Nobody listens there any more.
  {
    PluginUnderTest plugin(kHttpConnector, Options(url, Spool()));
    for (int i = 0; i < 5; ++i) {
      ConnId(SaveDocument(plugin, "r", "{\"i\":" + std::to_string(i) + "}"));
    }
    ConnId(SaveDocument(plugin, "r", "{\"i\":4}"));  // the same again
    EXPECT_TRUE(CallMethod(plugin, PluginMethod::kDisconnect).status.ok());
  }
  EXPECT_THAT(Received(), IsEmpty());
  // The next process, and the receiver is there again, if not well.
  const Receiver receiver("503,close", Log(), port);
  PluginUnderTest plugin(kHttpConnector, Options(url, Spool()));
  for (int i = 5; i < 8; ++i) {
    ConnId(SaveDocument(plugin, "r", "{\"i\":" + std::to_string(i) + "}"));
  }
  const int64_t until = MonotonicNanos() + 60'000'000'000;
  while (Received().size() < 10 && MonotonicNanos() < until) {
    EXPECT_TRUE(CallMethod(plugin, PluginMethod::kDisconnect).status.ok());
  }
  std::vector<std::string> taken;
  for (const Json& one : Received()) {
    EXPECT_EQ(one["valid"], true);
    if (one["step"] == "200") taken.push_back(one["body"]);
  }
  ASSERT_THAT(taken, SizeIs(8));
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(taken[i], "{\"i\":" + std::to_string(i) + "}");
  }
}

// Their URLs are shown alike, and what is not shown tells them apart.
TEST_F(HttpConnectorTest, ASpoolKeepsApartWhatDiffersInQueryOrUser) {
  const Receiver receiver("", Log());
  dir_.Write("other", "another secret of some length\n");
  const auto options = [&](const std::string& url, const std::string& secret) {
    return R"({"url": ")" + url + R"(", "secret_file": ")" +
           dir_.PathOf(secret) + R"(", "backoff_ms": 1)" + Spool() + "}";
  };
  const std::string host = "127.0.0.1:" + receiver.port() + "/reports";
  PluginUnderTest first(kHttpConnector,
                        options("http://" + host + "?to=a", "secret"));
  PluginUnderTest second(kHttpConnector,
                         options("http://" + host + "?to=b", "other"));
  PluginUnderTest third(kHttpConnector,
                        options("http://u:p@" + host + "?to=a", "other"));
  ConnId(SaveDocument(first, "r", R"({"for":"a"})"));
  EXPECT_TRUE(CallMethod(second, PluginMethod::kDisconnect).status.ok());
  EXPECT_TRUE(CallMethod(third, PluginMethod::kDisconnect).status.ok());
  EXPECT_THAT(Received(), IsEmpty());
  EXPECT_TRUE(CallMethod(first, PluginMethod::kDisconnect).status.ok());
  const auto received = Received();
  ASSERT_THAT(received, SizeIs(1));
  EXPECT_EQ(received[0]["path"], "/reports?to=a");
  EXPECT_EQ(received[0]["valid"], true);
  const std::string spool = dir_.Read("spool.db");
  EXPECT_THAT(spool, Not(HasSubstr("to=a")));
}

TEST_F(HttpConnectorTest, AFullSpoolIsAnErrorAndKeepsWhatItHas) {
  const Receiver receiver("500", Log());
  PluginUnderTest plugin(
      kHttpConnector,
      Options(receiver.url(), Spool() + R"(, "spool_bytes": 3000)"));
  const std::string body = "{\"x\":\"" + std::string(1000, 'x') + "\",\"i\":";
  int kept = 0;
  PluginRun run;
  while (kept < 10) {
    run = SaveDocument(plugin, "r", body + std::to_string(kept) + "}");
    if (!run.status.ok()) break;
    ++kept;
  }
  EXPECT_EQ(run.status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(kept, testing::AllOf(testing::Ge(1), testing::Le(3)));
  const int64_t until = MonotonicNanos() + 60'000'000'000;
  while (Received().size() < static_cast<size_t>(kept) + 1 &&
         MonotonicNanos() < until) {
    EXPECT_TRUE(CallMethod(plugin, PluginMethod::kDisconnect).status.ok());
  }
  EXPECT_THAT(Received(), SizeIs(kept + 1));
}

TEST_F(HttpConnectorTest, ASecretComesFromAFileOrTheEnvironment) {
  const Receiver receiver("", Log());
  setenv("CUPEL_TEST_HTTP_SECRET", kSecret, 1);
  PluginUnderTest variable(
      kHttpConnector, R"({"url": ")" + receiver.url() +
                          R"(", "secret_variable": "CUPEL_TEST_HTTP_SECRET"})");
  ConnId(SaveDocument(variable, "r", "{}"));
  PluginUnderTest none(
      kHttpConnector, R"({"url": ")" + receiver.url() + R"(", "sign": false})");
  ConnId(SaveDocument(none, "r", "{}"));
  const auto received = Received();
  ASSERT_THAT(received, SizeIs(2));
  EXPECT_EQ(received[0]["valid"], true);
  EXPECT_EQ(received[1]["signed"], false);
}

TEST_F(HttpConnectorTest, WrongOptionsAreTold) {
  dir_.Write("short", "abc\n");
  const std::string file = R"("secret_file": ")" + dir_.PathOf("secret") + "\"";
  for (const std::string& options : std::vector<std::string>{
           "{}", R"({"url": "ftp://x", "sign": false})",
           R"({"url": "http://x"})",
           "{\"url\": \"http://x\", " + file + R"(, "secret_variable": "X"})",
           R"({"url": "http://x", "secret_variable": "CUPEL_NO_SUCH"})",
           R"({"url": "http://x", "secret_file": "/nowhere/secret"})",
           R"({"url": "http://x", "secret_file": ")" + dir_.PathOf("short") +
               "\"}",
           R"({"url": "http://x", "sign": false, "retries": 101})",
           R"({"url": "http://x", "sign": false, "timeout_ms": 0})",
           R"({"url": "http://x", "sign": false, "spool": "/nowhere/x/y"})"}) {
    PluginUnderTest plugin(kHttpConnector, options);
    EXPECT_FALSE(plugin.status().ok()) << options;
  }
  const Receiver receiver("", Log());
  PluginUnderTest plugin(kHttpConnector, Options(receiver.url()));
  EXPECT_EQ(SavePayload(plugin, "p", "bytes").status.code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Received(), IsEmpty());
}

TEST(RetryAfterTest, TakesSecondsAndDates) {
  EXPECT_EQ(RetryAfterMs("3", 0), 3000U);
  EXPECT_EQ(RetryAfterMs("999999999999", 0), 3'600'000U);
  EXPECT_EQ(RetryAfterMs("Wed, 21 Oct 2015 07:28:00 GMT", 1'445'412'470),
            10'000U);
  for (const char* wrong : {"", "-5", "0", "x", "3x", "99999999999999999999",
                            "Wed, 21 Oct 2015 07:28:00 GMT"}) {
    EXPECT_EQ(RetryAfterMs(wrong, 1'445'412'480), 0U) << wrong;
  }
}

}  // namespace
}  // namespace cupel
