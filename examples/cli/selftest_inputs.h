// Small archives, made in memory, for `cupel selftest`.
#ifndef CUPEL_EXAMPLES_CLI_SELFTEST_INPUTS_H_
#define CUPEL_EXAMPLES_CLI_SELFTEST_INPUTS_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

// A ustar archive, member by member. Names up to 100 bytes.
class TarMaker {
 public:
  TarMaker& Add(std::string_view name, std::string_view content);
  std::string Finish() const;

 private:
  std::string bytes_;
};

// `depth` tar archives, one in the other, around `content`.
std::string NestedTar(size_t depth, std::string_view content);

// A gzip file that is `size` zeros when unpacked, at about 158 to 1.
std::string GzipOfZeros(size_t size);

// A zip with one stored member, encrypted with `password` in the traditional
// way.
std::string EncryptedZip(std::string_view name, std::string_view content,
                         std::string_view password);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_SELFTEST_INPUTS_H_
