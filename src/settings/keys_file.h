// Reading a file of keys.
#ifndef CUPEL_SETTINGS_KEYS_FILE_H_
#define CUPEL_SETTINGS_KEYS_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/secret.h"

namespace cupel {

// The bytes of a regular file of at most 64 KiB that belongs to this user or
// root and that nobody else may read. Errors name the file and what helps.
absl::StatusOr<Secret> ReadKeysFile(const std::string& path);

}  // namespace cupel

#endif  // CUPEL_SETTINGS_KEYS_FILE_H_
