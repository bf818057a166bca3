#include "builtin/pe/image.h"

#include <algorithm>

#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kMostSections = 96;
constexpr size_t kMostDirectories = 16;
constexpr uint64_t kFileHeader = 24;  // with the signature
constexpr uint64_t kSectionHeader = 40;
// Windows rounds the offset of a section down to a sector.
constexpr uint32_t kSector = 0x200;

uint32_t RawOffset(const PeImage& image, const PeSection& section) {
  return image.file_alignment < kSector ? section.raw_offset
                                        : section.raw_offset & ~(kSector - 1);
}

void ReadOptionalHeader(uint64_t at, uint16_t size, PeImage* image) {
  const FileView header(image->file.Clamped(at, size));
  const uint16_t magic = header.U16(0).value_or(0);
  image->plus = magic == 0x20b;
  if (magic != 0x10b && magic != 0x20b) {
    image->errors.push_back(fmt::format(
        "optional header at byte {}: its magic is {:#x}, not 0x10b or 0x20b",
        at, magic));
    return;
  }
  image->entry_point = header.U32(16).value_or(0);
  image->image_base =
      image->plus ? header.U64(24).value_or(0) : header.U32(28).value_or(0);
  image->section_alignment = header.U32(32).value_or(0);
  image->file_alignment = header.U32(36).value_or(0);
  image->image_size = header.U32(56).value_or(0);
  image->headers_size = header.U32(60).value_or(0);
  image->checksum = header.U32(64).value_or(0);
  image->subsystem = header.U16(68).value_or(0);
  image->dll_characteristics = header.U16(70).value_or(0);
  const uint64_t directories = image->plus ? 112 : 96;
  const std::optional<uint32_t> count = header.U32(directories - 4);
  if (!count.has_value()) {
    image->errors.push_back(
        fmt::format("optional header at byte {}: cut off after {} bytes", at,
                    header.size()));
    return;
  }
  for (uint64_t i = 0; i < std::min<uint64_t>(*count, kMostDirectories); ++i) {
    const auto address = header.U32(directories + 8 * i);
    const auto length = header.U32(directories + 8 * i + 4);
    if (!address.has_value() || !length.has_value()) {
      image->errors.push_back(
          fmt::format("directories at byte {}: {} of {} are in the header",
                      at + directories, i, *count));
      return;
    }
    image->directories.push_back({*address, *length});
  }
}

void ReadSections(uint64_t at, uint16_t count, PeImage* image) {
  if (count > kMostSections) {
    image->errors.push_back(
        fmt::format("section table at byte {}: {} sections are announced, of "
                    "which the first {} are read",
                    at, count, kMostSections));
  }
  for (uint64_t i = 0; i < std::min<uint64_t>(count, kMostSections); ++i) {
    const auto row = image->file.Slice(at + i * kSectionHeader, kSectionHeader);
    if (!row.has_value()) {
      image->errors.push_back(
          fmt::format("section table at byte {}: cut off after {} of {} "
                      "sections",
                      at, i, count));
      return;
    }
    const FileView header(*row);
    PeSection section;
    section.name = row->substr(0, std::min<size_t>(row->find('\0'), 8));
    section.virtual_size = *header.U32(8);
    section.virtual_address = *header.U32(12);
    section.raw_size = *header.U32(16);
    section.raw_offset = *header.U32(20);
    section.characteristics = *header.U32(36);
    image->sections.push_back(std::move(section));
  }
}

}  // namespace

PeDirectory PeImage::directory(PeTable table) const {
  const auto index = static_cast<size_t>(table);
  return index < directories.size() ? directories[index] : PeDirectory{};
}

std::optional<uint64_t> PeImage::OffsetOf(uint64_t address) const {
  for (const PeSection& section : sections) {
    if (address < section.virtual_address) continue;
    const uint64_t inside = address - section.virtual_address;
    if (inside < section.raw_size) {
      return uint64_t{RawOffset(*this, section)} + inside;
    }
  }
  if (address < headers_size || sections.empty()) return address;
  return std::nullopt;
}

