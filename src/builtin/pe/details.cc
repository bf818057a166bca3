#include "builtin/pe/details.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kMostRows = 64;  // of any table here
constexpr uint64_t kMostPath = 4096;
constexpr uint64_t kDebugRow = 28;
constexpr uint32_t kCodeView = 2;

void ReadCodeView(std::string_view bytes, PeDebugEntry* entry) {
  const FileView view(bytes);
  if (bytes.starts_with("NB10")) {
    entry->pdb = view.CString(16, kMostPath).value_or("");
    return;
  }
  if (!bytes.starts_with("RSDS") || !view.Has(0, 24)) return;
  const auto byte = [&view](uint64_t at) {
    return static_cast<unsigned>(*view.U8(at));
  };
  entry->guid = fmt::format("{:08x}-{:04x}-{:04x}-{:02x}{:02x}-", *view.U32(4),
                            *view.U16(8), *view.U16(10), byte(12), byte(13));
  for (uint64_t at = 14; at < 20; ++at) {
    entry->guid += fmt::format("{:02x}", byte(at));
  }
  entry->guid += fmt::format("-{}", *view.U32(20));
  entry->pdb = view.CString(24, kMostPath).value_or("");
}

}  // namespace

std::optional<PeRich> ReadPeRich(const PeImage& image) {
  constexpr uint32_t kDanS = 0x536e6144;
  // Behind the DOS header, and in what comes before the signature.
  const std::string_view head = image.file.Clamped(
      0, std::min<uint64_t>(image.pe_offset, uint64_t{64} << 10));
  const size_t end = head.rfind("Rich");
  if (end == std::string_view::npos || end < 0x40) return std::nullopt;
  const FileView view(image.file);
  const std::optional<uint32_t> key = view.U32(end + 4);
  if (!key.has_value()) return std::nullopt;
  PeRich rich;
  rich.key = *key;
  size_t begin = end;
  do {
    if (begin < 4 + 0x40) return std::nullopt;
    begin -= 4;
  } while ((*view.U32(begin) ^ *key) != kDanS);
  for (size_t at = begin; at < end; at += 4) {
    const uint32_t word = *view.U32(at) ^ *key;
    for (int i = 0; i < 4; ++i) {
      rich.clear.push_back(static_cast<char>(word >> (8 * i)));
    }
  }
  const FileView clear(rich.clear);
  // "DanS" and three words of padding, then pairs.
  for (uint64_t at = 16; clear.Has(at, 8); at += 8) {
    const uint32_t id = *clear.U32(at);
    rich.tools.push_back({.product = static_cast<uint16_t>(id >> 16),
                          .build = static_cast<uint16_t>(id),
                          .objects = *clear.U32(at + 4)});
  }
  return rich;
}

std::vector<PeDebugEntry> ReadPeDebug(const PeImage& image,
                                      std::vector<std::string>* errors) {
  std::vector<PeDebugEntry> entries;
  const PeDirectory directory = image.directory(PeTable::kDebug);
  if (directory.address == 0 || directory.size == 0) return entries;
  const FileView table(image.From(directory.address));
  const uint64_t rows = directory.size / kDebugRow;
  for (uint64_t i = 0; i < std::min<uint64_t>(rows, kMostRows); ++i) {
    const auto row = table.Slice(i * kDebugRow, kDebugRow);
    if (!row.has_value()) {
      errors->push_back(fmt::format(
          "debug directory at address {:#x}: {} of {} entries are in the file",
          directory.address, i, rows));
      break;
    }
    const FileView fields(*row);
    PeDebugEntry entry{.type = *fields.U32(12), .timestamp = *fields.U32(4)};
    if (entry.type == kCodeView) {
      const uint64_t at = *fields.U32(24);
      ReadCodeView(image.file.Clamped(at, *fields.U32(16)), &entry);
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<uint64_t> ReadPeTlsCallbacks(const PeImage& image,
                                         std::vector<std::string>* errors) {
  std::vector<uint64_t> callbacks;
  const PeDirectory directory = image.directory(PeTable::kTls);
  if (directory.address == 0) return callbacks;
  const auto number = [&image](const FileView& view,
                               uint64_t at) -> std::optional<uint64_t> {
    if (image.plus) return view.U64(at);
    const auto value = view.U32(at);
    return value.has_value() ? std::optional<uint64_t>(*value) : std::nullopt;
  };
  const uint64_t width = image.plus ? 8 : 4;
  const FileView table(image.From(directory.address));
  const std::optional<uint64_t> list = number(table, 3 * width);
  if (!list.has_value()) {
    errors->push_back(
        fmt::format("thread-local storage at address {:#x} is not in the file",
                    directory.address));
    return callbacks;
  }
  if (*list < image.image_base) return callbacks;
  const FileView addresses(image.From(*list - image.image_base));
  for (uint64_t at = 0; callbacks.size() < kMostRows; at += width) {
    const std::optional<uint64_t> address = number(addresses, at);
    if (!address.has_value()) {
      errors->push_back(fmt::format(
          "thread-local storage: the list of callbacks at {:#x} has no end in "
          "the file",
          *list));
      break;
    }
    if (*address == 0) break;
    callbacks.push_back(*address);
  }
  return callbacks;
}

std::vector<PeCertificate> ReadPeCertificates(
    const PeImage& image, std::vector<std::string>* errors) {
  std::vector<PeCertificate> certificates;
  const PeDirectory directory = image.directory(PeTable::kCertificates);
  if (directory.size == 0) return certificates;
  const uint64_t end = uint64_t{directory.address} + directory.size;
  for (uint64_t at = directory.address;
       at < end && certificates.size() < kMostRows;) {
    const std::optional<uint32_t> size = image.file.U32(at);
    if (!size.has_value() || *size < 8 || !image.file.Has(at, *size)) {
      errors->push_back(fmt::format("certificate at byte {}: {}", at,
                                    size.has_value()
                                        ? "its size makes no sense"
                                        : "it is not in the file"));
      break;
    }
    certificates.push_back({.offset = at,
                            .size = *size,
                            .revision = *image.file.U16(at + 4),
                            .type = *image.file.U16(at + 6)});
    at += (uint64_t{*size} + 7) & ~uint64_t{7};
  }
  return certificates;
}

}  // namespace cupel
