#ifndef CUPEL_RULES_H_
#define CUPEL_RULES_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_engine cupel_engine;
typedef struct cupel_engine_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
} cupel_engine_options;
#define CUPEL_ENGINE_OPTIONS_INIT {sizeof(cupel_engine_options), 0, 0}
CUPEL_API cupel_status cupel_engine_new(const cupel_engine_options* options,
                                        cupel_engine** out,
                                        cupel_error** error);
CUPEL_API void cupel_engine_free(cupel_engine* engine);
typedef struct cupel_rule_sources cupel_rule_sources;
CUPEL_API cupel_status cupel_rule_sources_new(cupel_rule_sources** out,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_path(cupel_rule_sources* sources,
                                                   cupel_view path,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_text(cupel_rule_sources* sources,
                                                   cupel_view name,
                                                   cupel_view text,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_include_root(
    cupel_rule_sources* sources, cupel_view folder, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_string(cupel_rule_sources* sources, cupel_view name,
                                 cupel_view value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_integer(cupel_rule_sources* sources, cupel_view name,
                                  int64_t value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_float(cupel_rule_sources* sources, cupel_view name,
                                double value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_boolean(cupel_rule_sources* sources, cupel_view name,
                                  int32_t value, cupel_error** error);
CUPEL_API void cupel_rule_sources_free(cupel_rule_sources* sources);
typedef struct cupel_ruleset cupel_ruleset;
enum {
  CUPEL_RULES_SKIP_BROKEN = 1 << 0,
  CUPEL_RULES_ALLOW_FOREIGN_COMPILED = 1 << 1,
  CUPEL_RULES_NO_PARTITION = 1 << 2,
  CUPEL_RULES_LOAD_ALL = 1 << 3
};
typedef struct cupel_ruleset_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view cache_dir;
} cupel_ruleset_options;
#define CUPEL_RULESET_OPTIONS_INIT \
  {sizeof(cupel_ruleset_options), 0, 0, {NULL, 0}}
CUPEL_API cupel_status cupel_ruleset_compile(
    const cupel_engine* engine, const cupel_rule_sources* sources,
    const cupel_ruleset_options* options, cupel_ruleset** out,
    cupel_error** error);
CUPEL_API size_t cupel_ruleset_count(const cupel_ruleset* ruleset);
CUPEL_API cupel_view cupel_ruleset_digest(const cupel_ruleset* ruleset);
CUPEL_API size_t cupel_ruleset_skipped_count(const cupel_ruleset* ruleset);
CUPEL_API int32_t cupel_ruleset_from_cache(const cupel_ruleset* ruleset);
CUPEL_API size_t cupel_ruleset_warning_count(const cupel_ruleset* ruleset);
CUPEL_API cupel_status cupel_ruleset_warning(const cupel_ruleset* ruleset,
                                             size_t index,
                                             cupel_diagnostic* out);
CUPEL_API cupel_status cupel_ruleset_json(const cupel_ruleset* ruleset,
                                          cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_ruleset_save(const cupel_ruleset* ruleset,
                                          cupel_view path, cupel_error** error);
CUPEL_API void cupel_ruleset_free(cupel_ruleset* ruleset);
#ifdef __cplusplus
}
#endif
#endif
