#include "crypto/sodium_start.h"

#include <sodium.h>

namespace cupel {

void StartSodium() {
  static const int done = sodium_init();
  (void)done;
}

}  // namespace cupel
