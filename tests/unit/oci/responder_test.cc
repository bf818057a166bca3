// A responder on a real socket, with curl and sockets of our own as clients.
#include "oci/responder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "fmt/core.h"
#include "oci/child_process.h"

namespace cupel::oci {
namespace {

using ::testing::HasSubstr;

class ResponderTest : public testing::Test {
 protected:
  ResponderTest() {
    FileDescriptor listener(
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener.get(), any, size), 0);
    EXPECT_EQ(listen(listener.get(), 16), 0);
    EXPECT_EQ(getsockname(listener.get(), any, &size), 0);
    port_ = ntohs(address.sin_port);
    address_ = address;
    HttpLimits limits;
    limits.body_bytes = size_t{4} << 20;
    thread_ = std::thread([this, limits, l = std::move(listener)]() mutable {
      Responder responder(std::move(l), limits, [](const HttpRequest& request) {
        return HttpReply{200, fmt::format("\"{} {} {}\"", request.method,
                                          request.target, request.body.size())};
      });
      std::vector<pollfd> waited;
      while (!stop_.load()) {
        waited.clear();
        responder.AddTo(&waited);
        poll(waited.data(), waited.size(), 10);
        responder.Serve(waited.data(), waited.size());
        if (idle_nanos_.load() != 0) responder.CloseIdle(idle_nanos_.load());
      }
    });
  }
  ~ResponderTest() override {
    stop_.store(true);
    thread_.join();
  }

  std::string Url(std::string_view path) const {
    return fmt::format("http://127.0.0.1:{}{}", port_, path);
  }
  FileDescriptor Connect() const {
    FileDescriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(connect(made.get(), reinterpret_cast<const sockaddr*>(&address_),
                      sizeof(address_)),
              0);
    return made;
  }
  static std::string ReadAll(int from) {
    std::string all;
    while (ReadSome(from, size_t{1} << 20, &all)) {
    }
    return all;
  }
  static std::string Curl(std::vector<std::string> arguments) {
    const auto program = FindProgram("curl", "curl");
    EXPECT_TRUE(program.ok()) << program.status();
    std::vector<std::string> argv = {*program, "--silent", "--noproxy", "*"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const auto out = RunToEnd(argv, Deadline::After(60'000'000'000));
    EXPECT_TRUE(out.ok()) << out.status();
    return out.value_or("");
  }

  uint16_t port_ = 0;
  sockaddr_in address_{};
  std::atomic<uint64_t> idle_nanos_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST_F(ResponderTest, AnswersCurl) {
  EXPECT_EQ(Curl({Url("/a?b")}), "\"GET /a?b 0\"");
  EXPECT_EQ(Curl({"--data-binary", "hello", Url("/")}), "\"POST / 5\"");
  EXPECT_EQ(Curl({"--data-binary", "hello", "--header",
                  "Transfer-Encoding: chunked", Url("/")}),
            "\"POST / 5\"");
  EXPECT_THAT(Curl({"--head", Url("/")}), HasSubstr("200 OK"));
}

TEST_F(ResponderTest, TakesALargeBodyThatIsAnnounced) {
  const std::string file = testing::TempDir() + "/responder_body";
  FileDescriptor made(open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  ASSERT_EQ(ftruncate(made.get(), off_t{3} << 20), 0);
  EXPECT_EQ(Curl({"--data-binary", "@" + file, Url("/")}),
            "\"POST / 3145728\"");
  EXPECT_EQ(ftruncate(made.get(), off_t{5} << 20), 0);
  EXPECT_EQ(Curl({"--output", "/dev/null", "--write-out", "%{http_code}",
                  "--data-binary", "@" + file, Url("/")}),
            "413");
  unlink(file.c_str());
}

TEST_F(ResponderTest, AnswersWhoSaysThatNothingMoreComes) {
  const FileDescriptor client = Connect();
  constexpr std::string_view kRequest = "GET /x HTTP/1.0\r\n\r\n";
  ASSERT_EQ(send(client.get(), kRequest.data(), kRequest.size(), 0),
            static_cast<ssize_t>(kRequest.size()));
  ASSERT_EQ(shutdown(client.get(), SHUT_WR), 0);
  EXPECT_THAT(ReadAll(client.get()), HasSubstr("\"GET /x 0\""));
}

TEST_F(ResponderTest, SilentConnectionsKeepNobodyElseOut) {
  std::vector<FileDescriptor> silent;
  for (int i = 0; i < 7; ++i) silent.push_back(Connect());
  EXPECT_EQ(Curl({Url("/")}), "\"GET / 0\"");
  // Even at the most, as soon as one of them goes.
  silent.push_back(Connect());
  silent.erase(silent.begin());
  EXPECT_EQ(Curl({Url("/")}), "\"GET / 0\"");
}

TEST_F(ResponderTest, AConnectionOnWhichNothingMovesIsClosed) {
  const FileDescriptor idle = Connect();
  const std::string_view half = "GET / HT";
  ASSERT_EQ(send(idle.get(), half.data(), half.size(), 0),
            static_cast<ssize_t>(half.size()));
  idle_nanos_.store(1);
  char byte = 0;
  // Its end, or a reset, as what was sent was never answered.
  EXPECT_LE(recv(idle.get(), &byte, 1, 0), 0);
}

}  // namespace
}  // namespace cupel::oci
