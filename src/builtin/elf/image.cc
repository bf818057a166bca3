#include "builtin/elf/image.h"

#include <algorithm>

#include "base/status.h"

namespace cupel {
namespace {

constexpr uint64_t kMostHeaders = 65536;
constexpr uint64_t kMostName = 256;

// Where the headers of one kind stand.
struct Table {
  uint64_t offset = 0;
  uint64_t count = 0;
  uint64_t row = 0;  // bytes of one
};

// A number as wide as the file is: 4 or 8 bytes.
uint64_t Word(const ElfImage& image, const FileView& view, uint64_t at) {
  return image.wide ? view.U64(at).value_or(0) : view.U32(at).value_or(0);
}

// Calls `take` with every row of a table that is in the file.
template <typename Take>
void ForRows(ElfImage* image, const Table& table, uint64_t least,
             std::string_view what, const Take& take) {
  if (table.offset == 0 || table.count == 0) return;
  if (table.row < least) {
    image->errors.push_back(
        fmt::format("{}: an entry of {} bytes, less than "
                    "{}",
                    what, table.row, least));
    return;
  }
  for (uint64_t i = 0; i < std::min(table.count, kMostHeaders); ++i) {
    const auto row = image->file.Slice(table.offset + i * table.row, least);
    if (!row.has_value() || table.offset > image->file.size()) {
      image->errors.push_back(
          fmt::format("{} at byte {}: {} of {} are in the file", what,
                      table.offset, i, table.count));
      return;
    }
    take(FileView(*row, image->big_endian));
  }
}

void ReadSegments(const Table& table, ElfImage* image) {
  const bool wide = image->wide;
  ForRows(image, table, wide ? 56 : 32, "program headers",
          [&](const FileView& row) {
            ElfSegment segment;
            segment.type = *row.U32(0);
            segment.flags = *row.U32(wide ? 4 : 24);
            segment.offset = Word(*image, row, wide ? 8 : 4);
            segment.address = Word(*image, row, wide ? 16 : 8);
            segment.file_size = Word(*image, row, wide ? 32 : 16);
            segment.memory_size = Word(*image, row, wide ? 40 : 20);
            image->segments.push_back(segment);
          });
}

void ReadSections(const Table& table, uint64_t names, ElfImage* image) {
  const bool wide = image->wide;
  std::vector<uint32_t> name_offsets;
  ForRows(image, table, wide ? 64 : 40, "section headers",
          [&](const FileView& row) {
            ElfSection section;
            name_offsets.push_back(*row.U32(0));
            section.type = *row.U32(4);
            section.flags = Word(*image, row, 8);
            section.address = Word(*image, row, wide ? 16 : 12);
            section.offset = Word(*image, row, wide ? 24 : 16);
            section.size = Word(*image, row, wide ? 32 : 20);
            section.entry_size = Word(*image, row, wide ? 56 : 36);
            image->sections.push_back(std::move(section));
          });
  if (image->sections.empty()) return;
  if (names >= image->sections.size()) {
    image->errors.push_back(
        fmt::format("section headers: the names are in section {}, of {}",
                    names, image->sections.size()));
    return;
  }
  const FileView texts(image->Bytes(image->sections[names]));
  for (size_t i = 0; i < name_offsets.size(); ++i) {
    image->sections[i].name =
        texts.CString(name_offsets[i], kMostName).value_or("");
  }
}

}  // namespace

const ElfSegment* ElfImage::Segment(uint32_t wanted) const {
  for (const ElfSegment& segment : segments) {
    if (segment.type == wanted) return &segment;
  }
  return nullptr;
}

const ElfSection* ElfImage::Section(std::string_view name) const {
  for (const ElfSection& section : sections) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

std::string_view ElfImage::Bytes(const ElfSection& section) const {
  if (section.type == kElfNoBits) return {};
  return file.Clamped(section.offset, section.size);
}

std::string_view ElfImage::Bytes(const ElfSegment& segment) const {
  return file.Clamped(segment.offset, segment.file_size);
}

std::string_view ElfImage::From(uint64_t address) const {
  for (const ElfSegment& segment : segments) {
    if (segment.type != kElfLoad || address < segment.address) continue;
    const uint64_t inside = address - segment.address;
    const std::string_view bytes = Bytes(segment);
    if (inside < bytes.size()) return bytes.substr(inside);
  }
  return {};
}

absl::StatusOr<ElfImage> ReadElf(std::string_view bytes) {
  constexpr uint64_t kIdent = 16;
  if (!bytes.starts_with("\x7f"
                         "ELF")) {
    return InvalidArgument("no ELF file: its magic is missing");
  }
  if (bytes.size() < kIdent) {
    return InvalidArgument("no ELF file: cut off after {} bytes", bytes.size());
  }
  const auto ident = [&](size_t at) { return static_cast<uint8_t>(bytes[at]); };
  if (ident(4) < 1 || ident(4) > 2 || ident(5) < 1 || ident(5) > 2) {
    return InvalidArgument(
        "no ELF file: class {} and byte order {}, each must be 1 or 2",
        ident(4), ident(5));
  }
  ElfImage image(FileView(bytes, ident(5) == 2));
  image.wide = ident(4) == 2;
  image.big_endian = ident(5) == 2;
  image.os_abi = ident(7);
  const FileView& file = image.file;
  image.type = file.U16(16).value_or(0);
  image.machine = file.U16(18).value_or(0);
  image.entry_point = Word(image, file, 24);
  const uint64_t base = image.wide ? 48 : 36;  // of e_flags
  if (!file.Has(base, 16)) {
    image.errors.push_back(
        fmt::format("file header: cut off after {} bytes", file.size()));
    return image;
  }
  image.flags = *file.U32(base);
  Table segments{.offset = Word(image, file, image.wide ? 32 : 28),
                 .count = *file.U16(base + 8),
                 .row = *file.U16(base + 6)};
  Table sections{.offset = Word(image, file, image.wide ? 40 : 32),
                 .count = *file.U16(base + 12),
                 .row = *file.U16(base + 10)};
  uint64_t names = *file.U16(base + 14);
  // What does not fit in 16 bits stands in the first section header.
  const FileView first(file.Clamped(sections.offset, 64), image.big_endian);
  if (sections.offset != 0) {
    const uint64_t info = image.wide ? 44 : 28;
    if (sections.count == 0) {
      sections.count = Word(image, first, image.wide ? 32 : 20);
    }
    if (names == 0xffff) names = first.U32(info - 4).value_or(0);
    if (segments.count == 0xffff) {
      segments.count = first.U32(info).value_or(0);
    }
  }
  ReadSegments(segments, &image);
  ReadSections(sections, names, &image);
  return image;
}

}  // namespace cupel
