/* queue_driver.h: the table by which a message broker, or whatever else keeps
 * jobs, becomes a queue of Cupel's (docs/queue.md). A driver is a shared object
 * that exports cupel_queue_driver_v1; it is loaded when somebody opens a queue
 * with one of its schemes, from lib/cupel/drivers beside the library or from a
 * folder that the host names. It includes this header alone, and links nothing
 * of ours.
 *
 *   static const cupel_queue_driver_v1 kDriver = {
 *       .struct_size = sizeof(cupel_queue_driver_v1),
 *       .abi = CUPEL_QUEUE_DRIVER_ABI,
 *       .name = "amqp", .version = "1.0", .schemes = "amqp amqps",
 *       .open = Open, .close = Close, .submit = Submit, ...};
 *   CUPEL_QUEUE_DRIVER_EXPORT(&kDriver)
 *
 * Threads: an open queue is entered by any number of threads at once; `close`
 * is the last call, made when no other is under way. Functions must not throw,
 * longjmp or end the thread. They may wait for the broker, for bounded time;
 * `wake` ends a `wait` at once.
 *
 * Ownership: views that are handed in are borrowed until the call returns, and
 * views that a driver hands to a callback until that returns. Callbacks are
 * called on the calling thread, before the call returns, and only if it is
 * about to return OK.
 *
 * Errors: what is no lease any more is ABORTED, an unknown job NOT_FOUND, a job
 * in a state in which that can't be done FAILED_PRECONDITION, what this driver
 * can't do UNIMPLEMENTED, a broker that can't be reached UNAVAILABLE, a wrong
 * password UNAUTHENTICATED, a wrong URL INVALID_ARGUMENT. `why` gets one line
 * that names the thing and the remedy; never a password or a job's body.
 *
 * Growth: structs grow at their end. `struct_size` says how much of a struct
 * its giver knows: what a newer one has more is not looked at. */
#ifndef CUPEL_QUEUE_DRIVER_H_
#define CUPEL_QUEUE_DRIVER_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `abi` in a table must be. Grows only with what breaks old drivers. */
#define CUPEL_QUEUE_DRIVER_ABI 1

/* Why a call failed: UTF-8, NUL at its end. The host's; zeroed but for its
 * size before the call. */
typedef struct cupel_driver_why {
  size_t struct_size;
  char text[1024];
} cupel_driver_why;

/* How a queue is to be opened. Times are microseconds. */
typedef struct cupel_driver_open {
  size_t struct_size;
  cupel_view url;          /* as the user wrote it, with a password if any */
  uint32_t max_attempts;   /* of a job that says nothing itself; not 0 */
  uint32_t reserved;       /* 0 */
  int64_t backoff_us;      /* after the first failure, then double */
  int64_t max_backoff_us;  /* but never more */
  double jitter;           /* 0 to 1: up to that part more or less */
  uint64_t max_body_bytes; /* longer bodies are refused */
  uint64_t max_result_bytes;
} cupel_driver_open;

/* A job that is submitted. Times are microseconds since 1970, UTC; 0 where
 * nothing is said. */
typedef struct cupel_driver_job {
  size_t struct_size;
  cupel_view id;   /* never empty, at most 256 bytes of UTF-8 */
  cupel_view kind; /* "scan", "boefje", "normalizer", "package" */
  cupel_view body; /* JSON object */
  cupel_view organisation;
  cupel_view dedup_key;  /* empty: none */
  int32_t priority;      /* larger first */
  uint32_t max_attempts; /* 0: the queue's own */
  int64_t not_before_us;
  int64_t deadline_us; /* not begun after it */
} cupel_driver_job;

typedef struct cupel_driver_lease_request {
  size_t struct_size;
  cupel_view worker; /* who asks, for people: "host:pid/name" */
  uint32_t max;      /* so many jobs at most; not 0 */
  uint32_t kind_count;
  int64_t lease_us;
  const cupel_view* kinds; /* only these; none: any */
} cupel_driver_lease_request;

