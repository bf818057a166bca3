/**
 * @file plugins.h
 * @brief The plugins that a host uses: built in, its own, from shared objects
 *   and from folders, with what is configured for them. What a plugin is stands
 *   in plugin.h. Comes with cupel.h, where the conventions stand.
 *   docs/plugin-sets.md is the guide.
 */
#ifndef CUPEL_PLUGINS_H_
#define CUPEL_PLUGINS_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup plugins Sets of plugins
 * Which plugins there are, and how they are configured.
 *
 * Plugins are two of a kind if they have the same category and name. One that
 * is built in makes room for another; of two others the first counts, and the
 * second is broken.
 *
 * Options of a plugin, strongest first: of the call, of the command line, of
 * the environment, of stoq.cfg, of its manifest, of its code.
 * @{
 */

/**
 * Plugins, filled step by step, then used: the first run, or the first scanner
 * made with it, freezes it, and what would change it is
 * CUPEL_STATUS_FAILED_PRECONDITION from then on.
 *
 * Threads: internally synchronised; any number may use one. Lifetime: until
 * cupel_plugins_free; scanners that use it keep what they need.
 *
 *     cupel_plugins *plugins = NULL;
 *     cupel_buffer *json = NULL;
 *     cupel_plugins_new(NULL, &plugins, &error);
 *     cupel_plugins_add_path(plugins, cupel_str("plugins"), &error);
 *     cupel_plugins_load_config(plugins, cupel_str("stoq.cfg"), &error);
 *     cupel_plugins_json(plugins, &json, &error);
 */
typedef struct cupel_plugins cupel_plugins;

/** What a set of plugins may do: bits of cupel_plugins_options.flags. */
enum {
  /** Without the plugins that are compiled in. */
  CUPEL_PLUGINS_NO_BUILTIN = 1 << 0,
  /** The process's variables CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION> count.
   * They are read again whenever the plugins are told, until they are frozen;
   * no other thread may change the environment meanwhile. */
  CUPEL_PLUGINS_ENVIRONMENT = 1 << 1,
  /** No plugin in a process of its own gets the network, whatever it needs. */
  CUPEL_PLUGINS_NO_NETWORK = 1 << 2,
  /** None may write outside its temporary folder. */
  CUPEL_PLUGINS_NO_FILES = 1 << 3
};

/** How plugins are found and run. Defaults are in brackets. */
typedef struct cupel_plugins_options {
  /** sizeof(cupel_plugins_options). */
  size_t struct_size;
  /** CUPEL_PLUGINS_*. Default: none. */
  uint32_t flags;
  /** What would run in this process otherwise runs at least so far away. What
   * can't is broken, never run nearer. [CUPEL_TIER_BUILTIN] */
  cupel_tier min_tier;
  /** Path of the program cupel-runner; empty: the variable CUPEL_RUNNER, else
   * the one that came with this library. */
  cupel_view runner;
  /** The folder with the Python package cupel; empty: CUPEL_PYTHON_PATH, else
   * the one that came with this library. */
  cupel_view python_path;
  /** Path of the interpreter [/usr/bin/python3]. */
  cupel_view python;
} cupel_plugins_options;
/** The defaults of a cupel_plugins_options. */
#define CUPEL_PLUGINS_OPTIONS_INIT \
  {sizeof(cupel_plugins_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/**
 * Makes a set with the plugins that are compiled in.
 *
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The set, owned by the caller: cupel_plugins_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a set.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A tier or a flag that is not known.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_new(const cupel_plugins_options* options,
                                         cupel_plugins** out,
                                         cupel_error** error);

/**
 * Frees a set. Scanners that were made with it go on.
 *
 * @param[in] plugins The set, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_plugins_free(cupel_plugins* plugins);

/**
 * Adds what is in a folder, or a shared object.
 *
 * In a folder all that cupel_plugins_discover finds is added without running
 * anything of it: plugin.json, stoQ's, OpenKAT's. What is wrong in it is a
 * broken plugin, no error. The code of a shared object runs: in this process,
 * or in one of its own if min_tier is not CUPEL_TIER_BUILTIN. Shared objects
 * that a plugin.json names are loaded when the set is frozen.
 *
 * @param[in] plugins The set.
 * @param[in] path Bytes of a path, not empty, without NUL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is added.
 * @retval CUPEL_STATUS_NOT_FOUND The path is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED It may not be read.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The shared object can't be loaded,
 *   or the set is frozen.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is neither a folder nor a shared
 *   object with plugins.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_add_path(cupel_plugins* plugins,
                                              cupel_view path,
                                              cupel_error** error);

/**
 * Adds a plugin of the host's own. It is always called in this process.
 *
 * @param[in] plugins The set.
 * @param[in] table Borrowed: it, and what it points to, must stay as it is
 *   until `plugins` and what was made with it are freed.
 * @param[out] error Names the field that is wrong; may be NULL.
 * @retval CUPEL_STATUS_OK It is added.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A field of the table is wrong, or the
 *   table is NULL.
 * @retval CUPEL_STATUS_ALREADY_EXISTS There is one of that category and name
 *   that is not built in.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION min_tier, or the table's least_tier,
 *   allow no plugin in this process; the table is of another ABI or for another
 *   version; or the set is frozen.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_register(cupel_plugins* plugins,
                                              const cupel_plugin_v1* table,
                                              cupel_error** error);

/**
 * Reads a stoq.cfg. [core] is the framework's; what of it is known has to be of
 * the right type. Folders of its plugin_dir_list are added. Any other section,
 * [name] or [category:name], has the options of that plugin.
 *
 * @param[in] plugins The set.
 * @param[in] path Bytes of a path, not empty, without NUL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It counts, over files that were read before.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is wrong; the message has file and
 *   line.
 * @retval CUPEL_STATUS_NOT_FOUND It, or a folder that it names, is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED It may not be read.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The set is frozen.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_load_config(cupel_plugins* plugins,
                                                 cupel_view path,
                                                 cupel_error** error);

/** Where an option's value comes from: a CUPEL_OPTION_*. A higher one counts
 * before a lower. */
typedef int32_t cupel_option_origin;

/** The values of a cupel_option_origin. */
enum {
  /** The plugin's code. */
  CUPEL_OPTION_DEFAULT = 0,
  /** Its manifest. */
  CUPEL_OPTION_MANIFEST = 1,
  /** A stoq.cfg. */
  CUPEL_OPTION_CONFIG_FILE = 2,
  /** A variable CUPEL_PLUGIN_…. */
  CUPEL_OPTION_ENVIRONMENT = 3,
  /** A command line. */
  CUPEL_OPTION_COMMAND_LINE = 4,
  /** A call of the host. */
  CUPEL_OPTION_CALL = 5
};

/** What an option's value is: bits of the `flags` of cupel_plugins_set_option.
 * */
enum {
  /** JSON; else it is text, which becomes a value of the type that the option
   * has otherwise. */
  CUPEL_OPTION_JSON = 1 << 0
};

/**
 * Sets an option of a plugin, which need not be there yet. Also max_tlp,
 * rate_limit and needs ("network, files"), over what the plugin itself says.
 *
 * A value of a wrong type makes the plugin broken; an option or plugin that is
 * not there is a warning (cupel_plugins_warnings_json).
 *
 * @param[in] plugins The set.
 * @param[in] plugin "category:name", or "name" for those of any category.
 * @param[in] option Its name; not empty.
 * @param[in] value As `flags` says, UTF-8. Copied.
 * @param[in] flags CUPEL_OPTION_JSON.
 * @param[in] origin CUPEL_OPTION_COMMAND_LINE or CUPEL_OPTION_CALL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is set.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A name that can be none, or another
 *   origin.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The set is frozen.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_plugins_set_option(cupel_plugins* plugins, cupel_view plugin,
                         cupel_view option, cupel_view value, uint32_t flags,
                         cupel_option_origin origin, cupel_error** error);

/**
 * The same as on a command line.
 *
 * @param[in] plugins The set.
 * @param[in] setting "name:key=value" or "category:name:key=value"; the value
 *   is text.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is set.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is of another form.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The set is frozen.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_set_option_text(cupel_plugins* plugins,
                                                     cupel_view setting,
                                                     cupel_error** error);

/** @} */

/**
 * @defgroup plugins_tell What is in a set
 * @{
 */

/**
 * All plugins, by category and name, those that are broken last:
 *
 *     {"plugins":[{"category":"decoder","name":"base64","version":"1.0",
 *       "description":"…","author":"…","dialect":"cupel",
 *       "origin":"built in","hash":"","tier":"builtin",
 *       "least_tier":"builtin","needs":["network"],
 *       "consumes":["text/…"],"requires":["worker:pe"],"max_tlp":null,
 *       "rate_limit":null,"heartbeat_seconds":null,"state":"sound",
 *       "problem":""}]}
 *
 * "state" is "sound" or "broken": then "problem" says why, and "tier" is null.
 * "dialect" is "cupel", "stoq" or "openkat"; "hash" is the content_hash of a
 * plugin's folder.
 *
 * @param[in] plugins The set; it is not frozen by this.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_json(const cupel_plugins* plugins,
                                          cupel_buffer** out,
                                          cupel_error** error);

/** What cupel_plugins_show_json shows: bits of its `flags`. */
enum {
  /** Values of options that look like secrets as they are. */
  CUPEL_PLUGINS_REVEAL = 1 << 0
};

/**
 * One plugin, as cupel_plugins_json has it, and with
 *
 *     "options":[{"name":"key","value":7,"masked":false,
 *       "origin":"config file","place":"stoq.cfg:12"}]
 *
 * "origin" is "default", "manifest", "config file", "environment", "command
 * line" or "call". Values of options with "pass", "secret", "token", "key" or
 * "credential" in their name are "***".
 *
 * @param[in] plugins The set.
 * @param[in] plugin "category:name".
 * @param[in] flags CUPEL_PLUGINS_REVEAL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the plugin.
 * @retval CUPEL_STATUS_NOT_FOUND There is none; the message names the nearest.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no such name.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_show_json(const cupel_plugins* plugins,
                                               cupel_view plugin,
                                               uint32_t flags,
                                               cupel_buffer** out,
                                               cupel_error** error);

/**
 * What is odd in the configuration:
 *
 *     {"warnings":["stoq.cfg:12: decoder:xor has no option 'kye'. …"]}
 *
 * @param[in] plugins The set.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_warnings_json(const cupel_plugins* plugins,
                                                   cupel_buffer** out,
                                                   cupel_error** error);

/**
 * The [core] of all configuration files, later ones over earlier ones:
 *
 *     {"max_recursion":{"value":3,"place":"stoq.cfg:4"}}
 *
 * @param[in] plugins The set.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_config_json(const cupel_plugins* plugins,
                                                 cupel_buffer** out,
                                                 cupel_error** error);

/** @} */

/**
 * @defgroup plugins_run Running one plugin
 * Without a scan.
 * @{
 */

/** A method of the table, for plugins that have more than the one of their
 * category: a CUPEL_METHOD_*. */
typedef int32_t cupel_plugin_method;

/** The values of a cupel_plugin_method: the members of cupel_plugin_v1. */
enum {
  /** The one of the plugin's category. */
  CUPEL_METHOD_DEFAULT = 0,
  /** cupel_plugin_v1.ingest */
  CUPEL_METHOD_INGEST = 1,
  /** cupel_plugin_v1.read */
  CUPEL_METHOD_READ = 2,
  /** cupel_plugin_v1.scan */
  CUPEL_METHOD_SCAN = 3,
  /** cupel_plugin_v1.extract */
  CUPEL_METHOD_EXTRACT = 4,
  /** cupel_plugin_v1.carve */
  CUPEL_METHOD_CARVE = 5,
  /** cupel_plugin_v1.decode */
  CUPEL_METHOD_DECODE = 6,
  /** cupel_plugin_v1.decorate */
  CUPEL_METHOD_DECORATE = 7,
  /** cupel_plugin_v1.save */
  CUPEL_METHOD_SAVE = 8,
  /** cupel_plugin_v1.normalize */
  CUPEL_METHOD_NORMALIZE = 9,
  /** cupel_plugin_v1.connect */
  CUPEL_METHOD_CONNECT = 10,
  /** cupel_plugin_v1.disconnect */
  CUPEL_METHOD_DISCONNECT = 11,
  /** cupel_plugin_v1.get_file */
  CUPEL_METHOD_GET_FILE = 12,
  /** cupel_plugin_v1.heartbeat */
  CUPEL_METHOD_HEARTBEAT = 13
};

/** How a run answers: bits of cupel_plugin_input.flags. */
enum {
  /** The bytes of children in the JSON too, as "base64". */
  CUPEL_PLUGIN_INPUT_BASE64 = 1 << 0
};

/** What a plugin is called with. Everything is borrowed until the run is over.
 * 0 in a number means its default, in brackets. */
typedef struct cupel_plugin_input {
  /** sizeof(cupel_plugin_input). */
  size_t struct_size;
  /** CUPEL_PLUGIN_INPUT_*. Default: none. */
  uint32_t flags;
  /** CUPEL_METHOD_*. */
  cupel_plugin_method method;
  /** The payload. */
  cupel_view bytes;
  /** Its name; may be empty. */
  cupel_view name;
  /** A JSON object over the plugin's own options; may be empty. */
  cupel_view options;
  /** JSON; may be empty. */
  cupel_view document;
  /** Empty: clear; what is no label counts as red. */
  cupel_view tlp;
  /** If not NULL: the variables of the plugin's process, in place of all
   * others. They are secrets. */
  const cupel_field* environment;
  /** How many. */
  size_t environment_count;
  /** Nanoseconds [10 minutes]. */
  uint64_t timeout_ns;
  /** Children, or items of a source [65536]. */
  uint64_t max_children;
  /** Bytes of all children [256 MiB]. */
  uint64_t max_children_bytes;
} cupel_plugin_input;
/** The defaults of a cupel_plugin_input. */
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

/**
 * Told the bytes of each child, or of each item of a source that has bytes, in
 * order, on the thread that runs the plugin. Must not throw or longjmp.
 *
 * @param user_data As given with the callback.
 * @param index Place in "children" or "items", from 0.
 * @param name May be empty.
 * @param bytes Both are valid until the callback returns.
 * @return 0 to go on; anything else ends the run as cupel_cancel does.
 */
typedef int32_t (*cupel_plugin_bytes_fn)(void* user_data, uint64_t index,
                                         cupel_view name, cupel_view bytes);

/**
 * Activates a plugin, calls it once, and tells what it gave back. A connector
 * is connected before and disconnected after. The run freezes the set.
 *
 *     {"plugin":"decoder:base64","tier":"builtin","method":"decode",
 *      "status":"OK","message":"","results":[…],
 *      "children":[{"name":"…","size":12,"sha256":"…","offset":7,
 *        "metadata":{},"dispatches":["decoder:xor"],"scan":true,
 *        "save":false,"cut":false}],
 *      "items":[{"name":"…","size":12,"metadata":{},"tlp":""}],
 *      "statements":[{"name":"…","tags":[],"meta":{},"weight":0,
 *        "offset":0,"length":0}],"dispatches":[],
 *      "errors":[{"code":"DATA_LOSS","message":"…"}],"errors_left_out":0,
 *      "limits":[{"name":"children","value":65536}],
 *      "log":[{"level":"info","text":"…"}],"log_left_out":0,
 *      "complete":true}
 *
 * "status" is how the plugin's method ended, which is no error of this
 * function: what was handed back before counts. "offset" is there for children
 * that are a piece of the payload, "name_base64" beside a name that is no
 * UTF-8, "items" is what a source brought ("path" instead of "size" for a
 * file).
 *
 * @param[in] plugins The set.
 * @param[in] plugin "category:name".
 * @param[in] input What it is called with; not NULL.
 * @param[in] take Told the bytes of children; may be NULL.
 * @param[in] user_data For `take`; may be NULL.
 * @param[in] cancel Ends the run within 50 ms, which then returns with what
 *   there is; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` tells what the plugin gave, also if it failed.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such plugin; the message names the
 *   nearest.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It is broken, or does not activate.
 * @retval CUPEL_STATUS_PERMISSION_DENIED It may not see a payload of this
 *   label.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A field of `input` is wrong, or
 *   `plugin` is no such name. A method that the plugin does not have is no
 *   error: "status" is "UNIMPLEMENTED".
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_run(
    cupel_plugins* plugins, cupel_view plugin, const cupel_plugin_input* input,
    cupel_plugin_bytes_fn take, void* user_data, cupel_cancel* cancel,
    cupel_buffer** out, cupel_error** error);

/** @} */

/**
 * @defgroup plugins_install Installing plugins
 * @{
 */

/** How a plugin is installed: bits of the `flags` of cupel_plugins_install. */
enum {
  /** A folder that is there already makes room. */
  CUPEL_INSTALL_UPGRADE = 1 << 0
};

/**
 * Copies the folder of a plugin, of any dialect, into a folder of plugins,
 * under the plugin's name. Nothing of it is run. What a folder holds is there
 * completely or not at all.
 *
 *     {"plugins":["decoder:rot"],"directory":"…/rot","files":3,"bytes":912,
 *      "content_hash":"…","replaced":false}
 *
 * @param[in] folder Path of the plugin's folder.
 * @param[in] destination Path of the folder of plugins; made if it is not
 *   there.
 * @param[in] flags CUPEL_INSTALL_UPGRADE.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` tells what was done.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The folder has no plugin or a broken
 *   one, or links that lead out of it.
 * @retval CUPEL_STATUS_ALREADY_EXISTS There is one of that name, and
 *   CUPEL_INSTALL_UPGRADE is not set; or the plugin is there under another
 *   name.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED It has more than 100,000 files or 1
 *   GiB, or the disk is full.
 * @retval CUPEL_STATUS_NOT_FOUND The folder is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED Something may not be read or written.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION What is to be replaced is no folder
 *   of a plugin.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_install(cupel_view folder,
                                             cupel_view destination,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGINS_H_ */
