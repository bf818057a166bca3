// Raws, and runs of boefjes and normalizers, by the C interface.
#include "argument_test.h"
#include "catalogue_testing.h"
#include "struct_testing.h"

namespace cupel_test {
namespace {

using Raws = Owned<cupel_raws, cupel_raws_free>;

constexpr std::string_view kHost = "Hostname|internet|example.com";

class BoefjeTest : public testing::Test {
 protected:
  void SetUp() override {
    plugins_.Write("plugins/free/main.py",
                   "def run(meta):\n    return [({'text/plain'}, b'a\\0b')]\n");
    plugins_.Write("plugins/hang/boefje.json",
                   R"({"id":"hang","name":"Hangs"})");
    plugins_.Write("plugins/hang/main.py",
                   "import time\ndef run(meta):\n    time.sleep(1000)\n");
    MustBeOk(cupel_registry_rescan, registry_.get());
  }

  nlohmann::json RunFree() {
    return Parse(Make<Buffer>(cupel_boefje_run, registry_.get(), raws_.get(),
                              View("acme"), View("free"), View(kHost), nullptr,
                              nullptr));
  }

  Plugins plugins_;
  const Keyring ring_ = RingOf({NewKey()});
  const Registry registry_ = OpenRegistry(plugins_, ring_);
  const Raws raws_ = Make<Raws>(cupel_raws_open, nullptr);
  cupel_buffer* out_ = nullptr;
};

TEST_F(BoefjeTest, WhatItGivesCanBeReadAgain) {
  const auto done = RunFree();
  ASSERT_EQ(done["status"], "completed") << done;
  EXPECT_EQ(done["tier"], "process");
  const std::string id = done["raws"][0]["id"];
  EXPECT_EQ(Text(Make<Buffer>(cupel_raws_bytes, raws_.get(), View(id))),
            std::string("a\0b", 3));
  const auto meta =
      Parse(Make<Buffer>(cupel_raws_meta_json, raws_.get(), View(id)));
  EXPECT_EQ(meta["raw"], done["raws"][0]);
  EXPECT_EQ(meta["raw_data_meta"]["boefje_meta"], done["boefje_meta"]);
  const auto list = Parse(
      Make<Buffer>(cupel_raws_list_json, raws_.get(), View("acme"), View("")));
  EXPECT_EQ(list["raws"], done["raws"]);
  EXPECT_EQ(Parse(Make<Buffer>(cupel_raws_list_json, raws_.get(), View("acme"),
                               View("other")))["raws"]
                .size(),
            0u);
}

TEST_F(BoefjeTest, AJobRunsOnce) {
  const auto job = Make<Job>(
      cupel_job_parse,
      View(R"({"id":"70da7d4f-f41f-4940-901b-d98a92e9014b",)"
           R"("boefje":{"id":"free"},"organization":"acme","arguments":{}})"),
      CUPEL_JOB_BOEFJE_META);
  const auto run = [&] {
    cupel_buffer* out = nullptr;
    const auto status =
        cupel_boefje_run_job(registry_.get(), raws_.get(), job.get(), nullptr,
                             nullptr, &out, nullptr);
    cupel_buffer_free(out);
    return status;
  };
  EXPECT_EQ(run(), CUPEL_STATUS_OK);
  EXPECT_EQ(run(), CUPEL_STATUS_ALREADY_EXISTS);
}

TEST_F(BoefjeTest, CancellingEndsItAndNothingIsStored) {
  const auto cancel = Make<Cancel>(cupel_cancel_new);
  cupel_run_options options = CUPEL_RUN_OPTIONS_INIT;
  cupel_cancel_trigger(cancel.get());
  MessageOf(CUPEL_STATUS_CANCELLED, cupel_boefje_run, registry_.get(),
            raws_.get(), View("acme"), View("hang"), View(""),
            static_cast<const cupel_run_options*>(&options), cancel.get(),
            &out_);
  EXPECT_EQ(out_, nullptr);
  EXPECT_EQ(Parse(Make<Buffer>(cupel_raws_list_json, raws_.get(), View("acme"),
                               View("")))["raws"]
                .size(),
            0u);
}

TEST_F(BoefjeTest, StructsOfAllSizes) {
  CheckSizes<cupel_raws_options>(
      CUPEL_RAWS_OPTIONS_INIT, [](const cupel_raws_options* options) {
        cupel_raws* made = nullptr;
        const auto status = cupel_raws_open(options, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_raws_free(made);
        return status;
      });
  CheckSizes<cupel_run_options>(
      CUPEL_RUN_OPTIONS_INIT, [this](const cupel_run_options* options) {
        cupel_buffer* made = nullptr;
        const auto status = cupel_boefje_run(
            registry_.get(), raws_.get(), View("acme"), View("free"),
            View(kHost), options, nullptr, &made, nullptr);
        EXPECT_EQ(made != nullptr, status == CUPEL_STATUS_OK);
        cupel_buffer_free(made);
        return status;
      });
}

class BoefjeArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_raws_, nullptr);
  }
  cupel_status RunIt(const cupel_run_options& options, cupel_error** error) {
    return cupel_boefje_run(registry_.get(), raws_.get(), View("acme"),
                            View("free"), View(kHost), &options, nullptr,
                            &out_buffer_, error);
  }

