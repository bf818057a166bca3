// The tables of an outbox, as a history of steps.
#ifndef CUPEL_QUEUE_OUTBOX_SCHEMA_H_
#define CUPEL_QUEUE_OUTBOX_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "store/database.h"

namespace cupel::queue {

inline constexpr uint32_t kOutboxApplicationId = 0x4375504F;  // "CuPO"

// Steps are only ever appended.
std::vector<Migration> OutboxMigrations();

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_OUTBOX_SCHEMA_H_
