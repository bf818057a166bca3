// A boefje in a container, as a plugin: scan, with a BoefjeMeta as document.
#ifndef CUPEL_OCI_OCI_PLUGIN_H_
#define CUPEL_OCI_OCI_PLUGIN_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "oci/container.h"
#include "plugin/plugin.h"

namespace cupel::oci {

// `info` is the boefje's. Calls start one container each, of `image`, which
// asks for its task and hands its output in by OpenKAT's boefje API; the
// environment is in the task, not in the container's. What it gives are
// children with {"mime_types":[…]} and {"id"} (of the raw) as metadata; what it
// wrote on its standard error is one more, error/boefje, if it failed.
//
// DEADLINE_EXCEEDED and CANCELLED kill the container; ABORTED if it ended
// without an output or with another code than 0, UNKNOWN if it says itself that
// it failed; NOT_FOUND without the image or the program. No container is left.
//
// INVALID_ARGUMENT for an image or limits that are none.
absl::StatusOr<std::shared_ptr<Plugin>> NewOciPlugin(
    PluginInfo info, std::string image, const ContainerOptions& options);

}  // namespace cupel::oci

#endif  // CUPEL_OCI_OCI_PLUGIN_H_
