#include "compat/stoq/fields.h"

#include "format/json.h"

namespace cupel {
namespace {

template <typename Put>
void ForEachMember(std::string_view object, Put&& put) {
  if (object.empty()) return;
  // It was read with the same limits when it came in.
  const auto parsed = ParseJson(object, "metadata");
  if (!parsed.ok() || !parsed->is_object()) return;
  for (const auto& [key, value] : parsed->items()) put(key, PrintJson(value));
}

}  // namespace

void Fields::Put(std::string_view key, std::string json) {
  const auto [place, is_new] =
      places_.try_emplace(std::string(key), members_.size());
  if (is_new) {
    members_.emplace_back(key, std::move(json));
  } else {
    members_[place->second].second = std::move(json);
  }
}

void Fields::PutNew(std::string_view key, std::string json) {
  if (places_.try_emplace(std::string(key), members_.size()).second) {
    members_.emplace_back(key, std::move(json));
  }
}

void Fields::PutAll(std::string_view object) {
  ForEachMember(object, [this](const std::string& key, std::string value) {
    Put(key, std::move(value));
  });
}

void Fields::PutAllNew(std::string_view object) {
  ForEachMember(object, [this](const std::string& key, std::string value) {
    PutNew(key, std::move(value));
  });
}

const std::string* Fields::Find(std::string_view key) const {
  const auto place = places_.find(std::string(key));
  return place == places_.end() ? nullptr : &members_[place->second].second;
}

void Fields::Write(JsonWriter* json) const {
  json->BeginObject();
  for (const auto& [key, value] : members_) json->Key(key).Raw(value);
  json->EndObject();
}

std::string Fields::Text() const {
  std::string text;
  JsonWriter json(&text);
  Write(&json);
  return text;
}

}  // namespace cupel
