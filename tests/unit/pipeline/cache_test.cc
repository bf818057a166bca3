// Scans with a cache of answers say what scans without one say, whatever became
// of the rules in between.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/unit/pipeline/scan_fixture.h"

namespace cupel {
namespace {

constexpr char kFirstRules[] = R"(
  rule plain { meta: weight = 3 strings: $e = "EVIL" condition: $e }
  rule wide_one { strings: $w = "wide" wide $a = "anywhere" condition: any of them }
  private rule helper { strings: $h = "helper" condition: $h }
  rule through { strings: $e = "EVIL" condition: helper and $e }
  rule counted { strings: $x = "x" condition: #x > 2 }
  rule sized { condition: filesize > 40 }
  rule keyed { strings: $k = "key" xor(1-255) condition: $k }
)";

class CacheTest : public ScanTest {
 protected:
  CacheTest() { cache.folder = folder_.path() + "/cache"; }

  std::string Report(const AnswerCacheOptions& with) {
    std::string json;
    last_ = ScanWith(with);
    return Json(*last_);
  }

  std::unique_ptr<const cupel::Report> ScanWith(
      const AnswerCacheOptions& with) {
    auto session = ScanSession::New(rules, options.threads, plugins, with);
    EXPECT_TRUE(session.ok()) << session.status();
    auto report = (*session)->Scan(inputs_, options, nullptr);
    EXPECT_TRUE(report.ok()) << report.status();
    return std::move(*report);
  }

  // Scans with the cache, compares with a scan without, and tells how many
  // payloads were known, partly known and unknown.
  std::vector<uint64_t> Check() {
    const std::string with = Report(cache);
    const CacheUse use = last_->cache.value_or(CacheUse());
    EXPECT_EQ(use.warning, "");
    EXPECT_EQ(with, Report({}));
    EXPECT_FALSE(last_->cache.has_value());
    return {use.known, use.partly, use.unknown};
  }

  void Add(std::string name, std::string bytes) {
    contents_.push_back(std::make_unique<std::string>(std::move(bytes)));
    inputs_.push_back({.kind = ScanInput::Kind::kMemory,
                       .name = std::move(name),
                       .bytes = *contents_.back()});
  }

  // Four payloads that meet rules: three members and a text.
  void AddInputs() {
    std::string keyed = "zzzzz";
    for (const char c : std::string("key")) {
      keyed += static_cast<char>(c ^ 0x21);
    }
    Add("one.tar", TarEntry("a", "EVIL with a helper") +
                       TarEntry("b", "xx x " + std::string("w\0i\0d\0e\0", 8)) +
                       TarEntry("c", keyed) + TarEntry("same", keyed) +
                       TarEnd());
    Add("text", "nothing special, but longer than forty bytes are");
  }

