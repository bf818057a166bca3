/**
 * @file environment.h
 * @brief The BOEFJE_ filter: which variables a plugin gets, with which values,
 *   and where each came from. Comes with cupel.h, where the conventions stand.
 */
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

/**
 * @defgroup environment Environments
 * The variables that a plugin gets.
 *
 * Values are secrets until proven otherwise: they lie in locked memory, are
 * overwritten when they go, and stand in no error and no explanation.
 * @{
 */

/** Where a value came from: a CUPEL_ORIGIN_*. */
typedef int32_t cupel_environment_origin;

/** The values of a cupel_environment_origin, in the order in which they count.
 * */
enum {
  /** The organisation's settings of the plugin. */
  CUPEL_ORIGIN_SETTINGS = 0,
  /** A BOEFJE_ variable of the host. */
  CUPEL_ORIGIN_SYSTEM = 1,
  /** The schema's default. */
  CUPEL_ORIGIN_DEFAULT = 2
};

/** What is offered to a plugin: bits of cupel_environment_options.flags and of
 * the `flags` of cupel_registry_environment. */
enum {
  /** Defaults of the schema count where nothing else is given. */
  CUPEL_ENVIRONMENT_DEFAULTS = 1 << 0,
  /** The BOEFJE_ variables of the process itself are offered, beside
   * `variables`, which come before them. No other thread may change the
   * environment meanwhile. */
  CUPEL_ENVIRONMENT_PROCESS = 1 << 1
};

/** What an environment is built from. Everything is borrowed until
 * cupel_environment_build returns. */
typedef struct cupel_environment_options {
  /** sizeof(cupel_environment_options). */
  size_t struct_size;
  /** CUPEL_ENVIRONMENT_*. Default: none. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
  /** The plugin's schema as an object; or */
  const cupel_schema* schema;
  /** as JSON; not both. With neither, only `keys` may be taken. */
  cupel_view schema_json;
  /** Names of variables that the manifest names beside its schema. */
  const cupel_view* keys;
  /** How many. */
  size_t key_count;
  /** The organisation's settings, a JSON object; empty: none. */
  cupel_view settings;
  /** The host's variables: BOEFJE_X is offered as X, others do not count. */
  const cupel_field* variables;
  /** How many. */
  size_t variable_count;
  /** What messages call the plugin, UTF-8; may be empty. */
  cupel_view plugin;
} cupel_environment_options;
/** The defaults of a cupel_environment_options. */
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

/**
 * What a plugin gets: variables, in the order of the schema.
 *
 * Threads: immutable; any number may use one. Lifetime: until
 * cupel_environment_free, which overwrites the values.
 *
 *     cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
 *     options.schema_json = schema;
 *     options.settings = settings;
 *     options.flags = CUPEL_ENVIRONMENT_PROCESS;
 *     if (cupel_environment_build(&options, &environment, &error) ==
 *         CUPEL_STATUS_OK) {
 *       cupel_environment_values_json(environment, 0, &json, &error);
 *     }
 */
typedef struct cupel_environment cupel_environment;

/**
 * Builds an environment.
 *
 * Settings come before BOEFJE_ variables, those before defaults. Text of
 * variables is converted to the schema's types. What nobody named, or could do
 * harm as a variable of a process, is refused; cupel_environment_explain says
 * so.
 *
 * @param[in] options What it is built from; not NULL.
 * @param[out] out The environment, owned by the caller: cupel_environment_free.
 *   NULL on failure.
 * @param[out] error Why it failed: names keys, never values; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is an environment.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT What comes out does not fit the schema;
 *   or the schema is none, or given twice; or the settings are no JSON object.
 * @retval CUPEL_STATUS_UNIMPLEMENTED `schema_json` has a keyword that is not
 *   supported.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The schema or the settings are too
 *   large.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_environment_build(const cupel_environment_options* options,
                        cupel_environment** out, cupel_error** error);

/** What is known of a variable: bits of cupel_environment_entry.flags. */
enum {
  /** The schema says that it is a secret. */
  CUPEL_ENTRY_SECRET = 1 << 0,
  /** It was text, made into the schema's type. */
  CUPEL_ENTRY_CONVERTED = 1 << 1
};

