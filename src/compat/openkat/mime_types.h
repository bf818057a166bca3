// The MIME types of what boefjes give.
#ifndef CUPEL_COMPAT_OPENKAT_MIME_TYPES_H_
#define CUPEL_COMPAT_OPENKAT_MIME_TYPES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "job/boefje_meta.h"

namespace cupel::openkat {

inline constexpr std::string_view kErrorMimeType = "error/boefje";

// "boefje/<id>", and "boefje/<id>-<version>" if it has a version.
std::set<std::string> DefaultMimeTypes(const job::Boefje& boefje);

// Octopoes' own rule: five characters or more, and a slash. Beyond it, what
// can't be kept: over 256 bytes, a control character, no UTF-8.
bool IsMimeType(std::string_view text);

// The default ones and those of `given` that are some. The others go to
// `dropped`.
std::set<std::string> TagsOf(const job::Boefje& boefje,
                             const std::vector<std::string>& given,
                             std::vector<std::string>* dropped);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_MIME_TYPES_H_
