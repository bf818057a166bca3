// Links inside an archive: other names for bytes that are in it, not holes.
#ifndef CUPEL_PIPELINE_LINKS_H_
#define CUPEL_PIPELINE_LINKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "archive/archive.h"
#include "pipeline/job.h"

namespace cupel {

// Collects the members of one container and, at its end, gives every link the
// findings of what it points to: `setup.py -> data.txt` is a Python file to
// whoever installs it. Rules that look at names get the bytes once more under
// the link's name.
class LinkResolver {
 public:
  LinkResolver(Job& job, uint32_t container)
      : job_(job), container_(container) {}

  // `id`: the payload that was opened for the member, if one was.
  void NoteMember(uint32_t id, uint32_t ordinal, const Member& member);

  // Closes all links. Reads the container again if it must.
  void Resolve(Container container, ByteSource& source,
               const ArchiveOptions& options);

 private:
  struct Entry {
    uint32_t id;
    uint32_t ordinal;  // place in the container
    bool hard;         // a hard link
  };
  struct Named {
    std::string name;  // normalised
    size_t entry;      // index into members_
  };
  void IndexNames();
  // The entry that a link (index into members_) leads to in the end; nothing if
  // that is no file of this container, which has then been noted as an anomaly.
  std::optional<size_t> Follow(size_t link);
  std::optional<size_t> Find(std::string_view name) const;
  bool IsFolder(std::string_view name) const;
  void Rescan(Container container, ByteSource& source,
              const ArchiveOptions& options);

  Job& job_;
  const uint32_t container_;
  std::vector<Entry> members_;
  std::vector<size_t> links_;  // indices into members_
  std::vector<Named> names_;   // sorted by name, then place
  // Ordinal of a member -> links that have to be scanned with its bytes.
  std::vector<std::pair<uint32_t, uint32_t>> rescans_;
};

// "a/./b/../c" from "a" and "./b/../c"; nothing if it leads above the root or
// is absolute. Exposed for its test.
std::optional<std::string> NormalizeLink(std::string_view folder,
                                         std::string_view target);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_LINKS_H_
