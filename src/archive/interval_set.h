// Which byte ranges are taken already.
#ifndef CUPEL_ARCHIVE_INTERVAL_SET_H_
#define CUPEL_ARCHIVE_INTERVAL_SET_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace cupel {

// Ranges that touch are kept as one, so that an ordinary archive, however many
// members it has, needs a single entry.
class IntervalSet {
 public:
  // False if [begin, end) overlaps something that was added before.
  bool Add(uint64_t begin, uint64_t end) {
    if (begin >= end) return true;
    auto next = ranges_.lower_bound(begin);
    bool free = next == ranges_.end() || next->first >= end;
    if (next != ranges_.begin()) {
      const auto before = std::prev(next);
      if (before->second > begin) free = false;
      if (before->second >= begin) {
        begin = before->first;
        end = std::max(end, before->second);
        next = ranges_.erase(before);
      }
    }
    while (next != ranges_.end() && next->first <= end) {
      end = std::max(end, next->second);
      next = ranges_.erase(next);
    }
    ranges_.emplace(begin, end);
    return free;
  }

 private:
  std::map<uint64_t, uint64_t> ranges_;
};

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_INTERVAL_SET_H_
