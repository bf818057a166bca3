#include "rules/rule_texts.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/status.h"
#include "rules/compiled_set.h"
#include "rules/wire.h"

namespace cupel {
namespace {

constexpr size_t kMaxModules = 64;
constexpr uint32_t kGlobal = 1;
constexpr uint32_t kPrivate = 2;
constexpr uint32_t kSearch = 4;

size_t CountOf(std::string_view what, std::string_view text) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

absl::Status Contradiction() {
  return DataLoss("the texts of compiled rules contradict themselves");
}

}  // namespace

// Walks the files of each unit as libyara reads them.
class RuleTexts::Builder {
 public:
  Builder(std::span<const RuleUnit> units, std::span<const SplitText> splits,
          std::span<const RuleInfo> rules)
      : units_(units), splits_(splits), infos_(rules) {}

  std::shared_ptr<const RuleTexts> Run() {
    const bool understood =
        std::all_of(splits_.begin(), splits_.end(),
                    [](const SplitText& split) { return split.understood; });
    if (!understood) return nullptr;
    for (const RuleUnit& unit : units_) {
      unit_ = &unit;
      names_.clear();
      imported_.clear();
      out_.namespaces_.push_back(unit.ns);
      if (!File(0, 0)) return nullptr;
      splits_ = splits_.subspan(unit.files.size());
    }
    if (out_.rules_.size() != infos_.size()) return nullptr;
    OwnTexts();
    out_.FindGlobals();
    return std::make_shared<const RuleTexts>(std::move(out_));
  }

 private:
  // False if this is not how libyara compiled it.
  bool File(size_t index, size_t depth) {
    const SplitText& split = splits_[index];
    const std::string& text = unit_->files[index].text;
    size_t rule = 0;
    size_t import = 0;
    size_t include = 0;
    while (true) {
      const uint32_t at_rule =
          rule < split.rules.size() ? split.rules[rule].begin : kEnd;
      const uint32_t at_import =
          import < split.imports.size() ? split.imports[import].begin : kEnd;
      const uint32_t at_include =
          include < split.includes.size()
              ? split.tokens[split.includes[include]].begin
              : kEnd;
      const uint32_t next = std::min({at_rule, at_import, at_include});
      if (next == kEnd) return true;
      if (next == at_rule) {
        if (!Rule(split, split.rules[rule++], text)) return false;
      } else if (next == at_import) {
        if (!Import(split.imports[import++].module)) return false;
      } else {
        const Token& token = split.tokens[split.includes[include++]];
        const size_t target =
            UnitFileIndex(*unit_, IncludePathOf(token.In(text)).path);
        if (depth == kMaxIncludeDepth || !File(target, depth + 1)) return false;
      }
    }
  }

  bool Import(const std::string& module) {
    const auto found =
        std::find(out_.modules_.begin(), out_.modules_.end(), module);
    const auto bit = static_cast<size_t>(found - out_.modules_.begin());
    if (found == out_.modules_.end()) {
      if (bit == kMaxModules) return false;
      out_.modules_.push_back(module);
    }
    imported_[module] = uint64_t{1} << bit;
    return true;
  }

  bool Rule(const SplitText& split, const RuleText& from,
            std::string_view text) {
    const auto index = static_cast<uint32_t>(out_.rules_.size());
    if (index >= infos_.size() || infos_[index].name != from.name ||
        infos_[index].ns != unit_->ns) {
      return false;
    }
    RuleTexts::Rule rule;
    rule.text = text.substr(from.begin, from.end - from.begin);
    rule.ns = static_cast<uint32_t>(out_.namespaces_.size() - 1);
    rule.global = from.global;
    rule.is_private = from.is_private;
    rule.search = from.strings.begin != from.strings.end;
    const RuleReferences uses = ReferencesOf(split, from, text);
    for (const std::string_view name : uses.names) Name(name, &rule);
    names_.emplace(from.name, index);
    namesakes_[from.name].push_back(index);
    for (const std::string_view prefix : uses.prefixes) {
      Prefix(prefix, index, &rule);
    }
    std::sort(rule.refers_to.begin(), rule.refers_to.end());
    rule.refers_to.erase(
        std::unique(rule.refers_to.begin(), rule.refers_to.end()),
        rule.refers_to.end());
    out_.rules_.push_back(std::move(rule));
    return true;
  }

