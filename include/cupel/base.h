/* base.h: what all parts of the C interface share: status, bytes, errors,
 * cancelling. Comes with cupel.h, where the conventions stand. */
#ifndef CUPEL_BASE_H_
#define CUPEL_BASE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cupel/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------ status */

/* The canonical codes that gRPC and Abseil use too. */
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

/* "INVALID_ARGUMENT"; "UNKNOWN" for a value that is none. A static string.
 * Since 1.0. */
CUPEL_API const char* cupel_status_name(cupel_status status);

/* ---------------------------------------------------------- views, buffers */

/* Borrowed bytes. `data` may be NULL when `size` is 0. */
typedef struct cupel_view {
  const uint8_t* data;
  size_t size;
} cupel_view;

/* A view of a C string, without its NUL; of nothing for NULL. */
CUPEL_INLINE cupel_view cupel_str(const char* text) {
  cupel_view view;
  view.data = (const uint8_t*)text;
  view.size = text == NULL ? 0 : strlen(text);
  return view;
}

/* A name and what belongs to it: a variable, a header of HTTP. Never grows. */
typedef struct cupel_field {
  cupel_view name;
  cupel_view value;
} cupel_field;

/* Owned bytes, immutable. A NUL follows them, not counted, for debuggers and
 * printf. Those that hold secrets lie in locked memory as far as the system's
 * limits allow, and are overwritten when they are freed. */
typedef struct cupel_buffer cupel_buffer;

/* The bytes; empty for NULL. Valid until the buffer is freed. Since 1.0. */
CUPEL_API cupel_view cupel_buffer_view(const cupel_buffer* buffer);
/* Since 1.0. */
CUPEL_API void cupel_buffer_free(cupel_buffer* buffer);

/* ------------------------------------------------------------------- error */

/* Why a call failed. Immutable, may be handed to another thread. */
typedef struct cupel_error cupel_error;

/* The status that the failed call returned; CUPEL_STATUS_OK for NULL.
 * Since 1.0. */
CUPEL_API cupel_status cupel_error_code(const cupel_error* error);
/* One line for people: what, where, and where possible what to do. Holds no
 * NUL and no control characters. Since 1.0. */
CUPEL_API cupel_view cupel_error_message(const cupel_error* error);
/* Since 1.0. */
CUPEL_API void cupel_error_free(cupel_error* error);

/* One remark of the rule compiler. */
typedef int32_t cupel_severity;
enum { CUPEL_SEVERITY_ERROR = 0, CUPEL_SEVERITY_WARNING = 1 };

typedef struct cupel_diagnostic {
  size_t struct_size; /* in: sizeof(cupel_diagnostic) */
  cupel_severity severity;
  int32_t line;    /* from 1; 0: the file as a whole */
  cupel_view file; /* as it was given or found */
  cupel_view rule; /* empty if not known */
  cupel_view message;
} cupel_diagnostic;

/* Every error of every rule file, when cupel_ruleset_compile failed because of
 * broken rules; else 0. Since 1.0. */
CUPEL_API size_t cupel_error_diagnostic_count(const cupel_error* error);
/* Fills *out (views borrowed from `error`). OUT_OF_RANGE for a wrong index.
 * Since 1.0. */
CUPEL_API cupel_status cupel_error_diagnostic(const cupel_error* error,
                                              size_t index,
                                              cupel_diagnostic* out);

/* ------------------------------------------------------------------ cancel */

/* A switch that ends what takes long, from any thread, within about 50 ms. A
 * scan that is cancelled returns with the report so far, in which everything
 * that was not scanned is named; all else fails with CUPEL_STATUS_CANCELLED. */
typedef struct cupel_cancel cupel_cancel;

/* Since 1.0. */
CUPEL_API cupel_status cupel_cancel_new(cupel_cancel** out,
                                        cupel_error** error);
/* Ends every call that was given `cancel`, running or later. There is no way
 * back. Any thread, any number of times; not async-signal-safe. Since 1.0. */
CUPEL_API void cupel_cancel_trigger(cupel_cancel* cancel);
/* Calls that still run keep it alive. Since 1.0. */
CUPEL_API void cupel_cancel_free(cupel_cancel* cancel);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_BASE_H_ */
