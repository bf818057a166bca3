// The options of the two plugins that find indicators, and their results.
#ifndef CUPEL_BUILTIN_IOC_IOC_JSON_H_
#define CUPEL_BUILTIN_IOC_IOC_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "builtin/call.h"
#include "builtin/ioc/ioc.h"

namespace cupel {

// Of the options "types", "max_count" and "allow".
absl::StatusOr<IocSettings> ReadIocSettings(PluginCall& call);

// {"domain": ["example.com"], …}; with offsets
// {"domain": [{"value": "example.com", "offset": 17}], …}. Only types of which
// there is something.
std::string IocResult(const IocFound& found, bool offsets);

// Tells the host what was left out, as an error of the call.
void TellLeftOut(PluginCall& call, const IocFound& found);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_IOC_JSON_H_
