// JSON that holds secrets, while it is in the library's hands. WipeJsonAtEnd
// comes with this header.
#ifndef CUPEL_ENGINE_SECRET_JSON_H_
#define CUPEL_ENGINE_SECRET_JSON_H_

#include "crypto/wipe_json.h"
#include "engine/secret_text.h"
#include "format/json.h"

namespace cupel {

inline SecretText PrintSecretJson(const Json& value) {
  return SecretText(PrintJson(value));
}

}  // namespace cupel

#endif  // CUPEL_ENGINE_SECRET_JSON_H_
