// Random numbers that keep back-offs apart. Not for secrets.
#ifndef CUPEL_QUEUE_RANDOM_SOURCE_H_
#define CUPEL_QUEUE_RANDOM_SOURCE_H_

#include <functional>

namespace cupel::queue {

// From 0 to below 1. Thread-safe.
std::function<double()> RandomSource();

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_RANDOM_SOURCE_H_
