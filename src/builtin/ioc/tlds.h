// Which names are top-level domains.
#ifndef CUPEL_BUILTIN_IOC_TLDS_H_
#define CUPEL_BUILTIN_IOC_TLDS_H_

#include <cstddef>
#include <string_view>

namespace cupel {

// `lower`: in lower case, "xn--…" for those of other scripts.
bool IsTld(std::string_view lower);
size_t TldCount();

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_TLDS_H_
