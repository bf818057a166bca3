// A good value of every type that the C interface takes.
#ifndef CUPEL_TESTS_CAPI_MATRIX_GOODS_H_
#define CUPEL_TESTS_CAPI_MATRIX_GOODS_H_

#include <functional>
#include <type_traits>
#include <vector>

#include "capi_test.h"

namespace cupel_test {

// How handles of each kind are made and freed, in the usual way.
cupel_buffer* NewGood(cupel_buffer*);
cupel_cancel* NewGood(cupel_cancel*);
cupel_dedup* NewGood(cupel_dedup*);
cupel_engine* NewGood(cupel_engine*);
cupel_environment* NewGood(cupel_environment*);
cupel_error* NewGood(cupel_error*);
cupel_http_response* NewGood(cupel_http_response*);
cupel_inputs* NewGood(cupel_inputs*);
cupel_job* NewGood(cupel_job*);
cupel_keyring* NewGood(cupel_keyring*);
cupel_plugins* NewGood(cupel_plugins*);
cupel_queue* NewGood(cupel_queue*);
cupel_raws* NewGood(cupel_raws*);
cupel_registry* NewGood(cupel_registry*);
cupel_report* NewGood(cupel_report*);
cupel_rule_sources* NewGood(cupel_rule_sources*);
cupel_ruleset* NewGood(cupel_ruleset*);
cupel_scanner* NewGood(cupel_scanner*);
cupel_schema* NewGood(cupel_schema*);
cupel_worker* NewGood(cupel_worker*);

void FreeGood(cupel_buffer* handle);
void FreeGood(cupel_cancel* handle);
void FreeGood(cupel_dedup* handle);
void FreeGood(cupel_engine* handle);
void FreeGood(cupel_environment* handle);
void FreeGood(cupel_error* handle);
void FreeGood(cupel_http_response* handle);
void FreeGood(cupel_inputs* handle);
void FreeGood(cupel_job* handle);
void FreeGood(cupel_keyring* handle);
void FreeGood(cupel_plugins* handle);
void FreeGood(cupel_queue* handle);
void FreeGood(cupel_raws* handle);
void FreeGood(cupel_registry* handle);
void FreeGood(cupel_report* handle);
void FreeGood(cupel_rule_sources* handle);
void FreeGood(cupel_ruleset* handle);
void FreeGood(cupel_scanner* handle);
void FreeGood(cupel_schema* handle);
void FreeGood(cupel_worker* handle);

// A struct as its _INIT macro makes it, filled as far as it must be.
template <typename T>
T Good();

class Goods {
 protected:
  Goods() = default;
  ~Goods() {
    for (const auto& free : frees_) free();
  }
  Goods(const Goods&) = delete;
  Goods& operator=(const Goods&) = delete;

  template <typename T>
  T* Handle() {
    T* const made = NewGood(static_cast<T*>(nullptr));
    EXPECT_NE(made, nullptr);
    frees_.emplace_back([made] { FreeGood(made); });
    return made;
  }

  // A handle of another kind than T.
  template <typename T>
  void* Other() {
    if constexpr (std::is_same_v<T, cupel_buffer>) return cancel_.get();
    return buffer_.get();
  }
  void ExpectOthersAlive() const {
    EXPECT_FALSE(Text(buffer_).empty());
    cupel_cancel_trigger(cancel_.get());
  }

  // A handle that was freed just before.
  template <typename T>
  static T* Freed() {
    T* const made = NewGood(static_cast<T*>(nullptr));
    FreeGood(made);
    return made;
  }

  // One thing, in a list.
  template <typename T>
  static const T* List() {
    static const T one = One(static_cast<T*>(nullptr));
    return &one;
  }

  static std::vector<cupel_view*> ViewsOf(cupel_view* view) { return {view}; }
  static std::vector<cupel_view*> ViewsOf(cupel_field* field) {
    return {&field->name, &field->value};
  }
  static std::vector<cupel_view*> ViewsOf(cupel_dedup_output* output) {
    return {&output->bytes};
  }

  // A callback of this type that does nothing.
  template <typename T>
  static T Callback() {
    return &Nothing<std::remove_pointer_t<T>>::Run;
  }

 private:
  template <typename T>
  struct Nothing;
  template <typename Result, typename... Arguments>
  struct Nothing<Result(Arguments...)> {
    static Result Run(Arguments...) { return Result(); }
  };

  static cupel_view One(cupel_view*) { return View("A=b"); }
  static cupel_field One(cupel_field*) { return {View("A"), View("b")}; }
  static cupel_dedup_output One(cupel_dedup_output*) {
    return {View("bytes"), nullptr, 0};
  }

  const Buffer buffer_{NewGood(static_cast<cupel_buffer*>(nullptr))};
  const Cancel cancel_{NewGood(static_cast<cupel_cancel*>(nullptr))};
  std::vector<std::function<void()>> frees_;
};

}  // namespace cupel_test

#endif  // CUPEL_TESTS_CAPI_MATRIX_GOODS_H_
