#include "http/client.h"

namespace cupel::http {

const std::string* Response::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

}  // namespace cupel::http
