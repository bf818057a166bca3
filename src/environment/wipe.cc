#include "environment/wipe.h"

#include <string>
#include <vector>

#include "crypto/secret.h"

namespace cupel {

void WipeJson(Json* value) {
  std::vector<Json*> open = {value};  // settings may be nested deeply
  while (!open.empty()) {
    Json* const at = open.back();
    open.pop_back();
    if (at->is_string()) {
      auto& text = at->get_ref<std::string&>();
      Wipe(text.data(), text.size());
    } else if (at->is_structured()) {
      for (Json& child : *at) open.push_back(&child);
    }
  }
  *value = nullptr;
}

}  // namespace cupel
