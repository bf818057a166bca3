// The connector `stdout`. The library writes nothing to standard output, so it
// is the program that has it, as a plugin that it registers.
#ifndef CUPEL_EXAMPLES_CLI_STDOUT_CONNECTOR_H_
#define CUPEL_EXAMPLES_CLI_STDOUT_CONNECTOR_H_

#include "cupel/plugin.h"

namespace cli {

// Prints each report or other document that is saved, ending in a line feed.
// Static.
const cupel_plugin_v1* StdoutConnector();

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_STDOUT_CONNECTOR_H_
