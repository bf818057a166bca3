/// @file registry.hpp
/// @brief registry.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_REGISTRY_HPP_
#define CUPEL_REGISTRY_HPP_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "cupel/base.hpp"
#include "cupel/environment.hpp"
#include "cupel/registry.h"
#include "cupel/settings.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Every plugin under a folder, as JSON.
inline Buffer DiscoverPlugins(std::string_view folder) {
  return Buffer::Of(cupel_plugins_discover, internal::View(folder));
}
/// The hashes of the files in a folder, as JSON.
inline Buffer PluginHash(std::string_view folder) {
  return Buffer::Of(cupel_plugin_hash, internal::View(folder));
}

/// A request, as it came from the wire.
struct HttpRequest {
  std::string_view method = "GET";  ///< "GET" and so on.
  std::string_view path = "/";      ///< Percent-encoded, without the query.
  std::string_view query = {};      ///< Without the question mark.
  Fields headers = {};              ///< Any case.
  Bytes body = {};                  ///< May be empty.
};

/// An answer of the REST API.
///
/// Threads: immutable; any number may use one. Lifetime: its own; the body is
/// overwritten when it goes.
///
///     cupel::HttpRequest request;
///     request.path = "/v1/organisations";
///     cupel::HttpResponse response = registry.Handle(request);
///     Send(response.status(), response.headers(), response.body());
class HttpResponse
    : public internal::Owner<cupel_http_response, cupel_http_response_free> {
 public:
  /// Takes `owned`.
  explicit HttpResponse(cupel_http_response* owned) noexcept : Owner(owned) {}

  /// 200 and so on.
  int status() const noexcept { return cupel_http_response_status(get()); }
  /// Names and values, borrowed from this.
  Fields headers() const {
    Fields all;
    const size_t count = cupel_http_response_header_count(get());
    for (size_t i = 0; i < count; ++i) {
      const cupel_field header = cupel_http_response_header(get(), i);
      all.emplace_back(Text(header.name), Text(header.value));
    }
    return all;
  }
  /// Borrowed from this.
  std::string_view body() const noexcept {
    return Text(cupel_http_response_body(get()));
  }
};

/// How a registry is opened.
struct RegistryOptions {
  std::string_view database = {};                     ///< Empty: in memory.
  std::vector<std::string_view> plugin_folders = {};  ///< The last counts.
  const Keyring* keys = nullptr;                      ///< Copied.
  SealFormat seal_format = SealFormat::kCupel;        ///< Of new rows.
  bool allow_identity = false;   ///< Rows of plain JSON may be read.
  bool deduplicate = false;      ///< The install's switch.
  uint32_t busy_timeout_ms = 0;  ///< 0, here and below: the default.
  uint64_t max_body_bytes = 0;   ///< Of a request.
};

/// Told the rows that are done and those there are; returns true to go on. What
/// it throws ends the rotation and comes out of it.
using RotationFn = std::function<bool(uint64_t done, uint64_t total)>;

/// The catalogue: plugins, organisations, and what these have enabled and set;
/// registry.h has the JSON that comes back.
///
/// Threads: any number may use one. Lifetime: its own.
///
///     cupel::RegistryOptions options;
///     options.database = "registry.db";
///     options.plugin_folders = {"plugins"};
///     options.keys = &keys;
///     cupel::Registry registry(options);
///     registry.AddOrganisation("acme", "Acme");
class Registry : public internal::Owner<cupel_registry, cupel_registry_free> {
 public:
  /// Opens the database and reads the folders.
  explicit Registry(const RegistryOptions& options = {}) {
    const std::vector<cupel_view> folders =
        internal::ToC(options.plugin_folders);
    cupel_registry_options c = CUPEL_REGISTRY_OPTIONS_INIT;
    if (options.allow_identity) c.flags |= CUPEL_REGISTRY_ALLOW_IDENTITY;
    if (options.deduplicate) c.flags |= CUPEL_REGISTRY_DEDUPLICATE;
    c.seal_format = static_cast<int32_t>(options.seal_format);
    c.database = View(options.database);
    c.plugin_folders = folders.data();
    c.plugin_folder_count = folders.size();
    c.keyring = options.keys == nullptr ? nullptr : options.keys->get();
    c.busy_timeout_ms = options.busy_timeout_ms;
    c.max_body_bytes = options.max_body_bytes;
    Make(cupel_registry_open, &c);
  }

  /// Reads the plugin folders anew.
  void Rescan() const { Do(cupel_registry_rescan); }
  /// Everything that is in them, broken ones too, as JSON.
  Buffer Found() const { return Buffer::Of(cupel_registry_found_json, get()); }

  /// All organisations, as JSON.
  Buffer Organisations() const {
    return Buffer::Of(cupel_registry_organisations_json, get());
  }
  /// Adds one; fails with CUPEL_STATUS_ALREADY_EXISTS if there is one with that
  /// id.
  void AddOrganisation(std::string_view id, std::string_view name,
                       bool deduplicate = true) const {
    Do(cupel_registry_add_organisation, View(id), View(name), deduplicate);
  }
  /// Gives one another name; fails with CUPEL_STATUS_NOT_FOUND.
  void UpdateOrganisation(std::string_view id, std::string_view name,
                          bool deduplicate = true) const {
    Do(cupel_registry_update_organisation, View(id), View(name), deduplicate);
  }
  /// Removes one with all its settings.
  void DeleteOrganisation(std::string_view id) const {
    Do(cupel_registry_delete_organisation, View(id));
  }

