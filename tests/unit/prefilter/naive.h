// The answer that a search has to give, found the plain way.
#ifndef CUPEL_TESTS_UNIT_PREFILTER_NAIVE_H_
#define CUPEL_TESTS_UNIT_PREFILTER_NAIVE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "prefilter/filter.h"
#include "prefilter/literal_builder.h"
#include "prefilter/literal_image.h"
#include "prefilter/literal_matcher.h"
#include "prefilter/prefilter.h"

namespace cupel {

inline std::string LowerCase(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 'a' - 'A');
  }
  return out;
}

inline std::vector<uint32_t> NaiveFind(
    const std::vector<PrefilterLiteral>& literals, std::string_view text) {
  const std::string lower = LowerCase(text);
  std::vector<uint32_t> found;
  for (uint32_t i = 0; i < literals.size(); ++i) {
    const bool occurs =
        literals[i].nocase
            ? lower.find(LowerCase(literals[i].bytes)) != std::string::npos
            : text.find(literals[i].bytes) != std::string_view::npos;
    if (occurs) found.push_back(i);
  }
  return found;
}

// A prefilter with the image that it reads.
class Built {
 public:
  explicit Built(const std::vector<PrefilterLiteral>& literals,
                 const std::vector<PrefilterRegex>& regexes = {},
                 const PrefilterGramCost& cost = {}) {
    auto image = Prefilter::BuildImage(literals, regexes, cost, &refused_);
    EXPECT_TRUE(image.ok()) << image.status();
    auto kept = std::make_shared<const std::string>(*std::move(image));
    auto opened = Prefilter::Open(*kept, kept);
    EXPECT_TRUE(opened.ok()) << opened.status();
    image_ = std::move(kept);
    prefilter_ = *std::move(opened);
    auto scratch = prefilter_->NewScratch();
    EXPECT_TRUE(scratch.ok()) << scratch.status();
    scratch_ = *std::move(scratch);
    auto literals_only = prefilter::BuildLiteralTables(literals, cost);
    EXPECT_TRUE(literals_only.ok()) << literals_only.status();
    literal_image_ = *std::move(literals_only);
    auto tables = prefilter::ReadLiteralTables(literal_image_);
    EXPECT_TRUE(tables.ok()) << tables.status();
    tables_ = *tables;
  }
  Built(const Built&) = delete;
  Built& operator=(const Built&) = delete;

  // In ascending order; of literals, each instruction set finds the same. The
  // text is copied to where it ends with its allocation, for sanitizers to see
  // what is read behind it.
  std::vector<uint32_t> Find(std::string_view text) const {
    const auto copy = std::make_unique<char[]>(text.size());
    std::copy(text.begin(), text.end(), copy.get());
    PrefilterHits hits(prefilter_->ids());
    prefilter_->Find({copy.get(), text.size()}, scratch_.get(), &hits);
    std::vector<uint32_t> ids = hits.ids();
    for (const prefilter::Variant& variant : prefilter::Variants()) {
      PrefilterHits again(prefilter_->ids());
      prefilter::FindLiterals(tables_, {copy.get(), text.size()}, &again,
                              variant);
      const std::vector<uint32_t>& same = again.ids();
      EXPECT_TRUE(same.size() <= ids.size() &&
                  std::equal(same.begin(), same.end(), ids.begin()))
          << variant.name;
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  const std::string& image() const { return *image_; }
  const std::vector<uint32_t>& refused() const { return refused_; }
  const Prefilter& prefilter() const { return *prefilter_; }

 private:
  std::vector<uint32_t> refused_;
  std::shared_ptr<const std::string> image_;
  std::shared_ptr<const Prefilter> prefilter_;
  std::unique_ptr<Prefilter::Scratch> scratch_;
  std::string literal_image_;
  prefilter::LiteralTables tables_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_PREFILTER_NAIVE_H_
