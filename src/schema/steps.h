// How much work one validation may cost.
#ifndef CUPEL_SCHEMA_STEPS_H_
#define CUPEL_SCHEMA_STEPS_H_

#include <cstddef>

namespace cupel {

// A purse of small pieces of work, some tens of nanoseconds each. When it is
// empty the answer is no, whatever the schema says. Not synchronised.
class Steps {
 public:
  explicit Steps(size_t amount) : left_(amount) {}

  // False, from then on for ever, if there is not enough left.
  bool Spend(size_t amount) {
    if (amount > left_) {
      left_ = 0;
      exhausted_ = true;
    } else {
      left_ -= amount;
    }
    return !exhausted_;
  }
  bool exhausted() const { return exhausted_; }

 private:
  size_t left_;
  bool exhausted_ = false;
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_STEPS_H_
