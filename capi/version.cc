// Which library this is.
#include "cupel/version.h"

#include "cupel/cupel.h"
#include "engine/build_info.h"

extern "C" {

uint32_t cupel_version(void) {
  return uint32_t{CUPEL_VERSION_MAJOR} << 16 |
         uint32_t{CUPEL_VERSION_MINOR} << 8 | uint32_t{CUPEL_VERSION_PATCH};
}

const char* cupel_version_string(void) { return CUPEL_VERSION_STRING; }

uint32_t cupel_abi_version(void) { return CUPEL_ABI_VERSION; }

const char* cupel_build_info(void) { return cupel::BuildInfo(); }

}  // extern "C"
