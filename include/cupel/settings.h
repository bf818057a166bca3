/**
 * @file settings.h
 * @brief The settings box: sealing the settings of plugins for storage, and the
 *   keys for it. Comes with cupel.h, where the conventions stand.
 */
#ifndef CUPEL_SETTINGS_H_
#define CUPEL_SETTINGS_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup keyring Keys
 * What settings are sealed with and opened with.
 *
 * Buffers with keys are overwritten when they are freed; errors show none.
 * @{
 */

/**
 * Keys to open with, the first of which seals; and, beside them, the pair of
 * keys that OpenKAT seals with.
 *
 * Threads: one at a time while keys are added; then any number. Lifetime: until
 * cupel_keyring_free; a registry that was opened with it has a copy. Keys lie
 * in locked memory as far as the system's limits allow, and are overwritten at
 * the end.
 *
 *     cupel_keyring *keys = NULL;
 *     cupel_keyring_from_environment(NULL, 0, CUPEL_VARIABLES_PROCESS, &keys,
 *                                    &error);
 *     cupel_settings_seal(keys, cupel_str("acme"), cupel_str("shodan"), json,
 *                         CUPEL_SEAL_CUPEL, &row, &error);
 */
typedef struct cupel_keyring cupel_keyring;

/**
 * Makes an empty ring.
 *
 * @param[out] out The ring, owned by the caller: cupel_keyring_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_new(cupel_keyring** out,
                                         cupel_error** error);

/** Which variables count: bits of the `flags` of cupel_keyring_from_environment
 * and cupel_seal_format_from_environment. */
enum {
  /** Variables of the process itself count where `variables` has none of that
   * name. No other thread may change the environment meanwhile. */
  CUPEL_VARIABLES_PROCESS = 1 << 0
};

/**
 * Makes a ring with the keys that variables name; an empty one if there are
 * none.
 *
 * - CUPEL_SETTINGS_KEYS: keys, separated by commas or white space.
 * - CUPEL_SETTINGS_KEYS_FILE: path of a file of at most 64 KiB that holds them,
 *   which nobody but its owner may read.
 * - BOEFJES_KATALOGUS_PRIVATE_KEY and BOEFJES_KATALOGUS_PUBLIC_KEY: OpenKAT's;
 *   or KATALOGUS_PRIVATE_KEY_B64 and KATALOGUS_PUBLIC_KEY_B64.
 *
 * @param[in] variables Names and values; others than these do not count. May be
 *   NULL if `variable_count` is 0. Copied.
 * @param[in] variable_count How many.
 * @param[in] flags CUPEL_VARIABLES_*.
 * @param[out] out The ring, owned by the caller: cupel_keyring_free. NULL on
 *   failure.
 * @param[out] error Why it failed: names the variable or file and never shows a
 *   key; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a ring, maybe an empty one.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A key is none, or one of OpenKAT's two
 *   is missing.
 * @retval CUPEL_STATUS_ALREADY_EXISTS A key is named twice.
 * @retval CUPEL_STATUS_NOT_FOUND The file is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED The file can't be read, belongs to
 *   neither the user nor root, or is open to others.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The file is too large.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_keyring** out, cupel_error** error);

/**
 * Adds a key at the end of a ring. The first key of an empty ring is the one
 * that seals.
 *
 * @param[in,out] keyring The ring.
 * @param[in] text "cupel-key-1:…", as cupel_keyring_generate_key makes it.
 *   Copied.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is in the ring.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no key.
 * @retval CUPEL_STATUS_ALREADY_EXISTS It is in the ring already.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_add_key(cupel_keyring* keyring,
                                             cupel_view text,
                                             cupel_error** error);

/**
 * Sets the keys that OpenKAT seals with, in place of those before.
 *
 * @param[in,out] keyring The ring.
 * @param[in] private_key Base64 (standard alphabet, padded) of 32 bytes.
 *   Copied.
 * @param[in] public_key The same of the public key.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The ring has them.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT One of them is no such key.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_set_openkat(cupel_keyring* keyring,
                                                 cupel_view private_key,
                                                 cupel_view public_key,
                                                 cupel_error** error);

/**
 * Makes a new key from the system's random numbers. It is in no ring. Any
 * thread.
 *
 * @param[out] out The key as text, "cupel-key-1:…", a secret, owned by the
 *   caller: cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_generate_key(cupel_buffer** out,
                                                  cupel_error** error);

/**
 * Which keys a ring has, by their ids, which are no secrets:
 *
 *     {"keys":["0123456789abcdef"],"sealing":"0123456789abcdef",
 *      "openkat":false}
 *
 * "sealing" is null in a ring without keys.
 *
 * @param[in] keyring The ring.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_keyring_json(const cupel_keyring* keyring,
                                          cupel_buffer** out,
                                          cupel_error** error);

/**
 * Frees a ring and overwrites its keys.
 *
 * @param[in] keyring The ring, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_keyring_free(cupel_keyring* keyring);

/** @} */

/**
 * @defgroup settings Settings
 * The settings of a plugin, sealed for storage.
 *
 * A "row" is the text that a database keeps: settings, sealed for one
 * organisation and one plugin. Buffers with opened settings are overwritten
 * when they are freed; errors show no values. All functions here may be called
 * from any thread, as long as nobody adds to the ring.
 * @{
 */

/** How a row is stored: a CUPEL_SEAL_*. */
typedef int32_t cupel_seal_format;

/** The values of a cupel_seal_format. */
enum {
  /** A sealed box with key id, bound to organisation and plugin. */
  CUPEL_SEAL_CUPEL = 0,
  /** OpenKAT's NACL_SEALBOX, bit for bit. Bound to nothing. */
  CUPEL_SEAL_OPENKAT_NACL_SEALBOX = 1,
  /** OpenKAT's IDENTITY: plain JSON. */
  CUPEL_SEAL_OPENKAT_IDENTITY = 2
};

/** What may be opened: bits of `flags`. */
enum {
  /** A row of plain JSON may be read too. An empty row and "{}" always may. */
  CUPEL_SETTINGS_ALLOW_IDENTITY = 1 << 0
};

/**
 * What BOEFJES_ENCRYPTION_MIDDLEWARE (or ENCRYPTION_MIDDLEWARE) says, which is
 * how OpenKAT seals.
 *
 * @param[in] variables As for cupel_keyring_from_environment.
 * @param[in] variable_count How many.
 * @param[in] flags CUPEL_VARIABLES_*.
 * @param[out] out Set to CUPEL_SEAL_OPENKAT_NACL_SEALBOX or
 *   CUPEL_SEAL_OPENKAT_IDENTITY. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is set.
 * @retval CUPEL_STATUS_NOT_FOUND The variable is not set, or empty.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT Its value is neither NACL_SEALBOX nor
 *   IDENTITY.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_seal_format_from_environment(
    const cupel_field* variables, size_t variable_count, uint32_t flags,
    cupel_seal_format* out, cupel_error** error);

/**
 * Seals settings: makes the text of a row of them.
 *
 * @param[in] keyring Its first key seals, or OpenKAT's keys, as `format` says.
 *   None is needed for CUPEL_SEAL_OPENKAT_IDENTITY.
 * @param[in] organisation Whose settings; not empty, without NUL.
 * @param[in] plugin Of which plugin; not empty, without NUL.
 * @param[in] settings A JSON object of at most 1 MiB.
 * @param[in] format CUPEL_SEAL_*.
 * @param[out] out The row, owned by the caller: cupel_buffer_free. NULL on
 *   failure. Another one each time, for the same settings.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the row.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `settings` is no JSON object, or has a
 *   value that can't be stored, or `format` is not known.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The settings are too large.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no key for the format.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_seal(
    const cupel_keyring* keyring, cupel_view organisation, cupel_view plugin,
    cupel_view settings, cupel_seal_format format, cupel_buffer** out,
    cupel_error** error);

/**
 * Opens a row. The format is seen by the text.
 *
 * @param[in] keyring The key that sealed it has to be in it.
 * @param[in] organisation As it was sealed for.
 * @param[in] plugin As it was sealed for.
 * @param[in] row The text; empty means no settings.
 * @param[in] flags CUPEL_SETTINGS_ALLOW_IDENTITY.
 * @param[out] out The settings, a JSON object and a secret, owned by the
 *   caller: cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the settings.
 * @retval CUPEL_STATUS_NOT_FOUND The ring does not have the key; the message
 *   names its id.
 * @retval CUPEL_STATUS_DATA_LOSS The row was changed or cut, is of another
 *   organisation or plugin, or the ring's keys of OpenKAT do not fit it.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no keys of OpenKAT, or
 *   plain JSON is not allowed.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The text is no row.
 * @retval CUPEL_STATUS_UNIMPLEMENTED The row is of a newer form.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The row is longer than any that can
 *   be sealed.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_open(const cupel_keyring* keyring,
                                           cupel_view organisation,
                                           cupel_view plugin, cupel_view row,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);

/**
 * A row in another format, or with the sealing key of today.
 *
 * @param[in] keyring Opens the old row and seals the new one.
 * @param[in] organisation As it was sealed for, and will be.
 * @param[in] plugin As it was sealed for, and will be.
 * @param[in] row The old row.
 * @param[in] format CUPEL_SEAL_*: of the new one.
 * @param[in] flags CUPEL_SETTINGS_ALLOW_IDENTITY.
 * @param[out] out The new row, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_settings_open and cupel_settings_seal.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_reseal(const cupel_keyring* keyring,
                                             cupel_view organisation,
                                             cupel_view plugin, cupel_view row,
                                             cupel_seal_format format,
                                             uint32_t flags, cupel_buffer** out,
                                             cupel_error** error);

/**
 * What can be told of a row without opening it:
 *
 *     {"format":"cupel","key_id":"0123456789abcdef"}
 *
 * "format" is "cupel", "openkat" or "identity"; "key_id" is null for the other
 * two.
 *
 * @param[in] row The text of a row.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The text is no row.
 * @retval CUPEL_STATUS_DATA_LOSS The row is cut.
 * @retval CUPEL_STATUS_UNIMPLEMENTED The row is of a newer form.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The row is longer than any that can
 *   be sealed.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_inspect(cupel_view row,
                                              cupel_buffer** out,
                                              cupel_error** error);

/**
 * What tells whether two settings are the same without telling them.
 *
 * @param[in] keyring Its sealing key is what the fingerprint is keyed with:
 *   without that key it tells nothing.
 * @param[in] plugin Of which plugin; not empty, without NUL.
 * @param[in] settings A JSON object; the order of its keys does not count.
 * @param[out] out "KEYID:" and 64 hexadecimal digits, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the fingerprint.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no sealing key.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `settings` is no JSON object.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The settings are too large.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_fingerprint(const cupel_keyring* keyring,
                                                  cupel_view plugin,
                                                  cupel_view settings,
                                                  cupel_buffer** out,
                                                  cupel_error** error);

/**
 * Settings that can be shown.
 *
 * @param[in] settings A JSON object.
 * @param[in] schema What it calls secret is masked; NULL: every value is.
 * @param[out] out The settings with "***" for what is masked, owned by the
 *   caller: cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the settings.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `settings` is no JSON object.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The settings are too large.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_settings_mask(cupel_view settings,
                                           const cupel_schema* schema,
                                           cupel_buffer** out,
                                           cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SETTINGS_H_ */
