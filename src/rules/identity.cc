#include "rules/identity.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <variant>

#include "base/hash.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "rules/compiled_set.h"

namespace cupel {
namespace {

std::string_view AsView(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// Modules whose values are a function of the bytes. Of the others (the time,
// what is given to a scan from outside, what is yet to come) nothing is known.
bool IsSteady(std::string_view module) {
  static constexpr std::string_view kSteady[] = {
      "console", "dex",   "dotnet", "elf", "hash",
      "lnk",     "macho", "math",   "pe",  "string"};
  return std::find(std::begin(kSteady), std::end(kSteady), module) !=
         std::end(kSteady);
}

std::string ValueText(const ExternalValue& value) {
  return fmt::format("{}:", value.index()) +
         std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

// The tokens of a part of a rule: comments and white space are none. Framed, so
// that no two sequences look alike.
void UpdateTokens(const SplitText& split, TokenRange range,
                  std::string_view text, Blake2b* hash) {
  std::string buffer;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const std::string_view token = split.tokens[i].In(text);
    for (int shift = 0; shift < 32; shift += 8) {
      buffer += static_cast<char>(token.size() >> shift & 0xFF);
    }
    buffer += token;
  }
  hash->UpdateFramed(buffer);
}

// The rules of one namespace. What a name in a condition may mean is told by
// the rules, imports and externals that there are; where it may mean several
// things, all of them count.
class NamespaceIdentities {
 public:
  // `splits` are of the unit's files; borrowed, as `unit` is.
  NamespaceIdentities(const RuleUnit& unit, std::span<const SplitText> splits,
                      const DefineValues& defines) {
    for (const auto& [name, value] : defines) {
      defines_.emplace(name, ValueText(value));
    }
    for (size_t i = 0; i < splits.size(); ++i) {
      understood_ = understood_ && splits[i].understood;
      for (const ImportText& import : splits[i].imports) {
        imports_.insert(import.module);
      }
      for (const RuleText& rule : splits[i].rules) {
        const Source source = {&splits[i], &rule, unit.files[i].text};
        understood_ =
            sources_.try_emplace(rule.name, source).second && understood_;
      }
    }
  }

  // `rules` are all of the namespace, in the order in which they were compiled:
  // a name means only what came before it. None if they are not those of the
  // texts, or these are not understood.
  std::optional<std::vector<RuleIdentity>> Make(
      const std::vector<const RuleInfo*>& rules) {
    if (!understood_ || rules.size() != sources_.size()) return std::nullopt;
    for (const RuleInfo* rule : rules) {
      const auto source = sources_.find(rule->name);
      if (source == sources_.end()) return std::nullopt;
      own_.push_back(MakeOwn(source->second));
      before_.emplace(rule->name, own_.size() - 1);
    }
    return WithGlobals(rules);
  }

 private:
  struct Source {
    const SplitText* split = nullptr;
    const RuleText* rule = nullptr;
    std::string_view text;
  };

  RuleIdentity MakeOwn(const Source& source) const {
    const auto& [split, rule, text] = source;
    RuleIdentity identity;
    identity.steady = true;
    Blake2b hash;
    hash.UpdateFramed("cupel.rule/1");
    UpdateTokens(*split, rule->strings, text, &hash);
    UpdateTokens(*split, rule->condition, text, &hash);
    const RuleReferences references = ReferencesOf(*split, *rule, text);
    const std::set<std::string_view> names(references.names.begin(),
                                           references.names.end());
    for (const std::string_view name : names) Mix(name, &identity, &hash);
    for (const std::string_view prefix : references.prefixes) {
      for (auto rule_before = before_.lower_bound(prefix);
           rule_before != before_.end() &&
           rule_before->first.starts_with(prefix);
           ++rule_before) {
        MixRule(own_[rule_before->second], &identity, &hash);
      }
    }
    identity.digest = hash.Finish();
    return identity;
  }

  void Mix(std::string_view name, RuleIdentity* identity, Blake2b* hash) const {
    if (const auto rule = before_.find(name); rule != before_.end()) {
      hash->UpdateFramed("rule");
      hash->UpdateFramed(name);
      MixRule(own_[rule->second], identity, hash);
    }
    if (imports_.find(name) != imports_.end()) {
      hash->UpdateFramed("module");
      hash->UpdateFramed(name);
      identity->steady = identity->steady && IsSteady(name);
    }
    if (const auto define = defines_.find(name); define != defines_.end()) {
      hash->UpdateFramed("define");
      hash->UpdateFramed(name);
      hash->UpdateFramed(define->second);
    }
    for (size_t i = 0; i < kFileExternals.size(); ++i) {
      if (name == kFileExternals[i]) identity->externals |= 1U << i;
    }
  }

  static void MixRule(const RuleIdentity& other, RuleIdentity* identity,
                      Blake2b* hash) {
    hash->Update(AsView(other.digest));
    identity->externals |= other.externals;
    identity->steady = identity->steady && other.steady;
  }

  // A global rule is part of the condition of all rules of its namespace.
  std::vector<RuleIdentity> WithGlobals(
      const std::vector<const RuleInfo*>& rules) const {
    RuleIdentity globals;
    globals.steady = true;
    bool any = false;
    Blake2b of_globals;
    of_globals.UpdateFramed("cupel.rule.globals/1");
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!rules[i]->global) continue;
      MixRule(own_[i], &globals, &of_globals);
      any = true;
    }
    globals.digest = of_globals.Finish();
    std::vector<RuleIdentity> whole = own_;
    if (!any) return whole;
    for (RuleIdentity& identity : whole) {
      Blake2b hash;
      hash.UpdateFramed("cupel.rule.with_globals/1");
      hash.Update(AsView(identity.digest));
      MixRule(globals, &identity, &hash);
      identity.digest = hash.Finish();
    }
    return whole;
  }

