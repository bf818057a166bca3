// What conditions say of strings.
#include "tests/differential/make_conditions.h"

namespace cupel::differential {

std::string ConditionMaker::Quantifier(int64_t members) {
  switch (draw_->Weighted({30, 25, 8, 20, 12, 5})) {
    case 0:
      return "any";
    case 1:
      return "all";
    case 2:
      return "none";
    case 3:
      return std::to_string(draw_->Between(0, members + 1));
    case 4:
      return std::to_string(draw_->Between(1, 10) * 10) + "%";
    default:
      if (!names_->strings.empty() && draw_->Chance(40)) {
        return "(#" + BareString() + ")";
      }
      return draw_->Pick({"(1 + 1)", "(filesize \\ 100)", "(0)"});
  }
}

std::string ConditionMaker::StringSet(int64_t* members) {
  *members = static_cast<int64_t>(names_->strings.size());
  if (names_->strings.empty() || names_->anonymous || draw_->Chance(50)) {
    return draw_->Chance(80) || names_->anonymous ? "them" : "($*)";
  }
  if (draw_->Chance(40)) {
    // Ids are a group and a number: "$a1", "$a2", "$b1".
    *members = 2;
    return "(" + SomeString().substr(0, 2) + "*)";
  }
  std::string out = "(" + SomeString();
  *members = draw_->Between(1, 3);
  for (int64_t i = 1; i < *members; ++i) out += ", " + SomeString();
  return out + ")";
}

Node ConditionMaker::OneString() {
  const std::string name = SomeString();
  switch (draw_->Weighted({60, 20, 20})) {
    case 0:
      return Leaf(name);
    case 1:
      return Leaf(name + " at " +
                  (draw_->Chance(50) ? "0"
                   : draw_->Chance(70)
                       ? Number()
                       : draw_->Pick({"filesize - 4", "entrypoint",
                                      "@"
                                      "a1 + 1",
                                      "uint8(0)"})));
    default:
      return Leaf(name + " in (" + SmallNumber() + ".." +
                  (draw_->Chance(70) ? Number() : std::string("filesize")) +
                  ")");
  }
}

Node ConditionMaker::CountOf() {
  const std::string name = BareString();
  const std::string op = CompareOp();
  switch (draw_->Weighted({50, 20, 15, 15})) {
    case 0:
      return Leaf("#" + name + " " + op + " " + SmallNumber());
    case 1:
      return Leaf("#" + name + " in (0.." + Number() + ") " + op + " " +
                  SmallNumber());
    case 2:
      return Leaf("#" + name + " " + op + " #" + BareString());
    default:
      return Leaf("#" + name + " + #" + BareString() + " " + op + " " +
                  SmallNumber());
  }
}

Node ConditionMaker::OffsetOrLength() {
  const std::string mark = draw_->Pick({"@", "!"});
  const std::string index =
      draw_->Chance(40) ? "[" + std::to_string(draw_->Between(1, 3)) + "]" : "";
  const std::string left = mark + BareString() + index;
  if (draw_->Chance(30)) {
    return Leaf(left + " " + CompareOp() + " " + mark + BareString());
  }
  return Leaf(left + " " + CompareOp() + " " + Number());
}

Node ConditionMaker::Of() {
  int64_t members = 1;
  const std::string set = StringSet(&members);
  const std::string quantifier = Quantifier(members);
  std::string place;
  switch (draw_->Weighted({75, 15, 10})) {
    case 1:
      place = " in (" + SmallNumber() + ".." + Number() + ")";
      break;
    case 2:
      place = " at " + Number();
      break;
    default:
      break;
  }
  return Leaf(quantifier + " of " + set + place);
}

Node ConditionMaker::InBody(int depth) {
  switch (draw_->Weighted({25, 15, 15, 15, 10, depth > 0 ? 20u : 0u})) {
    case 0:
      return Leaf("$");
    case 1:
      return Leaf("# " + CompareOp() + " " + SmallNumber());
    case 2:
      return Leaf("@ " + CompareOp() + " " + Number());
    case 3:
      return Leaf("! " + CompareOp() + " " + SmallNumber());
    case 4:
      return Leaf(draw_->Pick(
          {"$ at 0", "$ in (0..100)", "@[1] > 2", "not $ at 0", "@[2] < 300"}));
    default:
      return Join(draw_->Pick({"(@@ and @@)", "(@@ or @@)", "(not @@ or @@)"}),
                  {InBody(depth - 1),
                   draw_->Chance(70) ? InBody(depth - 1) : Compare()});
  }
}

Node ConditionMaker::ForOf(int depth) {
  int64_t members = 1;
  const std::string set = StringSet(&members);
  return Join("for " + Quantifier(members) + " of " + set + " : (@@)",
              {InBody(depth)});
}

Node ConditionMaker::OfStrings(int depth) {
  if (names_->strings.empty()) {
    return draw_->Chance(70) ? Of() : ForOf(depth);
  }
  switch (draw_->Weighted({32, 12, 8, 34, 14})) {
    case 0:
      return OneString();
    case 1:
      return CountOf();
    case 2:
      return OffsetOrLength();
    case 3:
      return Of();
    default:
      return ForOf(depth);
  }
}

}  // namespace cupel::differential
