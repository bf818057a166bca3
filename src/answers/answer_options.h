// Where answers are kept, and how many.
#ifndef CUPEL_ANSWERS_ANSWER_OPTIONS_H_
#define CUPEL_ANSWERS_ANSWER_OPTIONS_H_

#include <cstdint>
#include <string>

namespace cupel {

struct AnswerCacheOptions {
  std::string folder;  // empty: no cache
  uint64_t max_bytes = uint64_t{1} << 30;
};

}  // namespace cupel

#endif  // CUPEL_ANSWERS_ANSWER_OPTIONS_H_
