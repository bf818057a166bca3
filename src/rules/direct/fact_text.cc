#include "rules/direct/fact_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace cupel::direct {
namespace {

using ast::Expr;
using Kind = Expr::Kind;

// They parse a file once and tell what they found; `hash` remembers what it has
// hashed. `math` goes through the bytes for each question. Others tell of the
// moment, need to be given something, or write.
constexpr std::array<std::string_view, 7> kModules = {
    "pe", "elf", "dotnet", "macho", "dex", "hash", "math"};
constexpr std::string_view kSlowModule = "math";
constexpr std::string_view kSlowFunction = "calculate_checksum";

class Reader {
 public:
  bool Read(const Expr& expr) {
    switch (expr.kind) {
      case Kind::kBool:
      case Kind::kInteger:
      case Kind::kFloat:
      case Kind::kText:
      case Kind::kRegex:
      case Kind::kFilesize:
        return true;
      case Kind::kIdentifier:
        return Name(expr.text);
      case Kind::kField:
        alone_ = alone_ || expr.text == kSlowFunction;
        return Children(expr);
      case Kind::kIndex:
      case Kind::kCall:
      case Kind::kReadInteger:
      case Kind::kAnd:
      case Kind::kOr:
      case Kind::kNot:
      case Kind::kDefined:
      case Kind::kCompare:
      case Kind::kTextOp:
      case Kind::kArithmetic:
        return Children(expr);
      case Kind::kForIn:
        return Loop(expr);
      default:
        return false;
    }
  }

  const std::set<std::string_view>& modules() const { return modules_; }
  bool alone() const { return alone_; }

 private:
  bool Children(const Expr& expr) {
    return std::all_of(
        expr.children.begin(), expr.children.end(),
        [this](const ast::ExprPtr& child) { return Read(*child); });
  }

  bool Name(std::string_view name) {
    if (std::find(variables_.begin(), variables_.end(), name) !=
        variables_.end()) {
      return true;
    }
    const auto* const module =
        std::find(kModules.begin(), kModules.end(), name);
    if (module == kModules.end()) return false;
    alone_ = alone_ || name == kSlowModule;
    modules_.insert(*module);
    return true;
  }

  bool Loop(const Expr& expr) {
    const size_t outer = variables_.size();
    variables_.insert(variables_.end(), expr.variables.begin(),
                      expr.variables.end());
    const bool read =
        (expr.quantifier.value == nullptr || Read(*expr.quantifier.value)) &&
        Children(expr);
    variables_.resize(outer);
    return read;
  }

  std::vector<std::string_view> variables_;
  std::set<std::string_view> modules_;
  bool alone_ = false;
};

}  // namespace

std::optional<FactText> FactTextOf(const Expr& expr, std::string_view source) {
  Reader reader;
  if (!reader.Read(expr) || reader.modules().empty()) return std::nullopt;
  if (expr.span.end <= expr.span.begin || expr.span.end > source.size()) {
    return std::nullopt;
  }
  FactText out;
  out.alone = reader.alone();
  out.text = source.substr(expr.span.begin, expr.span.end - expr.span.begin);
  for (const std::string_view module : reader.modules()) {
    out.imports.append("import \"").append(module).append("\"\n");
  }
  return out;
}

}  // namespace cupel::direct