  /// Plugins, as JSON. `query` is JSON (registry.h), or empty for all.
  Buffer Plugins(std::string_view organisation,
                 std::string_view query = {}) const {
    return Buffer::Of(cupel_registry_plugins_json, get(), View(organisation),
                      View(query));
  }
  /// One plugin, as JSON.
  Buffer Plugin(const SettingsOwner& of) const {
    return Buffer::Of(cupel_registry_plugin_json, get(), View(of.organisation),
                      View(of.plugin));
  }
  /// Enables a plugin for an organisation, or disables it.
  void SetEnabled(const SettingsOwner& of, bool enabled) const {
    Do(cupel_registry_set_enabled, View(of.organisation), View(of.plugin),
       enabled);
  }

  /// Settings, as JSON; secrets are "***" unless `reveal`.
  Buffer Settings(const SettingsOwner& of, bool reveal = false) const {
    return Buffer::Of(cupel_registry_get_settings, get(), View(of.organisation),
                      View(of.plugin),
                      reveal ? uint32_t{CUPEL_SETTINGS_REVEAL} : 0);
  }
  /// Replaces settings. Fails, naming paths, if they do not fit the schema.
  void PutSettings(const SettingsOwner& of, std::string_view settings) const {
    Do(cupel_registry_put_settings, View(of.organisation), View(of.plugin),
       View(settings));
  }
  /// Removes settings.
  void DeleteSettings(const SettingsOwner& of) const {
    Do(cupel_registry_delete_settings, View(of.organisation), View(of.plugin));
  }
  /// Gives another organisation what one has set and enabled.
  void CloneSettings(std::string_view from_organisation,
                     std::string_view to_organisation) const {
    Do(cupel_registry_clone_settings, View(from_organisation),
       View(to_organisation));
  }

  /// What the plugin would get for this organisation; with `process`, the
  /// BOEFJE_ variables of the process are offered too.
  cupel::Environment Environment(const SettingsOwner& of,
                                 const Fields& variables = {},
                                 bool process = false,
                                 bool defaults = false) const {
    const std::vector<cupel_field> list = internal::ToC(variables);
    cupel_environment* made = nullptr;
    Do(cupel_registry_environment, View(of.organisation), View(of.plugin),
       list.data(), list.size(), cupel::Environment::Flags(process, defaults),
       &made);
    return cupel::Environment(made);
  }

  /// Seals every row anew that is not sealed with the ring's first key. Counts
  /// and failures as JSON. `cancel` may be null.
  Buffer Rotate(const Cancel* cancel = nullptr,
                RotationFn progress = nullptr) const {
    Rotation rotation{{}, std::move(progress)};
    return Buffer::OfCallBack(
        &rotation.thrown, cupel_registry_rotate, get(),
        internal::OrNull(cancel),
        rotation.progress ? Rotation::OnProgress : nullptr, &rotation);
  }

  /// Everything but the plugin folders, with settings sealed, as JSON.
  Buffer Export() const { return Buffer::Of(cupel_registry_export, get()); }
  /// Takes such a document in, all of it or nothing.
  void Import(std::string_view document) const {
    Do(cupel_registry_import, View(document));
  }

  /// Answers a request of KATalogus's REST API, whatever is in it.
  HttpResponse Handle(const HttpRequest& request) const {
    const std::vector<cupel_field> headers = internal::ToC(request.headers);
    cupel_http_request c = CUPEL_HTTP_REQUEST_INIT;
    c.method = View(request.method);
    c.path = View(request.path);
    c.query = View(request.query);
    c.headers = headers.data();
    c.header_count = headers.size();
    c.body = View(request.body);
    cupel_http_response* made = nullptr;
    Do(cupel_registry_handle, &c, &made);
    return HttpResponse(made);
  }

 private:
  struct Rotation {
    internal::Thrown thrown;
    RotationFn progress;

    static int32_t OnProgress(void* data, uint64_t done,
                              uint64_t total) noexcept {
      auto* self = static_cast<Rotation*>(data);
      return self->thrown.Guard([&] { return self->progress(done, total); });
    }
  };
};

/// A new bearer token, for hosts that mount the API where others can reach it;
/// a secret.
inline Buffer GenerateToken() { return Buffer::Of(cupel_token_generate); }
/// What is kept of a token.
inline Buffer HashToken(std::string_view token) {
  return Buffer::Of(cupel_token_hash, internal::View(token));
}
/// Whether `hash` is that of `token`, in a time that tells nothing of either.
inline bool TokenMatches(std::string_view token, std::string_view hash) {
  int32_t matches = 0;
  internal::Call(cupel_token_matches, internal::View(token),
                 internal::View(hash), &matches);
  return matches != 0;
}

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_REGISTRY_HPP_
