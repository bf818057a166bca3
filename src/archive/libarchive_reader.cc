#include "archive/libarchive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "archive/input.h"
#include "archive/names.h"
#include "archive/utf8_locale.h"
#include "base/status.h"

namespace cupel {
namespace {

class LibarchiveReader final : public ArchiveReader {
 public:
  LibarchiveReader(Container container, ByteSource& source,
                   const ArchiveOptions& options)
      : container_(container),
        size_(source.size()),
        input_(source, options.cancel),
        name_bytes_(options.name_bytes),
        cancel_(options.cancel) {}
  ~LibarchiveReader() override {
    const ScopedUtf8Locale utf8;
    archive_read_free(reader_);
  }

  absl::Status Open();
  absl::StatusOr<std::optional<Member>> Next() override;
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;

  std::string_view format() const override {
    return deb_ ? "deb" : ContainerName(container_);
  }
  bool wrapper() const override { return false; }

 private:
  static ssize_t Feed(archive*, void* self, const void** bytes);
  static int64_t Seek(archive*, void* self, int64_t offset, int whence);
  static int64_t Skip(archive*, void* self, int64_t bytes);

  void EnableFormat();
  bool DrainsMembers() const {
    return container_ == Container::k7z || container_ == Container::kCab ||
           container_ == Container::kRpm;
  }
  absl::Status Drain();
  absl::Status NextBlock();
  absl::Status ErrorOf(std::string_view what);
  Member MakeMember(archive_entry* entry);

  const Container container_;
  const uint64_t size_;
  RangeInput input_;
  const uint64_t name_bytes_;
  const Cancel* cancel_;
  bool deb_ = false;

  archive* reader_ = nullptr;
  size_t given_ = 0;  // of the input, at the last call
  absl::Status input_error_;
  absl::Status end_;  // of the container
  bool ended_ = false;
  uint64_t members_ = 0;

