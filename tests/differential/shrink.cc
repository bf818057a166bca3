#include "tests/differential/shrink.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace cupel::differential {
namespace {

class Shrinker {
 public:
  Shrinker(Case failing, const StillFails& fails, int tries)
      : best_(std::move(failing)), fails_(fails), left_(tries) {}

  Case Run() {
    for (bool smaller = true; smaller && left_ > 0;) {
      smaller = Sources();
      smaller |= Rules();
      smaller |= Bytes();
      smaller |= Conditions();
      smaller |= Strings();
      smaller |= Rest();
    }
    return std::move(best_);
  }

 private:
  // Keeps what `change` makes of the best case if it still fails.
  template <typename Change>
  bool Try(const Change& change) {
    if (left_ <= 0) return false;
    Case next = best_;
    change(&next);
    --left_;
    if (!fails_(next)) return false;
    best_ = std::move(next);
    return true;
  }

  bool Sources() {
    bool smaller = false;
    for (size_t i = best_.set.sources.size(); i-- > 0;) {
      if (best_.set.sources.size() == 1) break;
      smaller |= Try([i](Case* next) {
        next->set.sources.erase(next->set.sources.begin() +
                                static_cast<std::ptrdiff_t>(i));
      });
    }
    for (size_t i = 0; i < best_.set.sources.size(); ++i) {
      if (!best_.set.sources[i].includes()) continue;
      smaller |= Try([i](Case* next) {
        next->set.sources[i].included_begin = 0;
        next->set.sources[i].included_end = 0;
      });
    }
    return smaller;
  }

  static void Erase(MadeSource* source, size_t rule) {
    source->rules.erase(source->rules.begin() +
                        static_cast<std::ptrdiff_t>(rule));
    if (rule < source->included_begin) --source->included_begin;
    if (rule < source->included_end) --source->included_end;
  }

  bool Rules() {
    bool smaller = false;
    for (size_t s = 0; s < best_.set.sources.size(); ++s) {
      for (size_t i = best_.set.sources[s].rules.size(); i-- > 0;) {
        smaller |= Try([&](Case* next) { Erase(&next->set.sources[s], i); });
      }
      for (size_t i = best_.set.sources[s].imports.size(); i-- > 0;) {
        smaller |= Try([&](Case* next) {
          auto& imports = next->set.sources[s].imports;
          imports.erase(imports.begin() + static_cast<std::ptrdiff_t>(i));
        });
      }
    }
    return smaller;
  }

  bool Strings() {
    bool smaller = false;
    for (size_t s = 0; s < best_.set.sources.size(); ++s) {
      for (size_t r = 0; r < best_.set.sources[s].rules.size(); ++r) {
        const auto& rule = best_.set.sources[s].rules[r];
        for (size_t i = rule.strings.size(); i-- > 0;) {
          smaller |= Try([&](Case* next) {
            auto& strings = next->set.sources[s].rules[r].strings;
            strings.erase(strings.begin() + static_cast<std::ptrdiff_t>(i));
          });
        }
        smaller |= !(rule.tags + rule.metas).empty() && Try([&](Case* next) {
          next->set.sources[s].rules[r].tags.clear();
          next->set.sources[s].rules[r].metas.clear();
        });
      }
    }
    return smaller;
  }

  // Every node below a condition, as a path of indices.
  static void Paths(const Node& node, std::vector<size_t>* path,
                    std::vector<std::vector<size_t>>* out) {
    out->push_back(*path);
    for (size_t i = 0; i < node.children.size(); ++i) {
      path->push_back(i);
      Paths(node.children[i], path, out);
      path->pop_back();
    }
  }

  static Node* At(Node* node, const std::vector<size_t>& path) {
    for (const size_t i : path) node = &node->children[i];
    return node;
  }

  bool Replace(size_t source, size_t rule, const std::vector<size_t>& path,
               const Node& by) {
    return Try([&](Case* next) {
      Node* top = &next->set.sources[source].rules[rule].condition;
      Node copy = by;
      *At(top, path) = std::move(copy);
    });
  }

