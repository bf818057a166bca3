#ifndef CUPEL_PLUGIN_H_
#define CUPEL_PLUGIN_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
#define CUPEL_PLUGIN_ABI 1
typedef int32_t cupel_plugin_category;
enum {
  CUPEL_PLUGIN_SOURCE = 1,
  CUPEL_PLUGIN_READER = 2,
  CUPEL_PLUGIN_WORKER = 3,
  CUPEL_PLUGIN_EXTRACTOR = 4,
  CUPEL_PLUGIN_CARVER = 5,
  CUPEL_PLUGIN_DECODER = 6,
  CUPEL_PLUGIN_DECORATOR = 7,
  CUPEL_PLUGIN_CONNECTOR = 8,
  CUPEL_PLUGIN_NORMALIZER = 9
};
typedef int32_t cupel_tier;
enum {
  CUPEL_TIER_BUILTIN = 1,
  CUPEL_TIER_PROCESS = 2,
  CUPEL_TIER_OCI = 3
};
enum {
  CUPEL_NEEDS_NETWORK = 1 << 0,
  CUPEL_NEEDS_FILES = 1 << 1
};
enum {
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
  CUPEL_CHILD_NO_SCAN = 1 << 0,
  CUPEL_CHILD_SAVE = 1 << 1
};
typedef struct cupel_child {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view bytes;
  cupel_view name;
  cupel_view metadata;
  cupel_view dispatch;
} cupel_child;
#define CUPEL_CHILD_INIT \
  {sizeof(cupel_child), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}
typedef struct cupel_statement {
  size_t struct_size;
  uint32_t reserved[2];
  cupel_view name;
  cupel_view tags;
  cupel_view meta;
  int64_t weight;
  uint64_t offset;
  uint64_t length;
} cupel_statement;
#define CUPEL_STATEMENT_INIT \
  {sizeof(cupel_statement), {0, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0}
typedef struct cupel_item {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view name;
  cupel_view path;
  cupel_view bytes;
  cupel_view metadata;
  cupel_view tlp;
} cupel_item;
#define CUPEL_ITEM_INIT                                 \
  {sizeof(cupel_item), 0,         0,         {NULL, 0}, \
   {NULL, 0},          {NULL, 0}, {NULL, 0}, {NULL, 0}}
typedef void (*cupel_nested_fn)(void* user_data, int32_t is_child,
                                cupel_view name, cupel_view bytes);
typedef struct cupel_host_v1 {
  size_t struct_size;
  uint32_t abi;
  uint32_t version;
  void (*log)(const cupel_call* call, cupel_log_level level, cupel_view text);
  int32_t (*cancelled)(const cupel_call* call);
  uint64_t (*budget)(const cupel_call* call);
  cupel_status (*option)(const cupel_call* call, cupel_view name,
                         cupel_view* out);
  cupel_status (*child)(cupel_call* call, const cupel_child* child);
  cupel_status (*result)(cupel_call* call, cupel_view json);
  cupel_status (*statement)(cupel_call* call, const cupel_statement* statement);
  cupel_status (*dispatch)(cupel_call* call, cupel_view plugin);
  void (*error)(cupel_call* call, cupel_status code, cupel_view message);
  cupel_status (*item)(cupel_call* call, const cupel_item* item);
  cupel_status (*nested)(cupel_call* call, cupel_view plugin, cupel_view bytes,
                         cupel_view options, cupel_nested_fn take,
                         void* user_data);
} cupel_host_v1;
struct cupel_call {
  size_t struct_size;
  const cupel_host_v1* host;
  void* state;
  void* internal;
  cupel_view bytes;
  cupel_view name;
  cupel_view path;
  cupel_view type;
  cupel_view mime;
  cupel_view sha256;
  cupel_view tlp;
  cupel_view options;
  cupel_view document;
  uint64_t payload;
  uint32_t depth;
  uint32_t reserved;
};
typedef cupel_status (*cupel_method_fn)(cupel_call* call);
typedef struct cupel_plugin_v1 {
  size_t struct_size;
  uint32_t abi;
  uint32_t flags;
  cupel_plugin_category category;
  uint32_t needs;
  cupel_tier least_tier;
  uint32_t reserved;
  const char* name;
  const char* version;
  const char* description;
  const char* author;
  const char* consumes;
  const char* requires_plugins;
  const char* max_tlp;
  const char* min_version;
  const char* max_version;
  const char* options;
  uint64_t heartbeat_ns;
  cupel_status (*activate)(cupel_call* call, void** state);
  void (*deactivate)(void* state);
  cupel_method_fn heartbeat;
  cupel_method_fn ingest;
  cupel_method_fn read;
  cupel_method_fn scan;
  cupel_method_fn extract;
  cupel_method_fn carve;
  cupel_method_fn decode;
  cupel_method_fn decorate;
  cupel_method_fn save;
  cupel_method_fn connect;
  cupel_method_fn disconnect;
  cupel_method_fn get_file;
  cupel_method_fn normalize;
  void* user_data;
} cupel_plugin_v1;
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
CUPEL_INLINE cupel_status cupel_call_fail(cupel_call* call, cupel_status code,
                                          const char* message) {
  call->host->error(call, code, cupel_str(message));
  return code;
}
#ifdef __cplusplus
}
#endif
#endif