  bool readable_ = false;
  absl::Status member_error_;
  // What libarchive lends until it is called again.
  const char* block_ = nullptr;
  size_t block_size_ = 0;
  size_t at_ = 0;
};

ssize_t LibarchiveReader::Feed(archive* reader, void* self,
                               const void** bytes) {
  auto* r = static_cast<LibarchiveReader*>(self);
  r->input_.Consume(r->given_);
  r->given_ = 0;
  absl::StatusOr<std::string_view> piece = r->input_.Peek(1);
  if (!piece.ok()) {
    r->input_error_ = piece.status();
    archive_set_error(reader, EIO, "the input can't be read");
    return -1;
  }
  r->given_ = piece->size();
  *bytes = piece->data();
  return static_cast<ssize_t>(piece->size());
}

int64_t LibarchiveReader::Seek(archive*, void* self, int64_t offset,
                               int whence) {
  auto* r = static_cast<LibarchiveReader*>(self);
  const auto size = static_cast<int64_t>(r->size_);
  int64_t base = 0;
  if (whence == SEEK_CUR) {
    base = static_cast<int64_t>(r->input_.position() + r->given_);
  } else if (whence == SEEK_END) {
    base = size;
  }
  // Where nobody can go is the end.
  int64_t target = size;
  if (offset <= size - base) target = std::max<int64_t>(0, base + offset);
  if (offset < -base) target = 0;
  r->given_ = 0;
  r->input_.Seek(static_cast<uint64_t>(target), r->size_);
  return target;
}

int64_t LibarchiveReader::Skip(archive*, void* self, int64_t bytes) {
  auto* r = static_cast<LibarchiveReader*>(self);
  r->input_.Consume(r->given_);
  r->given_ = 0;
  const uint64_t before = r->input_.position();
  if (bytes > 0) r->input_.Skip(static_cast<uint64_t>(bytes));
  return static_cast<int64_t>(r->input_.position() - before);
}

void LibarchiveReader::EnableFormat() {
  switch (container_) {
    case Container::k7z:
      archive_read_support_format_7zip(reader_);
      break;
    case Container::kAr:
      archive_read_support_format_ar(reader_);
      break;
    case Container::kCab:
      archive_read_support_format_cab(reader_);
      break;
    case Container::kIso:
      archive_read_support_format_iso9660(reader_);
      break;
    case Container::kRpm:
      // A cpio archive, compressed, behind headers. All of these are linked in;
      // none starts a program.
      archive_read_support_filter_rpm(reader_);
      archive_read_support_filter_gzip(reader_);
      archive_read_support_filter_bzip2(reader_);
      archive_read_support_filter_xz(reader_);
      archive_read_support_filter_lzma(reader_);
      archive_read_support_filter_zstd(reader_);
      archive_read_support_format_cpio(reader_);
      break;
    default:
      archive_read_support_format_cpio(reader_);
      break;
  }
}

absl::Status LibarchiveReader::Open() {
  const ScopedUtf8Locale utf8;
  reader_ = archive_read_new();
  if (reader_ == nullptr) {
    return ResourceExhausted("{}: no memory for the reader",
                             ContainerName(container_));
  }
  EnableFormat();
  archive_read_set_read_callback(reader_, Feed);
  archive_read_set_seek_callback(reader_, Seek);
  archive_read_set_skip_callback(reader_, Skip);
  archive_read_set_callback_data(reader_, this);
  if (archive_read_open1(reader_) != ARCHIVE_OK) return ErrorOf("open");
  return absl::OkStatus();
}

absl::Status LibarchiveReader::ErrorOf(std::string_view what) {
  if (!input_error_.ok()) return input_error_;
  const char* text = archive_error_string(reader_);
  const std::string_view error = text != nullptr ? text : "unknown error";
  const auto says = [error](std::string_view word) {
    return error.find(word) != std::string_view::npos;
  };
  absl::StatusCode code = absl::StatusCode::kDataLoss;
  if (says("ncrypt") || says("assphrase")) {
    code = absl::StatusCode::kPermissionDenied;
  } else if (archive_errno(reader_) == ENOMEM) {
    code = absl::StatusCode::kResourceExhausted;
  } else if (says("nsupported") || says("not supported") ||
             says("not available")) {
    code = absl::StatusCode::kUnimplemented;
  }
  return MakeStatus(code, "{}: {}: {}", format(), what, error);
}

absl::StatusOr<std::optional<Member>> LibarchiveReader::Next() {
  if (ended_) {
    CUPEL_RETURN_IF_ERROR(end_);
    return std::optional<Member>();
  }
  const ScopedUtf8Locale utf8;
  end_ = Drain();
  archive_entry* entry = nullptr;
  int result = ARCHIVE_FATAL;
  if (end_.ok()) end_ = Poll(cancel_);
  if (end_.ok()) {
    result = archive_read_next_header(reader_, &entry);
    if (result == ARCHIVE_EOF) {
      ended_ = true;
      return std::optional<Member>();
    }
    if (result < ARCHIVE_WARN) {
      end_ = ErrorOf(fmt::format("after {} members", members_));
    }
  }
  if (!end_.ok()) {
    ended_ = true;
    return end_;
  }
  ++members_;
  member_error_ = absl::OkStatus();
  block_size_ = at_ = 0;
  Member member = MakeMember(entry);
  if (member.raw_name.empty()) {
    // libarchive's own words are about character sets.
    const char* text = archive_error_string(reader_);
    AddAnomaly("unreadable_name",
               fmt::format("the name of member {} can't be read: {}", members_,
                           text != nullptr ? text : "it is empty"),
               member.offset);
  }
  if (container_ == Container::kAr && members_ == 1) {
    deb_ = member.raw_name == "debian-binary";
  }
  return std::optional<Member>(std::move(member));
}

Member LibarchiveReader::MakeMember(archive_entry* entry) {
  Member member;
  const auto text = [](const char* raw, const char* utf8) {
    return std::string(raw != nullptr ? raw : utf8 != nullptr ? utf8 : "");
  };
  member.raw_name =
      text(archive_entry_pathname(entry), archive_entry_pathname_utf8(entry));
  CutName(name_bytes_, &member.raw_name);
  if (archive_entry_size_is_set(entry) != 0) {
    member.declared_size =
        static_cast<uint64_t>(std::max<int64_t>(0, archive_entry_size(entry)));
  }
  const bool has_data = member.declared_size.value_or(0) > 0;
  const char* hard = archive_entry_hardlink(entry);
  const auto type = archive_entry_filetype(entry);
  // In cpio the last of several hard links brings the data.
  if (hard != nullptr && !has_data) {
    member.kind = MemberKind::kHardLink;
    member.link_target = hard;
  } else if (type == AE_IFLNK) {
    member.kind = MemberKind::kSymlink;
    member.link_target =
        text(archive_entry_symlink(entry), archive_entry_symlink_utf8(entry));
  } else if (type == AE_IFDIR) {
    member.kind = MemberKind::kDirectory;
  } else if (type != AE_IFREG && type != 0) {
    member.kind = MemberKind::kOther;
  }
  CutName(name_bytes_, &member.link_target);
  if (archive_entry_perm(entry) != 0) {
    member.mode = static_cast<uint32_t>(archive_entry_perm(entry)) & 07777;
  }
  if (archive_entry_mtime_is_set(entry) != 0) {
    member.mtime_s = archive_entry_mtime(entry);
  }
  member.offset = static_cast<uint64_t>(
      std::max<int64_t>(0, archive_read_header_position(reader_)));
  member.encrypted = archive_entry_is_encrypted(entry) != 0;
  readable_ = member.kind == MemberKind::kFile;
  return member;
}

// libarchive would decode what is left without asking whether to go on.
absl::Status LibarchiveReader::Drain() {
  if (!readable_ || !DrainsMembers()) return absl::OkStatus();
  while (readable_ && member_error_.ok()) {
    CUPEL_RETURN_IF_ERROR(Poll(cancel_));
    member_error_ = NextBlock();
  }
  return absl::OkStatus();
}

absl::Status LibarchiveReader::NextBlock() {
  const void* block = nullptr;
  int64_t offset = 0;
  at_ = block_size_ = 0;
  const int result =
      archive_read_data_block(reader_, &block, &block_size_, &offset);
  block_ = static_cast<const char*>(block);
  if (result == ARCHIVE_OK) return absl::OkStatus();
  // A checksum is wrong; what there is of the block comes first.
  if (result == ARCHIVE_WARN) {
    return ErrorOf(fmt::format("member {}", members_));
  }
  block_size_ = 0;
  readable_ = false;
  if (result == ARCHIVE_EOF) return absl::OkStatus();
  readable_ = true;
  return ErrorOf(fmt::format("member {}", members_));
}

absl::StatusOr<size_t> LibarchiveReader::Read(char* buffer, size_t size) {
  CUPEL_RETURN_IF_ERROR(Poll(cancel_));
  if (size == 0) return 0;
  while (at_ == block_size_) {
    CUPEL_RETURN_IF_ERROR(member_error_);
    if (!readable_) return 0;
    const ScopedUtf8Locale utf8;
    member_error_ = NextBlock();
  }
  const size_t got = std::min(size, block_size_ - at_);
  std::memcpy(buffer, block_ + at_, got);
  at_ += got;
  return got;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveReader>> NewLibarchiveReader(
    Container container, ByteSource& source, const ArchiveOptions& options) {
  auto reader = std::make_unique<LibarchiveReader>(container, source, options);
  CUPEL_RETURN_IF_ERROR(reader->Open());
  return std::unique_ptr<ArchiveReader>(std::move(reader));
}

}  // namespace cupel
