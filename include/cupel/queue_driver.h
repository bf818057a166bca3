/**
 * @file queue_driver.h
 * @brief The table by which a message broker, or whatever else keeps jobs,
 *   becomes a queue of Cupel's. docs/queue.md is the guide.
 *
 * A driver is a shared object that exports cupel_queue_driver_v1_get; it is
 * loaded when somebody opens a queue with one of its schemes, from
 * lib/cupel/drivers beside the library or from a folder that the host names. It
 * includes this header alone, and links nothing of ours.
 *
 *     static const cupel_queue_driver_v1 kDriver = {
 *         .struct_size = sizeof(cupel_queue_driver_v1),
 *         .abi = CUPEL_QUEUE_DRIVER_ABI,
 *         .name = "amqp", .version = "1.0", .schemes = "amqp amqps",
 *         .open = Open, .close = Close, .submit = Submit, ...};
 *     CUPEL_QUEUE_DRIVER_EXPORT(&kDriver)
 *
 * Threads: an open queue is entered by any number of threads at once; `close`
 * is the last call, made when no other is under way. Functions must not throw,
 * longjmp or end the thread. They may wait for the broker, for bounded time;
 * `wake` ends a `wait` at once.
 *
 * Ownership: views that are handed in are borrowed until the call returns, and
 * views that a driver hands to a callback until that returns. Callbacks are
 * called on the calling thread, before the call returns, and only if it is
 * about to return CUPEL_STATUS_OK.
 *
 * Errors: what is no lease any more is ABORTED, an unknown job NOT_FOUND, a job
 * in a state in which that can't be done FAILED_PRECONDITION, what this driver
 * can't do UNIMPLEMENTED, a broker that can't be reached UNAVAILABLE, a wrong
 * password UNAUTHENTICATED, a wrong URL INVALID_ARGUMENT. `why` gets one line
 * that names the thing and the remedy; never a password or a job's body.
 *
 * Growth: structs grow at their end. `struct_size` says how much of a struct
 * its giver knows: what a newer one has more is not looked at.
 */
