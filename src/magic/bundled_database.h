// In the bundled flavour only.
#ifndef CUPEL_MAGIC_BUNDLED_DATABASE_H_
#define CUPEL_MAGIC_BUNDLED_DATABASE_H_

#include <string_view>

namespace cupel {

// The content of a magic.mgc, of the very version of libmagic that is linked.
std::string_view BundledMagicDatabase();

}  // namespace cupel

#endif  // CUPEL_MAGIC_BUNDLED_DATABASE_H_