  // Too much is harmless here: a rule or a module that comes along for nothing.
  void Name(std::string_view name, RuleTexts::Rule* rule) const {
    // libyara finds the entry point when it searches.
    rule->search = rule->search || name == "entrypoint";
    for (size_t i = 0; i < kFileExternals.size(); ++i) {
      if (name == kFileExternals[i]) rule->externals |= 1U << i;
    }
    if (const auto module = imported_.find(name); module != imported_.end()) {
      rule->modules |= module->second;
    }
    if (const auto other = names_.find(name); other != names_.end()) {
      rule->refers_to.push_back(other->second);
    }
  }

  // libyara looks through the rules of all namespaces until now, this one
  // included, and counts a rule of this namespace once for each that has its
  // name. So they all come along.
  void Prefix(std::string_view prefix, uint32_t self,
              RuleTexts::Rule* rule) const {
    for (const auto& [name, index] : names_) {
      if (!std::string_view(name).starts_with(prefix)) continue;
      for (const uint32_t other : namesakes_.find(name)->second) {
        if (other != self) rule->refers_to.push_back(other);
      }
    }
  }

  // One block for all, instead of the units, which go away.
  void OwnTexts() {
    auto block = std::make_shared<std::string>();
    size_t bytes = 0;
    for (const RuleTexts::Rule& rule : out_.rules_) bytes += rule.text.size();
    block->reserve(bytes);
    for (RuleTexts::Rule& rule : out_.rules_) {
      const size_t at = block->size();
      block->append(rule.text);
      rule.text = std::string_view(block->data() + at, rule.text.size());
    }
    out_.owner_ = std::move(block);
  }

  static constexpr uint32_t kEnd = UINT32_MAX;

  const std::span<const RuleUnit> units_;
  std::span<const SplitText> splits_;  // of this unit and those that follow
  const std::span<const RuleInfo> infos_;
  const RuleUnit* unit_ = nullptr;
  HashMap<std::string, uint32_t> names_;  // rules of this unit so far
  HashMap<std::string, std::vector<uint32_t>> namesakes_;  // of all units
  HashMap<std::string, uint64_t> imported_;                // modules, as bits
  RuleTexts out_;
};

std::shared_ptr<const RuleTexts> RuleTexts::Make(
    std::span<const RuleUnit> units, std::span<const SplitText> splits,
    std::span<const RuleInfo> rules) {
  return Builder(units, splits, rules).Run();
}

void RuleTexts::FindGlobals() {
  globals_.assign(namespaces_.size(), {});
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].global) globals_[rules_[i].ns].push_back(i);
  }
}

std::vector<uint32_t> RuleTexts::Closure(
    std::span<const uint32_t> wanted) const {
  std::vector<uint32_t> out;
  HashSet<uint32_t> taken;
  const auto take = [&](uint32_t rule) {
    if (taken.insert(rule).second) out.push_back(rule);
  };
  for (const uint32_t rule : wanted) take(rule);
  for (size_t i = 0; i < out.size(); ++i) {
    const Rule& rule = rules_[out[i]];
    for (const uint32_t other : rule.refers_to) take(other);
    for (const uint32_t global : globals_[rule.ns]) take(global);
  }
  std::sort(out.begin(), out.end());
  return out;
}

RuleTexts::Needs RuleTexts::NeedsOf(uint32_t rule) const {
  Needs needs;
  for (const uint32_t other : Closure({&rule, 1})) {
    needs.modules |= rules_[other].modules;
    needs.search = needs.search || rules_[other].search;
    needs.xored += CountOf(" xor", rules_[other].text);
  }
  return needs;
}

