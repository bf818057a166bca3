/**
 * @file schema.h
 * @brief JSON Schema, for the settings of plugins. Comes with cupel.h, where
 *   the conventions stand.
 */
#ifndef CUPEL_SCHEMA_H_
#define CUPEL_SCHEMA_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup schema Schemas
 * What the settings of a plugin have to look like. docs/schema.md lists the
 * keywords.
 * @{
 */

/**
 * A JSON Schema, understood to the last keyword.
 *
 * Threads: immutable; any number may use one. Lifetime: until
 * cupel_schema_free; what was made with it goes on without it.
 *
 *     cupel_schema *schema = NULL;
 *     if (cupel_schema_compile(json, &schema, &error) != CUPEL_STATUS_OK) ...
 *     if (cupel_schema_validate(schema, value, &error) != CUPEL_STATUS_OK) ...
 */
typedef struct cupel_schema cupel_schema;

/**
 * Reads a schema: 2020-12, or draft-07 if "$schema" says so.
 *
 * Nothing is fetched: a "$ref" may point into the document only.
 *
 * @param[in] json The schema, a JSON text in UTF-8. Copied as far as it is
 *   needed.
 * @param[out] out The schema, owned by the caller: cupel_schema_free. NULL on
 *   failure.
 * @param[out] error Why it failed, with the place in the document; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a schema.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no JSON or no schema.
 * @retval CUPEL_STATUS_UNIMPLEMENTED A keyword or a pattern that is not
 *   supported, which is never passed by in silence.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED It has more than 4 MiB or 100 levels,
 *   or refers to itself without end.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_schema_compile(cupel_view json, cupel_schema** out,
                                            cupel_error** error);

/**
 * Holds a value against a schema.
 *
 * @param[in] schema The schema.
 * @param[in] value A JSON text in UTF-8.
 * @param[out] error Names the path of the first thing that does not fit and how
 *   many others there are, and never shows a value; may be NULL.
 * @retval CUPEL_STATUS_OK The value fits.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It does not, or is no JSON.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The value has more than 16 MiB, 64
 *   levels or 250,000 values.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_schema_validate(const cupel_schema* schema,
                                             cupel_view value,
                                             cupel_error** error);

/**
 * The same with all that does not fit:
 *
 *     {"valid":false,"count":1,
 *      "issues":[{"path":"$.PORT","type":"…","message":"…"}]}
 *
 * At most 100 are listed. No message shows a value.
 *
 * @param[in] schema The schema.
 * @param[in] value A JSON text in UTF-8.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer, also for a value that does not
 *   fit.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The value is no JSON.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The value has more than 16 MiB, 64
 *   levels or 250,000 values.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_schema_check(const cupel_schema* schema,
                                          cupel_view value, cupel_buffer** out,
                                          cupel_error** error);

/**
 * What there is to know of a schema:
 *
 *     {"properties":[{"name":"PORT","types":["integer"],"secret":false,
 *                     "default":25}],
 *      "warnings":["…"],"document":{…}}
 *
 * "default" stands only where there is one; warnings are words that are no
 * keywords and mean nothing.
 *
 * @param[in] schema The schema.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_schema_json(const cupel_schema* schema,
                                         cupel_buffer** out,
                                         cupel_error** error);

/**
 * Frees a schema.
 *
 * @param[in] schema The schema, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_schema_free(cupel_schema* schema);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SCHEMA_H_ */
