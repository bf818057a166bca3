/* plugin_table.h: tables of plugins that are written in Go, and what the host
 * does for one that is called. The state of such a plugin is a cgo.Handle, by
 * way of its table's user_data. */
#ifndef CUPEL_BINDINGS_GO_PLUGIN_TABLE_H_
#define CUPEL_BINDINGS_GO_PLUGIN_TABLE_H_

#include <cupel/cupel.h>

extern cupel_status cupelGoActivate(uintptr_t handle, cupel_call* call);
extern void cupelGoDeactivate(uintptr_t handle);
extern cupel_status cupelGoCall(uintptr_t handle, cupel_plugin_method method,
                                cupel_call* call);
extern void cupelGoNested(uintptr_t handle, int32_t is_child, cupel_view name,
                          cupel_view bytes);

/* ------------------------------------------------------------------- table */

static inline cupel_status cupel_go_activate(cupel_call* call, void** state) {
  /* The state stays the table's user_data. */
  *state = call->state;
  return cupelGoActivate((uintptr_t)call->state, call);
}

static inline void cupel_go_deactivate(void* state) {
  cupelGoDeactivate((uintptr_t)state);
}

#define CUPEL_GO_METHOD(name, method)                                   \
  static inline cupel_status cupel_go_plugin_##name(cupel_call* call) { \
    return cupelGoCall((uintptr_t)call->state, method, call);           \
  }
CUPEL_GO_METHOD(ingest, CUPEL_METHOD_INGEST)
CUPEL_GO_METHOD(read, CUPEL_METHOD_READ)
CUPEL_GO_METHOD(scan, CUPEL_METHOD_SCAN)
CUPEL_GO_METHOD(extract, CUPEL_METHOD_EXTRACT)
CUPEL_GO_METHOD(carve, CUPEL_METHOD_CARVE)
CUPEL_GO_METHOD(decode, CUPEL_METHOD_DECODE)
CUPEL_GO_METHOD(decorate, CUPEL_METHOD_DECORATE)
CUPEL_GO_METHOD(save, CUPEL_METHOD_SAVE)
CUPEL_GO_METHOD(normalize, CUPEL_METHOD_NORMALIZE)
CUPEL_GO_METHOD(connect, CUPEL_METHOD_CONNECT)
CUPEL_GO_METHOD(disconnect, CUPEL_METHOD_DISCONNECT)
CUPEL_GO_METHOD(get_file, CUPEL_METHOD_GET_FILE)
CUPEL_GO_METHOD(heartbeat, CUPEL_METHOD_HEARTBEAT)
#undef CUPEL_GO_METHOD

/* Gives a table the functions for which `methods` has the bit of its
 * CUPEL_METHOD_*, and those of activation if they are wanted. */
static inline void cupel_go_plugin_methods(cupel_plugin_v1* table,
                                           uintptr_t handle, uint32_t methods,
                                           int32_t activate,
                                           int32_t deactivate) {
  table->user_data = (void*)handle;
  if (activate) table->activate = cupel_go_activate;
  if (deactivate) table->deactivate = cupel_go_deactivate;
#define CUPEL_GO_METHOD(name, method) \
  if (methods & (1u << (method))) table->name = cupel_go_plugin_##name;
  CUPEL_GO_METHOD(ingest, CUPEL_METHOD_INGEST)
  CUPEL_GO_METHOD(read, CUPEL_METHOD_READ)
  CUPEL_GO_METHOD(scan, CUPEL_METHOD_SCAN)
  CUPEL_GO_METHOD(extract, CUPEL_METHOD_EXTRACT)
  CUPEL_GO_METHOD(carve, CUPEL_METHOD_CARVE)
  CUPEL_GO_METHOD(decode, CUPEL_METHOD_DECODE)
  CUPEL_GO_METHOD(decorate, CUPEL_METHOD_DECORATE)
  CUPEL_GO_METHOD(save, CUPEL_METHOD_SAVE)
  CUPEL_GO_METHOD(normalize, CUPEL_METHOD_NORMALIZE)
  CUPEL_GO_METHOD(connect, CUPEL_METHOD_CONNECT)
  CUPEL_GO_METHOD(disconnect, CUPEL_METHOD_DISCONNECT)
  CUPEL_GO_METHOD(get_file, CUPEL_METHOD_GET_FILE)
  CUPEL_GO_METHOD(heartbeat, CUPEL_METHOD_HEARTBEAT)
#undef CUPEL_GO_METHOD
}

/* -------------------------------------------------------------------- host */

static inline void cupel_go_call_log(const cupel_call* call,
                                     cupel_log_level level, cupel_view text) {
  call->host->log(call, level, text);
}

static inline uint64_t cupel_go_call_budget(const cupel_call* call) {
  return call->host->budget(call);
}

static inline cupel_status cupel_go_call_option(const cupel_call* call,
                                                cupel_view name,
                                                cupel_view* out) {
  return call->host->option(call, name, out);
}

/* Structs of views stay here, so that no pointer of Go lies in memory that Go
 * hands over. */
static inline cupel_status cupel_go_call_child(cupel_call* call, uint32_t flags,
                                               cupel_view bytes,
                                               cupel_view name,
                                               cupel_view metadata,
                                               cupel_view dispatch) {
  cupel_child child = CUPEL_CHILD_INIT;
  child.flags = flags;
  child.bytes = bytes;
  child.name = name;
  child.metadata = metadata;
  child.dispatch = dispatch;
  return call->host->child(call, &child);
}

static inline cupel_status cupel_go_call_result(cupel_call* call,
                                                cupel_view json) {
  return call->host->result(call, json);
}

static inline cupel_status cupel_go_call_statement(
    cupel_call* call, cupel_view name, cupel_view tags, cupel_view meta,
    int64_t weight, uint64_t offset, uint64_t length) {
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  statement.name = name;
  statement.tags = tags;
  statement.meta = meta;
  statement.weight = weight;
  statement.offset = offset;
  statement.length = length;
  return call->host->statement(call, &statement);
}

static inline cupel_status cupel_go_call_dispatch(cupel_call* call,
                                                  cupel_view plugin) {
  return call->host->dispatch(call, plugin);
}

static inline void cupel_go_call_error(cupel_call* call, cupel_status code,
                                       cupel_view message) {
  call->host->error(call, code, message);
}

static inline cupel_status cupel_go_call_item(cupel_call* call, cupel_view name,
                                              cupel_view path, cupel_view bytes,
                                              cupel_view metadata,
                                              cupel_view tlp) {
  cupel_item item = CUPEL_ITEM_INIT;
  item.name = name;
  item.path = path;
  item.bytes = bytes;
  item.metadata = metadata;
  item.tlp = tlp;
  return call->host->item(call, &item);
}

static inline void cupel_go_on_nested(void* user_data, int32_t is_child,
                                      cupel_view name, cupel_view bytes) {
  cupelGoNested((uintptr_t)user_data, is_child, name, bytes);
}

static inline cupel_status cupel_go_call_nested(cupel_call* call,
                                                cupel_view plugin,
                                                cupel_view bytes,
                                                cupel_view options,
                                                uintptr_t handle) {
  return call->host->nested(call, plugin, bytes, options, cupel_go_on_nested,
                            (void*)handle);
}

#endif /* CUPEL_BINDINGS_GO_PLUGIN_TABLE_H_ */