/** One variable, without its value. Filled by the library. */
typedef struct cupel_environment_entry {
  /** In: sizeof(cupel_environment_entry). */
  size_t struct_size;
  /** CUPEL_ENTRY_*. */
  uint32_t flags;
  /** CUPEL_ORIGIN_*. */
  cupel_environment_origin origin;
  /** Its name, without BOEFJE_; borrowed from the environment. */
  cupel_view key;
  /** Bytes of its value. */
  uint64_t value_size;
} cupel_environment_entry;

/**
 * How many variables there are.
 *
 * @param[in] environment The environment; may be NULL.
 * @return Variables; 0 for NULL.
 * @since 1.0
 */
CUPEL_API size_t cupel_environment_count(const cupel_environment* environment);

/**
 * One variable, without its value.
 *
 * @param[in] environment The environment.
 * @param[in] index From 0 to cupel_environment_count() - 1.
 * @param[in,out] out With its `struct_size` set; filled with views that are
 *   borrowed from `environment`. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is filled.
 * @retval CUPEL_STATUS_OUT_OF_RANGE There is no variable with that index.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_environment_get_entry(const cupel_environment* environment, size_t index,
                            cupel_environment_entry* out, cupel_error** error);

/**
 * The value of a variable.
 *
 * @param[in] environment The environment.
 * @param[in] index As for cupel_environment_get_entry.
 * @param[out] out Text as it is, anything else as JSON; a secret, owned by the
 *   caller: cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the value.
 * @retval CUPEL_STATUS_OUT_OF_RANGE There is no variable with that index.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_environment_value(const cupel_environment* environment, size_t index,
                        cupel_buffer** out, cupel_error** error);

/**
 * The same into the caller's memory, without a NUL.
 *
 * @param[in] environment The environment.
 * @param[in] index As for cupel_environment_get_entry.
 * @param[out] to Room for the value; NULL only if `size` is 0. Nothing is
 *   written on failure.
 * @param[in] size Bytes of room; cupel_environment_entry.value_size says how
 *   many are needed.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `value_size` bytes are written.
 * @retval CUPEL_STATUS_OUT_OF_RANGE There is no variable with that index, or
 *   its value is longer than `size`.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_environment_copy_value(const cupel_environment* environment, size_t index,
                             uint8_t* to, size_t size, cupel_error** error);

/**
 * Whether the host's own variables had a part in it.
 *
 * @param[in] environment The environment; may be NULL.
 * @return 1 if any value came from a BOEFJE_ variable; else, and for NULL, 0.
 * @since 1.0
 */
CUPEL_API int32_t
cupel_environment_uses_system(const cupel_environment* environment);

/**
 * Where each value came from, and what was refused and why, without values:
 *
 *     {"entries":[{"key":"PORT","origin":"settings","secret":false,
 *                  "converted":false}],
 *      "refused":[{"key":"PATH","offered_by":"system","reason":"not_named"}]}
 *
 * @param[in] environment The environment.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_environment_explain(const cupel_environment* environment,
                          cupel_buffer** out, cupel_error** error);

/** What cupel_environment_values_json shows: bits of its `flags`. */
enum {
  /** Secret values as they are, instead of "***". */
  CUPEL_VALUES_REVEAL = 1 << 0
};

/**
 * All values as the plugin gets them: {"KEY":"value"}.
 *
 * @param[in] environment The environment.
 * @param[in] flags CUPEL_VALUES_REVEAL.
 * @param[out] out The JSON, a secret, owned by the caller: cupel_buffer_free.
 *   NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_environment_values_json(
    const cupel_environment* environment, uint32_t flags, cupel_buffer** out,
    cupel_error** error);

/**
 * What tells whether two environments are equal without telling them.
 *
 * @param[in] environment The environment.
 * @param[in] keyring Its sealing key is what the fingerprint is keyed with:
 *   without that key it tells nothing of the values.
 * @param[out] out 64 hexadecimal digits, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the fingerprint.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no sealing key.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_environment_fingerprint(
    const cupel_environment* environment, const cupel_keyring* keyring,
    cupel_buffer** out, cupel_error** error);

/**
 * Frees an environment and overwrites its values.
 *
 * @param[in] environment The environment, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_environment_free(cupel_environment* environment);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_ENVIRONMENT_H_ */
