#include "archive/zip_directory.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "archive/little_endian.h"
#include "base/status.h"

namespace cupel {
namespace {

// The end record is searched in what a comment can take up, and as much after
// it: what is behind that is no tail of a zip file any more.
constexpr uint64_t kSearched = uint64_t{2} * 65535 + kZipEndSize;

struct EndRecord {
  uint64_t entries;
  uint64_t size;    // of the directory
  uint64_t offset;  // as stored
};

absl::StatusOr<bool> HasMark(ByteSource& source, uint64_t offset,
                             std::string_view mark) {
  std::array<char, 4> bytes;
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(offset, bytes.data(), bytes.size()));
  return std::string_view(bytes.data(), got) == mark;
}

// `limit` is where the end record begins, right after the directory. Nothing
// if no directory is where this record says.
absl::StatusOr<std::optional<ZipDirectory>> Fit(ByteSource& source,
                                                const EndRecord& record,
                                                uint64_t limit) {
  std::optional<ZipDirectory> none;
  if (record.size > limit) return none;
  ZipDirectory directory;
  directory.declared_entries = record.entries;
  directory.begin = limit - record.size;
  directory.end = limit;
  if (record.offset <= directory.begin) {
    directory.bias = directory.begin - record.offset;
    if (record.size == 0) {
      return record.entries == 0 ? std::optional(directory) : none;
    }
    CUPEL_ASSIGN_OR_RETURN(const bool there,
                           HasMark(source, directory.begin, kZipCentralMark));
    if (there) return std::optional(directory);
  }
  // Something stands between the directory and its end record.
  if (record.size == 0 || record.offset > limit - record.size) return none;
  CUPEL_ASSIGN_OR_RETURN(const bool there,
                         HasMark(source, record.offset, kZipCentralMark));
  if (!there) return none;
  directory.bias = 0;
  directory.begin = record.offset;
  directory.end = record.offset + record.size;
  return std::optional(directory);
}

absl::StatusOr<std::optional<EndRecord>> ReadEnd64(ByteSource& source,
                                                   uint64_t offset) {
  std::array<char, kZip64EndSize> bytes;
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(offset, bytes.data(), bytes.size()));
  const std::string_view record(bytes.data(), got);
  if (got < kZip64EndSize || !record.starts_with(kZip64EndMark)) {
    return std::optional<EndRecord>();
  }
  return std::optional(EndRecord{.entries = Le64(record, 32),
                                 .size = Le64(record, 40),
                                 .offset = Le64(record, 48)});
}

// The ZIP64 end record that belongs to the end record at `end_at`, if any.
absl::StatusOr<std::optional<ZipDirectory>> Fit64(ByteSource& source,
                                                  uint64_t end_at) {
  std::optional<ZipDirectory> none;
  if (end_at < kZip64LocatorSize) return none;
  const uint64_t locator_at = end_at - kZip64LocatorSize;
  std::array<char, kZip64LocatorSize> bytes;
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(locator_at, bytes.data(), bytes.size()));
  const std::string_view locator(bytes.data(), got);
  if (got < bytes.size() || !locator.starts_with(kZip64LocatorMark)) {
    return none;
  }
  // With something before the zip file the offset is too low; then it is where
  // it always is.
  std::array<uint64_t, 2> places = {Le64(locator, 8), 0};
  if (locator_at >= kZip64EndSize) places[1] = locator_at - kZip64EndSize;
  for (const uint64_t place : places) {
    if (place >= locator_at) continue;
    CUPEL_ASSIGN_OR_RETURN(const std::optional<EndRecord> record,
                           ReadEnd64(source, place));
    if (!record.has_value()) continue;
    CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipDirectory> directory,
                           Fit(source, *record, place));
    if (directory.has_value()) return directory;
  }
  return none;
}

