#include "store/catalogue_store.h"

#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "store/catalogue_connections.h"
#include "store/catalogue_rows.h"
#include "store/catalogue_schema.h"
#include "store/config_table.h"

namespace cupel {
namespace {

absl::Status Missing(std::string_view what, std::string_view id) {
  return NotFound("{} '{}' is not known", what, EscapePrintable(id));
}

// ALREADY_EXISTS of the database names the column; people ask for the id.
absl::Status Inserted(absl::Status status, std::string_view what,
                      std::string_view id) {
  if (!absl::IsAlreadyExists(status)) return status;
  return MakeStatus(absl::StatusCode::kAlreadyExists, "{} '{}' exists already",
                    what, EscapePrintable(id));
}

OrganisationRow ReadOrganisation(const Statement& row) {
  return {std::string(row.Text(0)), std::string(row.Text(1)),
          row.Integer(2) != 0};
}

PluginRow ReadPlugin(const Statement& row) {
  return {std::string(row.Text(0)), std::string(row.Text(1)),
          std::string(row.Text(2)), std::string(row.Text(3)),
          row.Integer(4) != 0};
}

class SqlCatalogue final : public CatalogueStore {
 public:
  SqlCatalogue(std::unique_ptr<Database> writer, DatabaseOptions options)
      : connections_(std::move(writer), std::move(options)) {}

