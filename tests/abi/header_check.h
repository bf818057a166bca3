/* Included by header_check.c and header_check.cc: the headers, twice and in an
 * unusual order, and every initialiser. Compiling is the test. */
#include <cupel/cupel.h>
#include <cupel/export.h>
#include <cupel/version.h>

int abi_header_check(void);

int abi_header_check(void) {
  cupel_engine_options engine = CUPEL_ENGINE_OPTIONS_INIT;
  cupel_ruleset_options rules = CUPEL_RULESET_OPTIONS_INIT;
  cupel_limits limits = CUPEL_LIMITS_INIT;
  cupel_scan_options scan = CUPEL_SCAN_OPTIONS_INIT;
  scan.limits = &limits;
  return engine.struct_size == sizeof(engine) &&
         rules.struct_size == sizeof(rules) && rules.cache_dir.size == 0 &&
         limits.struct_size == sizeof(limits) &&
         scan.struct_size == sizeof(scan) && cupel_str("text").size == 4;
}
