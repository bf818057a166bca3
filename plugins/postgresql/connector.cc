// cupel-plugin-postgresql.so: connector:postgresql, reports as rows.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <exception>
#include <fstream>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "cupel/plugin.h"
#include "format/escape.h"
#include "outcome.h"
#include "report_table.h"

namespace cupel_pg {
namespace {

constexpr size_t kMostUrl = 8192;
constexpr std::string_view kIdPrefix = "report/";
constexpr std::chrono::milliseconds kLook{20};
constexpr std::chrono::milliseconds kLongestPause{60'000};

struct Connector {
  std::unique_ptr<ReportTable> table;
  uint32_t retries = 0;
  std::chrono::milliseconds backoff{0};
};

std::string_view TextOf(cupel_view view) {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

cupel_status Tell(cupel_call* call, const Outcome& outcome) {
  if (outcome.ok()) return CUPEL_STATUS_OK;
  const std::string text =
      "connector:postgresql: " + cupel::EscapePrintable(outcome.message);
  return cupel_call_fail(call, outcome.code, text.c_str());
}

template <typename Body>
cupel_status Guarded(cupel_call* call, const Body& body) noexcept {
  try {
    return Tell(call, body());
  } catch (const std::bad_alloc&) {
    return cupel_call_fail(call, CUPEL_STATUS_RESOURCE_EXHAUSTED,
                           "connector:postgresql: out of memory");
  } catch (const std::exception&) {
    return cupel_call_fail(call, CUPEL_STATUS_INTERNAL,
                           "connector:postgresql: an unexpected exception");
  }
}

std::string Option(const cupel_call* call, const char* name) {
  return std::string(TextOf(cupel_call_option(call, name)));
}

Outcome NumberOption(const cupel_call* call, const char* name, uint32_t least,
                     uint32_t most, uint32_t* number) {
  const std::string text = Option(call, name);
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, *number);
  if (error == std::errc() && stopped == end && *number >= least &&
      *number <= most) {
    return {};
  }
  return {CUPEL_STATUS_INVALID_ARGUMENT,
          std::string("option '") + name + "': a number from " +
              std::to_string(least) + " to " + std::to_string(most)};
}

Outcome UrlOption(const cupel_call* call, std::string* url) {
  *url = Option(call, "url");
  const std::string path = Option(call, "url_file");
  if (url->empty() == path.empty()) {
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "option 'url': give the database's URL, or, with `url_file` "
            "instead, a file that has it"};
  }
  if (!path.empty()) {
    std::ifstream file(path, std::ios::binary);
    if (!std::getline(file, *url) || url->size() > kMostUrl) {
      return {CUPEL_STATUS_INVALID_ARGUMENT,
              "option 'url_file': '" + path +
                  "' can't be read, or has no URL in its first line"};
    }
  }
  if (url->rfind("postgresql://", 0) == 0 ||
      url->rfind("postgres://", 0) == 0) {
    return {};
  }
  return {CUPEL_STATUS_INVALID_ARGUMENT,
          "option 'url': expected postgresql://USER@HOST:PORT/DATABASE"};
}

Outcome SchemaOption(const cupel_call* call, std::string* schema) {
  *schema = Option(call, "schema");
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!schema->empty() && schema->size() <= 48 && (*schema)[0] >= 'a' &&
      std::all_of(schema->begin(), schema->end(), fits)) {
    return {};
  }
  return {CUPEL_STATUS_INVALID_ARGUMENT,
          "option 'schema': a lower-case letter, then up to 47 of letters, "
          "digits and '_'"};
}

Outcome MakeConnector(const cupel_call* call, void** state) {
  auto connector = std::make_unique<Connector>();
  Settings settings;
  uint32_t timeout = 0;
  uint32_t backoff = 0;
  CUPEL_PG_RETURN_IF_ERROR(UrlOption(call, &settings.url));
  CUPEL_PG_RETURN_IF_ERROR(SchemaOption(call, &settings.space));
  CUPEL_PG_RETURN_IF_ERROR(
      NumberOption(call, "timeout_ms", 1, 86'400'000, &timeout));
  CUPEL_PG_RETURN_IF_ERROR(
      NumberOption(call, "retries", 0, 1000, &connector->retries));
  CUPEL_PG_RETURN_IF_ERROR(
      NumberOption(call, "backoff_ms", 1, 60'000, &backoff));
  settings.connect_timeout_ms = timeout;
  settings.lock_timeout_ms = timeout;
  settings.statement_timeout_ms = timeout;
  connector->backoff = std::chrono::milliseconds(backoff);
  connector->table = std::make_unique<ReportTable>(std::move(settings));
  CUPEL_PG_RETURN_IF_ERROR(connector->table->Check());
  *state = connector.release();
  return {};
}

// False if it was cancelled.
bool Pause(const cupel_call* call, std::chrono::milliseconds time) {
  const auto until = Clock::now() + time;
  while (cupel_call_cancelled(call) == 0) {
    const auto now = Clock::now();
    if (now >= until) return true;
    std::this_thread::sleep_for(std::min<Clock::duration>(kLook, until - now));
  }
  return false;
}

// A report is there once however often it is sent.
Outcome AddWithRetries(const cupel_call* call, Connector& connector,
                       const std::string& name, std::string* id) {
  auto pause = connector.backoff;
  for (uint32_t tried = 0;; ++tried) {
    Outcome outcome = connector.table->Add(name, TextOf(call->document), id);
    const bool again = outcome.code == CUPEL_STATUS_UNAVAILABLE ||
                       outcome.code == CUPEL_STATUS_ABORTED;
    if (!again || tried >= connector.retries) return outcome;
    if (!Pause(call, pause)) {
      return {CUPEL_STATUS_CANCELLED, "stopped; before: " + outcome.message};
    }
    pause = std::min(pause * 2, kLongestPause);
  }
}

Outcome SaveReport(cupel_call* call) {
  if (call->sha256.size > 0) {
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "it takes reports, not payloads; connector:store keeps those"};
  }
  if (call->document.size == 0) {
    return {CUPEL_STATUS_INVALID_ARGUMENT, "there is no document to save"};
  }
  std::string id;
  CUPEL_PG_RETURN_IF_ERROR(
      AddWithRetries(call, *static_cast<Connector*>(call->state),
                     cupel::EscapePrintable(TextOf(call->name)), &id));
  const std::string result =
      "{\"conn_id\":\"" + std::string(kIdPrefix) + id + "\"}";
  return {call->host->result(call, ViewOf(result)), "the answer was refused"};
}

// `document` is what `save` gave.
Outcome FindReport(cupel_call* call) {
  const std::string_view wanted = TextOf(call->document);
  const size_t start = wanted.find(kIdPrefix);
  const std::string_view id = start == std::string_view::npos
                                  ? std::string_view()
                                  : wanted.substr(start + kIdPrefix.size(), 64);
  if (id.size() != 64 ||
      id.find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return {CUPEL_STATUS_INVALID_ARGUMENT,
            "what is asked for must be an object with `conn_id`, as "
            "report/SHA-256"};
  }
  std::string document;
  CUPEL_PG_RETURN_IF_ERROR(
      static_cast<Connector*>(call->state)->table->Find(id, &document));
  const std::string name = std::string(kIdPrefix) + std::string(id);
  return {cupel_call_child(call, name.c_str(), ViewOf(document)),
          "the answer was refused"};
}

cupel_status Activate(cupel_call* call, void** state) {
  return Guarded(call, [&] { return MakeConnector(call, state); });
}

void Deactivate(void* state) { delete static_cast<Connector*>(state); }

cupel_status Save(cupel_call* call) {
  return Guarded(call, [call] { return SaveReport(call); });
}

cupel_status GetFile(cupel_call* call) {
  return Guarded(call, [call] { return FindReport(call); });
}

constexpr cupel_plugin_v1 kConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_NETWORK,
    .name = "postgresql",
    .version = "1.0",
    .description = "Adds reports to a table of a PostgreSQL database",
    .options = R"({"url": "", "url_file": "", "schema": "cupel_reports",
                   "timeout_ms": 30000, "retries": 5, "backoff_ms": 500})",
    .activate = Activate,
    .deactivate = Deactivate,
    .save = Save,
    .get_file = GetFile};

}  // namespace
}  // namespace cupel_pg

CUPEL_PLUGIN_EXPORT(&cupel_pg::kConnector)
