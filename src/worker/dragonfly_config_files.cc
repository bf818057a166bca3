#include "worker/dragonfly_config_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "format/toml.h"

namespace cupel::worker {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> Find(const fs::path& folder, const char* name) {
  for (fs::path at = folder;; at = at.parent_path()) {
    std::error_code error;
    fs::path file = at / name;
    if (fs::is_regular_file(file, error)) return file.string();
    if (at == at.parent_path()) return std::nullopt;
  }
}

absl::StatusOr<std::string> Read(const std::string& path) {
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return ErrnoStatus(errno, "can't open it");
  absl::Cleanup closer = [fd] { close(fd); };
  struct stat info{};
  if (fstat(fd, &info) != 0) return ErrnoStatus(errno, "can't look at it");
  if ((info.st_uid != 0 && info.st_uid != geteuid()) ||
      (info.st_mode & S_IWOTH) != 0) {
    return PermissionDenied(
        "is not taken, because others may write it; make it yours (chown, "
        "chmod o-w), or work in another folder");
  }
  std::string text;
  char buffer[16384];
  while (text.size() <= kMaxTomlBytes) {
    ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, "can't read it");
    if (got == 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

}  // namespace

std::vector<SettingLayer> DragonflyConfigFiles(
    const std::string& folder, std::vector<SettingProblem>* problems) {
  std::vector<SettingLayer> layers;
  for (const char* name : {"Config.toml", "Config-dev.toml"}) {
    std::optional<std::string> path = Find(folder, name);
    if (!path) continue;
    absl::StatusOr<std::string> text = Read(*path);
    if (!text.ok()) {
      problems->push_back({*path, std::string(MessageOf(text.status())), ""});
      continue;
    }
    absl::StatusOr<Json> values = ParseToml(*text, name);
    if (!values.ok()) {
      problems->push_back({*path, std::string(MessageOf(values.status())), ""});
      continue;
    }
    layers.push_back({SettingLayer::Kind::kFile, name, *std::move(values)});
  }
  return layers;
}

}  // namespace cupel::worker
