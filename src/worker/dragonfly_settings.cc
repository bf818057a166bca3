#include "worker/dragonfly_settings.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "http/client.h"
#include "http/url.h"

namespace cupel::worker {
namespace {

constexpr std::string_view kPrefix = "DRAGONFLY_";
constexpr uint64_t kMostBytes = uint64_t{1} << 40;

std::string Cased(std::string_view text, char first, char to) {
  std::string cased(text);
  for (char& c : cased) {
    if (c >= first && c <= first + 25) c = static_cast<char>(c - first + to);
  }
  return cased;
}
std::string Lower(std::string_view text) { return Cased(text, 'A', 'a'); }
std::string Upper(std::string_view text) { return Cased(text, 'a', 'A'); }

// A setting that was given, and where.
struct Given {
  const Json* value = nullptr;
  std::string key;  // for people
};

// Takes settings out of the layers, and collects what is wrong with them.
class Reader {
 public:
  Reader(const std::vector<SettingLayer>& layers, DragonflySetup* setup)
      : layers_(layers), setup_(*setup) {
    for (const SettingLayer& layer : layers) {
      if (!layer.values.is_object()) continue;
      for (const auto& [name, value] : layer.values.items()) {
        given_[Lower(name)] = {&value, KeyOf(layer, name)};
      }
    }
  }

  bool Has(const char* name) const { return given_.contains(name); }
  bool HasText(const char* name) const {
    auto found = given_.find(name);
    return found != given_.end() && *found->second.value != "";
  }

  bool Text(const char* name, std::string* value) {
    std::optional<Given> given = Take(name);
    if (!given) return false;
    if (!given->value->is_string()) {
      Problem(given->key,
              fmt::format("must be text, not {}", JsonTypeName(*given->value)),
              "put it in quotes");
      return false;
    }
    std::string text = given->value->get<std::string>();
    if (text.find_first_of(std::string_view("\r\n\0", 3)) !=
        std::string::npos) {
      Problem(given->key, "has a line break or a NUL in it", "");
      return false;
    }
    *value = std::move(text);
    return true;
  }

  template <typename T>
  void Number(const char* name, uint64_t least, uint64_t most, T* value,
              uint64_t unit = 1) {
    std::optional<Given> given = Take(name);
    if (!given) return;
    std::optional<uint64_t> number = NumberOf(*given->value);
    if (!number || *number < least || *number > most) {
      Problem(given->key,
              fmt::format("must be a whole number from {} to {}", least, most),
              "");
      return;
    }
    *value = static_cast<T>(*number * unit);
  }

  // One of `names`; nothing if it isn't given, or none of them.
  std::optional<std::string> Choice(const char* name,
                                    const std::vector<std::string>& names) {
    std::string text;
    std::string key = Has(name) ? given_[name].key : "";
    if (!Text(name, &text)) return std::nullopt;
    if (std::find(names.begin(), names.end(), text) != names.end()) return text;
    std::string known;
    for (const std::string& one : names) {
      known += (known.empty() ? "" : ", ") + one;
    }
    Problem(key, fmt::format("is none of {}", known), "");
    return std::nullopt;
  }

  // Known to an upstream client, and of no use here.
  void Unused(const char* name, std::string_view off, std::string_view why) {
    std::optional<Given> given = Take(name);
    if (!given) return;
    std::string text = given->value->is_string()
                           ? given->value->get<std::string>()
                           : PrintJson(*given->value);
    if (text != off)
      setup_.notes.push_back(fmt::format("{} {}", given->key, why));
  }

  std::string KeyOf(const char* name) const {
    auto found = given_.find(name);
    return found != given_.end() ? found->second.key
                                 : std::string(kPrefix) + Upper(name);
  }

  void Problem(std::string key, std::string message, std::string remedy) {
    setup_.problems.push_back(
        {std::move(key), std::move(message), std::move(remedy)});
  }

  // What nobody took.
  void Rest() {
    for (const SettingLayer& layer : layers_) {
      if (!layer.values.is_object()) continue;
      for (const auto& [name, value] : layer.values.items()) {
        if (known_.contains(Lower(name))) continue;
        std::string key = KeyOf(layer, name);
        if (layer.kind == SettingLayer::Kind::kTable) {
          Problem(key, "is no setting", "docs/dragonfly.md lists them all");
        } else if (Lower(name) == "max_size") {
          setup_.notes.push_back(
              key + " is read by nobody; DRAGONFLY_MAX_SCAN_SIZE is meant");
        } else {
          setup_.notes.push_back(key + " is no setting, and is ignored");
        }
      }
    }
  }

