// Where the system keeps the certificates it trusts.
#ifndef CUPEL_HTTP_CA_FILE_H_
#define CUPEL_HTTP_CA_FILE_H_

#include <string>

namespace cupel::http {

// A distribution's libcurl knows its distribution's place; the bundled
// flavour's meets them all. The first of the known files below `root` that can
// be read; empty if there is none, or if SSL_CERT_FILE or SSL_CERT_DIR say
// where, which OpenSSL itself follows.
std::string SystemCaFile(const std::string& root = "");

}  // namespace cupel::http

#endif  // CUPEL_HTTP_CA_FILE_H_
