/* worker:ssdeep: the fuzzy hash of a payload, by libfuzzy. Of the licence of
 * what it links, see README.md. */
#include <fuzzy.h>
#include <stdio.h>

#include "cupel/plugin.h"

/* Bytes between two questions whether to go on. */
#define PIECE ((size_t)64 << 10)

static cupel_status Update(cupel_call* call, struct fuzzy_state* state) {
  size_t at = 0;
  while (at < call->bytes.size) {
    const size_t left = call->bytes.size - at;
    const size_t piece = left < PIECE ? left : PIECE;
    if (cupel_call_cancelled(call)) {
      return cupel_call_fail(call, CUPEL_STATUS_CANCELLED,
                             "worker:ssdeep: stopped before it was done");
    }
    if (fuzzy_update(state, call->bytes.data + at, piece) != 0) {
      return cupel_call_fail(call, CUPEL_STATUS_INTERNAL,
                             "worker:ssdeep: libfuzzy failed");
    }
    at += piece;
  }
  return CUPEL_STATUS_OK;
}

/* The characters of a hash need no escapes in JSON. */
static cupel_status HandBack(cupel_call* call,
                             const struct fuzzy_state* state) {
  char hash[FUZZY_MAX_RESULT];
  char result[FUZZY_MAX_RESULT + 16];
  if (fuzzy_digest(state, hash, 0) != 0) {
    return cupel_call_fail(
        call, CUPEL_STATUS_OUT_OF_RANGE,
        "worker:ssdeep: the payload is too long for a hash of it");
  }
  snprintf(result, sizeof(result), "{\"ssdeep\":\"%s\"}", hash);
  return cupel_call_result(call, result);
}

static cupel_status Scan(cupel_call* call) {
  cupel_status status;
  struct fuzzy_state* state = fuzzy_new();
  if (state == NULL) {
    return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                           "worker:ssdeep: out of memory");
  }
  /* Tells it which block sizes it need not try; what is too long it tells when
   * the hash is asked for. */
  (void)fuzzy_set_total_input_length(state, call->bytes.size);
  status = Update(call, state);
  if (status == CUPEL_STATUS_OK) status = HandBack(call, state);
  fuzzy_free(state);
  return status;
}

static const cupel_plugin_v1 kSsdeep = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_WORKER,
    .name = "ssdeep",
    .version = "1.0",
    .description = "ssdeep, a hash that is alike for payloads that are alike",
    .scan = Scan};

CUPEL_PLUGIN_EXPORT(&kSsdeep)
