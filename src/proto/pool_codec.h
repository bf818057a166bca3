// What a worker's supervisor and cupel-job-runner say to each other
// (cupel/v1/pool.proto), as plain structs and as frames; see runner_codec.h,
// whose frames these are.
#ifndef CUPEL_PROTO_POOL_CODEC_H_
#define CUPEL_PROTO_POOL_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/runner_codec.h"

namespace cupel::pool_wire {

using wire::Blob;

inline constexpr uint32_t kProtocol = 1;

// ------------------------------------------------- supervisor to job runner

struct Setup {
  std::string config;  // JSON object

  friend bool operator==(const Setup&, const Setup&) = default;
};

struct Order {
  uint64_t number = 0;
  std::string job_id;
  std::string organisation;
  std::string kind;
  Blob bytes;  // the body, and behind it the attachment
  uint64_t body_bytes = 0;
  // Secrets: WipeSecrets when they have been used.
  std::vector<std::pair<std::string, std::string>> environment;
  uint64_t time_ms = 0;

  friend bool operator==(const Order&, const Order&) = default;
};

struct Cancel {
  uint64_t number = 0;

  friend bool operator==(const Cancel&, const Cancel&) = default;
};

struct Reload {
  friend bool operator==(const Reload&, const Reload&) = default;
};

struct Quit {
  friend bool operator==(const Quit&, const Quit&) = default;
};

using ToJobRunner = std::variant<Setup, Order, Cancel, Reload, Quit>;

// ------------------------------------------------- job runner to supervisor

struct Ready {
  int32_t status = 0;  // of the C interface, 0 to 16
  std::string message;

  friend bool operator==(const Ready&, const Ready&) = default;
};

struct Step {
  uint64_t number = 0;
  std::string text;

  friend bool operator==(const Step&, const Step&) = default;
};

struct Done {
  uint64_t number = 0;
  std::string type;
  Blob bytes;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::pair<std::string, double>> counts;
  uint64_t max_rss_bytes = 0;

  friend bool operator==(const Done&, const Done&) = default;
};

struct Failed {
  uint64_t number = 0;
  int32_t status = 0;  // 1 to 16
  std::string message;
  uint64_t max_rss_bytes = 0;

  friend bool operator==(const Failed&, const Failed&) = default;
};

using ToSupervisor = std::variant<Ready, Step, Done, Failed>;

// -------------------------------------------------------------------- frames

// A whole frame, with its length. RESOURCE_EXHAUSTED over wire::kMaxFrameBytes.
absl::StatusOr<std::string> Encode(const ToJobRunner& message);
absl::StatusOr<std::string> Encode(const ToSupervisor& message);

// A frame without its length. DATA_LOSS for whatever is no such message, naming
// the field; RESOURCE_EXHAUSTED for more than 200,000 fields.
absl::StatusOr<ToJobRunner> DecodeToJobRunner(std::string_view body);
absl::StatusOr<ToSupervisor> DecodeToSupervisor(std::string_view body);

// The descriptor that comes with a message: the blob that lies in it, or null.
Blob* BlobInMemfd(ToJobRunner& message);
Blob* BlobInMemfd(ToSupervisor& message);

void WipeSecrets(Order* order);

}  // namespace cupel::pool_wire

#endif  // CUPEL_PROTO_POOL_CODEC_H_
