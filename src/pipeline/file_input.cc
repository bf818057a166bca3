#include "pipeline/file_input.h"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "pipeline/plugin_rounds.h"
#include "pipeline/spool.h"
#include "pipeline/tree_walk.h"
#include "pipeline/unpacker.h"

namespace cupel {
namespace {

// Up to this size an archive is read as a whole, which saves a system call per
// block; larger ones are streamed, so that memory does not grow with them.
constexpr uint64_t kLoadBytes = 1u << 20;

// O_NONBLOCK: a pipe without a writer must not hang the scan in open(2).
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

std::string OwnerName(uid_t uid) {
  std::array<char, 16384> buffer;
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(uid);
}

PullBytes PullFrom(ByteSource& source, uint64_t* offset) {
  return
      [&source, offset](char* buffer, size_t size) -> absl::StatusOr<size_t> {
        CUPEL_ASSIGN_OR_RETURN(const size_t got,
                               source.ReadAt(*offset, buffer, size));
        *offset += got;
        return got;
      };
}

}  // namespace

PayloadRecord& InputFeeder::OpenTop(const std::string& name,
                                    bool own_distribution) {
  Report& report = job_.report();
  uint32_t index = 0;
  if (own_distribution || loose_ == 0) {
    index = static_cast<uint32_t>(report.distributions.size());
    Distribution& distribution = report.distributions.emplace_back();
    distribution.raw_name =
        own_distribution || folder_.empty() ? name : folder_;
    if (!own_distribution) loose_ = index + 1;
  } else {
    index = loose_ - 1;
  }
  PayloadRecord& record = job_.Open(kNoPayload, name);
  record.distribution = index;
  Distribution& distribution = report.distributions[index];
  distribution.payloads.push_back(record.id);
  if (own_distribution) distribution.payload = record.id;
  return record;
}

void InputFeeder::PlanInput(uint32_t id) {
  if (job_.roster() == nullptr) return;
  // Inputs are kept by the archive connector; what is in them if a rule says
  // so.
  if (job_.roster()->use().archive.has_value()) job_.Plan(id, {}, true);
  job_.report().payload(id).metadata = metadata_;
}

void InputFeeder::Feed(const ScanInput& input) {
  folder_.clear();
  loose_ = 0;
  metadata_ = input.metadata;
  if (job_.Stopped()) return FeedUnstarted(input.name);
  switch (input.kind) {
    case ScanInput::Kind::kPath:
      return FeedPath(input.name);
    case ScanInput::Kind::kMemory:
      return FeedMemory(input);
    case ScanInput::Kind::kDescriptor:
      struct stat info{};
      if (fstat(input.fd, &info) != 0) {
        return FeedUnreadable(input.name,
                              ErrnoStatus(errno, "can't use descriptor"));
      }
      if (S_ISREG(info.st_mode)) return FeedFile(input.name, input.fd, info);
      return FeedStream(input.name, input.fd);
  }
}

void InputFeeder::FeedUnreadable(const std::string& name,
                                 const absl::Status& why) {
  const uint32_t id = OpenTop(name, false).id;
  job_.AddIncident(id, IncidentKind::kUnreadable, "unreadable", MessageOf(why),
                   0);
  job_.MarkUnscanned(id);
  job_.Close(id);
}

void InputFeeder::FeedUnstarted(const std::string& name) {
  const uint32_t id = OpenTop(name, false).id;
  job_.AddStopped(id, 0);
  job_.MarkUnscanned(id);
  job_.Close(id);
}

void InputFeeder::FeedPath(const std::string& path) {
  const int fd = open(path.c_str(), kOpenFlags);
  if (fd < 0) return FeedUnreadable(path, ErrnoStatus(errno, "can't open"));
  const absl::Cleanup close_fd = [fd] { close(fd); };
  struct stat info{};
  if (fstat(fd, &info) != 0) {
    return FeedUnreadable(path, ErrnoStatus(errno, "can't look at"));
  }
  if (S_ISDIR(info.st_mode)) return FeedFolder(path);
  if (S_ISREG(info.st_mode)) return FeedFile(path, fd, info);
  FeedStream(path, fd);
}

void InputFeeder::FeedFolder(const std::string& path) {
  folder_ = path;
  TreeVisitor visitor;
  visitor.file = [this](const std::string& file) {
    if (job_.Stopped()) return FeedUnstarted(file);
    const int fd = open(file.c_str(), kOpenFlags);
    if (fd < 0) return FeedUnreadable(file, ErrnoStatus(errno, "can't open"));
    const absl::Cleanup close_fd = [fd] { close(fd); };
    struct stat info{};
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
      return FeedUnreadable(
          file, FailedPrecondition("was replaced while it was scanned"));
    }
    FeedFile(file, fd, info);
  };
  visitor.oddity = [this](const std::string& file, const char* name) {
    PayloadRecord& record = OpenTop(file, false);
    record.is_link = std::string_view(name) != "special_file";
    const uint32_t id = record.id;
    job_.AddIncident(id, IncidentKind::kAnomaly, name, "not followed");
    job_.Close(id);
  };
  visitor.error = [this](const std::string& folder, const absl::Status& why) {
    FeedUnreadable(folder, why);
  };
  // The walk goes on after a stop, to name everything that was not scanned.
  visitor.go_on = [] { return true; };
  WalkTree(path, visitor);
}

