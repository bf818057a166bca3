#include "builtin/pdf/filters.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "builtin/decoder/base85.h"
#include "builtin/decoder/hex.h"

namespace cupel {
namespace {

constexpr size_t kMostFilters = 16;

std::string LongName(std::string_view written) {
  static constexpr std::pair<std::string_view, std::string_view> kShort[] = {
      {"Fl", "FlateDecode"},     {"LZW", "LZWDecode"},
      {"A85", "ASCII85Decode"},  {"AHx", "ASCIIHexDecode"},
      {"RL", "RunLengthDecode"}, {"DCT", "DCTDecode"},
      {"CCF", "CCITTFaxDecode"}};
  std::string name = PdfName(written);
  for (const auto& [brief, full] : kShort) {
    if (name == brief) return std::string(full);
  }
  return name;
}

std::string_view Entry(const PdfDictionary& dictionary, const char* name,
                       const char* brief, const PdfObjects& objects) {
  auto found = dictionary.find(name);
  if (found == dictionary.end()) found = dictionary.find(brief);
  return found == dictionary.end() ? std::string_view()
                                   : objects.Resolve(found->second);
}

void TakeParameters(std::string_view text, const PdfObjects& objects,
                    PdfFilter* filter) {
  const auto dictionary = ReadPdfDictionary(objects.Resolve(text), 0, nullptr);
  if (!dictionary.has_value()) return;
  const auto number = [&](const char* key, int* out) {
    const auto found = dictionary->find(key);
    if (found == dictionary->end()) return;
    PdfLexer lexer(objects.Resolve(found->second));
    const auto value = PdfInteger(lexer.Next().text);
    if (value.has_value() && *value >= 0 && *value <= 1 << 30) {
      *out = static_cast<int>(*value);
    }
  };
  number("Predictor", &filter->predictor);
  number("Colors", &filter->colors);
  number("BitsPerComponent", &filter->bits);
  number("Columns", &filter->columns);
  number("EarlyChange", &filter->early_change);
}

// The elements of an array of dictionaries, references and nulls; or the one
// value that it is.
std::vector<std::string_view> Elements(std::string_view value) {
  std::vector<std::string_view> elements;
  PdfLexer lexer(value);
  PdfToken token = lexer.Next();
  if (token.text != "[") return {value};
  while (elements.size() < kMostFilters) {
    const size_t begin = lexer.position();
    token = lexer.Next();
    if (token.kind == PdfTokenKind::kEnd || token.text == "]") break;
    if (token.text == "<<") {
      size_t end = begin;
      (void)ReadPdfDictionary(value, begin, &end);
      elements.push_back(value.substr(begin, end - begin));
      lexer = PdfLexer(value, end);
    } else if (PdfInteger(token.text).has_value()) {
      lexer.Next();
      lexer.Next();
      elements.push_back(value.substr(begin, lexer.position() - begin));
    } else {
      elements.push_back(token.text);
    }
  }
  return elements;
}

PdfDecoded RunLength(std::string_view raw, uint64_t most) {
  PdfDecoded out;
  size_t at = 0;
  while (at < raw.size()) {
    const auto length = static_cast<uint8_t>(raw[at++]);
    if (length == 128) return out;
    const bool run = length > 128;
    const size_t count = run ? 257u - length : length + 1u;
    if (out.bytes.size() + count > most) {
      out.cut = true;
      return out;
    }
    if (at == raw.size()) break;
    if (run) {
      out.bytes.append(count, raw[at++]);
    } else {
      out.bytes += raw.substr(at, count);
      at += std::min(count, raw.size() - at);
    }
  }
  out.status =
      DataLoss("run lengths: cut off: no end after {} bytes", raw.size());
  return out;
}

PdfDecoded Ascii85(std::string_view raw, uint64_t most, const StopFn& stop) {
  PdfDecoded out;
  // A z is four bytes, five others are.
  const auto zeros =
      static_cast<uint64_t>(std::count(raw.begin(), raw.end(), 'z'));
  if (zeros * 4 + (raw.size() - zeros) / 5 * 4 > most) {
    out.status = ResourceExhausted("base85: more than {} bytes", most);
    return out;
  }
  Decoded decoded = DecodeBase85(raw, Base85Variant::kAscii85, stop);
  out.bytes = std::move(decoded.bytes);
  out.status = std::move(decoded.status);
  return out;
}

PdfDecoded AsciiHex(std::string_view raw, const StopFn& stop) {
  PdfDecoded out;
  std::string digits(raw.substr(0, raw.find('>')));
  // A last digit alone has a 0 behind it.
  const auto count = std::count_if(digits.begin(), digits.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
  });
  if (count % 2 != 0) digits += '0';
  Decoded decoded = DecodeHex(digits, /*skip_garbage=*/true, stop);
  out.bytes = std::move(decoded.bytes);
  out.status = std::move(decoded.status);
  return out;
}

}  // namespace

