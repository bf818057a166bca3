// Makes files out of the strings of rules, so that these match, or nearly.
#ifndef CUPEL_TESTS_DIFFERENTIAL_MAKE_FILES_H_
#define CUPEL_TESTS_DIFFERENTIAL_MAKE_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rules/scratch.h"
#include "tests/differential/draw.h"
#include "tests/differential/made.h"

namespace cupel::differential {

struct MadeFile {
  std::string bytes;
  std::string filename;
  std::string filepath;
  std::string extension;
  std::string filetype;
  std::string owner;

  FileExternals externals() const {
    return {filename, filepath, extension, filetype, owner};
  }
};

// Strings that belong together: those of a rule.
using StringGroup = std::vector<const MadeString*>;
std::vector<StringGroup> GroupsOf(const MadeSet& set);

// `heads` are whole files of various types, which some of the files begin with;
// may be empty. `numbers` are sizes and offsets worth trying.
MadeFile MakeFile(Draw* draw, const std::vector<StringGroup>& groups,
                  const std::vector<int64_t>& numbers,
                  const std::vector<std::string>& heads);

// A PE, an ELF, a ZIP and a PDF file with little in them.
std::vector<std::string> SmallHeads();

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_MAKE_FILES_H_