  bool ConditionOf(size_t source, size_t rule) {
    bool smaller = false;
    for (bool again = true; again && left_ > 0;) {
      again = false;
      const Node condition = best_.set.sources[source].rules[rule].condition;
      std::vector<std::vector<size_t>> paths;
      std::vector<size_t> path;
      Paths(condition, &path, &paths);
      for (const auto& where : paths) {
        const Node& node = *At(const_cast<Node*>(&condition), where);
        std::vector<Node> simpler;
        for (const Node& child : node.children) {
          if (child.boolean == node.boolean) simpler.push_back(child);
        }
        const std::string text = node.Text();
        if (node.boolean && text != "true" && text != "false") {
          simpler.push_back(Leaf("true"));
          simpler.push_back(Leaf("false"));
        }
        for (const Node& by : simpler) {
          again = again || Replace(source, rule, where, by);
        }
        if (again) break;  // the paths are others now
      }
      smaller |= again;
    }
    return smaller;
  }

  bool Conditions() {
    bool smaller = false;
    for (size_t s = 0; s < best_.set.sources.size(); ++s) {
      for (size_t r = 0; r < best_.set.sources[s].rules.size(); ++r) {
        smaller |= ConditionOf(s, r);
      }
    }
    return smaller;
  }

  bool Bytes() {
    bool smaller = false;
    size_t size = std::max<size_t>(1, best_.file.bytes.size() / 2);
    for (; left_ > 0; size /= 2) {
      for (size_t at = 0; at < best_.file.bytes.size() && left_ > 0;) {
        const bool cut =
            Try([&](Case* next) { next->file.bytes.erase(at, size); });
        smaller |= cut;
        if (!cut) at += size;
      }
      if (size == 1) break;
    }
    return smaller;
  }

  bool Rest() {
    bool smaller = false;
    for (std::string MadeFile::* field :
         {&MadeFile::filename, &MadeFile::filepath, &MadeFile::extension,
          &MadeFile::filetype, &MadeFile::owner}) {
      if ((best_.file.*field).empty()) continue;
      smaller |= Try([&](Case* next) { (next->file.*field).clear(); });
    }
    for (size_t i = best_.set.defines.size(); i-- > 0;) {
      smaller |= Try([&](Case* next) {
        next->set.defines.erase(next->set.defines.begin() +
                                static_cast<std::ptrdiff_t>(i));
      });
    }
    return smaller;
  }

  Case best_;
  const StillFails& fails_;
  int left_;
};

std::string Literal(const std::string& bytes) {
  return "\"" + absl::CHexEscape(bytes) + "\"";
}

std::string Value(const ExternalValue& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) {
    return *boolean ? "true" : "false";
  }
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return absl::StrCat("int64_t{", *integer, "}");
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return absl::StrCat("double{", *real, "}");
  }
  return "std::string(" + Literal(std::get<std::string>(value)) + ")";
}

}  // namespace

Case Shrink(Case failing, const StillFails& fails, int tries) {
  return Shrinker(std::move(failing), fails, tries).Run();
}

std::string AsTest(const Case& failing, const std::string& difference) {
  std::string out = "// " + difference;
  if (out.back() != '\n') out += '\n';
  out += "TEST(RegressionTest, GiveItAName) {\n  WrittenCase c;\n";
  for (const MadeSource& source : failing.set.sources) {
    absl::StrAppend(&out, "  c.Source(R\"yar(\n", source.Text(), ")yar\"");
    if (source.includes()) {
      absl::StrAppend(&out, ", R\"yar(\n", source.IncludedText(), ")yar\"");
    }
    out += ");\n";
  }
  for (const auto& [name, value] : failing.set.defines) {
    absl::StrAppend(&out, "  c.Define(\"", name, "\", ", Value(value), ");\n");
  }
  const MadeFile& file = failing.file;
  absl::StrAppend(&out, "  c.file = {std::string(", Literal(file.bytes), ", ",
                  file.bytes.size(), ")");
  for (const std::string* text :
       {&file.filename, &file.filepath, &file.extension, &file.filetype,
        &file.owner}) {
    absl::StrAppend(&out, ", ", Literal(*text));
  }
  return out + "};\n  EXPECT_EQ(c.Difference(), \"\");\n}\n";
}

}  // namespace cupel::differential
