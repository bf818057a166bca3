// Plain values out of a configuration that was checked: what is not there, or
// of another type, is the default.
#ifndef CUPEL_ENGINE_CONFIG_VALUES_H_
#define CUPEL_ENGINE_CONFIG_VALUES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answers/answer_options.h"
#include "format/json.h"

namespace cupel {

// Null if there is no such table, or key in it.
const Json* ConfigValue(const Json& config, std::string_view table,
                        std::string_view key);
std::string ConfigText(const Json& config, std::string_view table,
                       std::string_view key, std::string_view fallback = {});
uint64_t ConfigCount(const Json& config, std::string_view table,
                     std::string_view key, uint64_t fallback);
bool ConfigFlag(const Json& config, std::string_view table,
                std::string_view key, bool fallback);
std::vector<std::string> ConfigTexts(const Json& config, std::string_view table,
                                     std::string_view key);

// Of scan.cache and scan.cache_size.
AnswerCacheOptions ConfigCache(const Json& config);

}  // namespace cupel

#endif  // CUPEL_ENGINE_CONFIG_VALUES_H_
