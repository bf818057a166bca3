// The configuration of a worker: one TOML document, and the environment over
// it. All that is wrong is told at once.
#ifndef CUPEL_ENGINE_WORKER_CONFIG_H_
#define CUPEL_ENGINE_WORKER_CONFIG_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/worker_sources.h"
#include "format/json.h"

namespace cupel {

using EnvironmentPairs = std::vector<std::pair<std::string, std::string>>;

// Tables with plain values: times in milliseconds, sizes in bytes, lists as
// lists; what was not said is not there. Foreign tables are as they were given.
// Of the environment only CUPEL_WORKER_… counts here; a later one of two with
// one name wins. In it a list is separated by line feeds if it holds any, else
// by commas.
Json ReadWorkerConfig(std::string_view toml, std::string_view toml_name,
                      const EnvironmentPairs& environment,
                      ConfigProblems* problems);

// "queue.url is missing: say where jobs come from", all of them.
std::string ProblemsText(const ConfigProblems& problems);

}  // namespace cupel

#endif  // CUPEL_ENGINE_WORKER_CONFIG_H_
