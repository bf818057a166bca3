// `of` and `for`.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/plan/formula_bytes.h"
#include "rules/plan/formula_make.h"
#include "rules/plan/formula_reader.h"

namespace cupel::plan {
namespace {

// A loop with more rounds is looked at once, for any of them.
constexpr int64_t kMaxRounds = 16;

}  // namespace

// One round of a loop: its variable, if that is known.
struct Reader::Round {
  std::optional<int64_t> integer;
  std::optional<std::string> text;
};

Reader::Quorum Reader::QuorumOf(const Expr& expr) const {
  const Expr::Quantifier& quantifier = expr.quantifier;
  using Kind = Expr::Quantifier::Kind;
  if (quantifier.kind == Kind::kAll) return {Quorum::Kind::kAll, 1};
  if (quantifier.kind == Kind::kAny) return {Quorum::Kind::kCount, 1};
  if (quantifier.kind != Kind::kExpression &&
      quantifier.kind != Kind::kPercent) {
    return {};
  }
  const std::optional<int64_t> count = Integer(*quantifier.value);
  if (!count.has_value() || *count < 1) return {};
  if (quantifier.kind == Kind::kExpression) {
    return {Quorum::Kind::kCount, static_cast<uint64_t>(*count)};
  }
  if (*count > 100) return {};
  return {Quorum::Kind::kPercent, static_cast<uint64_t>(*count)};
}

Formula Reader::Meet(const Quorum& quorum, std::vector<Formula> children) {
  if (children.empty()) return True();
  const uint64_t total = children.size();
  switch (quorum.kind) {
    case Quorum::Kind::kAll:
      return All(std::move(children));
    case Quorum::Kind::kCount:
      return AtLeast(quorum.count, std::move(children));
    case Quorum::Kind::kPercent:
      return AtLeast((quorum.count * total + 99) / 100, std::move(children));
    case Quorum::Kind::kUnknown:
      break;
  }
  return True();
}

Formula Reader::TrueOf(const Expr& expr, int depth) {
  const Quorum quorum = QuorumOf(expr);
  if (quorum.kind == Quorum::Kind::kUnknown) return True();
  if (expr.set.kind == ast::Set::Kind::kRules) return TrueOfRules(expr, quorum);
  return TrueOfStrings(expr, quorum, depth);
}

// libyara pushes each string of the rule that an item fits, item by item.
std::optional<std::vector<uint32_t>> Reader::StringsOf(
    const ast::Set& set) const {
  std::vector<uint32_t> out;
  const auto add = [&](std::string_view item) {
    const bool is_prefix = item.ends_with('*');
    if (is_prefix) item.remove_suffix(1);
    for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
      const std::string& id = rule_.strings[i].id;
      if (is_prefix ? id.starts_with(item) : id == item) out.push_back(i);
    }
  };
  if (set.kind == ast::Set::Kind::kThem) {
    add("$*");
  } else if (set.kind == ast::Set::Kind::kStrings) {
    for (const std::string& item : set.items) {
      add(item);
      if (out.size() > nodes_left_) return std::nullopt;
    }
  } else {
    return std::nullopt;
  }
  return out;
}

Formula Reader::TrueOfStrings(const Expr& expr, const Quorum& quorum,
                              int depth) {
  const auto strings = StringsOf(expr.set);
  if (!strings.has_value() || !Spend(strings->size())) return True();
  std::optional<int64_t> offset;
  if (expr.place == Expr::Place::kAt) offset = Integer(*expr.children.front());
  std::vector<Formula> each;
  for (const uint32_t string : *strings) {
    Formula occurs = Occurs({index_, string});
    if (offset.has_value() && *offset >= 0) {
      occurs = All(
          {std::move(occurs), StringBegins(rule_.strings[string],
                                           static_cast<uint64_t>(*offset))});
    }
    each.push_back(std::move(occurs));
  }
  return All({Meet(quorum, std::move(each)), DefinedChildren(expr, depth)});
}

