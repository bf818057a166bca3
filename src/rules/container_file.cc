#include "rules/container_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"
#include "rules/file_io.h"
#include "rules/source.h"

namespace cupel {
namespace {

absl::Status CutShort(uint64_t size) {
  return DataLoss("compiled rules are cut short at {} bytes", size);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ContainerFile>> ContainerFile::Open(
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
  CUPEL_ASSIGN_OR_RETURN(std::string bytes,
                         Read(0, std::min(size, kContainerStartBytes)));
  // What is wrong with the start says more than a digest that does not fit.
  CUPEL_RETURN_IF_ERROR(CheckContainerStart(bytes, engine));
  if (size < kContainerStartBytes) return CutShort(size);
  CUPEL_ASSIGN_OR_RETURN(bytes,
                         Read(0, std::min(size, ContainerHeadBytes(bytes))));
  CUPEL_ASSIGN_OR_RETURN(head_, DecodeHead(bytes, size, engine));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ContainerFile::Read(uint64_t offset,
                                                uint64_t size) const {
  std::string bytes(static_cast<size_t>(size), '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = pread(fd_, bytes.data() + done, bytes.size() - done,
                            static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, "read");
    if (n == 0) return CutShort(offset + done);
    done += static_cast<size_t>(n);
  }
  return bytes;
}

absl::StatusOr<std::shared_ptr<YaraRules>> ContainerFile::LoadBlob(
    const BlobPlace& place) const {
  CUPEL_ASSIGN_OR_RETURN(const std::string blob,
                         Read(place.offset, place.size));
  const absl::Status status = CheckBlob(blob, place);
  auto rules = status.ok() ? YaraRules::Load(blob) : status;
  if (rules.ok()) return rules;
  return MakeStatus(rules.status().code(), "'{}': {}", path_,
                    MessageOf(rules.status()));
}

absl::StatusOr<CompiledSet> ContainerFile::Load(
    const std::function<void()>& damaged) const {
  CompiledSet set;
  set.digest = head_.digest;
  set.warnings = head_.warnings;
  set.skipped = head_.skipped;
  set.included = head_.included;
  for (const ContainerPart& from : head_.parts) {
    CompiledPart part;
    auto load_whole = [self = shared_from_this(), place = from.whole, damaged] {
      auto rules = self->LoadBlob(place);
      if (damaged && absl::IsDataLoss(rules.status())) damaged();
      return rules;
    };
    part.whole =
        std::make_shared<LazyRules>(from.rules.size(), std::move(load_whole));
    if (from.reduced.size == 0) {
      CUPEL_RETURN_IF_ERROR(part.whole->Get().status());
    } else {
      CUPEL_ASSIGN_OR_RETURN(part.reduced, LoadBlob(from.reduced));
      if (part.reduced->size() != from.reduced_to_whole.size()) {
        return DataLoss(
            "'{}': compiled rules hold another number of rules than said",
            path_);
      }
    }
    part.reduced_to_whole = from.reduced_to_whole;
    part.externals = from.externals;
    part.foreign = from.foreign;
    part.first_rule = static_cast<uint32_t>(set.rules.size());
    set.rules.insert(set.rules.end(), from.rules.begin(), from.rules.end());
    set.parts.push_back(std::move(part));
  }
  return set;
}

}  // namespace cupel
