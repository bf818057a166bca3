#include "rules/proof.h"

#include <algorithm>

namespace cupel {
namespace {

// pe.is_pe and the constants are set without a header and must not be here.
constexpr std::string_view kFields[] = {
    "base_of_code",
    "base_of_data",
    "characteristics",
    "checksum",
    "data_directories",
    "dll_characteristics",
    "dll_name",
    "entry_point",
    "entry_point_raw",
    "export_details",
    "export_timestamp",
    "file_alignment",
    "image_base",
    "image_version",
    "import_details",
    "linker_version",
    "loader_flags",
    "machine",
    "number_of_delayed_imports",
    "number_of_exports",
    "number_of_imported_functions",
    "number_of_imports",
    "number_of_resources",
    "number_of_rva_and_sizes",
    "number_of_sections",
    "number_of_signatures",
    "number_of_symbols",
    "number_of_version_infos",
    "opthdr_magic",
    "os_version",
    "overlay",
    "pdb_path",
    "pointer_to_symbol_table",
    "resource_timestamp",
    "resource_version",
    "resources",
    "rich_signature",
    "section_alignment",
    "sections",
    "signatures",
    "size_of_code",
    "size_of_headers",
    "size_of_heap_commit",
    "size_of_heap_reserve",
    "size_of_image",
    "size_of_initialized_data",
    "size_of_optional_header",
    "size_of_stack_commit",
    "size_of_stack_reserve",
    "size_of_uninitialized_data",
    "subsystem",
    "subsystem_version",
    "timestamp",
    "version_info",
    "version_info_list",
    "win32_version_value",
};

constexpr std::string_view kFunctions[] = {
    "calculate_checksum",
    "exports",
    "exports_index",
    "imphash",
    "imports",
    "is_32bit",
    "is_64bit",
    "is_dll",
    "language",
    "locale",
    "rva_to_offset",
    "section_index",
};

constexpr int kMaxNesting = 64;

bool Contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

class Prover {
 public:
  Prover(const SplitText& split, const RuleText& rule, std::string_view text)
      : split_(split), rule_(rule), text_(text) {}

  // All of [begin, end) is one boolean expression that is false or undefined.
  // `or` binds weaker than `and`, `and` weaker than `not`, and the bodies of
  // `for` are in parentheses, so cutting at depth 0 cuts where libyara does.
  bool False(uint32_t begin, uint32_t end, int nesting) const {
    if (begin >= end || nesting > kMaxNesting) return false;
    if (Is(begin, "(") && Matching(begin, end) == end - 1) {
      return False(begin + 1, end - 1, nesting + 1);
    }
    bool is_cut = false;
    bool all = true;
    ForParts(begin, end, "or", [&](uint32_t b, uint32_t e) {
      if (b == begin && e == end) return;
      is_cut = true;
      all = all && False(b, e, nesting + 1);
    });
    if (is_cut) return all;
    bool any = false;
    ForParts(begin, end, "and", [&](uint32_t b, uint32_t e) {
      if (b == begin && e == end) return;
      is_cut = true;
      any = any || False(b, e, nesting + 1);
    });
    return is_cut ? any : AtomFalse(begin, end);
  }

 private:
  std::string_view Text(uint32_t i) const { return split_.tokens[i].In(text_); }
  TokenKind Kind(uint32_t i) const { return split_.tokens[i].kind; }
  bool Is(uint32_t i, std::string_view text) const { return Text(i) == text; }
  bool IsOpen(uint32_t i) const {
    return Kind(i) == TokenKind::kPunct && (Is(i, "(") || Is(i, "["));
  }
  bool IsClose(uint32_t i) const {
    return Kind(i) == TokenKind::kPunct && (Is(i, ")") || Is(i, "]"));
  }

  // The index of what closes the bracket at `open`, or `end`.
  uint32_t Matching(uint32_t open, uint32_t end) const {
    int depth = 0;
    for (uint32_t i = open; i < end; ++i) {
      if (IsOpen(i)) ++depth;
      if (IsClose(i) && --depth == 0) return i;
    }
    return end;
  }

  template <typename Visit>
  void ForParts(uint32_t begin, uint32_t end, std::string_view word,
                Visit visit) const {
    uint32_t from = begin;
    int depth = 0;
    for (uint32_t i = begin; i < end; ++i) {
      if (IsOpen(i)) ++depth;
      if (IsClose(i)) --depth;
      if (depth == 0 && Kind(i) == TokenKind::kIdentifier && Is(i, word)) {
        visit(from, i);
        from = i + 1;
      }
    }
    visit(from, end);
  }

  bool AtomFalse(uint32_t begin, uint32_t end) const {
    return MzWord(begin, end) || MzStringAtStart(begin, end) ||
           StringAtPeField(begin, end) || IsPe(begin, end) ||
           UndefinedPe(begin, end);
  }

  // uint16(0) == 0x5A4D and its kin, either way round.
  bool MzWord(uint32_t begin, uint32_t end) const {
    if (end - begin != 6) return false;
    if (Kind(begin) == TokenKind::kNumber) {
      return Is(begin + 1, "==") && MzRead(begin + 2, begin);
    }
    return Is(begin + 4, "==") && MzRead(begin, begin + 5);
  }

