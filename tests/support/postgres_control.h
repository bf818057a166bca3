// What with_postgres.py can do to its server.
#ifndef CUPEL_TESTS_SUPPORT_POSTGRES_CONTROL_H_
#define CUPEL_TESTS_SUPPORT_POSTGRES_CONTROL_H_

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

namespace cupel {

class PostgresControl {
 public:
  PostgresControl() : socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const char* const path = std::getenv("CUPEL_TEST_POSTGRES_CONTROL");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path != nullptr) {
      std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    }
    EXPECT_EQ(connect(socket_, reinterpret_cast<const sockaddr*>(&address),
                      sizeof(address)),
              0)
        << "run by tests/support/with_postgres.py";
  }
  ~PostgresControl() { close(socket_); }
  PostgresControl(const PostgresControl&) = delete;

  // As if the machine had crashed; what starts again is there when it returns.
  void Kill() { Do("kill\n"); }
  void Start() { Do("start\n"); }
  // It stops answering, and keeps its connections.
  void Freeze() { Do("freeze\n"); }
  void Thaw() { Do("thaw\n"); }

 private:
  void Do(const std::string& line) {
    ASSERT_EQ(send(socket_, line.data(), line.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(line.size()));
    char answer[3];
    ASSERT_EQ(recv(socket_, answer, sizeof(answer), MSG_WAITALL), 3);
  }

  const int socket_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_SUPPORT_POSTGRES_CONTROL_H_
