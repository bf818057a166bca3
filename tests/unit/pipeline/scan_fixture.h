// Running the pipeline over bytes made in a test.
#ifndef CUPEL_TESTS_UNIT_PIPELINE_SCAN_FIXTURE_H_
#define CUPEL_TESTS_UNIT_PIPELINE_SCAN_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/scan.h"
#include "report/writer.h"

namespace cupel {

// One ustar block plus content, padded. `type`: '0' file, '1' hard link, '2'
// symbolic link, '5' folder.
inline std::string TarEntry(std::string_view name, std::string_view content,
                            char type = '0', std::string_view link = "") {
  std::string block(512, '\0');
  const auto put = [&](size_t at, std::string_view text) {
    block.replace(at, text.size(), text);
  };
  put(0, name.substr(0, 100));
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  char number[16];
  std::snprintf(number, sizeof(number), "%011zo", content.size());
  put(124, number);
  put(136, "14524770400");
  block[156] = type;
  put(157, link);
  put(257, std::string_view("ustar\0"
                            "00",
                            8));
  put(148, "        ");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(number, sizeof(number), "%06o", sum);
  put(148, std::string_view(number, 7));
  block += content;
  block.append((512 - content.size() % 512) % 512, '\0');
  return block;
}

inline std::string TarEnd() { return std::string(1024, '\0'); }

inline std::shared_ptr<const RuleSet> Rules(std::string text) {
  RuleSources sources;
  sources.texts.push_back({"test", std::move(text)});
  absl::StatusOr<std::shared_ptr<const RuleSet>> rules =
      RuleSet::Compile(sources, {}, nullptr);
  EXPECT_TRUE(rules.ok()) << rules.status();
  return rules.ok() ? *rules : nullptr;
}

inline constexpr char kEvilRule[] =
    "rule evil { meta: weight = 5 strings: $e = \"EVIL\" condition: $e }";

class ScanTest : public ::testing::Test {
 protected:
  std::unique_ptr<const Report> Scan(const std::vector<ScanInput>& inputs,
                                     Cancel* cancel = nullptr) {
    auto session = ScanSession::New(rules, options.threads, plugins);
    EXPECT_TRUE(session.ok()) << session.status();
    auto report = (*session)->Scan(inputs, options, cancel);
    EXPECT_TRUE(report.ok()) << report.status();
    return std::move(*report);
  }

  std::unique_ptr<const Report> Scan(std::string_view bytes,
                                     std::string name = "input") {
    return Scan({{.kind = ScanInput::Kind::kMemory,
                  .name = std::move(name),
                  .bytes = bytes}});
  }

  static std::string Json(const Report& report) {
    std::string text;
    EXPECT_TRUE(
        WriteJson(report, {.timing = false}, [&](std::string_view piece) {
          text += piece;
          return absl::OkStatus();
        }).ok());
    return text;
  }

  // Path -> payload.
  static std::map<std::string, PayloadRecord> ByPath(const Report& report) {
    std::map<std::string, PayloadRecord> paths;
    for (const PayloadRecord& payload : report.payloads) {
      paths.emplace(PayloadPath(report, payload.id), payload);
    }
    return paths;
  }

  // "kind name path" of every incident.
  static std::vector<std::string> Incidents(const Report& report) {
    std::vector<std::string> lines;
    for (const Incident& incident : report.incidents) {
      std::string line(IncidentKindName(incident.kind));
      line += " " + incident.name;
      if (incident.payload != kNoPayload) {
        line += " " + PayloadPath(report, incident.payload);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  std::shared_ptr<const RuleSet> rules = Rules(kEvilRule);
  ScanOptions options;
  PluginUse plugins;  // none, unless a test fills it
};

// A folder that is gone after the test.
class TempDir {
 public:
  TempDir() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "cupel-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string Write(const std::string& name, std::string_view content) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
  }

 private:
  std::string path_;
};

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_PIPELINE_SCAN_FIXTURE_H_
