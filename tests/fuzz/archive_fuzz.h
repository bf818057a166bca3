// Reading everything that a container has, within bounds.
#ifndef CUPEL_TESTS_FUZZ_ARCHIVE_FUZZ_H_
#define CUPEL_TESTS_FUZZ_ARCHIVE_FUZZ_H_

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "archive/archive.h"
#include "payload/byte_source.h"

namespace cupel {

// The same bytes without contents(), so that the buffered paths are taken.
class OpaqueSource final : public ByteSource {
 public:
  explicit OpaqueSource(ByteSource& below) : below_(below) {}
  uint64_t size() const override { return below_.size(); }
  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer,
                                size_t size) override {
    return below_.ReadAt(offset, buffer, size);
  }

 private:
  ByteSource& below_;
};

inline void ReadEverything(Container container, ByteSource& source) {
  constexpr size_t kMostOutput = 4u << 20;
  constexpr int kMostMembers = 2000;
  ArchiveOptions options;
  options.passwords = {"infected", "x"};
  options.name_bytes = 300;
  auto reader = OpenArchive(container, source, "input.x", options);
  if (!reader.ok()) return;
  std::vector<char> buffer(16u << 10);
  size_t output = 0;
  for (int i = 0; i < kMostMembers && output < kMostOutput; ++i) {
    const auto member = (*reader)->Next();
    (void)(*reader)->TakeAnomalies();
    if (!member.ok() || !member->has_value()) break;
    if ((*member)->raw_name.size() > options.name_bytes + 1) abort();
    if ((*member)->link_target.size() > options.name_bytes + 1) abort();
    if (i % 8 == 7) continue;  // skipping is a path of its own
    for (;;) {
      const auto got = (*reader)->Read(buffer.data(), buffer.size());
      if (!got.ok() || *got == 0) break;
      if (*got > buffer.size()) abort();
      if ((*member)->kind != MemberKind::kFile) abort();
      output += *got;
      if (output >= kMostOutput) break;
    }
  }
}

inline void FuzzContainer(Container container, const uint8_t* data,
                          size_t size) {
  const auto source = NewMemorySource(
      std::string_view(reinterpret_cast<const char*>(data), size));
  ReadEverything(container, *source);
  OpaqueSource opaque(*source);
  ReadEverything(container, opaque);
}

}  // namespace cupel

#endif  // CUPEL_TESTS_FUZZ_ARCHIVE_FUZZ_H_
