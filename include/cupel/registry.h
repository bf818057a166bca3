/* registry.h: the catalogue: which plugins there are, and what each
 * organisation has enabled and set; and the REST API of OpenKAT's KATalogus
 * over it, without a transport. Comes with cupel.h, where the conventions
 * stand.
 *
 * No code of a plugin is ever run or imported by what stands here. */
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

/* --------------------------------------------------------- without a store */

/* Every plugin under a folder: OpenKAT's boefjes and normalizers, and stoQ's as
 * far as their manifests go.
 *   {"plugins":[{"kind":"boefje","id":"dns-records","name":"DNS records",
 *     "version":null,"state":"sound","problem":"","duplicate_of":"",
 *     "directory":"…","manifest_file":"…","content_hash":"…",
 *     "cover":true,"description":true,"plugin":{…}}]}
 * "state" is "sound", "broken" ("problem" says why, with file and place) or
 * "duplicate" (another folder with the same id came before; the last is
 * the one that counts). "plugin" is the object of OpenKAT's API, null if
 * broken. NOT_FOUND or PERMISSION_DENIED for the folder itself; what is wrong
 * below it is a broken plugin. Since 1.0. */
CUPEL_API cupel_status cupel_plugins_discover(cupel_view folder,
                                              cupel_buffer** out,
                                              cupel_error** error);
/* {"runnable_hash":"…","content_hash":"…"} of the files in a folder: OpenKAT's
 * hash, of contents only, and one over names and lengths too. Since 1.0. */
CUPEL_API cupel_status cupel_plugin_hash(cupel_view folder, cupel_buffer** out,
                                         cupel_error** error);

/* ---------------------------------------------------------------- registry */

/* Internally synchronised: any number of threads may use one. */
typedef struct cupel_registry cupel_registry;

enum {
  /* Rows of plain JSON, as OpenKAT's IDENTITY writes them, may be read. */
  CUPEL_REGISTRY_ALLOW_IDENTITY = 1 << 0,
  /* The install's switch for deduplication. */
  CUPEL_REGISTRY_DEDUPLICATE = 1 << 1
};

typedef struct cupel_registry_options {
  size_t struct_size;
  uint32_t flags;                /* CUPEL_REGISTRY_* */
  cupel_seal_format seal_format; /* of new rows */
  /* An SQLite file, made if it is not there, or postgresql://… where there is
   * the driver for it (docs/postgresql.md). Empty: in memory, as long as the
   * registry lives. */
  cupel_view database;
  const cupel_view* plugin_folders;
  size_t plugin_folder_count;
  const cupel_keyring* keyring; /* copied; NULL: none */
  uint32_t busy_timeout_ms;     /* to wait for others' writing [5000] */
  uint32_t reserved;
  uint64_t max_body_bytes; /* of a request; larger ones get 413 [4 MiB] */
} cupel_registry_options;
#define CUPEL_REGISTRY_OPTIONS_INIT \
  {sizeof(cupel_registry_options), 0, 0, {NULL, 0}, NULL, 0, NULL, 0, 0, 0}

/* Opens the database, which brings it up to date, and reads the folders. Errors
 * of the database name it, without its password, and the remedy: UNAVAILABLE
 * while another process locks it or the server can't be reached,
 * RESOURCE_EXHAUSTED for a full disk, DATA_LOSS for a damaged file,
 * FAILED_PRECONDITION for one that is no registry, PERMISSION_DENIED also for a
 * wrong password, NOT_FOUND also for a driver that is not there. Since 1.0. */
CUPEL_API cupel_status
cupel_registry_open(const cupel_registry_options* options, cupel_registry** out,
                    cupel_error** error);
/* Reads the folders anew. On failure everything stays as it was. Since 1.0. */
CUPEL_API cupel_status cupel_registry_rescan(cupel_registry* registry,
                                             cupel_error** error);
/* What is in the folders, broken ones too, as cupel_plugins_discover tells it.
 * Since 1.0. */
