#include "pipeline/unpacker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "pipeline/hashing.h"
#include "pipeline/links.h"

namespace cupel {
namespace {

// What is smaller is hashed sooner than it is told from others.
constexpr size_t kHashedLaterBytes = 4096;

// After these something of the container's own bytes is in no member.
bool LeavesBytesOver(std::string_view anomaly) {
  return anomaly == "trailing_data" || anomaly == "prefix_data" ||
         anomaly == "missing_directory";
}

uint64_t RatioBudget(const Limits& limits, uint64_t container_bytes) {
  if (limits.ratio == kUnlimited) return kUnlimited;
  const uint64_t most = kUnlimited / std::max<uint64_t>(limits.ratio, 1);
  return std::max(kRatioGraceBytes,
                  std::min(container_bytes, most) * limits.ratio);
}

}  // namespace

Unpacker::Unpacker(Job& job)
    : job_(job),
      budget_{.bytes_left = job.limits().total_bytes,
              .files_left = job.limits().files} {}

ArchiveOptions Unpacker::ReaderOptions() {
  ArchiveOptions options;
  options.passwords = job_.options().passwords;
  options.name_bytes = job_.limits().name_bytes;
  options.cancel = &job_.cancel();
  return options;
}

void Unpacker::NoteReadOutcome(uint32_t id, const ReadOutcome& read,
                               uint64_t covered) {
  if (read.stopped) {
    job_.AddStopped(id, covered);
  } else if (!read.limit.empty()) {
    job_.AddLimit(id, read.limit, read.limit_value, covered);
  } else if (!read.status.ok()) {
    job_.AddError(id, read.status, covered);
  }
}

void Unpacker::HandleBytes(uint32_t id, Bytes bytes, const ReadOutcome& read,
                           uint64_t held, uint32_t depth,
                           const Digest* sha256) {
  PayloadRecord& record = job_.report().payload(id);
  const std::string_view view = bytes.view();
  record.type = &IdentifyType(view.substr(0, kTypeProbeBytes));
  const FileType& type = *record.type;
  NoteReadOutcome(id, read, view.size());
  if (sha256 != nullptr) {
    job_.SetHashed(id, Hashed{.sha256 = *sha256, .size = view.size()});
  } else {
    const bool later = !read.stopped && view.size() >= kHashedLaterBytes &&
                       job_.MayHashLater(id, [&] { return SketchOf(view); });
    // Of a container the duplicates are told before it is taken apart.
    if (later && !Unpacks(type)) {
      job_.ScanUnhashed(id, std::move(bytes));
      job_.Close(id);
      return;
    }
    const std::optional<Hashed> hashed = HashBytes(view, job_.stop_check());
    if (!hashed.has_value() && read.stopped) {
      job_.MarkUnscanned(id);  // which has been told
    } else {
      job_.SetHashed(id, hashed);
    }
    if (!hashed.has_value()) {
      job_.Close(id);
      return;
    }
  }
  if (!read.whole() && view.empty()) {
    job_.MarkUnscanned(id);
    job_.Close(id);
    return;
  }
  if (const uint32_t same = job_.FindSame(id); same != kNoPayload) {
    job_.report().payload(id).same_as = same;
    job_.Close(id);
    return;
  }
  Expansion expansion;
  if (Unpacks(type)) {
    const std::unique_ptr<ByteSource> source = NewMemorySource(view);
    expansion =
        Expand(id, type.container, *source, held + bytes.capacity(), depth);
  }
  const Digest digest = job_.report().payload(id).sha256;
  if (OwesRawScan(expansion, depth)) {
    job_.Scan(id, std::move(bytes), Job::Audience::kAll, &digest);
  } else if (job_.PluginsWant(id)) {
    job_.Scan(id, std::move(bytes), Job::Audience::kPlugins, &digest);
  }
  job_.Close(id);
}

void Unpacker::HandleFile(uint32_t id, ByteSource& source,
                          const FileType& type) {
  job_.report().payload(id).type = &type;
  const std::optional<uint64_t> sketch = SketchOf(source);
  const bool beside =
      sketch.has_value() && job_.MayHashLater(id, [&] { return *sketch; });
  if (beside) {
    job_.HashBeside(id, source);
  } else {
    const std::optional<Hashed> hashed = HashSource(source, job_.stop_check());
    job_.SetHashed(id, hashed);
    if (!hashed.has_value()) {
      job_.Close(id);
      return;
    }
    if (const uint32_t same = job_.FindSame(id); same != kNoPayload) {
      job_.report().payload(id).same_as = same;
      job_.Close(id);
      return;
    }
  }
  // Whatever becomes of it: the source is the caller's.
  const absl::Cleanup let_go = [&] {
    if (beside) job_.StopHashing(source);
  };
  const Expansion expansion = Expand(id, type.container, source, 0, 0);
  if (beside) job_.AwaitDigest(id);
  const bool rules = OwesRawScan(expansion, 0);
  if (rules || job_.PluginsWant(id)) {
    Bytes bytes;
    uint64_t offset = 0;
    const ReadOutcome read = ReadAll(
        job_,
        [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
          CUPEL_ASSIGN_OR_RETURN(const size_t got,
                                 source.ReadAt(offset, buffer, size));
          offset += got;
          return got;
        },
        source.size(), 0, nullptr, nullptr, &bytes);
    NoteReadOutcome(id, read, bytes.size());
    job_.Scan(id, std::move(bytes),
              rules ? Job::Audience::kAll : Job::Audience::kPlugins,
              /*sha256=*/nullptr);
  }
  job_.Close(id);
}

bool Unpacker::OwesRawScan(const Expansion& expansion, uint32_t depth) const {
  if (!expansion.complete) return true;
  switch (job_.options().containers) {
    case ContainerMode::kAlways:
      return true;
    case ContainerMode::kNever:
      return false;
    case ContainerMode::kMembers:
      return depth != 0 && !expansion.wrapper;
    case ContainerMode::kAuto:
      break;
  }
  return !expansion.wrapper;
}

bool Unpacker::NoteAnomalies(uint32_t id, ArchiveReader& reader) {
  bool bytes_over = false;
  for (const Anomaly& anomaly : reader.TakeAnomalies()) {
    bytes_over |= LeavesBytesOver(anomaly.name);
    job_.AddIncident(id, IncidentKind::kAnomaly, anomaly.name, anomaly.detail);
  }
  return bytes_over;
}

Unpacker::Expansion Unpacker::Expand(uint32_t id, Container container,
                                     ByteSource& source, uint64_t held,
                                     uint32_t depth) {
  Expansion expansion;
  if (depth >= job_.limits().depth) {
    job_.AddLimit(id, "depth", job_.limits().depth, std::nullopt);
    return expansion;
  }
  absl::StatusOr<std::unique_ptr<ArchiveReader>> opened = OpenArchive(
      container, source, job_.report().payload(id).raw_name, ReaderOptions());
  if (!opened.ok()) {
    job_.AddError(id, opened.status(), 0);
    return expansion;
  }
  ArchiveReader& reader = **opened;
  ContainerBudget budget{RatioBudget(job_.limits(), source.size())};
  LinkResolver links(job_, id);
  bool bytes_over = false;
  bool complete = false;
  for (uint32_t ordinal = 0;; ++ordinal) {
    if (job_.Stopped()) {
      job_.AddStopped(id, std::nullopt);
      break;
    }
    absl::StatusOr<std::optional<Member>> next = reader.Next();
    bytes_over |= NoteAnomalies(id, reader);
    if (!next.ok()) {
      job_.AddError(id, next.status(), std::nullopt);
      break;
    }
    if (!next->has_value()) {
      complete = true;
      break;
    }
    expansion.begun = true;
    const auto member_id =
        static_cast<uint32_t>(job_.report().payloads.size() + 1);
    const bool go_on = ExpandMember(
        id, reader, **next, container != Container::kZip, held, depth, &budget);
    links.NoteMember(member_id, ordinal, **next);
    bytes_over |= NoteAnomalies(id, reader);
    if (!go_on) break;
  }
  links.Resolve(container, source, ReaderOptions());
  expansion.format = reader.format();
  expansion.wrapper = reader.wrapper();
  expansion.complete = complete && !bytes_over;
  job_.report().payload(id).container = expansion.format;
  return expansion;
}

bool Unpacker::ExpandMember(uint32_t id, ArchiveReader& reader,
                            const Member& member, bool sequential,
                            uint64_t held, uint32_t depth,
                            ContainerBudget* budget) {
  const Limits& limits = job_.limits();
  if (limits.files != kUnlimited && budget_.files_left-- == 0) {
    budget_.files_left = 0;
    job_.AddLimit(id, "files", limits.files, std::nullopt);
    return false;
  }
  if (member.kind == MemberKind::kDirectory) return true;

  const bool long_name = member.raw_name.size() > limits.name_bytes;
  PayloadRecord& record = job_.Open(
      id, std::string_view(member.raw_name).substr(0, limits.name_bytes));
  const uint32_t member_id = record.id;
  record.link_target = member.link_target;
  record.is_link = member.kind == MemberKind::kSymlink ||
                   member.kind == MemberKind::kHardLink;
  record.encrypted = member.encrypted;
  record.declared_size = member.declared_size;
  record.offset = member.offset;
  record.mode = member.mode;
  record.mtime_s = member.mtime_s;
  if (long_name) {
    job_.AddLimit(member_id, "name_bytes", limits.name_bytes,
                  limits.name_bytes);
  }
  if (member.kind == MemberKind::kFile) {
    return ReadMember(id, member_id, reader, member, sequential, held, depth,
                      budget);
  }
  // Links are closed when all members are known; other kinds have no bytes.
  record.last_descendant = member_id;
  if (!record.is_link) job_.Close(member_id);
  return true;
}

bool Unpacker::ReadMember(uint32_t container, uint32_t id,
                          ArchiveReader& reader, const Member& member,
                          bool sequential, uint64_t held, uint32_t depth,
                          ContainerBudget* budget) {
  const PullBytes pull = [&reader](char* buffer, size_t size) {
    return reader.Read(buffer, size);
  };
  Bytes bytes;
  ReadOutcome read = ReadAll(job_, pull, member.declared_size.value_or(0), held,
                             &budget_, budget, &bytes);
  ReadOutcome rest;
  const bool cut_here =
      read.limit == "file_bytes" || read.limit == "memory_bytes";
  if (cut_here && sequential) {
    rest = Drain(job_, pull, &budget_, budget);
  }
  HandleBytes(id, std::move(bytes), read, held, depth + 1);
  for (const ReadOutcome* outcome : {&read, &rest}) {
    if (outcome->limit == "total_bytes" || outcome->limit == "ratio") {
      job_.AddLimit(container, outcome->limit, outcome->limit_value,
                    std::nullopt);
      return false;
    }
  }
  return !read.stopped && !rest.stopped;
}

}  // namespace cupel
