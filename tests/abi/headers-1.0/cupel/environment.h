#ifndef CUPEL_ENVIRONMENT_H_
#define CUPEL_ENVIRONMENT_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/schema.h"
#include "cupel/settings.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t cupel_environment_origin;
enum {
  CUPEL_ORIGIN_SETTINGS = 0,
  CUPEL_ORIGIN_SYSTEM = 1,
  CUPEL_ORIGIN_DEFAULT = 2
};
enum {
  CUPEL_ENVIRONMENT_DEFAULTS = 1 << 0,
  CUPEL_ENVIRONMENT_PROCESS = 1 << 1
};
typedef struct cupel_environment_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  const cupel_schema* schema;
  cupel_view schema_json;
  const cupel_view* keys;
  size_t key_count;
  cupel_view settings;
  const cupel_field* variables;
  size_t variable_count;
  cupel_view plugin;
} cupel_environment_options;
#define CUPEL_ENVIRONMENT_OPTIONS_INIT \
  {sizeof(cupel_environment_options),  \
   0,                                  \
   0,                                  \
   NULL,                               \
   {NULL, 0},                          \
   NULL,                               \
   0,                                  \
   {NULL, 0},                          \
   NULL,                               \
   0,                                  \
   {NULL, 0}}
typedef struct cupel_environment cupel_environment;
CUPEL_API cupel_status
cupel_environment_build(const cupel_environment_options* options,
                        cupel_environment** out, cupel_error** error);
enum {
  CUPEL_ENTRY_SECRET = 1 << 0,
  CUPEL_ENTRY_CONVERTED = 1 << 1
};
typedef struct cupel_environment_entry {
  size_t struct_size;
  uint32_t flags;
  cupel_environment_origin origin;
  cupel_view key;
  uint64_t value_size;
} cupel_environment_entry;
CUPEL_API size_t cupel_environment_count(const cupel_environment* environment);
CUPEL_API cupel_status
cupel_environment_get_entry(const cupel_environment* environment, size_t index,
                            cupel_environment_entry* out, cupel_error** error);
CUPEL_API cupel_status
cupel_environment_value(const cupel_environment* environment, size_t index,
                        cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status
cupel_environment_copy_value(const cupel_environment* environment, size_t index,
                             uint8_t* to, size_t size, cupel_error** error);
CUPEL_API int32_t
cupel_environment_uses_system(const cupel_environment* environment);
CUPEL_API cupel_status
cupel_environment_explain(const cupel_environment* environment,
                          cupel_buffer** out, cupel_error** error);
enum {
  CUPEL_VALUES_REVEAL = 1 << 0
};
CUPEL_API cupel_status cupel_environment_values_json(
    const cupel_environment* environment, uint32_t flags, cupel_buffer** out,
    cupel_error** error);
CUPEL_API cupel_status cupel_environment_fingerprint(
    const cupel_environment* environment, const cupel_keyring* keyring,
    cupel_buffer** out, cupel_error** error);
CUPEL_API void cupel_environment_free(cupel_environment* environment);
#ifdef __cplusplus
}
#endif
#endif
