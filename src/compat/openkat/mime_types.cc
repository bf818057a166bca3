#include "compat/openkat/mime_types.h"

#include <algorithm>

#include "format/escape.h"

namespace cupel::openkat {

std::set<std::string> DefaultMimeTypes(const job::Boefje& boefje) {
  std::set<std::string> types = {"boefje/" + boefje.id};
  if (boefje.version.has_value() && !boefje.version->empty()) {
    types.insert("boefje/" + boefje.id + "-" + *boefje.version);
  }
  return types;
}

bool IsMimeType(std::string_view text) {
  constexpr size_t kShortest = 5;
  constexpr size_t kLongest = 256;
  return text.size() <= kLongest && IsUtf8(text) &&
         std::count_if(text.begin(), text.end(),
                       [](char c) {
                         return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                       }) >= static_cast<ptrdiff_t>(kShortest) &&
         text.find('/') != std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

std::set<std::string> TagsOf(const job::Boefje& boefje,
                             const std::vector<std::string>& given,
                             std::vector<std::string>* dropped) {
  std::set<std::string> tags = DefaultMimeTypes(boefje);
  for (const std::string& type : given) {
    if (IsMimeType(type)) {
      tags.insert(type);
    } else {
      dropped->push_back(type);
    }
  }
  return tags;
}

}  // namespace cupel::openkat
