// What octopoes is told of a normalizer's results: the requests, in order.
#ifndef CUPEL_COMPAT_OPENKAT_OCTOPOES_H_
#define CUPEL_COMPAT_OPENKAT_OCTOPOES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "compat/openkat/normalizer_run.h"

namespace cupel::openkat {

// How far each normalizer may raise scan levels: its id, and 0 to 4. What is
// not in it may not.
using ScanProfileWhitelist = std::map<std::string, int64_t, std::less<>>;
// {"kat_x":2}, as BOEFJES_SCAN_PROFILE_WHITELIST has it; empty: nobody.
absl::StatusOr<ScanProfileWhitelist> ParseWhitelist(std::string_view json);

struct OctopoesRequest {
  std::string path;  // "/acme/observations"
  std::string body;  // JSON; to be posted
};

// Of a completed run: at most one observation (without the input itself, of
// which `warnings` tells), declarations, affirmations, an empty observation if
// there was none of them but an input, and scan profiles as far as the
// whitelist goes.
std::vector<OctopoesRequest> OctopoesRequests(
    const NormalizerOutcome& outcome, const ScanProfileWhitelist& whitelist,
    std::vector<std::string>* warnings);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_OCTOPOES_H_
