/* settings.h: the settings box: sealing the settings of plugins for storage,
 * and the keys for it. Comes with cupel.h, where the conventions stand.
 *
 * Buffers with opened settings and with keys are overwritten when they are
 * freed; errors show neither. */
#ifndef CUPEL_SETTINGS_H_
#define CUPEL_SETTINGS_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -------------------------------------------------------------------- keys */

/* Keys to open with, the first of which seals. One thread at a time while keys
 * are added; then any number. */
typedef struct cupel_keyring cupel_keyring;

/* An empty one. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_new(cupel_keyring** out,
                                         cupel_error** error);

enum {
  /* Variables of the process itself count where `variables` has none of that
   * name. No other thread may change the environment meanwhile. */
  CUPEL_VARIABLES_PROCESS = 1 << 0
};
/* With the keys that variables name; an empty ring if there are none:
 *   CUPEL_SETTINGS_KEYS       keys, separated by commas or white space
 *   CUPEL_SETTINGS_KEYS_FILE  path of a file that holds them, which nobody but
 *                             its owner may read
 *   BOEFJES_KATALOGUS_PRIVATE_KEY, BOEFJES_KATALOGUS_PUBLIC_KEY  OpenKAT's, or
 *                             KATALOGUS_..., _B64 and their older names
 * `variables` may be NULL if `variable_count` is 0. `flags` are
 * CUPEL_VARIABLES_*. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_keyring** out, cupel_error** error);
/* Adds a key, as cupel_keyring_generate_key makes it. ALREADY_EXISTS for one
 * that is in the ring. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_add_key(cupel_keyring* keyring,
                                             cupel_view text,
                                             cupel_error** error);
/* OpenKAT's keys, each base64 of 32 bytes. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_set_openkat(cupel_keyring* keyring,
                                                 cupel_view private_key,
                                                 cupel_view public_key,
                                                 cupel_error** error);
/* A new key as text, "cupel-key-1:…". It is in no ring. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_generate_key(cupel_buffer** out,
                                                  cupel_error** error);
/* {"keys":["0123456789abcdef"],"sealing":"0123456789abcdef","openkat":false}:
 * ids, which are no secrets. Since 1.0. */
CUPEL_API cupel_status cupel_keyring_json(const cupel_keyring* keyring,
                                          cupel_buffer** out,
                                          cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_keyring_free(cupel_keyring* keyring);

/* ----------------------------------------------------------------- sealing */

/* How a row is stored. */
typedef int32_t cupel_seal_format;
enum {
  /* A sealed box with key id, bound to organisation and plugin. */
  CUPEL_SEAL_CUPEL = 0,
  CUPEL_SEAL_OPENKAT_NACL_SEALBOX = 1, /* OpenKAT's, bit for bit */
  CUPEL_SEAL_OPENKAT_IDENTITY = 2      /* plain JSON */
};

enum {
  /* A row of plain JSON may be read too. */
  CUPEL_SETTINGS_ALLOW_IDENTITY = 1 << 0
};

/* What BOEFJES_ENCRYPTION_MIDDLEWARE says, which is how OpenKAT seals.
 * NOT_FOUND, and *out as it was, if it is not set. Arguments as of
 * cupel_keyring_from_environment. Since 1.0. */
CUPEL_API cupel_status cupel_seal_format_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_seal_format* out, cupel_error** error);

/* Settings (a JSON object of at most 1 MiB) as the text of a row.
 * FAILED_PRECONDITION if the ring has no key for the format. Since 1.0. */
CUPEL_API cupel_status cupel_settings_seal(
    const cupel_keyring* keyring, cupel_view organisation, cupel_view plugin,
    cupel_view settings, cupel_seal_format format, cupel_buffer** out,
    cupel_error** error);
/* The other way, a secret; the format is seen by the text. NOT_FOUND names the
 * id of a key that is not in the ring; DATA_LOSS means that the row was
 * changed, or is of another organisation or plugin. `flags` are
 * CUPEL_SETTINGS_*. Since 1.0. */
CUPEL_API cupel_status cupel_settings_open(const cupel_keyring* keyring,
                                           cupel_view organisation,
                                           cupel_view plugin, cupel_view row,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);
/* The row in another format, or with the sealing key of today. Since 1.0. */
CUPEL_API cupel_status cupel_settings_reseal(const cupel_keyring* keyring,
                                             cupel_view organisation,
                                             cupel_view plugin, cupel_view row,
                                             cupel_seal_format format,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);
/* What can be told of a row without opening it:
 *   {"format":"cupel","key_id":"0123456789abcdef"}
 * "key_id" is null for other formats. Since 1.0. */
CUPEL_API cupel_status cupel_settings_inspect(cupel_view row,
                                              cupel_buffer** out,
                                              cupel_error** error);
/* "<key id>:<64 hexadecimal digits>": equal for equal settings of one plugin,
 * whatever the order of their keys, telling nothing without the ring's sealing
 * key. FAILED_PRECONDITION if it has none. Since 1.0. */
CUPEL_API cupel_status cupel_settings_fingerprint(const cupel_keyring* keyring,
                                                  cupel_view plugin,
                                                  cupel_view settings,
                                                  cupel_buffer** out,
                                                  cupel_error** error);
/* The settings with "***" for every value that `schema` calls secret; for all
 * of them if it is NULL. Since 1.0. */
CUPEL_API cupel_status cupel_settings_mask(cupel_view settings,
                                           const cupel_schema* schema,
                                           cupel_buffer** out,
                                           cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SETTINGS_H_ */
