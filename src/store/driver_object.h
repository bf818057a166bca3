// Drivers: shared objects that bring a database or a broker, each loaded when
// it is first asked for. What a driver's table looks like its caller knows
// (cupel/sql_driver.h, cupel/queue_driver.h).
#ifndef CUPEL_STORE_DRIVER_OBJECT_H_
#define CUPEL_STORE_DRIVER_OBJECT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct LoadedDriver {
  std::string path;
  void* symbol = nullptr;  // never null
};

// Loads cupel-driver-NAME.so out of the first that has it: `folders` in their
// order, lib/cupel/drivers beside this library, and where it is installed. It
// stays in the process for good. NOT_FOUND lists the places; PERMISSION_DENIED
// if somebody other than root and this user could have put it there, or could
// change it; FAILED_PRECONDITION if it can't be loaded; INVALID_ARGUMENT if it
// does not export `symbol`.
absl::StatusOr<LoadedDriver> LoadDriver(std::string_view name,
                                        const std::vector<std::string>& folders,
                                        const char* symbol);

}  // namespace cupel

#endif  // CUPEL_STORE_DRIVER_OBJECT_H_
