// The tables of a queue, as a history of steps.
#ifndef CUPEL_QUEUE_SQL_QUEUE_SCHEMA_H_
#define CUPEL_QUEUE_SQL_QUEUE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "store/database.h"

namespace cupel::queue {

inline constexpr uint32_t kQueueApplicationId = 0x43755051;  // "CuPQ"

// Steps are only ever appended.
std::vector<Migration> QueueMigrations();

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SQL_QUEUE_SCHEMA_H_
