#include "tests/differential/written_case.h"

#include <utility>

#include "tests/differential/compare.h"
#include "tests/differential/temp_folder.h"

namespace cupel::differential {
namespace {

struct Outcome {
  std::string difference;
  std::vector<std::string> matching;
};

Outcome Run(const RuleSources& sources, const RuleOptions& options,
            const MadeFile& file) {
  Outcome out;
  auto pair = EnginePair::Compile(sources, options);
  if (!pair.ok()) {
    out.difference = pair.status().ToString();
    return out;
  }
  std::vector<uint32_t> matched;
  out.difference = (*pair)->Compare(file, &matched);
  for (const uint32_t rule : matched) {
    const RuleInfo& info = (*pair)->plain().rules()[rule];
    out.matching.push_back(info.ns + "." + info.name);
  }
  return out;
}

}  // namespace

void WrittenCase::Source(std::string_view text, std::string_view included) {
  texts_.push_back({std::string(text), std::string(included)});
}

void WrittenCase::Define(const std::string& name, ExternalValue value) {
  options_.defines.emplace_back(name, std::move(value));
}

std::string WrittenCase::Difference() const {
  const std::vector<std::string> matching = Matching();
  if (matching.size() == 1 && matching[0].starts_with("differs: ")) {
    return matching[0];
  }
  return "";
}

std::vector<std::string> WrittenCase::Matching() const {
  const TempFolder folder;
  RuleSources sources;
  for (size_t i = 0; i < texts_.size(); ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    sources.paths.push_back(folder.Write(name + ".yar", texts_[i].text));
    folder.Write(name + ".inc", texts_[i].included);
  }
  Outcome outcome = Run(sources, options_, file);
  if (!outcome.difference.empty()) return {"differs: " + outcome.difference};
  return std::move(outcome.matching);
}

std::vector<std::string> WrittenCase::Matching(std::string_view bytes) {
  file.bytes = bytes;
  return Matching();
}

}  // namespace cupel::differential