  const Plugins plugins_;
  const Keyring ring_ = RingOf({NewKey()});
  const Registry registry_ = OpenRegistry(plugins_, ring_);
  const Raws raws_ = Make<Raws>(cupel_raws_open, nullptr);
  const Job job_ =
      Make<Job>(cupel_job_parse, View(kMeta), CUPEL_JOB_BOEFJE_META);
  cupel_raws* out_raws_ = nullptr;
};

TEST_F(BoefjeArgumentTest, Raws) {
  cupel_raws_options reserved = CUPEL_RAWS_OPTIONS_INIT;
  reserved.reserved = 1;
  cupel_raws_options nul = CUPEL_RAWS_OPTIONS_INIT;
  nul.database = nul_;
  cupel_raws* const r = raws_.get();
  CheckAll({
      {"out", [](auto e) { return cupel_raws_open(nullptr, nullptr, e); }},
      {"reserved",
       [&](auto e) { return cupel_raws_open(&reserved, &out_raws_, e); }},
      {"database",
       [&](auto e) { return cupel_raws_open(&nul, &out_raws_, e); }},
      {"bytes, raws",
       [&](auto e) {
         return cupel_raws_bytes(nullptr, name_, &out_buffer_, e);
       }},
      {"bytes, wrong",
       [&](auto e) {
         return cupel_raws_bytes(Wrong<cupel_raws>(), name_, &out_buffer_, e);
       }},
      {"bytes, out",
       [&](auto e) { return cupel_raws_bytes(r, name_, nullptr, e); }},
      {"bytes, id",
       [&](auto e) { return cupel_raws_bytes(r, empty_, &out_buffer_, e); }},
      {"bytes, unknown",
       [&](auto e) { return cupel_raws_bytes(r, name_, &out_buffer_, e); },
       CUPEL_STATUS_NOT_FOUND},
      {"meta, unknown",
       [&](auto e) { return cupel_raws_meta_json(r, name_, &out_buffer_, e); },
       CUPEL_STATUS_NOT_FOUND},
      {"meta, id",
       [&](auto e) { return cupel_raws_meta_json(r, nul_, &out_buffer_, e); }},
      {"list, organisation",
       [&](auto e) {
         return cupel_raws_list_json(r, huge_, empty_, &out_buffer_, e);
       }},
      {"list, job",
       [&](auto e) {
         return cupel_raws_list_json(r, name_, no_data_, &out_buffer_, e);
       }},
  });
}

