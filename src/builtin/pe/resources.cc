#include "builtin/pe/resources.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kMostResources = 4096;
constexpr size_t kMostVersionStrings = 1024;
constexpr uint64_t kMostNameUnits = 256;
constexpr size_t kMostVersionBytes = size_t{64} << 10;
constexpr int kLevels = 3;  // type, name, language
constexpr uint32_t kHighBit = 0x80000000u;

std::string TypeName(uint32_t id) {
  static constexpr std::array<std::string_view, 25> kNames = {"",
                                                              "RT_CURSOR",
                                                              "RT_BITMAP",
                                                              "RT_ICON",
                                                              "RT_MENU",
                                                              "RT_DIALOG",
                                                              "RT_STRING",
                                                              "RT_FONTDIR",
                                                              "RT_FONT",
                                                              "RT_ACCELERATOR",
                                                              "RT_RCDATA",
                                                              "RT_MESSAGETABLE",
                                                              "RT_GROUP_CURSOR",
                                                              "",
                                                              "RT_GROUP_ICON",
                                                              "",
                                                              "RT_VERSION",
                                                              "RT_DLGINCLUDE",
                                                              "",
                                                              "RT_PLUGPLAY",
                                                              "RT_VXD",
                                                              "RT_ANICURSOR",
                                                              "RT_ANIICON",
                                                              "RT_HTML",
                                                              "RT_MANIFEST"};
  if (id < kNames.size() && !kNames[id].empty()) return std::string(kNames[id]);
  return fmt::format("#{}", id);
}

class Tree {
 public:
  Tree(const PeImage& image, uint32_t address, std::vector<std::string>* errors)
      : image_(image),
        address_(address),
        table_(image.From(address)),
        errors_(errors) {}

  void Read(uint32_t at, int level, PeResource so_far,
            std::vector<PeResource>* out) {
    if (level >= kLevels || !seen_.insert(at).second) {
      Problem(at, level >= kLevels ? "more than three levels"
                                   : "a folder that was met before");
      return;
    }
    const auto named = table_.U16(uint64_t{at} + 12);
    const auto numbered = table_.U16(uint64_t{at} + 14);
    if (!named.has_value() || !numbered.has_value()) {
      Problem(at, "a folder that is not in the file");
      return;
    }
    const uint64_t count = uint64_t{*named} + *numbered;
    for (uint64_t i = 0; i < count; ++i) {
      const uint64_t row = uint64_t{at} + 16 + 8 * i;
      const auto id = table_.U32(row);
      const auto target = table_.U32(row + 4);
      if (!id.has_value() || !target.has_value()) {
        Problem(row, "an entry that is not in the file");
        return;
      }
      if (out->size() >= kMostResources) return;
      PeResource next = so_far;
      Name(*id, level, &next);
      if ((*target & kHighBit) != 0) {
        Read(*target & ~kHighBit, level + 1, std::move(next), out);
      } else {
        Leaf(*target, std::move(next), out);
      }
    }
  }

 private:
  void Name(uint32_t id, int level, PeResource* resource) const {
    std::string text = fmt::format("#{}", id);
    if ((id & kHighBit) != 0) {
      const uint64_t at = id & ~kHighBit;
      const uint64_t length =
          std::min<uint64_t>(table_.U16(at).value_or(0), kMostNameUnits);
      text = Utf16ToUtf8(table_.Clamped(at + 2, 2 * length));
    } else if (level == 0) {
      text = TypeName(id);
    }
    if (level == 0) resource->type = std::move(text);
    if (level == 1) resource->name = std::move(text);
    if (level == 2) resource->language = id;
  }

  void Leaf(uint32_t at, PeResource resource, std::vector<PeResource>* out) {
    const auto address = table_.U32(at);
    const auto size = table_.U32(uint64_t{at} + 4);
    if (!address.has_value() || !size.has_value()) {
      Problem(at, "a resource that is not in the file");
      return;
    }
    resource.size = *size;
    resource.bytes = image_.From(*address).substr(0, *size);
    if (!resource.bytes.empty()) {
      resource.offset = static_cast<uint64_t>(resource.bytes.data() -
                                              image_.file.bytes().data());
    }
    if (resource.bytes.size() < *size) {
      Problem(at, fmt::format("{} of the {} bytes of a resource are in the "
                              "file",
                              resource.bytes.size(), *size));
    }
    out->push_back(std::move(resource));
  }

