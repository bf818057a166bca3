// A boefje or normalizer of the catalogue as a plugin, in the tier that it is
// to run in.
#ifndef CUPEL_ENGINE_BOEFJE_PLUGINS_H_
#define CUPEL_ENGINE_BOEFJE_PLUGINS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/boefje_calls.h"
#include "plugin/plugin.h"
#include "registry/registry.h"

namespace cupel {

// FAILED_PRECONDITION if it can't be had in the tier that is wanted: one
// without a folder has no code, one without an image no container. Never
// another tier.
absl::StatusOr<std::shared_ptr<Plugin>> MakeBoefje(
    const CatalogueEntry& boefje, const PluginRunOptions& options,
    const AnswerLimits& answer);
absl::StatusOr<std::shared_ptr<Plugin>> MakeNormalizer(
    const FoundPlugin& normalizer, const PluginRunOptions& options,
    const AnswerLimits& answer);

}  // namespace cupel

#endif  // CUPEL_ENGINE_BOEFJE_PLUGINS_H_
