#include "archive/tar_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "archive/names.h"
#include "archive/tar_extended.h"
#include "archive/tar_header.h"
#include "base/status.h"

namespace cupel {
namespace {

// Padding at the end is passed over without any limit of the caller's seeing
// it.
constexpr uint64_t kMostZeros = 64u << 20;
constexpr int kMostExtendedPerMember = 64;
constexpr uint64_t kMostSparseMap = 1u << 20;

class TarReader final : public ArchiveReader {
 public:
  TarReader(std::string_view format, std::unique_ptr<ByteStream> stream,
            std::string head, const ArchiveOptions& options)
      : format_(format),
        stream_(std::move(stream)),
        head_(std::move(head)),
        name_bytes_(options.name_bytes),
        cancel_(options.cancel) {}

  absl::StatusOr<std::optional<Member>> Next() override;
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override;

  std::string_view format() const override { return format_; }
  bool wrapper() const override {
    const Concatenated* compressed = stream_->compressed();
    return compressed == nullptr || !compressed->skipped_bytes();
  }

 private:
  enum class Found : uint8_t { kHeader, kEnd, kTrailing, kDoubtful };
  using MaybeMember = std::optional<Member>;

  absl::StatusOr<MaybeMember> FindMember();
  absl::StatusOr<Found> FindHeader();
  absl::StatusOr<bool> ReadBlock();
  absl::Status SkipRest();
  absl::StatusOr<std::string> ReadExtended(const TarHeader& header);
  absl::Status TakeExtended(const TarHeader& header, TarExtended* local);
  absl::StatusOr<MaybeMember> MakeMember(TarHeader header, TarExtended local,
                                         uint64_t offset);
  absl::Status BeginData(const TarHeader& header, const TarExtended& extended,
                         Member* member);
  absl::Status SkipOldSparseMap();
  absl::Status SkipSparseMapInData();
  absl::StatusOr<bool> TakeMapNumber(uint64_t* value, uint64_t* consumed);
  Member TrailingMember();
  Member DoubtfulMember();
  void NoteEnd();

  std::string_view block() const { return {block_.data(), block_.size()}; }

  const std::string_view format_;
  std::unique_ptr<ByteStream> stream_;
  std::string head_;
  const uint64_t name_bytes_;
  const Cancel* cancel_;

  std::array<char, kTarBlock> block_;
  uint64_t block_offset_ = 0;
  size_t block_size_ = 0;
  // Where in block_ the bytes begin that belong to the current member.
  size_t held_at_ = 0;

  absl::Status error_;  // of the container, for good
  bool ended_ = false;
  bool end_marker_seen_ = false;
  uint64_t end_marker_offset_ = 0;
  bool trailing_noted_ = false;

