#include "archive/zip_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "archive/names.h"
#include "archive/zip_content.h"
#include "archive/zip_directory.h"
#include "archive/zip_search.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr uint8_t kMadeByUnix = 3;
constexpr uint8_t kMadeByMac = 19;
constexpr uint32_t kTypeMask = 0170000;
constexpr uint32_t kTypeSymlink = 0120000;
// PATH_MAX: no system makes a longer symbolic link.
constexpr uint64_t kMostLinkTarget = 4096;
// What deflate makes of nothing.
constexpr uint64_t kMostOfEmpty = 2 + kZipCryptoHeader;
// The longest data descriptor.
constexpr uint64_t kMostDescriptor = 24;

class ZipReader final : public ArchiveReader {
 public:
  ZipReader(ByteSource& source, const ArchiveOptions& options)
      : source_(source),
        options_(options),
        entries_(source, options.cancel),
        content_(source, options_) {}

  absl::Status Open();
  absl::StatusOr<std::optional<Member>> Next() override;
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;

  std::string_view format() const override { return "zip"; }
  bool wrapper() const override { return false; }

 private:
  using MaybeMember = std::optional<Member>;

  void NoteOddities(const ZipDirectory& directory, const ZipSurvey& survey,
                    bool spanned);
  void BeginWalk(absl::Status end);
  absl::StatusOr<MaybeMember> NextListed();
  absl::StatusOr<MaybeMember> NextWalked();
  absl::StatusOr<std::optional<uint64_t>> FindNextMark();
  absl::Status OpenListed(const ZipEntry& entry, uint64_t offset);
  void CompareLocal(const ZipEntry& central, const ZipEntry& local,
                    uint64_t offset);
  absl::StatusOr<std::optional<ZipEntry>> PeekLocal(uint64_t offset);
  absl::Status OpenWalked(ZipEntry entry, uint64_t offset, Member* member);
  Member MakeMember(const ZipEntry& entry, uint64_t offset);
  void SettleKind(const ZipEntry& entry, Member* member);
  void SettleLink(const ZipEntry& entry, Member* member);

  ByteSource& source_;
  const ArchiveOptions options_;  // lives longer than content_
  RangeInput entries_;
  ZipContent content_;
  bool readable_ = false;  // the current member may have bytes
  bool leftover_noted_ = false;

  ZipDirectory directory_;
  uint64_t first_local_ = 0;

  // Going from local header to local header, without a directory.
  bool walking_ = false;
  bool walk_over_ = false;
  absl::Status walk_end_;      // what the end of the walk means
  uint64_t walk_data_ = 0;     // where the last member's data began
  uint64_t walk_next_ = 0;     // where the next header should be
  bool walk_guessed_ = false;  // the last member does not say how long it is
};

absl::Status ZipReader::Open() {
  CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipDirectory> directory,
                         FindZipDirectory(source_));
  if (!directory.has_value()) {
    AddAnomaly("missing_directory",
               "no end record with a central directory; the members are looked "
               "for from the front",
               source_.size());
    BeginWalk(
        DataLoss("zip: cut off or damaged: no central directory in {} bytes",
                 source_.size()));
    return absl::OkStatus();
  }
  directory_ = *directory;
  CUPEL_ASSIGN_OR_RETURN(const ZipSurvey survey,
                         SurveyZipDirectory(directory_, &entries_));
  if (!survey.readable) {
    AddAnomaly("missing_directory",
               fmt::format("the central directory is broken at byte {}; the "
                           "members are looked for from the front",
                           survey.broken_at),
               survey.broken_at);
    BeginWalk(
        DataLoss("zip: damaged: the central directory is broken at byte "
                 "{}",
                 survey.broken_at));
    return absl::OkStatus();
  }
  first_local_ = survey.first_local;
  // The mark of a file that once was to be split stands before the first.
  CUPEL_ASSIGN_OR_RETURN(const bool mark,
                         HasZipMark(source_, 0, kZipDescriptorMark));
  NoteOddities(directory_, survey, mark && first_local_ == 4);
  entries_.Seek(directory_.begin, directory_.end);
  return absl::OkStatus();
}

