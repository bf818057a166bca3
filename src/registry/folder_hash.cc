#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "crypto/digest.h"
#include "format/escape.h"
#include "registry/discovery.h"
#include "registry/folder.h"

namespace cupel {
namespace {

constexpr std::string_view kDomain("cupel-folder-1\0", 15);

struct HashedEntry {
  std::string path;  // from the folder, with '/'
  // The path as Python compares it: by components, each by code points, bytes
  // that are no UTF-8 as U+DC80 and up.
  std::vector<std::u32string> order;
  bool link = false;
  std::string target;
};

// One character from well-formed text, or one byte that is none.
char32_t TakeCodePoint(std::string_view* text) {
  const auto lead = static_cast<uint8_t>(text->front());
  size_t length = 1;
  if (lead >= 0xf0) {
    length = 4;
  } else if (lead >= 0xe0) {
    length = 3;
  } else if (lead >= 0xc0) {
    length = 2;
  }
  const std::string_view bytes = text->substr(0, length);
  if (bytes.size() < length || !IsUtf8(bytes)) {
    text->remove_prefix(1);
    return char32_t{0xdc00} + lead;
  }
  text->remove_prefix(length);
  if (length == 1) return lead;
  char32_t code = lead & (0xffU >> (length + 1));
  for (const char c : bytes.substr(1)) {
    code = code << 6 | (static_cast<uint8_t>(c) & 0x3fU);
  }
  return code;
}

std::u32string CodePoints(std::string_view name) {
  std::u32string points;
  while (!name.empty()) points.push_back(TakeCodePoint(&name));
  return points;
}

// As Python's PurePath.suffix has it: a name that is only ".pyc" has none.
bool IsCompiledPython(std::string_view name) {
  return name.size() > 4 && name.substr(name.size() - 4) == ".pyc";
}

class Collector {
 public:
  explicit Collector(const DiscoveryLimits& limits) : limits_(limits) {}

  absl::Status Collect(int folder, const std::string& shown,
                       const std::string& prefix,
                       std::vector<std::u32string>* components) {
    if (components->size() >= limits_.depth) {
      return ResourceExhausted("folder '{}': more than {} levels deep",
                               EscapePrintable(shown), limits_.depth);
    }
    CUPEL_ASSIGN_OR_RETURN(
        const std::vector<FolderEntry> list,
        ListFolder(folder, shown, limits_.files - entries_.size()));
    for (const FolderEntry& entry : list) {
      components->push_back(CodePoints(entry.name));
      CUPEL_RETURN_IF_ERROR(
          Add(folder, entry, shown + "/" + entry.name, prefix, components));
      components->pop_back();
    }
    return absl::OkStatus();
  }

  std::vector<HashedEntry> Finish() {
    std::sort(entries_.begin(), entries_.end(),
              [](const HashedEntry& a, const HashedEntry& b) {
                return a.order < b.order;
              });
    return std::move(entries_);
  }

 private:
  absl::Status Add(int folder, const FolderEntry& entry,
                   const std::string& shown, const std::string& prefix,
                   std::vector<std::u32string>* components) {
    switch (entry.kind) {
      case EntryKind::kFolder: {
        CUPEL_ASSIGN_OR_RETURN(const Descriptor child,
                               OpenFolder(folder, entry.name, shown, false));
        return Collect(child.get(), shown, prefix + entry.name + "/",
                       components);
      }
      case EntryKind::kFile:
        if (IsCompiledPython(entry.name)) return absl::OkStatus();
        entries_.push_back({prefix + entry.name, *components, false, ""});
        break;
      case EntryKind::kLink: {
        CUPEL_ASSIGN_OR_RETURN(std::string target,
                               ReadLink(folder, entry.name, shown));
        entries_.push_back(
            {prefix + entry.name, *components, true, std::move(target)});
        break;
      }
      case EntryKind::kSpecial:
        return FailedPrecondition(
            "'{}' is neither a file nor a folder (a pipe, a socket or a "
            "device); take it away",
            EscapePrintable(shown));
      case EntryKind::kUnreadable:
        return PermissionDenied("'{}' can't be looked at",
                                EscapePrintable(shown));
    }
    if (entries_.size() > limits_.files) {
      return ResourceExhausted("folder '{}': more than {} files",
                               EscapePrintable(shown), limits_.files);
    }
    return absl::OkStatus();
  }

  const DiscoveryLimits& limits_;
  std::vector<HashedEntry> entries_;
};

std::string_view Bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void UpdateNumber(Sha256Stream& hash, uint64_t number) {
  std::array<char, 8> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  }
  hash.Update({bytes.data(), bytes.size()});
}

void UpdateFramed(Sha256Stream& hash, std::string_view text) {
  UpdateNumber(hash, text.size());
  hash.Update(text);
}

}  // namespace

absl::StatusOr<FolderHashes> HashFolder(const std::string& directory,
                                        const DiscoveryLimits& limits) {
  CUPEL_ASSIGN_OR_RETURN(const Descriptor root,
                         OpenFolder(AT_FDCWD, directory, directory, true));
  Collector collector(limits);
  std::vector<std::u32string> components;
  CUPEL_RETURN_IF_ERROR(
      collector.Collect(root.get(), directory, "", &components));
  Sha256Stream runnable;
  Sha256Stream content;
  content.Update(kDomain);
  uint64_t left = limits.hash_bytes;
  for (const HashedEntry& entry : collector.Finish()) {
    content.Update(entry.link ? "l" : "f");
    UpdateFramed(content, entry.path);
    if (entry.link) {
      UpdateFramed(content, entry.target);
      continue;
    }
    Sha256Stream file;
    auto size = ReadFileAt(root.get(), entry.path, directory + "/" + entry.path,
                           left, [&](std::string_view piece) {
                             runnable.Update(piece);
                             file.Update(piece);
                           });
    if (absl::IsResourceExhausted(size.status())) {
      return ResourceExhausted("folder '{}': more than {} bytes to hash",
                               EscapePrintable(directory), limits.hash_bytes);
    }
    CUPEL_RETURN_IF_ERROR(size.status());
    left -= *size;
    UpdateNumber(content, *size);
    content.Update(Bytes(file.Finish()));
  }
  return FolderHashes{HexDigest(runnable.Finish()),
                      HexDigest(content.Finish())};
}

}  // namespace cupel
