// Numbers with units, as people write and read them.
#ifndef CUPEL_FORMAT_UNITS_H_
#define CUPEL_FORMAT_UNITS_H_

#include <cstdint>
#include <string>

namespace cupel {

// "912 B", "1.5 MiB".
std::string FormatBytes(uint64_t bytes);

// "850 us", "1.2 s", "3 min 20 s".
std::string FormatDuration(uint64_t nanos);

// "1,234,567".
std::string FormatCount(uint64_t count);

}  // namespace cupel

#endif  // CUPEL_FORMAT_UNITS_H_
