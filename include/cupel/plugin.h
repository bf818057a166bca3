/**
 * @file plugin.h
 * @brief The table by which a plugin is known, and what it is handed when it is
 *   called. docs/write-a-plugin.md is the guide.
 *
 * The same table whether the plugin is compiled in, loaded as a shared object,
 * registered by a host at run time, or runs in a process of its own. Comes with
 * cupel.h; a plugin includes this header alone and links nothing of ours:
 * everything it may call it gets as pointers.
 *
 *     static cupel_status Scan(cupel_call* call) {
 *       if (call->bytes.size > 4096) cupel_call_result(call, "{\"big\":true}");
 *       return CUPEL_STATUS_OK;
 *     }
 *     static const cupel_plugin_v1 kSize = {
 *         .struct_size = sizeof(cupel_plugin_v1), .abi = CUPEL_PLUGIN_ABI,
 *         .category = CUPEL_PLUGIN_WORKER, .name = "size", .version = "1.0",
 *         .scan = Scan};
 *     CUPEL_PLUGIN_EXPORT(&kSize)
 *
 * Threads: an activated plugin (what `activate` gave as its state) is entered
 * by one thread at a time, and several may be activated side by side, unless
 * its table has CUPEL_PLUGIN_REENTRANT: then one is activated and may be
 * entered by any number of threads. Heartbeats run beside calls, on a thread of
 * their own. Methods must not throw, longjmp or end the thread.
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
 * write `cupel_plugin_v1 table{};` and set them (examples/plugins).
 */
