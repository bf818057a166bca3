/* seal_setting.c: what a plugin gets from its settings and from the variables
 * BOEFJE_... of this process, and how settings are sealed for storage.
 *
 *   cc seal_setting.c $(pkg-config --cflags --libs cupel) -o seal_setting
 *   BOEFJE_TIMEOUT=30 ./seal_setting */
#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(view) (int)(view).size, (const char*)(view).data

static const char kSchema[] =
    "{\"type\": \"object\", \"required\": [\"SERVER\"], \"secret\": "
    "[\"TOKEN\"],"
    " \"properties\": {\"SERVER\": {\"type\": \"string\"},"
    "                \"TOKEN\": {\"type\": \"string\"},"
    "                \"TIMEOUT\": {\"type\": \"integer\"},"
    "                \"RETRIES\": {\"type\": \"integer\", \"default\": 3}}}";
static const char kSettings[] =
    "{\"SERVER\":\"mail.example.com\",\"TOKEN\":\"not for everybody\"}";

static const char* origin_name(cupel_environment_origin origin) {
  if (origin == CUPEL_ORIGIN_SETTINGS) return "settings";
  return origin == CUPEL_ORIGIN_DEFAULT ? "default" : "system";
}

static cupel_status print_environment(cupel_error** error) {
  cupel_environment* environment = NULL;
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.flags = CUPEL_ENVIRONMENT_DEFAULTS | CUPEL_ENVIRONMENT_PROCESS;
  options.schema_json = cupel_str(kSchema);
  options.settings = cupel_str(kSettings);
  cupel_status status = cupel_environment_build(&options, &environment, error);
  for (size_t i = 0; !status && i < cupel_environment_count(environment); ++i) {
    cupel_environment_entry entry = {.struct_size = sizeof(entry)};
    cupel_buffer* value = NULL;
    status = cupel_environment_get_entry(environment, i, &entry, error);
    if (!status) {
      status = cupel_environment_value(environment, i, &value, error);
    }
    if (!status) {
      const int secret = (entry.flags & CUPEL_ENTRY_SECRET) != 0;
      printf("%.*s=%.*s (%s)\n", TEXT(entry.key),
             TEXT(secret ? cupel_str("***") : cupel_buffer_view(value)),
             origin_name(entry.origin));
    }
    cupel_buffer_free(value); /* overwrites it */
  }
  cupel_environment_free(environment);
  return status;
}

/* A real program has its keys from somewhere: what is sealed with a key that is
 * lost is lost. */
static cupel_status get_keys(cupel_keyring** keys, cupel_error** error) {
  cupel_buffer* key = NULL;
  cupel_status status = cupel_keyring_from_environment(
      NULL, 0, CUPEL_VARIABLES_PROCESS, keys, error);
  if (status || getenv("CUPEL_SETTINGS_KEYS") != NULL) return status;
  status = cupel_keyring_generate_key(&key, error);
  if (!status) {
    status = cupel_keyring_add_key(*keys, cupel_buffer_view(key), error);
  }
  cupel_buffer_free(key);
  return status;
}

int main(void) {
  const cupel_view acme = cupel_str("acme"), mail = cupel_str("mail");
  const cupel_view settings = cupel_str(kSettings);
  cupel_keyring* keys = NULL;
  cupel_buffer *row = NULL, *opened = NULL;
  cupel_error* error = NULL;
  int exit_code = 0;

  /* Every status but OK is other than 0: the first failure ends the chain. */
  if (print_environment(&error) || get_keys(&keys, &error) ||
      cupel_settings_seal(keys, acme, mail, settings, CUPEL_SEAL_CUPEL, &row,
                          &error) ||
      cupel_settings_open(keys, acme, mail, cupel_buffer_view(row), 0, &opened,
                          &error)) {
    const cupel_view message = cupel_error_message(error);
    fprintf(stderr, "seal_setting: %.*s\n", TEXT(message));
    exit_code = 2;
  } else {
    const cupel_view again = cupel_buffer_view(opened);
    const int same = again.size == settings.size &&
                     memcmp(again.data, settings.data, again.size) == 0;
    printf("sealed and opened: %s\n", same ? "the same" : "not the same");
  }
  cupel_buffer_free(opened);
  cupel_buffer_free(row);
  cupel_keyring_free(keys);
  cupel_error_free(error);
  return exit_code;
}
