// Work that falls into independent pieces, on several threads.
#ifndef CUPEL_RULES_PLAN_PARALLEL_H_
#define CUPEL_RULES_PLAN_PARALLEL_H_

#include <cstddef>
#include <cstdint>
#include <functional>

namespace cupel::plan {

// Calls `piece` with each of [0, count), on up to `threads` threads of which
// this one is the first (0: as many as processors), and returns when all are
// done. What a piece throws is thrown here; later pieces may not run then.
void ForAll(size_t count, uint32_t threads,
            const std::function<void(size_t)>& piece);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_PARALLEL_H_
