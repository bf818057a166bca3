#include "crypto/wipe_json.h"

#include <string>

#include "crypto/secret.h"
#include "format/json.h"

namespace cupel {

// By pointers, which never throw.
void WipeJson(Json* value) noexcept {
  if (auto* const text = value->get_ptr<std::string*>()) {
    Wipe(text->data(), text->size());
  } else if (auto* const list = value->get_ptr<Json::array_t*>()) {
    for (Json& item : *list) WipeJson(&item);
  } else if (auto* const object = value->get_ptr<Json::object_t*>()) {
    for (auto& [key, item] : *object) WipeJson(&item);
  } else if (auto* const real = value->get_ptr<Json::number_float_t*>()) {
    *real = 0;
  } else if (auto* const whole = value->get_ptr<Json::number_integer_t*>()) {
    *whole = 0;
  }
}

}  // namespace cupel
