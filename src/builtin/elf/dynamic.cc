#include "builtin/elf/dynamic.h"

#include <algorithm>

#include "base/status.h"
#include "format/base64.h"

namespace cupel {
namespace {

constexpr uint64_t kMostEntries = 65536;
constexpr uint64_t kMostText = 1024;
constexpr size_t kMostNeeded = 4096;
// Notes looked at, of at most so many segments and sections: all of them may
// be the whole file.
constexpr int kMostNotes = 1024;
constexpr int kMostNoteParts = 64;

// Tags of the dynamic section.
constexpr uint64_t kNeeded = 1;
constexpr uint64_t kStringTable = 5;
constexpr uint64_t kSoname = 14;
constexpr uint64_t kRpath = 15;
constexpr uint64_t kBindNow = 24;
constexpr uint64_t kRunpath = 29;
constexpr uint64_t kFlags = 30;
constexpr uint64_t kFlags1 = 0x6ffffffb;

struct Entry {
  uint64_t tag = 0;
  uint64_t value = 0;
};

std::vector<Entry> ReadEntries(const ElfImage& image, const ElfSegment& segment,
                               std::vector<std::string>* errors) {
  const FileView table(image.Bytes(segment), image.big_endian);
  const uint64_t width = image.wide ? 8 : 4;
  std::vector<Entry> entries;
  for (uint64_t at = 0; entries.size() < kMostEntries; at += 2 * width) {
    if (!table.Has(at, 2 * width)) {
      errors->push_back(
          fmt::format("dynamic section at byte {}: it has no end in the file",
                      segment.offset));
      break;
    }
    Entry entry;
    entry.tag = image.wide ? *table.U64(at) : *table.U32(at);
    entry.value = image.wide ? *table.U64(at + width) : *table.U32(at + width);
    if (entry.tag == 0) break;
    entries.push_back(entry);
  }
  return entries;
}

std::string BuildIdIn(std::string_view bytes, bool big_endian) {
  const FileView notes(bytes, big_endian);
  const auto aligned = [](uint64_t size) { return (size + 3) & ~uint64_t{3}; };
  uint64_t at = 0;
  for (int i = 0; i < kMostNotes && notes.Has(at, 12); ++i) {
    const uint64_t name_size = *notes.U32(at);
    const uint64_t size = *notes.U32(at + 4);
    const uint32_t type = *notes.U32(at + 8);
    const auto name = notes.Slice(at + 12, name_size);
    const uint64_t value_at = at + 12 + aligned(name_size);
    const auto value = notes.Slice(value_at, size);
    if (!name.has_value() || !value.has_value()) return {};
    constexpr uint32_t kBuildId = 3;
    constexpr size_t kMostId = 64;
    if (type == kBuildId && *name == std::string_view("GNU\0", 4)) {
      return HexEncode(value->substr(0, kMostId));
    }
    at = value_at + aligned(size);
  }
  return {};
}

}  // namespace

ElfDynamic ReadElfDynamic(const ElfImage& image,
                          std::vector<std::string>* errors) {
  ElfDynamic dynamic;
  const ElfSegment* segment = image.Segment(kElfDynamic);
  if (segment == nullptr) return dynamic;
  dynamic.present = true;
  const std::vector<Entry> entries = ReadEntries(image, *segment, errors);
  std::optional<uint64_t> table_at;
  for (const Entry& entry : entries) {
    if (entry.tag == kStringTable) table_at = entry.value;
  }
  const FileView texts(table_at.has_value() ? image.From(*table_at)
                                            : std::string_view());
  const auto text = [&](uint64_t at) -> std::string {
    const auto found = texts.CString(at, kMostText);
    if (found.has_value()) return std::string(*found);
    errors->push_back(fmt::format(
        "dynamic section: the text at {} of its strings is not in the file",
        at));
    return {};
  };
  for (const Entry& entry : entries) {
    if (errors->size() > 64) break;
    switch (entry.tag) {
      case kNeeded:
        if (dynamic.needed.size() < kMostNeeded) {
          dynamic.needed.push_back(text(entry.value));
        }
        break;
      case kSoname:
        dynamic.soname = text(entry.value);
        break;
      case kRpath:
        dynamic.rpath = text(entry.value);
        break;
      case kRunpath:
        dynamic.runpath = text(entry.value);
        break;
      case kBindNow:
        dynamic.bind_now = true;
        break;
      case kFlags:
        dynamic.bind_now = dynamic.bind_now || (entry.value & 8) != 0;
        break;
      case kFlags1:
        dynamic.bind_now = dynamic.bind_now || (entry.value & 1) != 0;
        dynamic.pie = (entry.value & 0x08000000) != 0;
        break;
      default:
        break;
    }
  }
  return dynamic;
}

std::string ReadElfBuildId(const ElfImage& image) {
  int parts = 0;
  for (const ElfSegment& segment : image.segments) {
    if (segment.type != kElfNote || ++parts > kMostNoteParts) continue;
    std::string id = BuildIdIn(image.Bytes(segment), image.big_endian);
    if (!id.empty()) return id;
  }
  for (const ElfSection& section : image.sections) {
    if (section.type != kElfNoteSection || ++parts > kMostNoteParts) continue;
    std::string id = BuildIdIn(image.Bytes(section), image.big_endian);
    if (!id.empty()) return id;
  }
  return {};
}

}  // namespace cupel
