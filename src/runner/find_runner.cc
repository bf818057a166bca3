#include <dlfcn.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "base/status.h"
#include "format/escape.h"
#include "runner/process_plugin.h"

namespace cupel {
namespace {

// Of which file's folder the others are seen from: the library, or the program
// that it is linked into.
const char kHere = 0;

}  // namespace

absl::StatusOr<std::string> FindRunner() { return FindHelper("cupel-runner"); }

absl::StatusOr<std::string> FindHelper(std::string_view name) {
  Dl_info info{};
  std::error_code error;
  std::filesystem::path folder;
  if (dladdr(&kHere, &info) != 0 && info.dli_fname != nullptr) {
    folder = std::filesystem::canonical(info.dli_fname, error).parent_path();
  }
  if (folder.empty()) {
    folder = std::filesystem::canonical("/proc/self/exe", error).parent_path();
  }
  std::string places;
  // Beside a program and a library of the build tree; from bin/ and lib/ of
  // where it is installed, and from lib/<machine>/.
  for (const char* place : {".", "../bin", "../libexec/cupel",
                            "../../libexec/cupel", CUPEL_LIBEXECDIR}) {
    const std::string path =
        (folder / place / name).lexically_normal().string();
    if (access(path.c_str(), X_OK) == 0) return path;
    if (!places.empty()) places += ", ";
    places += path;
  }
  return NotFound(
      "{} is in none of its places, {}: install it there, or say where it is",
      name, EscapePrintable(places));
}

}  // namespace cupel
