/* The structs of settings, environments, the registry and what it answers. */
#include "old_client.h"

static const char kSchema[] =
    "{\"type\": \"object\", \"properties\": {\"KEY\": {\"type\": \"string\"}, "
    "\"LIMIT\": {\"type\": \"integer\", \"default\": 5}}, "
    "\"secret\": [\"KEY\"]}";

static cupel_keyring* make_keyring(void) {
  cupel_keyring* keyring = NULL;
  cupel_buffer* key = NULL;
  OK(cupel_keyring_new(&keyring, &error));
  OK(cupel_keyring_generate_key(&key, &error));
  OK(cupel_keyring_add_key(keyring, cupel_buffer_view(key), &error));
  cupel_buffer_free(key);
  return keyring;
}

static void seal(const cupel_keyring* keyring) {
  cupel_buffer* row = NULL;
  cupel_buffer* settings = NULL;
  OK(cupel_settings_seal(keyring, cupel_str("acme"), cupel_str("p"),
                         cupel_str("{\"KEY\": \"v\"}"), CUPEL_SEAL_CUPEL, &row,
                         &error));
  OK(cupel_settings_open(keyring, cupel_str("acme"), cupel_str("p"),
                         cupel_buffer_view(row), 0, &settings, &error));
  EXPECT(buffer_contains(settings, "\"KEY\""));
  cupel_buffer_free(row);
}

static void environment(void) {
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  cupel_environment* built = NULL;
  cupel_field variable;
  cupel_view key = cupel_str("EXTRA");
  size_t at;
  int seen_origins = 0;
  variable.name = cupel_str("BOEFJE_EXTRA");
  variable.value = cupel_str("more");
  options.flags = CUPEL_ENVIRONMENT_DEFAULTS;
  options.schema_json = cupel_str(kSchema);
  options.keys = &key;
  options.key_count = 1;
  options.settings = cupel_str("{\"KEY\": \"v\"}");
  options.variables = &variable;
  options.variable_count = 1;
  options.plugin = cupel_str("p");
  OK(cupel_environment_build(&options, &built, &error));
  EXPECT(cupel_environment_count(built) == 3);
  for (at = 0; at < cupel_environment_count(built); ++at) {
    cupel_environment_entry entry;
    memset(&entry, 0, sizeof(entry));
    entry.struct_size = sizeof(entry);
    OK(cupel_environment_get_entry(built, at, &entry, &error));
    EXPECT(entry.struct_size == sizeof(entry) && entry.key.size > 0);
    if (contains(entry.key, "KEY")) {
      EXPECT(entry.flags == CUPEL_ENTRY_SECRET && entry.value_size == 1);
      EXPECT(entry.origin == CUPEL_ORIGIN_SETTINGS);
    }
    seen_origins |= 1 << entry.origin;
  }
  EXPECT(seen_origins ==
         (1 << CUPEL_ORIGIN_SETTINGS | 1 << CUPEL_ORIGIN_SYSTEM |
          1 << CUPEL_ORIGIN_DEFAULT));
  cupel_environment_free(built);
}

static void ask(cupel_registry* registry) {
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  cupel_http_response* response = NULL;
  cupel_field accept;
  accept.name = cupel_str("Accept");
  accept.value = cupel_str("application/json");
  request.method = cupel_str("GET");
  request.path = cupel_str("/v1/organisations/acme/plugins");
  request.query = cupel_str("limit=1");
  request.headers = &accept;
  request.header_count = 1;
  OK(cupel_registry_handle(registry, &request, &response, &error));
  EXPECT(cupel_http_response_status(response) == 200);
  EXPECT(cupel_http_response_header_count(response) > 0);
  EXPECT(cupel_http_response_header(response, 0).name.size > 0);
  EXPECT(cupel_http_response_body(response).size > 0);
  cupel_http_response_free(response);
}

/* `folder` has no plugin in it. */
void use_registry(const char* folder) {
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  cupel_keyring* keyring = make_keyring();
  cupel_registry* registry = NULL;
  cupel_view plugins = cupel_str(folder);
  cupel_buffer* out = NULL;
  options.flags = CUPEL_REGISTRY_DEDUPLICATE;
  options.seal_format = CUPEL_SEAL_CUPEL;
  options.plugin_folders = &plugins;
  options.plugin_folder_count = 1;
  options.keyring = keyring;
  options.max_body_bytes = 1 << 20;
  seal(keyring);
  environment();
  OK(cupel_registry_open(&options, &registry, &error));
  OK(cupel_registry_add_organisation(registry, cupel_str("acme"),
                                     cupel_str("Acme"), 1, &error));
  OK(cupel_registry_organisations_json(registry, &out, &error));
  EXPECT(buffer_contains(out, "Acme"));
  ask(registry);
  cupel_registry_free(registry);
  cupel_keyring_free(keyring);
}
