// What a client sends and gets, from servers that behave.
#include "http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "base/status.h"
#include "fmt/core.h"
#include "tests/support/raw_server.h"

namespace cupel::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using testing_support::HeaderOf;
using testing_support::HttpAnswer;
using testing_support::RawConnection;
using testing_support::RawServer;

std::unique_ptr<Client> NewClient(const ClientOptions& options = {}) {
  auto client = Client::New(options);
  EXPECT_TRUE(client.ok()) << client.status();
  return *std::move(client);
}

// Whoever runs the tests may have a proxy.
class NoProxy : public testing::Environment {
  void SetUp() override {
    for (const char* name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
      unsetenv(name);
    }
  }
};
[[maybe_unused]] const auto* const kNoProxy =
    testing::AddGlobalTestEnvironment(new NoProxy);

// What a program prints: answers are made by others, too.
std::string OutputOf(const char* command) {
  std::string out;
  FILE* from = popen(command, "r");
  char buffer[65536];
  while (size_t got = fread(buffer, 1, sizeof(buffer), from)) {
    out.append(buffer, got);
  }
  EXPECT_EQ(pclose(from), 0);
  return out;
}

RawServer::Handler Always(std::string answer) {
  return [answer](const std::string&, RawConnection& connection) {
    return connection.Write(answer);
  };
}

TEST(ClientTest, SendsARequestAsItWasSaid) {
  RawServer server(Always(HttpAnswer(201, "made", "X-One: a\r\nX-Two:\r\n")));
  auto client = NewClient();
  Request request;
  request.method = "PUT";
  request.url = server.Url("/package?q=1#gone");
  request.headers = {{"CF-Access-Client-Id", "id"}, {"X-Empty", ""}};
  request.body = R"({"a":1})";
  auto response = client->Send(request, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "made");
  ASSERT_NE(response->Header("x-one"), nullptr);
  EXPECT_EQ(*response->Header("x-one"), "a");
  EXPECT_EQ(*response->Header("x-two"), "");
  EXPECT_EQ(response->Header("x-three"), nullptr);
  std::string sent = server.Requests()[0];
  EXPECT_THAT(sent, StartsWith("PUT /package?q=1 HTTP/1.1\r\n"));
  EXPECT_THAT(sent, EndsWith("\r\n\r\n{\"a\":1}"));
  EXPECT_THAT(HeaderOf(sent, "User-Agent"), StartsWith("cupel/"));
  EXPECT_EQ(HeaderOf(sent, "CF-Access-Client-Id"), "id");
  EXPECT_THAT(sent, HasSubstr("X-Empty:\r\n"));
  EXPECT_THAT(sent, Not(HasSubstr("Expect")));
  EXPECT_THAT(sent, Not(HasSubstr("Content-Type")));
}

TEST(ClientTest, SendsPostsWithoutBodyAndOtherMethods) {
  RawServer server(Always("HTTP/1.1 204 X\r\n\r\n"));
  auto client = NewClient();
  for (const char* method : {"POST", "DELETE", "PATCH"}) {
    Request request;
    request.method = method;
    request.url = server.Url("/jobs");
    EXPECT_EQ(client->Send(request, nullptr)->status, 204);
    EXPECT_THAT(server.Requests().back(), StartsWith(method));
  }
  EXPECT_EQ(HeaderOf(server.Requests()[0], "Content-Length"), "0");
  EXPECT_EQ(server.connections(), 1u) << "connections are kept";
}

TEST(ClientTest, ReadsHeadsWithoutBody) {
  RawServer server(Always("HTTP/1.1 200 X\r\nContent-Length: 5000\r\n\r\n"));
  Request request;
  request.method = "HEAD";
  request.url = server.Url("/");
  auto response = NewClient()->Send(request, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "");
}

