// How a worker for Dragonfly's API is set up: the variables and files that its
// own clients read, and the table "dragonfly" of ours. docs/dragonfly.md has
// them all.
#ifndef CUPEL_WORKER_DRAGONFLY_SETTINGS_H_
#define CUPEL_WORKER_DRAGONFLY_SETTINGS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/json.h"

namespace cupel::worker {

// How the API knows us.
enum class DragonflyAuth : uint8_t {
  kServiceToken,  // "cf": two headers with each call
  kPassword,      // "auth0": a token for a password
  kCookie,        // "cookie": a cookie for the two headers
  kNone,          // "none"
};
std::string_view DragonflyAuthName(DragonflyAuth auth);

struct DragonflySettings {
  std::string base_url = "https://dragonfly.vipyrsec.com";  // without end slash
  DragonflyAuth auth = DragonflyAuth::kServiceToken;
  // Secrets: not in logs, errors, plans.
  std::string token_id;  // of the service token, or the Auth0 client
  std::string token_secret;
  std::string username;
  std::string password;

  std::string auth0_domain = "vipyrsec.us.auth0.com";
  std::string audience = "https://dragonfly.vipyrsec.com";
  std::string grant_type = "password";

  // Jobs without attempt and assignment_id are refused.
  bool lease_required = true;
  uint64_t lease_ms = 120'000;  // the server's JOB_TIMEOUT
  uint32_t max_attempts = 3;    // the server's MAX_JOB_ATTEMPTS
  uint32_t threads = 0;         // packages at once; 0: as many as processors
  uint32_t bulk_size = 20;      // at most so many at a time
  uint64_t load_duration_ms = 60'000;
  std::string ca_file;       // empty: the system's
  std::string rules_folder;  // empty: a temporary one

  // Of a package: the table "package" of executors.
  uint64_t scan_threads = 1;
  uint64_t max_distributions = 32;
  uint64_t max_download_size = uint64_t{100} << 20;
  uint64_t max_package_size = uint64_t{1} << 30;
  uint64_t max_expanded_size = uint64_t{512} << 20;
  uint64_t max_scan_size = uint64_t{64} << 20;
  uint64_t max_archive_entries = 131'072;
};

struct SettingProblem {
  std::string key;  // "DRAGONFLY_THREADS", "Config.toml: threads"
  std::string message;
  std::string remedy;  // may be empty
};

// Settings of one origin, which later ones overrule.
struct SettingLayer {
  enum class Kind : uint8_t {
    kFile,         // of the upstream's: what is unknown is noted
    kTable,        // ours: what is unknown is a problem
    kEnvironment,  // values are text
  };
  Kind kind = Kind::kFile;
  std::string name;  // "Config.toml"; of tables "dragonfly"
  Json values;       // an object
};

// Those variables that begin with DRAGONFLY_, in any case of letters.
SettingLayer DragonflyVariables(
    const std::vector<std::pair<std::string, std::string>>& environment);

struct DragonflySetup {
  DragonflySettings settings;
  std::vector<SettingProblem> problems;
  std::vector<std::string> notes;  // for people; no problems
};
DragonflySetup SetUpDragonfly(const std::vector<SettingLayer>& layers);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_SETTINGS_H_
