// Which package a distribution belongs to, by the name of its file.
#ifndef CUPEL_REPORT_PACKAGE_NAME_H_
#define CUPEL_REPORT_PACKAGE_NAME_H_

#include <string>
#include <string_view>

namespace cupel {

struct PackageName {
  std::string name;
  std::string version;  // empty if the file's name doesn't tell
};

// Wheels (name-version-….whl, as in the binary distribution format), sdists and
// npm's own names (name-version.tar.gz, .tgz, .zip): name and version. Anything
// else: the file's name. For wheels and sdists the name is normalised as PyPI
// does, so that the two fall together. Only a way to group what was given in
// one job: nothing is read from inside, and nothing is trusted.
PackageName PackageNameOf(std::string_view file_name);

}  // namespace cupel

#endif  // CUPEL_REPORT_PACKAGE_NAME_H_