  std::map<std::string, std::string, std::less<>> defines_;
  std::set<std::string, std::less<>> imports_;
  HashMap<std::string, Source> sources_;
  bool understood_ = true;
  std::vector<RuleIdentity> own_;                      // without the globals
  std::map<std::string, size_t, std::less<>> before_;  // by name, into own_
};

}  // namespace

std::vector<RuleIdentity> IdentitiesOf(const std::vector<RuleUnit>& units,
                                       std::span<const SplitText> splits,
                                       std::span<const RuleInfo> rules,
                                       const DefineValues& defines) {
  // What is not understood is nothing to rely on: not steady.
  std::vector<RuleIdentity> identities(rules.size());
  HashMap<std::string, std::vector<size_t>> by_namespace;
  for (size_t i = 0; i < rules.size(); ++i) {
    by_namespace[rules[i].ns].push_back(i);
  }
  for (const RuleUnit& unit : units) {
    const std::span<const SplitText> own = splits.first(unit.files.size());
    splits = splits.subspan(own.size());
    const auto found = by_namespace.find(unit.ns);
    if (found == by_namespace.end()) continue;
    std::vector<const RuleInfo*> members;
    for (const size_t index : found->second) members.push_back(&rules[index]);
    const auto made = NamespaceIdentities(unit, own, defines).Make(members);
    if (!made.has_value()) continue;
    for (size_t i = 0; i < members.size(); ++i) {
      identities[found->second[i]] = (*made)[i];
    }
  }
  return identities;
}

void MixDefines(const DefineValues& defines,
                std::vector<RuleIdentity>* identities) {
  for (RuleIdentity& identity : *identities) {
    Blake2b hash;
    hash.UpdateFramed("cupel.rule.defines/1");
    hash.Update(AsView(identity.digest));
    for (const auto& [name, value] : defines) {
      hash.UpdateFramed(name);
      hash.UpdateFramed(ValueText(value));
    }
    identity.digest = hash.Finish();
  }
}

void MixEngine(RuleEngine engine, std::vector<RuleIdentity>* identities) {
  if (engine == RuleEngine::kCupel) return;
  for (RuleIdentity& identity : *identities) {
    Blake2b hash;
    hash.UpdateFramed("cupel.rule.engine/1");
    hash.UpdateFramed(fmt::format("{}", static_cast<int>(engine)));
    hash.Update(AsView(identity.digest));
    identity.digest = hash.Finish();
  }
}

}  // namespace cupel