 private:
  static std::string KeyOf(const SettingLayer& layer, const std::string& name) {
    switch (layer.kind) {
      case SettingLayer::Kind::kEnvironment:
        return std::string(kPrefix) + Upper(EscapePrintable(name));
      case SettingLayer::Kind::kTable:
        return layer.name + "." + EscapePrintable(name);
      case SettingLayer::Kind::kFile:
        break;
    }
    return layer.name + ": " + EscapePrintable(name);
  }

  std::optional<Given> Take(const char* name) {
    known_[name] = true;
    auto found = given_.find(name);
    if (found == given_.end()) return std::nullopt;
    return found->second;
  }

  static std::optional<uint64_t> NumberOf(const Json& value) {
    if (value.is_number_unsigned()) return value.get<uint64_t>();
    if (value.is_number_integer() && value.get<int64_t>() >= 0) {
      return static_cast<uint64_t>(value.get<int64_t>());
    }
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty() || text.size() > 18) return std::nullopt;
    uint64_t number = 0;
    for (char c : text) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + static_cast<uint64_t>(c - '0');
    }
    return number;
  }

  const std::vector<SettingLayer>& layers_;
  DragonflySetup& setup_;
  std::map<std::string, Given, std::less<>> given_;
  std::map<std::string, bool> known_;
};

void ReadBaseUrl(Reader& reader, DragonflySetup& setup) {
  std::string& base = setup.settings.base_url;
  reader.Text("base_url", &base);
  while (base.ends_with('/')) base.pop_back();
  std::string key = reader.KeyOf("base_url");
  auto url = http::ParseUrl(base);
  if (!url.ok()) {
    reader.Problem(key, std::string(MessageOf(url.status())), "");
    return;
  }
  if (base.find_first_of("@?#") != std::string::npos) {
    reader.Problem(key, "has a user, a query or a fragment in it",
                   "give the address alone, such as https://host");
  }
  bool loopback = url->origin.starts_with("http://127.") ||
                  url->origin.starts_with("http://localhost:") ||
                  url->origin.starts_with("http://[::1]");
  if (url->scheme == "http" && !loopback &&
      setup.settings.auth != DragonflyAuth::kNone) {
    setup.notes.push_back(key + " is http: credentials can be read on the way");
  }
}

// Which of them is meant, if it isn't said: by what there is.
DragonflyAuth AuthOf(Reader& reader) {
  auto said = reader.Choice("auth", {"auto", "cf", "auth0", "cookie", "none"});
  if (said == "cf") return DragonflyAuth::kServiceToken;
  if (said == "auth0") return DragonflyAuth::kPassword;
  if (said == "cookie") return DragonflyAuth::kCookie;
  if (said == "none") return DragonflyAuth::kNone;
  if (reader.HasText("cf_access_client_id") ||
      reader.HasText("cf_access_client_secret")) {
    return DragonflyAuth::kServiceToken;
  }
  if (reader.HasText("username") || reader.HasText("password")) {
    return DragonflyAuth::kPassword;
  }
  if (reader.HasText("client_id") || reader.HasText("client_secret")) {
    return DragonflyAuth::kCookie;
  }
  return DragonflyAuth::kServiceToken;
}

void ReadCredentials(Reader& reader, DragonflySettings& settings) {
  std::string client_id, client_secret, cf_id, cf_secret;
  reader.Text("client_id", &client_id);
  reader.Text("client_secret", &client_secret);
  reader.Text("cf_access_client_id", &cf_id);
  reader.Text("cf_access_client_secret", &cf_secret);
  reader.Text("username", &settings.username);
  reader.Text("password", &settings.password);
  reader.Text("auth0_domain", &settings.auth0_domain);
  reader.Text("audience", &settings.audience);
  reader.Text("grant_type", &settings.grant_type);
  settings.auth = AuthOf(reader);
  auto need = [&](const char* name, const std::string& value) {
    if (!value.empty()) return;
    reader.Problem(
        reader.KeyOf(name), "is missing or empty",
        fmt::format("auth = \"{}\" needs it; a server without authentication "
                    "is said by auth = \"none\" (DRAGONFLY_AUTH=none)",
                    DragonflyAuthName(settings.auth)));
  };
  switch (settings.auth) {
    case DragonflyAuth::kServiceToken:
      settings.token_id = cf_id;
      settings.token_secret = cf_secret;
      need("cf_access_client_id", cf_id);
      need("cf_access_client_secret", cf_secret);
      return;
    case DragonflyAuth::kPassword:
      need("username", settings.username);
      need("password", settings.password);
      need("client_id", client_id);
      need("client_secret", client_secret);
      break;
    case DragonflyAuth::kCookie:
      need("client_id", client_id);
      need("client_secret", client_secret);
      break;
    case DragonflyAuth::kNone:
      return;
  }
  settings.token_id = client_id;
  settings.token_secret = client_secret;
}