void ZipReader::NoteOddities(const ZipDirectory& directory,
                             const ZipSurvey& survey, bool spanned) {
  if (survey.first_local > 0 && !spanned) {
    AddAnomaly("prefix_data",
               fmt::format("{} bytes stand before the first listed member",
                           survey.first_local),
               0);
  }
  if (directory.file_end < source_.size()) {
    AddAnomaly("trailing_data",
               fmt::format("{} bytes stand after the end record",
                           source_.size() - directory.file_end),
               directory.file_end);
  }
  if (directory.ambiguous) {
    AddAnomaly("ambiguous_directory",
               "the end record and its ZIP64 twin don't say the same",
               directory.end);
  }
  // Without ZIP64 the number is stored in 16 bits.
  if (directory.declared_entries != survey.entries &&
      directory.declared_entries != (survey.entries & 0xffff)) {
    AddAnomaly("entry_count_mismatch",
               fmt::format("the end record says {} members, {} are listed",
                           directory.declared_entries, survey.entries),
               directory.begin);
  }
  if (survey.overlaps > 0) {
    AddAnomaly("overlapping_entries",
               fmt::format("{} members share bytes with another one, the first "
                           "at byte {}",
                           survey.overlaps, survey.overlap_at),
               survey.overlap_at);
  }
}

void ZipReader::BeginWalk(absl::Status end) {
  walking_ = true;
  walk_end_ = std::move(end);
  walk_data_ = walk_next_ = 0;
  walk_guessed_ = false;
}

absl::StatusOr<std::optional<Member>> ZipReader::Next() {
  readable_ = false;
  leftover_noted_ = false;
  if (!walking_) {
    CUPEL_ASSIGN_OR_RETURN(MaybeMember member, NextListed());
    if (member.has_value() || !walking_) return member;
  }
  if (walk_over_) {
    CUPEL_RETURN_IF_ERROR(walk_end_);
    return MaybeMember();
  }
  absl::StatusOr<MaybeMember> member = NextWalked();
  if (!member.ok()) {
    walk_over_ = true;
    walk_end_ = member.status();
  }
  return member;
}

absl::StatusOr<size_t> ZipReader::Read(char* buffer, size_t size) {
  if (!readable_) return 0;
  absl::StatusOr<size_t> got = content_.Read(buffer, size);
  if (content_.leftover().has_value() &&
      !std::exchange(leftover_noted_, true)) {
    AddAnomaly("trailing_data",
               fmt::format("the data of a member goes on at byte {} after its "
                           "compressed stream",
                           *content_.leftover()),
               *content_.leftover());
  }
  return got;
}

absl::StatusOr<std::optional<Member>> ZipReader::NextListed() {
  if (entries_.position() >= directory_.end) {
    // Members that stand before all that is listed: another zip file in front,
    // or the rest of one that was cut off inside a zip file that it holds.
    if (first_local_ > 0) {
      CUPEL_ASSIGN_OR_RETURN(const bool more,
                             HasZipMark(source_, 0, kZipLocalMark));
      if (more) {
        BeginWalk(DataLoss(
            "zip: cut off or damaged: the members at the front of the file are "
            "in no central directory"));
      }
    }
    return MaybeMember();
  }
  CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipEntry> entry,
                         PeekZipCentral(&entries_));
  if (!entry.has_value()) {
    return DataLoss("zip: the central directory has changed at byte {}",
                    entries_.position());
  }
  const uint64_t offset = entry->local_offset > source_.size() - directory_.bias
                              ? source_.size()
                              : entry->local_offset + directory_.bias;
  CUPEL_RETURN_IF_ERROR(OpenListed(*entry, offset));
  Member member = MakeMember(*entry, offset);
  entries_.Skip(entry->record_size);
  return MaybeMember(std::move(member));
}

