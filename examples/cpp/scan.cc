// Scans a path with rules and prints what was found.
//
//   c++ -std=c++17 scan.cc $(pkg-config --cflags --libs cupel) -o scan
//   ./scan rules/ pkg.tgz
#include <cupel/cupel.hpp>
#include <iostream>

namespace {

const char* NameOf(cupel::Verdict verdict) {
  switch (verdict) {
    case cupel::Verdict::kMatched:
      return "matched";
    case cupel::Verdict::kClean:
      return "clean";
    default:
      return "unknown";
  }
}

const char* NameOf(cupel::Coverage coverage) {
  switch (coverage) {
    case cupel::Coverage::kComplete:
      return "complete";
    case cupel::Coverage::kPartial:
      return "partial";
    default:
      return "none";
  }
}

int Scan(const char* rules_path, const char* path) {
  cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddPath(rules_path);
  cupel::ScanOptions options;
  options.finding = [](const cupel::Finding& finding) {
    std::cout << finding.path << ": " << finding.rule << '\n';
    return true;
  };
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources), options);
  const cupel::Report report = scanner.ScanPath(path);
  std::cout << "verdict " << NameOf(report.verdict()) << ", coverage "
            << NameOf(report.coverage()) << '\n';
  return report.verdict() == cupel::Verdict::kClean ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: scan RULES PATH\n", 2;
  try {
    return Scan(argv[1], argv[2]);
  } catch (const cupel::Error& error) {
    std::cerr << "scan: " << error.what() << '\n';
    return 2;
  }
}
