// Necessary conditions: what must hold of a file for a rule to match it.
//
// A formula that is false proves that the rule does not match; one that is true
// proves nothing. Whatever is not understood is kTrue.
#ifndef CUPEL_RULES_PLAN_FORMULA_H_
#define CUPEL_RULES_PLAN_FORMULA_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel::plan {

// A string of a rule: of the rule itself, of one that it refers to, or of a
// global one. `rule` is an index into PlanInput::rules, `string` into that
// rule's strings.
struct StringRef {
  uint32_t rule = 0;
  uint32_t string = 0;
  bool operator==(const StringRef&) const = default;
};

// Something that can be seen without searching and is never undefined: it holds
// or it doesn't, also for a file too short to read.
struct Fact {
  enum class Kind : uint8_t {
    kBytesAt,   // the file has all of [offset, offset + bytes.size()) and there
                // each byte b, after `& mask`, equals that of `bytes`
    kFileSize,  // filesize op number
    kExternal,  // one of kFileExternals op text; not kLt to kGe
  };
  enum class Op : uint8_t {
    kEq,
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,
    kContains,
    kIContains,
    kStartsWith,
    kIStartsWith,
    kEndsWith,
    kIEndsWith,
    kIEquals,
    kNotEmpty,
  };
  Kind kind = Kind::kBytesAt;
  Op op = Op::kEq;       // kBytesAt: kEq only
  uint8_t external = 0;  // index into kFileExternals
  uint64_t offset = 0;
  int64_t number = 0;
  std::string bytes;  // of kBytesAt, or the text of kExternal
  std::string mask;   // as long as `bytes`
  bool operator==(const Fact&) const = default;
};

// What is known of a file before it is searched.
struct FileView {
  std::string_view bytes;
  const FileExternals* externals = nullptr;  // null: all are empty
};
bool Holds(const Fact& fact, const FileView& file);

struct Formula {
  enum class Op : uint8_t {
    kTrue,
    kFalse,
    kAll,      // all children
    kAny,      // one of the children
    kAtLeast,  // `count` of the children, 1 < count < children
    kString,   // `string` occurs somewhere
    kFact,     // `fact` holds
    kNotFact,  // `fact` does not hold
  };
  Op op = Op::kTrue;
  uint32_t count = 0;
  StringRef string;
  Fact fact;
  std::vector<Formula> children;
};

// The rules that a plan is made of: those of one CompiledPart, in its order.
struct PlanRule {
  const ast::Rule* rule = nullptr;
  uint32_t ns = 0;  // equal for rules of one namespace
};
struct PlanInput {
  std::vector<PlanRule> rules;
  // Values of the externals that the set was compiled with and that no scan
  // changes.
  std::vector<std::pair<std::string, ExternalValue>> defines;
};

// One formula for each rule: its own condition, and those of the global rules
// of its namespace. Simplified: no kAll in a kAll, no constants below the top,
// no children twice. At most kMaxFormulaNodes for a rule (and two for each
// string it has), and kMaxNodes for all; beyond that it is kTrue.
inline constexpr size_t kMaxFormulaNodes = 4096;
inline constexpr size_t kMaxNodes = size_t{1} << 22;
std::vector<Formula> MakeFormulas(const PlanInput& input);

// The classes that files are sorted into by their first bytes.
enum class FileClass : uint8_t {
  kText,   // the first 4 bytes (or as many as there are) are ASCII text, and
           // it does not begin with "MZ"
  kMz,     // begins with "MZ"
  kOther,  // everything else
};
inline constexpr size_t kFileClasses = 3;
FileClass ClassOf(std::string_view bytes);

// `formula` with the facts that are the same for every file of the class
// replaced by what they are, and simplified.
Formula InClass(const Formula& formula, FileClass file_class);

// Whether `formula` holds for a file in which the strings occur for which
// `occurs` says so.
bool Evaluate(const Formula& formula, const FileView& file,
              const std::function<bool(StringRef)>& occurs);

// "all of ($a, any of ($b, $c), uint16(0) == 0x5A4D, filesize < 200KB)"; for
// people. `rule` is the one whose formula it is: strings of others are written
// as other.$a, and the second anonymous string of a rule as $#2.
std::string ToText(const Formula& formula, const PlanInput& input,
                   uint32_t rule);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_H_
