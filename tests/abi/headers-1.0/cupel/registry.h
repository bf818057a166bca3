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
CUPEL_API cupel_status cupel_plugins_discover(cupel_view folder,
                                              cupel_buffer** out,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_plugin_hash(cupel_view folder, cupel_buffer** out,
                                         cupel_error** error);
typedef struct cupel_registry cupel_registry;
enum {
  CUPEL_REGISTRY_ALLOW_IDENTITY = 1 << 0,
  CUPEL_REGISTRY_DEDUPLICATE = 1 << 1
};
typedef struct cupel_registry_options {
  size_t struct_size;
  uint32_t flags;
  cupel_seal_format seal_format;
  cupel_view database;
  const cupel_view* plugin_folders;
  size_t plugin_folder_count;
  const cupel_keyring* keyring;
  uint32_t busy_timeout_ms;
  uint32_t reserved;
  uint64_t max_body_bytes;
} cupel_registry_options;
#define CUPEL_REGISTRY_OPTIONS_INIT \
  {sizeof(cupel_registry_options), 0, 0, {NULL, 0}, NULL, 0, NULL, 0, 0, 0}
CUPEL_API cupel_status
cupel_registry_open(const cupel_registry_options* options, cupel_registry** out,
                    cupel_error** error);
CUPEL_API cupel_status cupel_registry_rescan(cupel_registry* registry,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_registry_found_json(const cupel_registry* registry,
                                                 cupel_buffer** out,
                                                 cupel_error** error);
CUPEL_API void cupel_registry_free(cupel_registry* registry);
CUPEL_API cupel_status cupel_registry_organisations_json(
    cupel_registry* registry, cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_registry_add_organisation(cupel_registry* registry,
                                                       cupel_view id,
                                                       cupel_view name,
                                                       int32_t deduplicate,
                                                       cupel_error** error);
CUPEL_API cupel_status cupel_registry_update_organisation(
    cupel_registry* registry, cupel_view id, cupel_view name,
    int32_t deduplicate, cupel_error** error);
CUPEL_API cupel_status cupel_registry_delete_organisation(
    cupel_registry* registry, cupel_view id, cupel_error** error);
CUPEL_API cupel_status cupel_registry_plugins_json(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view query,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_registry_plugin_json(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  cupel_buffer** out,
                                                  cupel_error** error);
CUPEL_API cupel_status cupel_registry_set_enabled(cupel_registry* registry,
                                                  cupel_view organisation,
                                                  cupel_view plugin,
                                                  int32_t enabled,
                                                  cupel_error** error);
enum {
  CUPEL_SETTINGS_REVEAL = 1 << 0
};
CUPEL_API cupel_status cupel_registry_get_settings(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    uint32_t flags, cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_registry_put_settings(cupel_registry* registry,
                                                   cupel_view organisation,
                                                   cupel_view plugin,
                                                   cupel_view settings,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_registry_delete_settings(cupel_registry* registry,
                                                      cupel_view organisation,
                                                      cupel_view plugin,
                                                      cupel_error** error);
CUPEL_API cupel_status cupel_registry_clone_settings(
    cupel_registry* registry, cupel_view from_organisation,
    cupel_view to_organisation, cupel_error** error);
CUPEL_API cupel_status cupel_registry_environment(
    cupel_registry* registry, cupel_view organisation, cupel_view plugin,
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_environment** out, cupel_error** error);
typedef int32_t (*cupel_rotation_fn)(void* user_data, uint64_t done,
                                     uint64_t total);
CUPEL_API cupel_status cupel_registry_rotate(
    cupel_registry* registry, cupel_cancel* cancel, cupel_rotation_fn progress,
    void* user_data, cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_registry_export(cupel_registry* registry,
                                             cupel_buffer** out,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_registry_import(cupel_registry* registry,
                                             cupel_view document,
                                             cupel_error** error);
typedef struct cupel_http_request {
  size_t struct_size;
  cupel_view method;
  cupel_view path;
  cupel_view query;
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
typedef struct cupel_http_response cupel_http_response;
CUPEL_API cupel_status cupel_registry_handle(cupel_registry* registry,
                                             const cupel_http_request* request,
                                             cupel_http_response** out,
                                             cupel_error** error);
CUPEL_API int32_t
cupel_http_response_status(const cupel_http_response* response);
CUPEL_API size_t
cupel_http_response_header_count(const cupel_http_response* response);
CUPEL_API cupel_field
cupel_http_response_header(const cupel_http_response* response, size_t index);
CUPEL_API cupel_view
cupel_http_response_body(const cupel_http_response* response);
CUPEL_API void cupel_http_response_free(cupel_http_response* response);
CUPEL_API cupel_status cupel_token_generate(cupel_buffer** out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_token_hash(cupel_view token, cupel_buffer** out,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_token_matches(cupel_view token, cupel_view hash,
                                           int32_t* out, cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
