// The table "openkat" of a worker's configuration.
#ifndef CUPEL_ENGINE_OPENKAT_CONFIG_H_
#define CUPEL_ENGINE_OPENKAT_CONFIG_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/openkat_job.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {

struct OpenKatConfig {
  OpenKatExecutorOptions executor;
  // For boefjes without a task: a registry's database, the file with the keys
  // of its settings, and whether plain ones are read.
  std::string registry;
  std::string settings_keys_file;
  bool plain_settings = false;
  // Of the source.
  std::string spool;  // a file; what can't be delivered is kept there
  bool upstream_metas = false;
  std::vector<std::string> plugins;  // in addition to BOEFJES_PLUGINS
  std::vector<std::string> images;
  bool serve_api = false;
};

// What is wrong goes to `issues`; `config` may lack the table.
OpenKatConfig ReadOpenKatConfig(const Json& config, JsonIssues* issues);

// The table with what the environment says over it, for programs with options:
// CUPEL_OPENKAT_PLUGIN_FOLDERS, …_PLUGINS and …_IMAGES (a line each), …_SPOOL,
// …_UPSTREAM_METAS and …_SERVE_API (true or false). A later one of two counts.
// Not an object if the configuration's is none.
Json OpenKatTable(
    const Json& config,
    const std::vector<std::pair<std::string, std::string>>& environment,
    JsonIssues* issues);

}  // namespace cupel

#endif  // CUPEL_ENGINE_OPENKAT_CONFIG_H_
