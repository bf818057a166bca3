#include "runner/process_environment.h"

#include <strings.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

namespace cupel {

ProcessEnvironment::ProcessEnvironment(const Variables& variables, bool replace)
    : changed_(replace || !variables.empty()) {
  if (!changed_) return;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const char* const equals = std::strchr(*entry, '=');
    if (equals == nullptr) continue;
    before_.emplace_back(
        std::string(*entry, static_cast<size_t>(equals - *entry)), equals + 1);
  }
  if (replace) clearenv();
  for (const auto& [name, value] : variables) {
    setenv(name.c_str(), value.c_str(), 1);
  }
}

ProcessEnvironment::~ProcessEnvironment() {
  if (!changed_) return;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    char* const equals = std::strchr(*entry, '=');
    if (equals != nullptr) explicit_bzero(equals + 1, std::strlen(equals + 1));
  }
  clearenv();
  for (const auto& [name, value] : before_) {
    setenv(name.c_str(), value.c_str(), 1);
  }
}

}  // namespace cupel