#ifndef CUPEL_QUEUE_DRIVER_H_
#define CUPEL_QUEUE_DRIVER_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup queue_driver Drivers of queues
 * What a driver is, and what it is handed. The file queue_driver.h has the
 * rules.
 * @{
 */

/** What `abi` in a table must be. Grows only with what breaks old drivers. */
#define CUPEL_QUEUE_DRIVER_ABI 1

/** Why a call failed. The host's; zeroed but for its size before the call. */
typedef struct cupel_driver_why {
  /** As the host knows it. */
  size_t struct_size;
  /** UTF-8 with a NUL at its end. */
  char text[1024];
} cupel_driver_why;

/** How a queue is to be opened. Times are microseconds. */
typedef struct cupel_driver_open {
  /** As the host knows it. */
  size_t struct_size;
  /** As the user wrote it, with a password if any. */
  cupel_view url;
  /** Attempts of a job that says nothing itself; not 0. */
  uint32_t max_attempts;
  /** 0. */
  uint32_t reserved;
  /** That a job waits after its first failure, then double. */
  int64_t backoff_us;
  /** But never more. */
  int64_t max_backoff_us;
  /** 0 to 1: up to that part more or less. */
  double jitter;
  /** Bytes; longer bodies are refused. */
  uint64_t max_body_bytes;
  /** Bytes; longer results are refused. */
  uint64_t max_result_bytes;
} cupel_driver_open;

/** A job that is submitted. Times are microseconds since 1970, UTC; 0 where
 * nothing is said. */
typedef struct cupel_driver_job {
  /** As its giver knows it. */
  size_t struct_size;
  /** Never empty, at most 256 bytes of UTF-8. */
  cupel_view id;
  /** "scan", "boefje", "normalizer", "package". */
  cupel_view kind;
  /** A JSON object. */
  cupel_view body;
  /** May be empty. */
  cupel_view organisation;
  /** Empty: none. */
  cupel_view dedup_key;
  /** Larger first. */
  int32_t priority;
  /** 0: the queue's own. */
  uint32_t max_attempts;
  /** Not leased before it. */
  int64_t not_before_us;
  /** Not begun after it. */
  int64_t deadline_us;
} cupel_driver_job;

/** Which jobs are asked for. */
typedef struct cupel_driver_lease_request {
  /** As the host knows it. */
  size_t struct_size;
  /** Who asks, for people: "host:pid/name". */
  cupel_view worker;
  /** So many jobs at most; not 0. */
  uint32_t max;
  /** How many `kinds`. */
  uint32_t kind_count;
  /** Microseconds of the lease. */
  int64_t lease_us;
  /** Only these; none: any. */
  const cupel_view* kinds;
} cupel_driver_lease_request;

/** A job that is leased. */
typedef struct cupel_driver_lease {
  /** As the driver knows it. */
  size_t struct_size;
  /** The job. */
  cupel_driver_job job;
  /** Tells this lease from every other of this queue. */
  uint64_t token;
  /** From 1, this one included. */
  uint32_t attempt;
  /** 0. */
  uint32_t reserved;
  /** When the job was submitted; 0: not known. */
  int64_t submitted_us;
  /** When the lease ends. */
  int64_t expires_us;
} cupel_driver_lease;

/** What a job is completed with. */
typedef struct cupel_driver_result {
  /** As the host knows it. */
  size_t struct_size;
  /** MIME type of `bytes`. */
  cupel_view type;
  /** Any bytes. */
  cupel_view bytes;
  /** Memory that the job had at most; 0: not known. */
  uint64_t max_rss_bytes;
} cupel_driver_result;

/** Why an attempt failed. */
typedef struct cupel_driver_failure {
  /** As the host knows it. */
  size_t struct_size;
  /** One line; no secrets. */
  cupel_view reason;
  /** What it did last; may be empty. */
  cupel_view last_step;
  /** The signal that ended the process, or 0. */
  int32_t signal;
  /** 0: dead at once, whatever attempts are left. */
  int32_t retry;
  /** Memory that the job had at most; 0: not known. */
  uint64_t max_rss_bytes;
} cupel_driver_failure;

/** What a driver knows of a job. Times are microseconds since 1970; 0: none. */
typedef struct cupel_driver_record {
  /** As the driver knows it. */
  size_t struct_size;
  /** The job. */
  cupel_driver_job job;
  /** 0 waiting, 1 leased, 2 completed, 3 dead, 4 cancelled. */
  int32_t state;
  /** Attempts that were begun. */
  uint32_t attempts;
  /** Of its last lease. */
  uint64_t token;
  /** When it was submitted. */
  int64_t submitted_us;
  /** From when on it may be leased. */
  int64_t ready_us;
  /** When its lease ends. */
  int64_t lease_expires_us;
  /** When it ended. */
  int64_t finished_us;
  /** Who has it, or had it last. */
  cupel_view worker;
  /** Why it failed, or was cancelled. */
  cupel_view reason;
} cupel_driver_record;

/** How many jobs there are. Zeroed before the call, but for its size. */
typedef struct cupel_driver_stats {
  /** As the host knows it. */
  size_t struct_size;
  /** Ready now. */
  uint64_t waiting;
  /** Ready later. */
  uint64_t delayed;
  /** As far as the driver can know. */
  uint64_t leased;
  /** With a result. */
  uint64_t completed;
  /** Without attempts left. */
  uint64_t dead;
  /** Ended by somebody. */
  uint64_t cancelled;
  /** Since when the oldest is ready; 0: none, or not known. */
  int64_t oldest_waiting_us;
} cupel_driver_stats;

/** Which jobs are listed. */
typedef struct cupel_driver_list_request {
  /** As the host knows it. */
  size_t struct_size;
  /** As in cupel_driver_record; -1: any. */
  int32_t state;
  /** So many at most. */
  uint32_t max;
  /** Empty: any. */
  cupel_view kind;
  /** An id: those after it; empty: from the first. */
  cupel_view after;
} cupel_driver_list_request;

/**
 * The host takes a job that is leased.
 *
 * @param user_data As it was handed in.
 * @param lease Borrowed until this returns.
 */
typedef void (*cupel_driver_take_lease_fn)(void* user_data,
                                           const cupel_driver_lease* lease);

/**
 * The host takes what is known of a job.
 *
 * @param user_data As it was handed in.
 * @param record Borrowed until this returns.
 */
typedef void (*cupel_driver_take_record_fn)(void* user_data,
                                            const cupel_driver_record* record);

/** A driver. Constant; strings are UTF-8 and live as long as the table. */
typedef struct cupel_queue_driver_v1 {
  /** sizeof(cupel_queue_driver_v1). */
  size_t struct_size;
  /** CUPEL_QUEUE_DRIVER_ABI. */
  uint32_t abi;
  /** 0; others are refused. */
  uint32_t flags;
  /** "amqp". */
  const char* name;
  /** "1.0". */
  const char* version;
  /** One line. */
  const char* description;
  /** What URLs begin with: "amqp amqps". */
  const char* schemes;

  /**
   * Opens a queue and stores it. Not OK: nothing is left to close.
   *
   * `options` is borrowed: what is needed of it is copied. UNAVAILABLE if the
   * broker can't be reached, UNAUTHENTICATED or PERMISSION_DENIED if it does
   * not let us in, INVALID_ARGUMENT for a URL that is wrong.
   */
  cupel_status (*open)(const cupel_driver_open* options, void** queue,
                       cupel_driver_why* why);
  /**
   * Closes it. What is leased is given back, as far as the broker can be
   * reached.
   *
   * The last call; no other is under way.
   */
  void (*close)(void* queue);

  /**
   * Adds jobs. OK: the broker has all of them for good. Else it may have some;
   * submitting the same ids again is safe as far as the driver says so.
   * `existed[i]` is set to 1 for a job that was there already.
   *
   * INVALID_ARGUMENT for a job that can't be kept, RESOURCE_EXHAUSTED if the
   * broker has no room, ALREADY_EXISTS, as far as the driver can tell, for an
   * id with other content.
   */
  cupel_status (*submit)(void* queue, const cupel_driver_job* jobs,
                         size_t count, int32_t* existed, cupel_driver_why* why);
  /**
   * Leases as many jobs as there are now, up to `max`; none is no error.
   *
   * `take` is told each of them, in the order in which they are to be done. A
   * job whose deadline is past is not leased.
   */
  cupel_status (*lease)(void* queue, const cupel_driver_lease_request* request,
                        cupel_driver_take_lease_fn take, void* user_data,
                        cupel_driver_why* why);
  /**
   * Waits until there may be a job of these kinds (none: of any) to lease, at
   * most for `micros`; may return early. Does not spin.
   *
   * OK also when the time is over. UNAVAILABLE at once if the broker is lost.
   */
  cupel_status (*wait)(void* queue, const cupel_view* kinds,
                       uint32_t kind_count, int64_t micros,
                       cupel_driver_why* why);
  /** Ends every `wait` that is under way, and the next one if there is none.
   * Takes no lock for long. */
  void (*wake)(void* queue);
  /**
   * Puts the end of a lease off; `cancel_wanted` is set to 1 if somebody wants
   * the job to end.
   *
   * `expires_us` is set to when it ends now. ABORTED if `token` is not the
   * job's latest lease.
   */
  cupel_status (*renew)(void* queue, cupel_view id, uint64_t token,
                        int64_t lease_us, int64_t* expires_us,
                        int32_t* cancel_wanted, cupel_driver_why* why);
  /**
   * Ends a job. OK: the result is kept for good, and the job is over.
   *
   * ABORTED if `token` is not the job's latest lease; OK for the token that it
   * was completed with before. RESOURCE_EXHAUSTED for a result that is too
   * large.
   */
  cupel_status (*complete)(void* queue, cupel_view id, uint64_t token,
                           const cupel_driver_result* result,
                           cupel_driver_why* why);
  /**
   * Has a job go back to waiting, later with each attempt, or be dead.
   *
   * ABORTED if `token` is not the job's latest lease.
   */
  cupel_status (*fail)(void* queue, cupel_view id, uint64_t token,
                       const cupel_driver_failure* failure,
                       cupel_driver_why* why);
  /**
   * Has a job wait again as if it had never been leased.
   *
   * It loses no attempt. ABORTED if `token` is not the job's latest lease.
   */
  cupel_status (*release)(void* queue, cupel_view id, uint64_t token,
                          cupel_view reason, cupel_driver_why* why);
  /**
   * Counts.
   *
   * What the driver can't know stays 0.
   */
  cupel_status (*stats)(void* queue, cupel_driver_stats* stats,
                        cupel_driver_why* why);

  /**
   * Tells one job. May be NULL, as all that follow: then the host says
   * UNIMPLEMENTED, and `remedy`.
   *
   * NOT_FOUND for an id that is not there. `take` is called once, or not at
   * all.
   */
  cupel_status (*get)(void* queue, cupel_view id,
                      cupel_driver_take_record_fn take, void* user_data,
                      cupel_driver_why* why);
  /**
   * Tells jobs in the order of submission.
   *
   * INVALID_ARGUMENT for a state that is none; NOT_FOUND if `after` is not
   * there.
   */
  cupel_status (*list)(void* queue, const cupel_driver_list_request* request,
                       cupel_driver_take_record_fn take, void* user_data,
                       cupel_driver_why* why);
  /**
   * Has a dead or cancelled job wait again, with all its attempts.
   *
   * FAILED_PRECONDITION for one in another state.
   */
  cupel_status (*retry)(void* queue, cupel_view id, cupel_driver_why* why);
  /**
   * Cancels a job: at once, or by telling its worker when it renews.
   *
   * OK for one that is cancelled. FAILED_PRECONDITION for one that is completed
   * or dead.
   */
  cupel_status (*cancel)(void* queue, cupel_view id, cupel_view reason,
                         cupel_driver_why* why);
  /**
   * Removes what ended before; `state` as in cupel_driver_list_request.
   *
   * `ended_before_us` is in microseconds since 1970. `count` is set to how many
   * were removed.
   */
  cupel_status (*purge)(void* queue, int64_t ended_before_us, int32_t state,
                        uint64_t* count, cupel_driver_why* why);
  /** What to do instead of what is NULL: "read the queue cupel.dead with …". */
  const char* remedy;
} cupel_queue_driver_v1;

/**
 * What a shared object exports, as cupel_queue_driver_v1_get.
 *
 * @param host_abi CUPEL_QUEUE_DRIVER_ABI of the host.
 * @return The table; NULL to decline, because the driver does not go with that
 *   ABI.
 */
typedef const cupel_queue_driver_v1* (*cupel_queue_driver_v1_fn)(
    uint32_t host_abi);

/** @} */

/**
 * @def CUPEL_QUEUE_DRIVER_VISIBLE
 * For CUPEL_QUEUE_DRIVER_EXPORT.
 */
#if defined(_WIN32)
#define CUPEL_QUEUE_DRIVER_VISIBLE __declspec(dllexport)
#else
#define CUPEL_QUEUE_DRIVER_VISIBLE __attribute__((visibility("default")))
#endif
/**
 * @def CUPEL_QUEUE_DRIVER_LINKAGE
 * For CUPEL_QUEUE_DRIVER_EXPORT.
 */
#ifdef __cplusplus
#define CUPEL_QUEUE_DRIVER_LINKAGE extern "C"
#else
#define CUPEL_QUEUE_DRIVER_LINKAGE
#endif

/** Exports a driver: CUPEL_QUEUE_DRIVER_EXPORT(&kDriver), once per shared
 * object. */
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

/**
 * Says why a function of a driver failed: `return cupel_driver_fail(why,
 * CUPEL_STATUS_UNAVAILABLE, "…")`.
 *
 * @param[out] why The host's.
 * @param[in] code The status that is returned.
 * @param[in] text One line of UTF-8, not NULL; what does not fit is cut.
 * @return `code`.
 * @since 1.0
 */
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
