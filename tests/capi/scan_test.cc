// The way of a scan through the C interface: what goes in comes out.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "capi_test.h"

namespace cupel_test {
namespace {

constexpr std::string_view kRules = R"(
rule Needle : sewing sharp {
  meta: weight = 7 author = "ann"
  strings: $a = "needle" condition: $a
}
rule Hay : field { meta: weight = 2 author = "bob"
  strings: $a = "hay" condition: $a }
)";

// A folder of one's own.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "cupel-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string Add(const std::string& name, std::string_view text) const {
    const std::string path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::string path(const std::string& name = "") const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class ScanTest : public testing::Test {
 protected:
  Scanner NewScanner(cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT) {
    return Make<Scanner>(cupel_scanner_new, engine_.get(), ruleset_.get(),
                         &options);
  }

  Folder folder_;
  Engine engine_ = NewEngine();
  Ruleset ruleset_ = Compile(engine_, kRules);
};

TEST_F(ScanTest, VerdictCoverageScoreAndCounts) {
  const auto scanner = NewScanner();
  const auto matched = ScanText(scanner, "a needle in the hay");
  EXPECT_EQ(cupel_report_verdict(matched.get()), CUPEL_VERDICT_MATCHED);
  EXPECT_EQ(cupel_report_coverage(matched.get()), CUPEL_COVERAGE_COMPLETE);
  EXPECT_EQ(cupel_report_score(matched.get()), 9);
  cupel_report_counts counts{};
  counts.struct_size = sizeof(counts);
  MustBeOk(cupel_report_get_counts, matched.get(), &counts);
  EXPECT_EQ(counts.packages, 1u);
  EXPECT_EQ(counts.distributions, 1u);
  EXPECT_EQ(counts.payloads, 1u);
  EXPECT_EQ(counts.matched, 1u);
  EXPECT_EQ(counts.partial, 0u);
  EXPECT_EQ(counts.findings, 2u);
  EXPECT_EQ(counts.incidents, 0u);
  EXPECT_EQ(counts.scanned_bytes, 19u);
  EXPECT_GT(counts.elapsed_ns, 0u);

  const auto clean = ScanText(scanner, "nothing");
  EXPECT_EQ(cupel_report_verdict(clean.get()), CUPEL_VERDICT_CLEAN);
  EXPECT_EQ(cupel_report_coverage(clean.get()), CUPEL_COVERAGE_COMPLETE);
  EXPECT_EQ(cupel_report_score(clean.get()), 0);
}

TEST_F(ScanTest, WithoutRulesNothingIsCalledClean) {
  const auto scanner =
      Make<Scanner>(cupel_scanner_new, engine_.get(), nullptr, nullptr);
  const auto report = ScanText(scanner, "text");
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_UNKNOWN);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_NONE);
  EXPECT_EQ(JsonOf(report)["payloads"].size(), 1u);
}

TEST_F(ScanTest, ACacheKeepsAnswersFromScannerToScanner) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  const std::string cache = folder_.path("cache");
  options.cache_dir = View(cache);
  const auto cached = [&](const Report& report) {
    cupel_report_counts counts{};
    counts.struct_size = sizeof(counts);
    MustBeOk(cupel_report_get_counts, report.get(), &counts);
    EXPECT_EQ(counts.findings, 2u);
    EXPECT_EQ(cupel_report_cache_warning(report.get()).size, 0u);
    return counts.cached;
  };
  EXPECT_EQ(cached(ScanText(NewScanner(options), "a needle in the hay")), 0u);
  EXPECT_EQ(cached(ScanText(NewScanner(options), "a needle in the hay")), 1u);
  EXPECT_EQ(cached(ScanText(NewScanner(), "a needle in the hay")), 0u);
}

TEST_F(ScanTest, ACacheThatWasDamagedIsSaid) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  const std::string cache = folder_.path("cache");
  options.cache_dir = View(cache);
  ScanText(NewScanner(options), "a needle");
  std::ofstream(cache + "/answers-1.db") << std::string(9000, 'x');
  const auto report = ScanText(NewScanner(options), "a needle");
  const cupel_view warning = cupel_report_cache_warning(report.get());
  EXPECT_NE(
      std::string(reinterpret_cast<const char*>(warning.data), warning.size)
          .find("made anew"),
      std::string::npos);
  EXPECT_EQ(cupel_report_cache_warning(nullptr).size, 0u);
}

