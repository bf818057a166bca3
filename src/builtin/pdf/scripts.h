// JavaScript in the objects of a PDF file.
#ifndef CUPEL_BUILTIN_PDF_SCRIPTS_H_
#define CUPEL_BUILTIN_PDF_SCRIPTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "builtin/pdf/objects.h"

namespace cupel {

// Gathers what stands behind names JS: strings, and strings of other objects.
// (What is a stream is handed back as one.) At most 65536 scripts; whoever has
// more has told enough.
class PdfScripts {
 public:
  void Look(uint32_t object, std::string_view text);
  // A decoded object stream: `count` objects behind `first` bytes of header.
  void LookInObjectStream(std::string_view bytes, int64_t count, int64_t first);
  // Object and script, when all has been looked at. Each once.
  std::vector<std::pair<uint32_t, std::string>> Take(const PdfObjects& objects);

 private:
  std::vector<std::pair<uint32_t, std::string>> scripts_;
  std::vector<uint32_t> references_;
  // Objects in object streams that are strings.
  std::map<uint32_t, std::string> strings_;
  size_t bytes_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PDF_SCRIPTS_H_