TEST_F(BoefjeArgumentTest, Options) {
  using Change = std::function<void(cupel_run_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* o) { o->flags = kUnknownFlag; }},
      {"tier", [](auto* o) { o->tier = 4; }},
      {"tier -1", [](auto* o) { o->tier = -1; }},
      {"tier built in", [](auto* o) { o->tier = CUPEL_TIER_BUILTIN; }},
      {"runner", [this](auto* o) { o->runner = nul_; }},
      {"python", [this](auto* o) { o->python = no_data_; }},
      {"python_path", [this](auto* o) { o->python_path = huge_; }},
      {"oci_program", [this](auto* o) { o->oci_program = nul_; }},
      {"oci_runtime", [this](auto* o) { o->oci_runtime = nul_; }},
  };
  for (const auto& [name, change] : changes) {
    cupel_run_options options = CUPEL_RUN_OPTIONS_INIT;
    change(&options);
    CheckAll({{name, [&](auto e) { return RunIt(options, e); }}});
  }
  cupel_run_options options = CUPEL_RUN_OPTIONS_INIT;
  options.tier = CUPEL_TIER_OCI;
  CheckAll({{"no image", [&](auto e) { return RunIt(options, e); },
             CUPEL_STATUS_FAILED_PRECONDITION}});
}

TEST_F(BoefjeArgumentTest, Runs) {
  cupel_registry* const g = registry_.get();
  cupel_raws* const r = raws_.get();
  cupel_buffer** const out = &out_buffer_;
  const auto boefje = [=](cupel_registry* registry, cupel_raws* raws,
                          cupel_view organisation, cupel_view id,
                          cupel_view input) {
    return [=](cupel_error** e) {
      return cupel_boefje_run(registry, raws, organisation, id, input, nullptr,
                              nullptr, out, e);
    };
  };
  const auto normalizer = [=](cupel_view id, cupel_view raw,
                              cupel_view whitelist) {
    return [=](cupel_error** e) {
      return cupel_normalizer_run(g, r, id, raw, whitelist, nullptr, nullptr,
                                  out, e);
    };
  };
  const cupel_view acme = View("acme");
  const cupel_view free = View("free");
  CheckAll({
      {"registry", boefje(nullptr, r, acme, free, empty_)},
      {"registry, wrong",
       boefje(Wrong<cupel_registry>(), r, acme, free, empty_)},
      {"raws", boefje(g, nullptr, acme, free, empty_)},
      {"organisation", boefje(g, r, empty_, free, empty_)},
      {"boefje", boefje(g, r, acme, nul_, empty_)},
      {"input", boefje(g, r, acme, free, nul_)},
      {"input, no reference", boefje(g, r, acme, free, View("x"))},
      {"no organisation", boefje(g, r, View("nobody"), free, empty_),
       CUPEL_STATUS_NOT_FOUND},
      {"no boefje", boefje(g, r, acme, View("none"), empty_),
       CUPEL_STATUS_NOT_FOUND},
      {"a normalizer", boefje(g, r, acme, View("norm"), empty_)},
      {"no code", boefje(g, r, acme, free, empty_),
       CUPEL_STATUS_FAILED_PRECONDITION},
      {"job",
       [=](auto e) {
         return cupel_boefje_run_job(g, r, nullptr, nullptr, nullptr, out, e);
       }},
      {"job of another kind",
       [&](auto e) {
         return cupel_normalizer_run_job(g, r, job_.get(), empty_, nullptr,
                                         nullptr, out, e);
       }},
      {"cancel",
       [&](auto e) {
         return cupel_boefje_run(g, r, acme, free, empty_, nullptr,
                                 Wrong<cupel_cancel>(), out, e);
       }},
      {"out",
       [&](auto e) {
         return cupel_boefje_run(g, r, acme, free, empty_, nullptr, nullptr,
                                 nullptr, e);
       }},
      {"normalizer", normalizer(empty_, name_, empty_)},
      {"raw", normalizer(View("norm"), empty_, empty_)},
      {"whitelist", normalizer(View("norm"), name_, View("[]"))},
      {"no raw", normalizer(View("norm"), name_, empty_),
       CUPEL_STATUS_NOT_FOUND},
  });
}

}  // namespace
}  // namespace cupel_test
