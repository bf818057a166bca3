// What the functions of a registry share.
#ifndef CUPEL_CAPI_CATALOGUE_H_
#define CUPEL_CAPI_CATALOGUE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "cupel/cupel.h"
#include "engine/catalogue.h"

namespace cupel::capi {

using SharedCatalogue = std::shared_ptr<Catalogue>;

// A share of the caller's own: the handle may be freed while it is in use.
absl::StatusOr<SharedCatalogue> CatalogueOf(const cupel_registry* registry);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_CATALOGUE_H_
