// A server on a loopback port that says, byte by byte, what a test wants it to
// say: right or wrong.
#ifndef CUPEL_TESTS_SUPPORT_RAW_SERVER_H_
#define CUPEL_TESTS_SUPPORT_RAW_SERVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace cupel::testing_support {

// One connection, in the server's hands.
class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}
  // The next request with its body (by Content-Length); empty at the end.
  std::string ReadRequest();
  // False once the other end is gone.
  bool Write(std::string_view bytes);
  // Until the other end closes it.
  void WaitForClose();

 private:
  int fd_;
  std::string left_;
};

// Each connection has a thread, which calls the handler for each request until
// it says false; then the connection is closed.
class RawServer {
 public:
  using Handler = std::function<bool(const std::string&, RawConnection&)>;

  explicit RawServer(Handler handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  // "http://127.0.0.1:PORT" and the path.
  std::string Url(std::string_view path) const;
  uint16_t port() const { return port_; }
  std::vector<std::string> Requests();
  size_t connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  const Handler handler_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<size_t> connections_{0};
  Mutex mutex_;
  std::vector<std::string> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<int> open_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> serving_ ABSL_GUARDED_BY(mutex_);
  std::thread accepting_;
};

// "HTTP/1.1 STATUS X", headers, Content-Length and body.
std::string HttpAnswer(int status, std::string_view body,
                       std::string_view headers = {});

// The value of a header of a request or answer; empty if there is none.
std::string HeaderOf(const std::string& message, std::string_view name);

}  // namespace cupel::testing_support

#endif  // CUPEL_TESTS_SUPPORT_RAW_SERVER_H_
