// A file of compiled rules, read piece by piece.
#ifndef CUPEL_RULES_CONTAINER_FILE_H_
#define CUPEL_RULES_CONTAINER_FILE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rules/compiled_set.h"
#include "rules/container.h"

namespace cupel {

// Open as long as it lives, so that what is read later is of the file that was
// checked, whatever has taken its name since. Thread-safe.
class ContainerFile : public std::enable_shared_from_this<ContainerFile> {
 public:
  // Refuses what somebody else could have written, and a head that is damaged
  // or says that the file has another length. Blobs are checked when they are
  // read, each time.
  static absl::StatusOr<std::shared_ptr<ContainerFile>> Open(
      const std::string& path, std::string_view engine);
  ~ContainerFile();
  ContainerFile(const ContainerFile&) = delete;
  ContainerFile& operator=(const ContainerFile&) = delete;

  const Container& head() const { return head_; }

  // A mapped plan is shared by all processes that have it; but whoever cuts the
  // file short takes them with it. So that is for files that are only ever
  // replaced.
  enum class PlanMemory : uint8_t { kOwn, kMapped };

  // Of a part that has a plan, only that is loaded now; rules and texts when
  // they are first needed. `damaged` is called if those turn out to be so. A
  // plan of another version is left out. To be called once: what the head
  // tells of the rules is handed over.
  absl::StatusOr<CompiledSet> Load(PlanMemory memory,
                                   const std::function<void()>& damaged = {});

 private:
  ContainerFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  absl::Status Check(uint64_t size, std::string_view engine);
  struct Owned {
    std::string_view bytes;
    std::shared_ptr<const void> owner;
  };
  absl::StatusOr<Owned> Read(uint64_t offset, uint64_t size) const;
  // What is in a place, after it was checked.
  absl::StatusOr<Owned> ReadBlob(const BlobPlace& place) const;
  absl::StatusOr<std::shared_ptr<YaraRules>> LoadRules(
      const BlobPlace& place) const;
  absl::StatusOr<std::shared_ptr<const RuleTexts>> LoadTexts(
      const BlobPlace& place) const;
  absl::StatusOr<Owned> Map(const BlobPlace& place) const;
  // Null if it is of another version: it can be made anew, of the texts.
  absl::StatusOr<std::shared_ptr<const plan::Plan>> LoadPlan(
      const ContainerPart& part, PlanMemory memory) const;

  const std::string path_;
  const int fd_;
  Container head_;
};

}  // namespace cupel

#endif  // CUPEL_RULES_CONTAINER_FILE_H_
