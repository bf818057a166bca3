// The process-wide state of libyara. Only this folder includes yara.h, and its
// headers show no type of it.
#ifndef CUPEL_YARA_LIBRARY_H_
#define CUPEL_YARA_LIBRARY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"

namespace cupel {

using YaraValue = std::variant<bool, int64_t, double, std::string>;

// Initialises libyara the first time and never again; there is no opposite,
// because libyara cannot be initialised twice and a host may use it too.
// Thread-safe. Leaves the state of rand() as it was.
absl::Status InitYara();

// While one lives, rand() runs on a state of ours: libyara seeds it when it
// starts and draws from it for each scanner, and a host that has seeded it must
// get the numbers it expects. Others wait, so: not for long. After InitYara.
class RandAside {
 public:
  RandAside();
  ~RandAside();
  RandAside(const RandAside&) = delete;
  RandAside& operator=(const RandAside&) = delete;

 private:
  char* host_state_;
};

// "4.5.2".
std::string_view YaraVersion();

}  // namespace cupel

#endif  // CUPEL_YARA_LIBRARY_H_
