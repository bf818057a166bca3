// A case that a test spells out: rules, one file, what must match.
#ifndef CUPEL_TESTS_DIFFERENTIAL_WRITTEN_CASE_H_
#define CUPEL_TESTS_DIFFERENTIAL_WRITTEN_CASE_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_set.h"
#include "tests/differential/make_files.h"

namespace cupel::differential {

class WrittenCase {
 public:
  // A namespace: "a", "b", … in this order. With `included`, the text can say
  // include "a.inc" (or "b.inc", …).
  void Source(std::string_view text, std::string_view included = "");
  void Define(const std::string& name, ExternalValue value);

  MadeFile file;

  // What the two engines say differently of the file; empty if nothing. A case
  // that does not compile differs.
  std::string Difference() const;

  // "a.rule" of what libyara says matches, or the difference.
  std::vector<std::string> Matching() const;
  // The same for other bytes.
  std::vector<std::string> Matching(std::string_view bytes);

 private:
  struct Text {
    std::string text;
    std::string included;
  };
  std::vector<Text> texts_;
  RuleOptions options_;
};

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_WRITTEN_CASE_H_