// Nothing if no whole local header is there. Views what was peeked.
absl::StatusOr<std::optional<ZipEntry>> ZipReader::PeekLocal(uint64_t offset) {
  RangeInput& raw = content_.raw();
  raw.Seek(offset, source_.size());
  CUPEL_ASSIGN_OR_RETURN(std::string_view bytes, raw.Peek(kZipLocalSize));
  const std::optional<uint64_t> size = ZipLocalRecordSize(bytes);
  if (!size.has_value()) return std::optional<ZipEntry>();
  if (bytes.size() < *size) {
    CUPEL_ASSIGN_OR_RETURN(bytes, raw.Peek(static_cast<size_t>(*size)));
    if (bytes.size() < *size) return std::optional<ZipEntry>();
  }
  return std::optional(ParseZipLocal(bytes));
}

absl::Status ZipReader::OpenListed(const ZipEntry& entry, uint64_t offset) {
  CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipEntry> local,
                         PeekLocal(offset));
  if (!local.has_value()) {
    content_.Fail(DataLoss(
        "zip: no local header is at byte {}, where the central directory says",
        offset));
    return absl::OkStatus();
  }
  CompareLocal(entry, *local, offset);
  content_.Open(entry, offset + local->record_size, /*sized=*/true);
  return absl::OkStatus();
}

void ZipReader::CompareLocal(const ZipEntry& central, const ZipEntry& local,
                             uint64_t offset) {
  std::string_view what;
  if (central.name != local.name) {
    what = "name";
  } else if (central.method != local.method) {
    what = "method";
  } else if (central.encrypted() != local.encrypted()) {
    what = "encryption";
  } else if (!local.described() &&
             (central.size != local.size ||
              central.compressed_size != local.compressed_size)) {
    what = "size";
  } else if (!local.described() && central.crc != local.crc) {
    what = "CRC-32";
  } else {
    return;
  }
  AddAnomaly("local_central_mismatch",
             fmt::format("the {} in the local header at byte {} is not that of "
                         "the central directory",
                         what, offset),
             offset);
}

Member ZipReader::MakeMember(const ZipEntry& entry, uint64_t offset) {
  readable_ = true;
  Member member;
  member.raw_name = entry.name;
  CutName(options_.name_bytes, &member.raw_name);
  member.offset = offset;
  member.declared_size = entry.size;
  member.encrypted = entry.encrypted();
  member.mtime_s = entry.extra.mtime_s.has_value()
                       ? entry.extra.mtime_s
                       : ZipTime(entry.date, entry.time);
  if (entry.extra.unicode_name.has_value() &&
      *entry.extra.unicode_name != entry.name) {
    AddAnomaly("unicode_name_mismatch",
               fmt::format("the member at byte {} has another name in its "
                           "Unicode field",
                           offset),
               offset);
  }
  SettleKind(entry, &member);
  return member;
}

void ZipReader::SettleKind(const ZipEntry& entry, Member* member) {
  const uint8_t host = entry.made_by >> 8;
  const uint32_t mode = entry.attributes >> 16;
  if ((host == kMadeByUnix || host == kMadeByMac) && mode != 0) {
    member->mode = mode & 07777;
    if ((mode & kTypeMask) == kTypeSymlink) {
      SettleLink(entry, member);
      return;
    }
  }
  if (!entry.name.ends_with('/')) return;
  if (entry.size == 0 && entry.compressed_size <= kMostOfEmpty) {
    member->kind = MemberKind::kDirectory;
    readable_ = false;
    return;
  }
  AddAnomaly("directory_with_data",
             fmt::format("the member at byte {} has the name of a folder and "
                         "the data of a file",
                         member->offset),
             member->offset);
}