  const TempDir folder_;
  AnswerCacheOptions cache;
  std::vector<std::unique_ptr<std::string>> contents_;
  std::vector<ScanInput> inputs_;
  std::unique_ptr<const cupel::Report> last_;
};

using Counts = std::vector<uint64_t>;

TEST_F(CacheTest, TheSecondScanRunsNoRule) {
  rules = Rules(kFirstRules);
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
  EXPECT_EQ(last_->findings, 7U);
  ScanWith(cache);
  EXPECT_EQ(ScanWith(cache)->rules_ns, 0U);
}

TEST_F(CacheTest, OneSessionFindsWhatItStored) {
  rules = Rules(kFirstRules);
  AddInputs();
  auto session = ScanSession::New(rules, 1, {}, cache);
  ASSERT_TRUE(session.ok());
  const auto first = (*session)->Scan(inputs_, options, nullptr);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ((*first)->cache->stored, 4U);
  const auto second = (*session)->Scan(inputs_, options, nullptr);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ((*second)->cache->known, 4U);
  EXPECT_EQ((*second)->cache->stored, 0U);
  EXPECT_EQ(Json(**first), Json(**second));
}

TEST_F(CacheTest, AnyNumberOfThreads) {
  rules = Rules(kFirstRules);
  AddInputs();
  for (int i = 0; i < 300; ++i) {
    Add("more", "EVIL helper " + std::to_string(i) + " anywhere xxx");
  }
  options.threads = 4;
  EXPECT_EQ(Check(), (Counts{0, 0, 304}));
  options.threads = 1;
  EXPECT_EQ(Check(), (Counts{304, 0, 0}));
  options.threads = 4;
  EXPECT_EQ(Check(), (Counts{304, 0, 0}));
}

TEST_F(CacheTest, ReportsOutliveTheSession) {
  rules = Rules(kFirstRules);
  AddInputs();
  ScanWith(cache);
  const auto report = ScanWith(cache);
  rules.reset();
  std::filesystem::remove_all(cache.folder);
  EXPECT_NE(Json(*report).find("$w"), std::string::npos);
}

// What each change of the rules costs: payloads known, partly known, unknown.
struct Change {
  const char* name;
  std::function<std::string(std::string)> change;
  Counts counts;
};

std::string With(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class CacheChangeTest : public CacheTest,
                        public ::testing::WithParamInterface<Change> {};

TEST_P(CacheChangeTest, SaysTheSameAsWithoutACache) {
  rules = Rules(kFirstRules);
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  rules = Rules(GetParam().change(kFirstRules));
  EXPECT_EQ(Check(), GetParam().counts);
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
  // And back: what the first rules said is partly forgotten, never mixed up.
  rules = Rules(kFirstRules);
  Check();
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(
    Changes, CacheChangeTest,
    ::testing::Values(
        Change{
            "Added",
            [](std::string text) {
              return "rule more { strings: $n = \"nothing\" condition: $n }" +
                     text;
            },
            {0, 4, 0}},
        Change{"Removed",
               [](std::string text) {
                 return With(text, "rule sized { condition: filesize > 40 }",
                             "");
               },
               {4, 0, 0}},
        Change{"ConditionChanged",
               [](std::string text) {
                 return With(text, "filesize > 40", "filesize > 4");
               },
               {0, 4, 0}},
        Change{"StringChanged",
               [](std::string text) {
                 return With(text, "\"anywhere\"", "\"forty\"");
               },
               {0, 4, 0}},
        Change{"StringRenamed",
               [](std::string text) {
                 return With(With(text, "$x = ", "$xx = "), "#x ", "#xx ");
               },
               {0, 4, 0}},
        Change{"RuleRenamed",
               [](std::string text) { return With(text, "plain", "pl"); },
               {4, 0, 0}},
        Change{"MetaChanged",
               [](std::string text) {
                 return With(text, "weight = 3", "weight = 4 name = \"x\"");
               },
               {4, 0, 0}},
        Change{"TagAdded",
               [](std::string text) {
                 return With(text, "rule sized", "rule sized : large");
               },
               {4, 0, 0}},
        Change{"LinesAndCommentsChanged",
               [](std::string text) {
                 return "// new\n\n" +
                        With(text, "rule sized {", "rule sized\n/* x */ {");
               },
               {4, 0, 0}},
        Change{"ReferencedRuleChanged",
               [](std::string text) {
                 return With(text, "$h = \"helper\"", "$h = \"with\"");
               },
               {0, 4, 0}},
        Change{"GlobalAdded",
               [](std::string text) {
                 return "global rule g { condition: filesize < 45 }" + text;
               },
               {0, 0, 4}},
        Change{"GlobalPrivateAdded",
               [](std::string text) {
                 return "global private rule g { condition: filesize < 45 }" +
                        text;
               },
               {0, 0, 4}},
        Change{"PrivateMadePublic",
               [](std::string text) {
                 return With(text, "private rule helper", "rule helper");
               },
               {0, 4, 0}},
        Change{"PublicMadePrivate",
               [](std::string text) {
                 return With(text, "rule sized", "private rule sized");
               },
               {4, 0, 0}},
        Change{"OrderChanged",
               [](std::string text) {
                 const std::string sized =
                     "rule sized { condition: filesize > 40 }";
                 return sized + With(text, sized, "");
               },
               {4, 0, 0}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(CacheTest, AChangedGlobalChangesTheRulesOfItsNamespace) {
  const std::string global = "global rule g { condition: filesize < 45 } ";
  rules = Rules(global + kFirstRules);
  AddInputs();
  Check();
  rules = Rules(With(global, "45", "20") + kFirstRules);
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

// The global rule of one file is nothing to the rules of another.
TEST_F(CacheTest, AChangedGlobalIsNothingToOtherNamespaces) {
  const auto compile = [](const char* global) {
    RuleSources sources;
    sources.texts.push_back({"one", kFirstRules});
    sources.texts.push_back(
        {"two", std::string(global) +
                    "rule other { strings: $a = \"EVIL\" condition: $a }"});
    return *RuleSet::Compile(sources, {}, nullptr);
  };
  rules = compile("global rule g { condition: filesize < 45 } ");
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  rules = compile("global rule g { condition: filesize < 10 } ");
  EXPECT_EQ(Check(), (Counts{0, 4, 0}));
}

TEST_F(CacheTest, AChangedIncludedFileChangesItsRules) {
  const auto compile = [this] {
    RuleSources sources;
    sources.paths = {folder_.path() + "/rules/top.yar"};
    auto compiled = RuleSet::Compile(sources, {}, nullptr);
    EXPECT_TRUE(compiled.ok()) << compiled.status();
    return *compiled;
  };
  folder_.Write("rules/top.yar",
                "include \"part.inc\" rule t { condition: part }"
                " rule u { condition: filesize > 1 }");
  folder_.Write("rules/part.inc",
                "rule part { strings: $a = \"EVIL\" condition: $a }");
  rules = compile();
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  folder_.Write("rules/part.inc",
                "rule part { strings: $a = \"anywhere\" condition: $a }");
  rules = compile();
  EXPECT_EQ(Check(), (Counts{0, 4, 0}));
  // Another rule in it: the others stay what they were.
  folder_.Write("rules/part.inc",
                "rule more { condition: filesize == 3 } "
                "rule part { strings: $a = \"anywhere\" condition: $a }");
  rules = compile();
  EXPECT_EQ(Check(), (Counts{0, 4, 0}));
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, AChangedDefineChangesTheRulesThatReadIt) {
  const auto compile = [](int64_t limit, const std::string& other) {
    RuleSources sources;
    sources.texts.push_back(
        {"test",
         "rule a { condition: filesize > limit } "
         "rule b { strings: $a = \"EVIL\" condition: $a }"});
    RuleOptions rule_options;
    rule_options.defines = {{"limit", limit}, {"other", other}};
    return *RuleSet::Compile(sources, rule_options, nullptr);
  };
  rules = compile(1, "x");
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  rules = compile(20, "x");
  EXPECT_EQ(Check(), (Counts{0, 4, 0}));
  // Nobody reads this one.
  rules = compile(20, "y");
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, NamesMatterToTheRulesThatReadThem) {
  rules = Rules(
      "rule a { strings: $e = \"EVIL\" condition: $e } "
      "rule b { condition: filename matches /\\.js$/ } "
      "rule c { condition: filepath contains \"v2\" }");
  Add("v1/x.js", "EVIL");
  EXPECT_EQ(Check(), (Counts{0, 0, 1}));
  EXPECT_EQ(Check(), (Counts{1, 0, 0}));
  inputs_[0].name = "v2/x.js";
  EXPECT_EQ(Check(), (Counts{0, 1, 0}));
  inputs_[0].name = "v2/x.py";
  EXPECT_EQ(Check(), (Counts{0, 1, 0}));
  inputs_[0].name = "v1/x.js";
  EXPECT_EQ(Check(), (Counts{1, 0, 0}));
}

TEST_F(CacheTest, ExcerptsAreCutAnew) {
  rules = Rules(kFirstRules);
  AddInputs();
  options.excerpt_bytes = 2;
  Check();
  options.excerpt_bytes = 64;
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
  options.excerpt_bytes = 0;
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, AnotherLimitOfMatchesIsAnotherAnswer) {
  rules = Rules(kFirstRules);
  Add("x", std::string(100, 'x'));
  EXPECT_EQ(Check(), (Counts{0, 0, 1}));
  options.limits.matches_per_rule = 5;
  EXPECT_EQ(Check(), (Counts{0, 0, 1}));
  // What was listed is cut, and the incident of it comes again.
  EXPECT_EQ(Check(), (Counts{1, 0, 0}));
  EXPECT_EQ(last_->incidents.size(), 1U);
}

TEST_F(CacheTest, WhatTookTooLongIsNotKept) {
  rules = Rules(
      "rule slow { condition: for all i in (0..1000000000) : ( "
      "uint8(i % filesize) != 256 ) }");
  Add("x", "bytes");
  options.limits.file_time_ns = 20'000'000;
  for (int round = 0; round < 2; ++round) {
    const auto report = ScanWith(cache);
    EXPECT_EQ(Incidents(*report),
              std::vector<std::string>{"timeout file_time x"});
    EXPECT_EQ(report->cache->unknown, 1U);
    EXPECT_EQ(report->cache->stored, 0U);
  }
}

TEST_F(CacheTest, WhatOverflowedIsNotKept) {
  rules = Rules("rule many { strings: $a = \"a\" condition: #a > 2 }");
  Add("x", std::string(1'100'000, 'a'));
  for (int round = 0; round < 2; ++round) {
    const auto report = ScanWith(cache);
    EXPECT_EQ(report->cache->unknown, 1U);
    EXPECT_EQ(report->cache->stored, 0U);
    EXPECT_THAT(Incidents(*report),
                ::testing::Contains("engine too_many_matches x"));
  }
}

TEST_F(CacheTest, AnotherEngineIsAnotherAnswer) {
  const auto compile = [](RuleEngine engine) {
    RuleSources sources;
    sources.texts.push_back({"test", kFirstRules});
    RuleOptions rule_options;
    rule_options.engine = engine;
    return *RuleSet::Compile(sources, rule_options, nullptr);
  };
  rules = compile(RuleEngine::kCupel);
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  rules = compile(RuleEngine::kLibyara);
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, WhatWasCancelledIsNotKept) {
  rules = Rules(kFirstRules);
  AddInputs();
  Cancel cancel;
  cancel.Trigger();
  auto session = ScanSession::New(rules, 1, {}, cache);
  ASSERT_TRUE(session.ok());
  const auto report = (*session)->Scan(inputs_, options, &cancel);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ((*report)->cache->stored, 0U);
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
}

TEST_F(CacheTest, RulesThatAskForTheTimeRunEachTime) {
  rules = Rules(
      "import \"time\" rule t { condition: time.now() > 0 } "
      "rule a { strings: $e = \"EVIL\" condition: $e }");
  AddInputs();
  EXPECT_EQ(Check(), (Counts{0, 0, 4}));
  EXPECT_EQ(Check(), (Counts{0, 4, 0}));
}

TEST_F(CacheTest, AContainerThatIsReadFromDiskIsHashedAgain) {
  rules = Rules("rule z { strings: $p = \"PK\" condition: $p at 0 }");
  // A tar of over 1 MiB with something behind it: owed a scan of its own bytes.
  const std::string path =
      folder_.Write("big.tar", TarEntry("a", std::string(2 << 20, 'a')) +
                                   TarEnd() + "trailing EVIL");
  inputs_.push_back({.name = path});
  const Counts first = Check();
  EXPECT_EQ(first[0], 0U);
  const Counts second = Check();
  EXPECT_EQ(second, (Counts{first[2], 0, 0}));
}

TEST_F(CacheTest, AFolderThatOthersMayWriteToIsRefused) {
  rules = Rules(kFirstRules);
  cache.folder = folder_.path() + "/open";
  ASSERT_EQ(mkdir(cache.folder.c_str(), 0700), 0);
  ASSERT_EQ(chmod(cache.folder.c_str(), 0777), 0);
  EXPECT_TRUE(
      absl::IsPermissionDenied(ScanSession::New(rules, 1, {}, cache).status()));
}

TEST_F(CacheTest, ADamagedCacheIsSaidAndCostsNothingElse) {
  rules = Rules(kFirstRules);
  AddInputs();
  Check();
  folder_.Write("cache/answers-1.db", std::string(10'000, 'x'));
  const std::string with = Report(cache);
  EXPECT_NE(last_->cache->warning.find("made anew"), std::string::npos);
  EXPECT_EQ(last_->cache->unknown, 4U);
  EXPECT_EQ(with, Report({}));
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, RulesFromASavedFileAreKnownAgain) {
  const std::string saved = folder_.path() + "/rules.cupelyar";
  ASSERT_TRUE(Rules(kFirstRules)->Save(saved).ok());
  rules = Rules(kFirstRules);
  AddInputs();
  Check();
  RuleSources sources;
  sources.paths = {saved};
  auto loaded = RuleSet::Compile(sources, {}, nullptr);
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  rules = *loaded;
  EXPECT_EQ(Check(), (Counts{4, 0, 0}));
}

TEST_F(CacheTest, WithoutRulesThereIsNoCache) {
  rules = nullptr;
  AddInputs();
  EXPECT_FALSE(ScanWith(cache)->cache.has_value());
}

}  // namespace
}  // namespace cupel