RuleExtract RuleTexts::Extract(std::span<const uint32_t> wanted) const {
  RuleExtract out;
  out.rules = Closure(wanted);
  for (size_t i = 0; i < out.rules.size();) {
    const uint32_t ns = rules_[out.rules[i]].ns;
    uint64_t modules = 0;
    std::string text;
    for (; i < out.rules.size() && rules_[out.rules[i]].ns == ns; ++i) {
      const Rule& rule = rules_[out.rules[i]];
      modules |= rule.modules;
      out.externals |= rule.externals;
      out.search = out.search || rule.search;
      const bool asked_for =
          std::binary_search(wanted.begin(), wanted.end(), out.rules[i]);
      if (!asked_for && !rule.is_private) text += "private ";
      text.append(rule.text).append("\n");
    }
    std::string imports;
    for (size_t bit = 0; bit < modules_.size(); ++bit) {
      if ((modules >> bit & 1) == 0) continue;
      imports.append("import \"").append(modules_[bit]).append("\"\n");
    }
    out.texts.emplace_back(namespaces_[ns], imports + text);
  }
  return out;
}

std::string RuleTexts::Encode() const {
  WireWriter out;
  out.U64(modules_.size());
  for (const std::string& module : modules_) out.String(module);
  out.U64(namespaces_.size());
  for (const std::string& ns : namespaces_) out.String(ns);
  out.U64(rules_.size());
  for (const Rule& rule : rules_) {
    out.U32(rule.ns);
    out.U32((rule.global ? kGlobal : 0) | (rule.is_private ? kPrivate : 0) |
            (rule.search ? kSearch : 0));
    out.U32(rule.externals);
    out.U64(rule.modules);
    out.U64(rule.refers_to.size());
    for (const uint32_t other : rule.refers_to) out.U32(other);
    out.String(rule.text);
  }
  return std::move(out.out());
}

absl::StatusOr<std::shared_ptr<const RuleTexts>> RuleTexts::Decode(
    std::string_view bytes, std::shared_ptr<const void> owner) {
  RuleTexts texts;
  WireReader in(bytes);
  texts.owner_ = std::move(owner);
  texts.modules_.resize(in.Count(8));
  for (std::string& module : texts.modules_) module = in.String();
  texts.namespaces_.resize(in.Count(8));
  for (std::string& ns : texts.namespaces_) ns = in.String();
  texts.rules_.resize(in.Count(36));
  bool sound = texts.modules_.size() <= kMaxModules;
  const uint64_t known = texts.modules_.size() < kMaxModules
                             ? (uint64_t{1} << texts.modules_.size()) - 1
                             : UINT64_MAX;
  for (uint32_t i = 0; i < texts.rules_.size() && sound; ++i) {
    Rule& rule = texts.rules_[i];
    rule.ns = in.U32();
    const uint32_t flags = in.U32();
    rule.global = (flags & kGlobal) != 0;
    rule.is_private = (flags & kPrivate) != 0;
    rule.search = (flags & kSearch) != 0;
    rule.externals = in.U32() & kAllExternals;
    rule.modules = in.U64();
    rule.refers_to.resize(in.Count(4));
    for (uint32_t& other : rule.refers_to) {
      other = in.U32();
      sound = sound && other < i;
    }
    rule.text = in.String();
    // Namespaces follow one another; Extract relies on it.
    sound = sound && rule.ns < texts.namespaces_.size() &&
            (rule.modules & ~known) == 0 &&
            (i == 0 || texts.rules_[i - 1].ns <= rule.ns) &&
            rule.text.find('\0') == std::string_view::npos;
  }
  if (!sound || !in.at_end()) return Contradiction();
  texts.FindGlobals();
  return std::make_shared<const RuleTexts>(std::move(texts));
}

}  // namespace cupel
