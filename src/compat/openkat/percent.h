// Text in URLs and forms.
#ifndef CUPEL_COMPAT_OPENKAT_PERCENT_H_
#define CUPEL_COMPAT_OPENKAT_PERCENT_H_

#include <string>
#include <string_view>

namespace cupel::openkat {

// Letters, digits and -._~ stay, every other byte becomes %XX: fit for a part
// of a path, a query and a form.
std::string PercentEncoded(std::string_view text);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_PERCENT_H_
