#include "engine/config_values.h"

namespace cupel {

const Json* ConfigValue(const Json& config, std::string_view table,
                        std::string_view key) {
  if (!config.is_object()) return nullptr;
  const auto section = config.find(table);
  if (section == config.end() || !section->is_object()) return nullptr;
  const auto value = section->find(key);
  return value == section->end() ? nullptr : &*value;
}

std::string ConfigText(const Json& config, std::string_view table,
                       std::string_view key, std::string_view fallback) {
  const Json* const value = ConfigValue(config, table, key);
  if (value == nullptr || !value->is_string()) return std::string(fallback);
  return value->get<std::string>();
}

uint64_t ConfigCount(const Json& config, std::string_view table,
                     std::string_view key, uint64_t fallback) {
  const Json* const value = ConfigValue(config, table, key);
  if (value == nullptr || !value->is_number_unsigned()) return fallback;
  return value->get<uint64_t>();
}

bool ConfigFlag(const Json& config, std::string_view table,
                std::string_view key, bool fallback) {
  const Json* const value = ConfigValue(config, table, key);
  if (value == nullptr || !value->is_boolean()) return fallback;
  return value->get<bool>();
}

std::vector<std::string> ConfigTexts(const Json& config, std::string_view table,
                                     std::string_view key) {
  std::vector<std::string> texts;
  const Json* const value = ConfigValue(config, table, key);
  if (value == nullptr || !value->is_array()) return texts;
  for (const Json& one : *value) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

AnswerCacheOptions ConfigCache(const Json& config) {
  AnswerCacheOptions cache;
  cache.folder = ConfigText(config, "scan", "cache");
  cache.max_bytes = ConfigCount(config, "scan", "cache_size", cache.max_bytes);
  return cache;
}

}  // namespace cupel