/* A job that is leased. */
typedef struct cupel_driver_lease {
  size_t struct_size;
  cupel_driver_job job;
  uint64_t token;   /* tells this lease from every other of this queue */
  uint32_t attempt; /* from 1, this one included */
  uint32_t reserved;
  int64_t submitted_us; /* 0: not known */
  int64_t expires_us;
} cupel_driver_lease;

typedef struct cupel_driver_result {
  size_t struct_size;
  cupel_view type; /* MIME type */
  cupel_view bytes;
  uint64_t max_rss_bytes;
} cupel_driver_result;

typedef struct cupel_driver_failure {
  size_t struct_size;
  cupel_view reason; /* one line; no secrets */
  cupel_view last_step;
  int32_t signal; /* that ended the process, or 0 */
  int32_t retry;  /* 0: dead at once, whatever attempts are left */
  uint64_t max_rss_bytes;
} cupel_driver_failure;

/* What a driver knows of a job. */
typedef struct cupel_driver_record {
  size_t struct_size;
  cupel_driver_job job;
  int32_t state; /* 0 waiting, 1 leased, 2 completed, 3 dead, 4 cancelled */
  uint32_t attempts;
  uint64_t token;
  int64_t submitted_us;
  int64_t ready_us;
  int64_t lease_expires_us;
  int64_t finished_us;
  cupel_view worker;
  cupel_view reason;
} cupel_driver_record;

/* Zeroed before the call, but for its size. */
typedef struct cupel_driver_stats {
  size_t struct_size;
  uint64_t waiting; /* ready now */
  uint64_t delayed;
  uint64_t leased; /* as far as the driver can know */
  uint64_t completed;
  uint64_t dead;
  uint64_t cancelled;
  int64_t oldest_waiting_us; /* since when; 0: none, or not known */
} cupel_driver_stats;

typedef struct cupel_driver_list_request {
  size_t struct_size;
  int32_t state; /* -1: any */
  uint32_t max;
  cupel_view kind;  /* empty: any */
  cupel_view after; /* an id: those after it */
} cupel_driver_list_request;

typedef void (*cupel_driver_take_lease_fn)(void* user_data,
                                           const cupel_driver_lease* lease);
typedef void (*cupel_driver_take_record_fn)(void* user_data,
                                            const cupel_driver_record* record);

