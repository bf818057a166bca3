// Makes the tables that literals are searched with.
#ifndef CUPEL_PREFILTER_LITERAL_BUILDER_H_
#define CUPEL_PREFILTER_LITERAL_BUILDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "prefilter/prefilter.h"

namespace cupel::prefilter {

// What ReadLiteralTables reads.
absl::StatusOr<std::string> BuildLiteralTables(
    const std::vector<PrefilterLiteral>& literals,
    const PrefilterGramCost& cost);

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_LITERAL_BUILDER_H_
