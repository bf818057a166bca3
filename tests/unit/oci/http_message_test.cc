#include "oci/http_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cupel::oci {
namespace {

using State = HttpParser::State;
using ::testing::HasSubstr;

constexpr std::string_view kPost =
    "POST /t/api HTTP/1.1\r\nHost: 127.0.0.1:8006\r\nContent-Length: 5\r\n\r\n";

HttpParser Parsed(std::string_view bytes, const HttpLimits& limits = {}) {
  HttpParser parser(limits);
  parser.Feed(bytes);
  return parser;
}

int Refusal(std::string_view bytes, const HttpLimits& limits = {}) {
  const HttpParser parser = Parsed(bytes, limits);
  return parser.state() == State::kRefused ? parser.refusal().status : 0;
}

TEST(HttpParserTest, ReadsARequestHoweverItIsCut) {
  const std::string whole = std::string(kPost) + "hello";
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    HttpParser parser{HttpLimits{}};
    ASSERT_NE(parser.Feed(whole.substr(0, cut)), State::kDone) << cut;
    ASSERT_EQ(parser.Feed(whole.substr(cut)), State::kDone) << cut;
    EXPECT_EQ(parser.request().method, "POST");
    EXPECT_EQ(parser.request().target, "/t/api");
    EXPECT_EQ(parser.request().body, "hello");
  }
}

TEST(HttpParserTest, ReadsChunksOneByteAtATime) {
  const std::string_view whole =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;name=value\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n";
  HttpParser parser{HttpLimits{}};
  for (size_t i = 0; i + 1 < whole.size(); ++i) {
    ASSERT_LT(parser.Feed(whole.substr(i, 1)), State::kDone) << i;
  }
  EXPECT_EQ(parser.Feed(whole.substr(whole.size() - 1)), State::kDone);
  EXPECT_EQ(parser.request().body, "abcdefg");
}

TEST(HttpParserTest, RequestsWithoutABodyAreDoneAtOnce) {
  const HttpParser parser = Parsed("GET /x?y=1 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(parser.state(), State::kDone);
  EXPECT_EQ(parser.request().target, "/x?y=1");
}

TEST(HttpParserTest, RefusesWhatIsNoRequest) {
  for (const std::string_view head :
       {"GET /", "GET / HTTP/2", "GET http://x/ HTTP/1.1", "G@T / HTTP/1.1",
        "GET /a b HTTP/1.1", " / HTTP/1.1", "\x16\x03\x01", "GET  HTTP/1.1",
        "GET / HTTP/1.1\r\nno colon", "GET / HTTP/1.1\r\n folded: x",
        "GET / HTTP/1.1\r\nContent-Length: -1",
        "GET / HTTP/1.1\r\nContent-Length: 1x",
        "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked"}) {
    EXPECT_EQ(Refusal(std::string(head) + "\r\n\r\n"), 400) << head;
  }
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n"), 501);
  EXPECT_EQ(Refusal("GET / HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n"), 501);
}

TEST(HttpParserTest, RefusesChunksThatLie) {
  constexpr std::string_view kHead =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string_view body :
       {"x\r\n", "\r\n", "-1\r\n", "2\r\nabc\r\n", "fffffffffffffffff\r\n"}) {
    EXPECT_EQ(Refusal(std::string(kHead) + std::string(body)), 400) << body;
  }
  EXPECT_EQ(Refusal(std::string(kHead) + std::string(100, '0')), 400);
}

TEST(HttpParserTest, LimitsFire) {
  HttpLimits limits;
  limits.head_bytes = 64;
  limits.body_bytes = 4;
  EXPECT_EQ(Refusal("GET /" + std::string(65, 'a'), limits), 431);
  EXPECT_EQ(Refusal("GET /" + std::string(40, 'a') +
                        " HTTP/1.1\r\nA: " + std::string(40, 'b') + "\r\n\r\n",
                    limits),
            431);
  EXPECT_EQ(Refusal("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", limits),
            413);
  EXPECT_EQ(Refusal("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd", limits),
            0);
  limits.head_bytes = 128;
  const std::string chunked =
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
  EXPECT_EQ(Refusal(chunked + "2\r\n", limits), 413);
  EXPECT_EQ(Refusal(chunked + "ffffffffffffffff\r\n", limits), 413);
}

TEST(HttpParserTest, TellsOnceThatTheClientWaits) {
  HttpParser parser{HttpLimits{}};
  parser.Feed(
      "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
  EXPECT_TRUE(parser.TakeExpectsContinue());
  EXPECT_FALSE(parser.TakeExpectsContinue());
}

TEST(WriteReplyTest, EndsTheConnection) {
  const std::string reply = WriteReply({404, R"({"detail":"x"})"}, true);
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: 14\r\n"));
  EXPECT_TRUE(reply.ends_with("\r\n\r\n{\"detail\":\"x\"}"));
  EXPECT_TRUE(WriteReply({200, "\"OK\""}, false).ends_with("\r\n\r\n"));
}

}  // namespace
}  // namespace cupel::oci
