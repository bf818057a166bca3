/* schema.h: JSON Schema, for the settings of plugins. Comes with cupel.h, where
 * the conventions stand. */
#ifndef CUPEL_SCHEMA_H_
#define CUPEL_SCHEMA_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A schema, understood to the last keyword. Immutable. */
typedef struct cupel_schema cupel_schema;

/* Reads a schema: 2020-12, or draft-07 if "$schema" says so. INVALID_ARGUMENT
 * for what is no schema; UNIMPLEMENTED for a keyword or a pattern that is not
 * supported, which is never passed by in silence; RESOURCE_EXHAUSTED for one
 * that is too large or refers to itself without end. The message names the
 * place. docs/schema.md lists the keywords. Since 1.0. */
CUPEL_API cupel_status cupel_schema_compile(cupel_view json, cupel_schema** out,
                                            cupel_error** error);
/* OK if the JSON text `value` fits; else INVALID_ARGUMENT with the path of the
 * first thing that does not, and how many others there are. Never shows a
 * value. Since 1.0. */
CUPEL_API cupel_status cupel_schema_validate(const cupel_schema* schema,
                                             cupel_view value,
                                             cupel_error** error);
/* The same with all that does not fit:
 *   {"valid":false,"count":1,
 *    "issues":[{"path":"$.PORT","type":"…","message":"…"}]}
 * OK also for a value that does not fit. Since 1.0. */
CUPEL_API cupel_status cupel_schema_check(const cupel_schema* schema,
                                          cupel_view value, cupel_buffer** out,
                                          cupel_error** error);
/* What there is to know:
 *   {"properties":[{"name":"PORT","types":["integer"],"secret":false,
 *                   "default":25}],
 *    "warnings":["…"],"document":{…}}
 * "default" stands only where there is one; warnings are words that are no
 * keywords and mean nothing. Since 1.0. */
CUPEL_API cupel_status cupel_schema_json(const cupel_schema* schema,
                                         cupel_buffer** out,
                                         cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_schema_free(cupel_schema* schema);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SCHEMA_H_ */
