#include "rules/plan/image.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "rules/plan/gate.h"
#include "rules/plan/gate_writer.h"

namespace cupel::plan {
namespace {

// A cache line: the prefilter's tables are looked at for every byte.
constexpr size_t kAlignment = 64;

absl::Status Damaged(std::string_view what) {
  return DataLoss("plan is damaged: {}; make it anew", what);
}

bool AllBelow(std::span<const uint32_t> numbers, uint64_t limit) {
  return std::all_of(numbers.begin(), numbers.end(),
                     [limit](uint32_t number) { return number < limit; });
}

bool Ascending(std::span<const uint32_t> numbers) {
  return std::adjacent_find(numbers.begin(), numbers.end(),
                            std::greater_equal<>()) == numbers.end();
}

// Offsets that never fall, from `from` to `to`.
bool IsIndex(std::span<const uint32_t> numbers, uint64_t from, uint64_t to) {
  return !numbers.empty() && numbers.front() == from && numbers.back() == to &&
         std::is_sorted(numbers.begin(), numbers.end());
}

class ImageReader {
 public:
  ImageReader(std::string_view bytes, std::shared_ptr<const void> owner)
      : bytes_(bytes), owner_(std::move(owner)) {}

  absl::StatusOr<ImageView> Read(size_t rules) {
    CUPEL_RETURN_IF_ERROR(ReadHeader(rules));
    ImageView view;
    view.rules = rules;
    if (!Numbers(header_.text_ends, &view.text_ends) ||
        !Bytes(header_.texts, &view.texts) || !TextsAreSound(view)) {
      return Damaged("its texts");
    }
    for (size_t i = 0; i < kFileClasses; ++i) {
      const absl::Status status =
          ReadClass(header_.classes[i], view, &view.classes[i]);
      if (!status.ok()) return status;
    }
    return view;
  }

 private:
  absl::Status ReadHeader(size_t rules) {
    if (bytes_.size() < sizeof(header_)) return Damaged("cut short");
    if (reinterpret_cast<uintptr_t>(bytes_.data()) % 8 != 0) {
      return Damaged("not aligned");
    }
    std::memcpy(&header_, bytes_.data(), sizeof(header_));
    if (std::string_view(header_.magic.data(), header_.magic.size()) !=
        kPlanMagic) {
      return Damaged("not a plan");
    }
    if (header_.byte_order != kPlanByteOrder || header_.format != kPlanFormat) {
      return Damaged("made by another version");
    }
    if (header_.bytes != bytes_.size()) return Damaged("cut short");
    if (header_.rules != rules) return Damaged("made of other rules");
    return absl::OkStatus();
  }

  bool Bytes(const ImageSection& section, std::string_view* out) const {
    if (section.offset > bytes_.size() ||
        section.bytes > bytes_.size() - section.offset ||
        section.offset % 8 != 0) {
      return false;
    }
    *out = bytes_.substr(section.offset, section.bytes);
    return true;
  }

  bool Numbers(const ImageSection& section,
               std::span<const uint32_t>* out) const {
    std::string_view bytes;
    if (!Bytes(section, &bytes) || bytes.size() % sizeof(uint32_t) != 0) {
      return false;
    }
    *out = {reinterpret_cast<const uint32_t*>(bytes.data()),
            bytes.size() / sizeof(uint32_t)};
    return true;
  }

  // Each has a letter at least.
  static bool TextsAreSound(const ImageView& view) {
    if (view.text_ends.empty()) return view.texts.empty();
    return view.text_ends.front() > 0 && Ascending(view.text_ends) &&
           view.text_ends.back() == view.texts.size();
  }

  absl::Status ReadClass(const ImageClass& from, const ImageView& view,
                         ClassView* to) const {
    std::string_view prefilter;
    std::span<const uint32_t> always;
    if (!Bytes(from.prefilter, &prefilter) ||
        !Numbers(from.atoms, &to->atoms) || !Numbers(from.first, &to->first) ||
        !Numbers(from.rules, &to->rules) || !Numbers(from.always, &always) ||
        !Numbers(from.gated, &to->gated) ||
        !Numbers(from.gate_of, &to->gate_of) ||
        !Numbers(from.gates, &to->gates)) {
      return Damaged("a section");
    }
    to->always.assign(always.begin(), always.end());
    CUPEL_ASSIGN_OR_RETURN(to->prefilter, Prefilter::Open(prefilter, owner_));
    if (to->prefilter->ids() != to->atoms.size() ||
        to->first.size() != to->atoms.size() + 1 ||
        !AllBelow(to->atoms, view.text_ends.size()) ||
        !IsIndex(to->first, 0, to->rules.size())) {
      return Damaged("its atoms");
    }
    if (!AllBelow(to->rules, view.rules) || !AllBelow(to->gated, view.rules) ||
        !AllBelow(to->always, view.rules) || !Ascending(to->always) ||
        !Ascending(to->gated)) {
      return Damaged("its rules");
    }
    std::string_view facts;
    if (!Bytes(from.facts, &facts) || !ReadFacts(facts, &to->facts)) {
      return Damaged("its facts");
    }
    if (!GatesAreSound(view, *to)) return Damaged("its gates");
    return absl::OkStatus();
  }

  static bool GatesAreSound(const ImageView& view, const ClassView& of) {
    if (of.gate_of.size() != view.rules) return false;
    std::vector<bool> begins(of.gates.size());
    for (size_t at = 0; at < of.gates.size();) {
      begins[at] = true;
      at = CheckGate(of.gates, at, static_cast<uint32_t>(of.atoms.size()),
                     static_cast<uint32_t>(of.facts.size()));
      if (at == 0) return false;
    }
    return std::all_of(of.gate_of.begin(), of.gate_of.end(),
                       [&begins](uint32_t at) {
                         return at == kNoGate || at == kKilledRule ||
                                (at < begins.size() && begins[at]);
                       });
  }

  const std::string_view bytes_;
  const std::shared_ptr<const void> owner_;
  ImageHeader header_;
};

}  // namespace

ImageSection ImageWriter::Add(std::string_view bytes) {
  out_.resize((out_.size() + kAlignment - 1) / kAlignment * kAlignment);
  const ImageSection section{out_.size(), bytes.size()};
  out_.append(bytes);
  return section;
}

ImageSection ImageWriter::Add(const std::vector<uint32_t>& numbers) {
  return Add({reinterpret_cast<const char*>(numbers.data()),
              numbers.size() * sizeof(uint32_t)});
}

std::string ImageWriter::Finish(ImageHeader header) && {
  std::copy(kPlanMagic.begin(), kPlanMagic.end(), header.magic.begin());
  header.bytes = out_.size();
  std::memcpy(out_.data(), &header, sizeof(header));
  return std::move(out_);
}

absl::StatusOr<ImageView> ReadImage(std::string_view bytes,
                                    std::shared_ptr<const void> owner,
                                    size_t rules) {
  return ImageReader(bytes, std::move(owner)).Read(rules);
}

}  // namespace cupel::plan
