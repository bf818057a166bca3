#include "rules/container_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"
#include "rules/blob.h"
#include "rules/file_io.h"
#include "rules/source.h"

namespace cupel {
namespace {

absl::Status CutShort(uint64_t size) {
  return DataLoss("compiled rules are cut short at {} bytes", size);
}

}  // namespace

absl::StatusOr<std::shared_ptr<ContainerFile>> ContainerFile::Open(
    const std::string& path, std::string_view engine) {
  uint64_t size = 0;
  CUPEL_ASSIGN_OR_RETURN(
      const int fd, OpenForReading(path, {kMaxCompiledFileBytes, true}, &size));
  std::shared_ptr<ContainerFile> file(new ContainerFile(path, fd));
  const absl::Status status = file->Check(size, engine);
  if (!status.ok()) {
    return MakeStatus(status.code(), "'{}': {}", path, MessageOf(status));
  }
  return file;
}

ContainerFile::~ContainerFile() { close(fd_); }

absl::Status ContainerFile::Check(uint64_t size, std::string_view engine) {
  CUPEL_ASSIGN_OR_RETURN(const Owned start,
                         Read(0, std::min(size, kContainerStartBytes)));
  // What is wrong with the start says more than a digest that does not fit.
  CUPEL_RETURN_IF_ERROR(CheckContainerStart(start.bytes, engine));
  if (size < kContainerStartBytes) return CutShort(size);
  CUPEL_ASSIGN_OR_RETURN(
      const Owned head,
      Read(0, std::min(size, ContainerHeadBytes(start.bytes))));
  CUPEL_ASSIGN_OR_RETURN(head_, DecodeHead(head.bytes, size, engine));
  return absl::OkStatus();
}

absl::StatusOr<ContainerFile::Owned> ContainerFile::Read(uint64_t offset,
                                                         uint64_t size) const {
  const std::shared_ptr<char> bytes = NewBlob(static_cast<size_t>(size));
  size_t done = 0;
  while (done < size) {
    const ssize_t n = pread(fd_, bytes.get() + done, size - done,
                            static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read");
    if (n == 0) return CutShort(offset + done);
    done += static_cast<size_t>(n);
  }
  return Owned{{bytes.get(), done}, bytes};
}

absl::StatusOr<ContainerFile::Owned> ContainerFile::ReadBlob(
    const BlobPlace& place) const {
  auto blob = Read(place.offset, place.size);
  const absl::Status status =
      blob.ok() ? CheckBlob(blob->bytes, place) : blob.status();
  if (status.ok()) return blob;
  return MakeStatus(status.code(), "'{}': {}", path_, MessageOf(status));
}

absl::StatusOr<std::shared_ptr<YaraRules>> ContainerFile::LoadRules(
    const BlobPlace& place) const {
  CUPEL_ASSIGN_OR_RETURN(const Owned blob, ReadBlob(place));
  auto rules = YaraRules::Load(blob.bytes);
  if (rules.ok()) return rules;
  return MakeStatus(rules.status().code(), "'{}': {}", path_,
                    MessageOf(rules.status()));
}

absl::StatusOr<ContainerFile::Owned> ContainerFile::Map(
    const BlobPlace& place) const {
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const uint64_t before = place.offset % page;
  const auto length = static_cast<size_t>(before + place.size);
  void* const at = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, fd_,
                        static_cast<off_t>(place.offset - before));
  if (at == MAP_FAILED) return ErrnoStatus(errno, "map");
  Owned out;
  out.owner = std::shared_ptr<const void>(
      at, [length](void* mapped) { munmap(mapped, length); });
  out.bytes = {static_cast<const char*>(at) + before,
               static_cast<size_t>(place.size)};
  CUPEL_RETURN_IF_ERROR(CheckBlob(out.bytes, place));
  return out;
}

absl::StatusOr<std::shared_ptr<const RuleTexts>> ContainerFile::LoadTexts(
    const BlobPlace& place) const {
  CUPEL_ASSIGN_OR_RETURN(Owned blob, ReadBlob(place));
  auto texts = RuleTexts::Decode(blob.bytes, std::move(blob.owner));
  if (texts.ok()) return texts;
  return MakeStatus(texts.status().code(), "'{}': {}", path_,
                    MessageOf(texts.status()));
}

absl::StatusOr<std::shared_ptr<const plan::Plan>> ContainerFile::LoadPlan(
    const ContainerPart& part, PlanMemory memory) const {
  CUPEL_ASSIGN_OR_RETURN(Owned blob, memory == PlanMemory::kMapped
                                         ? Map(part.plan)
                                         : ReadBlob(part.plan));
  auto plan =
      plan::Plan::Open(blob.bytes, std::move(blob.owner), part.rules.size());
  return plan.ok() ? *std::move(plan) : nullptr;
}

absl::StatusOr<CompiledSet> ContainerFile::Load(
    PlanMemory memory, const std::function<void()>& damaged) {
  CompiledSet set;
  set.digest = head_.digest;
  set.warnings = std::move(head_.warnings);
  set.skipped = std::move(head_.skipped);
  set.included = std::move(head_.included);
  const auto told = [damaged](auto result) {
    if (damaged && absl::IsDataLoss(result.status())) damaged();
    return result;
  };
  for (ContainerPart& from : head_.parts) {
    CompiledPart part;
    part.whole = std::make_shared<LazyRules>(
        from.rules.size(), [self = shared_from_this(), place = from.whole,
                            told] { return told(self->LoadRules(place)); });
    if (from.texts.size != 0) {
      part.texts = std::make_shared<LazyTexts>(
          from.rules.size(), [self = shared_from_this(), place = from.texts,
                              told] { return told(self->LoadTexts(place)); });
    }
    if (from.plan.size != 0) {
      CUPEL_ASSIGN_OR_RETURN(part.plan, LoadPlan(from, memory));
    } else {
      CUPEL_RETURN_IF_ERROR(part.whole->Get().status());
    }
    part.defines = std::move(from.defines);
    part.externals = from.externals;
    part.foreign = from.foreign;
    part.first_rule = static_cast<uint32_t>(set.rules.size());
    MoveBehind(&from.rules, &set.rules);
    MoveBehind(&from.identities, &set.identities);
    set.parts.push_back(std::move(part));
  }
  return set;
}

}  // namespace cupel
