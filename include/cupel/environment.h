/* environment.h: the BOEFJE_ filter: which variables a plugin gets, with which
 * values, and where each came from. Comes with cupel.h, where the conventions
 * stand.
 *
 * Values are secrets until proven otherwise: they lie in locked memory, are
 * overwritten when they go, and stand in no error and no explanation. */
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

/* Where a value came from. */
typedef int32_t cupel_environment_origin;
enum {
  CUPEL_ORIGIN_SETTINGS = 0, /* the organisation's settings of the plugin */
  CUPEL_ORIGIN_SYSTEM = 1,   /* a BOEFJE_ variable of the host */
  CUPEL_ORIGIN_DEFAULT = 2   /* the schema's default */
};

enum {
  /* Defaults of the schema count where nothing else is given. */
  CUPEL_ENVIRONMENT_DEFAULTS = 1 << 0,
  /* The BOEFJE_ variables of the process itself are offered, beside
   * `variables`, which come before them. No other thread may change the
   * environment meanwhile. */
  CUPEL_ENVIRONMENT_PROCESS = 1 << 1
};

typedef struct cupel_environment_options {
  size_t struct_size;
  uint32_t flags; /* CUPEL_ENVIRONMENT_* */
  uint32_t reserved;
  /* The plugin's schema, as an object or as JSON; not both. With neither, only
   * `keys` may be taken. */
  const cupel_schema* schema;
  cupel_view schema_json;
  /* Variables that the manifest names beside its schema. */
  const cupel_view* keys;
  size_t key_count;
  cupel_view settings; /* a JSON object; empty: none */
  /* The host's: BOEFJE_X is offered as X, others do not count. */
  const cupel_field* variables;
  size_t variable_count;
  cupel_view plugin; /* for messages; may be empty */
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

/* What a plugin gets. Immutable. */
typedef struct cupel_environment cupel_environment;

/* Settings come before BOEFJE_ variables, those before defaults. Text of
 * variables is converted to the schema's types. INVALID_ARGUMENT, naming the
 * keys, if what comes out does not fit the schema. Since 1.0. */
CUPEL_API cupel_status
cupel_environment_build(const cupel_environment_options* options,
                        cupel_environment** out, cupel_error** error);

enum {
  CUPEL_ENTRY_SECRET = 1 << 0,   /* the schema says so */
  CUPEL_ENTRY_CONVERTED = 1 << 1 /* text made into the schema's type */
};

typedef struct cupel_environment_entry {
  size_t struct_size; /* in: sizeof(cupel_environment_entry) */
  uint32_t flags;     /* CUPEL_ENTRY_* */
  cupel_environment_origin origin;
  cupel_view key; /* without BOEFJE_; borrowed from the environment */
  uint64_t value_size;
} cupel_environment_entry;

/* Variables; 0 for NULL. Since 1.0. */
CUPEL_API size_t cupel_environment_count(const cupel_environment* environment);
/* Fills *out. OUT_OF_RANGE for a wrong index. Since 1.0. */
CUPEL_API cupel_status
cupel_environment_get_entry(const cupel_environment* environment, size_t index,
                            cupel_environment_entry* out, cupel_error** error);
/* The value of one, a secret. Since 1.0. */
CUPEL_API cupel_status
cupel_environment_value(const cupel_environment* environment, size_t index,
                        cupel_buffer** out, cupel_error** error);
/* The same into the caller's memory, without a NUL. OUT_OF_RANGE, and nothing
 * is written, if it is longer than `size`. Since 1.0. */
CUPEL_API cupel_status
cupel_environment_copy_value(const cupel_environment* environment, size_t index,
                             uint8_t* to, size_t size, cupel_error** error);
/* 1 if any value came from the host's variables. Since 1.0. */
CUPEL_API int32_t
cupel_environment_uses_system(const cupel_environment* environment);

/* Where each value came from, and what was refused and why, without values:
 *   {"entries":[{"key":"PORT","origin":"settings","secret":false,
 *                "converted":false}],
 *    "refused":[{"key":"PATH","offered_by":"system","reason":"not_named"}]}
 * Since 1.0. */
CUPEL_API cupel_status
cupel_environment_explain(const cupel_environment* environment,
                          cupel_buffer** out, cupel_error** error);

enum {
  /* Secret values as they are, instead of "***". */
  CUPEL_VALUES_REVEAL = 1 << 0
};
/* {"KEY":"value"}, as the plugin gets it. Since 1.0. */
CUPEL_API cupel_status cupel_environment_values_json(
    const cupel_environment* environment, uint32_t flags, cupel_buffer** out,
    cupel_error** error);
/* 64 hexadecimal digits: equal for equal environments, telling nothing of the
 * values without the ring's sealing key, which is what it is keyed with.
 * FAILED_PRECONDITION if the ring has none. Since 1.0. */
CUPEL_API cupel_status cupel_environment_fingerprint(
    const cupel_environment* environment, const cupel_keyring* keyring,
    cupel_buffer** out, cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_environment_free(cupel_environment* environment);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_ENVIRONMENT_H_ */