TEST_F(ScanTest, ACacheThatOthersMayWriteToIsRefused) {
  const std::string cache = folder_.path("cache");
  std::filesystem::create_directory(cache);
  std::filesystem::permissions(cache, std::filesystem::perms::all);
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.cache_dir = View(cache);
  cupel_scanner* scanner = nullptr;
  EXPECT_EQ(cupel_scanner_new(engine_.get(), ruleset_.get(), &options, &scanner,
                              nullptr),
            CUPEL_STATUS_PERMISSION_DENIED);
  EXPECT_EQ(scanner, nullptr);
}

TEST_F(ScanTest, EmptyBytes) {
  const auto report = ScanText(NewScanner(), "");
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_CLEAN);
}

TEST_F(ScanTest, PathsMemoryAndDescriptorsTogether) {
  folder_.Add("a.txt", "a needle");
  const std::string file = folder_.Add("b.txt", "some hay");
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  int pipe_fds[2];
  ASSERT_EQ(pipe2(pipe_fds, O_CLOEXEC), 0);
  ASSERT_EQ(write(pipe_fds[1], "more hay", 8), 8);
  close(pipe_fds[1]);

  const auto inputs = Make<Inputs>(cupel_inputs_new);
  MustBeOk(cupel_inputs_add_path, inputs.get(), View(folder_.path()));
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("memory"),
           View("needle"));
  MustBeOk(cupel_inputs_add_fd, inputs.get(), View("file"), fd);
  MustBeOk(cupel_inputs_add_fd, inputs.get(), View("pipe"), pipe_fds[0]);
  const auto scanner = NewScanner();
  const auto report =
      Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_COMPLETE);
  EXPECT_EQ(JsonOf(report)["findings"].size(), 5u);
  // Not closed.
  EXPECT_EQ(close(fd), 0);
  EXPECT_EQ(close(pipe_fds[0]), 0);
}

TEST_F(ScanTest, WhatCannotBeReadIsAnIncident) {
  const auto scanner = NewScanner();
  const auto report = Make<Report>(cupel_scanner_scan_path, scanner.get(),
                                   View(folder_.path("missing")), nullptr);
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_UNKNOWN);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_NONE);
  const auto json = JsonOf(report);
  ASSERT_EQ(json["incidents"].size(), 1u);
  EXPECT_EQ(json["incidents"][0]["kind"], "unreadable");
}

TEST_F(ScanTest, ALimitMakesTheCoveragePartial) {
  cupel_limits limits = CUPEL_LIMITS_INIT;
  limits.file_bytes = 6;
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.limits = &limits;
  const auto scanner = NewScanner(options);
  const auto report = ScanText(scanner, "nothing, then a needle");
  EXPECT_EQ(cupel_report_verdict(report.get()), CUPEL_VERDICT_UNKNOWN);
  EXPECT_EQ(cupel_report_coverage(report.get()), CUPEL_COVERAGE_PARTIAL);
  const auto json = JsonOf(report);
  ASSERT_EQ(json["incidents"].size(), 1u);
  EXPECT_EQ(json["incidents"][0]["name"], "file_bytes");
}

TEST_F(ScanTest, Excerpts) {
  const auto excerpt_of = [&](cupel_scan_options options) {
    const auto report = ScanText(NewScanner(options), "needle");
    const auto string = JsonOf(report)["findings"][0]["strings"][0];
    return string.contains("excerpt") && string["excerpt"].is_string()
               ? string["excerpt"].get<std::string>()
               : std::string();
  };
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  EXPECT_EQ(excerpt_of(options), "needle");
  options.excerpt_bytes = 3;
  EXPECT_EQ(excerpt_of(options).substr(0, 3), "nee");
  EXPECT_EQ(excerpt_of(options).find("dle"), std::string::npos);
  options.flags = CUPEL_SCAN_NO_EXCERPTS;
  EXPECT_EQ(excerpt_of(options), "");
}

