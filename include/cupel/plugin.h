/* plugin.h: the table by which a plugin is known, and what it is handed when it
 * is called. The same table whether the plugin is compiled in, loaded as a
 * shared object, registered by a host at run time, or runs in a process of its
 * own. Comes with cupel.h; a plugin includes this header alone and links
 * nothing of ours: everything it may call it gets as pointers.
 *
 *   static cupel_status Scan(cupel_call* call) {
 *     if (call->bytes.size > 4096) cupel_call_result(call, "{\"large\":true}");
 *     return CUPEL_STATUS_OK;
 *   }
 *   static const cupel_plugin_v1 kSize = {
 *       .struct_size = sizeof(cupel_plugin_v1), .abi = CUPEL_PLUGIN_ABI,
 *       .category = CUPEL_PLUGIN_WORKER, .name = "size", .version = "1.0",
 *       .scan = Scan};
 *   CUPEL_PLUGIN_EXPORT(&kSize)
 *
 * Threads: an activated plugin (what `activate` gave as its state) is entered
 * by one thread at a time, and several may be activated side by side, unless
 * its table has CUPEL_PLUGIN_REENTRANT: then one is activated and may be
 * entered by any number of threads. Heartbeats run beside calls, on a thread
 * of their own. Methods must not throw, longjmp or end the thread.
 *
 * Lifetime: everything in a cupel_call lives until the method returns; then the
 * host's functions refuse it, until the plugin is deactivated and the call is
 * gone. What a plugin hands in is copied, but for slices of call->bytes.
 *
 * Growth: structs grow at their end, enums by new values. `struct_size` says
 * how much of a struct its giver knows: the host does not look at what a newer
 * one has more, and refuses flags that it does not know; a plugin looks at
 * call->struct_size and call->host->struct_size before it uses what says that
 * it came after 1.0, and bears with values that it does not know.
 *
 * The example above is C99 and C++20; in C++17, where members can't be named,
 * write `cupel_plugin_v1 table{};` and set them (examples/plugins). */
#ifndef CUPEL_PLUGIN_H_
#define CUPEL_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What `abi` in a table must be. Grows only with what breaks old plugins. */
#define CUPEL_PLUGIN_ABI 1

/* What a plugin does; in brackets the method that its table must have. */
typedef int32_t cupel_plugin_category;
enum {
  CUPEL_PLUGIN_SOURCE = 1,    /* brings work [ingest] */
  CUPEL_PLUGIN_READER = 2,    /* text out of a document [read] */
  CUPEL_PLUGIN_WORKER = 3,    /* says something about a payload [scan] */
  CUPEL_PLUGIN_EXTRACTOR = 4, /* what a container holds [extract] */
  CUPEL_PLUGIN_CARVER = 5,    /* files among other bytes [carve] */
  CUPEL_PLUGIN_DECODER = 6,   /* the same in clear [decode] */
  CUPEL_PLUGIN_DECORATOR = 7, /* adds to a finished report [decorate] */
  CUPEL_PLUGIN_CONNECTOR = 8, /* takes reports, keeps payloads [save] */
  CUPEL_PLUGIN_NORMALIZER = 9 /* objects out of raw output [normalize] */
};

/* Where a plugin runs: a higher one is further from the host. */
typedef int32_t cupel_tier;
enum {
  CUPEL_TIER_BUILTIN = 1, /* in the host's process */
  CUPEL_TIER_PROCESS =
      2,             /* in a cupel-runner, without network and privileges */
  CUPEL_TIER_OCI = 3 /* in a container */
};

/* What a plugin needs and does not get without asking. */
enum {
  CUPEL_NEEDS_NETWORK = 1 << 0,
  CUPEL_NEEDS_FILES = 1 << 1 /* to write outside its own temporary folder */
};

enum {
  /* One activated plugin may be entered by several threads at once. */
  CUPEL_PLUGIN_REENTRANT = 1 << 0
};

typedef int32_t cupel_log_level;
enum {
  CUPEL_LOG_DEBUG = 0,
  CUPEL_LOG_INFO = 1,
  CUPEL_LOG_WARNING = 2,
  CUPEL_LOG_ERROR = 3
};

