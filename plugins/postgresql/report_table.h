// The table in which connector:postgresql keeps reports.
#ifndef CUPEL_PLUGINS_POSTGRESQL_REPORT_TABLE_H_
#define CUPEL_PLUGINS_POSTGRESQL_REPORT_TABLE_H_

#include <string>
#include <string_view>

#include "connection.h"
#include "outcome.h"

namespace cupel_pg {

class ReportTable {
 public:
  // Nothing is connected before the first call.
  explicit ReportTable(Settings settings);

  // Whether the settings can be used at all.
  Outcome Check() const { return CheckUrl(settings_.url); }
  // `document` is JSON. The same one twice is there once; *id is its SHA-256.
  Outcome Add(std::string_view name, std::string_view document,
              std::string* id);
  Outcome Find(std::string_view id, std::string* document);

 private:
  Outcome Open();
  Outcome MakeTable();

  const Settings settings_;
  Connection connection_;
  bool open_ = false;
};

}  // namespace cupel_pg

#endif  // CUPEL_PLUGINS_POSTGRESQL_REPORT_TABLE_H_