// A tar file with one member, by hand.
std::string TarOf(std::string_view name, std::string_view bytes) {
  std::string header(512, '\0');
  const auto put = [&header](size_t at, std::string_view text) {
    header.replace(at, text.size(), text);
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  char size[12];
  snprintf(size, sizeof(size), "%011zo", bytes.size());
  put(124, size);
  put(136, "00000000000");
  put(148, "        ");
  put(156, "0");
  put(257, std::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  char checksum[8];
  snprintf(checksum, sizeof(checksum), "%06o", sum);
  put(148, std::string_view(checksum, 7));
  std::string tar = header + std::string(bytes);
  tar.resize((tar.size() + 511) / 512 * 512 + 1024, '\0');
  return tar;
}

TEST_F(ScanTest, FiletypesAreLookedAtUnlessToldNotTo) {
  ruleset_ = Compile(engine_, R"(rule Js { meta: filetype = ".js"
                                 strings: $a = "needle" condition: $a })");
  const auto report = [&](uint32_t flags) {
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.flags = flags;
    const auto scanner = NewScanner(options);
    return Make<Report>(cupel_scanner_scan_memory, scanner.get(),
                        View("note.txt"), View("needle"), nullptr);
  };
  EXPECT_EQ(cupel_report_verdict(report(0).get()), CUPEL_VERDICT_CLEAN);
  EXPECT_EQ(cupel_report_verdict(report(CUPEL_SCAN_ANY_FILETYPE).get()),
            CUPEL_VERDICT_MATCHED);
}

TEST_F(ScanTest, TheKeyOfAnXorString) {
  ruleset_ = Compile(engine_, R"(rule Key { strings: $x = "needle" xor
                                 $plain = "hay" condition: any of them })");
  const auto report = ScanText(NewScanner(), "hay mffgof");
  const auto strings = JsonOf(report)["findings"][0]["strings"];
  ASSERT_EQ(strings.size(), 2U);
  EXPECT_FALSE(strings[0].contains("xor_key"));
  EXPECT_EQ(strings[1]["id"], "$x");
  // libyara knows them from 4.3 on.
  const std::string_view build = cupel_build_info();
  if (build.find("libyara 4.2") == std::string_view::npos) {
    EXPECT_EQ(strings[1]["xor_key"], 3);
  } else {
    EXPECT_FALSE(strings[1].contains("xor_key"));
  }
}

TEST_F(ScanTest, UnpacksUnlessToldNotTo) {
  const std::string tar = TarOf("member.txt", "a needle");
  const auto unpacked = JsonOf(ScanText(NewScanner(), tar));
  ASSERT_EQ(unpacked["payloads"].size(), 2u);
  EXPECT_EQ(unpacked["payloads"][1]["path"], "input!/member.txt");

  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  options.flags = CUPEL_SCAN_NO_UNPACK;
  const auto whole = JsonOf(ScanText(NewScanner(options), tar));
  EXPECT_EQ(whole["payloads"].size(), 1u);
  EXPECT_EQ(whole["verdict"], "matched");
}

TEST_F(ScanTest, TheSameReportWithAnyNumberOfThreads) {
  std::vector<std::string> texts;
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  for (int i = 0; i < 300; ++i) {
    texts.push_back((i % 3 == 0 ? "needle " : "hay ") + std::to_string(i));
  }
  for (const std::string& text : texts) {
    MustBeOk(cupel_inputs_add_memory, inputs.get(), View(text), View(text));
  }
  std::string first;
  for (const uint32_t threads : {1u, 2u, 5u}) {
    cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
    options.threads = threads;
    const auto scanner = NewScanner(options);
    const auto report =
        Make<Report>(cupel_scanner_scan, scanner.get(), inputs.get(), nullptr);
    const auto buffer =
        Make<Buffer>(cupel_report_render, report.get(), CUPEL_REPORT_JSON,
                     uint32_t{CUPEL_REPORT_NO_TIMING});
    const std::string json = Text(cupel_buffer_view(buffer.get()));
    if (first.empty()) first = json;
    EXPECT_EQ(json, first) << threads;
  }
}

class SelectTest : public ScanTest {
 protected:
  std::vector<std::string> Found(const Scanner& scanner) {
    std::vector<std::string> names;
    const auto json = JsonOf(ScanText(scanner, "needle, hay"));
    for (const auto& finding : json["findings"]) {
      names.push_back(finding["rule"]);
    }
    return names;
  }
  void Select(const Scanner& scanner, cupel_select_by by,
              std::string_view pattern, int32_t exclude = 0) {
    MustBeOk(cupel_scanner_select, scanner.get(), by, View(pattern), exclude);
  }
  using Names = std::vector<std::string>;
};

