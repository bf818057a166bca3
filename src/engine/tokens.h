// Bearer tokens, as they leave the library.
#ifndef CUPEL_ENGINE_TOKENS_H_
#define CUPEL_ENGINE_TOKENS_H_

#include "crypto/token.h"
#include "engine/secret_text.h"

namespace cupel {

inline SecretText NewTokenText() { return SecretText(NewToken().view()); }

}  // namespace cupel

#endif  // CUPEL_ENGINE_TOKENS_H_
