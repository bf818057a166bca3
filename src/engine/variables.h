// Environment variables that are handed in, or that the process has.
#ifndef CUPEL_ENGINE_VARIABLES_H_
#define CUPEL_ENGINE_VARIABLES_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cupel {

// Names and values, overwritten when they go, as some are secrets. Move-only.
// One thread at a time.
class Variables {
 public:
  using List = std::vector<std::pair<std::string, std::string>>;

  Variables() = default;
  Variables(Variables&&) noexcept = default;
  Variables& operator=(Variables&& other) noexcept {
    list_.swap(other.list_);
    return *this;
  }
  Variables(const Variables&) = delete;
  ~Variables();

  void Add(std::string_view name, std::string_view value);
  // Those of the process whose name begins with one of `prefixes` and is not
  // among those that were added before. Reads `environ`, so no other thread
  // may change it meanwhile.
  void AddFromProcess(std::initializer_list<std::string_view> prefixes);

  const List& list() const { return list_; }
  // For whoever takes a list of its own and looks after it.
  List Release() { return std::move(list_); }

 private:
  List list_;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_VARIABLES_H_
