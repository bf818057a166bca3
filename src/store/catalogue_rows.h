// What may be written into a catalogue.
#ifndef CUPEL_STORE_CATALOGUE_ROWS_H_
#define CUPEL_STORE_CATALOGUE_ROWS_H_

#include "absl/status/status.h"
#include "store/catalogue_store.h"

namespace cupel {

// INVALID_ARGUMENT names the field and the bound, never the value of settings.
absl::Status CheckRow(const OrganisationRow& row);
absl::Status CheckRow(const RepositoryRow& row);
absl::Status CheckRow(const PluginRow& row);
absl::Status CheckRow(const ConfigRow& row);

}  // namespace cupel

#endif  // CUPEL_STORE_CATALOGUE_ROWS_H_
