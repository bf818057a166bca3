#include "schema/checker.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cupel {
namespace {

using valijson::Subschema;

constexpr size_t kMaxIssues = 100;
// Subschemas applied within one another, each some frames of the stack.
constexpr size_t kMaxDepth = 400;

template <typename Text>
std::string_view View(const Text& text) {
  return {text.data(), text.size()};
}

}  // namespace

// The members of an object in the order of their keys, as valijson's maps are.
struct Checker::Members {
  struct Member {
    std::string_view key;
    const Json* value = nullptr;
    bool matched = false;
  };

  explicit Members(const Json& object) {
    list.reserve(object.size());
    for (const auto& [key, value] : object.get_ref<const Json::object_t&>()) {
      list.push_back({key, &value});
    }
    std::sort(list.begin(), list.end(),
              [](const Member& a, const Member& b) { return a.key < b.key; });
  }

  Member* Find(std::string_view key) {
    const auto found =
        std::lower_bound(list.begin(), list.end(), key,
                         [](const Member& m, std::string_view wanted) {
                           return m.key < wanted;
                         });
    return found != list.end() && found->key == key ? &*found : nullptr;
  }

  std::vector<Member> list;
};

void Checker::Run(const Subschema& schema, const Json& value) {
  const Place root;
  const bool good = Apply(schema, value, root);
  if (steps_.exhausted()) {
    issues_->Add({}, "too_complex",
                 "too large or too complex to be held against the schema");
  } else if (!good && added_ == 0) {
    issues_->Add({}, "schema", "does not fit the schema");
  }
}

bool Checker::Apply(const Subschema& schema, const Json& value,
                    const Place& place) {
  if (Stopped() || !steps_.Spend(1)) return false;
  if (depth_ >= kMaxDepth) {
    steps_.Spend(SIZE_MAX);
    return false;
  }
  const Json* const outer_value = std::exchange(value_, &value);
  const Place* const outer_place = std::exchange(place_, &place);
  ++depth_;
  bool good = false;
  if (schema.getAlwaysInvalid()) {
    Fail("not_allowed", "nothing is allowed here");
  } else {
    Subschema::ApplyFunction visit =
        [this](const valijson::constraints::Constraint& constraint) {
          return steps_.Spend(1) && constraint.accept(*this);
        };
    good = quiet_ ? schema.applyStrict(visit) : schema.apply(visit);
  }
  --depth_;
  value_ = outer_value;
  place_ = outer_place;
  return good;
}

bool Checker::Fits(const Subschema& schema, const Json& value) {
  const bool outer = std::exchange(quiet_, true);
  const bool good = Apply(schema, value, *place_);
  quiet_ = outer;
  return good;
}

bool Checker::FailAt(const Place& place, std::string_view type,
                     std::string message) {
  if (quiet_ || Stopped()) return false;
  issues_->Add(place.Path(), std::string(type), std::move(message));
  full_ = ++added_ >= kMaxIssues;
  return false;
}

bool Checker::Unexpected() {
  return Fail("schema", "the schema has something here that nothing checks");
}

bool Checker::visit(const AllOfConstraint& constraint) {
  bool good = true;
  constraint.applyToSubschemas([&](unsigned int, const Subschema* schema) {
    good = ApplyHere(*schema) && good;
    return good || GoOn();
  });
  return good;
}

bool Checker::visit(const AnyOfConstraint& constraint) {
  bool good = false;
  constraint.applyToSubschemas([&](unsigned int, const Subschema* schema) {
    good = Fits(*schema, *value_);
    return !good && !Stopped();
  });
  return good || Fail("anyOf", "fits none of the alternatives");
}

bool Checker::visit(const OneOfConstraint& constraint) {
  size_t fitting = 0;
  constraint.applyToSubschemas([&](unsigned int, const Subschema* schema) {
    if (Fits(*schema, *value_)) ++fitting;
    return fitting < 2 && !Stopped();
  });
  if (fitting == 1) return true;
  return Fail("oneOf", fitting == 0 ? "fits none of the alternatives"
                                    : "fits more than one of the alternatives");
}

bool Checker::visit(const NotConstraint& constraint) {
  if (!Fits(*constraint.getSubschema(), *value_)) return true;
  return Fail("not", "fits what the schema rules out");
}

bool Checker::visit(const ConditionalConstraint& constraint) {
  const Subschema* const branch = Fits(*constraint.getIfSubschema(), *value_)
                                      ? constraint.getThenSubschema()
                                      : constraint.getElseSubschema();
  return branch == nullptr || ApplyHere(*branch);
}

bool Checker::visit(const ContainsConstraint& constraint) {
  if (!value_->is_array()) return true;
  for (const Json& element : *value_) {
    if (Fits(*constraint.getSubschema(), element)) return true;
    if (Stopped()) return false;
  }
  return Fail("contains", "no element is as one has to be");
}

const Json* Checker::Find(std::string_view key) {
  steps_.Spend(1 + value_->size() / 16);
  for (const auto& [name, value] : value_->get_ref<const Json::object_t&>()) {
    if (name == key) return &value;
  }
  return nullptr;
}

