/* What runner_bench calls: a worker that says how long its payload is. */
#include <cupel/plugin.h>
#include <stdio.h>

static cupel_status Scan(cupel_call* call) {
  char text[64];
  snprintf(text, sizeof(text), "{\"size\": %zu}", call->bytes.size);
  return cupel_call_result(call, text);
}

static const cupel_plugin_v1 kSize = {.struct_size = sizeof(cupel_plugin_v1),
                                      .abi = CUPEL_PLUGIN_ABI,
                                      .category = CUPEL_PLUGIN_WORKER,
                                      .name = "size",
                                      .version = "1.0",
                                      .scan = Scan};
CUPEL_PLUGIN_EXPORT(&kSize)
