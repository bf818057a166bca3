/* own_plugin.c: a decoder of one's own, registered in this process, takes part
 * in a scan: rules see what it decoded.
 *
 *   cc own_plugin.c $(pkg-config --cflags --libs cupel) -o own_plugin
 *   ./own_plugin rules/ hidden.txt
 *
 * Exits with 0 for a clean file, 1 if something was found, 2 on an error, 3 if
 * not everything could be scanned. */
#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(view) (int)(view).size, (const char*)(view).data

static uint8_t rot13(uint8_t byte) {
  const uint8_t first = byte >= 'a' ? 'a' : 'A';
  if (byte < first || byte >= first + 26) return byte;
  return first + (byte - first + 13) % 26;
}

/* It is asked about every payload, and acts on those with its mark. */
static cupel_status decode(cupel_call* call) {
  const size_t mark = strlen("rot13:");
  if (call->bytes.size < mark ||
      memcmp(call->bytes.data, "rot13:", mark) != 0) {
    return CUPEL_STATUS_OK;
  }
  const size_t size = call->bytes.size - mark;
  uint8_t* clear = malloc(size + 1); /* never 0 bytes */
  if (clear == NULL) return CUPEL_STATUS_RESOURCE_EXHAUSTED;
  for (size_t i = 0; i < size; ++i) {
    clear[i] = rot13(call->bytes.data[mark + i]);
  }
  const cupel_view child = {clear, size};
  const cupel_status status = cupel_call_child(call, "clear", child);
  free(clear); /* the host has copied it */
  char text[64];
  snprintf(text, sizeof(text), "%zu bytes decoded", size);
  cupel_call_log(call, CUPEL_LOG_INFO, text);
  return status;
}

static const cupel_plugin_v1 kRot13 = {.struct_size = sizeof(cupel_plugin_v1),
                                       .abi = CUPEL_PLUGIN_ABI,
                                       .category = CUPEL_PLUGIN_DECODER,
                                       .name = "rot13",
                                       .decode = decode};

static void on_log(void* user_data, cupel_view plugin, cupel_log_level level,
                   cupel_view text) {
  (void)user_data, (void)level;
  printf("%.*s: %.*s\n", TEXT(plugin), TEXT(text));
}

static int32_t on_finding(void* user_data, const cupel_finding* finding) {
  (void)user_data;
  printf("%.*s: %.*s\n", TEXT(finding->path), TEXT(finding->rule));
  return 0; /* go on */
}

static cupel_status use_plugin(cupel_scanner* scanner, cupel_error** error) {
  cupel_plugins* plugins = NULL;
  cupel_status status = cupel_plugins_new(NULL, &plugins, error);
  if (!status) status = cupel_plugins_register(plugins, &kRot13, error);
  if (!status) {
    cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
    use.plugins = plugins;
    use.run = cupel_str("decoder:rot13");
    use.log = on_log;
    status = cupel_scanner_use_plugins(scanner, &use, error);
  }
  cupel_plugins_free(plugins); /* the scanner keeps what it uses */
  return status;
}

int main(int argc, char** argv) {
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  int exit_code = 2;

  if (argc != 3) return fputs("usage: own_plugin RULES FILE\n", stderr), 2;
  options.finding = on_finding;
  /* Every status but OK is other than 0: the first failure ends the chain. */
  if (cupel_engine_new(NULL, &engine, &error) ||
      cupel_rule_sources_new(&sources, &error) ||
      cupel_rule_sources_add_path(sources, cupel_str(argv[1]), &error) ||
      cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ||
      cupel_scanner_new(engine, rules, &options, &scanner, &error) ||
      use_plugin(scanner, &error) ||
      cupel_scanner_scan_path(scanner, cupel_str(argv[2]), NULL, &report,
                              &error)) {
    const cupel_view message = cupel_error_message(error);
    fprintf(stderr, "own_plugin: %.*s\n", TEXT(message));
  } else {
    const cupel_verdict verdict = cupel_report_verdict(report);
    exit_code = verdict == CUPEL_VERDICT_MATCHED ? 1
                : verdict == CUPEL_VERDICT_CLEAN ? 0
                                                 : 3;
    printf("score %lld\n", (long long)cupel_report_score(report));
  }
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  cupel_error_free(error);
  return exit_code;
}
