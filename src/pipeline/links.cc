#include "pipeline/links.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

#include "format/escape.h"
#include "pipeline/member_reader.h"

namespace cupel {
namespace {

constexpr int kMaxHops = 16;

std::string_view FolderOf(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view()
                                         : name.substr(0, slash);
}

// Appends the components of `path`; false if `..` leads above the root.
bool AppendComponents(std::string_view path,
                      std::vector<std::string_view>* components) {
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size()
                                                       : slash + 1);
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      components->push_back(part);
    } else if (components->empty()) {
      return false;
    } else {
      components->pop_back();
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> NormalizeLink(std::string_view folder,
                                         std::string_view target) {
  if (target.starts_with('/')) return std::nullopt;
  std::vector<std::string_view> components;
  if (!AppendComponents(folder, &components) ||
      !AppendComponents(target, &components)) {
    return std::nullopt;
  }
  std::string path;
  for (const std::string_view part : components) {
    if (!path.empty()) path += '/';
    path += part;
  }
  return path;
}

void LinkResolver::NoteMember(uint32_t id, uint32_t ordinal,
                              const Member& member) {
  if (id > job_.report().payloads.size() ||
      job_.report().payload(id).parent != container_ ||
      member.kind == MemberKind::kDirectory ||
      member.kind == MemberKind::kOther) {
    return;
  }
  if (member.kind != MemberKind::kFile) links_.push_back(members_.size());
  members_.push_back({.id = id,
                      .ordinal = ordinal,
                      .hard = member.kind == MemberKind::kHardLink});
}

void LinkResolver::IndexNames() {
  names_.reserve(members_.size());
  for (size_t i = 0; i < members_.size(); ++i) {
    std::string_view name = job_.report().payload(members_[i].id).raw_name;
    while (name.starts_with('/')) name.remove_prefix(1);
    if (std::optional<std::string> path = NormalizeLink("", name)) {
      names_.push_back({.name = std::move(*path), .entry = i});
    }
  }
  std::sort(names_.begin(), names_.end(), [](const Named& a, const Named& b) {
    return std::tie(a.name, a.entry) < std::tie(b.name, b.entry);
  });
}

std::optional<size_t> LinkResolver::Find(std::string_view name) const {
  // Of equal names the last one wins, as it does on a disk.
  const auto after = std::upper_bound(
      names_.begin(), names_.end(), name,
      [](std::string_view key, const Named& n) { return key < n.name; });
  if (after == names_.begin() || std::prev(after)->name != name) {
    return std::nullopt;
  }
  return std::prev(after)->entry;
}

bool LinkResolver::IsFolder(std::string_view name) const {
  if (name.empty()) return true;
  const std::string prefix = std::string(name) + '/';
  const auto first = std::lower_bound(
      names_.begin(), names_.end(), prefix,
      [](const Named& n, std::string_view key) { return n.name < key; });
  return first != names_.end() && first->name.starts_with(prefix);
}

std::optional<size_t> LinkResolver::Follow(size_t link) {
  const uint32_t id = members_[link].id;
  size_t entry = link;
  for (int hop = 0; hop < kMaxHops; ++hop) {
    const PayloadRecord& at = job_.report().payload(members_[entry].id);
    if (!at.is_link) return entry;
    const bool hard = members_[entry].hard;
    std::string_view target = at.link_target;
    while (hard && target.starts_with('/')) target.remove_prefix(1);
    const std::optional<std::string> path = NormalizeLink(
        hard ? std::string_view() : FolderOf(at.raw_name), target);
    if (!path.has_value()) {
      job_.AddIncident(id, IncidentKind::kAnomaly, "link_outside",
                       EscapePrintable(at.link_target));
      return std::nullopt;
    }
    const std::optional<size_t> next = Find(*path);
    if (!next.has_value()) {
      if (!IsFolder(*path)) {
        job_.AddIncident(id, IncidentKind::kAnomaly, "dangling_link",
                         EscapePrintable(at.link_target));
      }
      return std::nullopt;
    }
    // A hard link to the name it stands at itself means the entry before it.
    if (*next == entry) break;
    entry = *next;
  }
  job_.AddIncident(id, IncidentKind::kAnomaly, "link_loop",
                   EscapePrintable(job_.report().payload(id).link_target));
  return std::nullopt;
}

void LinkResolver::Resolve(Container container, ByteSource& source,
                           const ArchiveOptions& options) {
  if (links_.empty()) return;
  IndexNames();
  for (const size_t link : links_) {
    const std::optional<size_t> target = Follow(link);
    if (!target.has_value()) continue;
    const PayloadRecord& original = job_.report().payload(members_[*target].id);
    PayloadRecord& alias = job_.report().payload(members_[link].id);
    job_.CopyContent(original.id, alias.id);
    if (job_.depends_on_names() && original.container.empty() &&
        original.has_content) {
      rescans_.emplace_back(members_[*target].ordinal, alias.id);
    } else {
      alias.same_as =
          original.same_as != kNoPayload ? original.same_as : original.id;
    }
  }
  if (!rescans_.empty()) Rescan(container, source, options);
  for (const size_t link : links_) job_.Close(members_[link].id);
}

void LinkResolver::Rescan(Container container, ByteSource& source,
                          const ArchiveOptions& options) {
  std::sort(rescans_.begin(), rescans_.end());
  absl::StatusOr<std::unique_ptr<ArchiveReader>> reader = OpenArchive(
      container, source, job_.report().payload(container_).raw_name, options);
  size_t done = 0;
  for (uint32_t ordinal = 0;
       reader.ok() && done < rescans_.size() && !job_.Stopped(); ++ordinal) {
    absl::StatusOr<std::optional<Member>> member = (*reader)->Next();
    if (!member.ok() || !member->has_value()) break;
    if (rescans_[done].first != ordinal) continue;
    Bytes bytes;
    ReadAll(
        job_,
        [&](char* buffer, size_t size) {
          return (*reader)->Read(buffer, size);
        },
        (*member)->declared_size.value_or(0), 0, nullptr, nullptr, &bytes);
    for (; done < rescans_.size() && rescans_[done].first == ordinal; ++done) {
      Bytes copy(&job_.memory());
      const size_t capacity = std::max<size_t>(bytes.size(), 1);
      if (!job_.AcquireMemory(capacity)) {
        job_.AddLimit(rescans_[done].second, "memory_bytes",
                      job_.limits().memory_bytes, 0);
        continue;
      }
      copy.Grow(capacity);
      if (!bytes.view().empty()) {
        std::memcpy(copy.tail(), bytes.view().data(), bytes.size());
      }
      copy.Advance(bytes.size());
      job_.Scan(rescans_[done].second, std::move(copy), Job::Audience::kRules,
                /*sha256=*/nullptr);
    }
  }
  for (; done < rescans_.size(); ++done) {
    job_.AddIncident(rescans_[done].second, IncidentKind::kCorrupt,
                     "link_not_read", "its target could not be read again", 0);
  }
}

}  // namespace cupel
