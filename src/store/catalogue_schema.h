// The tables of the SQLite catalogue, as a history of steps.
#ifndef CUPEL_STORE_CATALOGUE_SCHEMA_H_
#define CUPEL_STORE_CATALOGUE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "store/database.h"

namespace cupel {

inline constexpr uint32_t kCatalogueApplicationId = 0x43755043;  // "CuPC"

// Steps are only ever appended.
std::vector<Migration> CatalogueMigrations();

}  // namespace cupel

#endif  // CUPEL_STORE_CATALOGUE_SCHEMA_H_
