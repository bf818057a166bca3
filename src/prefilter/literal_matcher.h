// Which literals occur in a text.
#ifndef CUPEL_PREFILTER_LITERAL_MATCHER_H_
#define CUPEL_PREFILTER_LITERAL_MATCHER_H_

#include <string_view>

#include "prefilter/filter.h"
#include "prefilter/literal_image.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {

// Adds the ids of all literals that occur, or of all there are if that would
// take too long.
void FindLiterals(const LiteralTables& tables, std::string_view text,
                  PrefilterHits* hits, const Variant& variant = BestVariant());

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_LITERAL_MATCHER_H_