  bool MzRead(uint32_t read, uint32_t literal) const {
    if (Kind(read) != TokenKind::kIdentifier || !Is(read + 1, "(") ||
        Number(read + 2) != 0 || !Is(read + 3, ")")) {
      return false;
    }
    const std::optional<int64_t> value = Number(literal);
    if (!value.has_value()) return false;
    if (Is(read, "uint16")) return *value == 0x5A4D;
    if (Is(read, "uint16be")) return *value == 0x4D5A;
    if (*value < 0 || *value > 0xFFFFFFFF) return false;
    if (Is(read, "uint32")) return (*value & 0xFFFF) == 0x5A4D;
    if (Is(read, "uint32be")) return (*value >> 16) == 0x4D5A;
    return false;
  }

  std::optional<int64_t> Number(uint32_t i) const {
    if (Kind(i) != TokenKind::kNumber) return std::nullopt;
    return NumberValue(Text(i));
  }

  // $mz at 0, where $mz = "MZ…" or { 4D 5A … }.
  bool MzStringAtStart(uint32_t begin, uint32_t end) const {
    if (end - begin != 3 || Kind(begin) != TokenKind::kStringId ||
        !Is(begin + 1, "at") || Number(begin + 2) != 0) {
      return false;
    }
    const std::string_view id = Text(begin);
    if (id.size() < 2 || id[0] != '$') return false;
    for (uint32_t i = rule_.strings.begin; i + 2 < rule_.strings.end; ++i) {
      if (Kind(i) == TokenKind::kStringId && Is(i, id) && Is(i + 1, "=")) {
        return BeginsWithMz(i + 2);
      }
    }
    return false;
  }

  bool BeginsWithMz(uint32_t literal) const {
    if (Kind(literal) == TokenKind::kHex) return HexBeginsWithMz(literal);
    if (Kind(literal) != TokenKind::kString) return false;
    for (uint32_t i = literal + 1;
         i < rule_.strings.end && Kind(i) != TokenKind::kStringId; ++i) {
      if (!Is(i, "ascii")) return false;
    }
    return StringValue(Text(literal)).value_or("").starts_with("MZ");
  }

  bool HexBeginsWithMz(uint32_t literal) const {
    std::string digits;
    for (const char c : Text(literal).substr(1)) {
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
      digits += c;
      if (digits.size() == 4) break;
    }
    return digits == "4D5A" || digits == "4d5a" || digits == "4D5a" ||
           digits == "4d5A";
  }

  // $a at pe.entry_point: at an undefined offset nothing is found.
  bool StringAtPeField(uint32_t begin, uint32_t end) const {
    return end - begin == 5 && Kind(begin) == TokenKind::kStringId &&
           Text(begin).size() > 1 && Text(begin)[0] == '$' &&
           Is(begin + 1, "at") && Is(begin + 2, "pe") && Is(begin + 3, ".") &&
           Contains(kFields, Text(begin + 4));
  }

  bool IsPe(uint32_t begin, uint32_t end) const {
    if (end - begin != 3 && end - begin != 5) return false;
    if (!Is(begin, "pe") || !Is(begin + 1, ".") || !Is(begin + 2, "is_pe")) {
      return false;
    }
    return end - begin == 3 || (Is(begin + 3, "==") && Number(begin + 4) == 1);
  }

  // pe.field…, pe.function(…), alone or as the left end of a chain of
  // operators. All of YARA's operators but and, or, not and defined give
  // undefined if an operand is; words that would make something else of the
  // chain (of, in, for, at, them, …) end the proof.
  bool UndefinedPe(uint32_t begin, uint32_t end) const {
    if (end - begin < 3 || Kind(begin) != TokenKind::kIdentifier ||
        !Is(begin, "pe") || !Is(begin + 1, ".")) {
      return false;
    }
    const bool called = begin + 3 < end && Is(begin + 3, "(");
    if (!Contains(called ? std::span<const std::string_view>(kFunctions)
                         : std::span<const std::string_view>(kFields),
                  Text(begin + 2))) {
      return false;
    }
    for (uint32_t i = begin + 3; i < end; ++i) {
      if (!IsStrict(i)) return false;
    }
    return true;
  }

  bool IsStrict(uint32_t i) const {
    static constexpr std::string_view kReserved[] = {
        "all", "and", "any",  "at", "defined", "entrypoint", "false", "for",
        "in",  "not", "none", "of", "or",      "them",       "true"};
    switch (Kind(i)) {
      case TokenKind::kNumber:
      case TokenKind::kString:
      case TokenKind::kRegex:
        return true;
      case TokenKind::kIdentifier:
        return !Contains(kReserved, Text(i));
      case TokenKind::kPunct: {
        static constexpr std::string_view kAllowed[] = {
            "==", "!=", "<", "<=", ">", ">=", "(", ")", "[",  "]",
            ",",  ".",  "+", "-",  "&", "|",  "*", "^", "<<", ">>"};
        return Contains(kAllowed, Text(i));
      }
      default:
        return false;
    }
  }

  const SplitText& split_;
  const RuleText& rule_;
  const std::string_view text_;
};

}  // namespace

bool FalseWithoutMz(const SplitText& split, const RuleText& rule,
                    std::string_view text) {
  return Prover(split, rule, text)
      .False(rule.condition.begin, rule.condition.end, 0);
}

std::span<const std::string_view> UndefinedPeFields() { return kFields; }
std::span<const std::string_view> UndefinedPeFunctions() { return kFunctions; }

}  // namespace cupel