TEST_F(SelectTest, ByEachKind) {
  const auto by_tag = NewScanner();
  Select(by_tag, CUPEL_SELECT_TAG, "sharp");
  EXPECT_EQ(Found(by_tag), Names{"Needle"});
  const auto by_name = NewScanner();
  Select(by_name, CUPEL_SELECT_NAME, "H?y*");
  EXPECT_EQ(Found(by_name), Names{"Hay"});
  const auto by_meta = NewScanner();
  Select(by_meta, CUPEL_SELECT_META, "author=ann");
  EXPECT_EQ(Found(by_meta), Names{"Needle"});
  const auto by_namespace = NewScanner();
  Select(by_namespace, CUPEL_SELECT_NAMESPACE, "te*");
  EXPECT_EQ(Found(by_namespace), (Names{"Needle", "Hay"}));
}

TEST_F(SelectTest, EveryKindNarrowsAndExclusionWins) {
  const auto scanner = NewScanner();
  Select(scanner, CUPEL_SELECT_META, "author");
  EXPECT_EQ(Found(scanner), (Names{"Needle", "Hay"}));
  Select(scanner, CUPEL_SELECT_NAME, "Needle");
  EXPECT_EQ(Found(scanner), Names{"Needle"});
  Select(scanner, CUPEL_SELECT_NAME, "Hay");
  EXPECT_EQ(Found(scanner), (Names{"Needle", "Hay"}));
  Select(scanner, CUPEL_SELECT_TAG, "field", 1);
  EXPECT_EQ(Found(scanner), Names{"Needle"});
}

TEST_F(SelectTest, AChoiceThatLeavesNothingIsRefused) {
  const auto scanner = NewScanner();
  Select(scanner, CUPEL_SELECT_NAME, "Needle");
  EXPECT_EQ(cupel_scanner_select(scanner.get(), CUPEL_SELECT_TAG, View("field"),
                                 0, nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(cupel_scanner_select(scanner.get(), CUPEL_SELECT_NAME, View("*"), 1,
                                 nullptr),
            CUPEL_STATUS_NOT_FOUND);
  EXPECT_EQ(Found(scanner), Names{"Needle"}) << "as it was before";
}

TEST_F(ScanTest, SavedRulesAreRulesAgain) {
  const std::string saved = folder_.path("rules.bin");
  MustBeOk(cupel_ruleset_save, ruleset_.get(), View(saved));
  EXPECT_EQ(
      std::filesystem::status(saved).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_path, sources.get(), View(saved));
  ruleset_ = Make<Ruleset>(cupel_ruleset_compile, engine_.get(), sources.get(),
                           nullptr);
  EXPECT_EQ(cupel_ruleset_count(ruleset_.get()), 2u);
  EXPECT_EQ(cupel_ruleset_from_cache(ruleset_.get()), 1);
  EXPECT_EQ(cupel_report_score(ScanText(NewScanner(), "hay needle").get()), 9);
}

TEST_F(ScanTest, CachedRules) {
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
           View(kRules));
  const std::string cache = folder_.path("cache");
  cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
  options.cache_dir = View(cache);
  const auto first = Make<Ruleset>(cupel_ruleset_compile, engine_.get(),
                                   sources.get(), &options);
  const auto second = Make<Ruleset>(cupel_ruleset_compile, engine_.get(),
                                    sources.get(), &options);
  EXPECT_EQ(cupel_ruleset_from_cache(first.get()), 0);
  EXPECT_EQ(cupel_ruleset_from_cache(second.get()), 1);
  EXPECT_EQ(Text(cupel_ruleset_digest(first.get())),
            Text(cupel_ruleset_digest(second.get())));
  EXPECT_EQ(cupel_ruleset_digest(first.get()).size, 64u);
}

TEST_F(ScanTest, BothEnginesGiveTheSameAnswers) {
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
           View(kRules));
  for (const cupel_rule_engine engine :
       {CUPEL_RULE_ENGINE_CUPEL, CUPEL_RULE_ENGINE_LIBYARA}) {
    cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
    options.engine = engine;
    ruleset_ = Make<Ruleset>(cupel_ruleset_compile, engine_.get(),
                             sources.get(), &options);
    EXPECT_EQ(cupel_report_score(ScanText(NewScanner(), "hay needle").get()),
              9);
    EXPECT_EQ(cupel_report_score(ScanText(NewScanner(), "hay").get()), 2);
    EXPECT_EQ(cupel_report_score(ScanText(NewScanner(), "straw").get()), 0);
  }
}

