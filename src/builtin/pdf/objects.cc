#include "builtin/pdf/objects.h"

#include <algorithm>

namespace cupel {
namespace {

constexpr size_t kMostObjects = size_t{1} << 18;
constexpr std::string_view kObj = "obj";
constexpr std::string_view kStream = "stream";
constexpr std::string_view kEndStream = "endstream";
constexpr std::string_view kEndObj = "endobj";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// A number of at most ten digits that ends before `*at`, with white space
// behind it; moves `*at` to where it begins.
std::optional<uint32_t> NumberBefore(std::string_view bytes, bool space,
                                     size_t* at) {
  size_t end = *at;
  while (end > 0 && IsPdfSpace(bytes[end - 1]) && *at - end < 64) --end;
  if (space && end == *at) return std::nullopt;
  size_t begin = end;
  while (begin > 0 && IsDigit(bytes[begin - 1]) && end - begin < 10) --begin;
  const auto value = PdfInteger(bytes.substr(begin, end - begin));
  if (!value.has_value() || *value > 0xffffffff) return std::nullopt;
  *at = begin;
  return static_cast<uint32_t>(*value);
}

class Reader {
 public:
  Reader(std::string_view bytes, const StopFn& stop)
      : bytes_(bytes), stop_(stop), again_left_(16 * bytes.size()) {}

  absl::StatusOr<PdfObjects> Read() {
    size_t asked = 0;
    size_t at = bytes_.find(kObj);
    while (at != std::string_view::npos) {
      if (at - asked >= kStopInterval) {
        CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
        asked = at;
      }
      const size_t next = One(at);
      if (objects_.all.size() >= kMostObjects) {
        objects_.more = true;
        break;
      }
      at = bytes_.find(kObj, next);
    }
    Lengths();
    return std::move(objects_);
  }

 private:
  // The object whose "obj" stands at `at`, if it is one; where to go on.
  size_t One(size_t at) {
    const size_t behind = at + kObj.size();
    PdfObject object;
    size_t begin = at;
    const auto generation = NumberBefore(bytes_, false, &begin);
    if (!generation.has_value()) return behind;
    const auto number = NumberBefore(bytes_, true, &begin);
    if (!number.has_value()) return behind;
    object.number = *number;
    object.generation = *generation;
    object.offset = begin;
    size_t end = behind;
    size_t next = behind;
    bool closed = true;
    const auto dictionary = ReadPdfDictionary(bytes_, behind, &end, &closed);
    if (!dictionary.has_value()) {
      end = std::min(FindFrom(kEndObj, behind, &next_end_obj_), bytes_.size());
      // An object that is no dictionary is short; do not run to the end of the
      // file for each one that has none.
      end = std::min(end, behind + kMostScalar);
    }
    object.text = bytes_.substr(behind, end - behind);
    next = std::max(next, end);
    // One that swallows the rest of the file is gone through again, as other
    // readers would find more objects in it; but not for ever.
    if (!closed && again_left_ >= end - behind) {
      again_left_ -= end - behind;
      next = behind;
    } else if (dictionary.has_value()) {
      next = Stream(end, *dictionary, &object);
    }
    const auto [last, first] =
        objects_.last_of.emplace(object.number, objects_.all.size());
    if (!first) {
      object.copy = objects_.all[last->second].copy + 1;
      last->second = objects_.all.size();
    }
    objects_.all.push_back(std::move(object));
    return next;
  }

  // Behind the stream that follows a dictionary, or `at` if none does.
  size_t Stream(size_t at, const PdfDictionary& dictionary, PdfObject* object) {
    PdfLexer lexer(bytes_, at);
    const PdfToken token = lexer.Next();
    if (token.text.substr(0, kStream.size()) != kStream) return at;
    size_t begin = lexer.position() - token.text.size() + kStream.size();
    if (bytes_.substr(begin).starts_with("\r\n")) {
      begin += 2;
    } else if (begin < bytes_.size() &&
               (bytes_[begin] == '\n' || bytes_[begin] == '\r')) {
      ++begin;
    }
    const auto length = dictionary.find("Length");
    if (length != dictionary.end()) {
      const auto direct = PdfInteger(length->second);
      if (direct.has_value()) {
        if (EndsAt(begin, *direct)) {
          object->stream = bytes_.substr(begin, static_cast<size_t>(*direct));
          return begin + static_cast<size_t>(*direct);
        }
        object->declared_length = *direct;
      } else if (const auto other = PdfReference(length->second)) {
        indirect_.emplace_back(objects_.all.size(), *other);
      }
    }
    return ByEndMark(begin, object);
  }