bool Checker::visit(const RequiredConstraint& constraint) {
  if (!value_->is_object()) return true;
  bool good = true;
  constraint.applyToRequiredProperties([&](const auto& name) {
    if (Find(View(name)) == nullptr) {
      good = FailAt(place_->Key(View(name)), "missing",
                    "required, but it is not there");
    }
    return good || GoOn();
  });
  return good;
}

bool Checker::visit(const DependenciesConstraint& constraint) {
  if (!value_->is_object()) return true;
  bool good = true;
  constraint.applyToPropertyDependencies(
      [&](const auto& name, const auto& others) {
        if (Find(View(name)) == nullptr) return true;
        for (const auto& other : others) {
          if (Find(View(other)) != nullptr) continue;
          good = FailAt(place_->Key(View(other)), "missing",
                        "required beside another property, but it is not "
                        "there");
          if (!GoOn()) return false;
        }
        return true;
      });
  if (!good && !GoOn()) return false;
  constraint.applyToSchemaDependencies(
      [&](const auto& name, const Subschema* schema) {
        if (Find(View(name)) != nullptr) good = ApplyHere(*schema) && good;
        return good || GoOn();
      });
  return good;
}

bool Checker::visit(const PropertiesConstraint& constraint) {
  if (!value_->is_object()) return true;
  if (!steps_.Spend(value_->size())) return false;
  Members members(*value_);
  bool good = CheckProperties(constraint, &members);
  if (!good && !GoOn()) return false;
  good = CheckNamePatterns(constraint, &members) && good;
  if (!good && !GoOn()) return false;
  return CheckOthers(constraint, members) && good;
}

bool Checker::CheckProperties(const PropertiesConstraint& constraint,
                              Members* members) {
  bool good = true;
  constraint.applyToProperties([&](const auto& name, const Subschema* schema) {
    if (!steps_.Spend(1)) return good = false;
    auto* const member = members->Find(View(name));
    if (member == nullptr) return true;
    member->matched = true;
    const Place place = place_->Key(member->key);
    good = Apply(*schema, *member->value, place) && good;
    return good || GoOn();
  });
  return good;
}

bool Checker::CheckNamePatterns(const PropertiesConstraint& constraint,
                                Members* members) {
  bool good = true;
  constraint.applyToPatternProperties(
      [&](const auto& name, const Subschema* schema) {
        const auto pattern = name_patterns_.find(View(name));
        if (pattern == name_patterns_.end()) return good = Unexpected();
        for (auto& member : members->list) {
          if (!steps_.Spend(1 + member.key.size() * pattern->second.size() /
                                    1024)) {
            return good = false;
          }
          if (!pattern->second.Finds(member.key)) continue;
          member.matched = true;
          const Place place = place_->Key(member.key);
          good = Apply(*schema, *member.value, place) && good;
          if (!good && !GoOn()) return false;
        }
        return true;
      });
  return good;
}

bool Checker::CheckOthers(const PropertiesConstraint& constraint,
                          const Members& members) {
  const Subschema* const schema = constraint.getAdditionalPropertiesSubschema();
  bool good = true;
  for (const auto& member : members.list) {
    if (member.matched) continue;
    const Place place = place_->Key(member.key);
    if (schema == nullptr || schema->getAlwaysInvalid()) {
      good = FailAt(place, "extra_forbidden", "no such property is allowed");
    } else {
      good = Apply(*schema, *member.value, place) && good;
    }
    if (!good && !GoOn()) return false;
  }
  return good;
}

bool Checker::visit(const PropertyNamesConstraint& constraint) {
  if (!value_->is_object()) return true;
  bool good = true;
  for (const auto& [key, value] : value_->get_ref<const Json::object_t&>()) {
    const Place place = place_->Key(key);
    const Json name = key;
    if (!Fits(*constraint.getSubschema(), name)) {
      good = FailAt(place, "propertyNames", "no property may have this name");
      if (!GoOn()) return false;
    }
  }
  return good;
}

bool Checker::CheckItems(const Subschema* schema, size_t first) {
  bool good = true;
  for (size_t i = first; i < value_->size(); ++i) {
    const Place place = place_->Index(i);
    if (schema == nullptr || schema->getAlwaysInvalid()) {
      good = FailAt(place, "too_long", "no such element is allowed");
    } else {
      good = Apply(*schema, (*value_)[i], place) && good;
    }
    if (!good && !GoOn()) return false;
  }
  return good;
}

bool Checker::visit(const SingularItemsConstraint& constraint) {
  return !value_->is_array() || CheckItems(constraint.getItemsSubschema(), 0);
}

bool Checker::visit(const LinearItemsConstraint& constraint) {
  if (!value_->is_array()) return true;
  bool good = true;
  constraint.applyToItemSubschemas([&](size_t i, const Subschema* schema) {
    if (i >= value_->size()) return false;
    const Place place = place_->Index(i);
    good = Apply(*schema, (*value_)[i], place) && good;
    return good || GoOn();
  });
  if (!good && !GoOn()) return false;
  return CheckItems(constraint.getAdditionalItemsSubschema(),
                    constraint.getItemSubschemaCount()) &&
         good;
}

}  // namespace cupel
