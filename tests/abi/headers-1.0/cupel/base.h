#ifndef CUPEL_BASE_H_
#define CUPEL_BASE_H_
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "cupel/export.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t cupel_status;
enum {
  CUPEL_STATUS_OK = 0,
  CUPEL_STATUS_CANCELLED = 1,
  CUPEL_STATUS_UNKNOWN = 2,
  CUPEL_STATUS_INVALID_ARGUMENT = 3,
  CUPEL_STATUS_DEADLINE_EXCEEDED = 4,
  CUPEL_STATUS_NOT_FOUND = 5,
  CUPEL_STATUS_ALREADY_EXISTS = 6,
  CUPEL_STATUS_PERMISSION_DENIED = 7,
  CUPEL_STATUS_RESOURCE_EXHAUSTED = 8,
  CUPEL_STATUS_FAILED_PRECONDITION = 9,
  CUPEL_STATUS_ABORTED = 10,
  CUPEL_STATUS_OUT_OF_RANGE = 11,
  CUPEL_STATUS_UNIMPLEMENTED = 12,
  CUPEL_STATUS_INTERNAL = 13,
  CUPEL_STATUS_UNAVAILABLE = 14,
  CUPEL_STATUS_DATA_LOSS = 15,
  CUPEL_STATUS_UNAUTHENTICATED = 16
};
CUPEL_API const char* cupel_status_name(cupel_status status);
typedef struct cupel_view {
  const uint8_t* data;
  size_t size;
} cupel_view;
CUPEL_INLINE cupel_view cupel_str(const char* text) {
  cupel_view view;
  view.data = (const uint8_t*)text;
  view.size = text == NULL ? 0 : strlen(text);
  return view;
}
typedef struct cupel_field {
  cupel_view name;
  cupel_view value;
} cupel_field;
typedef struct cupel_buffer cupel_buffer;
CUPEL_API cupel_view cupel_buffer_view(const cupel_buffer* buffer);
CUPEL_API void cupel_buffer_free(cupel_buffer* buffer);
typedef struct cupel_error cupel_error;
CUPEL_API cupel_status cupel_error_code(const cupel_error* error);
CUPEL_API cupel_view cupel_error_message(const cupel_error* error);
CUPEL_API void cupel_error_free(cupel_error* error);
typedef int32_t cupel_severity;
enum {
  CUPEL_SEVERITY_ERROR = 0,
  CUPEL_SEVERITY_WARNING = 1
};
typedef struct cupel_diagnostic {
  size_t struct_size;
  cupel_severity severity;
  int32_t line;
  cupel_view file;
  cupel_view rule;
  cupel_view message;
} cupel_diagnostic;
CUPEL_API size_t cupel_error_diagnostic_count(const cupel_error* error);
CUPEL_API cupel_status cupel_error_diagnostic(const cupel_error* error,
                                              size_t index,
                                              cupel_diagnostic* out);
typedef struct cupel_cancel cupel_cancel;
CUPEL_API cupel_status cupel_cancel_new(cupel_cancel** out,
                                        cupel_error** error);
CUPEL_API void cupel_cancel_trigger(cupel_cancel* cancel);
CUPEL_API void cupel_cancel_free(cupel_cancel* cancel);
#ifdef __cplusplus
}
#endif
#endif
