#include "worker/openkat_options.h"

#include <optional>

#include "base/status.h"
#include "fmt/core.h"
#include "format/base64.h"
#include "format/escape.h"
#include "worker/openkat_variables.h"

namespace cupel::worker {
namespace {

constexpr uint64_t kMostProcesses = 512;
constexpr uint64_t kLongestRequestSeconds = uint64_t{24} * 3600;
constexpr size_t kKeyBytes = 32;

struct Ignored {
  std::string_view name;
  std::string_view why;
};
// What OpenKAT's containers may have set, and does nothing here.
constexpr Ignored kIgnored[] = {
    {"BOEFJES_REMOTE_NS", "OpenKAT does not use it either"},
    {"KATALOGUS_DB_URI", "plugins and settings are asked for at KATALOGUS_API"},
    {"KATALOGUS_DB_CONNECTION_POOL_SIZE", "see KATALOGUS_DB_URI"},
    {"BOEFJES_DOCKER_NETWORK", "each container has a network of its own"},
    {"BOEFJES_DOCKER_INTERNAL_HOST",
     "containers do not reach this machine's own addresses"},
    {"SPAN_EXPORT_GRPC_ENDPOINT", "there are metrics instead of traces"},
    {"BOEFJES_LOG_CFG", "it is a file for Python's logging"},
    {"LOG_CFG", "it is a file for Python's logging"},
    {"BOEFJES_WORKER_HEARTBEAT",
     "there is no local queue whose room would have to be waited for"},
};

void ReadServices(VariableReader* in, OpenKatOptions* to) {
  const bool boefje = to->kind == OpenKatKind::kBoefje;
  to->scheduler_api = in->Url("SCHEDULER_API", /*required=*/true);
  to->katalogus_api = in->Url("KATALOGUS_API", /*required=*/boefje);
  to->octopoes_api = in->Url("OCTOPOES_API", /*required=*/true);
  to->bytes_api = in->Url("BYTES_API", /*required=*/true);
  to->bytes_username = std::string(in->Required("BYTES_USERNAME"));
  to->bytes_password =
      std::make_shared<const Secret>(in->Required("BYTES_PASSWORD"));
  to->boefjes_api = in->Url("BOEFJES_API", /*required=*/false, {"BOEFJE_API"});
  while (to->boefjes_api.ends_with('/')) to->boefjes_api.pop_back();
  to->api_host =
      std::string(in->Text("BOEFJES_API_HOST", {"BOEFJES_BOEFJE_API_HOST"})
                      .value_or(std::string_view(to->api_host)));
  to->api_port = static_cast<uint16_t>(in->Integer(
      "BOEFJES_API_PORT", to->api_port, 0, 65535, {"BOEFJES_BOEFJE_API_PORT"}));
  to->request_timeout_ms =
      1000 * in->Integer("BOEFJES_OUTGOING_REQUEST_TIMEOUT",
                         to->request_timeout_ms / 1000, 1,
                         kLongestRequestSeconds);
}

// Settings come from katalogus, which has opened them. Yet a key that is none
// would be somebody's mistake.
void CheckEncryption(VariableReader* in, std::vector<std::string>* ignored) {
  const size_t mode =
      in->Choice("BOEFJES_ENCRYPTION_MIDDLEWARE", {"IDENTITY", "NACL_SEALBOX"},
                 {"ENCRYPTION_MIDDLEWARE"});
  const auto check = [&](std::string_view name, std::string_view older) {
    const auto text = in->Text(name, {older});
    if (mode == 0 && text.value_or("").empty()) return;
    const auto key = Base64Decode(text.value_or(""));
    if (!key.has_value() || key->size() != kKeyBytes) {
      in->Problem(name, "must be a key of 32 bytes in base64");
    }
  };
  check("BOEFJES_KATALOGUS_PRIVATE_KEY", "KATALOGUS_PRIVATE_KEY_B64");
  check("BOEFJES_KATALOGUS_PUBLIC_KEY", "KATALOGUS_PUBLIC_KEY_B64");
  if (mode != 0) {
    ignored->push_back(
        "BOEFJES_ENCRYPTION_MIDDLEWARE: katalogus opens the settings; the keys "
        "are not needed here");
  }
}

void TellIgnored(VariableReader* in, std::vector<std::string>* ignored) {
  in->Seconds("BOEFJES_WORKER_HEARTBEAT", 1000);
  in->Bool("BOEFJES_DOCKER_INTERNAL_HOST", false);
  in->Text("BOEFJES_DOCKER_NETWORK", {"BOEFJE_DOCKER_NETWORK"});
  in->Integer("KATALOGUS_DB_CONNECTION_POOL_SIZE", 16, 1, 100'000);
  for (const Ignored& one : kIgnored) {
    if (in->Text(one.name).has_value()) {
      ignored->push_back(fmt::format("{}: {}", one.name, one.why));
    }
  }
  for (const std::string& name : in->Unread("BOEFJES_")) {
    ignored->push_back(
        fmt::format("{}: is no variable that is known", EscapePrintable(name)));
  }
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : ", ") + EscapePrintable(word);
  }
  return text;
}

}  // namespace

