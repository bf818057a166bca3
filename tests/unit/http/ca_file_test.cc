#include "http/ca_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace cupel::http {
namespace {

class CaFile : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    std::filesystem::remove_all(root_);
  }
  void TearDown() override {
    unsetenv("SSL_CERT_FILE");
    std::filesystem::remove_all(root_);
  }
  void Make(const std::string& place) {
    const std::filesystem::path path = root_ + place;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "-----BEGIN CERTIFICATE-----\n";
  }

  std::string root_ = testing::TempDir() + "cupel_ca_file_test";
};

TEST_F(CaFile, IsEmptyWhereNoneIsKnown) { EXPECT_EQ(SystemCaFile(root_), ""); }

TEST_F(CaFile, IsWhereADistributionHasIt) {
  const std::string red_hat = "/etc/pki/tls/certs/ca-bundle.crt";
  Make(red_hat);
  EXPECT_EQ(SystemCaFile(root_), root_ + red_hat);
  const std::string debian = "/etc/ssl/certs/ca-certificates.crt";
  Make(debian);
  EXPECT_EQ(SystemCaFile(root_), root_ + debian);
}

TEST_F(CaFile, IsLeftToOpensslWhereTheUserSaidSo) {
  Make("/etc/ssl/cert.pem");
  setenv("SSL_CERT_FILE", "/some/where.pem", 1);
  EXPECT_EQ(SystemCaFile(root_), "");
}

}  // namespace
}  // namespace cupel::http
