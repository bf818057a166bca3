// The members of one JSON object, put together as a Python dict is.
#ifndef CUPEL_COMPAT_STOQ_FIELDS_H_
#define CUPEL_COMPAT_STOQ_FIELDS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "format/json_writer.h"

namespace cupel {

// Keys in the order in which they were first put; the last value counts.
// Values are JSON.
class Fields {
 public:
  void Put(std::string_view key, std::string json);
  // Unless the key is there.
  void PutNew(std::string_view key, std::string json);
  // All members of a JSON object; nothing if it is none.
  void PutAll(std::string_view object);
  void PutAllNew(std::string_view object);
  // Null if it is not there. Until the next change.
  const std::string* Find(std::string_view key) const;

  const std::vector<std::pair<std::string, std::string>>& members() const {
    return members_;
  }
  void Write(JsonWriter* json) const;
  std::string Text() const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
  HashMap<std::string, size_t> places_;
};

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_FIELDS_H_