CUPEL_API cupel_status cupel_registry_found_json(const cupel_registry* registry,
                                                 cupel_buffer** out,
                                                 cupel_error** error);
/* Calls that run go on. Since 1.0. */
CUPEL_API void cupel_registry_free(cupel_registry* registry);

/* ----------------------------------------------------------- organisations */

/* [{"id":"acme","name":"Acme","deduplicate":true}]. Since 1.0. */
CUPEL_API cupel_status cupel_registry_organisations_json(
    cupel_registry* registry, cupel_buffer** out, cupel_error** error);
/* `deduplicate` not 0: runs may be shared with others that have the same input
 * and settings. ALREADY_EXISTS for an id that is taken. Since 1.0. */
CUPEL_API cupel_status cupel_registry_add_organisation(cupel_registry* registry,
                                                       cupel_view id,
                                                       cupel_view name,
                                                       int32_t deduplicate,
                                                       cupel_error** error);
/* NOT_FOUND if there is none with this id. Since 1.0. */
CUPEL_API cupel_status cupel_registry_update_organisation(
    cupel_registry* registry, cupel_view id, cupel_view name,
    int32_t deduplicate, cupel_error** error);
/* With all its settings. Since 1.0. */
CUPEL_API cupel_status cupel_registry_delete_organisation(
    cupel_registry* registry, cupel_view id, cupel_error** error);

/* ----------------------------------------------------------------- plugins */

/* {"plugins":[…]}, each as cupel_registry_plugin_json has it. `query` is a JSON
 * object, of which every key may be left out, or empty:
 *   {"q":"part of id, name or description","ids":["…"],"type":"boefje",
 *    "state":true,"oci_image":"…","consumes":["…"],"produces":["…"],
 *    "include_broken":false,"offset":0,"limit":100}
 * Since 1.0. */