/* A driver. Constant; strings are UTF-8 and live as long as the table. */
typedef struct cupel_queue_driver_v1 {
  size_t struct_size;
  uint32_t abi;            /* CUPEL_QUEUE_DRIVER_ABI */
  uint32_t flags;          /* 0; others are refused */
  const char* name;        /* "amqp" */
  const char* version;     /* "1.0" */
  const char* description; /* one line */
  const char* schemes;     /* "amqp amqps" */

  /* Stores the queue. Not OK: nothing is left to close. */
  cupel_status (*open)(const cupel_driver_open* options, void** queue,
                       cupel_driver_why* why);
  /* What is leased is given back, as far as the broker can be reached. */
  void (*close)(void* queue);

  /* OK: the broker has all of them for good. Else it may have some; submitting
   * the same ids again is safe as far as the driver says so. `existed[i]` is
   * set to 1 for a job that was there already. */
  cupel_status (*submit)(void* queue, const cupel_driver_job* jobs,
                         size_t count, int32_t* existed, cupel_driver_why* why);
  /* As many as there are now, up to `max`; none is no error. */
  cupel_status (*lease)(void* queue, const cupel_driver_lease_request* request,
                        cupel_driver_take_lease_fn take, void* user_data,
                        cupel_driver_why* why);
  /* Until there may be a job of these kinds (none: of any) to lease, at most
   * for `micros`; may return early. Does not spin. */
  cupel_status (*wait)(void* queue, const cupel_view* kinds,
                       uint32_t kind_count, int64_t micros,
                       cupel_driver_why* why);
  /* Ends every `wait` that is under way, and the next one if there is none.
   * Takes no lock for long. */
  void (*wake)(void* queue);
  /* Puts the end of a lease off; `cancel_wanted` is set to 1 if somebody wants
   * the job to end. */
  cupel_status (*renew)(void* queue, cupel_view id, uint64_t token,
                        int64_t lease_us, int64_t* expires_us,
                        int32_t* cancel_wanted, cupel_driver_why* why);
  /* OK: the result is kept for good, and the job is over. */
  cupel_status (*complete)(void* queue, cupel_view id, uint64_t token,
                           const cupel_driver_result* result,
                           cupel_driver_why* why);
  /* Back to waiting, later with each attempt, or dead. */
  cupel_status (*fail)(void* queue, cupel_view id, uint64_t token,
                       const cupel_driver_failure* failure,
                       cupel_driver_why* why);
  /* As if it had never been leased. */
  cupel_status (*release)(void* queue, cupel_view id, uint64_t token,
                          cupel_view reason, cupel_driver_why* why);
  cupel_status (*stats)(void* queue, cupel_driver_stats* stats,
                        cupel_driver_why* why);

  /* May be NULL: then the host says UNIMPLEMENTED, and `remedy`. */
  cupel_status (*get)(void* queue, cupel_view id,
                      cupel_driver_take_record_fn take, void* user_data,
                      cupel_driver_why* why);
  cupel_status (*list)(void* queue, const cupel_driver_list_request* request,
                       cupel_driver_take_record_fn take, void* user_data,
                       cupel_driver_why* why);
  /* A dead or cancelled job waits again, with all its attempts. */
  cupel_status (*retry)(void* queue, cupel_view id, cupel_driver_why* why);
  cupel_status (*cancel)(void* queue, cupel_view id, cupel_view reason,
                         cupel_driver_why* why);
  /* Removes what ended before; `state` as in cupel_driver_list_request. */
  cupel_status (*purge)(void* queue, int64_t ended_before_us, int32_t state,
                        uint64_t* count, cupel_driver_why* why);
  /* What to do instead of what is NULL: "read the queue cupel.dead with …". */
  const char* remedy;
} cupel_queue_driver_v1;

/* What a shared object exports, as cupel_queue_driver_v1_get. The host's ABI is
 * given, so that a driver may decline with NULL. */
typedef const cupel_queue_driver_v1* (*cupel_queue_driver_v1_fn)(
    uint32_t host_abi);

#if defined(_WIN32)
#define CUPEL_QUEUE_DRIVER_VISIBLE __declspec(dllexport)
#else
#define CUPEL_QUEUE_DRIVER_VISIBLE __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
#define CUPEL_QUEUE_DRIVER_LINKAGE extern "C"
#else
#define CUPEL_QUEUE_DRIVER_LINKAGE
#endif

/* CUPEL_QUEUE_DRIVER_EXPORT(&kDriver): once per shared object. */
#define CUPEL_QUEUE_DRIVER_EXPORT(table)                  \
  CUPEL_QUEUE_DRIVER_LINKAGE                              \
  CUPEL_QUEUE_DRIVER_VISIBLE const cupel_queue_driver_v1* \
  cupel_queue_driver_v1_get(uint32_t host_abi);           \
  CUPEL_QUEUE_DRIVER_LINKAGE const cupel_queue_driver_v1* \
  cupel_queue_driver_v1_get(uint32_t host_abi) {          \
    return host_abi == CUPEL_QUEUE_DRIVER_ABI             \
               ? (table)                                  \
               : (const cupel_queue_driver_v1*)0;         \
  }

/* For `return cupel_driver_fail(why, CUPEL_STATUS_UNAVAILABLE, "…")`: what does
 * not fit is cut. */
CUPEL_INLINE cupel_status cupel_driver_fail(cupel_driver_why* why,
                                            cupel_status code,
                                            const char* text) {
  size_t size = strlen(text);
  if (size >= sizeof(why->text)) size = sizeof(why->text) - 1;
  memcpy(why->text, text, size);
  why->text[size] = '\0';
  return code;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_QUEUE_DRIVER_H_ */
