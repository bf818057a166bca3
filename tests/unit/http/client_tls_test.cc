// Certificates are checked: against a server that OpenSSL's own program runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

#include "base/status.h"
#include "fmt/core.h"
#include "http/client.h"

namespace cupel::http {
namespace {

namespace fs = std::filesystem;

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string pattern = (fs::temp_directory_path() / "tlsXXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::string make = fmt::format(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        "-nodes -days 2 -keyout {0}/key -out {0}/cert -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null",
        folder_.string());
    EXPECT_EQ(system(make.c_str()), 0);
    // Prints its process number, and then, when it listens, its port.
    std::string serve = fmt::format(
        "echo $$; exec openssl s_server -accept 127.0.0.1:0 -key {0}/key "
        "-cert {0}/cert -www 2>&1 </dev/null",
        folder_.string());
    server_ = popen(serve.c_str(), "r");
    char line[500];
    EXPECT_NE(fgets(line, sizeof(line), server_), nullptr);
    pid_ = atoi(line);
    while (fgets(line, sizeof(line), server_) != nullptr) {
      if (strncmp(line, "ACCEPT ", 7) != 0) continue;
      port_ = atoi(strrchr(line, ':') + 1);
      break;
    }
  }
  ~TlsTest() override {
    kill(pid_, SIGKILL);
    pclose(server_);
    fs::remove_all(folder_);
  }

  absl::StatusOr<Response> Get(const std::string& host,
                               const ClientOptions& options) {
    Request request;
    request.url = fmt::format("https://{}:{}/", host, port_);
    return (*Client::New(options))->Send(request, nullptr);
  }

  fs::path folder_;
  FILE* server_ = nullptr;
  pid_t pid_ = 0;
  int port_ = 0;
};

TEST_F(TlsTest, TrustsWhoItIsToldToTrust) {
  ClientOptions options;
  options.ca_file = (folder_ / "cert").string();
  auto response = Get("127.0.0.1", options);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, testing::HasSubstr("s_server"));
}

TEST_F(TlsTest, TrustsNobodyElse) {
  auto response = Get("127.0.0.1", {});
  EXPECT_EQ(response.status().code(), absl::StatusCode::kPermissionDenied)
      << response.status();
}

TEST_F(TlsTest, ChecksWhoseCertificateItIs) {
  ClientOptions options;
  options.ca_file = (folder_ / "cert").string();
  auto response = Get("127.0.0.2", options);
  EXPECT_FALSE(response.ok());
}

TEST_F(TlsTest, SaysWhichFileOfCertificatesIsNone) {
  ClientOptions options;
  options.ca_file = (folder_ / "key").string();
  auto response = Get("127.0.0.1", options);
  EXPECT_EQ(response.status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(MessageOf(response.status()),
              testing::HasSubstr(options.ca_file));
}

}  // namespace
}  // namespace cupel::http