std::string_view PeImage::From(uint64_t address) const {
  for (const PeSection& section : sections) {
    if (address < section.virtual_address) continue;
    const uint64_t inside = address - section.virtual_address;
    if (inside < section.raw_size) {
      return file.Clamped(uint64_t{RawOffset(*this, section)} + inside,
                          section.raw_size - inside);
    }
  }
  if (address < headers_size || sections.empty()) {
    return file.Clamped(address, file.size());
  }
  return {};
}

std::optional<std::string_view> PeImage::TextAt(uint64_t address,
                                                uint64_t most) const {
  return FileView(From(address)).CString(0, most);
}

absl::StatusOr<PeImage> ReadPe(std::string_view bytes) {
  PeImage image(bytes);
  if (!bytes.starts_with("MZ")) {
    return InvalidArgument("no PE file: it does not begin with MZ");
  }
  const std::optional<uint32_t> at = image.file.U32(0x3c);
  if (!at.has_value()) {
    return InvalidArgument("no PE file: its {} bytes hold no DOS header",
                           bytes.size());
  }
  image.pe_offset = *at;
  const std::string_view signature = image.file.Clamped(*at, 4);
  if (signature != std::string_view("PE\0\0", 4)) {
    return InvalidArgument(
        "no PE file: no PE signature at byte {}, where the DOS header says it "
        "is",
        *at);
  }
  const uint64_t header = *at;
  image.machine = image.file.U16(header + 4).value_or(0);
  const uint16_t sections = image.file.U16(header + 6).value_or(0);
  image.timestamp = image.file.U32(header + 8).value_or(0);
  const std::optional<uint16_t> optional_size = image.file.U16(header + 20);
  const std::optional<uint16_t> flags = image.file.U16(header + 22);
  if (!optional_size.has_value() || !flags.has_value()) {
    image.errors.push_back(
        fmt::format("file header at byte {}: cut off", header));
    return image;
  }
  image.characteristics = *flags;
  ReadOptionalHeader(header + kFileHeader, *optional_size, &image);
  ReadSections(header + kFileHeader + *optional_size, sections, &image);
  return image;
}

bool IsPlausiblePe(const PeImage& image) {
  // i386, ARM, Thumb-2, ARM64, AMD64, Itanium, EFI byte code, MIPS, PowerPC,
  // RISC-V, LoongArch, …
  static constexpr uint16_t kMachines[] = {
      0x014c, 0x0162, 0x0166, 0x0168, 0x0169, 0x0184, 0x01a2, 0x01a3,
      0x01a6, 0x01a8, 0x01c0, 0x01c2, 0x01c4, 0x01d3, 0x01f0, 0x01f1,
      0x0200, 0x0266, 0x0284, 0x0366, 0x0466, 0x0ebc, 0x5032, 0x5064,
      0x5128, 0x6232, 0x6264, 0x8664, 0x9041, 0xa641, 0xaa64};
  if (std::find(std::begin(kMachines), std::end(kMachines), image.machine) ==
      std::end(kMachines)) {
    return false;
  }
  if (!image.errors.empty() || image.sections.empty()) return false;
  // The bit "this can be run" stands in programs and libraries alike.
  if ((image.characteristics & 0x0002) == 0) return false;
  return image.image_size != 0 && image.headers_size != 0 &&
         image.headers_size <= image.image_size;
}

uint64_t PeImageEnd(const PeImage& image) {
  uint64_t end = image.headers_size;
  for (const PeSection& section : image.sections) {
    if (section.raw_size == 0) continue;
    // What is behind the end of the file is none of it, whatever is claimed.
    const uint64_t offset = RawOffset(image, section);
    if (offset >= image.file.size()) continue;
    end = std::max(end, offset + section.raw_size);
  }
  return std::min(end, image.file.size());
}

uint64_t PeFileEnd(const PeImage& image) {
  uint64_t end = PeImageEnd(image);
  const PeDirectory table = image.directory(PeTable::kCertificates);
  // Certificates come after the image, after padding to eight bytes at most; a
  // table far away would make one file of all that is between.
  if (table.size != 0 && table.address >= end && table.address - end < 16 &&
      image.file.Has(table.address, table.size)) {
    end = uint64_t{table.address} + table.size;
  }
  return end;
}

}  // namespace cupel
