#include "builtin/carver/pe.h"

#include <optional>

#include "base/status.h"
#include "builtin/pe/image.h"

namespace cupel {
namespace {

constexpr int kMostHeaders = 100'000;

// The offset of the signature, if the bytes look like a DOS header that has
// one. Cheap: two letters stand everywhere.
bool HasSignature(std::string_view bytes) {
  const FileView view(bytes);
  const std::optional<uint32_t> at = view.U32(0x3c);
  return at.has_value() && *at >= 4 &&
         view.Clamped(*at, 4) == std::string_view("PE\0\0", 4);
}

// Finds one image after the other.
class Search {
 public:
  Search(std::string_view bytes, const StopFn& stop)
      : bytes_(bytes), stop_(stop) {}

  // The next image at or behind `from`; nothing at the end.
  absl::StatusOr<std::optional<uint64_t>> Next(size_t from) {
    size_t asked = from;
    for (size_t at = bytes_.find("MZ", from); at != std::string_view::npos;
         at = bytes_.find("MZ", at + 1)) {
      if (at - asked >= kStopInterval) {
        CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
        asked = at;
      }
      const std::string_view rest = bytes_.substr(at);
      if (!HasSignature(rest)) continue;
      if (++headers_ > kMostHeaders) {
        return ResourceExhausted(
            "more than {} PE headers: what stands behind byte {} was not "
            "looked at",
            kMostHeaders, at);
      }
      if (headers_ % 64 == 0) CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
      const absl::StatusOr<PeImage> image = ReadPe(rest);
      if (image.ok() && IsPlausiblePe(*image)) {
        return std::optional<uint64_t>(at);
      }
    }
    return std::optional<uint64_t>();
  }

 private:
  const std::string_view bytes_;
  const StopFn& stop_;
  int headers_ = 0;
};

// What is missing of an image by its section table.
absl::Status Damage(const PeImage& image, uint64_t offset) {
  for (const PeSection& section : image.sections) {
    if (section.raw_size == 0 ||
        image.file.Has(section.raw_offset, section.raw_size)) {
      continue;
    }
    return DataLoss(
        "the PE file at byte {} is cut off: of a section at its byte {}, {} of "
        "{} bytes are there",
        offset, section.raw_offset,
        image.file.Clamped(section.raw_offset, section.raw_size).size(),
        section.raw_size);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CarvePe(std::string_view bytes, const PeCarving& options,
                     const TakeFound& take, const StopFn& stop) {
  Search search(bytes, stop);
  CUPEL_ASSIGN_OR_RETURN(std::optional<uint64_t> at, search.Next(0));
  // The payload itself is no child of itself.
  if (at.has_value() && *at == 0) {
    CUPEL_ASSIGN_OR_RETURN(at, search.Next(1));
  }
  while (at.has_value()) {
    const uint64_t offset = *at;
    const std::string_view rest = bytes.substr(offset);
    CUPEL_ASSIGN_OR_RETURN(const PeImage image, ReadPe(rest));
    uint64_t size = PeFileEnd(image);
    CUPEL_ASSIGN_OR_RETURN(at, search.Next(offset + size));
    if (options.overlay) size = at.value_or(bytes.size()) - offset;
    Found found{.offset = offset,
                .size = size,
                .bytes = rest.substr(0, size),
                .kind = "pe",
                .damage = Damage(image, offset)};
    CUPEL_RETURN_IF_ERROR(take(found));
  }
  return absl::OkStatus();
}

}  // namespace cupel
