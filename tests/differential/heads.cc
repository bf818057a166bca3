#include "tests/differential/heads.h"

#include <fstream>
#include <iterator>

#include "tests/differential/make_files.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/pe_files.h"

namespace cupel::differential {

std::vector<std::string> HeadsAtHand() {
  std::vector<std::string> heads = SmallHeads();
  const ToolDir dir;
  heads.push_back(MakeDll(dir));
  dir.Write("a.txt", "some text");
  heads.push_back(dir.Make("zip -q a.zip a.txt", "a.zip"));
  heads.push_back(dir.Make("gzip -nk a.txt", "a.txt.gz"));
  std::ifstream self("/bin/true", std::ios::binary);
  heads.emplace_back(std::istreambuf_iterator<char>(self),
                     std::istreambuf_iterator<char>());
  return heads;
}

}  // namespace cupel::differential
