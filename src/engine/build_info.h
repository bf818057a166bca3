// What this library is made of.
#ifndef CUPEL_ENGINE_BUILD_INFO_H_
#define CUPEL_ENGINE_BUILD_INFO_H_

namespace cupel {

// "libyara 4.5.2, gcc 12.2.0". A static string; allocates nothing. Thread-safe.
const char* BuildInfo();

}  // namespace cupel

#endif  // CUPEL_ENGINE_BUILD_INFO_H_
