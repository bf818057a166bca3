#include "rules/unit_store.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/rules/exact_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;

// Rules r0, r1, … that have a string each.
RuleSetPtr ManyRules(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += fmt::format(
        "rule r{} {{ strings: $s{} = \"text {}\" condition: $s{} }}\n", i, i, i,
        i);
  }
  return Plain(text);
}

std::unique_ptr<UnitStore> StoreOf(const RuleSetPtr& rules, size_t budget) {
  const auto& impl = dynamic_cast<const RuleSetImpl&>(*rules);
  return std::make_unique<UnitStore>(
      std::vector<UnitStore::Part>{{impl.compiled().parts[0].texts, {}}},
      budget);
}

TEST(UnitStore, AUnitHoldsTheRuleThatWasAskedFor) {
  const auto store = StoreOf(ManyRules(3), UnitStore::kDefaultBudget);
  const auto unit = store->Get({0, {1}}, false);
  ASSERT_TRUE(unit.ok()) << unit.status();
  EXPECT_EQ((*unit)->rules->size(), 1u);
  EXPECT_EQ((*unit)->rules->rule(0).name, "r1");
  EXPECT_THAT((*unit)->to_part, ElementsAre(1));
}

TEST(UnitStore, ItTakesLittleMemory) {
  const auto store = StoreOf(ManyRules(1), UnitStore::kDefaultBudget);
  const auto unit = store->Get({0, {0}}, false);
  ASSERT_TRUE(unit.ok());
  EXPECT_LT((*unit)->bytes, 40'000u);
}

TEST(UnitStore, TheSameUnitIsCompiledOnce) {
  const auto store = StoreOf(ManyRules(3), UnitStore::kDefaultBudget);
  const auto first = store->Get({0, {1}}, false);
  const auto second = store->Get({0, {1}}, false);
  const auto other = store->Get({0, {1, 2}}, false);
  ASSERT_TRUE(first.ok() && second.ok() && other.ok());
  EXPECT_EQ(*first, *second);
  EXPECT_NE(*first, *other);
  EXPECT_EQ(store->statistics().compiled, 2u);
  EXPECT_EQ(store->statistics().units, 2u);
}

TEST(UnitStore, ThreadsThatNeedTheSameUnitCompileItOnce) {
  const auto store = StoreOf(ManyRules(8), UnitStore::kDefaultBudget);
  std::vector<std::vector<std::shared_ptr<const ExactUnit>>> got(4);
  std::vector<std::thread> threads;
  for (auto& mine : got) {
    threads.emplace_back([&store, &mine] {
      for (uint32_t i = 0; i < 8; ++i) {
        const auto unit = store->Get({0, {i}}, false);
        if (unit.ok()) mine.push_back(*unit);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& mine : got) EXPECT_EQ(mine, got.front());
  EXPECT_EQ(got.front().size(), 8u);
  EXPECT_EQ(store->statistics().compiled, 8u);
}

TEST(UnitStore, UnitsThatNobodyUsesAreDroppedFirst) {
  const RuleSetPtr rules = ManyRules(6);
  const size_t bytes = (*StoreOf(rules, 0)->Get({0, {0}}, false))->bytes;
  const auto store = StoreOf(rules, bytes * 7 / 2);  // room for three
  std::vector<std::shared_ptr<const ExactUnit>> units;
  const auto get = [&](uint32_t rule) {
    units.push_back(*store->Get({0, {rule}}, false));
  };
  for (uint32_t i = 0; i < 3; ++i) get(i);
  EXPECT_EQ(store->drops(), 0u);
  get(3);  // all were new: the hand goes round once, and takes the first
  EXPECT_TRUE(units[0]->dropped());
  units[1]->Touch();
  get(4);
  EXPECT_FALSE(units[1]->dropped());
  EXPECT_TRUE(units[2]->dropped());
  EXPECT_EQ(store->statistics().units, 3u);
  EXPECT_LE(store->statistics().bytes, bytes * 7 / 2);
  EXPECT_EQ(store->drops(), 2u);
  // One that was dropped works on, and is another when it is asked for again.
  EXPECT_EQ(units[0]->rules->rule(0).name, "r0");
  EXPECT_NE(*store->Get({0, {0}}, false), units[0]);
}

TEST(UnitStore, PinnedUnitsStay) {
  const auto store = StoreOf(ManyRules(20), 1);
  const auto pinned = store->Get({0, {0, 1}}, true);
  ASSERT_TRUE(pinned.ok());
  for (uint32_t i = 2; i < 20; ++i) {
    ASSERT_TRUE(store->Get({0, {i}}, false).ok());
  }
  EXPECT_FALSE((*pinned)->dropped());
  EXPECT_EQ(*store->Get({0, {0, 1}}, true), *pinned);
  EXPECT_EQ(store->statistics().units, 2u);
}

TEST(UnitStore, IdsOutliveTheUnit) {
  const auto store = StoreOf(ManyRules(2), UnitStore::kDefaultBudget);
  std::string_view id;
  {
    const auto unit = store->Get({0, {1}}, false);
    ASSERT_TRUE(unit.ok());
    const std::string_view theirs = (*unit)->rules->StringIds().at(0);
    id = (*unit)->LastingId(theirs);
    EXPECT_NE(id.data(), theirs.data());
  }
  EXPECT_EQ(id, "$s1");
  EXPECT_EQ((*store->Get({0, {0, 1}}, false))
                ->LastingId(
                    (*store->Get({0, {0, 1}}, false))->rules->StringIds().at(1))
                .data(),
            id.data());
}

TEST(UnitStore, WithoutTextsThereIsNothing) {
  UnitStore store({{nullptr, {}}}, 1000);
  EXPECT_EQ(store.Get({0, {0}}, false).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(UnitStore, AUnitThatDoesNotCompileIsAnErrorAndStaysOne) {
  // Texts that are not those of rules that were compiled.
  const auto lazy = std::make_shared<LazyTexts>(1, [] {
    auto bytes = std::make_shared<std::string>(
        TextsOf(Plain("rule a { condition: true }"))->Encode());
    bytes->replace(bytes->rfind("true"), 4, "trui");
    return RuleTexts::Decode(*bytes, bytes);
  });
  UnitStore store({{lazy, {}}}, UnitStore::kDefaultBudget);
  for (int i = 0; i < 2; ++i) {
    const auto unit = store.Get({0, {0}}, false);
    EXPECT_EQ(unit.status().code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(MessageOf(unit.status())),
                testing::HasSubstr("trui"));
  }
  EXPECT_EQ(store.statistics().units, 0u);
}

}  // namespace
}  // namespace cupel
