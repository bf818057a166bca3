#include "tests/differential/make_files.h"

#include <algorithm>

#include "tests/differential/encode.h"
#include "tests/differential/make_conditions.h"
#include "tests/differential/make_strings.h"
#include "tests/small_executables.h"

namespace cupel::differential {
namespace {

// What stands between the strings.
std::string Filler(Draw* draw) {
  switch (draw->Weighted({20, 20, 15, 10, 15, 20})) {
    case 0:
      return "";
    case 1:
      return draw->From("ab01_( \n", draw->Below(40));
    case 2:
      return draw->Bytes(draw->Below(60));
    case 3:
      return std::string(draw->Below(300), '\0');
    case 4:
      return MakeWord(draw);
    default:
      return draw->Pick({" ", "\n", "x", "_", ".", "\r\n"});
  }
}

// Some of the strings of a group; all of them, often: conditions ask for that.
std::string Pieces(Draw* draw, const StringGroup& group) {
  std::string out;
  if (group.empty()) return out;
  const bool all = draw->Chance(60);
  const bool apart = draw->Chance(70);
  for (const MadeString* string : group) {
    if (!all && draw->Chance(50)) continue;
    const int64_t times = draw->Chance(12) ? draw->Between(2, 12) : 1;
    for (int64_t i = 0; i < times; ++i) {
      if (apart) out += Filler(draw);
      out += draw->Chance(88) ? Occurrence(draw, *string)
                              : NearMiss(draw, *string);
    }
  }
  if (draw->Chance(15)) std::reverse(out.begin(), out.end());
  return out;
}

std::string Head(Draw* draw, const std::vector<std::string>& heads) {
  const size_t kind = draw->Weighted({45, 25, 20, 10});
  if (kind == 0) return "";
  if (kind == 1 && !heads.empty()) return draw->Pick(heads);
  if (kind <= 2) {
    std::string head = draw->Pick(SmallHeads());
    // Broken ones too: modules stop reading somewhere.
    if (draw->Chance(20)) {
      head.resize(draw->Below(static_cast<uint32_t>(head.size())));
    }
    return head;
  }
  return draw->Pick({"MZ", "MZ\x90", "M",
                     "\x7f"
                     "ELF",
                     "PK\x03\x04", "%PDF-1.4", "#!/bin/sh\n", "\xef\xbb\xbf",
                     "\xd0\xcf\x11\xe0", "ZM"});
}

// Cut, or grown, to a size of interest.
void FitSize(Draw* draw, const std::vector<int64_t>& numbers,
             std::string* bytes) {
  const auto size = static_cast<uint32_t>(bytes->size());
  switch (draw->Weighted({65, 12, 6, 6, 11})) {
    case 1: {
      if (numbers.empty()) return;
      const int64_t wanted = draw->Pick(numbers) + draw->Between(-1, 1);
      if (wanted < 0 || wanted > 20000) return;
      const auto target = static_cast<size_t>(wanted);
      if (target > bytes->size() && draw->Chance(50)) {
        // The strings stay at the end.
        bytes->insert(0, target - bytes->size(), 'a');
      }
      bytes->resize(target, 'a');
      return;
    }
    case 2:
      if (size > 1) bytes->erase(0, 1);
      return;
    case 3:
      if (size > 1) bytes->pop_back();
      return;
    case 4:
      bytes->resize(draw->Below(size + 1));
      return;
    default:
      return;
  }
}

}  // namespace

std::vector<StringGroup> GroupsOf(const MadeSet& set) {
  std::vector<StringGroup> out;
  for (const MadeSource& source : set.sources) {
    for (const MadeRule& rule : source.rules) {
      StringGroup group;
      for (const MadeString& string : rule.strings) group.push_back(&string);
      out.push_back(std::move(group));
    }
  }
  return out;
}

std::vector<std::string> SmallHeads() {
  static const auto* heads = new std::vector<std::string>{
      SmallPe(), SmallElf(),
      std::string("PK\3\4\x14\0\0\0\0\0", 10) + std::string(20, '\0') + "a",
      "%PDF-1.4\n1 0 obj\n<< >>\nendobj\n"};
  return *heads;
}

MadeFile MakeFile(Draw* draw, const std::vector<StringGroup>& groups,
                  const std::vector<int64_t>& numbers,
                  const std::vector<std::string>& heads) {
  MadeFile file;
  file.filename = SomeFileName(draw);
  file.filepath = SomeFilePath(draw);
  file.extension = SomeExtension(draw);
  file.filetype = SomeFileType(draw);
  file.owner = SomeOwner(draw);
  if (draw->Chance(4)) {
    file.bytes = draw->Bytes(draw->Below(6));
    return file;
  }
  file.bytes = Head(draw, heads);
  const bool at_start = file.bytes.empty() && draw->Chance(50);
  if (!at_start) file.bytes += Filler(draw);
  const size_t rules = 1 + draw->Weighted({55, 25, 15, 5});
  for (size_t i = 0; i < rules && !groups.empty(); ++i) {
    // Now and then at a place that a condition names.
    if (!numbers.empty() && draw->Chance(15)) {
      const int64_t offset = draw->Pick(numbers);
      if (offset < 10000 && offset > static_cast<int64_t>(file.bytes.size())) {
        file.bytes.resize(static_cast<size_t>(offset), ' ');
      }
    }
    file.bytes += Pieces(draw, draw->Pick(groups));
  }
  if (draw->Chance(50)) file.bytes += Filler(draw);
  FitSize(draw, numbers, &file.bytes);
  return file;
}

}  // namespace cupel::differential
