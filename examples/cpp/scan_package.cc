// scan_package.cc: scans a package and prints what was found in it.
//
//   c++ -std=c++17 scan_package.cc $(pkg-config --cflags --libs cupel) -o scan
//   ./scan rules/ pkg.tgz
//
// Exits as `cupel scan` does: 0 clean, 1 matched, 2 wrong use or broken rules,
// 3 not everything was scanned, 4 nothing was. JSON for Modern C++ reads the
// report; any other reader does.
#include <cupel/cupel.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

using Json = nlohmann::json;

void Print(const Json& report) {
  // Payloads count from 1; what is about none of them is about the scan.
  const auto path = [&](const Json& item) -> std::string {
    if (item["payload"].is_null()) return "scan";
    return report["payloads"][item["payload"].get<size_t>() - 1]["path"];
  };
  const auto text = [](const Json& value) { return value.get<std::string>(); };
  for (const Json& item : report["findings"]) {
    std::cout << path(item) << ": " << text(item["rule"]) << " ("
              << text(item["namespace"]) << ", weight " << item["weight"]
              << ")\n";
    for (const Json& string : item["strings"]) {
      std::cout << "  " << text(string["id"]) << " at " << string["offset"]
                << ", " << string["length"] << " bytes\n";
    }
  }
  for (const Json& item : report["incidents"]) {
    std::cout << path(item) << ": " << text(item["name"]) << ": "
              << text(item["detail"]) << '\n';
  }
  std::cout << text(report["verdict"]) << ", coverage "
            << text(report["coverage"]) << ", score " << report["score"]
            << '\n';
}

int Scan(const char* rules, const char* path) {
  const cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddPath(rules);
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources));
  const cupel::Report report = scanner.ScanPath(path);
  Print(Json::parse(report.Render(cupel::ReportFormat::kJson).view()));
  if (report.verdict() == cupel::Verdict::kMatched) return 1;
  if (report.verdict() == cupel::Verdict::kClean) return 0;
  return report.coverage() == cupel::Coverage::kNone ? 4 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: scan_package RULES PATH\n", 2;
  try {
    return Scan(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "scan_package: " << error.what() << '\n';
    return 2;
  }
}