  void Problem(uint64_t at, std::string_view what) {
    constexpr int kMost = 16;
    if (problems_++ >= kMost) return;
    errors_->push_back(
        fmt::format("resources at address {:#x}: {}", address_ + at, what));
  }

  const PeImage& image_;
  const uint64_t address_;
  const FileView table_;
  std::vector<std::string>* const errors_;
  std::set<uint32_t> seen_;
  int problems_ = 0;
};

uint64_t Aligned(uint64_t at) { return (at + 3) & ~uint64_t{3}; }

// A block of a version resource: lengths, a key, a value, blocks inside.
struct VersionBlock {
  std::string key;
  std::string value;        // if it is a text
  std::string_view inside;  // the blocks
  uint64_t size = 0;        // 0: there is none
};

VersionBlock ReadBlock(std::string_view bytes) {
  const FileView view(bytes);
  VersionBlock block;
  const uint64_t size = view.U16(0).value_or(0);
  if (size < 6 || !view.Has(0, size)) return block;
  const uint64_t value_size = view.U16(2).value_or(0);
  const bool text = view.U16(4).value_or(0) == 1;
  uint64_t at = 6;
  while (at + 1 < size && *view.U16(at) != 0) at += 2;
  block.key = Utf16ToUtf8(view.Clamped(6, at - 6));
  at = Aligned(at + 2);
  uint64_t length = text ? 2 * value_size : value_size;
  length = std::min(length, size - std::min(size, at));
  if (text) {
    std::string value = Utf16ToUtf8(view.Clamped(at, length));
    block.value = value.substr(0, value.find('\0'));
  }
  at = Aligned(at + length);
  if (at < size) block.inside = view.Clamped(at, size - at);
  block.size = size;
  return block;
}

void Collect(std::string_view bytes, int level,
             std::vector<std::pair<std::string, std::string>>* out) {
  while (!bytes.empty() && out->size() < kMostVersionStrings) {
    const VersionBlock block = ReadBlock(bytes);
    if (block.size == 0) return;
    // Root, "StringFileInfo", language, string.
    if (level == 3) {
      out->emplace_back(block.key, block.value);
    } else if (level != 1 || block.key == "StringFileInfo") {
      Collect(block.inside, level + 1, out);
    }
    bytes.remove_prefix(static_cast<size_t>(
        std::min<uint64_t>(Aligned(block.size), bytes.size())));
  }
}

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static constexpr uint8_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
  out->push_back(static_cast<char>(kLead[more] | code >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) {
    out->push_back(static_cast<char>(0x80 | (code >> (6 * i) & 0x3f)));
  }
}

}  // namespace

std::vector<PeResource> ReadPeResources(const PeImage& image,
                                        std::vector<std::string>* errors) {
  std::vector<PeResource> resources;
  const PeDirectory directory = image.directory(PeTable::kResources);
  if (directory.address == 0) return resources;
  Tree(image, directory.address, errors).Read(0, 0, {}, &resources);
  if (resources.size() >= kMostResources) {
    errors->push_back(fmt::format(
        "resources: more than {}, the rest is left out", kMostResources));
  }
  return resources;
}

std::vector<std::pair<std::string, std::string>> ReadPeVersion(
    std::string_view resource) {
  std::vector<std::pair<std::string, std::string>> strings;
  Collect(resource.substr(0, kMostVersionBytes), 0, &strings);
  return strings;
}

std::string Utf16ToUtf8(std::string_view bytes, bool big_endian) {
  const FileView view(bytes, big_endian);
  std::string out;
  out.reserve(bytes.size());
  for (uint64_t at = 0; view.Has(at, 2); at += 2) {
    uint32_t code = *view.U16(at);
    if (code >= 0xd800 && code < 0xe000) {
      const uint32_t low = view.U16(at + 2).value_or(0);
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 2;
      } else {
        code = 0xfffd;
      }
    }
    AppendUtf8(code, &out);
  }
  return out;
}

}  // namespace cupel