TEST_F(ScanTest, Defines) {
  const auto sources = Make<Sources>(cupel_rule_sources_new);
  MustBeOk(cupel_rule_sources_add_text, sources.get(), View("test"),
           View("rule R { condition: i == 5 and f > 0.5 and b and s == \"x\" "
                "}"));
  MustBeOk(cupel_rule_sources_define_integer, sources.get(), View("i"),
           int64_t{5});
  MustBeOk(cupel_rule_sources_define_float, sources.get(), View("f"), 0.75);
  MustBeOk(cupel_rule_sources_define_boolean, sources.get(), View("b"), 1);
  MustBeOk(cupel_rule_sources_define_string, sources.get(), View("s"),
           View("x"));
  ruleset_ = Make<Ruleset>(cupel_ruleset_compile, engine_.get(), sources.get(),
                           nullptr);
  EXPECT_EQ(cupel_report_verdict(ScanText(NewScanner(), "").get()),
            CUPEL_VERDICT_MATCHED);
}

TEST_F(ScanTest, Explain) {
  const auto explain = [&](const char* rule, cupel_view bytes) {
    const auto buffer = Make<Buffer>(cupel_ruleset_explain, ruleset_.get(),
                                     View(rule), View("a/b.txt"), bytes);
    return nlohmann::json::parse(Text(cupel_buffer_view(buffer.get())));
  };
  const auto alone = explain("Hay", cupel_view{nullptr, 0});
  EXPECT_EQ(alone["schema"], "cupel.explain/1");
  ASSERT_EQ(alone["rules"].size(), 1u);
  EXPECT_EQ(alone["rules"][0]["name"], "Hay");
  EXPECT_EQ(alone["rules"][0]["classes"].size(), 3u);
  EXPECT_FALSE(alone["rules"][0].contains("payload"));

  const auto found = explain("Hay", View("the hay"))["rules"][0]["payload"];
  EXPECT_EQ(found["path"], "a/b.txt");
  EXPECT_EQ(found["class"], "text");
  EXPECT_EQ(found["formula"], true);
  EXPECT_EQ(found["candidate"], true);
  EXPECT_EQ(found["matches"], true);

  const auto missed = explain("Hay", View("nothing"))["rules"][0]["payload"];
  EXPECT_EQ(missed["formula"], false);
  EXPECT_EQ(missed["matches"], false);
  ASSERT_FALSE(missed["strings"].empty());
  EXPECT_EQ(missed["strings"][0]["found"], false);
}

TEST_F(ScanTest, Profile) {
  const auto inputs = Make<Inputs>(cupel_inputs_new);
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("1"), View("needle"));
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("2"), View("the hay"));
  MustBeOk(cupel_inputs_add_memory, inputs.get(), View("3"), View("and hay"));
  const auto buffer =
      Make<Buffer>(cupel_ruleset_profile, engine_.get(), ruleset_.get(),
                   inputs.get(), nullptr, nullptr, nullptr);
  const auto json =
      nlohmann::json::parse(Text(cupel_buffer_view(buffer.get())));
  EXPECT_EQ(json["schema"], "cupel.profile/1");
  EXPECT_EQ(json["payloads"], 3);
  EXPECT_EQ(json["bytes"], 20);
  EXPECT_EQ(json["left_out"]["payloads"], 0);
  ASSERT_EQ(json["rules"].size(), 2u);
  for (const auto& rule : json["rules"]) {
    EXPECT_EQ(rule["files"], rule["name"] == "Hay" ? 2 : 1);
    EXPECT_GE(rule["share"], 0);
    EXPECT_LE(rule["share"], 1);
  }
  EXPECT_GE(json["rules"][0]["cpu_ns"], json["rules"][1]["cpu_ns"]);
}

}  // namespace
}  // namespace cupel_test
