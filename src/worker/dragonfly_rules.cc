#include "worker/dragonfly_rules.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "base/status.h"
#include "compat/dragonfly/rules_document.h"
#include "crypto/digest.h"
#include "format/escape.h"

namespace cupel::worker {
namespace {

// Jobs of an older hash may still be running when a newer one comes.
constexpr size_t kKept = 8;

absl::Status WriteFile(const std::string& path, std::string_view bytes) {
  int fd = open(path.c_str(),
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return ErrnoStatus(errno, "can't write '" + path + "'");
  absl::Status status;
  while (!bytes.empty() && status.ok()) {
    ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      status = ErrnoStatus(errno, "can't write '" + path + "'");
    }
  }
  if (close(fd) != 0 && status.ok()) {
    status = ErrnoStatus(errno, "can't write '" + path + "'");
  }
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DragonflyRules>> DragonflyRules::New(
    DragonflyApi* api, std::string folder, RulesCheck check) {
  bool temporary = folder.empty();
  if (temporary) {
    const char* configured = std::getenv("TMPDIR");
    folder = std::string(configured != nullptr ? configured : "/tmp") +
             "/cupel-rules-XXXXXX";
    if (mkdtemp(folder.data()) == nullptr) {
      return ErrnoStatus(errno, "can't make the folder '" + folder + "'");
    }
  } else {
    while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus(errno, "can't make the folder '" + folder + "'");
    }
  }
  return std::unique_ptr<DragonflyRules>(
      new DragonflyRules(api, std::move(folder), temporary, std::move(check)));
}

DragonflyRules::~DragonflyRules() {
  for (const auto& [hash, path] : kept_) unlink(path.c_str());
  if (temporary_) rmdir(folder_.c_str());
}

bool DragonflyRules::Has(const std::string& hash) const {
  for (const auto& [known, path] : kept_) {
    if (known == hash) return true;
  }
  return false;
}

absl::StatusOr<std::string> DragonflyRules::PathFor(const std::string& hash,
                                                    Cancel* cancel) {
  for (auto kept = kept_.begin(); kept != kept_.end(); ++kept) {
    if (kept->first != hash) continue;
    if (access(kept->second.c_str(), R_OK) == 0) return kept->second;
    kept_.erase(kept);  // somebody tidied up: it is fetched again
    break;
  }
  if (hash == broken_hash_) return broken_;
  CUPEL_ASSIGN_OR_RETURN(std::string document, api_->GetRules(cancel));
  CUPEL_ASSIGN_OR_RETURN(dragonfly::RulesDocument rules,
                         dragonfly::ParseRulesDocument(document));
  if (!Has(rules.hash) && rules.hash != broken_hash_) {
    absl::Status checked = check_(document);
    if (!checked.ok()) {
      broken_hash_ = rules.hash;
      broken_ =
          InvalidArgument("the rules of commit {} can't be used: {}",
                          EscapePrintable(rules.hash), MessageOf(checked));
    } else {
      CUPEL_RETURN_IF_ERROR(Keep(rules.hash, document));
    }
  }
  if (rules.hash != hash) {
    return Aborted("the server has the rules of commit {}, not of {}",
                   EscapePrintable(rules.hash), EscapePrintable(hash));
  }
  if (hash == broken_hash_) return broken_;
  return kept_.back().second;
}

absl::Status DragonflyRules::Keep(const std::string& hash,
                                  const std::string& document) {
  // Hashes are the server's to choose; names of files are not.
  // Each worker has its own: it removes them when it ends.
  std::string path =
      fmt::format("{}/{}.{}.json", folder_, HexDigest(Sha256(hash)), getpid());
  std::string partial = path + ".part";  // whole or not there
  CUPEL_RETURN_IF_ERROR(WriteFile(partial, document));
  if (rename(partial.c_str(), path.c_str()) != 0) {
    absl::Status status = ErrnoStatus(errno, "can't write '" + path + "'");
    unlink(partial.c_str());
    return status;
  }
  kept_.emplace_back(hash, path);
  if (kept_.size() > kKept) {
    unlink(kept_.front().second.c_str());
    kept_.pop_front();
  }
  return absl::OkStatus();
}

}  // namespace cupel::worker
