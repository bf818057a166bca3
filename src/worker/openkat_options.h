// What a worker for OpenKAT is told by environment variables: those of OpenKAT
// itself, so that its container's environment can stay as it is.
#ifndef CUPEL_WORKER_OPENKAT_OPTIONS_H_
#define CUPEL_WORKER_OPENKAT_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compat/openkat/octopoes.h"
#include "crypto/secret.h"

namespace cupel::worker {

using VariableList = std::vector<std::pair<std::string, std::string>>;

enum class OpenKatKind : uint8_t { kBoefje, kNormalizer };
std::string_view OpenKatKindName(OpenKatKind kind);  // also mula's scheduler

struct OpenKatOptions {
  OpenKatKind kind = OpenKatKind::kBoefje;
  uint32_t pool_size = 2;
  uint64_t poll_interval_ms = 10'000;  // after an empty or failed pop
  bool deduplicate = false;
  std::vector<std::string> plugins;  // only tasks of these
  std::vector<std::string> images;   // the same, by image
  openkat::ScanProfileWhitelist whitelist;
  std::string scheduler_api;
  std::string katalogus_api;
  std::string octopoes_api;
  std::string bytes_api;
  std::string bytes_username;
  std::shared_ptr<const Secret> bytes_password;
  std::string boefjes_api;  // under which others reach our boefje API
  std::string api_host = "0.0.0.0";
  uint16_t api_port = 8000;
  uint64_t request_timeout_ms = 30'000;
  bool json_logs = false;
  VariableList system;  // BOEFJE_…, as they are; secrets

  // Not by variables.
  std::vector<std::string> plugin_folders;
  bool upstream_metas = false;  // environments are saved with their values
  uint64_t max_raw_bytes = uint64_t{64} << 20;
};

struct VariableProblem {
  std::string name;
  std::string message;  // shows no value
};

// Names in any case; where a name and its older one are both set, the older one
// is passed over. All that is wrong goes to `problems`, all that is passed over
// with the reason to `ignored`.
OpenKatOptions ReadOpenKatVariables(OpenKatKind kind,
                                    const VariableList& variables,
                                    std::vector<VariableProblem>* problems,
                                    std::vector<std::string>* ignored);

// What a worker with these would do, one line each, without secrets.
std::vector<std::string> PlanOf(const OpenKatOptions& options);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_OPTIONS_H_
