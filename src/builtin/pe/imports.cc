#include "builtin/pe/imports.h"

#include <algorithm>
#include <map>

#include "base/status.h"
#include "builtin/pe/ordinals.h"

namespace cupel {
namespace {

constexpr size_t kMostFunctions = 65536;
constexpr size_t kMostDlls = 4096;
constexpr uint64_t kMostName = 512;
// Of all names: thousands may be one long text.
constexpr size_t kMostNameBytes = size_t{1} << 20;
constexpr uint64_t kImportRow = 20;
constexpr uint64_t kDelayRow = 32;

void Lower(std::string* text) {
  for (char& c : *text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
}

// One table of names or ordinals, up to its zero.
class Thunks {
 public:
  Thunks(const PeImage& image, std::vector<std::string>* errors)
      : image_(image), errors_(errors) {}

  // False if the table is not in the file.
  bool Read(uint64_t address, uint64_t base, PeImportedDll* dll) {
    const FileView table(image_.From(address));
    const uint64_t width = image_.plus ? 8 : 4;
    const uint64_t by_ordinal = uint64_t{1} << (8 * width - 1);
    for (uint64_t at = 0;; at += width) {
      const std::optional<uint64_t> entry =
          image_.plus ? table.U64(at) : Widen(table.U32(at));
      if (!entry.has_value()) return Cut(address, at, *dll);
      if (*entry == 0) return true;
      if (count_ >= kMostFunctions || name_bytes_ >= kMostNameBytes) {
        if (!full_) {
          errors_->push_back(
              fmt::format("imports: more than {} functions or {} bytes of "
                          "names, the rest is left out",
                          kMostFunctions, kMostNameBytes));
        }
        full_ = true;
        return true;
      }
      ++count_;
      PeImport import;
      if ((*entry & by_ordinal) != 0) {
        import.ordinal = static_cast<uint16_t>(*entry);
      } else {
        // Two bytes of hint, then the name.
        const auto name = image_.TextAt(*entry - base + 2, kMostName);
        if (!name.has_value() || name->empty()) {
          errors_->push_back(
              fmt::format("imports: no name at address {:#x}", *entry));
          if (++bad_ > kMostBad) return true;
          continue;
        }
        import.name = *name;
        name_bytes_ += name->size();
      }
      dll->functions.push_back(std::move(import));
    }
  }

  bool full() const { return full_ || bad_ > kMostBad; }

 private:
  static constexpr int kMostBad = 16;

  static std::optional<uint64_t> Widen(std::optional<uint32_t> value) {
    return value.has_value() ? std::optional<uint64_t>(*value) : std::nullopt;
  }

  bool Cut(uint64_t address, uint64_t at, const PeImportedDll& dll) {
    if (at == 0 && dll.functions.empty()) return false;
    errors_->push_back(fmt::format(
        "imports: the table at address {:#x} has no end in the file", address));
    return true;
  }

  const PeImage& image_;
  std::vector<std::string>* const errors_;
  size_t count_ = 0;
  size_t name_bytes_ = 0;
  int bad_ = 0;
  bool full_ = false;
};

// The name of a library, or nothing where the list ends or makes no sense.
bool NameDll(const PeImage& image, uint64_t address, PeImportedDll* dll,
             std::vector<std::string>* errors) {
  const auto name = image.TextAt(address, kMostName);
  if (name.has_value()) {
    dll->name = *name;
    return true;
  }
  errors->push_back(fmt::format(
      "imports: the name of a library, at address {:#x}, is not in the file",
      address));
  return false;
}

void ReadBound(const PeImage& image, Thunks* thunks,
               std::vector<PeImportedDll>* out,
               std::vector<std::string>* errors) {
  const PeDirectory directory = image.directory(PeTable::kImports);
  if (directory.address == 0) return;
  const FileView table(image.From(directory.address));
  if (table.size() == 0) {
    errors->push_back(fmt::format("imports: address {:#x} is not in the file",
                                  directory.address));
    return;
  }
  for (uint64_t at = 0; out->size() < kMostDlls && !thunks->full();
       at += kImportRow) {
    const auto row = table.Slice(at, kImportRow);
    if (!row.has_value()) {
      errors->push_back(fmt::format(
          "imports: the table at address {:#x} is cut off", directory.address));
      return;
    }
    const FileView fields(*row);
    const uint32_t lookup = *fields.U32(0);
    const uint32_t name = *fields.U32(12);
    const uint32_t addresses = *fields.U32(16);
    if (name == 0 || (lookup == 0 && addresses == 0)) return;
    PeImportedDll dll;
    if (!NameDll(image, name, &dll, errors)) return;
    if ((lookup == 0 || !thunks->Read(lookup, 0, &dll)) &&
        !thunks->Read(addresses, 0, &dll)) {
      errors->push_back(
          fmt::format("imports: the functions of a library, at address {:#x}, "
                      "are not in the file",
                      addresses));
    }
    out->push_back(std::move(dll));
  }
}

void ReadDelayed(const PeImage& image, Thunks* thunks,
                 std::vector<PeImportedDll>* out,
                 std::vector<std::string>* errors) {
  const PeDirectory directory = image.directory(PeTable::kDelayImports);
  if (directory.address == 0) return;
  const FileView table(image.From(directory.address));
  for (uint64_t at = 0; out->size() < kMostDlls && !thunks->full();
       at += kDelayRow) {
    const auto row = table.Slice(at, kDelayRow);
    if (!row.has_value()) {
      errors->push_back(
          fmt::format("delayed imports: the table at address {:#x} is cut off",
                      directory.address));
      return;
    }
    const FileView fields(*row);
    // Old linkers wrote addresses in memory, new ones relative to the image.
    const uint64_t base = (*fields.U32(0) & 1) != 0 ? 0 : image.image_base;
    const uint32_t name = *fields.U32(4);
    const uint32_t names = *fields.U32(16);
    if (name == 0) return;
    PeImportedDll dll;
    dll.delayed = true;
    if (!NameDll(image, name - base, &dll, errors)) return;
    if (!thunks->Read(names - base, base, &dll)) {
      errors->push_back(fmt::format(
          "delayed imports: address {:#x} is not in the file", names));
    }
    out->push_back(std::move(dll));
  }
}

}  // namespace

std::vector<PeImportedDll> ReadPeImports(const PeImage& image,
                                         std::vector<std::string>* errors) {
  std::vector<PeImportedDll> imports;
  Thunks thunks(image, errors);
  ReadBound(image, &thunks, &imports, errors);
  ReadDelayed(image, &thunks, &imports, errors);
  return imports;
}

std::optional<PeExports> ReadPeExports(const PeImage& image,
                                       std::vector<std::string>* errors) {
  const PeDirectory directory = image.directory(PeTable::kExports);
  if (directory.address == 0) return std::nullopt;
  const FileView table(image.From(directory.address));
  if (!table.Has(0, 40)) {
    errors->push_back(
        fmt::format("exports: the table at address {:#x} is not in the file",
                    directory.address));
    return std::nullopt;
  }
  PeExports exports;
  exports.timestamp = *table.U32(4);
  exports.dll = image.TextAt(*table.U32(12), kMostName).value_or("");
  const uint32_t base = *table.U32(16);
  const FileView addresses(image.From(*table.U32(28)));
  const FileView names(image.From(*table.U32(32)));
  const FileView indexes(image.From(*table.U32(36)));
  std::map<uint32_t, std::string_view> named;
  size_t name_bytes = 0;
  const uint32_t name_count =
      std::min<uint32_t>(*table.U32(24), kMostFunctions);
  for (uint32_t i = 0; i < name_count; ++i) {
    const auto name = names.U32(uint64_t{i} * 4);
    const auto index = indexes.U16(uint64_t{i} * 2);
    if (!name.has_value() || !index.has_value() ||
        name_bytes > kMostNameBytes) {
      errors->push_back(
          fmt::format("exports: {} of {} names were read: the "
                      "others are not in the file or too long",
                      i, *table.U32(24)));
      break;
    }
    const std::string_view text =
        image.TextAt(*name, kMostName).value_or(std::string_view());
    name_bytes += text.size();
    named.emplace(*index, text);
  }
  const uint32_t count = *table.U32(20);
  if (count > kMostFunctions) {
    errors->push_back(
        fmt::format("exports: {} functions are announced, of which the first "
                    "{} are read",
                    count, kMostFunctions));
  }
  for (uint32_t i = 0; i < std::min<uint32_t>(count, kMostFunctions); ++i) {
    const auto address = addresses.U32(uint64_t{i} * 4);
    if (!address.has_value()) {
      errors->push_back(
          fmt::format("exports: {} of {} functions are in the file", i, count));
      break;
    }
    if (*address == 0) continue;
    PeExport function{.ordinal = base + i, .address = *address};
    if (const auto it = named.find(i); it != named.end()) {
      function.name = it->second;
    }
    // An address inside of the table itself is a text: who has the function.
    if (*address >= directory.address &&
        *address - directory.address < directory.size) {
      function.forwarder = image.TextAt(*address, kMostName).value_or("");
      name_bytes += function.forwarder.size();
    }
    exports.functions.push_back(std::move(function));
  }
  return exports;
}

std::string ImphashText(const std::vector<PeImportedDll>& imports) {
  std::string text;
  for (const PeImportedDll& dll : imports) {
    if (dll.delayed) continue;
    std::string name = dll.name;
    Lower(&name);
    std::string stem = name;
    for (const std::string_view extension : {".dll", ".ocx", ".sys"}) {
      if (!stem.ends_with(extension)) continue;
      stem.resize(stem.size() - extension.size());
      break;
    }
    for (const PeImport& function : dll.functions) {
      std::string called = function.name;
      if (called.empty()) called = OrdinalName(name, function.ordinal);
      Lower(&called);
      if (!text.empty()) text += ',';
      text += stem + '.' + called;
    }
  }
  return text;
}

}  // namespace cupel