Formula Reader::TrueOfRules(const Expr& expr, const Quorum& quorum) {
  std::vector<Formula> each;
  bool is_miscounted = false;
  for (const std::string& item : expr.set.items) {
    if (!item.ends_with('*')) {
      const std::optional<uint32_t> rule = names_.Rule(item, index_);
      each.push_back(rule.has_value() ? Reference(*rule) : True());
      continue;
    }
    const auto found =
        names_.Rules(std::string_view(item).substr(0, item.size() - 1), index_);
    if (!found.is_known) return True();
    is_miscounted |= found.is_miscounted;
    for (const uint32_t rule : found.rules) each.push_back(Reference(rule));
  }
  if (is_miscounted && quorum.kind != Quorum::Kind::kAll) {
    return Any(std::move(each));
  }
  return Meet(quorum, std::move(each));
}

// What the body says of $ is put together as the quantifier says. Bodies that
// can be 2 make one round count as two.
Formula Reader::TrueForOf(const Expr& expr, int depth) {
  const Quorum quorum = QuorumOf(expr);
  const auto strings = StringsOf(expr.set);
  if (quorum.kind == Quorum::Kind::kUnknown || !strings.has_value()) {
    return True();
  }
  const Expr& body = *expr.children.front();
  const std::optional<uint32_t> around = loop_string_;
  std::vector<Formula> bodies;
  for (const uint32_t string : *strings) {
    loop_string_ = string;
    bodies.push_back(WhenTrue(body, depth));
  }
  loop_string_ = around;
  if (!IsZeroOrOne(body)) return Any(std::move(bodies));
  return Meet(quorum, std::move(bodies));
}

// The rounds of a loop over what is known; empty if that is not much.
std::vector<Reader::Round> Reader::RoundsOf(const Expr& expr) const {
  std::vector<Round> rounds;
  const size_t values = expr.children.size() - 1;
  switch (expr.set.kind) {
    case ast::Set::Kind::kTexts:
      for (const std::string& text : expr.set.items) {
        rounds.push_back({std::nullopt, text});
      }
      break;
    case ast::Set::Kind::kValues:
      for (size_t i = 0; i < values; ++i) {
        rounds.push_back({Integer(*expr.children[i]), Text(*expr.children[i])});
      }
      break;
    case ast::Set::Kind::kRange: {
      const std::optional<int64_t> low = Integer(*expr.children[0]);
      const std::optional<int64_t> high = Integer(*expr.children[1]);
      if (!low || !high || *low < 0 || *high < *low) break;
      for (int64_t i = 0; i <= *high - *low && i <= kMaxRounds; ++i) {
        rounds.push_back({*low + i, std::nullopt});
      }
      break;
    }
    default:
      break;
  }
  return rounds;
}

Formula Reader::TrueForIn(const Expr& expr, int depth) {
  const Quorum quorum = QuorumOf(expr);
  if (quorum.kind == Quorum::Kind::kUnknown || expr.children.empty()) {
    return True();
  }
  std::vector<Round> rounds = RoundsOf(expr);
  const bool is_empty_maybe = rounds.empty();
  if (is_empty_maybe && quorum.kind == Quorum::Kind::kAll) return True();
  // Only outer loops are taken apart, or the rounds would multiply.
  const bool is_apart = !is_empty_maybe && variables_.empty() &&
                        rounds.size() <= kMaxRounds &&
                        expr.variables.size() == 1;
  if (!is_apart) rounds.assign(1, Round());

  const Expr& body = *expr.children.back();
  const size_t around = variables_.size();
  std::vector<Formula> bodies;
  bool is_zero_or_one = false;
  for (const Round& round : rounds) {
    for (const std::string& name : expr.variables) {
      variables_.push_back({name, round.integer, round.text});
    }
    is_zero_or_one = IsZeroOrOne(body);
    bodies.push_back(WhenTrue(body, depth));
    variables_.resize(around);
  }
  std::vector<Formula> parts;
  parts.push_back(is_apart && is_zero_or_one ? Meet(quorum, std::move(bodies))
                                             : Any(std::move(bodies)));
  // Nothing is run through if that is undefined.
  if (expr.set.kind == ast::Set::Kind::kRange ||
      expr.set.kind == ast::Set::Kind::kIterable) {
    for (size_t i = 0; i + 1 < expr.children.size(); ++i) {
      parts.push_back(WhenDefined(*expr.children[i], depth));
    }
  }
  return All(std::move(parts));
}

}  // namespace cupel::plan
