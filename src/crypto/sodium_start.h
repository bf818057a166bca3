// Starting libsodium, once.
#ifndef CUPEL_CRYPTO_SODIUM_START_H_
#define CUPEL_CRYPTO_SODIUM_START_H_

namespace cupel {

// sodium_init picks the fast code for this processor and opens the source of
// random bytes; thread-safe, and cheap after the first time. Where there is no
// such source it fails; hashing can do without, and whatever asks for random
// bytes aborts in libsodium itself rather than go on with bad ones.
void StartSodium();

}  // namespace cupel

#endif  // CUPEL_CRYPTO_SODIUM_START_H_
