/* plugins.h: the plugins that a host uses: built in, its own, from shared
 * objects and from folders, with what is configured for them. What a plugin is
 * stands in plugin.h. Comes with cupel.h, where the conventions stand.
 *
 *   cupel_plugins *plugins = NULL;
 *   cupel_buffer *json = NULL;
 *
 *   if (cupel_plugins_new(NULL, &plugins, &error) == CUPEL_STATUS_OK &&
 *       cupel_plugins_add_path(plugins, cupel_str("plugins"), &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_plugins_load_config(plugins, cupel_str("stoq.cfg"), &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_plugins_json(plugins, &json, &error) == CUPEL_STATUS_OK) ...
 *
 * Plugins are two of a kind if they have the same category and name. One that
 * is built in makes room for another; of two others the first counts, and the
 * second is broken.
 *
 * Options of a plugin, strongest first: of the call, of the command line, of
 * the environment, of stoq.cfg, of its manifest, of its code.
 * docs/plugin-sets.md is the guide. */
#ifndef CUPEL_PLUGINS_H_
#define CUPEL_PLUGINS_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Filled step by step, then used: the first run, or the first scanner made with
 * it, freezes it, and what would change it is FAILED_PRECONDITION from then on.
 * Internally synchronised: any number of threads may use one. */
typedef struct cupel_plugins cupel_plugins;

enum {
  /* Without the plugins that are compiled in. */
  CUPEL_PLUGINS_NO_BUILTIN = 1 << 0,
  /* The process's variables CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION> count. They
   * are read again whenever the plugins are told, until they are frozen; no
   * other thread may change the environment meanwhile. */
  CUPEL_PLUGINS_ENVIRONMENT = 1 << 1,
  /* No plugin in a process of its own gets the network, or may write outside
   * its temporary folder, whatever it needs. */
  CUPEL_PLUGINS_NO_NETWORK = 1 << 2,
  CUPEL_PLUGINS_NO_FILES = 1 << 3
};

