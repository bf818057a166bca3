#include "prefilter/prefilter.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "prefilter/filter.h"
#include "prefilter/literal_builder.h"
#include "prefilter/literal_image.h"
#include "prefilter/literal_matcher.h"
#include "prefilter/regex.h"

namespace cupel {
namespace {

// Changes with the form of the images. Read on a machine with the other order
// of bytes it is another number.
constexpr uint32_t kVersion = 0xC0DE0003;

constexpr size_t kMaxIds = size_t{1} << 28;

struct Header {
  uint32_t version;
  uint32_t regexes;
  uint64_t literal_bytes;
  uint64_t regex_bytes;
};

class PrefilterImpl final : public Prefilter {
 public:
  PrefilterImpl(std::shared_ptr<const void> owner, size_t ids,
                const prefilter::LiteralTables& literals,
                std::unique_ptr<prefilter::RegexSearch> regexes)
      : owner_(std::move(owner)),
        ids_(ids),
        literals_(literals),
        regexes_(std::move(regexes)) {}

  size_t ids() const override { return ids_; }
  absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const override {
    if (!regexes_) return std::make_unique<Scratch>();
    return regexes_->NewScratch();
  }
  void Find(std::string_view bytes, Scratch* scratch,
            PrefilterHits* hits) const override {
    prefilter::FindLiterals(literals_, bytes, hits);
    if (regexes_) regexes_->Find(bytes, scratch, hits);
  }

 private:
  const std::shared_ptr<const void> owner_;
  const size_t ids_;
  const prefilter::LiteralTables literals_;
  const std::unique_ptr<prefilter::RegexSearch> regexes_;  // null: none
};

}  // namespace

absl::StatusOr<std::string> Prefilter::BuildImage(
    const std::vector<PrefilterLiteral>& literals,
    const std::vector<PrefilterRegex>& regexes, const PrefilterGramCost& cost,
    std::vector<uint32_t>* refused) {
  CUPEL_ASSIGN_OR_RETURN(const std::string tables,
                         prefilter::BuildLiteralTables(literals, cost));
  if (literals.size() + regexes.size() > kMaxIds) {
    return ResourceExhausted("prefilter: too many regexes");
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string expressions,
                         prefilter::BuildRegexes(regexes, refused));
  const Header header = {kVersion, static_cast<uint32_t>(regexes.size()),
                         tables.size(), expressions.size()};
  std::string image(reinterpret_cast<const char*>(&header), sizeof(header));
  return image + tables + expressions;
}

absl::StatusOr<std::shared_ptr<const Prefilter>> Prefilter::Open(
    std::string_view image, std::shared_ptr<const void> owner) {
  Header header;
  if (reinterpret_cast<uintptr_t>(image.data()) % 8 != 0) {
    return InvalidArgument("prefilter: its bytes are not 8-aligned");
  }
  if (image.size() < sizeof(header)) return DataLoss("prefilter: cut short");
  std::memcpy(&header, image.data(), sizeof(header));
  image.remove_prefix(sizeof(header));
  if (header.version != kVersion) {
    return DataLoss("prefilter: of another version or another machine");
  }
  if (header.literal_bytes > image.size() ||
      header.regex_bytes != image.size() - header.literal_bytes) {
    return DataLoss("prefilter: cut short");
  }
  CUPEL_ASSIGN_OR_RETURN(
      const prefilter::LiteralTables tables,
      prefilter::ReadLiteralTables(image.substr(0, header.literal_bytes)));
  const size_t ids = tables.literals.size() + header.regexes;
  if (ids > kMaxIds) return DataLoss("prefilter: it is damaged");
  std::unique_ptr<prefilter::RegexSearch> regexes;
  if (header.regex_bytes != 0) {
    CUPEL_ASSIGN_OR_RETURN(
        regexes,
        prefilter::OpenRegexes(image.substr(header.literal_bytes),
                               static_cast<uint32_t>(tables.literals.size()),
                               header.regexes));
  }
  return std::make_shared<const PrefilterImpl>(std::move(owner), ids, tables,
                                               std::move(regexes));
}

bool PrefilterHasRegexes() { return prefilter::HasRegexes(); }
std::string_view PrefilterInstructionSet() {
  return prefilter::BestVariant().name;
}

}  // namespace cupel
