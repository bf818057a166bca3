// Facts about bytes at fixed offsets.
#ifndef CUPEL_RULES_PLAN_FORMULA_BYTES_H_
#define CUPEL_RULES_PLAN_FORMULA_BYTES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/ast/ast.h"
#include "rules/plan/formula.h"
#include "rules/plan/formula_number.h"

namespace cupel::plan {

// One of uint8, int16be, …
struct IntegerRead {
  int width = 1;  // bytes
  bool is_signed = false;
  bool big_endian = false;

  uint64_t AllBits() const { return ~uint64_t{0} >> (64 - 8 * width); }
  Number Values() const;
};
std::optional<IntegerRead> IntegerReadOf(std::string_view name);

// True just where read(offset) & mask == value is; without a mask it is all 64
// bits. Nullopt if no fact says that.
std::optional<Formula> ReadEquals(const IntegerRead& read, int64_t offset,
                                  std::optional<int64_t> mask, int64_t value);

// The bytes at `offset` if `string` begins there; kTrue if nothing is known.
Formula StringBegins(const ast::String& string, uint64_t offset);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_BYTES_H_
