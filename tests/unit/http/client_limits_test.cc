// Servers that are slow, large, or gone, and callers who lose interest.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <thread>

#include "base/mutex.h"
#include "base/status.h"
#include "fmt/core.h"
#include "http/client.h"
#include "tests/support/raw_server.h"

namespace cupel::http {
namespace {

using ::testing::HasSubstr;
using testing_support::HttpAnswer;
using testing_support::RawConnection;
using testing_support::RawServer;

constexpr uint64_t kHourMs = 3'600'000;

class LimitsTest : public testing::Test {
 protected:
  // Nothing fires but what a test turns down.
  LimitsTest() {
    options_.timeout_ms = kHourMs;
    options_.connect_timeout_ms = kHourMs;
    options_.stall_ms = kHourMs;
  }
  absl::StatusOr<Response> Get(const RawServer& server) {
    return Get(server.Url("/x?token=geheim"));
  }
  absl::StatusOr<Response> Get(const std::string& url) {
    request_.url = url;
    return (*Client::New(options_))->Send(request_, nullptr);
  }
  ClientOptions options_;
  Request request_;
};

RawServer::Handler Says(std::string bytes, bool then_waits = false) {
  return [=](const std::string&, RawConnection& connection) {
    connection.Write(bytes);
    if (then_waits) connection.WaitForClose();
    return false;
  };
}

TEST_F(LimitsTest, OfTimeInAll) {
  RawServer server(Says("", true));
  options_.timeout_ms = 50;
  absl::Status status = Get(server).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(MessageOf(status),
            "GET " + server.Url("/x") + ": not done in its time");
}

TEST_F(LimitsTest, OfTimeOfOneRequest) {
  RawServer server(Says("HTTP/1.1 200 X\r\n", true));
  request_.timeout_ms = 50;
  EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(LimitsTest, OfTimeWithoutAByte) {
  for (const char* said : {"", "HTTP/1.1 200 X\r\n",
                           "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\na"}) {
    RawServer server(Says(said, true));
    options_.stall_ms = 50;
    absl::Status status = Get(server).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
    EXPECT_THAT(MessageOf(status), HasSubstr("no byte in 50 ms"));
  }
}

// As long as bytes come, nothing stalls: ten pauses of a third of the limit.
TEST_F(LimitsTest, OfTimeWithoutAByteAreNotOfTimeInAll) {
  RawServer server([](const std::string&, RawConnection& to) {
    to.Write("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\n");
    for (int i = 0; i < 10; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      to.Write("x");
    }
    return true;
  });
  options_.stall_ms = 700;
  auto response = Get(server);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "xxxxxxxxxx");
}

TEST_F(LimitsTest, OfTimeToConnect) {
  // Nobody accepts, and the queue of those who wait is full.
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(listener, any, size), 0);
  ASSERT_EQ(listen(listener, 0), 0);
  ASSERT_EQ(getsockname(listener, any, &size), 0);
  std::vector<int> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    connect(waiting.back(), any, size);
  }
  options_.connect_timeout_ms = 100;
  absl::Status status =
      Get(fmt::format("http://127.0.0.1:{}/", ntohs(address.sin_port)))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  for (int fd : waiting) close(fd);
  close(listener);
}

TEST_F(LimitsTest, OfTheBody) {
  RawServer server(Says(HttpAnswer(200, std::string(1001, 'x'))));
  options_.max_response_bytes = 1000;
  absl::Status status = Get(server).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(status), HasSubstr("longer than 1000 bytes"));
  request_.max_response_bytes = 1001;
  EXPECT_EQ(Get(server)->body.size(), 1001u);
  uint64_t got = 0;
  request_.max_response_bytes = 500;
  request_.sink = [&](std::string_view bytes) {
    return got += bytes.size(), true;
  };
  EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(got, 500u);
}