void ReadLimits(Reader& reader, DragonflySettings& settings) {
  if (auto limits = reader.Choice("limits", {"cupel", "v4"}); limits == "v4") {
    settings.max_scan_size = uint64_t{16} << 20;
    settings.max_download_size = uint64_t{32} << 20;
    settings.max_expanded_size = uint64_t{64} << 20;
    settings.max_archive_entries = 4096;
  }
  reader.Number("max_scan_size", 1, kMostBytes, &settings.max_scan_size);
  reader.Number("max_download_size", 1, kMostBytes,
                &settings.max_download_size);
  reader.Number("max_package_size", 1, kMostBytes, &settings.max_package_size);
  reader.Number("max_expanded_size", 1, kMostBytes,
                &settings.max_expanded_size);
  reader.Number("max_archive_entries", 1, 100'000'000,
                &settings.max_archive_entries);
  reader.Number("max_distributions", 1, 100'000, &settings.max_distributions);
  reader.Number("scan_threads", 1, 256, &settings.scan_threads);
}

}  // namespace

std::string_view DragonflyAuthName(DragonflyAuth auth) {
  switch (auth) {
    case DragonflyAuth::kServiceToken:
      return "cf";
    case DragonflyAuth::kPassword:
      return "auth0";
    case DragonflyAuth::kCookie:
      return "cookie";
    case DragonflyAuth::kNone:
      break;
  }
  return "none";
}

SettingLayer DragonflyVariables(
    const std::vector<std::pair<std::string, std::string>>& environment) {
  SettingLayer layer{.kind = SettingLayer::Kind::kEnvironment,
                     .values = Json::object()};
  for (const auto& [name, value] : environment) {
    if (!Upper(name).starts_with(kPrefix)) continue;
    std::string text = value;
    // Quotes say that it is text to the upstream; so it is here anyhow.
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
      text = text.substr(1, text.size() - 2);
    }
    layer.values[Lower(name.substr(kPrefix.size()))] = std::move(text);
  }
  return layer;
}

DragonflySetup SetUpDragonfly(const std::vector<SettingLayer>& layers) {
  DragonflySetup setup;
  DragonflySettings& settings = setup.settings;
  Reader reader(layers, &setup);
  ReadCredentials(reader, settings);
  ReadBaseUrl(reader, setup);
  settings.lease_required = settings.auth == DragonflyAuth::kServiceToken ||
                            settings.auth == DragonflyAuth::kNone;
  if (auto lease = reader.Choice("lease", {"auto", "required", "optional"});
      lease && *lease != "auto") {
    settings.lease_required = *lease == "required";
  }
  // Seconds, as load_duration is.
  reader.Number("lease_duration", 10, 86'400, &settings.lease_ms, 1000);
  reader.Number("max_attempts", 1, 1000, &settings.max_attempts);
  reader.Number("threads", 1, 1024, &settings.threads);
  reader.Number("bulk_size", 1, 1000, &settings.bulk_size);
  reader.Number("load_duration", 0, 86'400, &settings.load_duration_ms, 1000);
  reader.Text("ca_file", &settings.ca_file);
  reader.Text("rules_folder", &settings.rules_folder);
  ReadLimits(reader, settings);
  reader.Unused("wait_duration", "",
                "has no effect: nobody waits for a queue between the threads");
  reader.Unused("reuse_cache_mode", "off",
                "has no effect: equal files of a package are scanned once, and "
                "nothing is kept from package to package");
  for (const char* name : {"reuse_cache_entries", "reuse_cache_bytes"}) {
    reader.Unused(name, "", "has no effect: there is no such cache");
  }
  reader.Unused("reuse_cache_database", "false",
                "has no effect: the server's cache is not asked");
  reader.Rest();
  return setup;
}

}  // namespace cupel::worker
