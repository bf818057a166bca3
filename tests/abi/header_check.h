/* Included by header_check.c and header_check.cc: the headers, twice and in an
 * unusual order, and every initialiser. Compiling is the test. */
/* clang-format off */
#include <cupel/queue_driver.h>
#include <cupel/registry.h>
#include <cupel/plugins.h>
#include <cupel/dedup.h>
#include <cupel/cupel.h>
#include <cupel/version.h>
#include <cupel/base.h>
#include <cupel/environment.h>
#include <cupel/export.h>
#include <cupel/job.h>
#include <cupel/schema.h>
#include <cupel/settings.h>
/* clang-format on */

int abi_header_check(void);

int abi_header_check(void) {
  cupel_engine_options engine = CUPEL_ENGINE_OPTIONS_INIT;
  cupel_ruleset_options rules = CUPEL_RULESET_OPTIONS_INIT;
  cupel_limits limits = CUPEL_LIMITS_INIT;
  cupel_scan_options scan = CUPEL_SCAN_OPTIONS_INIT;
  cupel_environment_options environment = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  cupel_registry_options registry = CUPEL_REGISTRY_OPTIONS_INIT;
  cupel_plugins_options plugins = CUPEL_PLUGINS_OPTIONS_INIT;
  cupel_plugin_input input = CUPEL_PLUGIN_INPUT_INIT;
  cupel_child child = CUPEL_CHILD_INIT;
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  cupel_item item = CUPEL_ITEM_INIT;
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  scan.limits = &limits;
  return engine.struct_size == sizeof(engine) &&
         rules.struct_size == sizeof(rules) && rules.cache_dir.size == 0 &&
         limits.struct_size == sizeof(limits) &&
         environment.struct_size == sizeof(environment) &&
         registry.struct_size == sizeof(registry) &&
         request.struct_size == sizeof(request) &&
         plugins.struct_size == sizeof(plugins) &&
         input.struct_size == sizeof(input) &&
         child.struct_size == sizeof(child) &&
         statement.struct_size == sizeof(statement) &&
         item.struct_size == sizeof(item) && scan.struct_size == sizeof(scan) &&
         cupel_str("text").size == 4;
}
