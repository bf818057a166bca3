// Documents are freed without memory and whatever their depth: the tables of
// this file's operator new say what was asked for and given back.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <utility>

#include "format/json.h"

namespace {

bool no_memory = false;
int64_t live = 0;

}  // namespace

void* operator new(size_t size) {
  void* const made = no_memory ? nullptr : std::malloc(size);
  if (made == nullptr) throw std::bad_alloc();
  ++live;
  return made;
}
void operator delete(void* block) noexcept {
  if (block != nullptr) --live;
  std::free(block);
}
void operator delete(void* block, size_t) noexcept { operator delete(block); }

namespace cupel {
namespace {

// What `text` is, freed while there is no memory; all of it must come back.
template <typename Document>
void FreeWithoutMemory(const std::string& text) {
  const int64_t before = live;
  {
    Document document = Document::parse(text);
    const Document moved = std::move(document);
    no_memory = true;
  }
  no_memory = false;
  EXPECT_EQ(live, before) << text.substr(0, 80);
}

std::string Nested(size_t depth, const std::string& open,
                   const std::string& close) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  text += "[]";
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonFree, OfEveryShape) {
  for (const std::string& text : {
           std::string("null"),
           std::string("\"a text that is too long for a string itself\""),
           std::string("[]"),
           std::string("{}"),
           std::string("[[],{},[[]],1,[2,[3,[4]],5],null]"),
           std::string(R"({"a":{"b":[1,{"c":"d"},[]],"e":{}},"f":[[{}]]})"),
           Nested(3, R"([1,{"a":)", R"(,"b":[2]},"c"])"),
       }) {
    FreeWithoutMemory<nlohmann::ordered_json>(text);
    FreeWithoutMemory<nlohmann::json>(text);
  }
}

TEST(JsonFree, OfAnyDepth) {
  FreeWithoutMemory<nlohmann::ordered_json>(Nested(200000, "[", "]"));
  FreeWithoutMemory<nlohmann::json>(Nested(200000, R"({"a":)", "}"));
}

}  // namespace
}  // namespace cupel