std::string_view OpenKatKindName(OpenKatKind kind) {
  return kind == OpenKatKind::kBoefje ? "boefje" : "normalizer";
}

OpenKatOptions ReadOpenKatVariables(OpenKatKind kind,
                                    const VariableList& variables,
                                    std::vector<VariableProblem>* problems,
                                    std::vector<std::string>* ignored) {
  VariableReader in(variables, problems);
  OpenKatOptions to;
  to.kind = kind;
  to.pool_size = static_cast<uint32_t>(
      in.Integer("BOEFJES_POOL_SIZE", to.pool_size, 1, kMostProcesses));
  to.poll_interval_ms =
      in.Seconds("BOEFJES_POLL_INTERVAL", to.poll_interval_ms);
  to.deduplicate = in.Bool("BOEFJES_DEDUPLICATE", to.deduplicate);
  to.plugins = in.List("BOEFJES_PLUGINS");
  to.images = in.List("BOEFJES_IMAGES");
  auto whitelist = openkat::ParseWhitelist(
      in.Text("BOEFJES_SCAN_PROFILE_WHITELIST").value_or(""));
  if (whitelist.ok()) {
    to.whitelist = *std::move(whitelist);
  } else {
    in.Problem("BOEFJES_SCAN_PROFILE_WHITELIST",
               std::string(MessageOf(whitelist.status())));
  }
  to.json_logs = in.Choice("BOEFJES_LOGGING_FORMAT", {"text", "json"}) == 1;
  ReadServices(&in, &to);
  CheckEncryption(&in, ignored);
  TellIgnored(&in, ignored);
  for (const auto& [name, value] : variables) {
    // BOEFJE_API and BOEFJE_DOCKER_NETWORK are settings of OpenKAT's own.
    if (name.starts_with("BOEFJE_") && name != "BOEFJE_API" &&
        name != "BOEFJE_DOCKER_NETWORK") {
      to.system.emplace_back(name, value);
    }
  }
  return to;
}

std::vector<std::string> PlanOf(const OpenKatOptions& options) {
  const bool boefje = options.kind == OpenKatKind::kBoefje;
  std::vector<std::string> plan;
  plan.push_back(fmt::format(
      "pop {} tasks of all organisations from {}, every {} ms if there are "
      "none",
      OpenKatKindName(options.kind), options.scheduler_api,
      options.poll_interval_ms));
  if (!options.plugins.empty()) {
    plan.push_back("only of plugins " + Joined(options.plugins));
  }
  if (!options.images.empty()) {
    plan.push_back("only of images " + Joined(options.images));
  }
  plan.push_back(fmt::format("run them in {} processes", options.pool_size));
  plan.push_back(fmt::format("save {} in {} as '{}'",
                             boefje ? "metas and raws" : "metas (and get raws)",
                             options.bytes_api,
                             EscapePrintable(options.bytes_username)));
  if (boefje) {
    plan.push_back(fmt::format("settings come from {}, objects from {}",
                               options.katalogus_api, options.octopoes_api));
    plan.push_back(options.deduplicate
                       ? "one run serves all organisations of a group"
                       : "each task runs by itself");
    plan.push_back(options.upstream_metas
                       ? "environments are saved WITH THEIR VALUES"
                       : "environments are saved without their values");
    plan.push_back(fmt::format(
        "{} BOEFJE_ variables are offered to boefjes whose schema names them",
        options.system.size()));
  } else {
    plan.push_back("post what comes out to " + options.octopoes_api);
    plan.push_back(fmt::format("{} normalizers may raise scan levels",
                               options.whitelist.size()));
  }
  return plan;
}

}  // namespace cupel::worker
