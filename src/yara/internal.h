// What the files of this folder share, and nobody else may see.
#ifndef CUPEL_YARA_INTERNAL_H_
#define CUPEL_YARA_INTERNAL_H_

#include <yara.h>

#include <memory>
#include <shared_mutex>
#include <string_view>

namespace cupel {

// "out of memory", for one of libyara's ERROR_ codes.
std::string_view YaraErrorText(int code);

struct YaraRulesDeleter {
  void operator()(YR_RULES* rules) const { yr_rules_destroy(rules); }
};

struct YaraRulesState {
  std::unique_ptr<YR_RULES, YaraRulesDeleter> rules;
  // Saving turns every pointer inside the rules into a reference for a while,
  // so it excludes everything else; scans share.
  std::shared_mutex mutex;
};

}  // namespace cupel

#endif  // CUPEL_YARA_INTERNAL_H_
