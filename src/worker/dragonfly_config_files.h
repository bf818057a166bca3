// Config.toml and Config-dev.toml, where upstream's clients look for them.
#ifndef CUPEL_WORKER_DRAGONFLY_CONFIG_FILES_H_
#define CUPEL_WORKER_DRAGONFLY_CONFIG_FILES_H_

#include <string>
#include <vector>

#include "worker/dragonfly_settings.h"

namespace cupel::worker {

// Each of the two that is in `folder`, or else in the nearest folder above it
// that has one, in the order in which the later overrules. A file that others
// than us and root may write is a problem: the address that credentials are
// sent to is in it.
std::vector<SettingLayer> DragonflyConfigFiles(
    const std::string& folder, std::vector<SettingProblem>* problems);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_CONFIG_FILES_H_
