/* acme.c: an extractor in C99, for a format that nobody has:
 *
 *   "ACME" | version, 1 byte | member, ...
 *   member: length of name, 1 byte | length, 4 bytes, lowest first | name |
 * data
 *
 *   cc -std=c99 -shared -fPIC -I include acme.c -o acme.so */
#include <cupel/plugin.h>
#include <stdio.h>
#include <string.h>

enum { kHeaderBytes = 5, kMemberBytes = 5 }; /* without name and data */

static uint32_t LittleEndian(const uint8_t* at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
         (uint32_t)at[3] << 24;
}

/* A finding: it makes the payload `matched`. */
static cupel_status StateTruncated(cupel_call* call, size_t at) {
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  statement.name = cupel_str("acme.truncated");
  statement.tags = cupel_str("damaged acme");
  statement.weight = 5;
  statement.offset = at;
  statement.length = call->bytes.size - at;
  return call->host->statement(call, &statement);
}

static cupel_status Extract(cupel_call* call) {
  const uint8_t* const data = call->bytes.data;
  const size_t size = call->bytes.size;
  /* It is asked about every payload; most are not its own. */
  if (size < kHeaderBytes || memcmp(data, "ACME", 4) != 0) {
    return CUPEL_STATUS_OK;
  }
  unsigned members = 0;
  size_t at = kHeaderBytes;
  while (at < size && !cupel_call_cancelled(call)) {
    /* Sizes come from the enemy: compare with what is left, add nothing. */
    const size_t left = size - at;
    const size_t name = left < kMemberBytes ? 0 : data[at];
    const size_t length = left < kMemberBytes ? 0 : LittleEndian(data + at + 1);
    if (left < kMemberBytes || name > left - kMemberBytes ||
        length > left - kMemberBytes - name) {
      (void)StateTruncated(call, at);
      return cupel_call_fail(call, CUPEL_STATUS_DATA_LOSS,
                             "the last member is cut off");
    }
    /* It lies in the payload: the host keeps a slice, nothing is copied. */
    cupel_child child = CUPEL_CHILD_INIT;
    child.name.data = data + at + kMemberBytes;
    child.name.size = name;
    child.bytes.data = child.name.data + name;
    child.bytes.size = length;
    const cupel_status status = call->host->child(call, &child);
    if (status != CUPEL_STATUS_OK) return status; /* the host takes no more */
    ++members;
    at += kMemberBytes + name + length;
  }
  char result[64];
  snprintf(result, sizeof(result), "{\"version\":%u,\"members\":%u}",
           (unsigned)data[4], members);
  return cupel_call_result(call, result);
}

static const cupel_plugin_v1 kAcme = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_EXTRACTOR,
    .name = "acme",
    .version = "1.0",
    .description = "Takes ACME containers apart",
    .consumes = "*",
    .extract = Extract};

CUPEL_PLUGIN_EXPORT(&kAcme)
