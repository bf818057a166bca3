// The expressions by which indicators are found. What they find is a candidate:
// it may be too long, no address after all, or part of something else.
#ifndef CUPEL_BUILTIN_IOC_IOC_PATTERNS_H_
#define CUPEL_BUILTIN_IOC_IOC_PATTERNS_H_

#include "pattern/byte_pattern.h"

namespace cupel {

struct IocPatterns {
  BytePattern hash;
  BytePattern ipv4;
  BytePattern ipv6;
  BytePattern mac_address;
  BytePattern domain;
  BytePattern email;
  BytePattern url;
};

// Compiled by the first call, never freed.
const IocPatterns& GetIocPatterns();

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_IOC_PATTERNS_H_
