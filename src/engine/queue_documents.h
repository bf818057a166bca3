// Jobs as people write them: JSON documents for a queue.
#ifndef CUPEL_ENGINE_QUEUE_DOCUMENTS_H_
#define CUPEL_ENGINE_QUEUE_DOCUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "queue/job_queue.h"

namespace cupel {

inline constexpr size_t kMostQueueDocuments = 100'000;

// `text` is one document, an array of them, or one on each line:
//   {"kind":"scan","id":…,"organisation":…,"priority":…,"not_before":…,
//    "deadline":…,"dedup_key":…,"max_attempts":…,"body":{…}}
// INVALID_ARGUMENT tells all that is wrong with the first that is not right,
// with its line or place; unknown keys with the nearest that there is.
absl::StatusOr<std::vector<queue::NewJob>> ParseQueueDocuments(
    std::string_view text, uint64_t max_body_bytes);

}  // namespace cupel

#endif  // CUPEL_ENGINE_QUEUE_DOCUMENTS_H_
