// libmagic's compiled database, as a part of the library: the bundled flavour
// has no file of the system's to rely on, and a sandbox none to open.
#include "magic/bundled_database.h"

// Local to this file, and read-only: the kernel shares it between processes.
asm(R"(
  .pushsection .rodata.cupel_magic, "a", @progbits
  .balign 16
cupel_magic_begin:
  .incbin ")" CUPEL_MAGIC_DATABASE R"("
cupel_magic_end:
  .popsection
)");

extern "C" {
[[gnu::visibility("hidden")]] extern const char cupel_magic_begin[];
[[gnu::visibility("hidden")]] extern const char cupel_magic_end[];
}

namespace cupel {

std::string_view BundledMagicDatabase() {
  return {cupel_magic_begin,
          static_cast<size_t>(cupel_magic_end - cupel_magic_begin)};
}

}  // namespace cupel
