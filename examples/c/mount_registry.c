/* mount_registry.c: answers the REST API of OpenKAT's catalogue. Requests are
 * handed over as they came from the wire, by whatever server a program has.
 *
 *   cc mount_registry.c $(pkg-config --cflags --libs cupel) -o mount_registry
 *   ./mount_registry plugins/
 *
 * Who may ask is the program's business: the API itself lets everybody. */
#include <cupel/cupel.h>
#include <stdio.h>

#define TEXT(view) (int)(view).size, (const char*)(view).data

static cupel_status ask(cupel_registry* registry, const char* method,
                        const char* path, const char* query, const char* body,
                        cupel_error** error) {
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  cupel_http_response* response = NULL;
  request.method = cupel_str(method);
  request.path = cupel_str(path);
  request.query = cupel_str(query);
  request.body = cupel_str(body);
  const cupel_status status =
      cupel_registry_handle(registry, &request, &response, error);
  if (status) return status; /* wrong arguments; a wrong request is a 400 */
  printf("%s %s\n%d %.*s\n", method, path, cupel_http_response_status(response),
         TEXT(cupel_http_response_body(response)));
  cupel_http_response_free(response);
  return CUPEL_STATUS_OK;
}

/* In memory, with a key that is forgotten with it. */
static cupel_status open_registry(const char* plugins, cupel_registry** out,
                                  cupel_error** error) {
  const cupel_view folder = cupel_str(plugins);
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  cupel_keyring* keys = NULL;
  cupel_buffer* key = NULL;
  cupel_status status = cupel_keyring_new(&keys, error);
  if (!status) status = cupel_keyring_generate_key(&key, error);
  if (!status) {
    status = cupel_keyring_add_key(keys, cupel_buffer_view(key), error);
  }
  options.plugin_folders = &folder;
  options.plugin_folder_count = 1;
  options.keyring = keys;
  if (!status) status = cupel_registry_open(&options, out, error);
  cupel_buffer_free(key);
  cupel_keyring_free(keys);
  return status;
}

int main(int argc, char** argv) {
  static const char kPlugins[] = "/v1/organisations/acme/plugins";
  static const char kSettings[] = "/v1/organisations/acme/dns-records/settings";
  cupel_registry* registry = NULL;
  cupel_error* error = NULL;
  int exit_code = 0;

  if (argc != 2) return fputs("usage: mount_registry PLUGINS\n", stderr), 2;
  /* Every status but OK is other than 0: the first failure ends the chain. */
  if (open_registry(argv[1], &registry, &error) ||
      cupel_registry_add_organisation(registry, cupel_str("acme"),
                                      cupel_str("Acme Inc."), 1, &error) ||
      ask(registry, "GET", kPlugins, "q=parent", "", &error) ||
      ask(registry, "PUT", kSettings, "", "{\"REMOTE_NS\": 5}", &error) ||
      ask(registry, "PUT", kSettings, "", "{\"REMOTE_NS\": \"9.9.9.9\"}",
          &error) ||
      ask(registry, "GET", kSettings, "", "", &error)) {
    const cupel_view message = cupel_error_message(error);
    fprintf(stderr, "mount_registry: %.*s\n", TEXT(message));
    exit_code = 2;
  }
  cupel_registry_free(registry);
  cupel_error_free(error);
  return exit_code;
}
