// Whole files of various types that other programs made.
#ifndef CUPEL_TESTS_DIFFERENTIAL_HEADS_H_
#define CUPEL_TESTS_DIFFERENTIAL_HEADS_H_

#include <string>
#include <vector>

namespace cupel::differential {

// SmallHeads(), a DLL that mingw's binutils make, an ELF file of the system, a
// ZIP and a GZIP file.
std::vector<std::string> HeadsAtHand();

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_HEADS_H_