#ifndef CUPEL_PLUGIN_H_
#define CUPEL_PLUGIN_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup plugin Tables of plugins
 * What a plugin is, and what it is handed. The file plugin.h has the rules.
 * @{
 */

/** What `abi` in a table must be. Grows only with what breaks old plugins. */
#define CUPEL_PLUGIN_ABI 1

/** What a plugin does: a CUPEL_PLUGIN_SOURCE or one of those beside it. */
typedef int32_t cupel_plugin_category;

/** The values of a cupel_plugin_category; in brackets the method that its table
 * must have. */
enum {
  /** Brings work [ingest]. */
  CUPEL_PLUGIN_SOURCE = 1,
  /** Takes text out of a document [read]. */
  CUPEL_PLUGIN_READER = 2,
  /** Says something about a payload [scan]. */
  CUPEL_PLUGIN_WORKER = 3,
  /** Gives what a container holds [extract]. */
  CUPEL_PLUGIN_EXTRACTOR = 4,
  /** Finds files among other bytes [carve]. */
  CUPEL_PLUGIN_CARVER = 5,
  /** Gives the same in clear [decode]. */
  CUPEL_PLUGIN_DECODER = 6,
  /** Adds to a finished report [decorate]. */
  CUPEL_PLUGIN_DECORATOR = 7,
  /** Takes reports, keeps payloads [save]. */
  CUPEL_PLUGIN_CONNECTOR = 8,
  /** Makes objects out of raw output [normalize]. */
  CUPEL_PLUGIN_NORMALIZER = 9
};

/** Where a plugin runs: a CUPEL_TIER_*. A higher one is further from the host.
 * */
typedef int32_t cupel_tier;

/** The values of a cupel_tier. */
enum {
  /** In the host's process. */
  CUPEL_TIER_BUILTIN = 1,
  /** In a cupel-runner, without network and privileges. */
  CUPEL_TIER_PROCESS = 2,
  /** In a container. */
  CUPEL_TIER_OCI = 3
};

/** What a plugin needs and does not get without asking: bits of
 * cupel_plugin_v1.needs. */
enum {
  /** Connections to others. */
  CUPEL_NEEDS_NETWORK = 1 << 0,
  /** To write outside its own temporary folder. */
  CUPEL_NEEDS_FILES = 1 << 1
};

/** What a plugin is: bits of cupel_plugin_v1.flags. */
enum {
  /** One activated plugin may be entered by several threads at once. */
  CUPEL_PLUGIN_REENTRANT = 1 << 0
};

/** How much a line of a log matters: a CUPEL_LOG_*. */
typedef int32_t cupel_log_level;

/** The values of a cupel_log_level. */
enum {
  /** For those who look for a fault. */
  CUPEL_LOG_DEBUG = 0,
  /** What happens. */
  CUPEL_LOG_INFO = 1,
  /** What may be wrong. */
  CUPEL_LOG_WARNING = 2,
  /** What is wrong. */
  CUPEL_LOG_ERROR = 3
};

/** One call of a method: see the struct of that name. */
typedef struct cupel_call cupel_call;

/** What becomes of a child: bits of cupel_child.flags. */
enum {
  /** Listed in the report, nothing more. */
  CUPEL_CHILD_NO_SCAN = 1 << 0,
  /** Given to the archive connector, if any. */
  CUPEL_CHILD_SAVE = 1 << 1
};

/** A payload that was found in, or made of, the one at hand. Copied, but for
 * `bytes` that lie inside call->bytes: such a slice costs nothing, and counts
 * for nothing in `budget`. One that is longer than the host allows is cut: that
 * is OK, and the report says it. */
typedef struct cupel_child {
  /** sizeof(cupel_child). */
  size_t struct_size;
  /** CUPEL_CHILD_*; others are refused. */
  uint32_t flags;
  /** 0. */
  uint32_t reserved;
  /** The payload; may be empty. */
  cupel_view bytes;
  /** May be empty; any bytes, never used as a path. */
  cupel_view name;
  /** A JSON object; may be empty. */
  cupel_view metadata;
  /** Also run these on it: "decoder:xor, worker:pe". */
  cupel_view dispatch;
} cupel_child;
/** The defaults of a cupel_child. */
#define CUPEL_CHILD_INIT \
  {sizeof(cupel_child), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/** A statement that makes a payload `matched`, as a rule's match does. */
typedef struct cupel_statement {
  /** sizeof(cupel_statement). */
  size_t struct_size;
  /** 0. */
  uint32_t reserved[2];
  /** "eicar": 1 to 256 bytes of UTF-8. */
  cupel_view name;
  /** Separated by spaces, at most 256. */
  cupel_view tags;
  /** A JSON object; may be empty. */
  cupel_view meta;
  /** Added to the payload's score; may be negative. */
  int64_t weight;
  /** Where it is about, inside call->bytes; */
  uint64_t offset;
  /** and how much; with 0 all of it. */
  uint64_t length;
} cupel_statement;
/** The defaults of a cupel_statement; it needs a name. */
#define CUPEL_STATEMENT_INIT \
  {sizeof(cupel_statement), {0, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0}

/** What a source brings: one job. Either bytes, or a path that is opened by the
 * host. Copied. */
typedef struct cupel_item {
  /** sizeof(cupel_item). */
  size_t struct_size;
  /** Must be 0. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
  /** What stands for it in the report. */
  cupel_view name;
  /** Of a file; empty: take bytes. */
  cupel_view path;
  /** The payload, if there is no path. */
  cupel_view bytes;
  /** A JSON object that goes into the report; may be empty. */
  cupel_view metadata;
  /** Empty: the job's. */
  cupel_view tlp;
} cupel_item;
/** The defaults of a cupel_item. */
#define CUPEL_ITEM_INIT                                 \
  {sizeof(cupel_item), 0,         0,         {NULL, 0}, \
   {NULL, 0},          {NULL, 0}, {NULL, 0}, {NULL, 0}}

/**
 * Takes what a nested call hands back. Called on the thread that asked, before
 * the call returns.
 *
 * @param user_data As it was handed in.
 * @param is_child 0: a result; else a child.
 * @param name Of a child; empty for a result.
 * @param bytes Of a child; the JSON of a result. All are borrowed until this
 *   returns.
 */
typedef void (*cupel_nested_fn)(void* user_data, int32_t is_child,
                                cupel_view name, cupel_view bytes);

/**
 * What the host does for a plugin.
 *
 * Every function takes the call at hand, may be used only while it lasts, and
 * on the thread that it came on, but for `cancelled` and `log`: else it does
 * nothing (FAILED_PRECONDITION; `cancelled` gives 1, `budget` 0). Those that
 * return a status refuse what is wrong (INVALID_ARGUMENT) or too much
 * (RESOURCE_EXHAUSTED: stop, the rest would be dropped as well); the report
 * says so in either case. Views with a size and no data are wrong. `activate`
 * and `heartbeat` hand nothing back but errors.
 */
typedef struct cupel_host_v1 {
  /** As the host knows it. */
  size_t struct_size;
  /** CUPEL_PLUGIN_ABI of the host. */
  uint32_t abi;
  /** Of the library, as cupel_version(). */
  uint32_t version;
  /** Writes one line of UTF-8 to the host's log; what is over 16 KiB is left
   * out, control characters are shown as such. Any thread. */
  void (*log)(const cupel_call* call, cupel_log_level level, cupel_view text);
  /** Not 0 once the method should return as soon as it can. Any thread; cheap
   * enough for every round of a loop. */
  int32_t (*cancelled)(const cupel_call* call);
  /** Bytes that the call may still hand back. */
  uint64_t (*budget)(const cupel_call* call);
  /** The value of an option: text as it is, anything else as JSON; until the
   * method returns. NOT_FOUND, with *out empty, if there is none. */
  cupel_status (*option)(const cupel_call* call, cupel_view name,
                         cupel_view* out);
  /** Hands back a payload. */
  cupel_status (*child)(cupel_call* call, const cupel_child* child);
  /** Hands back one result, a JSON value. */
  cupel_status (*result)(cupel_call* call, cupel_view json);
  /** Hands back a statement. */
  cupel_status (*statement)(cupel_call* call, const cupel_statement* statement);
  /** Has "decoder:xor" be run on this payload as well. */
  cupel_status (*dispatch)(cupel_call* call, cupel_view plugin);
  /** Says that something went wrong, but what was handed back is good.
   * `message` is one line. */
  void (*error)(cupel_call* call, cupel_status code, cupel_view message);
  /** Sources only: hands over an item. Returns OK when the item was scanned and
   * whoever runs the source has its report, so that it may be acknowledged then
   * to where it came from. CANCELLED: stop; it may not have been scanned.
   * Anything else: it was refused, the next may do. */
  cupel_status (*item)(cupel_call* call, const cupel_item* item);
  /** Runs another plugin ("reader:text") on `bytes`, now, in its own tier.
   * `options` is a JSON object or empty. NOT_FOUND if there is none. `take` may
   * be NULL, and is called before this returns; what it gets lives that long.
   * Errors of that plugin go to the report. */
  cupel_status (*nested)(cupel_call* call, cupel_view plugin, cupel_view bytes,
                         cupel_view options, cupel_nested_fn take,
                         void* user_data);
} cupel_host_v1;

/** One call of a method. Filled by the host; the plugin changes nothing in it.
 * */
struct cupel_call {
  /** As the host knows it. */
  size_t struct_size;
  /** What the host does. */
  const cupel_host_v1* host;
  /** What `activate` stored, else the table's user_data. */
  void* state;
  /** The host's. */
  void* internal;
  /** The payload; of `save` the payload to be kept, or none if `document` is
   * what is to be saved; none for ingest, connect, disconnect and get_file. */
  cupel_view bytes;
  /** Its own name, raw bytes. */
  cupel_view name;
  /** With all that is around it, printable: "pkg.tgz!/a/b.js". */
  cupel_view path;
  /** "zip"; empty if not known. */
  cupel_view type;
  /** "application/zip"; empty if not known. */
  cupel_view mime;
  /** 64 hexadecimal digits; empty without bytes. */
  cupel_view sha256;
  /** "clear" to "red". */
  cupel_view tlp;
  /** The plugin's options, a JSON object; a dispatching rule's metas are over
   * them. */
  cupel_view options;
  /** JSON: the report, for decorate and save; what is known of the payload, for
   * get_file (what `save` gave as result) and for saving payloads (hashes); the
   * raw's metadata for normalize. Else empty. */
  cupel_view document;
  /** Its id in the report; 0: none. */
  uint64_t payload;
  /** Payloads around it. */
  uint32_t depth;
  /** 0. */
  uint32_t reserved;
};

/**
 * A method of a plugin.
 *
 * @param call What it is called with; valid until it returns.
 * @return CUPEL_STATUS_OK, or why it failed: what was handed back before
 *   counts. The text of the last `error` is the failure's, if there was one.
 */
typedef cupel_status (*cupel_method_fn)(cupel_call* call);

/** A plugin. Constant; strings are UTF-8 and live as long as the table. */
typedef struct cupel_plugin_v1 {
  /** sizeof(cupel_plugin_v1). */
  size_t struct_size;
  /** CUPEL_PLUGIN_ABI. */
  uint32_t abi;
  /** CUPEL_PLUGIN_REENTRANT; others are refused. */
  uint32_t flags;
  /** CUPEL_PLUGIN_SOURCE or one of those beside it. */
  cupel_plugin_category category;
  /** CUPEL_NEEDS_*; others are refused. */
  uint32_t needs;
  /** CUPEL_TIER_*: it never runs nearer. 0: any. */
  cupel_tier least_tier;
  /** 0. */
  uint32_t reserved;
  /** [A-Za-z0-9][A-Za-z0-9_.-]{0,63} */
  const char* name;
  /** "1.0"; may be NULL, as all that follow. */
  const char* version;
  /** One line. */
  const char* description;
  /** Who wrote it. */
  const char* author;
  /** What it is run on unasked: names of types, MIME types, patterns such as
   * "text/" followed by a star, a single star for everything; separated by
   * spaces. NULL: only what is dispatched to it. */
  const char* consumes;
  /** Plugins that have to have run on the same payload: "worker:pe ...". */
  const char* requires_plugins;
  /** Strictest label it may see; NULL: all. */
  const char* max_tlp;
  /** Of Cupel: at least. */
  const char* min_version;
  /** Of Cupel: below. */
  const char* max_version;
  /** A JSON object: options and their defaults. */
  const char* options;
  /** Nanoseconds between two calls of `heartbeat`; 0: none. */
  uint64_t heartbeat_ns;
  /** Called before the first call; call->options are those of the plugin.
   * Stores the state. Not OK: the plugin is not used, the report says why, and
   * nobody deactivates it: whatever it made it frees itself. */
  cupel_status (*activate)(cupel_call* call, void** state);
  /** Called once, after the last call. Ends what the plugin started. */
  void (*deactivate)(void* state);
  /** Called every `heartbeat_ns`, on a thread of its own. */
  cupel_method_fn heartbeat;
  /** Hands over items until there are no more. This and those that follow: one
   * or more of them, as `category` says. */
  cupel_method_fn ingest;
  /** Children: the text. */
  cupel_method_fn read;
  /** Results, statements and dispatches. */
  cupel_method_fn scan;
  /** Children. */
  cupel_method_fn extract;
  /** Children, mostly slices. */
  cupel_method_fn carve;
  /** Children. */
  cupel_method_fn decode;
  /** One result, an object: what is added. */
  cupel_method_fn decorate;
  /** A result may say where: {"conn_id": …}. */
  cupel_method_fn save;
  /** Called before the first save. */
  cupel_method_fn connect;
  /** Called after the last. */
  cupel_method_fn disconnect;
  /** Hands back one child. */
  cupel_method_fn get_file;
  /** Results are objects. */
  cupel_method_fn normalize;
  /** The state until `activate` stores another: tells one table from another if
   * several have the same functions. Not freed. Since 1.0. */
  void* user_data;
} cupel_plugin_v1;

/**
 * What a shared object exports, as cupel_plugins_v1: its tables.
 *
 * @param host_abi CUPEL_PLUGIN_ABI of the host.
 * @param count Set to how many tables there are.
 * @return The tables, valid as long as the object is loaded; NULL to decline,
 *   because the plugins do not go with that ABI.
 */
typedef const cupel_plugin_v1* const* (*cupel_plugins_v1_fn)(uint32_t host_abi,
                                                             size_t* count);

/** @} */

/**
 * @def CUPEL_PLUGIN_VISIBLE
 * For CUPEL_PLUGIN_EXPORT.
 */
#if defined(_WIN32)
#define CUPEL_PLUGIN_VISIBLE __declspec(dllexport)
#else
#define CUPEL_PLUGIN_VISIBLE __attribute__((visibility("default")))
#endif
/**
 * @def CUPEL_PLUGIN_LINKAGE
 * For CUPEL_PLUGIN_EXPORT.
 */
#ifdef __cplusplus
#define CUPEL_PLUGIN_LINKAGE extern "C"
#else
#define CUPEL_PLUGIN_LINKAGE
#endif

/**
 * @def CUPEL_PLUGIN_EXPORT
 * Exports plugins: CUPEL_PLUGIN_EXPORT(&kOne, &kTwo), once per shared object.
 * In C90, whose macros take no list, a plugin writes this function out.
 */
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

/**
 * @defgroup plugin_call The host, conveniently
 * The same as call->host->…, for C strings. For the thread that a method runs
 * on.
 * @{
 */

/**
 * Writes a line to the host's log.
 *
 * @param[in] call The call at hand.
 * @param[in] level CUPEL_LOG_*.
 * @param[in] text One line, UTF-8.
 * @since 1.0
 */
CUPEL_INLINE void cupel_call_log(const cupel_call* call, cupel_log_level level,
                                 const char* text) {
  call->host->log(call, level, cupel_str(text));
}

/**
 * Whether the method should return.
 *
 * @param[in] call The call at hand.
 * @return Not 0 once it should, as soon as it can.
 * @since 1.0
 */
CUPEL_INLINE int32_t cupel_call_cancelled(const cupel_call* call) {
  return call->host->cancelled(call);
}

/**
 * The value of an option.
 *
 * @param[in] call The call at hand.
 * @param[in] name Its name.
 * @return Text as it is, anything else as JSON, valid until the method returns;
 *   empty if there is none.
 * @since 1.0
 */
CUPEL_INLINE cupel_view cupel_call_option(const cupel_call* call,
                                          const char* name) {
  cupel_view value = {NULL, 0};
  call->host->option(call, cupel_str(name), &value);
  return value;
}

/**
 * Hands back a payload, without anything but its name.
 *
 * @param[in] call The call at hand.
 * @param[in] name May be NULL.
 * @param[in] bytes Copied, but for slices of call->bytes.
 * @return As cupel_host_v1.child.
 * @since 1.0
 */
CUPEL_INLINE cupel_status cupel_call_child(cupel_call* call, const char* name,
                                           cupel_view bytes) {
  cupel_child child = CUPEL_CHILD_INIT;
  child.bytes = bytes;
  child.name = cupel_str(name);
  return call->host->child(call, &child);
}

/**
 * Hands back a result.
 *
 * @param[in] call The call at hand.
 * @param[in] json A JSON value.
 * @return As cupel_host_v1.result.
 * @since 1.0
 */
CUPEL_INLINE cupel_status cupel_call_result(cupel_call* call,
                                            const char* json) {
  return call->host->result(call, cupel_str(json));
}

/**
 * Has another plugin be run on this payload as well.
 *
 * @param[in] call The call at hand.
 * @param[in] plugin "decoder:xor".
 * @return As cupel_host_v1.dispatch.
 * @since 1.0
 */
CUPEL_INLINE cupel_status cupel_call_dispatch(cupel_call* call,
                                              const char* plugin) {
  return call->host->dispatch(call, cupel_str(plugin));
}

/**
 * Says why a method failed: `return cupel_call_fail(call,
 * CUPEL_STATUS_DATA_LOSS, "why")`.
 *
 * @param[in] call The call at hand.
 * @param[in] code The status that is returned.
 * @param[in] message One line of UTF-8.
 * @return `code`.
 * @since 1.0
 */
CUPEL_INLINE cupel_status cupel_call_fail(cupel_call* call, cupel_status code,
                                          const char* message) {
  call->host->error(call, code, cupel_str(message));
  return code;
}

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGIN_H_ */
