#include "pipeline/hashing.h"

#include <algorithm>
#include <array>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"

namespace cupel {
namespace {

// A few milliseconds of hashing.
constexpr size_t kHashPiece = size_t{4} << 20;
// Versions of a file often begin and end alike, so there is one in the middle.
constexpr size_t kSample = 64;

std::array<uint64_t, 3> SampleOffsets(uint64_t size) {
  const uint64_t last = size - std::min<uint64_t>(size, kSample);
  return {0, last / 2, last};
}

}  // namespace

std::optional<Hashed> HashBytes(std::string_view bytes,
                                const StopCheck& stopped) {
  Hashed hashed{.size = bytes.size()};
  if (bytes.size() <= kHashPiece) {
    hashed.sha256 = Sha256(bytes);
    return hashed;
  }
  Sha256Stream hash;
  for (; !bytes.empty();
       bytes.remove_prefix(std::min(kHashPiece, bytes.size()))) {
    if (stopped()) return std::nullopt;
    hash.Update(bytes.substr(0, kHashPiece));
  }
  hashed.sha256 = hash.Finish();
  return hashed;
}

std::optional<Hashed> HashSource(ByteSource& source, const StopCheck& stopped) {
  std::vector<char> buffer(256u << 10);
  Sha256Stream hash;
  Hashed hashed;
  while (hashed.size < source.size()) {
    if (stopped()) return std::nullopt;
    absl::StatusOr<size_t> got =
        source.ReadAt(hashed.size, buffer.data(), buffer.size());
    if (!got.ok()) {
      hashed.status = got.status();
      break;
    }
    if (*got == 0) break;  // shrank since it was opened
    hash.Update({buffer.data(), *got});
    hashed.size += *got;
  }
  hashed.sha256 = hash.Finish();
  return hashed;
}

uint64_t SketchOf(std::string_view bytes) {
  const auto [first, middle, last] = SampleOffsets(bytes.size());
  return absl::Hash<std::tuple<uint64_t, std::string_view, std::string_view,
                               std::string_view>>()(
      {bytes.size(), bytes.substr(first, kSample),
       bytes.substr(middle, kSample), bytes.substr(last, kSample)});
}

std::optional<uint64_t> SketchOf(ByteSource& source) {
  std::array<std::string, 3> samples;
  const std::array<uint64_t, 3> offsets = SampleOffsets(source.size());
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i].resize(kSample);
    const absl::StatusOr<size_t> got =
        source.ReadAt(offsets[i], samples[i].data(), kSample);
    if (!got.ok()) return std::nullopt;
    samples[i].resize(*got);
  }
  return absl::Hash<std::tuple<uint64_t, std::string_view, std::string_view,
                               std::string_view>>()(
      {source.size(), samples[0], samples[1], samples[2]});
}

}  // namespace cupel
