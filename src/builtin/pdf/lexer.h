// The words of PDF files: names, strings, numbers, brackets.
#ifndef CUPEL_BUILTIN_PDF_LEXER_H_
#define CUPEL_BUILTIN_PDF_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace cupel {

enum class PdfTokenKind : uint8_t {
  kEnd,
  kName,     // text: without the slash, as written
  kString,   // text: with its brackets, literal or hexadecimal
  kWord,     // numbers and keywords
  kBracket,  // one of << >> [ ]
};

struct PdfToken {
  PdfTokenKind kind = PdfTokenKind::kEnd;
  std::string_view text;
};

// Reads one token after the other; comments and what is no token are passed
// over. Linear in all. Borrows.
class PdfLexer {
 public:
  explicit PdfLexer(std::string_view text, size_t at = 0)
      : text_(text), at_(at) {}

  PdfToken Next();
  // Behind the last token.
  size_t position() const { return at_; }

 private:
  PdfToken Take(PdfTokenKind kind, size_t end, size_t skip = 0);
  size_t StringEnd() const;

  std::string_view text_;
  size_t at_;
};

bool IsPdfSpace(char c);

// "Fl#61te" -> "Flate".
std::string PdfName(std::string_view written);

// A string token in clear: escapes and digits undone, UTF-16 as UTF-8.
std::string PdfString(std::string_view token);

// The entries of a dictionary: name in clear -> value as written. Values are
// not looked into; of a name that stands there twice the first counts, as in
// most readers. At most 4096.
using PdfDictionary = std::map<std::string, std::string_view>;

// The dictionary that begins with << at `at` or behind white space; nothing if
// there is none. `end` (may be null) is where it ends: behind its >>, before a
// word that belongs in none (obj, endobj, stream), or where the text does, with
// `*closed` (may be null) false in the last case.
std::optional<PdfDictionary> ReadPdfDictionary(std::string_view text, size_t at,
                                               size_t* end,
                                               bool* closed = nullptr);

// "12 0 R": the number of the object, and nothing if it is no such thing.
std::optional<uint32_t> PdfReference(std::string_view value);
// A whole number, alone.
std::optional<int64_t> PdfInteger(std::string_view value);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PDF_LEXER_H_
