#include "tests/differential/made.h"

namespace cupel::differential {
namespace {

std::string TextOfRules(const MadeSource& source, size_t begin, size_t end) {
  std::string out;
  for (size_t i = begin; i < end && i < source.rules.size(); ++i) {
    out += source.rules[i].Text();
  }
  return out;
}

}  // namespace

std::string Node::Text() const {
  std::string out = pieces[0];
  for (size_t i = 0; i < children.size(); ++i) {
    out += children[i].Text();
    out += pieces[i + 1];
  }
  return out;
}

Node Leaf(std::string text, bool boolean) {
  Node node;
  node.boolean = boolean;
  node.pieces.push_back(std::move(text));
  return node;
}

Node Join(std::string_view pattern, std::vector<Node> children, bool boolean) {
  Node node;
  node.boolean = boolean;
  node.children = std::move(children);
  size_t at = 0;
  for (size_t i = 0; i < node.children.size(); ++i) {
    const size_t hole = pattern.find("@@", at);
    node.pieces.emplace_back(pattern.substr(at, hole - at));
    at = hole + 2;
  }
  node.pieces.emplace_back(pattern.substr(at));
  return node;
}

std::string MadeRule::Text() const {
  std::string out;
  if (global) out += "global ";
  if (is_private) out += "private ";
  out += "rule " + name + tags + " {\n" + metas;
  if (!strings.empty()) out += "  strings:\n";
  for (const MadeString& string : strings) {
    out += "    " + string.id + " = " + string.value + string.modifiers + "\n";
  }
  return out + "  condition:\n    " + condition.Text() + "\n}\n";
}

std::string MadeSource::Text() const {
  std::string out;
  for (const std::string& module : imports) {
    out += "import \"" + module + "\"\n";
  }
  if (!includes()) return out + TextOfRules(*this, 0, rules.size());
  out += TextOfRules(*this, 0, included_begin);
  out += "include \"" + IncludedName() + "\"\n";
  return out + TextOfRules(*this, included_end, rules.size());
}

std::string MadeSource::IncludedText() const {
  return TextOfRules(*this, included_begin, included_end);
}

size_t MadeSet::rules() const {
  size_t sum = 0;
  for (const MadeSource& source : sources) sum += source.rules.size();
  return sum;
}

std::string ToText(const MadeSet& set) {
  std::string out;
  for (const MadeSource& source : set.sources) {
    out += "// " + source.name + ".yar\n" + source.Text();
    if (source.includes()) {
      out += "// " + source.IncludedName() + "\n" + source.IncludedText();
    }
  }
  return out;
}

}  // namespace cupel::differential
