/* scan_package.c: scans a package and prints what was found in it.
 *
 *   cc scan_package.c $(pkg-config --cflags --libs cupel jansson) -o scan
 *   ./scan rules/ pkg.tgz
 *
 * Exits as `cupel scan` does: 0 clean, 1 matched, 2 wrong use or broken rules,
 * 3 not everything was scanned, 4 nothing was. */
#include <cupel/cupel.h>
#include <jansson.h>
#include <stdio.h>

static const char* text(json_t* object, const char* key) {
  const char* value = json_string_value(json_object_get(object, key));
  return value == NULL ? "" : value;
}

static long long number(json_t* object, const char* key) {
  return json_integer_value(json_object_get(object, key));
}

/* Payloads count from 1; what is about none of them is about the scan. */
static const char* path(json_t* report, json_t* item) {
  json_t* payloads = json_object_get(report, "payloads");
  const long long id = number(item, "payload");
  return id == 0 ? "scan" : text(json_array_get(payloads, id - 1), "path");
}

static void print(json_t* report) {
  json_t *item, *string;
  size_t i, k;
  json_array_foreach(json_object_get(report, "findings"), i, item) {
    printf("%s: %s (%s, weight %lld)\n", path(report, item), text(item, "rule"),
           text(item, "namespace"), number(item, "weight"));
    json_array_foreach(json_object_get(item, "strings"), k, string) {
      printf("  %s at %lld, %lld bytes\n", text(string, "id"),
             number(string, "offset"), number(string, "length"));
    }
  }
  json_array_foreach(json_object_get(report, "incidents"), i, item) {
    printf("%s: %s: %s\n", path(report, item), text(item, "name"),
           text(item, "detail"));
  }
  printf("%s, coverage %s, score %lld\n", text(report, "verdict"),
         text(report, "coverage"), number(report, "score"));
}

int main(int argc, char** argv) {
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_buffer* json = NULL;
  cupel_error* error = NULL;
  int exit_code = 2;

  if (argc != 3) return fputs("usage: scan_package RULES PATH\n", stderr), 2;
  /* Every status but OK is other than 0: the first failure ends the chain. */
  if (cupel_engine_new(NULL, &engine, &error) ||
      cupel_rule_sources_new(&sources, &error) ||
      cupel_rule_sources_add_path(sources, cupel_str(argv[1]), &error) ||
      cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ||
      cupel_scanner_new(engine, rules, NULL, &scanner, &error) ||
      cupel_scanner_scan_path(scanner, cupel_str(argv[2]), NULL, &report,
                              &error) ||
      cupel_report_render(report, CUPEL_REPORT_JSON, 0, &json, &error)) {
    const cupel_view message = cupel_error_message(error);
    fprintf(stderr, "scan_package: %.*s\n", (int)message.size, message.data);
  } else {
    const cupel_verdict verdict = cupel_report_verdict(report);
    const cupel_coverage coverage = cupel_report_coverage(report);
    const cupel_view bytes = cupel_buffer_view(json);
    json_t* document = json_loadb((const char*)bytes.data, bytes.size, 0, NULL);
    print(document);
    json_decref(document);
    exit_code = verdict == CUPEL_VERDICT_MATCHED  ? 1
                : verdict == CUPEL_VERDICT_CLEAN  ? 0
                : coverage == CUPEL_COVERAGE_NONE ? 4
                                                  : 3;
  }
  cupel_buffer_free(json);
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  cupel_error_free(error);
  return exit_code;
}