typedef struct cupel_call cupel_call;

enum {
  CUPEL_CHILD_NO_SCAN = 1 << 0, /* listed in the report, nothing more */
  CUPEL_CHILD_SAVE = 1 << 1     /* given to the archive connector, if any */
};

/* A payload that was found in, or made of, the one at hand. Copied, but for
 * `bytes` that lie inside call->bytes: such a slice costs nothing, and counts
 * for nothing in `budget`. One that is longer than the host allows is cut: that
 * is OK, and the report says it. */
typedef struct cupel_child {
  size_t struct_size;
  uint32_t flags;    /* CUPEL_CHILD_*; others are refused */
  uint32_t reserved; /* 0 */
  cupel_view bytes;
  cupel_view name;     /* may be empty; any bytes, never used as a path */
  cupel_view metadata; /* JSON object; may be empty */
  cupel_view dispatch; /* "decoder:xor, worker:pe": also run these on it */
} cupel_child;
#define CUPEL_CHILD_INIT \
  {sizeof(cupel_child), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* A statement that makes a payload `matched`, as a rule's match does. */
typedef struct cupel_statement {
  size_t struct_size;
  uint32_t reserved[2];
  cupel_view name; /* "eicar": 1 to 256 bytes of UTF-8 */
  cupel_view tags; /* separated by spaces, at most 256 */
  cupel_view meta; /* JSON object; may be empty */
  int64_t weight;  /* added to the payload's score */
  /* What it is about, inside call->bytes; with length 0 all of it. */
  uint64_t offset;
  uint64_t length;
} cupel_statement;
#define CUPEL_STATEMENT_INIT \
  {sizeof(cupel_statement), {0, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0}

/* What a source brings: one job. Either bytes, or a path that is opened by the
 * host. Copied. */
typedef struct cupel_item {
  size_t struct_size;
  uint32_t flags; /* must be 0 */
  uint32_t reserved;
  cupel_view name; /* what stands for it in the report */
  cupel_view path; /* of a file; empty: take bytes */
  cupel_view bytes;
  cupel_view metadata; /* JSON object, goes into the report; may be empty */
  cupel_view tlp;      /* empty: the job's */
} cupel_item;
#define CUPEL_ITEM_INIT                                 \
  {sizeof(cupel_item), 0,         0,         {NULL, 0}, \
   {NULL, 0},          {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* Takes what a nested call hands back: results (JSON) and children. */
typedef void (*cupel_nested_fn)(void* user_data, int32_t is_child,
                                cupel_view name, cupel_view bytes);

/* What the host does for a plugin. Every function takes the call at hand, may
 * be used only while it lasts, and on the thread that it came on, but for
 * `cancelled` and `log`: else it does nothing (FAILED_PRECONDITION; `cancelled`
 * gives 1, `budget` 0). Those that return a status refuse what is wrong
 * (INVALID_ARGUMENT) or too much (RESOURCE_EXHAUSTED: stop, the rest would be
 * dropped as well); the report says so in either case. Views with a size and no
 * data are wrong. `activate` and `heartbeat` hand nothing back but errors. */
typedef struct cupel_host_v1 {
  size_t struct_size;
  uint32_t abi;     /* CUPEL_PLUGIN_ABI of the host */
  uint32_t version; /* of the library, as cupel_version() */
  /* One line; what is over 16 KiB is left out, control characters are shown
   * as such. */
  void (*log)(const cupel_call* call, cupel_log_level level, cupel_view text);
  /* Not 0 once the method should return as soon as it can. */
  int32_t (*cancelled)(const cupel_call* call);
  /* Bytes that the call may still hand back. */
  uint64_t (*budget)(const cupel_call* call);
  /* The value of an option: text as it is, anything else as JSON; until the
   * method returns. NOT_FOUND, with *out empty, if there is none. */
  cupel_status (*option)(const cupel_call* call, cupel_view name,
                         cupel_view* out);
  cupel_status (*child)(cupel_call* call, const cupel_child* child);
  /* One result, a JSON value. */
  cupel_status (*result)(cupel_call* call, cupel_view json);
  cupel_status (*statement)(cupel_call* call, const cupel_statement* statement);
  /* "decoder:xor": to be run on this payload as well. */
  cupel_status (*dispatch)(cupel_call* call, cupel_view plugin);
  /* Something went wrong, but what was handed back is good. */
  void (*error)(cupel_call* call, cupel_status code, cupel_view message);
  /* Sources only. Returns OK when the item was scanned and whoever runs the
   * source has its report, so that it may be acknowledged then to where it came
   * from. CANCELLED: stop; it may not have been scanned. Anything else: it was
   * refused, the next may do. */
  cupel_status (*item)(cupel_call* call, const cupel_item* item);
  /* Runs another plugin ("reader:text") on `bytes`, now, in its own tier.
   * `options` is a JSON object or empty. NOT_FOUND if there is none. `take` may
   * be NULL, and is called before this returns; what it gets lives that long.
   * Errors of that plugin go to the report. */
  cupel_status (*nested)(cupel_call* call, cupel_view plugin, cupel_view bytes,
                         cupel_view options, cupel_nested_fn take,
                         void* user_data);
} cupel_host_v1;

/* One call of a method. Filled by the host. */
struct cupel_call {
  size_t struct_size;
  const cupel_host_v1* host;
  void* state;    /* what `activate` stored, else the table's user_data */
  void* internal; /* the host's */
  /* The payload; of `save` the payload to be kept, or none if `document` is
   * what is to be saved; none for ingest, connect, disconnect and get_file. */
  cupel_view bytes;
  cupel_view name;   /* its own name, raw bytes */
  cupel_view path;   /* with all that is around it, printable */
  cupel_view type;   /* "zip"; empty if not known */
  cupel_view mime;   /* empty if not known */
  cupel_view sha256; /* 64 hexadecimal digits; empty without bytes */
  cupel_view tlp;    /* "clear" to "red" */
  /* The plugin's options, a JSON object; a dispatching rule's metas are over
   * them. */
  cupel_view options;
  /* JSON: the report, for decorate and save; what is known of the payload, for
   * get_file (what `save` gave as result) and for saving payloads (hashes);
   * the raw's metadata for normalize. Else empty. */
  cupel_view document;
  uint64_t payload; /* its id in the report; 0: none */
  uint32_t depth;   /* payloads around it */
  uint32_t reserved;
};

/* Returns OK, or why it failed: what was handed back before counts. The text of
 * the last `error` is the failure's, if there was one. */
typedef cupel_status (*cupel_method_fn)(cupel_call* call);

/* A plugin. Constant; strings are UTF-8 and live as long as the table. */
typedef struct cupel_plugin_v1 {
  size_t struct_size;
  uint32_t abi;   /* CUPEL_PLUGIN_ABI */
  uint32_t flags; /* CUPEL_PLUGIN_*; others are refused */
  cupel_plugin_category category;
  uint32_t needs;          /* CUPEL_NEEDS_*; others are refused */
  cupel_tier least_tier;   /* 0: any */
  uint32_t reserved;       /* 0 */
  const char* name;        /* [A-Za-z0-9][A-Za-z0-9_.-]{0,63} */
  const char* version;     /* "1.0"; may be NULL, as all that follow */
  const char* description; /* one line */
  const char* author;
  /* What it is run on unasked: names of types, MIME types, patterns such as
   * "text/" followed by a star, a single star for everything; separated by
   * spaces. NULL: only what is dispatched to it. */
  const char* consumes;
  /* Plugins that have to have run on the same payload: "worker:pe ...". */
  const char* requires_plugins;
  const char* max_tlp;     /* strictest label it may see; NULL: all */
  const char* min_version; /* of Cupel: at least */
  const char* max_version; /* of Cupel: below */
  const char* options;     /* JSON object: options and their defaults */
  uint64_t heartbeat_ns;   /* period; 0: none */
  /* Before the first call; call->options are those of the plugin. Stores the
   * state. Not OK: the plugin is not used, the report says why, and nobody
   * deactivates it: whatever it made it frees itself. */
  cupel_status (*activate)(cupel_call* call, void** state);
  /* Once, after the last call. Ends what it started. */
  void (*deactivate)(void* state);
  cupel_method_fn heartbeat;
  /* One or more of them, as `category` says. */
  cupel_method_fn ingest;
  cupel_method_fn read;
  cupel_method_fn scan;
  cupel_method_fn extract;
  cupel_method_fn carve;
  cupel_method_fn decode;
  cupel_method_fn decorate;   /* one result, an object: what is added */
  cupel_method_fn save;       /* a result may say where: {"conn_id": …} */
  cupel_method_fn connect;    /* before the first save */
  cupel_method_fn disconnect; /* after the last */
  cupel_method_fn get_file;   /* hands back one child */
  cupel_method_fn normalize;  /* results are objects */
  /* The state until `activate` stores another: tells one table from
   * another if several have the same functions. Not freed. Since 1.0. */
  void* user_data;
} cupel_plugin_v1;

/* What a shared object exports, as cupel_plugins_v1: its tables. The host's ABI
 * is given, so that a plugin may decline with NULL. */
typedef const cupel_plugin_v1* const* (*cupel_plugins_v1_fn)(uint32_t host_abi,
                                                             size_t* count);

#if defined(_WIN32)
#define CUPEL_PLUGIN_VISIBLE __declspec(dllexport)
#else
#define CUPEL_PLUGIN_VISIBLE __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
#define CUPEL_PLUGIN_LINKAGE extern "C"
#else
#define CUPEL_PLUGIN_LINKAGE
#endif

/* CUPEL_PLUGIN_EXPORT(&kOne, &kTwo): once per shared object. In C90, whose
 * macros take no list, a plugin writes this function out. */
#if CUPEL_HAS_VARIADIC_MACROS
#define CUPEL_PLUGIN_EXPORT(...)                                          \
  CUPEL_PLUGIN_LINKAGE CUPEL_PLUGIN_VISIBLE const cupel_plugin_v1* const* \
  cupel_plugins_v1(uint32_t host_abi, size_t* count);                     \
  CUPEL_PLUGIN_LINKAGE const cupel_plugin_v1* const* cupel_plugins_v1(    \
      uint32_t host_abi, size_t* count) {                                 \
    static const cupel_plugin_v1* const kTables[] = {__VA_ARGS__};        \
    (void)host_abi;                                                       \
    *count = sizeof(kTables) / sizeof(kTables[0]);                        \
    return kTables;                                                       \
  }
#endif

/* -------------------------------------------------- the host, conveniently */

CUPEL_INLINE void cupel_call_log(const cupel_call* call, cupel_log_level level,
                                 const char* text) {
  call->host->log(call, level, cupel_str(text));
}
CUPEL_INLINE int32_t cupel_call_cancelled(const cupel_call* call) {
  return call->host->cancelled(call);
}
CUPEL_INLINE cupel_view cupel_call_option(const cupel_call* call,
                                          const char* name) {
  cupel_view value = {NULL, 0};
  call->host->option(call, cupel_str(name), &value);
  return value;
}
/* A child of these bytes, named, without anything else. */
CUPEL_INLINE cupel_status cupel_call_child(cupel_call* call, const char* name,
                                           cupel_view bytes) {
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = bytes;
  child.name = cupel_str(name);
  return call->host->child(call, &child);
}
CUPEL_INLINE cupel_status cupel_call_result(cupel_call* call,
                                            const char* json) {
  return call->host->result(call, cupel_str(json));
}
CUPEL_INLINE cupel_status cupel_call_dispatch(cupel_call* call,
                                              const char* plugin) {
  return call->host->dispatch(call, cupel_str(plugin));
}
/* For `return cupel_call_fail(call, CUPEL_STATUS_DATA_LOSS, "why")`. */
CUPEL_INLINE cupel_status cupel_call_fail(cupel_call* call, cupel_status code,
                                          const char* message) {
  call->host->error(call, code, cupel_str(message));
  return code;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGIN_H_ */
