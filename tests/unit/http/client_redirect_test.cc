// Where redirects lead, and what does not go along.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "fmt/core.h"
#include "http/client.h"
#include "tests/support/raw_server.h"

namespace cupel::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_support::HeaderOf;
using testing_support::HttpAnswer;
using testing_support::RawConnection;
using testing_support::RawServer;

RawServer::Handler Always(std::string answer) {
  return [answer](const std::string&, RawConnection& connection) {
    return connection.Write(answer);
  };
}

// Answers every request with a redirect to `location`, except for /end.
RawServer::Handler Redirecting(int status, std::string location) {
  return [=](const std::string& request, RawConnection& to) {
    if (request.find(" /end ") != std::string::npos) {
      return to.Write(HttpAnswer(200, "the end"));
    }
    return to.Write(HttpAnswer(status, "", "Location: " + location + "\r\n"));
  };
}

class RedirectTest : public testing::Test {
 protected:
  RedirectTest() : client_(*Client::New()) {
    request_.max_redirects = 3;
    request_.headers = {{"Authorization", "Bearer t"},
                        {"CF-Access-Client-Secret", "s"},
                        {"Cookie", "c=1"},
                        {"Accept", "text/plain"}};
  }
  std::unique_ptr<Client> client_;
  Request request_;
};

TEST_F(RedirectTest, AreAnswersUnlessAskedFor) {
  RawServer server(Redirecting(302, "/end"));
  request_.url = server.Url("/");
  request_.max_redirects = 0;
  auto response = client_->Send(request_, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server.Requests().size(), 1u);
}

TEST_F(RedirectTest, KeepCredentialsWithinAnOrigin) {
  RawServer server(Redirecting(302, "/end"));
  request_.url = server.Url("/");
  auto response = client_->Send(request_, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "the end");
  EXPECT_EQ(response->url, server.Url("/end"));
  EXPECT_EQ(HeaderOf(server.Requests()[1], "Authorization"), "Bearer t");
}

TEST_F(RedirectTest, GiveNoCredentialToAnotherOrigin) {
  RawServer other(Always(HttpAnswer(200, "other")));
  RawServer server(Redirecting(302, other.Url("/end")));
  request_.url = server.Url("/");
  auto response = client_->Send(request_, nullptr);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "other");
  std::string sent = other.Requests()[0];
  EXPECT_EQ(HeaderOf(sent, "Authorization"), "");
  EXPECT_EQ(HeaderOf(sent, "CF-Access-Client-Secret"), "");
  EXPECT_EQ(HeaderOf(sent, "Cookie"), "");
  EXPECT_EQ(HeaderOf(sent, "Accept"), "text/plain");
}

TEST_F(RedirectTest, CarryABodyOnlyWithinAnOrigin) {
  RawServer other(Always(HttpAnswer(200, "")));
  RawServer server(Redirecting(307, other.Url("/end")));
  request_.method = "POST";
  request_.body = "password";
  request_.url = server.Url("/");
  absl::Status status = client_->Send(request_, nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  EXPECT_TRUE(other.Requests().empty());

  RawServer same(Redirecting(308, "/end"));
  request_.url = same.Url("/");
  ASSERT_TRUE(client_->Send(request_, nullptr).ok());
  EXPECT_THAT(same.Requests()[1], EndsWith("\r\n\r\npassword"));
}

TEST_F(RedirectTest, TurnPostsIntoGets) {
  for (int status : {301, 302, 303}) {
    RawServer server(Redirecting(status, "/end"));
    request_.method = "POST";
    request_.body = "password";
    request_.headers.emplace_back("Content-Type", "text/x");
    request_.url = server.Url("/");
    ASSERT_TRUE(client_->Send(request_, nullptr).ok());
    EXPECT_THAT(server.Requests()[1], StartsWith("GET /end "));
    EXPECT_THAT(server.Requests()[1], EndsWith("\r\n\r\n"));
    EXPECT_EQ(HeaderOf(server.Requests()[1], "Content-Type"), "");
  }
}

TEST_F(RedirectTest, EndSomewhere) {
  RawServer server(Redirecting(302, "/again"));
  request_.url = server.Url("/");
  absl::Status status = client_->Send(request_, nullptr).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(status), HasSubstr("more than 3 times"));
  EXPECT_EQ(server.Requests().size(), 4u);
}

TEST_F(RedirectTest, LeadToHttpOnly) {
  for (const char* place : {"file:///etc/passwd", "gopher://h/", "http://"}) {
    RawServer server(Redirecting(302, place));
    request_.url = server.Url("/");
    EXPECT_EQ(client_->Send(request_, nullptr).status().code(),
              absl::StatusCode::kInvalidArgument)
        << place;
  }
}

}  // namespace
}  // namespace cupel::http