typedef struct cupel_plugins_options {
  size_t struct_size;
  uint32_t flags; /* CUPEL_PLUGINS_* */
  /* What would run in this process otherwise runs at least so far away. What
   * can't is broken, never run nearer. [CUPEL_TIER_BUILTIN] */
  cupel_tier min_tier;
  /* The program cupel-runner; empty: the variable CUPEL_RUNNER, else the one
   * that came with this library. */
  cupel_view runner;
  /* The folder with the Python package cupel; empty: CUPEL_PYTHON_PATH, else
   * the one that came with this library. */
  cupel_view python_path;
  cupel_view python; /* the interpreter [/usr/bin/python3] */
} cupel_plugins_options;
#define CUPEL_PLUGINS_OPTIONS_INIT \
  {sizeof(cupel_plugins_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* `options` may be NULL. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_new(const cupel_plugins_options* options,
                                         cupel_plugins** out,
                                         cupel_error** error);
/* Scanners that were made with it go on. Since 1.0. */
CUPEL_API void cupel_plugins_free(cupel_plugins* plugins);

/* A folder, in which all that cupel_plugins_discover finds is added without
 * running anything of it: plugin.json, stoQ's, OpenKAT's. What is wrong in it
 * is a broken plugin, no error. Or a shared object, whose code runs: in this
 * process, or in one of its own if min_tier is not CUPEL_TIER_BUILTIN. Shared
 * objects that a plugin.json names are loaded when the plugins are frozen.
 * NOT_FOUND, PERMISSION_DENIED, or FAILED_PRECONDITION for one that can't be
 * loaded. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_add_path(cupel_plugins* plugins,
                                              cupel_view path,
                                              cupel_error** error);
/* A plugin of the host's own. The table, and what it points to, must stay as it
 * is until `plugins` and what was made with it are freed. It is always called
 * in this process: FAILED_PRECONDITION if min_tier, or the table's least_tier,
 * allow no such thing, and for another ABI; INVALID_ARGUMENT names the field
 * that is wrong; ALREADY_EXISTS. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_register(cupel_plugins* plugins,
                                              const cupel_plugin_v1* table,
                                              cupel_error** error);
/* A stoq.cfg. [core] is the framework's; what of it is known has to be of the
 * right type. Folders of its plugin_dir_list are added. Any other section,
 * [name] or [category:name], has the options of that plugin. INVALID_ARGUMENT
 * with file and line. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_load_config(cupel_plugins* plugins,
                                                 cupel_view path,
                                                 cupel_error** error);

/* Where an option's value comes from; a higher one counts before a lower. */
typedef int32_t cupel_option_origin;
enum {
  CUPEL_OPTION_DEFAULT = 0,
  CUPEL_OPTION_MANIFEST = 1,
  CUPEL_OPTION_CONFIG_FILE = 2,
  CUPEL_OPTION_ENVIRONMENT = 3,
  CUPEL_OPTION_COMMAND_LINE = 4,
  CUPEL_OPTION_CALL = 5
};

enum {
  /* The value is JSON; else it is text, which becomes a value of the type that
   * the option has otherwise. */
  CUPEL_OPTION_JSON = 1 << 0
};

/* Sets an option of `plugin`, "category:name", or "name" for those of any
 * category; it need not be there yet. `origin` is CUPEL_OPTION_COMMAND_LINE or
 * CUPEL_OPTION_CALL. Also max_tlp, rate_limit and needs ("network, files"),
 * over what the plugin itself says. A value of a wrong type makes the plugin
 * broken; an option or plugin that is not there is a warning. Since 1.0. */
CUPEL_API cupel_status
cupel_plugins_set_option(cupel_plugins* plugins, cupel_view plugin,
                         cupel_view option, cupel_view value, uint32_t flags,
                         cupel_option_origin origin, cupel_error** error);
/* "name:key=value" or "category:name:key=value", as on a command line: text.
 * Since 1.0. */
CUPEL_API cupel_status cupel_plugins_set_option_text(cupel_plugins* plugins,
                                                     cupel_view setting,
                                                     cupel_error** error);

/* ----------------------------------------------------------------- telling */

/* {"plugins":[{"category":"decoder","name":"base64","version":"1.0",
 *   "description":"…","author":"…","dialect":"cupel","origin":"built in",
 *   "hash":"","tier":"builtin","least_tier":"builtin","needs":["network"],
 *   "consumes":["text/…"],"requires":["worker:pe"],"max_tlp":null,
 *   "rate_limit":null,"heartbeat_seconds":null,"state":"sound","problem":""}]}
 * by category and name, those that are "broken" last: "problem" says why, and
 * their "tier" is null. "dialect" is "cupel", "stoq" or "openkat"; "hash" is
 * the content_hash of a plugin's folder. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_json(const cupel_plugins* plugins,
                                          cupel_buffer** out,
                                          cupel_error** error);

enum {
  /* Values of options that look like secrets as they are. */
  CUPEL_PLUGINS_REVEAL = 1 << 0
};
/* One plugin, "category:name", as above, and with
 *   "options":[{"name":"key","value":7,"masked":false,
 *     "origin":"config file","place":"stoq.cfg:12"}]
 * "origin" is "default", "manifest", "config file", "environment",
 * "command line" or "call". Values of options with "pass", "secret", "token",
 * "key" or "credential" in their name are "***" unless `flags` has
 * CUPEL_PLUGINS_REVEAL. NOT_FOUND names the nearest. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_show_json(const cupel_plugins* plugins,
                                               cupel_view plugin,
                                               uint32_t flags,
                                               cupel_buffer** out,
                                               cupel_error** error);
/* {"warnings":["stoq.cfg:12: decoder:xor has no option 'kye'. Is it 'key'?"]}
 * Since 1.0. */
CUPEL_API cupel_status cupel_plugins_warnings_json(const cupel_plugins* plugins,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
/* The [core] of all files, later ones over earlier ones:
 *   {"max_recursion":{"value":3,"place":"stoq.cfg:4"}}
 * Since 1.0. */
CUPEL_API cupel_status cupel_plugins_config_json(const cupel_plugins* plugins,
                                                 cupel_buffer** out,
                                                 cupel_error** error);

/* ----------------------------------------------------------------- running */

/* A method of the table, for those that have more than the one of their
 * category. */
typedef int32_t cupel_plugin_method;
enum {
  CUPEL_METHOD_DEFAULT = 0, /* the one of the plugin's category */
  CUPEL_METHOD_INGEST = 1,
  CUPEL_METHOD_READ = 2,
  CUPEL_METHOD_SCAN = 3,
  CUPEL_METHOD_EXTRACT = 4,
  CUPEL_METHOD_CARVE = 5,
  CUPEL_METHOD_DECODE = 6,
  CUPEL_METHOD_DECORATE = 7,
  CUPEL_METHOD_SAVE = 8,
  CUPEL_METHOD_NORMALIZE = 9,
  CUPEL_METHOD_CONNECT = 10,
  CUPEL_METHOD_DISCONNECT = 11,
  CUPEL_METHOD_GET_FILE = 12,
  CUPEL_METHOD_HEARTBEAT = 13
};

enum {
  /* The bytes of children in the JSON too, as "base64". */
  CUPEL_PLUGIN_INPUT_BASE64 = 1 << 0
};

typedef struct cupel_plugin_input {
  size_t struct_size;
  uint32_t flags; /* CUPEL_PLUGIN_INPUT_* */
  cupel_plugin_method method;
  cupel_view bytes;    /* the payload */
  cupel_view name;     /* of the payload; may be empty */
  cupel_view options;  /* JSON object over the plugin's own; may be empty */
  cupel_view document; /* JSON; may be empty */
  cupel_view tlp;      /* empty: clear; what is no label counts as red */
  /* If `environment` is not NULL: the variables of the plugin's process, in
   * place of all others. They are secrets. */
  const cupel_field* environment;
  size_t environment_count;
  uint64_t timeout_ns;         /* [10 minutes] */
  uint64_t max_children;       /* [65536] */
  uint64_t max_children_bytes; /* of all [256 MiB] */
} cupel_plugin_input;
#define CUPEL_PLUGIN_INPUT_INIT \
  {sizeof(cupel_plugin_input),  \
   0,                           \
   0,                           \
   {NULL, 0},                   \
   {NULL, 0},                   \
   {NULL, 0},                   \
   {NULL, 0},                   \
   {NULL, 0},                   \
   NULL,                        \
   0,                           \
   0,                           \
   0,                           \
   0}

/* Told the bytes of each child, or of each item of a source that has bytes, in
 * order. `name` and `bytes` are borrowed until it returns. Return 0 to go on.
 * It must not throw or longjmp. */
typedef int32_t (*cupel_plugin_bytes_fn)(void* user_data, uint64_t index,
                                         cupel_view name, cupel_view bytes);

/* Activates a plugin, calls it once, and tells what it gave back. A connector
 * is connected before and disconnected after.
 *   {"plugin":"decoder:base64","tier":"builtin","method":"decode",
 *    "status":"OK","message":"","results":[…],
 *    "children":[{"name":"…","size":12,"sha256":"…","offset":7,"metadata":{},
 *      "dispatches":["decoder:xor"],"scan":true,"save":false,"cut":false}],
 *    "items":[{"name":"…","size":12,"metadata":{},"tlp":""}],
 *    "statements":[{"name":"…","tags":[],"meta":{},"weight":0,"offset":0,
 *      "length":0}],"dispatches":[],
 *    "errors":[{"code":"DATA_LOSS","message":"…"}],"errors_left_out":0,
 *    "limits":[{"name":"children","value":65536}],
 *    "log":[{"level":"info","text":"…"}],"log_left_out":0,"complete":true}
 * "status" is how the plugin's method ended, which is no error of this
 * function: what was handed back before counts. "offset" is there for children
 * that are a piece of the payload, "name_base64" beside a name that is no
 * UTF-8, "items" is what a source brought ("path" instead of "size" for a
 * file). `take`, `user_data` and `cancel` may be NULL; a cancelled run returns
 * with what there is. The run freezes `plugins`.
 * NOT_FOUND names the nearest plugin; FAILED_PRECONDITION for one that is
 * broken or does not activate, PERMISSION_DENIED for a label that it may not
 * see. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_run(
    cupel_plugins* plugins, cupel_view plugin, const cupel_plugin_input* input,
    cupel_plugin_bytes_fn take, void* user_data, cupel_cancel* cancel,
    cupel_buffer** out, cupel_error** error);

/* -------------------------------------------------------------- installing */

enum {
  /* A folder that is there already makes room. */
  CUPEL_INSTALL_UPGRADE = 1 << 0
};
/* Copies the folder of a plugin, of any dialect, into a folder of plugins,
 * which is made if it is not there, under the plugin's name. Nothing of it is
 * run. What a folder holds is there completely or not at all.
 *   {"plugins":["decoder:rot"],"directory":"…/rot","files":3,"bytes":912,
 *    "content_hash":"…","replaced":false}
 * INVALID_ARGUMENT for a folder without a plugin or with a broken one, and for
 * links that lead out of it; ALREADY_EXISTS without CUPEL_INSTALL_UPGRADE;
 * RESOURCE_EXHAUSTED for more than 100,000 files or 1 GiB. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_install(cupel_view folder,
                                             cupel_view destination,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGINS_H_ */
