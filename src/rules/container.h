// Our own file format for compiled rules.
//
//   magic, format version, byte order mark, engine version, key, body,
//   BLAKE2b-256 of everything before it
//
// libyara trusts compiled rules blindly, so nothing of the body is given to it
// before the digest has been found right; whether the file is ours at all is a
// matter of who could write it (ReadOptions::trusted_only).
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

// A decoded container; `whole` and `reduced` are views into its bytes.
struct ContainerPart {
  std::string_view whole;
  std::string_view reduced;  // empty if there is none
  std::vector<uint32_t> reduced_to_whole;
  uint32_t externals = 0;
  bool foreign = false;
  struct Rule {
    std::string_view ns;
    std::string_view file;
    uint32_t line = 0;
  };
  std::vector<Rule> rules;
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

// Checks everything that can be checked without libyara; the message says what
// is wrong: not ours, another format, byte order or engine, damaged.
absl::StatusOr<Container> DecodeContainer(std::string_view bytes,
                                          std::string_view engine);

// Hands the blobs to libyara. Only for what DecodeContainer has accepted.
absl::StatusOr<CompiledSet> LoadContainer(const Container& container);

}  // namespace cupel

#endif  // CUPEL_RULES_CONTAINER_H_