TEST_F(LimitsTest, OfTheBodyCountWhatIsDecoded) {
  FILE* from = popen("head -c 100000000 /dev/zero | gzip -c", "r");
  std::string bomb(200'000, '\0');
  bomb.resize(fread(bomb.data(), 1, bomb.size(), from));
  ASSERT_EQ(pclose(from), 0);
  RawServer server(Says(HttpAnswer(200, bomb, "Content-Encoding: gzip\r\n")));
  options_.max_response_bytes = 1 << 20;
  uint64_t got = 0;
  request_.sink = [&](std::string_view bytes) {
    return got += bytes.size(), true;
  };
  EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_LE(got, uint64_t{1} << 20);
}

TEST_F(LimitsTest, OfHeaders) {
  std::string many;
  for (int i = 0; i < 200; ++i) many += fmt::format("X-{}: {:080}\r\n", i, i);
  RawServer server(Says(HttpAnswer(200, "", many)));
  options_.max_header_bytes = 10'000;
  absl::Status status = Get(server).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(MessageOf(status), HasSubstr("headers are longer"));
  options_.max_header_bytes = 30'000;
  EXPECT_TRUE(Get(server).ok());
}

TEST_F(LimitsTest, OfErrorsOfDownloadsKeepTheStatus) {
  RawServer server(Says(HttpAnswer(404, std::string(200'000, 'x'))));
  request_.sink = [](std::string_view) { return true; };
  options_.max_response_bytes = 10;
  auto response = Get(server);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body.size(), size_t{64} << 10);
}

TEST_F(LimitsTest, AreNot0) {
  options_.max_response_bytes = 0;
  EXPECT_EQ(Client::New(options_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(LimitsTest, CutBodiesAreNotTakenForWhole) {
  for (const char* said :
       {"HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        "HTTP/1.1 200 X\r\nTransfer-Enc", ""}) {
    RawServer server(Says(said));
    EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kUnavailable)
        << said;
  }
}

TEST_F(LimitsTest, DamagedEncodingsAreErrors) {
  RawServer server(
      Says(HttpAnswer(200, "no gzip at all", "Content-Encoding: gzip\r\n")));
  EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(LimitsTest, WhatIsNoHttpIsAnError) {
  RawServer server(Says("SSH-2.0-OpenSSH_9.2\r\n"));
  EXPECT_EQ(Get(server).status().code(), absl::StatusCode::kUnavailable);
}

// A port that was free a moment ago.
uint16_t FreePort() {
  RawServer server([](const std::string&, RawConnection&) { return false; });
  return server.port();
}

TEST_F(LimitsTest, NobodyThere) {
  absl::Status status =
      Get(fmt::format("http://u:geheim@127.0.0.1:{}/?geheim", FreePort()))
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(MessageOf(status), testing::Not(HasSubstr("geheim")));
}

TEST_F(LimitsTest, RetriesOfConnectingEnd) {
  options_.connect_retries = 2;
  EXPECT_EQ(
      Get(fmt::format("http://127.0.0.1:{}/", FreePort())).status().code(),
      absl::StatusCode::kUnavailable);
}

TEST_F(LimitsTest, OnlyConnectingIsTriedAgain) {
  RawServer server(Says("HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\nshort"));
  options_.connect_retries = 5;
  EXPECT_FALSE(Get(server).ok());
  EXPECT_EQ(server.Requests().size(), 1u);
}

class CancelTest : public LimitsTest {};

TEST_F(CancelTest, FromAnotherThread) {
  Mutex mutex;
  std::condition_variable_any changed;
  bool asked = false;
  RawServer server([&](const std::string&, RawConnection& to) {
    {
      MutexLock lock(mutex);
      asked = true;
    }
    changed.notify_all();
    to.WaitForClose();
    return false;
  });
  Cancel cancel;
  std::thread canceller([&] {
    MutexLock lock(mutex);
    while (!asked) changed.wait(mutex);
    cancel.Trigger();
  });
  request_.url = server.Url("/");
  auto client = *Client::New(options_);
  EXPECT_EQ(client->Send(request_, &cancel).status().code(),
            absl::StatusCode::kCancelled);
  canceller.join();
  EXPECT_EQ(client->Send(request_, &cancel).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(server.Requests().size(), 1u) << "cancelled before it was sent";
}

TEST_F(CancelTest, BetweenTriesToConnect) {
  options_.connect_retries = 1'000'000;
  Cancel cancel;
  request_.url = fmt::format("http://127.0.0.1:{}/", FreePort());
  auto client = *Client::New(options_);
  absl::Status status;
  std::thread sender(
      [&] { status = client->Send(request_, &cancel).status(); });
  cancel.Trigger();
  sender.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace cupel::http
