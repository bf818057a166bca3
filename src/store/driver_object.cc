#include "store/driver_object.h"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

// Of which file's folder the others are seen from: the library, or the program
// that it is linked into.
const char kHere = 0;

std::filesystem::path FolderOfThis() {
  Dl_info info{};
  std::error_code error;
  std::filesystem::path folder;
  if (dladdr(&kHere, &info) != 0 && info.dli_fname != nullptr) {
    folder = std::filesystem::canonical(info.dli_fname, error).parent_path();
  }
  if (folder.empty()) {
    folder = std::filesystem::canonical("/proc/self/exe", error).parent_path();
  }
  return folder;
}

std::vector<std::string> Places(const std::vector<std::string>& folders) {
  std::vector<std::string> places = folders;
  const std::filesystem::path here = FolderOfThis();
  // Beside the library, in the build tree and installed; from bin/ and from
  // lib/<machine>/.
  for (const char* place :
       {"cupel/drivers", "../lib/cupel/drivers", "../cupel/drivers"}) {
    places.push_back((here / place).lexically_normal().string());
  }
  places.push_back(CUPEL_DRIVERDIR);
  return places;
}

// Whoever may change it runs code in this process.
absl::Status CheckOwner(const std::string& path, const struct stat& info) {
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return PermissionDenied(
        "driver '{}' belongs to user {}: it has to be root's, or of the user "
        "who runs this",
        EscapePrintable(path), info.st_uid);
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return PermissionDenied(
        "driver '{}' can be changed by others: chmod go-w it",
        EscapePrintable(path));
  }
  return absl::OkStatus();
}

absl::Status CheckPlace(const std::string& folder, const std::string& path) {
  struct stat info{};
  if (stat(folder.c_str(), &info) != 0) {
    return ErrnoStatus(errno,
                       fmt::format("drivers of '{}'", EscapePrintable(folder)));
  }
  CUPEL_RETURN_IF_ERROR(CheckOwner(folder, info));
  if (stat(path.c_str(), &info) != 0) {
    return ErrnoStatus(errno,
                       fmt::format("driver '{}'", EscapePrintable(path)));
  }
  if (!S_ISREG(info.st_mode)) {
    return InvalidArgument("driver '{}' is no file", EscapePrintable(path));
  }
  return CheckOwner(path, info);
}

absl::StatusOr<LoadedDriver> Load(const std::string& path, const char* symbol) {
  // Never unloaded: it may have started threads or registered handlers.
  void* const handle =
      dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* const why = dlerror();
    return FailedPrecondition("driver '{}' can't be loaded: {}",
                              EscapePrintable(path),
                              EscapePrintable(why == nullptr ? "" : why));
  }
  LoadedDriver driver = {.path = path, .symbol = dlsym(handle, symbol)};
  if (driver.symbol == nullptr) {
    return InvalidArgument("'{}' is no driver for this: it does not export {}",
                           EscapePrintable(path), symbol);
  }
  return driver;
}

}  // namespace

absl::StatusOr<LoadedDriver> LoadDriver(std::string_view name,
                                        const std::vector<std::string>& folders,
                                        const char* symbol) {
  if (name.empty() || name.find('/') != std::string_view::npos) {
    return InvalidArgument("'{}' is no name of a driver",
                           EscapePrintable(name));
  }
  const std::string file = fmt::format("cupel-driver-{}.so", name);
  std::string seen;
  for (const std::string& folder : Places(folders)) {
    // With a slash in it, so that the system's folders aren't searched.
    const std::string path = (folder.empty() ? "." : folder) + "/" + file;
    if (access(path.c_str(), F_OK) == 0) {
      CUPEL_RETURN_IF_ERROR(CheckPlace(folder.empty() ? "." : folder, path));
      return Load(path, symbol);
    }
    if (!seen.empty()) seen += ", ";
    seen += path;
  }
  return NotFound(
      "there is no driver '{}' here (looked for {}): install it there, or name "
      "its folder",
      EscapePrintable(name), EscapePrintable(seen));
}

}  // namespace cupel
