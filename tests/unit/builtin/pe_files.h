// Programs for Windows that are not ours.
#ifndef CUPEL_TESTS_UNIT_BUILTIN_PE_FILES_H_
#define CUPEL_TESTS_UNIT_BUILTIN_PE_FILES_H_

#include <string>
#include <vector>

#include "tests/support/archive_tools.h"

namespace cupel {

// Of Debian's python3-distlib: for 32 and 64 bits and ARM.
std::vector<std::string> LauncherNames();
std::string Launcher(const std::string& name);

// "made.dll", by binutils: exports, imports by name and number, a version.
std::string MakeDll(const ToolDir& dir);

// With a table of one certificate behind it.
std::string WithCertificate(std::string exe);

// With 96 sections that are each the whole file.
std::string ManySections(std::string exe);

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_BUILTIN_PE_FILES_H_
