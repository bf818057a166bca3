// Our own file format for compiled rules.
//
//   the head: magic, format version, byte order mark, length of the head,
//     engine version, key, what is known of the rules, where their blobs are
//     with the digest of each, BLAKE2b-256 of everything before it
//   the blobs up to the end, each at a multiple of 8 bytes: libyara's, the
//     texts of the rules, the plan
//
// libyara trusts compiled rules blindly, so nothing of a blob is given to it
// before its digest has been found right; whether the file is ours at all is a
// matter of who could write it (ReadOptions::trusted_only). The head tells all
// there is to tell of the rules, so that a blob is read only to be run.
#ifndef CUPEL_RULES_CONTAINER_H_
#define CUPEL_RULES_CONTAINER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/digest.h"
#include "rules/compiled_set.h"

namespace cupel {

inline constexpr std::string_view kContainerMagic{"CUPELYAR", 8};

// Magic, format, byte order mark and length of the head.
inline constexpr uint64_t kContainerStartBytes = 24;

// Where a blob is in the file.
struct BlobPlace {
  uint64_t offset = 0;
  uint64_t size = 0;  // 0: there is none
  Digest digest = {};
};

struct ContainerPart {
  BlobPlace whole;
  BlobPlace texts;
  BlobPlace plan;
  Defines defines;
  uint32_t externals = 0;
  bool foreign = false;
  std::vector<RuleInfo> rules;
  std::vector<RuleIdentity> identities;  // one for each of `rules`
};

struct Container {
  Digest key = {};
  std::string digest;
  std::vector<ContainerPart> parts;
  std::vector<RuleDiagnostic> warnings;
  std::vector<SkippedRule> skipped;
  std::vector<IncludedFile> included;
};

// `engine` is the version string that goes into the file.
absl::StatusOr<std::string> EncodeContainer(const CompiledSet& set,
                                            const Digest& key,
                                            std::string_view engine);

// The message says what is wrong: not ours, another format, byte order or
// engine. Fewer bytes than there should be are taken as far as they go.
absl::Status CheckContainerStart(std::string_view bytes,
                                 std::string_view engine);
// The length of the head, of the first kContainerStartBytes.
uint64_t ContainerHeadBytes(std::string_view start);

// Checks everything that can be checked without libyara and the blobs.
// `file_bytes` is the length of the whole file.
absl::StatusOr<Container> DecodeHead(std::string_view head, uint64_t file_bytes,
                                     std::string_view engine);

// DATA_LOSS if the bytes are not those that were saved.
absl::Status CheckBlob(std::string_view blob, const BlobPlace& place);

// All of these, for the bytes of a whole file.
absl::StatusOr<Container> DecodeContainer(std::string_view bytes,
                                          std::string_view engine);

}  // namespace cupel

#endif  // CUPEL_RULES_CONTAINER_H_
