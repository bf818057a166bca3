// own_plugin.cc: a decoder of one's own, registered in this process, takes part
// in a scan: rules see what it decoded.
//
//   c++ -std=c++17 own_plugin.cc $(pkg-config --cflags --libs cupel) -o own
//   ./own rules/ hidden.py
//
// Exits with 0 for a clean file, 1 if something was found, 2 on an error, 3 if
// not everything could be scanned.
#include <cupel/cupel.hpp>
#include <iostream>
#include <string>
#include <string_view>

namespace {

char Rot13(char byte) {
  const char first = byte >= 'a' ? 'a' : 'A';
  if (byte < first || byte >= first + 26) return byte;
  return static_cast<char>(first + (byte - first + 13) % 26);
}

// It is asked about every payload, and acts on those with its mark. The C side
// of the table knows no exceptions: nothing may leave it.
cupel_status Decode(cupel_call* call) noexcept try {
  constexpr std::string_view kMark = "rot13:";
  const std::string_view bytes(reinterpret_cast<const char*>(call->bytes.data),
                               call->bytes.size);
  if (bytes.substr(0, kMark.size()) != kMark) return CUPEL_STATUS_OK;
  std::string clear(bytes.substr(kMark.size()));
  for (char& byte : clear) byte = Rot13(byte);
  const std::string done = std::to_string(clear.size()) + " bytes decoded";
  cupel_call_log(call, CUPEL_LOG_INFO, done.c_str());
  const auto* const data = reinterpret_cast<const uint8_t*>(clear.data());
  return cupel_call_child(call, "clear", {data, clear.size()});
} catch (const std::exception& error) {
  return cupel_call_fail(call, CUPEL_STATUS_INTERNAL, error.what());
}

cupel_plugin_v1 Rot13Plugin() {
  cupel_plugin_v1 table{};
  table.struct_size = sizeof(table);
  table.abi = CUPEL_PLUGIN_ABI;
  table.category = CUPEL_PLUGIN_DECODER;
  table.name = "rot13";
  table.decode = Decode;
  return table;
}

int Scan(const char* rules, const char* path) {
  static const cupel_plugin_v1 kTable = Rot13Plugin();  // outlives the scanner
  const cupel::Plugins plugins;
  plugins.Register(&kTable);
  cupel::PluginUse use;
  use.run = "decoder:rot13";
  use.log = [](std::string_view plugin, cupel::LogLevel,
               std::string_view text) {
    std::cout << plugin << ": " << text << '\n';
  };
  cupel::ScanOptions options;
  options.finding = [](const cupel::Finding& finding) {
    std::cout << finding.path << ": " << finding.rule << '\n';
    return true;  // go on
  };
  const cupel::Engine engine;
  cupel::RuleSources sources;
  sources.AddPath(rules);
  cupel::Scanner scanner(engine, cupel::Ruleset(engine, sources), options);
  scanner.UsePlugins(plugins, use);
  const cupel::Report report = scanner.ScanPath(path);
  std::cout << "score " << report.score() << '\n';
  if (report.verdict() == cupel::Verdict::kMatched) return 1;
  return report.verdict() == cupel::Verdict::kClean ? 0 : 3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::cerr << "usage: own_plugin RULES FILE\n", 2;
  try {
    return Scan(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "own_plugin: " << error.what() << '\n';
    return 2;
  }
}
