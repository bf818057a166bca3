#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "fmt/core.h"
#include "gtest/gtest.h"

namespace cupel::testing_support {

std::string RawConnection::ReadRequest() {
  size_t head = std::string::npos;
  size_t whole = std::string::npos;
  while (true) {
    if (head == std::string::npos) head = left_.find("\r\n\r\n");
    if (head != std::string::npos && whole == std::string::npos) {
      std::string length = HeaderOf(left_.substr(0, head), "content-length");
      whole = head + 4 + std::strtoull(length.c_str(), nullptr, 10);
    }
    if (whole != std::string::npos && left_.size() >= whole) break;
    char buffer[16384];
    ssize_t got = recv(fd_, buffer, sizeof(buffer), 0);
    if (got <= 0) return {};
    left_.append(buffer, static_cast<size_t>(got));
  }
  std::string request = left_.substr(0, whole);
  left_.erase(0, whole);
  return request;
}

bool RawConnection::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

void RawConnection::WaitForClose() {
  char buffer[4096];
  while (recv(fd_, buffer, sizeof(buffer), 0) > 0) {
  }
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof(address);
  EXPECT_EQ(bind(listener_, any, size), 0);
  EXPECT_EQ(listen(listener_, 64), 0);
  EXPECT_EQ(getsockname(listener_, any, &size), 0);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { Accept(); });
}

RawServer::~RawServer() {
  shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  close(listener_);
  std::vector<std::thread> serving;
  {
    MutexLock lock(mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
    serving.swap(serving_);
  }
  for (std::thread& thread : serving) thread.join();
}

void RawServer::Accept() {
  while (true) {
    int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    ++connections_;
    MutexLock lock(mutex_);
    open_.push_back(fd);
    serving_.emplace_back([this, fd] { Serve(fd); });
  }
}

void RawServer::Serve(int fd) {
  RawConnection connection(fd);
  while (true) {
    std::string request = connection.ReadRequest();
    if (request.empty()) break;
    {
      MutexLock lock(mutex_);
      requests_.push_back(request);
    }
    if (!handler_(request, connection)) break;
  }
  MutexLock lock(mutex_);
  std::erase(open_, fd);
  close(fd);
}

std::string RawServer::Url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

std::vector<std::string> RawServer::Requests() {
  MutexLock lock(mutex_);
  return requests_;
}

std::string HttpAnswer(int status, std::string_view body,
                       std::string_view headers) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n{}\r\n{}", status,
                     body.size(), headers, body);
}

std::string HeaderOf(const std::string& message, std::string_view name) {
  size_t at = message.find("\r\n");
  while (at != std::string::npos) {
    at += 2;
    size_t end = std::min(message.find("\r\n", at), message.size());
    std::string_view line(message.data() + at, end - at);
    if (line.empty()) return {};
    if (line.size() > name.size() && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      line.remove_prefix(name.size() + 1);
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      return std::string(line);
    }
    at = message.find("\r\n", at);
  }
  return {};
}

}  // namespace cupel::testing_support
