// Archives made by tools that are not ours, and reading them back.
#ifndef CUPEL_TESTS_SUPPORT_ARCHIVE_TOOLS_H_
#define CUPEL_TESTS_SUPPORT_ARCHIVE_TOOLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "archive/archive.h"

namespace cupel {

// A folder that is gone after the test.
class ToolDir {
 public:
  ToolDir();
  ~ToolDir();
  ToolDir(const ToolDir&) = delete;
  ToolDir& operator=(const ToolDir&) = delete;

  const std::string& path() const { return path_; }
  std::string PathOf(std::string_view name) const;

  // Makes the folders on the way, too.
  void Write(std::string_view name, std::string_view content) const;
  std::string Read(std::string_view name) const;

  // Runs a shell command in the folder, in the C.UTF-8 locale. A tool that is
  // missing or fails fails the test, with its output.
  void Run(const std::string& command) const;

  // Runs `command`, which makes the file `name`, and reads it.
  std::string Make(const std::string& command, std::string_view name) const;

 private:
  std::string path_;
};

struct ReadMember {
  Member member;
  std::string content;
  absl::Status status;  // of reading it
  bool capped = false;  // there was more than allowed
};

struct ReadResult {
  absl::Status status;  // of opening, or what Next ended with
  std::vector<ReadMember> members;
  std::vector<Anomaly> anomalies;
  std::string format;
  bool wrapper = false;
  bool capped = false;  // reading was given up

  const ReadMember* Find(std::string_view name) const;
  // Name -> content, of members that are files.
  std::map<std::string, std::string> Files() const;
  // Their names.
  std::vector<std::string> AnomalyNames() const;
};

struct ReadLimits {
  uint64_t bytes = 64u << 20;  // in all
  size_t members = 100'000;
  size_t chunk = 64u << 10;  // asked for at once
  std::string name = "input";
  bool from_file = false;  // through a descriptor instead of memory
};

// Opens `bytes` as what IdentifyType says it is, and reads everything.
ReadResult ReadArchive(std::string_view bytes,
                       const ArchiveOptions& options = {},
                       const ReadLimits& limits = {});
ReadResult ReadArchiveAs(Container container, std::string_view bytes,
                         const ArchiveOptions& options = {},
                         const ReadLimits& limits = {});

// Bytes that don't compress, always the same for one seed.
std::string Noise(size_t size, uint32_t seed);
// Bytes that do.
std::string Prose(size_t size);

}  // namespace cupel

#endif  // CUPEL_TESTS_SUPPORT_ARCHIVE_TOOLS_H_