CUPEL_API cupel_status cupel_registry_plugins_json(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view query,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
/* {"plugin":{…},"local":true,"directory":"…","content_hash":"…",
 *  "problem":""}, "plugin" being the object of OpenKAT's API, "enabled" as the
 * organisation has it. NOT_FOUND if there is none. Since 1.0. */
CUPEL_API cupel_status cupel_registry_plugin_json(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  cupel_buffer** out,
                                                  cupel_error** error);
/* Since 1.0. */
CUPEL_API cupel_status cupel_registry_set_enabled(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  int32_t enabled,
                                                  cupel_error** error);

/* ---------------------------------------------------------------- settings */

enum {
  /* Secret values as they are, instead of "***". */
  CUPEL_SETTINGS_REVEAL = 1 << 0
};
/* The settings of an organisation for a plugin, as a JSON object; {} if there
 * are none. What the plugin's schema calls secret is masked, and everything if
 * it has no schema, unless `flags` has CUPEL_SETTINGS_REVEAL. Since 1.0. */
CUPEL_API cupel_status cupel_registry_get_settings(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    uint32_t flags, cupel_buffer** out, cupel_error** error);
/* Replaces them. INVALID_ARGUMENT, with paths and without values, if they do
 * not fit the plugin's schema. Since 1.0. */
CUPEL_API cupel_status cupel_registry_put_settings(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view plugin,
                                                   cupel_view settings,
                                                   cupel_error** error);
/* Since 1.0. */
CUPEL_API cupel_status cupel_registry_delete_settings(cupel_registry* registry,
                                                      cupel_view organisation,
                                                      cupel_view plugin,
                                                      cupel_error** error);
/* What one organisation has set and enabled, for another. Since 1.0. */
CUPEL_API cupel_status cupel_registry_clone_settings(
    cupel_registry* registry, cupel_view from_organisation,
    cupel_view to_organisation, cupel_error** error);

/* What the plugin would get for this organisation, from its settings and
 * `variables`, which may be NULL if `variable_count` is 0. `flags` are those of
 * cupel_environment_build. Since 1.0. */
CUPEL_API cupel_status cupel_registry_environment(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_environment** out, cupel_error** error);

/* How far a rotation has come. Return 0 to go on; anything else ends it as
 * cupel_cancel does. It must not throw or longjmp. */
typedef int32_t (*cupel_rotation_fn)(void* user_data, uint64_t done,
                                     uint64_t total);
/* Seals every row anew that is not sealed with the ring's sealing key, one at a
 * time, while others read and write:
 *   {"resealed":3,"already":7,"changed":0,"failed":["acme/shodan: …"]}
 * OK also if rows failed, which then are as they were; "changed" rows were
 * written by somebody meanwhile, with the new key. `cancel` and `progress` may
 * be NULL. CANCELLED if ended by either; what is resealed stays so, and the
 * next one goes on. Since 1.0. */
CUPEL_API cupel_status cupel_registry_rotate(
    cupel_registry* registry, cupel_cancel* cancel, cupel_rotation_fn progress,
    void* user_data, cupel_buffer** out, cupel_error** error);

/* Organisations, repositories, plugins that were posted and configurations as
 * one JSON document, in which settings stay sealed. Since 1.0. */
CUPEL_API cupel_status cupel_registry_export(cupel_registry* registry,
                                             cupel_buffer** out,
                                             cupel_error** error);
/* Takes such a document in, all of it or nothing. Since 1.0. */
CUPEL_API cupel_status cupel_registry_import(cupel_registry* registry,
                                             cupel_view document,
                                             cupel_error** error);

/* -------------------------------------------------------------------- REST */

/* A request, as it came from the wire. */
typedef struct cupel_http_request {
  size_t struct_size;
  cupel_view method; /* "GET" */
  cupel_view path;   /* percent-encoded, without the query */
  cupel_view query;  /* without the question mark; may be empty */
  const cupel_field* headers;
  size_t header_count;
  cupel_view body;
} cupel_http_request;
#define CUPEL_HTTP_REQUEST_INIT \
  {sizeof(cupel_http_request),  \
   {NULL, 0},                   \
   {NULL, 0},                   \
   {NULL, 0},                   \
   NULL,                        \
   0,                           \
   {NULL, 0}}

/* Immutable. Its body may hold settings: it is overwritten when it is freed. */
typedef struct cupel_http_response cupel_http_response;

/* Answers a request of KATalogus's REST API. Whatever is in the request, there
 * is an answer (400, 404, 422, …); the call itself fails only for wrong
 * arguments. Who may ask is the host's business. Since 1.0. */
CUPEL_API cupel_status cupel_registry_handle(cupel_registry* registry,
                                             const cupel_http_request* request,
                                             cupel_http_response** out,
                                             cupel_error** error);
/* 200, …; 500 for NULL. Since 1.0. */
CUPEL_API int32_t
cupel_http_response_status(const cupel_http_response* response);
/* Since 1.0. */
CUPEL_API size_t
cupel_http_response_header_count(const cupel_http_response* response);
/* One header, borrowed from the response; empty for a wrong index. Since 1.0.
 */
CUPEL_API cupel_field
cupel_http_response_header(const cupel_http_response* response, size_t index);
/* Since 1.0. */
CUPEL_API cupel_view
cupel_http_response_body(const cupel_http_response* response);
/* Since 1.0. */
CUPEL_API void cupel_http_response_free(cupel_http_response* response);

/* ------------------------------------------------------------------ tokens */

/* For hosts that mount the API where others can reach it: bearer tokens, of
 * which only a hash is kept. */

/* A new one, "cupel-token-1:…"; a secret, to be shown once. Since 1.0. */
CUPEL_API cupel_status cupel_token_generate(cupel_buffer** out,
                                            cupel_error** error);
/* What is kept of a token: 64 hexadecimal digits. Since 1.0. */
CUPEL_API cupel_status cupel_token_hash(cupel_view token, cupel_buffer** out,
                                        cupel_error** error);
/* Sets *out to 1 if `hash` is that of `token`, else to 0, in a time that tells
 * nothing of either. Since 1.0. */
CUPEL_API cupel_status cupel_token_matches(cupel_view token, cupel_view hash,
                                           int32_t* out, cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_REGISTRY_H_ */
