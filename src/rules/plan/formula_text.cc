// Formulas for people.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "rules/compiled_set.h"
#include "rules/plan/formula.h"

namespace cupel::plan {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string_view Operator(Fact::Op op) {
  switch (op) {
    case Fact::Op::kEq:
      return "==";
    case Fact::Op::kNe:
      return "!=";
    case Fact::Op::kLt:
      return "<";
    case Fact::Op::kLe:
      return "<=";
    case Fact::Op::kGt:
      return ">";
    case Fact::Op::kGe:
      return ">=";
    case Fact::Op::kContains:
      return "contains";
    case Fact::Op::kIContains:
      return "icontains";
    case Fact::Op::kStartsWith:
      return "startswith";
    case Fact::Op::kIStartsWith:
      return "istartswith";
    case Fact::Op::kEndsWith:
      return "endswith";
    case Fact::Op::kIEndsWith:
      return "iendswith";
    case Fact::Op::kIEquals:
      return "iequals";
    case Fact::Op::kNotEmpty:
      return "!= \"\"";
  }
  return "?";
}

std::string Size(int64_t size) {
  constexpr int64_t kKilo = 1024;
  if (size >= kKilo * kKilo && size % (kKilo * kKilo) == 0) {
    return fmt::format("{}MB", size / (kKilo * kKilo));
  }
  if (size >= kKilo && size % kKilo == 0) {
    return fmt::format("{}KB", size / kKilo);
  }
  return fmt::format("{}", size);
}

// { 4D 5A ?? 9? }; a letter of either case is 4D&DF.
std::string Hex(const Fact& fact) {
  std::string out = "{";
  for (size_t i = 0; i < fact.bytes.size(); ++i) {
    const auto byte = static_cast<uint8_t>(fact.bytes[i]);
    const auto mask = static_cast<uint8_t>(fact.mask[i]);
    const std::string digits = fmt::format("{:02X}", byte);
    if (mask == 0xff) {
      out += ' ' + digits;
    } else if (mask == 0) {
      out += " ??";
    } else if (mask == 0xf0) {
      out += fmt::format(" {}?", digits[0]);
    } else if (mask == 0x0f) {
      out += fmt::format(" ?{}", digits[1]);
    } else {
      out += fmt::format(" {}&{:02X}", digits, mask);
    }
  }
  return out + " }";
}

std::string BytesText(const Fact& fact) {
  const size_t size = fact.bytes.size();
  const bool is_whole =
      std::all_of(fact.mask.begin(), fact.mask.end(),
                  [](char c) { return static_cast<uint8_t>(c) == 0xff; });
  if (!is_whole || (size != 1 && size != 2 && size != 4)) {
    return fmt::format("{} at {}", Hex(fact), fact.offset);
  }
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) {
    value = value << 8 | static_cast<uint8_t>(fact.bytes[i]);
  }
  return fmt::format("uint{}({}) == 0x{:0{}X}", 8 * size, fact.offset, value,
                     2 * size);
}

std::string FactText(const Fact& fact) {
  switch (fact.kind) {
    case Fact::Kind::kBytesAt:
      return BytesText(fact);
    case Fact::Kind::kFileSize:
      return fmt::format("filesize {} {}", Operator(fact.op),
                         Size(fact.number));
    case Fact::Kind::kExternal:
      if (fact.op == Fact::Op::kNotEmpty) {
        return fmt::format("{} != \"\"", kFileExternals[fact.external]);
      }
      return fmt::format("{} {} {}", kFileExternals[fact.external],
                         Operator(fact.op), Quoted(fact.bytes));
  }
  return "?";
}

std::string StringText(const StringRef& string, const PlanInput& input,
                       uint32_t rule) {
  const ast::Rule& owner = *input.rules[string.rule].rule;
  std::string out = string.rule == rule ? "" : owner.name + ".";
  const std::string& id = owner.strings[string.string].id;
  out += id;
  if (id == "$") {
    size_t nth = 1;
    for (uint32_t i = 0; i < string.string; ++i) {
      if (owner.strings[i].id == id) ++nth;
    }
    out += fmt::format("#{}", nth);
  }
  return out;
}

void Append(const Formula& formula, const PlanInput& input, uint32_t rule,
            std::string* out) {
  switch (formula.op) {
    case Formula::Op::kTrue:
      *out += "true";
      return;
    case Formula::Op::kFalse:
      *out += "false";
      return;
    case Formula::Op::kString:
      *out += StringText(formula.string, input, rule);
      return;
    case Formula::Op::kFact:
      *out += FactText(formula.fact);
      return;
    case Formula::Op::kNotFact:
      *out += "not " + FactText(formula.fact);
      return;
    case Formula::Op::kAll:
      *out += "all of (";
      break;
    case Formula::Op::kAny:
      *out += "any of (";
      break;
    case Formula::Op::kAtLeast:
      *out += fmt::format("{} of (", formula.count);
      break;
  }
  for (size_t i = 0; i < formula.children.size(); ++i) {
    if (i > 0) *out += ", ";
    Append(formula.children[i], input, rule, out);
  }
  *out += ')';
}

}  // namespace

std::string ToText(const Formula& formula, const PlanInput& input,
                   uint32_t rule) {
  std::string out;
  Append(formula, input, rule, &out);
  return out;
}

}  // namespace cupel::plan
