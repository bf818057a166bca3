// Random choices of tests: the same in every run, but for --gtest_shuffle with
// --gtest_repeat or --gtest_random_seed.
#ifndef CUPEL_TESTS_UNIT_RULES_AST_RANDOM_H_
#define CUPEL_TESTS_UNIT_RULES_AST_RANDOM_H_

#include <cstdint>
#include <iterator>
#include <random>

#include "tests/unit/rules/rules_testing.h"

namespace cupel::ast {

class Random {
 public:
  Random() : engine_(1 + RandomSeed()) {}

  // From [0, n).
  int Below(int n) {
    return std::uniform_int_distribution<>(0, n - 1)(engine_);
  }
  bool OneIn(int n) { return Below(n) == 0; }
  template <typename List>
  auto Pick(const List& list) {
    return list[static_cast<size_t>(Below(static_cast<int>(std::size(list))))];
  }

 private:
  std::mt19937 engine_;
};

}  // namespace cupel::ast

#endif  // CUPEL_TESTS_UNIT_RULES_AST_RANDOM_H_
