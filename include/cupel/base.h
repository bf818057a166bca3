/**
 * @file base.h
 * @brief What all parts of the C interface share: status, bytes, errors,
 * cancelling. Comes with cupel.h, where the conventions stand.
 */
#ifndef CUPEL_BASE_H_
#define CUPEL_BASE_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cupel/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup status Status
 * What a function that can fail returns.
 * @{
 */

/**
 * How a call ended: CUPEL_STATUS_OK, or one of the canonical codes that gRPC
 * and Abseil use too, with the same numbers. New codes may be added: treat one
 * you do not know as CUPEL_STATUS_UNKNOWN.
 */
typedef int32_t cupel_status;

/** The values of a cupel_status. */
enum {
  /** It worked. */
  CUPEL_STATUS_OK = 0,
  /** Ended by a cupel_cancel, or by a callback that did not return 0. */
  CUPEL_STATUS_CANCELLED = 1,
  /** Failed in a way that no other code fits; also what a code that is not
   * known is taken for. */
  CUPEL_STATUS_UNKNOWN = 2,
  /** An argument, or a document that was handed in, is wrong whatever the
   * state of the library: the caller has to change it. */
  CUPEL_STATUS_INVALID_ARGUMENT = 3,
  /** It was not done in the time it had. */
  CUPEL_STATUS_DEADLINE_EXCEEDED = 4,
  /** What was asked for is not there: a file, a job, a plugin, a key. */
  CUPEL_STATUS_NOT_FOUND = 5,
  /** What was to be made is there already. */
  CUPEL_STATUS_ALREADY_EXISTS = 6,
  /** The system, a database or the settings do not allow it. */
  CUPEL_STATUS_PERMISSION_DENIED = 7,
  /** Memory, disk, descriptors or a limit are used up. */
  CUPEL_STATUS_RESOURCE_EXHAUSTED = 8,
  /** Not possible in the state that the object or the system is in: a scanner
   * that is busy, a job that has ended, a program that is missing. */
  CUPEL_STATUS_FAILED_PRECONDITION = 9,
  /** Given up in the middle: by a callback, or because somebody else was
   * faster, as with the lease of a job. */
  CUPEL_STATUS_ABORTED = 10,
  /** An index or a size is outside of what there is. */
  CUPEL_STATUS_OUT_OF_RANGE = 11,
  /** This version, or this kind of database or queue, cannot do it. */
  CUPEL_STATUS_UNIMPLEMENTED = 12,
  /** A fault of the library: please report it, with the message. */
  CUPEL_STATUS_INTERNAL = 13,
  /** Not now: something is locked or cannot be reached. Trying again may
   * help. */
  CUPEL_STATUS_UNAVAILABLE = 14,
  /** Bytes that were stored are damaged. */
  CUPEL_STATUS_DATA_LOSS = 15,
  /** Credentials are missing or wrong. */
  CUPEL_STATUS_UNAUTHENTICATED = 16
};

/**
 * The name of a status, for logs and messages.
 *
 * @param[in] status Any value.
 * @return "INVALID_ARGUMENT" and so on; "UNKNOWN" for a value that is no
 *   status. A static string, never NULL. Any thread.
 * @since 1.0
 */
CUPEL_API const char* cupel_status_name(cupel_status status);

/** @} */

/**
 * @defgroup bytes Views and buffers
 * Bytes that are borrowed, and bytes that are owned.
 *
 * The type tells who owns: a cupel_view is never freed, a cupel_buffer always.
 * Both carry their size. Bytes may hold NULs unless a function says otherwise.
 * @{
 */

/**
 * Borrowed bytes. A plain value, copied at will.
 *
 * Handed in, it is used until the call returns, unless the function says
 * otherwise. Handed out, it is valid as long as the object it was asked of.
 */
typedef struct cupel_view {
  /** The first byte. May be NULL when `size` is 0. */
  const uint8_t* data;
  /** Bytes; at most PTRDIFF_MAX. */
  size_t size;
} cupel_view;

/**
 * A view of a C string.
 *
 *     cupel_rule_sources_add_path(sources, cupel_str("rules"), &error);
 *
 * @param[in] text A string that ends with a NUL; borrowed by the view. NULL
 *   gives a view of nothing.
 * @return The bytes of `text` without its NUL.
 * @since 1.0
 */
CUPEL_INLINE cupel_view cupel_str(const char* text) {
  cupel_view view;
  view.data = (const uint8_t*)text;
  view.size = text == NULL ? 0 : strlen(text);
  return view;
}

/** A name and what belongs to it: a variable, a header of HTTP. This struct
 * never grows. */
typedef struct cupel_field {
  /** Not empty and without a NUL. */
  cupel_view name;
  /** Any bytes; may be empty. */
  cupel_view value;
} cupel_field;

/**
 * Owned bytes, immutable.
 *
 * A NUL follows them, which their size does not count, for debuggers and
 * printf. Those that hold secrets lie in locked memory as far as the system's
 * limits allow, and are overwritten when they are freed.
 *
 * Threads: any number may use one at the same time. Lifetime: until
 * cupel_buffer_free; what it was made from may go before.
 *
 *     cupel_buffer *json = NULL;
 *     if (cupel_ruleset_json(rules, &json, &error) == CUPEL_STATUS_OK) {
 *       cupel_view text = cupel_buffer_view(json);
 *       fwrite(text.data, 1, text.size, stdout);
 *       cupel_buffer_free(json);
 *     }
 */
typedef struct cupel_buffer cupel_buffer;

/**
 * The bytes of a buffer.
 *
 * @param[in] buffer The buffer; NULL counts as an empty one.
 * @return Its bytes, borrowed until it is freed. `data` is never NULL.
 * @since 1.0
 */
CUPEL_API cupel_view cupel_buffer_view(const cupel_buffer* buffer);

/**
 * Frees a buffer, and overwrites it first if it holds secrets.
 *
 * @param[in] buffer The buffer, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_buffer_free(cupel_buffer* buffer);

/** @} */

/**
 * @defgroup error Errors
 * Why a call failed.
 * @{
 */

/**
 * Why a call failed: a status, one line for people and, if rules did not
 * compile, every remark of the compiler.
 *
 * Threads: immutable; any number may use one, and it may be freed on another
 * thread than it came up on. There is no "last error": an error belongs to the
 * call that made it. Lifetime: until cupel_error_free. If there is no memory
 * for an error, a static one is given, which cupel_error_free leaves alone.
 *
 *     cupel_error *error = NULL;
 *     if (cupel_engine_new(NULL, &engine, &error) != CUPEL_STATUS_OK) {
 *       cupel_view text = cupel_error_message(error);
 *       fprintf(stderr, "%.*s\n", (int)text.size, (const char *)text.data);
 *       cupel_error_free(error);
 *     }
 */
typedef struct cupel_error cupel_error;

/**
 * The status that the failed call returned.
 *
 * @param[in] error The error; may be NULL.
 * @return Never CUPEL_STATUS_OK for an error; CUPEL_STATUS_OK for NULL.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_error_code(const cupel_error* error);

/**
 * What went wrong, in one line for people: what, where and, as far as
 * possible, what to do.
 *
 * Holds no NUL, no control characters and no secrets; bytes that are no UTF-8
 * are escaped. The wording may change between versions: compare codes, not
 * texts.
 *
 * @param[in] error The error; may be NULL.
 * @return Text in UTF-8, borrowed until `error` is freed; empty for NULL.
 * @since 1.0
 */
CUPEL_API cupel_view cupel_error_message(const cupel_error* error);

/**
 * Frees an error.
 *
 * @param[in] error The error, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_error_free(cupel_error* error);

/** How grave a cupel_diagnostic is: a CUPEL_SEVERITY_*. */
typedef int32_t cupel_severity;

/** The values of a cupel_severity. */
enum {
  /** The rule, or its file, does not compile. */
  CUPEL_SEVERITY_ERROR = 0,
  /** It compiles, and may be slow or mean something else than it says. */
  CUPEL_SEVERITY_WARNING = 1
};

/** One remark of the rule compiler. Filled by the library. */
typedef struct cupel_diagnostic {
  /** In: sizeof(cupel_diagnostic). */
  size_t struct_size;
  /** CUPEL_SEVERITY_*. */
  cupel_severity severity;
  /** Line in `file`, from 1; 0: the file as a whole. */
  int32_t line;
  /** The path as it was given or found, or the name of a text. Borrowed, as
   * the other views here, from the object that was asked. */
  cupel_view file;
  /** The rule's name; empty if it is not known. */
  cupel_view rule;
  /** One line of text. */
  cupel_view message;
} cupel_diagnostic;

/**
 * How many remarks of the compiler an error carries.
 *
 * @param[in] error The error; may be NULL.
 * @return Every error of every rule file, if cupel_ruleset_compile failed
 *   because of broken rules; else 0.
 * @since 1.0
 */
CUPEL_API size_t cupel_error_diagnostic_count(const cupel_error* error);

/**
 * One remark of the compiler.
 *
 * @param[in] error The error.
 * @param[in] index From 0 to cupel_error_diagnostic_count() - 1.
 * @param[in,out] out With its `struct_size` set; filled with views that are
 *   borrowed from `error`. As it was on failure.
 * @retval CUPEL_STATUS_OK `*out` is filled.
 * @retval CUPEL_STATUS_OUT_OF_RANGE There is no remark with that index.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `error` or `out` is NULL, or
 *   `struct_size` is none that the struct ever had.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_error_diagnostic(const cupel_error* error,
                                              size_t index,
                                              cupel_diagnostic* out);

/** @} */

/**
 * @defgroup cancel Cancelling
 * Ending what takes long.
 * @{
 */

/**
 * A switch that ends what takes long, from any thread, within about 50 ms.
 *
 * A scan that is cancelled returns CUPEL_STATUS_OK with the report so far, in
 * which everything that was not scanned is named; all else fails with
 * CUPEL_STATUS_CANCELLED. One switch may be given to any number of calls.
 *
 * Threads: internally synchronised. Lifetime: calls that were given it keep
 * what they need, so it may be freed while they run.
 *
 *     cupel_cancel *cancel = NULL;
 *     cupel_cancel_new(&cancel, NULL);
 *     start_thread(trigger_when_asked_to, cancel);
 *     cupel_scanner_scan_path(scanner, path, cancel, &report, &error);
 */
typedef struct cupel_cancel cupel_cancel;

/**
 * Makes a switch that is not triggered.
 *
 * @param[out] out The switch, owned by the caller: cupel_cancel_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or one of the general errors (see cupel.h).
 * @since 1.0
 */
CUPEL_API cupel_status cupel_cancel_new(cupel_cancel** out,
                                        cupel_error** error);

/**
 * Ends every call that was given `cancel`, whether it runs or begins later.
 * There is no way back: make another switch for the next call.
 *
 * Any thread, any number of times. It takes a lock and may allocate, so it is
 * not async-signal-safe: in a signal handler write to a pipe instead, and
 * trigger on the thread that reads from it.
 *
 * @param[in] cancel The switch; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_cancel_trigger(cupel_cancel* cancel);

/**
 * Frees a switch. Calls that still run go on, and can't be cancelled any more.
 *
 * @param[in] cancel The switch, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_cancel_free(cupel_cancel* cancel);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_BASE_H_ */
