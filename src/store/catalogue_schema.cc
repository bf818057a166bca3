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
INSERT INTO plugins_version (value) VALUES (random());

CREATE TRIGGER plugin_added AFTER INSERT ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
CREATE TRIGGER plugin_changed AFTER UPDATE ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
CREATE TRIGGER plugin_removed AFTER DELETE ON plugin
BEGIN UPDATE plugins_version SET value = random(); END;
)sql";

}  // namespace

std::vector<Migration> CatalogueMigrations() {
  return {{kFirst}, {kPluginsVersion}};
}

}  // namespace cupel