  bool EndsAt(size_t begin, int64_t length) const {
    if (length < 0 || static_cast<uint64_t>(length) > bytes_.size() - begin) {
      return false;
    }
    size_t at = begin + static_cast<size_t>(length);
    for (int i = 0; i < 4 && at < bytes_.size() && IsPdfSpace(bytes_[at]);
         ++i) {
      ++at;
    }
    return bytes_.substr(at).starts_with(kEndStream);
  }

  size_t ByEndMark(size_t begin, PdfObject* object) {
    size_t end = FindFrom(kEndStream, begin, &next_end_stream_);
    if (end == std::string_view::npos) {
      object->no_end = true;
      end = std::min(FindFrom(kEndObj, begin, &next_end_obj_), bytes_.size());
    }
    size_t trimmed = end;
    if (trimmed > begin && bytes_[trimmed - 1] == '\n') --trimmed;
    if (trimmed > begin && bytes_[trimmed - 1] == '\r') --trimmed;
    object->stream = bytes_.substr(begin, trimmed - begin);
    return end;
  }

  // Searches forwards only, and remembers that there is none.
  size_t FindFrom(std::string_view mark, size_t from, size_t* known) const {
    if (*known == std::string_view::npos) return *known;
    if (*known < from) *known = bytes_.find(mark, from);
    return *known;
  }

  // Lengths that stand in objects of their own, once all objects are known.
  void Lengths() {
    for (const auto& [index, number] : indirect_) {
      PdfObject& object = objects_.all[index];
      const auto found = objects_.last_of.find(number);
      if (found == objects_.last_of.end()) continue;
      PdfLexer lexer(objects_.all[found->second].text);
      const auto length = PdfInteger(lexer.Next().text);
      const auto begin =
          static_cast<size_t>(object.stream->data() - bytes_.data());
      if (!length.has_value()) continue;
      if (EndsAt(begin, *length)) {
        object.stream = bytes_.substr(begin, static_cast<size_t>(*length));
        object.no_end = false;
      } else {
        object.declared_length = *length;
      }
    }
  }

  static constexpr size_t kMostScalar = size_t{1} << 20;

  const std::string_view bytes_;
  const StopFn& stop_;
  size_t again_left_;
  PdfObjects objects_;
  std::vector<std::pair<size_t, uint32_t>> indirect_;
  size_t next_end_stream_ = 0;
  size_t next_end_obj_ = 0;
};

}  // namespace

std::string_view PdfObjects::Resolve(std::string_view value) const {
  const auto number = PdfReference(value);
  if (!number.has_value()) return value;
  const auto found = last_of.find(*number);
  return found == last_of.end() ? std::string_view() : all[found->second].text;
}

absl::StatusOr<PdfObjects> ReadPdfObjects(std::string_view bytes,
                                          const StopFn& stop) {
  return Reader(bytes, stop).Read();
}

bool IsPdfEncrypted(std::string_view bytes, const PdfObjects& objects) {
  const auto has_name = [](std::string_view text) {
    constexpr std::string_view kName = "/Encrypt";
    for (size_t at = text.find(kName); at != std::string_view::npos;
         at = text.find(kName, at + 1)) {
      const std::string_view rest = text.substr(at + kName.size());
      // "/EncryptMetadata" is another one.
      if (rest.empty() || IsPdfSpace(rest[0]) || rest[0] == '<') return true;
    }
    return false;
  };
  uint64_t from = 0;
  for (const PdfObject& object : objects.all) {
    if (!object.stream.has_value()) continue;
    const auto begin =
        static_cast<uint64_t>(object.stream->data() - bytes.data());
    if (begin < from) continue;
    if (has_name(bytes.substr(from, begin - from))) return true;
    from = begin + object.stream->size();
  }
  return has_name(bytes.substr(from));
}

}  // namespace cupel
