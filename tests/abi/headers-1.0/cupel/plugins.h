#ifndef CUPEL_PLUGINS_H_
#define CUPEL_PLUGINS_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/plugin.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_plugins cupel_plugins;
enum {
  CUPEL_PLUGINS_NO_BUILTIN = 1 << 0,
  CUPEL_PLUGINS_ENVIRONMENT = 1 << 1,
  CUPEL_PLUGINS_NO_NETWORK = 1 << 2,
  CUPEL_PLUGINS_NO_FILES = 1 << 3
};
typedef struct cupel_plugins_options {
  size_t struct_size;
  uint32_t flags;
  cupel_tier min_tier;
  cupel_view runner;
  cupel_view python_path;
  cupel_view python;
} cupel_plugins_options;
#define CUPEL_PLUGINS_OPTIONS_INIT \
  {sizeof(cupel_plugins_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}
CUPEL_API cupel_status cupel_plugins_new(const cupel_plugins_options* options,
                                         cupel_plugins** out,
                                         cupel_error** error);
CUPEL_API void cupel_plugins_free(cupel_plugins* plugins);
CUPEL_API cupel_status cupel_plugins_add_path(cupel_plugins* plugins,
                                              cupel_view path,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_plugins_register(cupel_plugins* plugins,
                                              const cupel_plugin_v1* table,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_plugins_load_config(cupel_plugins* plugins,
                                                 cupel_view path,
                                                 cupel_error** error);
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
  CUPEL_OPTION_JSON = 1 << 0
};
CUPEL_API cupel_status
cupel_plugins_set_option(cupel_plugins* plugins, cupel_view plugin,
                         cupel_view option, cupel_view value, uint32_t flags,
                         cupel_option_origin origin, cupel_error** error);
CUPEL_API cupel_status cupel_plugins_set_option_text(cupel_plugins* plugins,
                                                     cupel_view setting,
                                                     cupel_error** error);
CUPEL_API cupel_status cupel_plugins_json(const cupel_plugins* plugins,
                                          cupel_buffer** out,
                                          cupel_error** error);
enum {
  CUPEL_PLUGINS_REVEAL = 1 << 0
};
CUPEL_API cupel_status cupel_plugins_show_json(const cupel_plugins* plugins,
                                               cupel_view plugin,
                                               uint32_t flags,
                                               cupel_buffer** out,
                                               cupel_error** error);
CUPEL_API cupel_status cupel_plugins_warnings_json(const cupel_plugins* plugins,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_plugins_config_json(const cupel_plugins* plugins,
                                                 cupel_buffer** out,
                                                 cupel_error** error);
typedef int32_t cupel_plugin_method;
enum {
  CUPEL_METHOD_DEFAULT = 0,
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
  CUPEL_PLUGIN_INPUT_BASE64 = 1 << 0
};
typedef struct cupel_plugin_input {
  size_t struct_size;
  uint32_t flags;
  cupel_plugin_method method;
  cupel_view bytes;
  cupel_view name;
  cupel_view options;
  cupel_view document;
  cupel_view tlp;
  const cupel_field* environment;
  size_t environment_count;
  uint64_t timeout_ns;
  uint64_t max_children;
  uint64_t max_children_bytes;
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
typedef int32_t (*cupel_plugin_bytes_fn)(void* user_data, uint64_t index,
                                         cupel_view name, cupel_view bytes);
CUPEL_API cupel_status cupel_plugins_run(
    cupel_plugins* plugins, cupel_view plugin, const cupel_plugin_input* input,
    cupel_plugin_bytes_fn take, void* user_data, cupel_cancel* cancel,
    cupel_buffer** out, cupel_error** error);
enum {
  CUPEL_INSTALL_UPGRADE = 1 << 0
};
CUPEL_API cupel_status cupel_plugins_install(cupel_view folder,
                                             cupel_view destination,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
