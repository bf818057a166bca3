#include "settings/wipe_json.h"

#include <string>
#include <vector>

#include "crypto/secret.h"
#include "format/json.h"

namespace cupel {

void WipeJson(Json* value) {
  std::vector<Json*> rest = {value};
  while (!rest.empty()) {
    Json* const next = rest.back();
    rest.pop_back();
    if (next->is_string()) {
      auto& text = next->get_ref<std::string&>();
      Wipe(text.data(), text.size());
    } else if (next->is_structured()) {
      for (Json& item : *next) rest.push_back(&item);
    } else if (next->is_number()) {
      *next = 0;
    }
  }
}

}  // namespace cupel
