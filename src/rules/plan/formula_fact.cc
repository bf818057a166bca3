#include "rules/plan/formula_fact.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "rules/compiled_set.h"
#include "rules/plan/formula_make.h"

namespace cupel::plan {
namespace {

// How many of the first bytes decide upon the class.
constexpr size_t kMagicSize = 4;

bool IsTextByte(uint8_t byte) {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= '\t' && byte <= '\r');
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }

bool SameIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

bool ContainsIgnoringCase(std::string_view text, std::string_view part) {
  const auto at =
      std::search(text.begin(), text.end(), part.begin(), part.end(),
                  [](char x, char y) { return Lower(x) == Lower(y); });
  return at != text.end() || part.empty();
}

bool NumberHolds(Fact::Op op, int64_t left, int64_t right) {
  switch (op) {
    case Fact::Op::kEq:
      return left == right;
    case Fact::Op::kNe:
      return left != right;
    case Fact::Op::kLt:
      return left < right;
    case Fact::Op::kLe:
      return left <= right;
    case Fact::Op::kGt:
      return left > right;
    case Fact::Op::kGe:
      return left >= right;
    default:
      return true;
  }
}

bool BytesHold(const Fact& fact, std::string_view bytes) {
  if (fact.offset > bytes.size() ||
      fact.bytes.size() > bytes.size() - fact.offset) {
    return false;
  }
  for (size_t i = 0; i < fact.bytes.size(); ++i) {
    if ((bytes[fact.offset + i] & fact.mask[i]) != fact.bytes[i]) return false;
  }
  return true;
}

std::string_view ExternalOf(const FileExternals& externals, uint8_t index) {
  const std::string_view values[] = {externals.filename, externals.filepath,
                                     externals.extension, externals.filetype,
                                     externals.owner};
  static_assert(std::size(values) == kFileExternals.size());
  const std::string_view value = values[index];
  return value.substr(0, value.find('\0'));
}

// What `fact` asks of the byte at `offset` of a file: false rules it out.
bool Admits(const Fact& fact, uint64_t offset, uint8_t byte) {
  if (offset < fact.offset || offset - fact.offset >= fact.bytes.size()) {
    return true;
  }
  const size_t i = offset - fact.offset;
  return (byte & static_cast<uint8_t>(fact.mask[i])) ==
         static_cast<uint8_t>(fact.bytes[i]);
}

template <typename Belongs>
bool AdmitsAny(const Fact& fact, uint64_t offset, Belongs belongs) {
  for (int byte = 0; byte < 256; ++byte) {
    if (belongs(static_cast<uint8_t>(byte)) &&
        Admits(fact, offset, static_cast<uint8_t>(byte))) {
      return true;
    }
  }
  return false;
}

// True if every file for which `fact` holds begins with "MZ".
bool ImpliesMz(const Fact& fact) {
  const auto is_not = [](uint8_t wanted) {
    return [wanted](uint8_t byte) { return byte != wanted; };
  };
  return !AdmitsAny(fact, 0, is_not('M')) && !AdmitsAny(fact, 1, is_not('Z'));
}

// True if in every file for which `fact` holds the bytes that decide upon the
// class are there, and text.
bool ImpliesText(const Fact& fact) {
  for (size_t i = 0; i < kMagicSize; ++i) {
    if (AdmitsAny(fact, i, [](uint8_t byte) { return !IsTextByte(byte); })) {
      return false;
    }
  }
  return true;
}

bool RuledOutInText(const Fact& fact) {
  for (size_t i = 0; i < kMagicSize; ++i) {
    // A file that is shorter than that does not have these bytes anyway.
    if (!AdmitsAny(fact, i, IsTextByte)) return true;
  }
  return ImpliesMz(fact);
}

Formula BytesInClass(const Fact& fact, FileClass file_class) {
  switch (file_class) {
    case FileClass::kText:
      if (RuledOutInText(fact)) return False();
      break;
    case FileClass::kOther:
      if (ImpliesMz(fact) || ImpliesText(fact)) return False();
      break;
    case FileClass::kMz:
      if (!Admits(fact, 0, 'M') || !Admits(fact, 1, 'Z')) return False();
      if (fact.offset + fact.bytes.size() <= 2) return True();
      break;
  }
  return Have(fact);
}

}  // namespace

