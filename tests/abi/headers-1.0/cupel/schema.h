#ifndef CUPEL_SCHEMA_H_
#define CUPEL_SCHEMA_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_schema cupel_schema;
CUPEL_API cupel_status cupel_schema_compile(cupel_view json, cupel_schema** out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_schema_validate(const cupel_schema* schema,
                                             cupel_view value,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_schema_check(const cupel_schema* schema,
                                          cupel_view value, cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_schema_json(const cupel_schema* schema,
                                         cupel_buffer** out,
                                         cupel_error** error);
CUPEL_API void cupel_schema_free(cupel_schema* schema);
#ifdef __cplusplus
}
#endif
#endif
