// Bytes per second of the search that picks the rules worth running: literals
// by our tables, one variant for each instruction set, and by Hyperscan; over
// ordinary and over hostile texts. Links the internal libraries.
//
//   CUPEL_BENCH_RULES=FOLDER   .yar files whose strings are searched for, as
//                              benchmarks/compare/rules.py writes; without it,
//                              literals are made up
//   CUPEL_BENCH_TEXT=FOLDER    .js, .json, .ts and .md files of packages
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "need.h"
#include "prefilter/literal_builder.h"
#include "prefilter/literal_image.h"
#include "prefilter/literal_matcher.h"
#include "prefilter/prefilter.h"
#ifdef CUPEL_BENCH_HYPERSCAN
#include <hs.h>
#endif

namespace {

namespace fs = std::filesystem;
using cupel::PrefilterHits;
using cupel::PrefilterLiteral;
using cupel::prefilter::BuildLiteralTables;
using cupel::prefilter::FindLiterals;
using cupel::prefilter::LiteralTables;
using cupel::prefilter::ReadLiteralTables;
using cupel::prefilter::Variant;
using cupel_bench::Need;

constexpr size_t kTextBytes = size_t{16} << 20;
constexpr size_t kHostileBytes = size_t{4} << 20;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The files below a folder, sorted, until there are `most` bytes.
std::string ReadFolder(const fs::path& folder,
                       const std::set<std::string>& suffixes, size_t most) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end;
       !error && it != end; it.increment(error)) {
    const bool wanted =
        suffixes.empty() || suffixes.contains(it->path().extension());
    if (wanted && it->is_regular_file(error)) paths.push_back(it->path());
  }
  std::sort(paths.begin(), paths.end());
  std::string out;
  for (const fs::path& path : paths) {
    if (out.size() >= most) break;
    out += ReadFile(path);
  }
  out.resize(std::min(out.size(), most));
  return out;
}

const char* Env(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// Strings of rules, read roughly: `$name = "text" modifiers` on one line.
std::optional<PrefilterLiteral> LiteralOfLine(std::string_view line) {
  const size_t start = line.find("= \"");
  const size_t end = line.rfind('"');
  if (line.find('$') > start || end <= start + 2 ||
      end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view quoted = line.substr(start + 3, end - start - 3);
  const std::string_view modifiers = line.substr(end);
  PrefilterLiteral out;
  for (size_t i = 0; i < quoted.size(); ++i) {
    if (quoted[i] == '\\' && i + 1 < quoted.size()) ++i;
    out.bytes += quoted[i];
    if (modifiers.find("wide") != std::string_view::npos &&
        modifiers.find("ascii") == std::string_view::npos) {
      out.bytes += '\0';
    }
  }
  out.nocase = modifiers.find("nocase") != std::string_view::npos;
  out.bytes.resize(std::min<size_t>(out.bytes.size(), 64));
  return out;
}

std::vector<PrefilterLiteral> LiteralsOfRules(const char* folder) {
  std::vector<PrefilterLiteral> out;
  std::set<std::pair<std::string, bool>> seen;
  const std::string rules = ReadFolder(folder, {".yar"}, SIZE_MAX);
  for (size_t at = 0; at < rules.size();) {
    const size_t end = std::min(rules.find('\n', at), rules.size());
    const auto literal =
        LiteralOfLine(std::string_view(rules).substr(at, end - at));
    // As a plan would, about: short ones are avoided.
    if (literal && literal->bytes.size() >= 6 &&
        seen.insert({literal->bytes, literal->nocase}).second) {
      out.push_back(*literal);
    }
    at = end + 1;
  }
  return out;
}

std::vector<PrefilterLiteral> MadeUpLiterals() {
  std::vector<PrefilterLiteral> out;
  unsigned state = 1;
  for (int i = 0; i < 12000; ++i) {
    PrefilterLiteral literal;
    while (literal.bytes.size() < size_t{6} + i % 20) {
      state = state * 1664525u + 1013904223u;
      literal.bytes += "etaoinsrhldcumfpgwybvkxjqz_(.=0/"[state >> 27];
    }
    literal.nocase = i % 8 == 0;
    out.push_back(literal);
  }
  return out;
}

const std::vector<PrefilterLiteral>& TheLiterals() {
  static const auto* literals = [] {
    const char* folder = Env("CUPEL_BENCH_RULES", "");
    auto all = *folder == '\0' ? MadeUpLiterals() : LiteralsOfRules(folder);
    // As many as a plan would choose of 30,000.
    constexpr size_t kMost = 12000;
    const size_t step = all.size() / kMost + 1;
    auto* some = new std::vector<PrefilterLiteral>();
    for (size_t i = 0; i < all.size(); i += step) some->push_back(all[i]);
    return some;
  }();
  return *literals;
}

std::string Repeat(std::string_view piece, size_t size) {
  std::string out;
  while (out.size() < size) out += piece;
  out.resize(size);
  return out;
}

// Each literal with one of its bytes another, over and over.
std::string NearMisses(size_t size) {
  std::string out;
  for (size_t round = 0; out.size() < size; ++round) {
    for (const PrefilterLiteral& literal : TheLiterals()) {
      std::string near = literal.bytes;
      char& c = near[round % 2 == 0 ? near.size() - 1 - round / 2 % near.size()
                                    : round / 2 % near.size()];
      c = static_cast<char>(c ^ 2);
      out += near;
    }
  }
  out.resize(size);
  return out;
}

std::string AllLiterals(size_t size) {
  std::string out;
  while (out.size() < size) {
    for (const PrefilterLiteral& literal : TheLiterals()) out += literal.bytes;
  }
  out.resize(size);
  return out;
}

const char* PackagesFolder() {
  return Env("CUPEL_BENCH_TEXT", "/usr/share/nodejs");
}

std::string PackagesText(size_t most) {
  return ReadFolder(PackagesFolder(), {".js", ".json", ".ts", ".md"}, most);
}

// What comes after the text that is searched.
std::string OtherText() {
  std::string out = PackagesText(3 * kTextBytes);
  out.erase(0, kTextBytes);
  return out + ReadFolder("/usr/lib", {".so", ".a"}, kTextBytes / 4);
}

struct Text {
  const char* name;
  std::string bytes;
};

const std::vector<Text>& TheTexts() {
  static const auto* texts = new std::vector<Text>{
      {"packages", PackagesText(kTextBytes)},
      {"programs", ReadFolder("/usr/bin", {}, kTextBytes)},
      {"zeros", std::string(kHostileBytes, '\0')},
      {"eval", Repeat("eval(", kHostileBytes)},
      {"one_gram", Repeat("ooth", kHostileBytes)},
      {"all_literals", AllLiterals(kHostileBytes)},
      {"near_misses", NearMisses(kHostileBytes)},
  };
  return *texts;
}

// How often four bytes are in files like those that are searched, but others: a
// plan has a table that was made so.
uint32_t Cost(uint32_t gram) {
  constexpr int kBits = 20;
  static const auto* counts = [] {
    auto* out = new std::vector<uint32_t>(size_t{1} << kBits);
    const std::string others = OtherText();
    for (size_t i = 0; i + 4 <= others.size(); ++i) {
      const uint32_t word = cupel::prefilter::WordAt(others.data() + i);
      ++(*out)[cupel::prefilter::Hash(word) >> (32 - kBits)];
    }
    return out;
  }();
  return (*counts)[cupel::prefilter::Hash(gram) >> (32 - kBits)];
}

// The tables, with the bytes that they lie in.
struct Built {
  std::string image;
  LiteralTables tables;
};

const Built& TheBuilt() {
  static const auto* built = [] {
    auto* out = new Built();
    out->image = Need(BuildLiteralTables(TheLiterals(), Cost));
    out->tables = Need(ReadLiteralTables(out->image));
    return out;
  }();
  return *built;
}

void Literals(benchmark::State& state, const Text* text, const Variant* variant,
              size_t piece) {
  const LiteralTables& tables = TheBuilt().tables;
  PrefilterHits hits(tables.literals.size());
  const std::string_view bytes = text->bytes;
  size_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      hits.Clear();
      FindLiterals(tables, bytes.substr(at, piece), &hits, *variant);
      found += hits.ids().size();
    }
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(bytes.size()));
  state.counters["found"] = static_cast<double>(found);
}

