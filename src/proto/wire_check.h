// A look at protocol buffer bytes before protobuf sees them: its messages take
// some hundred times the memory of their smallest encoding.
#ifndef CUPEL_PROTO_WIRE_CHECK_H_
#define CUPEL_PROTO_WIRE_CHECK_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace cupel {

// Walks through a JobRecord and counts its fields, those of nested messages
// too. RESOURCE_EXHAUSTED for more than `limit`, DATA_LOSS if it is cut short
// or no such message.
absl::Status CheckJobRecord(std::string_view bytes, size_t limit);
// The same for the messages between a host and a plugin's process.
absl::Status CheckToRunner(std::string_view bytes, size_t limit);
absl::Status CheckToHost(std::string_view bytes, size_t limit);
// The same for those between a worker's supervisor and its job runners.
absl::Status CheckToJobRunner(std::string_view bytes, size_t limit);
absl::Status CheckToSupervisor(std::string_view bytes, size_t limit);

}  // namespace cupel

#endif  // CUPEL_PROTO_WIRE_CHECK_H_