// The content is the target. What no link can have stays a file, as it is for
// readers that know no links.
void ZipReader::SettleLink(const ZipEntry& entry, Member* member) {
  std::string target(kMostLinkTarget + 1, '\0');
  size_t size = 0;
  absl::StatusOr<size_t> got = 0;
  do {
    got = content_.Read(target.data() + size, target.size() - size);
    if (got.ok()) size += *got;
  } while (got.ok() && *got > 0 && size < target.size());
  target.resize(size);
  const bool plausible = size <= kMostLinkTarget &&
                         std::none_of(target.begin(), target.end(), [](char c) {
                           return static_cast<unsigned char>(c) < 0x20;
                         });
  if (got.ok() && plausible) {
    CutName(options_.name_bytes, &target);
    member->kind = MemberKind::kSymlink;
    member->link_target = std::move(target);
    readable_ = false;
    return;
  }
  if (!plausible) {
    AddAnomaly(
        "symlink_with_data",
        fmt::format("the member at byte {} is marked as a symbolic link, "
                    "but its content is no target",
                    member->offset),
        member->offset);
  }
  // From the beginning again, for the caller.
  if (const auto local = PeekLocal(member->offset);
      local.ok() && local->has_value()) {
    content_.Open(entry, member->offset + (*local)->record_size,
                  /*sized=*/true);
  }
}

// The header that follows the last walked member, or whatever ends the walk.
absl::StatusOr<std::optional<uint64_t>> ZipReader::FindNextMark() {
  RangeInput* raw = &content_.raw();
  if (walk_guessed_) {
    // Its end is known only if its data was decoded to the end.
    return FindZipMark(raw, std::max(content_.reached(), walk_data_),
                       source_.size());
  }
  CUPEL_ASSIGN_OR_RETURN(
      std::optional<uint64_t> at,
      FindZipMark(raw, walk_next_, walk_next_ + kMostDescriptor + 4));
  if (at.has_value() || walk_next_ >= source_.size()) return at;
  // Its size is a lie: look where it began.
  return FindZipMark(raw, walk_data_, source_.size());
}

absl::StatusOr<std::optional<Member>> ZipReader::NextWalked() {
  CUPEL_ASSIGN_OR_RETURN(const std::optional<uint64_t> at, FindNextMark());
  if (!at.has_value()) {
    // The end of the file and of no zip file.
    CUPEL_RETURN_IF_ERROR(walk_end_);
    walk_over_ = true;
    return MaybeMember();
  }
  CUPEL_ASSIGN_OR_RETURN(const bool local_mark,
                         HasZipMark(source_, *at, kZipLocalMark));
  if (!local_mark) {
    // The directory. If another one was read, this zip file is whole.
    walk_over_ = true;
    if (directory_.file_end > 0 && first_local_ > 0) walk_end_ = {};
    CUPEL_RETURN_IF_ERROR(walk_end_);
    return MaybeMember();
  }
  CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipEntry> entry, PeekLocal(*at));
  if (!entry.has_value()) {
    return DataLoss("zip: cut off in the local header at byte {}", *at);
  }
  Member member = MakeMember(*entry, *at);
  CUPEL_RETURN_IF_ERROR(OpenWalked(*entry, *at, &member));
  return MaybeMember(std::move(member));
}

absl::Status ZipReader::OpenWalked(ZipEntry entry, uint64_t offset,
                                   Member* member) {
  walk_data_ = offset + entry.record_size;
  bool sized = !entry.described() || entry.compressed_size != 0;
  if (!sized && entry.method == kZipStored) {
    // Nothing in the data says where it ends.
    CUPEL_ASSIGN_OR_RETURN(const ZipDescription found,
                           FindZipDescriptor(&content_.raw(), walk_data_));
    sized = found.crc.has_value();
    entry.compressed_size = entry.size = found.size;
    if (sized) entry.crc = *found.crc;
    if (entry.encrypted()) {
      entry.size -= std::min<uint64_t>(entry.size, kZipCryptoHeader);
    }
  }
  walk_guessed_ = !sized;
  if (sized) {
    walk_next_ = walk_data_ +
                 std::min(source_.size() - walk_data_, entry.compressed_size);
    member->declared_size = entry.size;
  } else {
    member->declared_size.reset();
  }
  content_.Open(entry, walk_data_, sized);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ArchiveReader>> NewZipReader(
    ByteSource& source, const ArchiveOptions& options) {
  auto reader = std::make_unique<ZipReader>(source, options);
  CUPEL_RETURN_IF_ERROR(reader->Open());
  return std::unique_ptr<ArchiveReader>(std::move(reader));
}

}  // namespace cupel