void BuildLiterals(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Need(BuildLiteralTables(TheLiterals(), Cost)));
  }
  state.counters["literals"] = static_cast<double>(TheLiterals().size());
}

void OpenLiterals(benchmark::State& state) {
  const Built& built = TheBuilt();
  for (auto _ : state) {
    benchmark::DoNotOptimize(Need(ReadLiteralTables(built.image)));
  }
  state.counters["bytes"] = static_cast<double>(built.image.size());
}

#ifdef CUPEL_BENCH_HYPERSCAN
int Count(unsigned, unsigned long long, unsigned long long, unsigned,
          void* found) {
  ++*static_cast<size_t*>(found);
  return 0;
}

// The same literals, found once each, by the library whose trade this is.
class HyperscanLiterals {
 public:
  HyperscanLiterals() {
    std::vector<const char*> bytes;
    std::vector<size_t> sizes;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const PrefilterLiteral& literal : TheLiterals()) {
      bytes.push_back(literal.bytes.data());
      sizes.push_back(literal.bytes.size());
      flags.push_back(HS_FLAG_SINGLEMATCH |
                      (literal.nocase ? HS_FLAG_CASELESS : 0));
      ids.push_back(static_cast<unsigned>(ids.size()));
    }
    hs_compile_error_t* error = nullptr;
    if (hs_compile_lit_multi(bytes.data(), flags.data(), ids.data(),
                             sizes.data(), static_cast<unsigned>(ids.size()),
                             HS_MODE_BLOCK, nullptr, &database_,
                             &error) != HS_SUCCESS ||
        hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
      cupel_bench::Fail("Hyperscan: it does not compile these");
    }
  }
  size_t Find(std::string_view text) const {
    size_t found = 0;
    hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
            scratch_, Count, &found);
    return found;
  }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
};

void Hyperscan(benchmark::State& state, const Text* text, size_t piece) {
  static const auto* search = new HyperscanLiterals();
  const std::string_view bytes = text->bytes;
  size_t found = 0;
  for (auto _ : state) {
    found = 0;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      found += search->Find(bytes.substr(at, piece));
    }
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(bytes.size()));
  state.counters["found"] = static_cast<double>(found);
}
#endif

void Register() {
  benchmark::RegisterBenchmark("BuildLiterals", BuildLiterals);
  benchmark::RegisterBenchmark("OpenLiterals", OpenLiterals);
  for (const Text& text : TheTexts()) {
    for (const size_t piece : {SIZE_MAX, size_t{10000}, size_t{1000}}) {
      const std::string suffix =
          std::string("/") + text.name +
          (piece == SIZE_MAX ? "" : "/" + std::to_string(piece));
      const size_t step = std::min(piece, text.bytes.size());
      for (const auto& variant : cupel::prefilter::Variants()) {
        benchmark::RegisterBenchmark(
            ("Literals/" + std::string(variant.name) + suffix).c_str(),
            Literals, &text, &variant, step);
      }
#ifdef CUPEL_BENCH_HYPERSCAN
      benchmark::RegisterBenchmark(("Hyperscan" + suffix).c_str(), Hyperscan,
                                   &text, step);
#endif
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Register();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
