/**
 * @file registry.h
 * @brief The catalogue: which plugins there are, and what each organisation has
 *   enabled and set; and the REST API of OpenKAT's KATalogus over it, without a
 *   transport. Comes with cupel.h, where the conventions stand.
 *   docs/registry.md is the guide.
 *
 * No code of a plugin is ever run or imported by what stands here.
 */
#ifndef CUPEL_REGISTRY_H_
#define CUPEL_REGISTRY_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/environment.h"
#include "cupel/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup discovery Folders of plugins
 * What is in a folder, without a registry. Any thread.
 * @{
 */

/**
 * Every plugin under a folder: OpenKAT's boefjes and normalizers, and stoQ's as
 * far as their manifests go.
 *
 *     {"plugins":[{"kind":"boefje","id":"dns-records","name":"DNS records",
 *       "version":null,"state":"sound","problem":"","duplicate_of":"",
 *       "directory":"…","manifest_file":"…","content_hash":"…",
 *       "cover":true,"description":true,"plugin":{…}}]}
 *
 * "state" is "sound", "broken" ("problem" says why, with file and place) or
 * "duplicate" (another folder with the same id came before; the last is the one
 * that counts). "plugin" is the object of OpenKAT's API, null if broken.
 *
 * @param[in] folder Bytes of a path, not empty, without NUL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the list. What is wrong below the folder is
 *   a broken plugin.
 * @retval CUPEL_STATUS_NOT_FOUND The folder is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED It may not be read.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no folder.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED There is too much in it to look at.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugins_discover(cupel_view folder,
                                              cupel_buffer** out,
                                              cupel_error** error);

/**
 * The hashes of the files in a folder:
 *
 *     {"runnable_hash":"…","content_hash":"…"}
 *
 * "runnable_hash" is OpenKAT's, of contents only; "content_hash" is over names
 * and lengths too.
 *
 * @param[in] folder Bytes of a path, not empty, without NUL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the hashes.
 * @retval CUPEL_STATUS_NOT_FOUND The folder is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED Something in it may not be read.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no folder.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION Something in it can't be hashed: a
 *   link that leads nowhere, a pipe.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED It is too deep, or has too many files
 *   or bytes.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_plugin_hash(cupel_view folder, cupel_buffer** out,
                                         cupel_error** error);

/** @} */

/**
 * @defgroup registry Registries
 * Plugins, organisations, and what these have enabled and set.
 * @{
 */

/**
 * A registry: folders of plugins, and a database of organisations, settings and
 * plugins that were posted.
 *
 * Threads: internally synchronised; any number may use one, and several
 * processes may share a database. Lifetime: until cupel_registry_free; calls
 * that run go on. Errors of the database, which every function may return: see
 * cupel_registry_open.
 *
 *     cupel_view folder = cupel_str("plugins");
 *     cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
 *     options.database = cupel_str("registry.db");
 *     options.plugin_folders = &folder;
 *     options.plugin_folder_count = 1;
 *     options.keyring = keys;
 *     cupel_registry *registry = NULL;
 *     cupel_registry_open(&options, &registry, &error);
 */
typedef struct cupel_registry cupel_registry;

/** How a registry works: bits of cupel_registry_options.flags. */
enum {
  /** Rows of plain JSON, as OpenKAT's IDENTITY writes them, may be read. */
  CUPEL_REGISTRY_ALLOW_IDENTITY = 1 << 0,
  /** The install's switch for deduplication. */
  CUPEL_REGISTRY_DEDUPLICATE = 1 << 1
};

/** How a registry is opened. */
typedef struct cupel_registry_options {
  /** sizeof(cupel_registry_options). */
  size_t struct_size;
  /** CUPEL_REGISTRY_*. Default: none. */
  uint32_t flags;
  /** CUPEL_SEAL_*, of new rows [CUPEL_SEAL_CUPEL]. */
  cupel_seal_format seal_format;
  /** An SQLite file, made if it is not there, or postgresql://… where there is
   * the driver for it (docs/postgresql.md). Empty: in memory, as long as the
   * registry lives. */
  cupel_view database;
  /** Paths of folders of plugins; of two plugins with one id the last counts.
   * */
  const cupel_view* plugin_folders;
  /** How many. */
  size_t plugin_folder_count;
  /** What rows are sealed and opened with. Copied; NULL: none. */
  const cupel_keyring* keyring;
  /** Milliseconds to wait for others' writing [5000]. */
  uint32_t busy_timeout_ms;
  /** Must be 0. */
  uint32_t reserved;
  /** Bytes of the body of a request; larger ones get 413 [4 MiB]. */
  uint64_t max_body_bytes;
} cupel_registry_options;
/** The defaults of a cupel_registry_options. */
#define CUPEL_REGISTRY_OPTIONS_INIT \
  {sizeof(cupel_registry_options), 0, 0, {NULL, 0}, NULL, 0, NULL, 0, 0, 0}

/**
 * Opens a registry: brings its database up to date, and reads the folders.
 *
 * @param[in] options Borrowed; NULL: the defaults, an empty registry in memory.
 * @param[out] out The registry, owned by the caller: cupel_registry_free. NULL
 *   on failure.
 * @param[out] error Why it failed: names the database, without its password,
 *   and the remedy; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is open.
 * @retval CUPEL_STATUS_UNAVAILABLE Another process locks the database, or its
 *   server can't be reached.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The disk is full.
 * @retval CUPEL_STATUS_DATA_LOSS The file is damaged.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It is a database of something else,
 *   or of a newer version.
 * @retval CUPEL_STATUS_PERMISSION_DENIED The file, or the server with this
 *   password, may not be used.
 * @retval CUPEL_STATUS_NOT_FOUND A folder or the driver is not there.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A field of `options` is wrong, or a
 *   folder is none.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_registry_open(const cupel_registry_options* options, cupel_registry** out,
                    cupel_error** error);

/**
 * Reads the folders anew. On failure everything stays as it was.
 *
 * @param[in] registry The registry.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK What is in the folders now counts.
 * @retval CUPEL_STATUS_NOT_FOUND A folder is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED A folder may not be read.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_rescan(cupel_registry* registry,
                                             cupel_error** error);

/**
 * What is in the folders, broken ones too, as cupel_plugins_discover tells it.
 *
 * @param[in] registry The registry.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_found_json(const cupel_registry* registry,
                                                 cupel_buffer** out,
                                                 cupel_error** error);

/**
 * Closes a registry. Calls that run go on.
 *
 * @param[in] registry The registry, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_registry_free(cupel_registry* registry);

/** @} */

/**
 * @defgroup organisations Organisations
 * For whom plugins are enabled and set.
 * @{
 */

/**
 * All organisations: [{"id":"acme","name":"Acme","deduplicate":true}].
 *
 * @param[in] registry The registry.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_organisations_json(
    cupel_registry* registry, cupel_buffer** out, cupel_error** error);

/**
 * Adds an organisation.
 *
 * @param[in] registry The registry.
 * @param[in] id UTF-8, not empty, without NUL.
 * @param[in] name For people; UTF-8, not empty, without NUL.
 * @param[in] deduplicate Not 0: runs may be shared with others that have the
 *   same input and settings.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is added.
 * @retval CUPEL_STATUS_ALREADY_EXISTS There is one with that id.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The id or the name is too long or no
 *   UTF-8.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_add_organisation(cupel_registry* registry,
                                                       cupel_view id,
                                                       cupel_view name,
                                                       int32_t deduplicate,
                                                       cupel_error** error);

/**
 * Gives an organisation another name and another say on deduplication.
 *
 * @param[in] registry The registry.
 * @param[in] id Which.
 * @param[in] name As for cupel_registry_add_organisation.
 * @param[in] deduplicate As for cupel_registry_add_organisation.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is changed.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_update_organisation(
    cupel_registry* registry, cupel_view id, cupel_view name,
    int32_t deduplicate, cupel_error** error);

/**
 * Removes an organisation with all its settings.
 *
 * @param[in] registry The registry.
 * @param[in] id Which.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is gone.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_delete_organisation(
    cupel_registry* registry, cupel_view id, cupel_error** error);

/** @} */

/**
 * @defgroup registry_plugins Plugins of a registry
 * As an organisation sees them. An organisation that is not there has enabled
 * and set nothing: it can be asked for, and changed only when it was added.
 * @{
 */

/**
 * Plugins: {"plugins":[…]}, each as cupel_registry_plugin_json has it.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Not empty, without NUL.
 * @param[in] query Empty for all, or a JSON object of which every key may be
 *   left out:
 *
 *     {"q":"part of id, name or description","ids":["…"],"type":"boefje",
 *      "state":true,"oci_image":"…","consumes":["…"],"produces":["…"],
 *      "include_broken":false,"offset":0,"limit":100}
 *
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the list.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `query` has another key, or a value of
 *   a wrong type.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_plugins_json(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view query,
                                                   cupel_buffer** out,
                                                   cupel_error** error);

/**
 * One plugin:
 *
 *     {"plugin":{…},"local":true,"directory":"…","content_hash":"…",
 *      "problem":""}
 *
 * "plugin" is the object of OpenKAT's API, "enabled" in it as the organisation
 * has it.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Not empty, without NUL.
 * @param[in] plugin Its id.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the plugin.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_plugin_json(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  cupel_buffer** out,
                                                  cupel_error** error);

/**
 * Enables a plugin for an organisation, or disables it.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Whose.
 * @param[in] plugin Its id.
 * @param[in] enabled Not 0: enabled.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is so.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such plugin or organisation.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The plugin is broken.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_set_enabled(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  int32_t enabled,
                                                  cupel_error** error);

/** @} */

/**
 * @defgroup registry_settings Settings in a registry
 * What organisations have set, sealed anew, moved.
 * @{
 */

/** What cupel_registry_get_settings shows: bits of its `flags`. */
enum {
  /** Secret values as they are, instead of "***". */
  CUPEL_SETTINGS_REVEAL = 1 << 0
};

/**
 * The settings of an organisation for a plugin.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Whose.
 * @param[in] plugin Of which plugin.
 * @param[in] flags CUPEL_SETTINGS_REVEAL. Without it what the plugin's schema
 *   calls secret is "***", and everything if it has no schema.
 * @param[out] out A JSON object, a secret, owned by the caller:
 *   cupel_buffer_free. NULL on failure. {} if there are none.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the settings.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The row can't be opened with the
 *   keys there are, or is plain JSON and that is not allowed.
 * @retval CUPEL_STATUS_DATA_LOSS The row is damaged, or of another organisation
 *   or plugin.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_get_settings(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    uint32_t flags, cupel_buffer** out, cupel_error** error);

/**
 * Replaces them.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Whose.
 * @param[in] plugin Of which plugin.
 * @param[in] settings A JSON object of at most 1 MiB.
 * @param[out] error Why it failed: names paths, never values; may be NULL.
 * @retval CUPEL_STATUS_OK They are stored.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT They do not fit the plugin's schema,
 *   are no JSON object, or the plugin is a normalizer, which has none.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED They are too large.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such plugin or organisation.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The plugin is broken, or the ring
 *   has no key to seal with.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_put_settings(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view plugin,
                                                   cupel_view settings,
                                                   cupel_error** error);

/**
 * Removes them.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Whose.
 * @param[in] plugin Of which plugin.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK They are gone.
 * @retval CUPEL_STATUS_NOT_FOUND There are none.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_delete_settings(cupel_registry* registry,
                                                      cupel_view organisation,
                                                      cupel_view plugin,
                                                      cupel_error** error);

/**
 * Gives another organisation the settings that one has for boefjes, over its
 * own of these, and enables and disables the same plugins for it. All of it or
 * nothing.
 *
 * @param[in] registry The registry.
 * @param[in] from_organisation Whose.
 * @param[in] to_organisation For whom.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is done.
 * @retval CUPEL_STATUS_NOT_FOUND One of them is not there.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION A row can't be opened or sealed with
 *   the keys there are.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT Settings do not fit the schema of
 *   today.
 * @retval CUPEL_STATUS_DATA_LOSS A row is damaged.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_clone_settings(
    cupel_registry* registry, cupel_view from_organisation,
    cupel_view to_organisation, cupel_error** error);

/**
 * What a plugin would get for an organisation.
 *
 * @param[in] registry The registry.
 * @param[in] organisation Whose settings count.
 * @param[in] plugin Whose schema counts.
 * @param[in] variables The host's, as in cupel_environment_options; may be NULL
 *   if `variable_count` is 0.
 * @param[in] variable_count How many.
 * @param[in] flags CUPEL_ENVIRONMENT_*.
 * @param[out] out The environment, owned by the caller: cupel_environment_free.
 *   NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the environment.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such plugin or organisation.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT What comes out does not fit the
 *   plugin's schema.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The plugin is broken, or its
 *   settings can't be opened.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_environment(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_environment** out, cupel_error** error);

/**
 * Told how far a rotation has come, on the thread that asked for it. Must not
 * throw or longjmp.
 *
 * @param user_data As given with the callback.
 * @param done Rows that were looked at.
 * @param total Rows that there are, as far as they are counted: while it
 *   grows, `done` is 0.
 * @return 0 to go on; anything else ends the rotation as cupel_cancel does.
 */
typedef int32_t (*cupel_rotation_fn)(void* user_data, uint64_t done,
                                     uint64_t total);

/**
 * Seals every row anew that is not sealed with the ring's sealing key, one at a
 * time, while others read and write:
 *
 *     {"resealed":3,"already":7,"changed":0,"failed":["acme/shodan: …"]}
 *
 * Rows that failed are as they were; "changed" rows were written by somebody
 * meanwhile, with the new key.
 *
 * @param[in] registry The registry.
 * @param[in] cancel Ends it; may be NULL.
 * @param[in] progress May be NULL.
 * @param[in] user_data For `progress`; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` tells how it went, also if rows failed.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel` or `progress`; what is
 *   resealed stays so, and the next one goes on.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no sealing key.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_rotate(
    cupel_registry* registry, cupel_cancel* cancel, cupel_rotation_fn progress,
    void* user_data, cupel_buffer** out, cupel_error** error);

/**
 * Organisations, repositories, plugins that were posted and configurations as
 * one JSON document, in which settings stay sealed.
 *
 * @param[in] registry The registry.
 * @param[out] out The JSON, a secret if rows are plain, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_export(cupel_registry* registry,
                                             cupel_buffer** out,
                                             cupel_error** error);

/**
 * Takes such a document in, all of it or nothing.
 *
 * @param[in] registry The registry.
 * @param[in] document What cupel_registry_export gave.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is in.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no such document.
 * @retval CUPEL_STATUS_ALREADY_EXISTS Something of it is there already.
 * @retval CUPEL_STATUS_DATA_LOSS A row in it is damaged.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_import(cupel_registry* registry,
                                             cupel_view document,
                                             cupel_error** error);

/** @} */

/**
 * @defgroup rest REST
 * KATalogus's API, for a host that has a server.
 * @{
 */

/** A request, as it came from the wire. Borrowed until the call returns. */
typedef struct cupel_http_request {
  /** sizeof(cupel_http_request). */
  size_t struct_size;
  /** "GET" and so on. */
  cupel_view method;
  /** Percent-encoded, without the query; begins with a slash. */
  cupel_view path;
  /** Percent-encoded, without the question mark; may be empty. */
  cupel_view query;
  /** Any case; may be NULL if `header_count` is 0. */
  const cupel_field* headers;
  /** How many. */
  size_t header_count;
  /** Any bytes; may be empty. */
  cupel_view body;
} cupel_http_request;
/** The defaults of a cupel_http_request: nothing. */
#define CUPEL_HTTP_REQUEST_INIT \
  {sizeof(cupel_http_request),  \
   {NULL, 0},                   \
   {NULL, 0},                   \
   {NULL, 0},                   \
   NULL,                        \
   0,                           \
   {NULL, 0}}

/**
 * An answer. Its body may hold settings: it is overwritten when it is freed.
 *
 * Threads: immutable; any number may use one. Lifetime: until
 * cupel_http_response_free.
 *
 *     cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
 *     request.method = cupel_str("GET");
 *     request.path = cupel_str("/v1/organisations");
 *     if (cupel_registry_handle(registry, &request, &response, &error) ==
 *         CUPEL_STATUS_OK) {
 *       send(cupel_http_response_status(response),
 *            cupel_http_response_body(response));
 *     }
 */
typedef struct cupel_http_response cupel_http_response;

/**
 * Answers a request of KATalogus's REST API.
 *
 * Whatever is in the request, there is an answer (400, 404, 422, …); the call
 * itself fails only for wrong arguments. Who may ask is the host's business:
 * see cupel_token_matches. Any thread.
 *
 * @param[in] registry The registry.
 * @param[in] request Borrowed; not NULL.
 * @param[out] out The answer, owned by the caller: cupel_http_response_free.
 *   NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_registry_handle(cupel_registry* registry,
                                             const cupel_http_request* request,
                                             cupel_http_response** out,
                                             cupel_error** error);

/**
 * The status code of an answer.
 *
 * @param[in] response The answer; may be NULL.
 * @return 200 and so on; 500 for NULL.
 * @since 1.0
 */
CUPEL_API int32_t
cupel_http_response_status(const cupel_http_response* response);

/**
 * How many headers an answer has.
 *
 * @param[in] response The answer; may be NULL.
 * @return Headers, "content-type" among them; 0 for NULL.
 * @since 1.0
 */
CUPEL_API size_t
cupel_http_response_header_count(const cupel_http_response* response);

/**
 * One header of an answer.
 *
 * @param[in] response The answer; may be NULL.
 * @param[in] index From 0 to cupel_http_response_header_count() - 1.
 * @return Name and value, borrowed from the answer; both empty for a wrong
 *   index and for NULL.
 * @since 1.0
 */
CUPEL_API cupel_field
cupel_http_response_header(const cupel_http_response* response, size_t index);

/**
 * The body of an answer.
 *
 * @param[in] response The answer; may be NULL.
 * @return Its bytes, borrowed from the answer; may be empty, as for NULL.
 * @since 1.0
 */
CUPEL_API cupel_view
cupel_http_response_body(const cupel_http_response* response);

/**
 * Frees an answer and overwrites its body.
 *
 * @param[in] response The answer, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_http_response_free(cupel_http_response* response);

/** @} */

/**
 * @defgroup token Tokens
 * For hosts that mount the API where others can reach it: bearer tokens, of
 * which only a hash is kept. Any thread.
 * @{
 */

/**
 * Makes a new token from the system's random numbers.
 *
 * @param[out] out "cupel-token-1:…", a secret, to be shown once, owned by the
 *   caller: cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_token_generate(cupel_buffer** out,
                                            cupel_error** error);

/**
 * What is kept of a token.
 *
 * @param[in] token The token; any bytes.
 * @param[out] out 64 hexadecimal digits, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_token_hash(cupel_view token, cupel_buffer** out,
                                        cupel_error** error);

/**
 * Whether a token is the one that a hash was kept of, in a time that tells
 * nothing of either.
 *
 * @param[in] token What somebody showed.
 * @param[in] hash What cupel_token_hash gave.
 * @param[out] out Set to 1 if they belong together, else to 0, on failure too.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_token_matches(cupel_view token, cupel_view hash,
                                           int32_t* out, cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_REGISTRY_H_ */
