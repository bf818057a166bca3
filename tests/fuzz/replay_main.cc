// replay_main.cc: runs a fuzz target without libFuzzer, over each file of a
// corpus and over files made from it: cut short at every length and with single
// bits turned. The same inputs in the same order on every machine.
//
//   zip_fuzz DIRECTORY
//
// Prints the counts; exits with 1 if there is no corpus. A finding is a crash,
// which is why the name of the file stands on standard error before it runs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

// Bounds for the inputs made from the whole corpus. A small file gets all its
// truncations; of a large corpus an even sample is taken.
constexpr size_t kTruncations = 1500;
constexpr size_t kFlips = 1500;

std::vector<fs::path> FilesIn(const char* directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end;
       !error && it != end; it.increment(error)) {
    if (it->is_regular_file()) files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool Read(const fs::path& path, std::string* bytes) {
  std::ifstream in(path, std::ios::binary);
  bytes->assign(std::istreambuf_iterator<char>(in), {});
  return !in.bad() && in.is_open();
}

// Runs the target on a copy of exactly this size, so that a read past the end
// leaves the allocation and a sanitizer sees it.
void Run(std::string_view bytes) {
  auto copy = std::make_unique<uint8_t[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  LLVMFuzzerTestOneInput(copy.get(), bytes.size());
}

// Steps through `range` so that about `budget` stops are made.
size_t StepFor(size_t range, size_t budget) {
  return std::max<size_t>(1, range / std::max<size_t>(1, budget));
}

size_t RunTruncations(const std::string& bytes, size_t budget) {
  size_t runs = 0;
  const size_t step = StepFor(bytes.size(), budget);
  for (size_t length = 0; length < bytes.size(); length += step, ++runs) {
    Run(std::string_view(bytes).substr(0, length));
  }
  return runs;
}

size_t RunFlips(std::string bytes, size_t budget) {
  size_t runs = 0;
  const size_t bits = bytes.size() * 8;
  // Odd, so that a step of eight or more does not stay on one bit of each byte.
  const size_t step = StepFor(bits, budget) | 1;
  for (size_t bit = 0; bit < bits; bit += step, ++runs) {
    const auto mask = static_cast<char>(1U << (bit % 8));
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    Run(bytes);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
  }
  return runs;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
    return 2;
  }
  const std::vector<fs::path> files = FilesIn(argv[1]);
  if (files.empty()) {
    std::fprintf(stderr, "%s: no corpus there\n", argv[1]);
    return 1;
  }
  size_t truncations = 0;
  size_t flips = 0;
  Run("");
  for (const fs::path& file : files) {
    std::string bytes;
    std::fprintf(stderr, "%s\n", file.c_str());
    if (!Read(file, &bytes)) {
      std::fprintf(stderr, "cannot be read\n");
      return 1;
    }
    Run(bytes);
    truncations += RunTruncations(bytes, kTruncations / files.size());
    flips += RunFlips(bytes, kFlips / files.size());
  }
  std::printf("%zu files, %zu truncations, %zu bits turned\n", files.size(),
              truncations, flips);
  return 0;
}
