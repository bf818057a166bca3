#include "compat/openkat/ooi.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "base/status.h"
#include "compat/openkat/ooi_types.h"
#include "compat/openkat/primary_key.h"
#include "format/escape.h"

namespace cupel::openkat {
namespace {

constexpr size_t kLongestReference = 64 << 10;
constexpr std::string_view kNone = "None";  // as Python prints null

// What is between the bars of a natural key, taken one by one. The last one
// that is wanted gets all that is left, as only there a bar can be part of it.
class Parts {
 public:
  Parts(std::string_view natural_key, size_t wanted)
      : rest_(natural_key), wanted_(wanted) {}

  std::string_view Next() {
    const size_t end =
        --wanted_ == 0 ? rest_.size() : std::min(rest_.find('|'), rest_.size());
    const std::string_view part = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return part;
  }
  // The one after `skip` others, not taken.
  std::string_view Peek(size_t skip) const {
    std::string_view rest = rest_;
    for (; skip > 0; --skip) {
      rest.remove_prefix(std::min(rest.find('|'), rest.size() - 1) + 1);
      if (rest.empty()) return rest;
    }
    return rest.substr(0, rest.find('|'));
  }

 private:
  std::string_view rest_;
  size_t wanted_;
};

bool IsAddress(std::string_view text) {
  const std::string copy(text);
  in6_addr address{};
  return inet_pton(AF_INET, copy.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, copy.c_str(), &address) == 1;
}

// Which of several types a reference to `target` is to. They have the same
// keys but for URLs, which have a hostname or an address after the scheme and
// the network. Octopoes takes one of the two by chance.
const OoiType* TypeAt(std::string_view target, const Parts& parts) {
  const std::vector<const OoiType*> types = ConcreteOoiTypes(target);
  if (types.empty()) return nullptr;
  if (target == "WebURL" && IsAddress(parts.Peek(2))) return types.back();
  return types.front();
}

// How many parts its key has; 0 if it can't be taken apart, because some of it
// is the key of an object of any type.
size_t PartsOf(const OoiType& type, size_t depth = 0) {
  constexpr size_t kDeepest = 16;
  if (depth == kDeepest) return 0;
  size_t sum = 0;
  for (const std::string_view key : type.keys) {
    const OoiField* const field = type.Find(key);
    if (field == nullptr) return 0;
    size_t parts = 1;
    if (field->kind == OoiField::Kind::kReference) {
      const auto targets = ConcreteOoiTypes(field->target);
      parts = targets.empty() ? 0 : PartsOf(*targets.front(), depth + 1);
    }
    if (parts == 0) return 0;
    sum += parts;
  }
  return sum;
}

// All of them texts, as in octopoes.
Json Tokens(const OoiType& type, Parts* parts) {
  Json tokens = Json::object();
  for (const std::string_view key : type.keys) {
    const OoiField* const field = type.Find(key);
    Json value;
    if (field->kind == OoiField::Kind::kReference) {
      value = Tokens(*TypeAt(field->target, *parts), parts);
    } else {
      value = std::string(parts->Next());
    }
    tokens[std::string(key)] = std::move(value);
  }
  return tokens;
}

std::pair<std::string_view, std::string_view> Split(std::string_view text) {
  const size_t bar = text.find('|');
  if (bar == std::string_view::npos) return {text, {}};
  return {text.substr(0, bar), text.substr(bar + 1)};
}

Json Unsplit(std::string_view reference) {
  Json tokens = Json::object();
  tokens["primary_key"] = std::string(reference);
  tokens["object_type"] = std::string(Split(reference).first);
  return tokens;
}

// A scalar of a key, as the field itself has it.
Json Typed(const OoiField& field, std::string_view text) {
  if (field.kind == OoiField::Kind::kInteger) {
    int64_t number = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) {
      return number;
    }
  }
  return std::string(text);
}

// scan_profile_type='declared' reference=Reference('…') level=<ScanLevel.L2: 2>
std::string ProfileText(const Json& profile) {
  if (!profile.is_object()) return PythonStr(profile);
  std::string text;
  for (const auto& [key, value] : profile.items()) {
    if (!text.empty()) text += ' ';
    text += key + "=";
    // As its element of a list is printed: with quotes.
    const std::string shown = PythonStr(Json::array({value}));
    const std::string repr = shown.substr(1, shown.size() - 2);
    if (key == "reference") {
      text += "Reference(" + repr + ")";
    } else if (key == "level" && value.is_number_integer()) {
      text += "<ScanLevel.L" + repr + ": " + repr + ">";
    } else {
      text += repr;
    }
  }
  return text;
}

// A value that is no reference.
Json Plain(const Json& value) {
  if (value.is_number() || value.is_boolean()) return value;
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& element : value) list.push_back(Plain(element));
    return list;
  }
  return PythonStr(value);
}

Json Value(const OoiField* field, const Json& value) {
  if (field != nullptr && field->kind == OoiField::Kind::kReference &&
      value.is_string()) {
    return TokensOfReference(value.get_ref<const std::string&>());
  }
  return Plain(value);
}

