#include "store/config_table.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr std::string_view kSelect =
    "SELECT c.number, o.id, c.plugin, c.plugin_type, c.enabled, c.settings, "
    "c.fingerprint, c.key_id FROM config c "
    "JOIN organisation o ON o.number = c.organisation";

ConfigRow ReadConfig(const Statement& row) {
  ConfigRow config;
  config.number = row.Integer(0);
  config.organisation = row.Text(1);
  config.plugin = row.Text(2);
  config.plugin_type = row.Text(3);
  if (!row.IsNull(4)) config.enabled = row.Integer(4) != 0;
  config.settings = row.Text(5);
  config.fingerprint = row.Text(6);
  config.key_id = row.Text(7);
  return config;
}

absl::Status NoConfig(std::string_view organisation, std::string_view plugin) {
  return NotFound("plugin '{}' is not configured for organisation '{}'",
                  EscapePrintable(plugin), EscapePrintable(organisation));
}

// SQLite's numbers are signed.
int64_t Clamp(uint64_t number) {
  return static_cast<int64_t>(std::min<uint64_t>(
      number, uint64_t{std::numeric_limits<int64_t>::max()}));
}

// Only conditions that are asked for, so that each shape of filter gets the
// index that fits. There are few shapes; each is kept prepared.
std::string SqlOf(const ConfigFilter& filter) {
  std::string sql(kSelect);
  const char* word = " WHERE ";
  const auto add = [&sql, &word](bool wanted, std::string_view condition) {
    if (!wanted) return;
    sql.append(word).append(condition);
    word = " AND ";
  };
  add(filter.organisation.has_value(), "o.id = ?");
  add(filter.plugin.has_value(), "c.plugin = ?");
  add(filter.enabled.has_value(), "c.enabled = ?");
  add(filter.fingerprint.has_value(), "c.fingerprint = ?");
  add(filter.fingerprint.has_value() && !filter.fingerprint->empty(),
      "c.fingerprint <> ''");
  add(filter.key_id_not.has_value(), "c.settings <> '' AND c.key_id <> ?");
  add(filter.number_above.has_value(), "c.number > ?");
  return sql + " ORDER BY c.number LIMIT ? OFFSET ?";
}

}  // namespace

absl::StatusOr<std::vector<ConfigRow>> FindConfigs(Database& database,
                                                   const ConfigFilter& filter) {
  CUPEL_ASSIGN_OR_RETURN(Statement query, database.Prepare(SqlOf(filter)));
  int index = 0;
  if (filter.organisation) query.Bind(index++, *filter.organisation);
  if (filter.plugin) query.Bind(index++, *filter.plugin);
  if (filter.enabled) query.Bind(index++, int64_t{*filter.enabled});
  if (filter.fingerprint) query.Bind(index++, *filter.fingerprint);
  if (filter.key_id_not) query.Bind(index++, *filter.key_id_not);
  if (filter.number_above) query.Bind(index++, *filter.number_above);
  query.Bind(index++, Clamp(filter.limit == 0 ? UINT64_MAX : filter.limit));
  query.Bind(index, Clamp(filter.offset));
  std::vector<ConfigRow> rows;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) return rows;
    rows.push_back(ReadConfig(query));
  }
}

absl::StatusOr<ConfigRow> FindConfig(Database& database,
                                     std::string_view organisation,
                                     std::string_view plugin) {
  static const std::string sql =
      std::string(kSelect) + " WHERE o.id = ? AND c.plugin = ?";
  CUPEL_ASSIGN_OR_RETURN(Statement query, database.Prepare(sql));
  query.Bind(0, organisation).Bind(1, plugin);
  CUPEL_ASSIGN_OR_RETURN(const bool row, query.Step());
  if (!row) return NoConfig(organisation, plugin);
  return ReadConfig(query);
}

absl::Status WriteConfig(Database& database, const ConfigRow& row) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare(
          "INSERT INTO config (organisation, plugin, plugin_type, enabled, "
          "settings, fingerprint, key_id) "
          "SELECT number, ?, ?, ?, ?, ?, ? FROM organisation WHERE id = ? "
          "ON CONFLICT (organisation, plugin) DO UPDATE SET "
          "plugin_type = excluded.plugin_type, enabled = excluded.enabled, "
          "settings = excluded.settings, fingerprint = excluded.fingerprint, "
          "key_id = excluded.key_id"));
  insert.Bind(0, row.plugin).Bind(1, row.plugin_type);
  if (row.enabled.has_value()) {
    insert.Bind(2, int64_t{*row.enabled});
  } else {
    insert.BindNull(2);
  }
  insert.Bind(3, row.settings).Bind(4, row.fingerprint).Bind(5, row.key_id);
  return insert.Bind(6, row.organisation).Run();
}

absl::Status EraseConfig(Database& database, std::string_view organisation,
                         std::string_view plugin) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement erase,
      database.Prepare("DELETE FROM config WHERE plugin = ? AND organisation = "
                       "(SELECT number FROM organisation WHERE id = ?)"));
  CUPEL_RETURN_IF_ERROR(erase.Bind(0, plugin).Bind(1, organisation).Run());
  return database.changes() == 0 ? NoConfig(organisation, plugin)
                                 : absl::OkStatus();
}

absl::Status DeleteConfigsOf(Database& database, std::string_view plugin) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement erase, database.Prepare("DELETE FROM config WHERE plugin = ?"));
  return erase.Bind(0, plugin).Run();
}

absl::StatusOr<bool> SwapSettings(Database& database, int64_t number,
                                  std::string_view old_settings,
                                  const ConfigRow& replacement) {
  // Whether it is enabled stays: somebody may have changed that meanwhile.
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare(
          "UPDATE config SET settings = ?, fingerprint = ?, key_id = ? "
          "WHERE number = ? AND settings = ?"));
  update.Bind(0, replacement.settings).Bind(1, replacement.fingerprint);
  update.Bind(2, replacement.key_id).Bind(3, number);
  CUPEL_RETURN_IF_ERROR(update.Bind(4, old_settings).Run());
  return database.changes() > 0;
}

}  // namespace cupel
