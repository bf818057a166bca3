// When two jobs are the same.
#ifndef CUPEL_DEDUP_JOB_KEY_H_
#define CUPEL_DEDUP_JOB_KEY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "format/json.h"

namespace cupel {

// What decides whether one run serves for another. Organisations are not in
// it, on purpose.
struct JobIdentity {
  std::string plugin;
  std::optional<std::string> version;
  std::optional<std::string> oci_image;
  std::vector<std::string> oci_arguments;
  std::optional<std::string> runnable_hash;
  std::optional<std::string> input_ooi;  // the reference
  Json input;                            // the object itself; null if unknown
  std::string environment_fingerprint;   // Environment::Fingerprint, hex
};

// BLAKE2b-256 over an unambiguous encoding (docs/openkat.md). Absent and empty
// differ; key order of `input` does not count. INVALID_ARGUMENT if there is
// neither a version, an image nor a hash: such a plugin can't be told from its
// next version.
absl::StatusOr<Digest> JobKey(const JobIdentity& identity);

// Words: "not the same: runnable_hash differs; input differs at $.port". Never
// a value of the input or the environment.
struct JobComparison {
  bool same = false;
  std::vector<std::string> differences;
};
JobComparison CompareJobs(const JobIdentity& a, const JobIdentity& b);

// OpenKAT's queue hash: MurmurHash3 x64-128, seed 0, hexadecimal.
std::string Murmur3Hex(std::string_view bytes);
std::string BoefjeTaskHash(std::optional<std::string_view> input_ooi,
                           std::string_view boefje,
                           std::string_view organisation);
std::string NormalizerTaskHash(std::string_view normalizer,
                               std::string_view boefje_meta_id,
                               std::string_view organisation);

}  // namespace cupel

#endif  // CUPEL_DEDUP_JOB_KEY_H_
