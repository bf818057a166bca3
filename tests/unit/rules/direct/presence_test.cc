#include "rules/direct/presence.h"

#include <gmock/gmock.h>

#include <deque>
#include <random>
#include <string>
#include <vector>

namespace cupel::direct {
namespace {

using State = Presence::State;
using testing::Each;
using testing::ElementsAre;

const std::function<bool()> kGoOn = [] { return false; };

FixedText Text(std::string_view text, bool nocase = false, bool wide = false) {
  return FixedText(TextBytes(text, nocase, wide), Borders::kAny, std::nullopt);
}

FixedText Xored(std::string_view text, uint8_t min = 0, uint8_t max = 255) {
  return FixedText(TextBytes(text, false, false), Borders::kAny,
                   FixedText::XorKeys{min, max});
}

std::vector<State> StatesIn(std::string_view file,
                            const std::deque<FixedText>& texts) {
  Presence presence;
  for (const FixedText& text : texts) presence.Add(text);
  EXPECT_TRUE(presence.Find(file, kGoOn));
  std::vector<State> out;
  for (size_t i = 0; i < presence.size(); ++i) out.push_back(presence.state(i));
  return out;
}

TEST(PresenceTest, TellsWhatStandsThere) {
  std::deque<FixedText> texts;
  texts.push_back(Text("begin"));
  texts.push_back(Text("WIDE", true, true));
  texts.push_back(Text("the end"));
  texts.push_back(Text("nowhere"));
  texts.push_back(Text("tHe eNd"));
  texts.push_back(Xored("secret"));
  texts.push_back(Xored("secret", 1, 2));
  texts.push_back(Text("abc"));  // too short to be looked for
  std::string file = "begin w";
  file += std::string("\0i\0D\0e\0", 7);
  for (const char c : std::string_view("secret")) {
    file += static_cast<char>(c ^ 3);
  }
  EXPECT_THAT(StatesIn(file + "the end", texts),
              ElementsAre(State::kPresent, State::kPresent, State::kPresent,
                          State::kAbsent, State::kAbsent, State::kPresent,
                          State::kAbsent, State::kUnknown));
  EXPECT_THAT(StatesIn("", texts),
              ElementsAre(State::kAbsent, State::kAbsent, State::kAbsent,
                          State::kAbsent, State::kAbsent, State::kAbsent,
                          State::kAbsent, State::kUnknown));
}

TEST(PresenceTest, LooksAtEveryPlaceOfFilesOfAnyLength) {
  const std::deque<FixedText> texts = {Text("need")};
  for (size_t size = 0; size < 40; ++size) {
    for (size_t at = 0; at + 4 <= size; ++at) {
      std::string file(size, '.');
      file.replace(at, 4, "need");
      EXPECT_THAT(StatesIn(file, texts), ElementsAre(State::kPresent))
          << at << " of " << size;
    }
    EXPECT_THAT(StatesIn(std::string(size, 'n'), texts),
                ElementsAre(State::kAbsent));
  }
}

TEST(PresenceTest, PiecesAreNoBorders) {
  const std::deque<FixedText> texts = {Text("boundary"), Xored("boundary")};
  for (size_t before = 1; before < 8; ++before) {
    std::string file((size_t{1} << 20) - before, '.');
    file += "boundary.";
    EXPECT_THAT(StatesIn(file, texts), Each(State::kPresent)) << before;
  }
}

TEST(PresenceTest, WhatAGramSaysTooOftenIsUnknown) {
  std::string file;
  for (int i = 0; i < 100; ++i) file += "zzqqx" + std::string(20, '.');
  // Its rarest bytes stand there, it does not.
  EXPECT_THAT(StatesIn(file, {Text("zzqqxy")}), ElementsAre(State::kAbsent));
  file.clear();
  for (int i = 0; i < 1000; ++i) file += "zzqqx";
  EXPECT_THAT(StatesIn(file, {Text("zzqqxy")}), ElementsAre(State::kUnknown));
}

TEST(PresenceTest, WhenItIsStoppedNothingIsKnown) {
  const FixedText one = Text("alpha");
  const FixedText other = Text("omega");
  Presence presence;
  presence.Add(one);
  presence.Add(other);
  int asked = 0;
  EXPECT_FALSE(presence.Find("alpha" + std::string(3 << 20, '.'),
                             [&asked] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(presence.state(0), State::kUnknown);
  EXPECT_EQ(presence.state(1), State::kUnknown);
  presence.Clear();
  presence.Add(other);
  EXPECT_TRUE(presence.Find("alpha", kGoOn));
  EXPECT_EQ(presence.state(0), State::kAbsent);
}

// One after the other, over few different characters so that many are alike.
TEST(PresenceTest, SaysWhatASearchForEachSays) {
  std::mt19937 random(1);
  const auto some = [&random](size_t least, size_t most, std::string_view of) {
    std::string out(least + random() % (most - least + 1), ' ');
    for (char& c : out) c = of[random() % of.size()];
    return out;
  };
  size_t present = 0;
  size_t absent = 0;
  for (int round = 0; round < 300; ++round) {
    std::deque<FixedText> texts;
    const size_t count = round % 10 == 0 ? 3000 : 1 + random() % 100;
    for (size_t i = 0; i < count; ++i) {
      const std::string text = some(1, 9, "abA .");
      const auto borders = static_cast<Borders>(random() % 3);
      if (random() % 8 == 0 && text.size() >= 3) {
        texts.push_back(Xored(text, 0, static_cast<uint8_t>(random() % 256)));
      } else {
        auto bytes = TextBytes(text, random() % 2 == 0, random() % 4 == 0);
        if (random() % 4 == 0) bytes[random() % bytes.size()] = {0x60, 0xf0};
        texts.emplace_back(std::move(bytes), borders, std::nullopt);
      }
    }
    std::string file = some(0, 400, "abAB ");
    if (random() % 2 == 0) file += some(0, 200, std::string_view("a\0b\0", 4));
    const std::vector<State> states = StatesIn(file, texts);
    for (size_t i = 0; i < texts.size(); ++i) {
      if (states[i] == State::kUnknown) continue;
      std::vector<Place> places;
      if (!texts[i].FindAll(file, 1000, &places)) continue;
      EXPECT_EQ(states[i] == State::kPresent, !places.empty())
          << "round " << round << ", text " << i;
      ++(places.empty() ? absent : present);
    }
  }
  EXPECT_GT(present, 1000U);
  EXPECT_GT(absent, 1000U);
}

}  // namespace
}  // namespace cupel::direct