std::vector<PdfFilter> PdfFiltersOf(const PdfDictionary& dictionary,
                                    const PdfObjects& objects) {
  std::vector<PdfFilter> filters;
  PdfLexer lexer(Entry(dictionary, "Filter", "F", objects));
  for (PdfToken token = lexer.Next();
       token.kind != PdfTokenKind::kEnd && filters.size() < kMostFilters;
       token = lexer.Next()) {
    if (token.text == "]" || token.text == "endobj") break;
    if (token.kind == PdfTokenKind::kName) {
      filters.push_back({.name = LongName(token.text)});
    }
  }
  const std::string_view parameters =
      Entry(dictionary, "DecodeParms", "DP", objects);
  if (parameters.empty()) return filters;
  const std::vector<std::string_view> each = Elements(parameters);
  for (size_t i = 0; i < std::min(each.size(), filters.size()); ++i) {
    TakeParameters(each[i], objects, &filters[i]);
  }
  return filters;
}

// Streams that others wrote badly have no header, or a wrong one.
PdfDecoded PdfDecoder::Flate(std::string_view raw, uint64_t most,
                             const StopFn& stop) {
  UnpackedStream stream = zlib_.Unpack(raw, most, stop);
  if (!stream.status.ok() && stream.bytes.empty() && raw.size() > 2) {
    UnpackedStream bare = deflate_.Unpack(raw.substr(2), most, stop);
    if (bare.bytes.empty()) bare = deflate_.Unpack(raw, most, stop);
    if (!bare.bytes.empty()) stream = std::move(bare);
  }
  PdfDecoded out;
  out.bytes = std::move(stream.bytes);
  out.cut = stream.cut;
  out.status = std::move(stream.status);
  return out;
}

PdfDecoded PdfDecoder::One(std::string_view raw, const PdfFilter& filter,
                           uint64_t most, const StopFn& stop) {
  PdfDecoded out;
  if (filter.name == "FlateDecode") {
    out = Flate(raw, most, stop);
  } else if (filter.name == "LZWDecode") {
    out = DecodePdfLzw(raw, filter.early_change != 0, most, stop);
  } else if (filter.name == "ASCII85Decode") {
    out = Ascii85(raw, most, stop);
  } else if (filter.name == "ASCIIHexDecode") {
    out = AsciiHex(raw, stop);
  } else if (filter.name == "RunLengthDecode") {
    out = RunLength(raw, most);
  } else {
    return out;
  }
  out.undone = 1;
  if (filter.name == "FlateDecode" || filter.name == "LZWDecode") {
    const absl::Status undone = UndoPdfPredictor(filter, &out.bytes);
    if (out.status.ok()) out.status = undone;
  }
  return out;
}

PdfDecoded PdfDecoder::Decode(std::string_view raw,
                              const std::vector<PdfFilter>& filters,
                              uint64_t most, uint64_t* work,
                              const StopFn& stop) {
  PdfDecoded out;
  for (const PdfFilter& filter : filters) {
    if (*work == 0) {
      out.status = ResourceExhausted(
          "the streams of this file decode to too much in all");
      return out;
    }
    const std::string_view from =
        out.undone == 0 ? raw : std::string_view(out.bytes);
    // What is still encoded may be longer than what comes of it in the end.
    const bool last = out.undone + 1 == filters.size();
    const uint64_t room = last ? most : std::max<uint64_t>(most, from.size());
    PdfDecoded next = One(from, filter, std::min(room, *work), stop);
    *work -= std::min<uint64_t>(*work, next.bytes.size());
    if (next.undone == 0) return out;
    // What was there before a filter that gives nothing at all is better.
    if (!next.status.ok() && next.bytes.empty()) {
      out.status = next.status;
      return out;
    }
    next.undone = out.undone + 1;
    next.cut = next.cut || out.cut;
    out = std::move(next);
    if (!out.status.ok()) return out;
  }
  return out;
}

}  // namespace cupel
