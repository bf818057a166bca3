// What holds for every plugin that is compiled in.
#include "builtin/builtin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "plugin/names.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

std::string IdOf(const cupel_plugin_v1& table) {
  const auto category = static_cast<PluginCategory>(table.category);
  return std::string(CategoryName(category)) + ":" + table.name;
}

// The sections of docs/plugins.md, by what stands after "### ".
std::map<std::string, std::string> DocumentedSections() {
  std::ifstream file(CUPEL_SOURCE_DIR "/docs/plugins.md");
  std::map<std::string, std::string> sections;
  std::string section;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) {
      section = line.starts_with("### ") ? line.substr(4) : "";
    }
    sections[section] += line + "\n";
  }
  return sections;
}

// name -> default, of "| `name` | `default` | …".
std::map<std::string, std::string> DocumentedOptions(std::string_view text) {
  std::map<std::string, std::string> options;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("| `")) continue;
    const size_t name_end = line.find('`', 3);
    const size_t value = line.find('`', name_end + 1);
    const size_t value_end = line.find('`', value + 1);
    if (value_end == std::string_view::npos) continue;
    options[std::string(line.substr(3, name_end - 3))] =
        line.substr(value + 1, value_end - value - 1);
  }
  return options;
}

TEST(BuiltinTest, EveryTableIsSoundAndNamesAreUnique) {
  PluginSet set;
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    auto plugin = NewTablePlugin(table, "built in", nullptr);
    ASSERT_TRUE(plugin.ok())
        << table->name << ": " << MessageOf(plugin.status());
    const absl::Status added = set.Add(*plugin);
    EXPECT_TRUE(added.ok()) << MessageOf(added);
    EXPECT_STRNE(table->version, "") << table->name;
    ASSERT_NE(table->description, nullptr) << table->name;
    EXPECT_THAT(table->description, testing::Not(testing::HasSubstr("\n")));
  }
  EXPECT_FALSE(set.all().empty());
}

TEST(BuiltinTest, EveryPluginAndEachOfItsOptionsIsDocumented) {
  const std::map<std::string, std::string> sections = DocumentedSections();
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    const std::string id = IdOf(*table);
    const auto section = sections.find(id);
    ASSERT_NE(section, sections.end())
        << "docs/plugins.md has no section '### " << id << "'";
    std::map<std::string, std::string> wanted;
    const auto options =
        ParseJson(table->options == nullptr ? "{}" : table->options, "options");
    ASSERT_TRUE(options.ok()) << id;
    for (const auto& [name, value] : options->items()) {
      wanted[name] = PrintJson(value);
    }
    EXPECT_EQ(DocumentedOptions(section->second), wanted) << id;
  }
}

TEST(BuiltinTest, NothingIsDocumentedThatIsNotThere) {
  std::set<std::string> known;
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    known.insert(IdOf(*table));
  }
  for (const auto& [title, text] : DocumentedSections()) {
    const bool is_plugin =
        CategoryOf(title.substr(0, title.find(':'))).has_value() &&
        title.find(':') != std::string::npos;
    if (is_plugin && text.find("not compiled in") == std::string::npos) {
      EXPECT_TRUE(known.contains(title)) << title;
    }
  }
}

// Nothing here may crash, hang or hand back more than is allowed, whatever the
// bytes are. What a plugin says of them is its own tests' subject.
TEST(BuiltinTest, EveryPluginOfPayloadsStandsEmptyAndOddBytes) {
  const std::string all = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  for (const cupel_plugin_v1* table : BuiltinTables()) {
    if (table->category == CUPEL_PLUGIN_SOURCE ||
        table->category >= CUPEL_PLUGIN_DECORATOR) {
      continue;
    }
    AnswerLimits limits;
    limits.bytes = 1000;
    limits.children = 3;
    for (const std::string& bytes :
         {std::string(), std::string(1, '\0'), all, std::string(5000, 'A')}) {
      const PluginRun run = RunPlugin(*table, bytes, "{}", limits);
      EXPECT_NE(run.status.code(), absl::StatusCode::kInternal)
          << IdOf(*table) << ": " << run.Message();
      EXPECT_LE(run.answer.children.size(), 3u) << IdOf(*table);
    }
  }
}

}  // namespace
}  // namespace cupel
