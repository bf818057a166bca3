// mount_registry.cc: answers the REST API of OpenKAT's catalogue. Requests are
// handed over as they came from the wire, by whatever server a program has.
//
//   c++ -std=c++17 mount_registry.cc $(pkg-config --cflags --libs cupel) -o
//   mount
//   ./mount plugins/
//
// Who may ask is the program's business: the API itself lets everybody.
#include <cupel/cupel.hpp>
#include <iostream>
#include <string_view>

namespace {

constexpr std::string_view kPlugins = "/v1/organisations/acme/plugins";
constexpr std::string_view kSettings =
    "/v1/organisations/acme/dns-records/settings";

void Ask(const cupel::Registry& registry, const cupel::HttpRequest& request) {
  const cupel::HttpResponse response = registry.Handle(request);
  std::cout << request.method << ' ' << request.path << '\n'
            << response.status() << ' ' << response.body() << '\n';
}

void Run(const char* plugins) {
  cupel::Keyring keys;  // with a key that is forgotten with it
  keys.AddKey(cupel::Keyring::GenerateKey().view());
  cupel::RegistryOptions options;  // no database: in memory
  options.plugin_folders = {plugins};
  options.keys = &keys;
  const cupel::Registry registry(options);
  registry.AddOrganisation("acme", "Acme Inc.");
  Ask(registry, {"GET", kPlugins, "q=parent"});
  Ask(registry, {"PUT", kSettings, "", {}, R"({"REMOTE_NS": 5})"});
  Ask(registry, {"PUT", kSettings, "", {}, R"({"REMOTE_NS": "9.9.9.9"})"});
  Ask(registry, {"GET", kSettings});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::cerr << "usage: mount_registry PLUGINS\n", 2;
  try {
    Run(argv[1]);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "mount_registry: " << error.what() << '\n';
    return 2;
  }
}
