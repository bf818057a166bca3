#ifndef CUPEL_SETTINGS_H_
#define CUPEL_SETTINGS_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/schema.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_keyring cupel_keyring;
CUPEL_API cupel_status cupel_keyring_new(cupel_keyring** out,
                                         cupel_error** error);
enum {
  CUPEL_VARIABLES_PROCESS = 1 << 0
};
CUPEL_API cupel_status cupel_keyring_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_keyring** out, cupel_error** error);
CUPEL_API cupel_status cupel_keyring_add_key(cupel_keyring* keyring,
                                             cupel_view text,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_keyring_set_openkat(cupel_keyring* keyring,
                                                 cupel_view private_key,
                                                 cupel_view public_key,
                                                 cupel_error** error);
CUPEL_API cupel_status cupel_keyring_generate_key(cupel_buffer** out,
                                                  cupel_error** error);
CUPEL_API cupel_status cupel_keyring_json(const cupel_keyring* keyring,
                                          cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API void cupel_keyring_free(cupel_keyring* keyring);
typedef int32_t cupel_seal_format;
enum {
  CUPEL_SEAL_CUPEL = 0,
  CUPEL_SEAL_OPENKAT_NACL_SEALBOX = 1,
  CUPEL_SEAL_OPENKAT_IDENTITY = 2
};
enum {
  CUPEL_SETTINGS_ALLOW_IDENTITY = 1 << 0
};
CUPEL_API cupel_status cupel_seal_format_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_seal_format* out, cupel_error** error);
CUPEL_API cupel_status cupel_settings_seal(
    const cupel_keyring* keyring, cupel_view organisation, cupel_view plugin,
    cupel_view settings, cupel_seal_format format, cupel_buffer** out,
    cupel_error** error);
CUPEL_API cupel_status cupel_settings_open(const cupel_keyring* keyring,
                                           cupel_view organisation,
                                           cupel_view plugin, cupel_view row,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);
CUPEL_API cupel_status cupel_settings_reseal(const cupel_keyring* keyring,
                                             cupel_view organisation,
                                             cupel_view plugin, cupel_view row,
                                             cupel_seal_format format,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_settings_inspect(cupel_view row,
                                              cupel_buffer** out,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_settings_fingerprint(const cupel_keyring* keyring,
                                                  cupel_view plugin,
                                                  cupel_view settings,
                                                  cupel_buffer** out,
                                                  cupel_error** error);
CUPEL_API cupel_status cupel_settings_mask(cupel_view settings,
                                           const cupel_schema* schema,
                                           cupel_buffer** out,
                                           cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
