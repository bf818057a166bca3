#ifndef CUPEL_BUILTIN_BYTE_ENTROPY_H_
#define CUPEL_BUILTIN_BYTE_ENTROPY_H_

#include <string_view>

namespace cupel {

// Shannon's entropy of the bytes, 0 to 8 bits each; of none: 0.
double ByteEntropy(std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_BYTE_ENTROPY_H_
