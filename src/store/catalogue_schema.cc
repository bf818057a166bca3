#include "store/catalogue_schema.h"

namespace cupel {
namespace {

// A configuration names its organisation by number: there may be millions, and
// the index over both is what lookups go through. Its plugin need not have a
// row: local ones are in folders. AUTOINCREMENT: the API shows the number, and
// a rotation that is under way must not meet it again on another row.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE organisation (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  deduplicate INTEGER NOT NULL
) STRICT;

CREATE TABLE repository (
  number INTEGER PRIMARY KEY,
  organisation INTEGER NOT NULL
    REFERENCES organisation (number) ON DELETE CASCADE,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  base_url TEXT NOT NULL,
  UNIQUE (organisation, id)
) STRICT;

CREATE TABLE plugin (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  document TEXT NOT NULL,
  is_static INTEGER NOT NULL
) STRICT;

CREATE TABLE config (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  organisation INTEGER NOT NULL
    REFERENCES organisation (number) ON DELETE CASCADE,
  plugin TEXT NOT NULL,
  plugin_type TEXT NOT NULL,
  enabled INTEGER,
  settings TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  key_id TEXT NOT NULL,
  UNIQUE (organisation, plugin)
) STRICT;

CREATE INDEX config_of_plugin ON config (plugin, fingerprint);
CREATE INDEX config_with_fingerprint ON config (fingerprint)
  WHERE fingerprint <> '';
CREATE INDEX config_sealed ON config (key_id) WHERE settings <> '';
)sql";

// A number that is another one after every change of a plugin, whoever makes
// it. Random, so that one that was rolled back does not come again.
constexpr std::string_view kPluginsVersion = R"sql(
CREATE TABLE plugins_version (value INTEGER NOT NULL) STRICT;
)sql";

constexpr std::string_view kPluginsVersionSqlite = R"sql(
INSERT INTO plugins_version (value) VALUES (random());

CREATE TRIGGER plugin_added AFTER INSERT ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
CREATE TRIGGER plugin_changed AFTER UPDATE ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
CREATE TRIGGER plugin_removed AFTER DELETE ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
)sql";

constexpr std::string_view kPluginsVersionPostgresql = R"sql(
CREATE FUNCTION any_number() RETURNS BIGINT LANGUAGE sql AS
  $f$ SELECT (random() * 9007199254740991)::BIGINT $f$;
INSERT INTO plugins_version (value) VALUES (any_number());

CREATE FUNCTION plugins_changed() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE plugins_version SET value = any_number();
  RETURN NULL;
END $f$;
CREATE TRIGGER plugins_changed AFTER INSERT OR UPDATE OR DELETE ON plugin
  FOR EACH STATEMENT EXECUTE FUNCTION plugins_changed();
)sql";

}  // namespace

std::vector<Migration> CatalogueMigrations() {
  return {{kFirst},
          {kPluginsVersion, kPluginsVersionSqlite, kPluginsVersionPostgresql}};
}

}  // namespace cupel
