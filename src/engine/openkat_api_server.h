// Serves OpenKAT's boefje API to workers inside of images.
#ifndef CUPEL_ENGINE_OPENKAT_API_SERVER_H_
#define CUPEL_ENGINE_OPENKAT_API_SERVER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "worker/openkat_api.h"

namespace cupel {

// Has threads of its own, which end with it.
class OpenKatApiServer {
 public:
  // Listens on an address or a name. `api` goes with it.
  static absl::StatusOr<std::unique_ptr<OpenKatApiServer>> Start(
      const std::string& host, uint16_t port,
      std::unique_ptr<worker::OpenKatApi> api);
  virtual ~OpenKatApiServer() = default;

  virtual uint16_t port() const = 0;  // the real one, if it was 0
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_OPENKAT_API_SERVER_H_