// The end record `record`, found at `end_at`.
absl::StatusOr<std::optional<ZipDirectory>> Judge(ByteSource& source,
                                                  std::string_view record,
                                                  uint64_t end_at) {
  const EndRecord end{.entries = Le16(record, 10),
                      .size = Le32(record, 12),
                      .offset = Le32(record, 16)};
  const uint64_t file_end = end_at + kZipEndSize + Le16(record, 20);
  std::optional<ZipDirectory> none;
  if (file_end > source.size()) return none;
  CUPEL_ASSIGN_OR_RETURN(std::optional<ZipDirectory> directory,
                         Fit64(source, end_at));
  if (directory.has_value()) {
    directory->ambiguous =
        (end.entries != 0xffff && end.entries != directory->declared_entries) ||
        (end.size != 0xffffffff &&
         end.size != directory->end - directory->begin) ||
        (end.offset != 0xffffffff &&
         end.offset != directory->begin - directory->bias);
  } else {
    CUPEL_ASSIGN_OR_RETURN(directory, Fit(source, end, end_at));
  }
  if (directory.has_value()) directory->file_end = file_end;
  return directory;
}

struct Span {
  uint64_t begin;
  uint64_t end;
};

// Entries whose bytes another one claims too.
void CountOverlaps(std::vector<Span>* spans, ZipSurvey* survey) {
  const auto before = [](const Span& a, const Span& b) {
    return a.begin < b.begin;
  };
  if (!std::is_sorted(spans->begin(), spans->end(), before)) {
    std::sort(spans->begin(), spans->end(), before);
  }
  uint64_t reached = 0;
  for (const Span& span : *spans) {
    if (span.begin < reached && survey->overlaps++ == 0) {
      survey->overlap_at = span.begin;
    }
    reached = std::max(reached, span.end);
  }
}

}  // namespace

absl::StatusOr<std::optional<ZipDirectory>> FindZipDirectory(
    ByteSource& source) {
  const uint64_t size = source.size();
  const uint64_t from = size - std::min(size, kSearched);
  std::string tail(static_cast<size_t>(size - from), '\0');
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(from, tail.data(), tail.size()));
  tail.resize(got);
  const std::string_view view(tail);
  if (view.size() < kZipEndSize) return std::optional<ZipDirectory>();
  size_t at = view.rfind(kZipEndMark, view.size() - kZipEndSize);
  while (at != std::string_view::npos) {
    CUPEL_ASSIGN_OR_RETURN(
        const std::optional<ZipDirectory> directory,
        Judge(source, view.substr(at, kZipEndSize), from + at));
    if (directory.has_value()) return directory;
    if (at == 0) break;
    at = view.rfind(kZipEndMark, at - 1);
  }
  return std::optional<ZipDirectory>();
}

absl::StatusOr<std::optional<ZipEntry>> PeekZipCentral(RangeInput* input) {
  CUPEL_ASSIGN_OR_RETURN(std::string_view bytes, input->Peek(kZipCentralSize));
  const std::optional<uint64_t> size = ZipCentralRecordSize(bytes);
  if (!size.has_value()) return std::optional<ZipEntry>();
  if (*size > bytes.size()) {
    // The comment may be too long to peek at; it is not needed.
    const uint64_t comment = Le16(bytes, 32);
    CUPEL_ASSIGN_OR_RETURN(bytes,
                           input->Peek(static_cast<size_t>(*size - comment)));
    if (bytes.size() < *size - comment ||
        input->end() - input->position() < *size) {
      return std::optional<ZipEntry>();
    }
  }
  return std::optional(ParseZipCentral(bytes));
}

absl::StatusOr<ZipSurvey> SurveyZipDirectory(const ZipDirectory& directory,
                                             RangeInput* input) {
  ZipSurvey survey;
  survey.first_local = directory.begin;
  std::vector<Span> spans;
  input->Seek(directory.begin, directory.end);
  while (input->position() < directory.end) {
    CUPEL_ASSIGN_OR_RETURN(const std::optional<ZipEntry> entry,
                           PeekZipCentral(input));
    if (!entry.has_value()) {
      survey.readable = false;
      survey.broken_at = input->position();
      return survey;
    }
    // At least so much of the file is this entry's; offsets that point beyond
    // the directory are an error of their own later.
    if (entry->local_offset < directory.begin - directory.bias) {
      const uint64_t begin = entry->local_offset + directory.bias;
      const uint64_t most = directory.begin - begin;
      const uint64_t fixed = kZipLocalSize + entry->name.size();
      spans.push_back(
          {begin,
           begin +
               std::min(most, fixed + std::min(most, entry->compressed_size))});
      survey.first_local = std::min(survey.first_local, begin);
    }
    ++survey.entries;
    input->Skip(entry->record_size);
  }
  CountOverlaps(&spans, &survey);
  return survey;
}

}  // namespace cupel