void InputFeeder::FeedFile(const std::string& name, int fd,
                           const struct stat& info) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = NewFileSource(fd);
  if (!source.ok()) return FeedUnreadable(name, source.status());
  std::array<char, kTypeProbeBytes> head;
  absl::StatusOr<size_t> got = (*source)->ReadAt(0, head.data(), head.size());
  if (!got.ok()) return FeedUnreadable(name, got.status());

  Unpacker unpacker(job_);
  const FileType& type = IdentifyType({head.data(), *got});
  const bool unpacks = unpacker.Unpacks(type);
  PayloadRecord& record = OpenTop(name, unpacks);
  const uint32_t id = record.id;
  record.mode = info.st_mode & 07777;
  record.mtime_s = info.st_mtim.tv_sec;
  record.declared_size = (*source)->size();
  const uint64_t size = (*source)->size();
  if (job_.depends_on_names()) job_.SetOwner(OwnerName(info.st_uid));
  PlanInput(id);
  if (unpacks && size > kLoadBytes) {
    unpacker.HandleFile(id, **source, type);
  } else {
    Bytes bytes;
    uint64_t offset = 0;
    const ReadOutcome read = ReadAll(job_, PullFrom(**source, &offset), size, 0,
                                     nullptr, nullptr, &bytes);
    unpacker.HandleBytes(id, std::move(bytes), read, 0, 0);
  }
  PluginRounds(job_, unpacker).Run(id);
  if (job_.depends_on_names()) job_.SetOwner("");
  job_.AddInputBytesDone(size);
}

void InputFeeder::FeedStream(const std::string& name, int fd) {
  bool cut = false;
  const uint64_t limit = job_.limits().total_bytes;
  absl::StatusOr<int> spooled =
      SpoolStream(fd, limit, &cut, [this] { return !job_.Stopped(); });
  if (!spooled.ok()) return FeedUnreadable(name, spooled.status());
  const absl::Cleanup close_spool = [&] { close(*spooled); };
  struct stat info{};
  if (fstat(*spooled, &info) != 0) {
    return FeedUnreadable(name, ErrnoStatus(errno, "can't look at the copy"));
  }
  const auto id = static_cast<uint32_t>(job_.report().payloads.size() + 1);
  FeedFile(name, *spooled, info);
  PayloadRecord& record = job_.report().payload(id);
  record.mode.reset();  // of the copy, not of the stream
  record.mtime_s.reset();
  if (cut) job_.AddLimit(id, "total_bytes", limit, limit);
}

void InputFeeder::FeedMemory(const ScanInput& input) {
  Unpacker unpacker(job_);
  const FileType& type = IdentifyType(input.bytes.substr(0, kTypeProbeBytes));
  const bool unpacks = unpacker.Unpacks(type);
  PayloadRecord& record = OpenTop(input.name, unpacks);
  const uint32_t id = record.id;
  record.declared_size = input.bytes.size();
  const uint64_t most = job_.limits().file_bytes;
  PlanInput(id);
  if (unpacks && input.bytes.size() > most) {
    const std::unique_ptr<ByteSource> source = NewMemorySource(input.bytes);
    unpacker.HandleFile(id, *source, type);
  } else {
    ReadOutcome read;
    if (input.bytes.size() > most) {
      read = {.limit = "file_bytes", .limit_value = most};
    }
    unpacker.HandleBytes(id, Bytes::Borrowed(input.bytes.substr(0, most)), read,
                         0, 0);
  }
  PluginRounds(job_, unpacker).Run(id);
  job_.AddInputBytesDone(input.bytes.size());
}

uint64_t MeasureInput(const ScanInput& input, const Cancel& cancel) {
  if (input.kind == ScanInput::Kind::kMemory) return input.bytes.size();
  struct stat info{};
  const bool known = input.kind == ScanInput::Kind::kPath
                         ? stat(input.name.c_str(), &info) == 0
                         : fstat(input.fd, &info) == 0;
  if (!known) return 0;
  if (!S_ISDIR(info.st_mode)) return static_cast<uint64_t>(info.st_size);
  uint64_t total = 0;
  TreeVisitor visitor;
  visitor.file = [&](const std::string& path) {
    struct stat file{};
    if (stat(path.c_str(), &file) == 0) {
      total += static_cast<uint64_t>(file.st_size);
    }
  };
  visitor.oddity = [](const std::string&, const char*) {};
  visitor.error = [](const std::string&, const absl::Status&) {};
  visitor.go_on = [&] { return !cancel.triggered(); };
  WalkTree(input.name, visitor);
  return total;
}

}  // namespace cupel
