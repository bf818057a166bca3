#include "http/ca_file.h"

#include <unistd.h>

#include <cstdlib>

namespace cupel::http {
namespace {

constexpr const char* kPlaces[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/ca-bundle.pem",                             // SUSE
    "/etc/ssl/cert.pem"};

bool IsSet(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

std::string SystemCaFile(const std::string& root) {
  if (IsSet("SSL_CERT_FILE") || IsSet("SSL_CERT_DIR")) return "";
  for (const char* place : kPlaces) {
    const std::string path = root + place;
    if (access(path.c_str(), R_OK) == 0) return path;
  }
  return "";
}

}  // namespace cupel::http