// The fields that every object has.
void AddCommon(std::string_view type, const Json* scan_profile,
               const Json* user_id, std::string_view primary_key, Json* input) {
  (*input)["object_type"] = std::string(type);
  (*input)["scan_profile"] =
      scan_profile == nullptr ? std::string(kNone) : ProfileText(*scan_profile);
  (*input)["user_id"] =
      user_id == nullptr ? Json(std::string(kNone)) : Plain(*user_id);
  (*input)["primary_key"] = std::string(primary_key);
}

const Json* FieldOf(const Json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

// "IPPort|network|address|protocol|port": what the parts of a key are.
std::string NameOfParts(const OoiType& type) {
  std::string text(type.name);
  for (const std::string_view key : type.keys) {
    const OoiField* const field = type.Find(key);
    std::string parts(key);
    if (field->kind == OoiField::Kind::kReference) {
      const OoiType& target = *ConcreteOoiTypes(field->target).front();
      // A lone part of another object goes by what it is here.
      if (PartsOf(target) > 1) parts = Split(NameOfParts(target)).second;
    }
    text += "|" + parts;
  }
  return text;
}

absl::Status CheckReference(std::string_view reference) {
  if (reference.size() > kLongestReference || !IsUtf8(reference) ||
      std::any_of(reference.begin(), reference.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
      })) {
    return InvalidArgument(
        "input: a reference is up to {} bytes of UTF-8 without control "
        "characters",
        kLongestReference);
  }
  const auto [name, natural_key] = Split(reference);
  if (name.empty() || natural_key.empty()) {
    return InvalidArgument(
        "input '{}': expected a reference, as 'Hostname|internet|example.com', "
        "or an object of JSON with an object_type",
        EscapePrintable(reference));
  }
  const OoiType* const type = FindOoiType(name);
  const size_t wanted = type == nullptr ? 0 : PartsOf(*type);
  const auto bars =
      static_cast<size_t>(std::count(reference.begin(), reference.end(), '|'));
  if (bars < wanted) {
    return InvalidArgument("input '{}': expected {}",
                           EscapePrintable(reference), NameOfParts(*type));
  }
  return absl::OkStatus();
}

Json InputOfReference(std::string_view reference) {
  const auto [name, natural_key] = Split(reference);
  const OoiType* const type = FindOoiType(name);
  if (type == nullptr) return Unsplit(reference);
  const size_t wanted = PartsOf(*type);
  Json input = Json::object();
  AddCommon(name, nullptr, nullptr, reference, &input);
  Json known = Json::object();
  if (wanted != 0) {
    Parts parts(natural_key, wanted);
    known = Tokens(*type, &parts);
  }
  for (const OoiField& field : type->fields) {
    const Json* const token = FieldOf(known, field.name);
    Json value = std::string(field.constant.empty() ? kNone : field.constant);
    if (token != nullptr && !KeyHoldsHash(*type, field.name)) {
      value = token->is_string()
                  ? Typed(field, token->get_ref<const std::string&>())
                  : *token;
    }
    input[std::string(field.name)] = std::move(value);
  }
  return input;
}

}  // namespace

Json TokensOfReference(std::string_view reference) {
  const auto [name, natural_key] = Split(reference);
  const OoiType* const type = FindOoiType(name);
  const size_t wanted = type == nullptr ? 0 : PartsOf(*type);
  if (wanted == 0) return Unsplit(reference);
  Parts parts(natural_key, wanted);
  return Tokens(*type, &parts);
}

Json SerialiseOoi(const Json& ooi, std::string_view primary_key) {
  const std::string name = ooi.value("object_type", std::string());
  Json input = Json::object();
  AddCommon(name, FieldOf(ooi, "scan_profile"), FieldOf(ooi, "user_id"),
            primary_key, &input);
  const OoiType* const type = FindOoiType(name);
  if (type != nullptr) {
    for (const OoiField& field : type->fields) {
      const Json* const value = FieldOf(ooi, field.name);
      Json out = std::string(field.constant.empty() ? kNone : field.constant);
      if (value != nullptr) out = Value(&field, *value);
      input[std::string(field.name)] = std::move(out);
    }
  }
  for (const auto& [field, value] : ooi.items()) {
    if (!input.contains(field)) input[field] = Value(nullptr, value);
  }
  return input;
}

absl::StatusOr<OoiInput> ReadOoi(std::string_view text) {
  OoiInput result;
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    CUPEL_ASSIGN_OR_RETURN(const Json ooi, ParseJson(text, "input"));
    const Json* const type = FieldOf(ooi, "object_type");
    if (type == nullptr || !type->is_string() ||
        type->get_ref<const std::string&>().empty()) {
      return InvalidArgument(
          "input: $.object_type: expected the name of a type, as \"Hostname\"");
    }
    CUPEL_ASSIGN_OR_RETURN(result.reference, PrimaryKeyOf(ooi));
    CUPEL_RETURN_IF_ERROR(CheckReference(result.reference));
    result.input = SerialiseOoi(ooi, result.reference);
    return result;
  }
  CUPEL_RETURN_IF_ERROR(CheckReference(text));
  result.reference = std::string(text);
  result.input = InputOfReference(text);
  return result;
}

}  // namespace cupel::openkat
