// Which of many texts stand in a file at all, found out in one pass.
#ifndef CUPEL_RULES_DIRECT_PRESENCE_H_
#define CUPEL_RULES_DIRECT_PRESENCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "rules/direct/fixed_text.h"

namespace cupel::direct {

// Each text is known by a few bytes of it (FixedText::gram). For one thread,
// which keeps the memory of it from file to file.
class Presence {
 public:
  enum class State : uint8_t {
    kAbsent,
    kPresent,
    kUnknown,  // without a gram, or with one that many places have
  };

  // Lets go of all texts.
  void Clear();
  // They are numbered from 0 on. `text` must outlive Find.
  void Add(const FixedText& text) { texts_.push_back({.text = &text}); }
  size_t size() const { return texts_.size(); }

  // Looks for them. `stop` is asked now and then; once it says true, false is
  // returned and every state is kUnknown.
  bool Find(std::string_view file, const std::function<bool()>& stop);

  State state(size_t text) const { return texts_[text].state; }
  // How many of them are not absent, as a part of all.
  double ShareLeft() const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Text {
    const FixedText* text = nullptr;
    State state = State::kUnknown;
    uint32_t next = kNone;  // with a gram of the same hash
    uint32_t looks = 0;
  };

  // The grams of one kind. Most places of a file are looked up in nothing but
  // a table of the hashes.
  class Table {
   public:
    void Clear(size_t texts);
    void Add(uint32_t text, uint32_t gram, std::vector<Text>* texts);
    bool empty() const { return used_ == 0; }
    template <bool kDifferences>
    void Find(std::string_view file, size_t begin, size_t end,
              Presence* presence);

   private:
    struct Slot {
      uint32_t hash = kNone;
      uint32_t first = kNone;  // of its texts
    };
    Slot& SlotOf(uint32_t hash);
    uint32_t HashOf(uint32_t gram) const;
    template <bool kDifferences>
    size_t Next(const char* file, size_t place, size_t end) const;

    uint32_t bits_ = 0;  // of a hash
    size_t used_ = 0;
    std::vector<uint32_t> seen_;  // a bit for each hash: some text has it
    std::vector<Slot> slots_;
  };

  // Those of the chain that are at that place are found and leave it.
  void Look(std::string_view file, size_t place, uint32_t* first);

  std::vector<Text> texts_;
  uint32_t most_looks_ = 0;
  Table plain_;
  Table differences_;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_PRESENCE_H_