bool TextHolds(Fact::Op op, std::string_view left, std::string_view right) {
  switch (op) {
    case Fact::Op::kEq:
      return left == right;
    case Fact::Op::kNe:
      return left != right;
    case Fact::Op::kContains:
      return left.find(right) != std::string_view::npos;
    case Fact::Op::kIContains:
      return ContainsIgnoringCase(left, right);
    case Fact::Op::kStartsWith:
      return left.starts_with(right);
    case Fact::Op::kIStartsWith:
      return SameIgnoringCase(left.substr(0, right.size()), right);
    case Fact::Op::kEndsWith:
      return left.ends_with(right);
    case Fact::Op::kIEndsWith:
      return left.size() >= right.size() &&
             SameIgnoringCase(left.substr(left.size() - right.size()), right);
    case Fact::Op::kIEquals:
      return SameIgnoringCase(left, right);
    case Fact::Op::kNotEmpty:
      return !left.empty();
    case Fact::Op::kLt:
    case Fact::Op::kLe:
    case Fact::Op::kGt:
    case Fact::Op::kGe:
      break;
  }
  return true;
}

bool Holds(const Fact& fact, const FileView& file) {
  switch (fact.kind) {
    case Fact::Kind::kBytesAt:
      return BytesHold(fact, file.bytes);
    case Fact::Kind::kFileSize:
      return NumberHolds(fact.op, static_cast<int64_t>(file.bytes.size()),
                         fact.number);
    case Fact::Kind::kExternal:
      return TextHolds(fact.op,
                       ExternalOf(file.externals == nullptr ? FileExternals()
                                                            : *file.externals,
                                  fact.external),
                       fact.bytes);
  }
  return true;
}

FileClass ClassOf(std::string_view bytes) {
  if (bytes.starts_with("MZ")) return FileClass::kMz;
  const std::string_view magic = bytes.substr(0, kMagicSize);
  return std::all_of(magic.begin(), magic.end(), IsTextByte)
             ? FileClass::kText
             : FileClass::kOther;
}

Formula FactInClass(const Fact& fact, FileClass file_class) {
  if (fact.kind == Fact::Kind::kBytesAt) return BytesInClass(fact, file_class);
  return Have(fact);
}

Formula InClass(const Formula& formula, FileClass file_class) {
  switch (formula.op) {
    case Formula::Op::kFact:
      return FactInClass(formula.fact, file_class);
    case Formula::Op::kNotFact: {
      const Formula positive = FactInClass(formula.fact, file_class);
      if (IsTrue(positive)) return False();
      return IsFalse(positive) ? True() : formula;
    }
    case Formula::Op::kAll:
    case Formula::Op::kAny:
    case Formula::Op::kAtLeast:
      break;
    default:
      return formula;
  }
  std::vector<Formula> children;
  for (const Formula& child : formula.children) {
    children.push_back(InClass(child, file_class));
  }
  if (formula.op == Formula::Op::kAll) return All(std::move(children));
  if (formula.op == Formula::Op::kAny) return Any(std::move(children));
  return AtLeast(formula.count, std::move(children));
}

bool Evaluate(const Formula& formula, const FileView& file,
              const std::function<bool(StringRef)>& occurs) {
  const auto holds = [&](const Formula& child) {
    return Evaluate(child, file, occurs);
  };
  const auto& children = formula.children;
  switch (formula.op) {
    case Formula::Op::kTrue:
      return true;
    case Formula::Op::kFalse:
      return false;
    case Formula::Op::kAll:
      return std::all_of(children.begin(), children.end(), holds);
    case Formula::Op::kAny:
      return std::any_of(children.begin(), children.end(), holds);
    case Formula::Op::kAtLeast:
      return std::count_if(children.begin(), children.end(), holds) >=
             static_cast<ptrdiff_t>(formula.count);
    case Formula::Op::kString:
      return occurs(formula.string);
    case Formula::Op::kFact:
      return Holds(formula.fact, file);
    case Formula::Op::kNotFact:
      return !Holds(formula.fact, file);
  }
  return true;
}

}  // namespace cupel::plan