  uint64_t left_ = 0;          // of the member's data
  uint64_t padding_ = 0;       // after it
  bool reading_rest_ = false;  // the member is everything to the end
  uint64_t member_offset_ = 0;
  // An entry that has no data by its type, but a size: if no header follows,
  // these are its bytes.
  std::optional<Member> doubtful_;
  TarExtended global_;
};

absl::StatusOr<std::optional<Member>> TarReader::Next() {
  if (!error_.ok()) return error_;
  if (ended_) return MaybeMember();
  absl::StatusOr<MaybeMember> member = FindMember();
  if (!member.ok()) {
    error_ = member.status();
    left_ = 0;
  }
  return member;
}

absl::StatusOr<size_t> TarReader::Read(char* buffer, size_t size) {
  CUPEL_RETURN_IF_ERROR(Poll(cancel_));
  if (!error_.ok()) return error_;
  if (size == 0) return 0;
  size = static_cast<size_t>(std::min<uint64_t>(left_, size));
  if (size == 0) return 0;
  if (held_at_ < block_size_) {
    const size_t held = std::min(size, block_size_ - held_at_);
    std::memcpy(buffer, block_.data() + held_at_, held);
    held_at_ += held;
    left_ -= held;
    return held;
  }
  absl::StatusOr<size_t> got = stream_->Read(buffer, size);
  if (got.ok() && *got == 0) {
    if (reading_rest_) {
      left_ = 0;
      return 0;
    }
    got = DataLoss(
        "tar: cut off: the entry at byte {} lacks {} bytes of its data",
        member_offset_, left_);
  }
  if (!got.ok()) {
    error_ = got.status();
    return got;
  }
  left_ -= *got;
  return got;
}

absl::Status TarReader::SkipRest() {
  if (reading_rest_) {
    // Whoever did not read it does not want it; the end is near enough.
    ended_ = true;
    return absl::OkStatus();
  }
  const uint64_t held = block_size_ - std::exchange(held_at_, block_size_);
  const uint64_t data = left_;
  const uint64_t wanted = left_ + padding_ - std::min(held, left_ + padding_);
  left_ = padding_ = 0;
  if (wanted == 0) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(const uint64_t skipped, stream_->Skip(wanted));
  if (skipped == wanted) return absl::OkStatus();
  return DataLoss("tar: cut off in the {} of the entry at byte {}",
                  skipped < data ? "data" : "padding", member_offset_);
}

absl::StatusOr<bool> TarReader::ReadBlock() {
  if (!head_.empty()) {
    block_offset_ = 0;
    block_size_ = held_at_ = std::min(head_.size(), kTarBlock);
    std::memcpy(block_.data(), head_.data(), block_size_);
    head_.clear();
    return block_size_ == kTarBlock;
  }
  block_offset_ = stream_->position();
  CUPEL_ASSIGN_OR_RETURN(block_size_,
                         stream_->ReadFully(block_.data(), kTarBlock));
  held_at_ = block_size_;
  if (block_size_ == kTarBlock) return true;
  // Short because of the end, or of an error that has to be named?
  char none;
  CUPEL_RETURN_IF_ERROR(stream_->Read(&none, 1).status());
  return false;
}

absl::StatusOr<TarReader::Found> TarReader::FindHeader() {
  for (bool first = true;; first = false) {
    CUPEL_RETURN_IF_ERROR(Poll(cancel_));
    CUPEL_ASSIGN_OR_RETURN(const bool whole, ReadBlock());
    const std::string_view read = block().substr(0, block_size_);
    if (IsZeroBlock(read)) {
      if (!whole) return Found::kEnd;
      if (!end_marker_seen_) end_marker_offset_ = block_offset_;
      end_marker_seen_ = true;
      if (block_offset_ - end_marker_offset_ > kMostZeros) {
        return ResourceExhausted(
            "tar: more than {} MiB of zeros after the end of the archive at "
            "byte {}: not read on",
            kMostZeros >> 20, end_marker_offset_);
      }
      continue;
    }
    if (whole && IsTarHeader(block())) {
      if (std::exchange(end_marker_seen_, false) && !trailing_noted_) {
        trailing_noted_ = true;
        AddAnomaly("trailing_data",
                   fmt::format("entries go on at byte {} after the end of the "
                               "archive at byte {}",
                               block_offset_, end_marker_offset_),
                   block_offset_);
      }
      return Found::kHeader;
    }
    if (end_marker_seen_) return Found::kTrailing;
    if (first && doubtful_.has_value()) return Found::kDoubtful;
    if (!whole) {
      return DataLoss("tar: cut off in the header at byte {}", block_offset_);
    }
    return DataLoss(
        "tar: the header at byte {} is damaged: its checksum is "
        "wrong",
        block_offset_);
  }
}

void TarReader::NoteEnd() {
  ended_ = true;
  if (!end_marker_seen_) {
    AddAnomaly("missing_end",
               fmt::format("the archive ends at byte {} without an end mark",
                           stream_->position()),
               stream_->position());
  }
  const Concatenated* compressed = stream_->compressed();
  if (compressed != nullptr && compressed->trailing().has_value()) {
    AddAnomaly("trailing_data",
               fmt::format("what begins at byte {} of the compressed file is "
                           "no compressed stream",
                           *compressed->trailing()),
               *compressed->trailing());
  }
}

Member TarReader::TrailingMember() {
  AddAnomaly("trailing_data",
             fmt::format("data at byte {} after the end of the archive at byte "
                         "{}",
                         block_offset_, end_marker_offset_),
             block_offset_);
  reading_rest_ = true;
  held_at_ = 0;
  left_ = std::numeric_limits<uint64_t>::max();
  Member member;
  member.raw_name = "[trailing data]";
  member.offset = block_offset_;
  return member;
}

Member TarReader::DoubtfulMember() {
  Member member = std::move(*doubtful_);
  doubtful_.reset();
  held_at_ = 0;
  left_ = *member.declared_size;
  padding_ = (kTarBlock - left_ % kTarBlock) % kTarBlock;
  member_offset_ = member.offset;
  return member;
}

absl::StatusOr<std::optional<Member>> TarReader::FindMember() {
  CUPEL_RETURN_IF_ERROR(SkipRest());
  if (ended_) {
    NoteEnd();
    return MaybeMember();
  }
  TarExtended local;
  std::optional<uint64_t> offset;
  for (int extended = 0; extended <= kMostExtendedPerMember; ++extended) {
    CUPEL_ASSIGN_OR_RETURN(const Found found, FindHeader());
    if (found == Found::kTrailing) return MaybeMember(TrailingMember());
    if (found == Found::kDoubtful) return MaybeMember(DoubtfulMember());
    doubtful_.reset();
    if (found == Found::kEnd) {
      if (offset.has_value()) {
        return DataLoss(
            "tar: cut off: no entry follows the extended header at "
            "byte {}",
            *offset);
      }
      NoteEnd();
      return MaybeMember();
    }
    if (!offset.has_value()) offset = block_offset_;
    member_offset_ = block_offset_;
    CUPEL_ASSIGN_OR_RETURN(TarHeader header,
                           ParseTarHeader(block(), block_offset_));
    if (std::string_view("xXgLK").find(header.type) == std::string_view::npos) {
      return MakeMember(std::move(header), std::move(local), *offset);
    }
    CUPEL_RETURN_IF_ERROR(TakeExtended(header, &local));
  }
  return DataLoss(
      "tar: more than {} extended headers before the entry at byte "
      "{}",
      kMostExtendedPerMember, *offset);
}

absl::StatusOr<std::string> TarReader::ReadExtended(const TarHeader& header) {
  if (header.size > kMostExtendedHeader) {
    return DataLoss(
        "tar: the extended header at byte {} is {} bytes long; at most {} are "
        "read",
        block_offset_, header.size, kMostExtendedHeader);
  }
  std::string text(static_cast<size_t>(header.size), '\0');
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         stream_->ReadFully(text.data(), text.size()));
  const uint64_t padding = (kTarBlock - header.size % kTarBlock) % kTarBlock;
  CUPEL_ASSIGN_OR_RETURN(const uint64_t skipped, stream_->Skip(padding));
  if (got < text.size() || skipped < padding) {
    return DataLoss("tar: cut off in the extended header at byte {}",
                    block_offset_);
  }
  return text;
}

absl::Status TarReader::TakeExtended(const TarHeader& header,
                                     TarExtended* local) {
  const uint64_t at = block_offset_;
  CUPEL_ASSIGN_OR_RETURN(std::string text, ReadExtended(header));
  // The header that stands first wins, as in Python's tarfile.
  TarExtended found;
  bool good = true;
  switch (header.type) {
    case 'L':
    case 'K': {
      std::string value = text.substr(0, text.find('\0'));
      CutName(name_bytes_, &value);
      (header.type == 'L' ? found.name : found.link) = std::move(value);
      break;
    }
    case 'g':
      good = ParsePax(text, name_bytes_, &found);
      found.FillFrom(global_);
      global_ = std::move(found);
      found = {};
      break;
    default:
      good = ParsePax(text, name_bytes_, &found);
      break;
  }
  if (!good) {
    AddAnomaly("bad_extended_header",
               fmt::format("a record of the extended header at byte {} is "
                           "broken",
                           at),
               at);
  }
  local->FillFrom(found);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Member>> TarReader::MakeMember(TarHeader header,
                                                            TarExtended local,
                                                            uint64_t offset) {
  local.FillFrom(global_);
  Member member;
  member.raw_name = std::move(local.name).value_or(std::move(header.name));
  member.link_target = std::move(local.link).value_or(std::move(header.link));
  CutName(name_bytes_, &member.raw_name);
  CutName(name_bytes_, &member.link_target);
  member.mode = header.mode;
  member.mtime_s = local.mtime_s.has_value() ? local.mtime_s : header.mtime_s;
  member.offset = offset;
  if (local.size.has_value()) header.size = *local.size;
  switch (header.type) {
    case '1':
      member.kind = MemberKind::kHardLink;
      break;
    case '2':
      member.kind = MemberKind::kSymlink;
      break;
    case '3':
    case '4':
    case '6':
      member.kind = MemberKind::kOther;
      break;
    case '5':
      member.kind = MemberKind::kDirectory;
      break;
    case '\0':
      // Before there was a type, the slash made the folder.
      if (member.raw_name.ends_with('/')) member.kind = MemberKind::kDirectory;
      break;
    default:
      break;
  }
  if (member.kind == MemberKind::kFile) {
    CUPEL_RETURN_IF_ERROR(BeginData(header, local, &member));
  } else if (header.size > 0) {
    doubtful_ = member;
    doubtful_->kind = MemberKind::kFile;
    doubtful_->link_target.clear();
    doubtful_->declared_size = header.size;
    AddAnomaly(
        "data_without_file",
        fmt::format("the entry at byte {} of type '{}' has no data by "
                    "its type, but {} bytes by its size",
                    block_offset_, header.type == '\0' ? '0' : header.type,
                    header.size),
        block_offset_);
  }
  if (member.kind != MemberKind::kSymlink &&
      member.kind != MemberKind::kHardLink) {
    member.link_target.clear();
  }
  return MaybeMember(std::move(member));
}

absl::Status TarReader::BeginData(const TarHeader& header,
                                  const TarExtended& extended, Member* member) {
  left_ = header.size;
  padding_ = (kTarBlock - header.size % kTarBlock) % kTarBlock;
  const bool sparse = header.type == 'S' || extended.sparse;
  if (sparse) {
    AddAnomaly("sparse",
               fmt::format("the entry at byte {} is a file with holes; what is "
                           "stored is read, the holes are left out",
                           block_offset_),
               block_offset_);
  }
  if (header.more_sparse_blocks) CUPEL_RETURN_IF_ERROR(SkipOldSparseMap());
  if (extended.sparse_map_in_data) {
    CUPEL_RETURN_IF_ERROR(SkipSparseMapInData());
  }
  member->declared_size = left_;
  return absl::OkStatus();
}

absl::Status TarReader::SkipOldSparseMap() {
  constexpr size_t kIsExtended = 504;
  const uint64_t at = block_offset_;
  for (uint64_t read = 0;; read += kTarBlock) {
    CUPEL_ASSIGN_OR_RETURN(const bool whole, ReadBlock());
    if (!whole || read > kMostSparseMap) {
      return DataLoss("tar: the map of the sparse file at byte {} is {}", at,
                      whole ? "too long" : "cut off");
    }
    if (block_[kIsExtended] == '\0') return absl::OkStatus();
  }
}

// A decimal number and a newline of the map; refills block_ as needed.
absl::StatusOr<bool> TarReader::TakeMapNumber(uint64_t* value,
                                              uint64_t* consumed) {
  *value = 0;
  for (int digits = 0; digits < 20; ++digits) {
    if (*consumed % kTarBlock == 0) {
      if (left_ < kTarBlock) return false;
      CUPEL_ASSIGN_OR_RETURN(const bool whole, ReadBlock());
      if (!whole) return false;
      left_ -= kTarBlock;
    }
    const char c = block_[(*consumed)++ % kTarBlock];
    if (c == '\n') return digits > 0;
    if (c < '0' || c > '9') return false;
    *value = *value * 10 + static_cast<uint64_t>(c - '0');
  }
  return false;
}

// "<count>\n" and as many pairs "<offset>\n<size>\n", padded to a block.
absl::Status TarReader::SkipSparseMapInData() {
  const uint64_t at = block_offset_;
  uint64_t count = 0;
  uint64_t consumed = 0;
  CUPEL_ASSIGN_OR_RETURN(bool good, TakeMapNumber(&count, &consumed));
  for (uint64_t i = 0; good && i < count * 2; ++i) {
    uint64_t ignored;
    CUPEL_ASSIGN_OR_RETURN(good, TakeMapNumber(&ignored, &consumed));
    good = good && consumed <= kMostSparseMap;
  }
  if (good) return absl::OkStatus();
  return DataLoss("tar: the map of the sparse file at byte {} is broken", at);
}

}  // namespace

std::unique_ptr<ArchiveReader> NewTarReader(std::string_view format,
                                            std::unique_ptr<ByteStream> stream,
                                            std::string head,
                                            const ArchiveOptions& options) {
  return std::make_unique<TarReader>(format, std::move(stream), std::move(head),
                                     options);
}

}  // namespace cupel
