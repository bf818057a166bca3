#include "format/json_free.h"

#include <iterator>
#include <memory>
#include <utility>

namespace {

template <typename List>
void DropLast(List* list) {
  if constexpr (requires { list->pop_back(); }) {
    list->pop_back();
  } else {
    list->erase(std::prev(list->end()));
  }
}

template <typename Json>
void DropLastOf(Json* value) {
  using Object = typename Json::object_t;
  using Array = typename Json::array_t;
  if (value->is_array()) return DropLast(value->template get_ptr<Array*>());
  DropLast(value->template get_ptr<Object*>());
}

// Null if it has none; also for a node that was to become an object or a list,
// and there was no memory for one.
template <typename Json>
Json* LastOf(Json* value) {
  auto* const array = value->template get_ptr<typename Json::array_t*>();
  if (array != nullptr) return array->empty() ? nullptr : &array->back();
  auto* const object = value->template get_ptr<typename Json::object_t*>();
  if (object == nullptr || object->empty()) return nullptr;
  return &std::prev(object->end())->second;
}

// Takes a value apart from its last leaf on. The way back up is kept in the
// values themselves: in place of the child that was gone down to.
template <typename Json>
void TakeApart(Json value) noexcept {
  Json up;  // null above the topmost
  while (true) {
    Json* const last = LastOf(&value);
    if (last == nullptr) {
      if (up.is_null()) return;
      value = std::move(up);
      up = std::move(*LastOf(&value));
      DropLastOf(&value);
    } else if (LastOf(last) == nullptr) {
      DropLastOf(&value);
    } else {
      Json child = std::move(*last);
      *last = std::move(up);
      up = std::move(value);
      value = std::move(child);
    }
  }
}

// What was made as nlohmann/json makes it: one by one, with std::allocator.
template <typename T>
void Free(T* part) noexcept {
  if (part == nullptr) return;
  std::allocator<T> allocator;
  std::destroy_at(part);
  allocator.deallocate(part, 1);
}

// `Value` is what a document's node holds; its type is not for others to name.
template <typename Json, typename Value>
void FreeValue(Value& value, nlohmann::detail::value_t kind) noexcept {
  using Kind = nlohmann::detail::value_t;
  switch (kind) {
    case Kind::object:
      while (value.object != nullptr && !value.object->empty()) {
        TakeApart<Json>(std::move(std::prev(value.object->end())->second));
        DropLast(value.object);
      }
      return Free(value.object);
    case Kind::array:
      while (value.array != nullptr && !value.array->empty()) {
        TakeApart<Json>(std::move(value.array->back()));
        DropLast(value.array);
      }
      return Free(value.array);
    case Kind::string:
      return Free(value.string);
    case Kind::binary:
      return Free(value.binary);
    default:
      return;  // it lies in the node itself
  }
}

}  // namespace

template <>
void nlohmann::ordered_json::json_value::destroy(
    nlohmann::detail::value_t kind) {
  FreeValue<nlohmann::ordered_json>(*this, kind);
}

template <>
void nlohmann::json::json_value::destroy(nlohmann::detail::value_t kind) {
  FreeValue<nlohmann::json>(*this, kind);
}