  absl::StatusOr<std::vector<OrganisationRow>> Organisations() override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT id, name, deduplicate FROM organisation "
                          "ORDER BY number"));
    std::vector<OrganisationRow> rows;
    while (true) {
      CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
      if (!row) return rows;
      rows.push_back(ReadOrganisation(query));
    }
  }

  absl::StatusOr<OrganisationRow> Organisation(std::string_view id) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT id, name, deduplicate FROM organisation "
                          "WHERE id = ?"));
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Bind(0, id).Step());
    if (!row) return Missing("organisation", id);
    return ReadOrganisation(query);
  }

  absl::Status AddOrganisation(const OrganisationRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement insert,
        database->Prepare("INSERT INTO organisation (id, name, deduplicate) "
                          "VALUES (?, ?, ?)"));
    insert.Bind(0, row.id).Bind(1, row.name);
    insert.Bind(2, int64_t{row.deduplicate});
    return Inserted(insert.Run(), "organisation", row.id);
  }

  absl::Status UpdateOrganisation(const OrganisationRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement update,
        database->Prepare("UPDATE organisation SET name = ?, deduplicate = ? "
                          "WHERE id = ?"));
    update.Bind(0, row.name).Bind(1, int64_t{row.deduplicate});
    return RunOnOne(*database, update.Bind(2, row.id), "organisation", row.id);
  }

  absl::Status DeleteOrganisation(std::string_view id) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement erase,
        database->Prepare("DELETE FROM organisation WHERE id = ?"));
    return RunOnOne(*database, erase.Bind(0, id), "organisation", id);
  }

  absl::StatusOr<std::vector<RepositoryRow>> Repositories(
      std::string_view organisation) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT r.id, r.name, r.base_url FROM repository r "
                          "JOIN organisation o ON o.number = r.organisation "
                          "WHERE o.id = ? ORDER BY r.number"));
    query.Bind(0, organisation);
    std::vector<RepositoryRow> rows;
    while (true) {
      CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
      if (!row) return rows;
      rows.push_back({std::string(organisation), std::string(query.Text(0)),
                      std::string(query.Text(1)), std::string(query.Text(2))});
    }
  }

  absl::Status AddRepository(const RepositoryRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement insert,
        database->Prepare(
            "INSERT INTO repository (organisation, id, name, base_url) "
            "SELECT number, ?, ?, ? FROM organisation WHERE id = ?"));
    insert.Bind(0, row.id).Bind(1, row.name).Bind(2, row.base_url);
    CUPEL_RETURN_IF_ERROR(
        Inserted(insert.Bind(3, row.organisation).Run(), "repository", row.id));
    if (database->changes() == 0) {
      return Missing("organisation", row.organisation);
    }
    return absl::OkStatus();
  }

  absl::Status DeleteRepository(std::string_view organisation,
                                std::string_view id) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement erase,
        database->Prepare(
            "DELETE FROM repository WHERE id = ? AND organisation = "
            "(SELECT number FROM organisation WHERE id = ?)"));
    erase.Bind(0, id).Bind(1, organisation);
    return RunOnOne(*database, erase, "repository", id);
  }

  absl::StatusOr<std::vector<PluginRow>> Plugins() override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT id, type, name, document, is_static "
                          "FROM plugin ORDER BY number"));
    std::vector<PluginRow> rows;
    while (true) {
      CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
      if (!row) return rows;
      rows.push_back(ReadPlugin(query));
    }
  }

  absl::StatusOr<int64_t> PluginsVersion() override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT value FROM plugins_version"));
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return DataLoss("the catalogue has lost its plugins_version");
    return query.Integer(0);
  }

  absl::StatusOr<PluginRow> Plugin(std::string_view id) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    CUPEL_ASSIGN_OR_RETURN(
        Statement query,
        database->Prepare("SELECT id, type, name, document, is_static "
                          "FROM plugin WHERE id = ?"));
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Bind(0, id).Step());
    if (!row) return Missing("plugin", id);
    return ReadPlugin(query);
  }

  absl::Status AddPlugin(const PluginRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement insert,
        database->Prepare("INSERT INTO plugin (id, type, name, document, "
                          "is_static) VALUES (?, ?, ?, ?, ?)"));
    insert.Bind(0, row.id).Bind(1, row.type).Bind(2, row.name);
    insert.Bind(3, row.document).Bind(4, int64_t{row.is_static});
    return Inserted(insert.Run(), "plugin", row.id);
  }

  absl::Status UpdatePlugin(const PluginRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_ASSIGN_OR_RETURN(
        Statement update,
        database->Prepare("UPDATE plugin SET type = ?, name = ?, document = ?, "
                          "is_static = ? WHERE id = ?"));
    update.Bind(0, row.type).Bind(1, row.name).Bind(2, row.document);
    update.Bind(3, int64_t{row.is_static}).Bind(4, row.id);
    return RunOnOne(*database, update, "plugin", row.id);
  }

  absl::Status DeletePlugin(std::string_view id) override {
    return connections_.Atomically([this, id]() -> absl::Status {
      CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
      CUPEL_ASSIGN_OR_RETURN(
          Statement erase,
          database->Prepare("DELETE FROM plugin WHERE id = ?"));
      CUPEL_RETURN_IF_ERROR(
          RunOnOne(*database, erase.Bind(0, id), "plugin", id));
      return DeleteConfigsOf(*database, id);
    });
  }

  absl::StatusOr<std::vector<ConfigRow>> Configs(
      const ConfigFilter& filter) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    return FindConfigs(*database, filter);
  }

  absl::StatusOr<ConfigRow> Config(std::string_view organisation,
                                   std::string_view plugin) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForReading());
    return FindConfig(*database, organisation, plugin);
  }

  absl::Status PutConfig(const ConfigRow& row) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(row));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    CUPEL_RETURN_IF_ERROR(WriteConfig(*database, row));
    if (database->changes() == 0) {
      return Missing("organisation", row.organisation);
    }
    return absl::OkStatus();
  }

  absl::Status DeleteConfig(std::string_view organisation,
                            std::string_view plugin) override {
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    return EraseConfig(*database, organisation, plugin);
  }

  absl::StatusOr<bool> ReplaceSettings(int64_t number,
                                       std::string_view old_settings,
                                       const ConfigRow& replacement) override {
    CUPEL_RETURN_IF_ERROR(CheckRow(replacement));
    CUPEL_ASSIGN_OR_RETURN(const auto database, connections_.ForWriting());
    return SwapSettings(*database, number, old_settings, replacement);
  }

  absl::Status Atomically(const std::function<absl::Status()>& body) override {
    return connections_.Atomically(body);
  }

 private:
  static absl::Status RunOnOne(const Database& database, Statement& statement,
                               std::string_view what, std::string_view id) {
    CUPEL_RETURN_IF_ERROR(statement.Run());
    return database.changes() == 0 ? Missing(what, id) : absl::OkStatus();
  }

  CatalogueConnections connections_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<CatalogueStore>> OpenCatalogueStore(
    const std::string& path, const CatalogueStoreOptions& options) {
  DatabaseOptions database;
  database.path = path;
  database.busy_timeout_ms = options.busy_timeout_ms;
  database.store = "registry";
  database.application_id = kCatalogueApplicationId;
  database.migrations = CatalogueMigrations();
  CUPEL_ASSIGN_OR_RETURN(auto writer, Database::Open(database));
  return std::make_shared<SqlCatalogue>(std::move(writer), std::move(database));
}

}  // namespace cupel
