// What a host and a plugin's process say to each other
// (cupel/v1/runner.proto), as plain structs and as frames. No header of
// protobuf's comes with this one, and nothing here knows plugins: numbers and
// texts are checked for what the protocol says of them, no more.
#ifndef CUPEL_PROTO_RUNNER_CODEC_H_
#define CUPEL_PROTO_RUNNER_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel::wire {

inline constexpr uint32_t kProtocol = 1;
inline constexpr size_t kMaxFrameBytes = size_t{32} << 20;
inline constexpr size_t kFrameHeaderBytes = 4;
// Longer ones travel beside the frame, in a sealed memfd.
inline constexpr size_t kMaxInlineBytes = size_t{64} << 10;

struct Blob {
  std::string bytes;
  // The size of what comes in a descriptor instead; `bytes` is empty then.
  std::optional<uint64_t> in_memfd;

  friend bool operator==(const Blob&, const Blob&) = default;
};

// ----------------------------------------------------------- host to process

struct Load {
  std::string origin;
  int32_t category = 0;  // 0: describe, activate nothing
  std::string name;
  std::string options;
  std::string host_version;
  uint64_t answer_bytes = 0;
  uint64_t children = 0;
  uint64_t child_bytes = 0;
  uint64_t result_bytes = 0;
  std::string manifest;

  friend bool operator==(const Load&, const Load&) = default;
};

struct Invoke {
  uint64_t id = 0;
  int32_t method = 0;  // 1 to 13
  Blob payload;
  std::string name;  // raw
  std::string path;
  std::string type;
  std::string mime;
  std::string sha256;
  std::string tlp;
  std::string options;
  Blob document;
  uint64_t payload_id = 0;
  uint32_t depth = 0;
  // Secrets: WipeSecrets when they have been used.
  std::vector<std::pair<std::string, std::string>> environment;
  bool replace_environment = false;
  uint64_t deadline_ms = 0;  // from now; 0: none

  friend bool operator==(const Invoke&, const Invoke&) = default;
};

struct Cancel {
  uint64_t id = 0;

  friend bool operator==(const Cancel&, const Cancel&) = default;
};

struct ItemTaken {
  uint64_t id = 0;
  bool stop = false;

  friend bool operator==(const ItemTaken&, const ItemTaken&) = default;
};

struct NestedAnswer {
  uint64_t id = 0;
  int32_t status = 0;  // of the C interface, 0 to 16
  std::string message;
  std::vector<std::string> results;
  std::vector<std::pair<std::string, std::string>> children;  // name, bytes

  friend bool operator==(const NestedAnswer&, const NestedAnswer&) = default;
};

struct Shutdown {
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};

using ToRunner =
    std::variant<Load, Invoke, Cancel, ItemTaken, NestedAnswer, Shutdown>;

// ----------------------------------------------------------- process to host

struct Description {
  int32_t category = 0;  // 1 to 9
  std::string name;
  std::string version;
  std::string description;
  std::string author;
  std::vector<std::string> consumes;
  std::vector<std::string> requirements;
  std::string max_tlp;
  uint32_t needs = 0;
  bool reentrant = false;
  int32_t least_tier = 0;  // 0 to 3
  std::string min_version;
  std::string max_version;
  uint64_t heartbeat_ns = 0;
  std::string options;
  std::string rate_limit;
  std::string dialect;

  friend bool operator==(const Description&, const Description&) = default;
};

struct Loaded {
  int32_t status = 0;
  std::string message;
  std::vector<Description> plugins;

  friend bool operator==(const Loaded&, const Loaded&) = default;
};

struct Slice {
  uint64_t offset = 0;
  uint64_t length = 0;

  friend bool operator==(const Slice&, const Slice&) = default;
};

struct Child {
  uint64_t call = 0;
  Blob bytes;
  std::optional<Slice> slice;  // of the payload, instead of bytes
  std::string name;            // raw
  std::string metadata;
  std::string dispatch;
  bool no_scan = false;
  bool save = false;
  bool cut = false;

  friend bool operator==(const Child&, const Child&) = default;
};

struct Result {
  uint64_t call = 0;
  Blob json;

  friend bool operator==(const Result&, const Result&) = default;
};

struct Statement {
  uint64_t call = 0;
  std::string name;
  std::string tags;  // separated by spaces
  std::string meta;
  int64_t weight = 0;
  uint64_t offset = 0;
  uint64_t length = 0;

  friend bool operator==(const Statement&, const Statement&) = default;
};

struct Dispatch {
  uint64_t call = 0;
  std::string plugin;

  friend bool operator==(const Dispatch&, const Dispatch&) = default;
};

struct Error {
  uint64_t call = 0;
  int32_t code = 0;  // 1 to 16
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

struct Log {
  int32_t level = 0;  // 0 to 3
  std::string text;

  friend bool operator==(const Log&, const Log&) = default;
};

struct Item {
  uint64_t call = 0;
  std::string name;  // raw, as path is
  std::string path;
  Blob bytes;
  std::string metadata;
  std::string tlp;

  friend bool operator==(const Item&, const Item&) = default;
};

struct Nested {
  uint64_t call = 0;
  uint64_t id = 0;
  std::string plugin;
  Blob bytes;
  std::string options;

  friend bool operator==(const Nested&, const Nested&) = default;
};

struct Done {
  uint64_t call = 0;
  int32_t status = 0;
  std::string message;

  friend bool operator==(const Done&, const Done&) = default;
};

struct Limit {
  uint64_t call = 0;
  std::string name;

  friend bool operator==(const Limit&, const Limit&) = default;
};

using ToHost = std::variant<Loaded, Child, Result, Statement, Dispatch, Error,
                            Log, Item, Nested, Done, Limit>;

// -------------------------------------------------------------------- frames

// A whole frame, with its length. RESOURCE_EXHAUSTED over kMaxFrameBytes;
// INVALID_ARGUMENT for what Decode would refuse.
absl::StatusOr<std::string> Encode(const ToRunner& message);
absl::StatusOr<std::string> Encode(const ToHost& message);

// The length that a frame's first four bytes say. RESOURCE_EXHAUSTED over
// kMaxFrameBytes.
absl::StatusOr<size_t> FrameLength(std::string_view header);

// A frame without its length. DATA_LOSS for whatever is no such message, naming
// the field; RESOURCE_EXHAUSTED for more than 200,000 fields.
absl::StatusOr<ToRunner> DecodeToRunner(std::string_view body);
absl::StatusOr<ToHost> DecodeToHost(std::string_view body);

// The descriptor that comes with a message: the blob that lies in it, or null.
const Blob* BlobInMemfd(const ToRunner& message);
const Blob* BlobInMemfd(const ToHost& message);

// Overwrites the values of an environment, and bytes that held a frame.
void WipeSecrets(Invoke* invoke);
void WipeBytes(std::string* bytes);

}  // namespace cupel::wire

#endif  // CUPEL_PROTO_RUNNER_CODEC_H_
