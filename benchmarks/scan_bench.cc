// What a scan costs: small and large bytes and a package, with no rules, the
// example rules and a large set.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <cstring>

#include "bench.h"

namespace cupel_bench {
namespace {

std::string Octal(size_t value, int digits) {
  char text[32];
  std::snprintf(text, sizeof(text), "%0*zo", digits, value);
  return text;
}

void AddToTar(const std::string& name, std::string_view bytes,
              std::string* tar) {
  std::string header(512, '\0');
  const auto put = [&header](size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(124, Octal(bytes.size(), 11));
  put(136, Octal(0, 11));
  put(148, "        ");
  put(156, "0");
  put(257, std::string_view("ustar\00000", 8));
  size_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(148, Octal(sum, 6) + '\0');
  *tar += header;
  *tar += bytes;
  tar->resize((tar->size() + 511) / 512 * 512, '\0');
}

std::string Gzip(std::string_view bytes) {
  z_stream stream;
  std::memset(&stream, 0, sizeof(stream));
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    std::abort();
  }
  std::string out(deflateBound(&stream, bytes.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// A package as they are: more than half of the files under 1 KiB, a few large.
struct Package {
  std::string tgz;
  size_t unpacked = 0;
};

const Package& ThePackage() {
  static const auto* package = [] {
    auto* made = new Package;
    std::string tar;
    for (unsigned i = 0; i < 200; ++i) {
      const size_t size = i % 2 == 0 ? 200 + i : i % 20 == 1 ? 65536 : 4096;
      const std::string text = SourceText(size, i);
      AddToTar("package/lib/" + std::to_string(i) + ".js", text, &tar);
      made->unpacked += size;
    }
    tar.resize(tar.size() + 1024, '\0');
    made->tgz = Gzip(tar);
    return made;
  }();
  return *package;
}

void SetBytes(benchmark::State& state, size_t bytes) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * bytes));
}

void ScanBytes(benchmark::State& state, const std::string& rules, size_t size) {
  const Ruleset ruleset = CompilePath(rules);
  const auto scanner = NewScanner(ruleset);
  const std::string text = SourceText(size, 1);
  for (auto _ : state) Scan(scanner, text);
  SetBytes(state, size);
  state.counters["rules"] =
      static_cast<double>(cupel_ruleset_count(ruleset.get()));
}

void ScanPackage(benchmark::State& state, const std::string& rules) {
  const Ruleset ruleset = CompilePath(rules);
  const auto scanner = NewScanner(ruleset);
  const Package& package = ThePackage();
  for (auto _ : state) {
    const Report report = Scan(scanner, package.tgz);
    cupel_report_counts counts{};
    counts.struct_size = sizeof(counts);
    Call(cupel_report_get_counts, report.get(), &counts);
    if (counts.payloads < 200) {
      state.SkipWithError("the package was not unpacked");
      return;
    }
  }
  SetBytes(state, package.unpacked);
}

void Register(const std::string& label, const std::string& rules) {
  const auto name = [&label](const char* what) {
    return std::string(what) + "/" + label;
  };
  benchmark::RegisterBenchmark(
      name("scan_1KiB").c_str(),
      [rules](benchmark::State& s) { ScanBytes(s, rules, 1024); })
      ->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark(
      name("scan_1MiB").c_str(),
      [rules](benchmark::State& s) { ScanBytes(s, rules, 1 << 20); })
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(
      name("scan_tgz").c_str(),
      [rules](benchmark::State& s) { ScanPackage(s, rules); })
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace cupel_bench

int main(int argc, char** argv) {
  cupel_bench::Register("no_rules", "");
  cupel_bench::Register("examples", CUPEL_SOURCE_DIR "/examples/rules");
  const char* large = std::getenv("CUPEL_BENCH_RULES");
  if (large != nullptr && *large != '\0') cupel_bench::Register("large", large);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
