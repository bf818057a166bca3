// The block of bytes that a plan is: a header, then sections of numbers and of
// text, 8-aligned, in the machine's byte order.
#ifndef CUPEL_RULES_PLAN_IMAGE_H_
#define CUPEL_RULES_PLAN_IMAGE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "prefilter/prefilter.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

inline constexpr std::string_view kPlanMagic = "CUPELPLN";
inline constexpr uint32_t kPlanFormat = 1;
inline constexpr uint32_t kPlanByteOrder = 0x01020304;

// In the place of the first word of a rule's gate.
inline constexpr uint32_t kNoGate = 0xFFFFFFFF;
inline constexpr uint32_t kKilledRule = 0xFFFFFFFE;

struct ImageSection {
  uint64_t offset = 0;
  uint64_t bytes = 0;
};

// All sections but `prefilter` and `facts` are of 32-bit numbers.
struct ImageClass {
  ImageSection prefilter;
  ImageSection atoms;    // by id of the prefilter: the atom of the image
  ImageSection first;    // by id: where its rules begin in `rules`; one more
  ImageSection rules;    // rules that an id makes candidates
  ImageSection always;   // ascending
  ImageSection gated;    // rules whose gate is looked at for every file
  ImageSection gate_of;  // by rule: where its gate begins in `gates`
  ImageSection gates;    // see gate.h
  ImageSection facts;    // see gate_writer.h
};

struct ImageHeader {
  std::array<char, 8> magic = {};
  uint32_t byte_order = kPlanByteOrder;
  uint32_t format = kPlanFormat;
  uint64_t bytes = 0;  // of everything
  uint64_t rules = 0;
  // For people. By atom: where its text ends in `texts`; the text begins where
  // that of the one before ends, with a letter for its kind.
  ImageSection text_ends;
  ImageSection texts;
  std::array<ImageClass, kFileClasses> classes;
};

inline constexpr char kLiteralText = 'l';
inline constexpr char kNocaseText = 'i';
inline constexpr char kRegexText = 'r';

class ImageWriter {
 public:
  ImageWriter() : out_(sizeof(ImageHeader), '\0') {}

  ImageSection Add(std::string_view bytes);
  ImageSection Add(const std::vector<uint32_t>& numbers);
  // `header` with everything but magic and size filled in.
  std::string Finish(ImageHeader header) &&;

 private:
  std::string out_;
};

// Views of a class; what they say was checked.
struct ClassView {
  std::shared_ptr<const Prefilter> prefilter;
  std::span<const uint32_t> atoms;
  std::span<const uint32_t> first;
  std::span<const uint32_t> rules;
  std::vector<uint32_t> always;
  std::span<const uint32_t> gated;
  std::span<const uint32_t> gate_of;
  std::span<const uint32_t> gates;
  std::vector<Fact> facts;
};

struct ImageView {
  size_t rules = 0;
  std::span<const uint32_t> text_ends;
  std::string_view texts;
  std::array<ClassView, kFileClasses> classes;
};

// kDataLoss if anything in there could lead a reader astray.
absl::StatusOr<ImageView> ReadImage(std::string_view bytes,
                                    std::shared_ptr<const void> owner,
                                    size_t rules);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_IMAGE_H_
