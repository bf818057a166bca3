// seal_setting.cc: what a plugin gets from its settings and from the variables
// BOEFJE_... of this process, and how settings are sealed for storage.
//
//   c++ -std=c++17 seal_setting.cc $(pkg-config --cflags --libs cupel) -o seal
//   BOEFJE_TIMEOUT=30 ./seal
#include <cstdlib>
#include <cupel/cupel.hpp>
#include <iostream>
#include <string_view>

namespace {

constexpr std::string_view kSchema = R"({
  "type": "object", "required": ["SERVER"], "secret": ["TOKEN"],
  "properties": {"SERVER": {"type": "string"}, "TOKEN": {"type": "string"},
                 "TIMEOUT": {"type": "integer"},
                 "RETRIES": {"type": "integer", "default": 3}}})";
constexpr std::string_view kSettings =
    R"({"SERVER":"mail.example.com","TOKEN":"not for everybody"})";

std::string_view NameOf(cupel::Origin origin) {
  if (origin == cupel::Origin::kSettings) return "settings";
  return origin == cupel::Origin::kDefault ? "default" : "system";
}

void PrintEnvironment() {
  cupel::EnvironmentOptions options;
  options.schema_json = kSchema;
  options.settings = kSettings;
  options.defaults = true;
  options.process = true;
  const cupel::Environment environment(options);
  for (size_t i = 0; i < environment.size(); ++i) {
    const cupel::Environment::Entry entry = environment.At(i);
    const cupel::Buffer value = environment.Value(i);  // overwritten at its end
    std::cout << entry.key << '=' << (entry.secret ? "***" : value.view())
              << " (" << NameOf(entry.origin) << ")\n";
  }
}

// A real program has its keys from somewhere: what is sealed with a key that is
// lost is lost.
cupel::Keyring Keys() {
  cupel::Keyring keys = cupel::Keyring::FromProcess();
  if (std::getenv("CUPEL_SETTINGS_KEYS") == nullptr) {
    keys.AddKey(cupel::Keyring::GenerateKey().view());
  }
  return keys;
}

}  // namespace

int main() try {
  PrintEnvironment();
  const cupel::Keyring keys = Keys();
  const cupel::SettingsOwner owner = {"acme", "mail"};
  const cupel::Buffer row = cupel::SealSettings(keys, owner, kSettings);
  const cupel::Buffer opened = cupel::OpenSettings(keys, owner, row.view());
  const bool same = opened.view() == kSettings;
  std::cout << "sealed and opened: " << (same ? "the same" : "not the same")
            << '\n';
  return 0;
} catch (const std::exception& error) {
  std::cerr << "seal_setting: " << error.what() << '\n';
  return 2;
}