TEST(ClientTest, RefusesWhatWouldBeAnotherRequest) {
  RawServer server(Always(HttpAnswer(200, "")));
  auto client = NewClient();
  Request request;
  request.url = server.Url("/");
  request.headers = {{"X", "geheim\r\nInjected: 1"}};
  absl::Status status = client->Send(request, nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(MessageOf(status), Not(HasSubstr("geheim")));
  request.headers = {{"X: y\r\nZ", "1"}};
  EXPECT_FALSE(client->Send(request, nullptr).ok());
  request.headers = {};
  request.method = "GET / HTTP/1.1\r\nX:";
  EXPECT_FALSE(client->Send(request, nullptr).ok());
  request.method = "GET";
  request.url = "gopher://127.0.0.1/";
  EXPECT_EQ(client->Send(request, nullptr).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(server.Requests().empty());
}

TEST(ClientTest, DecodesGzipAndDeflateAndChunks) {
  std::string gzip = OutputOf("printf 'some text' | gzip -c");
  RawServer server([&](const std::string& request, RawConnection& to) {
    if (request.starts_with("GET /gzip")) {
      return to.Write(HttpAnswer(200, gzip, "Content-Encoding: gzip\r\n"));
    }
    return to.Write(
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nsome \r\n4;x=y\r\ntext\r\n0\r\nTrailer: t\r\n\r\n");
  });
  auto client = NewClient();
  Request request;
  request.url = server.Url("/gzip");
  EXPECT_EQ(client->Send(request, nullptr)->body, "some text");
  EXPECT_EQ(HeaderOf(server.Requests()[0], "Accept-Encoding"), "gzip, deflate");
  request.url = server.Url("/chunked");
  EXPECT_EQ(client->Send(request, nullptr)->body, "some text");
}

TEST(ClientTest, GivesBodiesPieceByPiece) {
  std::string body(1 << 20, 'x');
  RawServer server([&](const std::string& request, RawConnection& to) {
    return to.Write(HttpAnswer(request.starts_with("GET /ok") ? 200 : 404,
                               request.starts_with("GET /ok") ? body : "no"));
  });
  auto client = NewClient();
  Request request;
  request.url = server.Url("/ok");
  uint64_t bytes = 0;
  int pieces = 0;
  request.sink = [&](std::string_view piece) {
    bytes += piece.size();
    return ++pieces < 1'000'000;
  };
  auto response = client->Send(request, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(bytes, body.size());
  EXPECT_GT(pieces, 1);
  EXPECT_EQ(response->body, "");

  request.url = server.Url("/none");
  bytes = 0;
  response = client->Send(request, nullptr);
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no");
  EXPECT_EQ(bytes, 0u);

  request.url = server.Url("/ok");
  request.sink = [](std::string_view) { return false; };
  EXPECT_EQ(client->Send(request, nullptr).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(ClientTest, IsUsedByManyThreads) {
  RawServer server([](const std::string& request, RawConnection& to) {
    return to.Write(
        HttpAnswer(200, request.substr(4, request.find(' ', 4) - 4)));
  });
  auto client = NewClient();
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 50; ++j) {
        Request request;
        std::string path = fmt::format("/{}/{}", i, j);
        request.url = server.Url(path);
        auto response = client->Send(request, nullptr);
        if (response.ok() && response->body == path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
  EXPECT_LE(server.connections(), 8u) << "connections are kept";
}

TEST(ClientTest, TakesNoCookieAndNoPasswordAlong) {
  RawServer server(Always(HttpAnswer(200, "", "Set-Cookie: a=b\r\n")));
  auto client = NewClient();
  Request request;
  request.url = server.Url("/");
  ASSERT_TRUE(client->Send(request, nullptr).ok());
  ASSERT_TRUE(client->Send(request, nullptr).ok());
  EXPECT_EQ(HeaderOf(server.Requests()[1], "Cookie"), "");
}

TEST(ClientTest, AsksTheProxyThatVariablesName) {
  RawServer proxy(Always(HttpAnswer(200, "by proxy")));
  setenv("http_proxy", proxy.Url("").c_str(), 1);
  Request request;
  request.url = "http://nobody.invalid/x";
  auto response = NewClient()->Send(request, nullptr);
  ClientOptions options;
  options.use_proxy_variables = false;
  auto direct = NewClient(options)->Send(request, nullptr);
  unsetenv("http_proxy");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "by proxy");
  EXPECT_THAT(proxy.Requests()[0], StartsWith("GET http://nobody.invalid/x "));
  EXPECT_EQ(direct.status().code(), absl::StatusCode::kUnavailable);
}

TEST(ClientTest, SaysWhatAStatusMeans) {
  Response response;
  response.url = "https://u:geheim@h/jobs?t=geheim";
  auto code = [&](int status) {
    response.status = status;
    return StatusOfResponse(response, "lease jobs").code();
  };
  EXPECT_EQ(code(204), absl::StatusCode::kOk);
  EXPECT_EQ(code(401), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(code(403), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(code(404), absl::StatusCode::kNotFound);
  EXPECT_EQ(code(409), absl::StatusCode::kAborted);
  EXPECT_EQ(code(408), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(429), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(525), absl::StatusCode::kUnavailable);
  EXPECT_EQ(code(422), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(code(302), absl::StatusCode::kFailedPrecondition);
  response.status = 409;
  response.body = R"({"detail":"no longer\nyours"})";
  EXPECT_EQ(MessageOf(StatusOfResponse(response, "lease jobs")),
            "lease jobs: HTTP status 409 from https://h/jobs: no longer\\n"
            "yours");
  response.body = "password=geheim";
  response.headers = {{"location", "https://x/?geheim"}};
  response.status = 302;
  EXPECT_THAT(MessageOf(StatusOfResponse(response, "lease jobs")),
              Not(HasSubstr("geheim")));
}

}  // namespace
}  // namespace cupel::http
