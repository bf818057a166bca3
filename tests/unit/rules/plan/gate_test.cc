#include "rules/plan/gate.h"

#include <gtest/gtest.h>

#include "rules/plan/gate_writer.h"

namespace cupel::plan {
namespace {

constexpr uint32_t kAtoms = 4;

GateWords Leaf(GateOp op, uint32_t number) {
  GateWords out;
  AppendLeaf(op, number, &out);
  return out;
}

GateWords Node(GateOp op, uint32_t count, const std::vector<GateWords>& of) {
  GateWords body;
  for (const GateWords& child : of) {
    body.insert(body.end(), child.begin(), child.end());
  }
  GateWords out;
  AppendNode(op, of.size(), count, body, &out);
  return out;
}

Fact Smaller(int64_t size) {
  Fact fact;
  fact.kind = Fact::Kind::kFileSize;
  fact.op = Fact::Op::kLt;
  fact.number = size;
  return fact;
}

// The gate's answer for ten bytes in which the atoms of `found` occur.
bool Passes(const GateWords& gate, const std::vector<uint32_t>& found) {
  const std::vector<Fact> facts = {Smaller(100), Smaller(5)};
  EXPECT_EQ(CheckGate(gate, 0, kAtoms, 2), gate.size());
  PrefilterHits hits(kAtoms);
  for (const uint32_t id : found) hits.Add(id);
  return EvaluateGate(gate.data(), hits, facts, {"0123456789", nullptr});
}

TEST(GateTest, LeavesSayWhatIsThere) {
  EXPECT_TRUE(Passes(Leaf(GateOp::kAtom, 1), {0, 1}));
  EXPECT_FALSE(Passes(Leaf(GateOp::kAtom, 2), {0, 1}));
  EXPECT_TRUE(Passes(Leaf(GateOp::kFact, 0), {}));
  EXPECT_FALSE(Passes(Leaf(GateOp::kFact, 1), {}));
  EXPECT_TRUE(Passes(Leaf(GateOp::kNotFact, 1), {}));
}

TEST(GateTest, NodesCountTheirChildren) {
  std::vector<GateWords> atoms;
  for (uint32_t id = 0; id < kAtoms; ++id) {
    atoms.push_back(Leaf(GateOp::kAtom, id));
  }
  EXPECT_TRUE(Passes(Node(GateOp::kAny, 1, atoms), {3}));
  EXPECT_FALSE(Passes(Node(GateOp::kAny, 1, atoms), {}));
  EXPECT_TRUE(Passes(Node(GateOp::kAll, 4, atoms), {3, 2, 0, 1}));
  EXPECT_FALSE(Passes(Node(GateOp::kAll, 4, atoms), {3, 2, 0}));
  EXPECT_TRUE(Passes(Node(GateOp::kAtLeast, 2, atoms), {0, 3}));
  EXPECT_FALSE(Passes(Node(GateOp::kAtLeast, 2, atoms), {2}));
}

// What is not looked at must be skipped, or the next tree is read wrongly.
TEST(GateTest, TreesBehindOneThatIsDecidedAreRead) {
  const GateWords any =
      Node(GateOp::kAny, 1, {Leaf(GateOp::kAtom, 0), Leaf(GateOp::kAtom, 1)});
  const GateWords all =
      Node(GateOp::kAll, 3, {any, Leaf(GateOp::kAtom, 2), any});
  EXPECT_TRUE(Passes(all, {0, 2}));
  EXPECT_FALSE(Passes(all, {0}));
  EXPECT_FALSE(Passes(all, {2}));
  EXPECT_TRUE(
      Passes(Node(GateOp::kAny, 1, {all, Leaf(GateOp::kAtom, 3)}), {3}));
}

TEST(GateTest, CheckRefusesWhatIsNoTree) {
  const auto bad = [](const GateWords& words) {
    return CheckGate(words, 0, kAtoms, 2) == 0;
  };
  EXPECT_TRUE(bad({}));
  EXPECT_TRUE(bad(Leaf(GateOp::kAtom, kAtoms)));
  EXPECT_TRUE(bad(Leaf(GateOp::kFact, 2)));
  EXPECT_TRUE(bad(Leaf(static_cast<GateOp>(6), 0)));
  const GateWords good = Node(GateOp::kAtLeast, 1,
                              {Leaf(GateOp::kAtom, 0), Leaf(GateOp::kAtom, 1)});
  ASSERT_FALSE(bad(good));
  for (size_t cut = 1; cut < good.size(); ++cut) {
    EXPECT_TRUE(bad(GateWords(good.begin(), good.end() - cut))) << cut;
  }
  GateWords longer = good;
  longer[2] = 0xFFFFFFFF;
  EXPECT_TRUE(bad(longer));
  longer[2] = 1;
  EXPECT_TRUE(bad(longer));
  GateWords more_children = good;
  more_children[0] += 1U << kGateOpBits;
  EXPECT_TRUE(bad(more_children));
}

TEST(GateTest, CheckRefusesWhatIsTooDeep) {
  GateWords gate = Leaf(GateOp::kAtom, 0);
  for (int i = 0; i < kMostGateDepth; ++i) {
    gate = Node(GateOp::kAny, 1, {gate});
  }
  EXPECT_EQ(CheckGate(gate, 0, kAtoms, 0), gate.size());
  gate = Node(GateOp::kAny, 1, {gate});
  EXPECT_EQ(CheckGate(gate, 0, kAtoms, 0), 0U);
}

TEST(FactTableTest, FactsComeBack) {
  FactTable table;
  Fact bytes;
  bytes.offset = 7;
  bytes.bytes = "MZ";
  bytes.mask = "\xFF\x0F";
  Fact external;
  external.kind = Fact::Kind::kExternal;
  external.op = Fact::Op::kIContains;
  external.external = 2;
  external.bytes = std::string("a\0b", 3);
  EXPECT_EQ(table.Intern(bytes), 0U);
  EXPECT_EQ(table.Intern(external), 1U);
  EXPECT_EQ(table.Intern(Smaller(-3)), 2U);
  EXPECT_EQ(table.Intern(external), 1U);
  std::vector<Fact> facts;
  const std::string encoded = table.Encode();
  ASSERT_TRUE(ReadFacts(encoded, &facts));
  EXPECT_EQ(facts, (std::vector<Fact>{bytes, external, Smaller(-3)}));
  for (size_t size = 0; size < encoded.size(); ++size) {
    EXPECT_FALSE(ReadFacts(encoded.substr(0, size), &facts)) << size;
  }
  EXPECT_FALSE(ReadFacts(encoded + '\0', &facts));
}

TEST(FactTableTest, AMaskOfAnotherLengthIsRefused) {
  FactTable table;
  Fact fact;
  fact.bytes = "MZ";
  fact.mask = "\xFF";
  table.Intern(fact);
  std::vector<Fact> facts;
  EXPECT_FALSE(ReadFacts(table.Encode(), &facts));
}

}  // namespace
}  // namespace cupel::plan
