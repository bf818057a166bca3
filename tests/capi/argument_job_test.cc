// The same for jobs, schemas and environments.
#include "argument_test.h"
#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class JobArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    // No failure leaves anything behind.
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_job_, nullptr);
    EXPECT_EQ(out_schema_, nullptr);
    EXPECT_EQ(out_environment_, nullptr);
  }

  Job job_ = ParseJob(TaskText());
  Schema schema_ = Make<Schema>(cupel_schema_compile, View(kPluginSchema));
  Keyring ring_ = RingOf({NewKey()});
  cupel_job* out_job_ = nullptr;
  cupel_schema* out_schema_ = nullptr;
  cupel_environment* out_environment_ = nullptr;
};

TEST_F(JobArgumentTest, Jobs) {
  cupel_job* const job = job_.get();
  cupel_job* const wrong = Wrong<cupel_job>();
  EXPECT_EQ(cupel_job_get_kind(nullptr), CUPEL_JOB_ANY);
  EXPECT_EQ(cupel_job_get_kind(wrong), CUPEL_JOB_ANY);
  cupel_job_free(nullptr);
  cupel_job_free(wrong);
  cupel_task_status status = 0;
  const auto parse = [&](cupel_view json, cupel_job_kind kind) {
    return [=, this](cupel_error** e) {
      return cupel_job_parse(json, kind, &out_job_, e);
    };
  };
  CheckAll({
      {"parse, out",
       [&](auto e) { return cupel_job_parse(View("{}"), 0, nullptr, e); }},
      {"parse, no data", parse(no_data_, 0)},
      {"parse, huge", parse(huge_, 0)},
      {"parse, empty", parse(empty_, 0)},
      {"parse, kind -1", parse(View(kMeta), -1)},
      {"parse, kind 17", parse(View(kMeta), 17)},
      {"parse, kind MIN", parse(View(kMeta), INT32_MIN)},
      {"check, out",
       [&](auto e) { return cupel_job_check(View("{}"), 0, nullptr, e); }},
      {"check, huge",
       [&](auto e) { return cupel_job_check(huge_, 0, &out_buffer_, e); }},
      {"check, kind",
       [&](auto e) {
         return cupel_job_check(View("{}"), 17, &out_buffer_, e);
       }},
      {"json, out", [&](auto e) { return cupel_job_json(job, 0, nullptr, e); }},
      {"json, NULL",
       [&](auto e) { return cupel_job_json(nullptr, 0, &out_buffer_, e); }},
      {"json, of another kind",
       [&](auto e) { return cupel_job_json(wrong, 0, &out_buffer_, e); }},
      {"json, flags",
       [&](auto e) {
         return cupel_job_json(job, kUnknownFlag, &out_buffer_, e);
       }},
      {"encode, out",
       [&](auto e) { return cupel_job_encode(job, nullptr, e); }},
      {"encode, NULL",
       [&](auto e) { return cupel_job_encode(nullptr, &out_buffer_, e); }},
      {"decode, out",
       [&](auto e) { return cupel_job_decode(View("x"), nullptr, e); }},
      {"decode, no data",
       [&](auto e) { return cupel_job_decode(no_data_, &out_job_, e); }},
      {"decode, huge",
       [&](auto e) { return cupel_job_decode(huge_, &out_job_, e); }},
      {"decode, rubbish",
       [&](auto e) { return cupel_job_decode(View("x"), &out_job_, e); },
       CUPEL_STATUS_DATA_LOSS},
      {"status, out",
       [&](auto e) { return cupel_job_get_status(job, nullptr, e); }},
      {"status, NULL",
       [&](auto e) { return cupel_job_get_status(nullptr, &status, e); }},
      {"transition, out",
       [&](auto e) { return cupel_job_transition(job, 2, nullptr, e); }},
      {"transition, NULL",
       [&](auto e) { return cupel_job_transition(nullptr, 2, &out_job_, e); }},
      {"transition, to -1",
       [&](auto e) { return cupel_job_transition(job, -1, &out_job_, e); }},
      {"transition, to 7",
       [&](auto e) { return cupel_job_transition(job, 7, &out_job_, e); }},
      {"check, from",
       [](auto e) { return cupel_task_transition_check(7, 0, e); }},
      {"check, to",
       [](auto e) { return cupel_task_transition_check(0, INT32_MAX, e); }},
  });
}

TEST_F(JobArgumentTest, Dedup) {
  cupel_job* const job = job_.get();
  cupel_buffer** const out = &out_buffer_;
  const cupel_view bytes = View("\xff");
  const auto boefje = [&](cupel_view a, cupel_view b, cupel_view c) {
    return [=](cupel_error** e) {
      return cupel_openkat_task_hash_boefje(a, b, c, out, e);
    };
  };
  const auto normalizer = [&](cupel_view a, cupel_view b, cupel_view c) {
    return [=](cupel_error** e) {
      return cupel_openkat_task_hash_normalizer(a, b, c, out, e);
    };
  };
  const auto key = [&](const cupel_job* of, cupel_view fingerprint) {
    return
        [=](cupel_error** e) { return cupel_job_key(of, fingerprint, out, e); };
  };
  CheckAll({
      {"fingerprint, out",
       [&](auto e) {
         return cupel_job_environment_fingerprint(job, ring_.get(), nullptr, e);
       }},
      {"fingerprint, job",
       [&](auto e) {
         return cupel_job_environment_fingerprint(nullptr, ring_.get(), out, e);
       }},
      {"fingerprint, ring",
       [&](auto e) {
         return cupel_job_environment_fingerprint(job, nullptr, out, e);
       }},
      {"fingerprint, wrong ring",
       [&](auto e) {
         return cupel_job_environment_fingerprint(job, Wrong<cupel_keyring>(),
                                                  out, e);
       }},
      {"key, out",
       [&](auto e) { return cupel_job_key(job, name_, nullptr, e); }},
      {"key, NULL", key(nullptr, name_)},
      {"key, wrong", key(Wrong<cupel_job>(), name_)},
      {"key, no data", key(job, no_data_)},
      {"key, huge", key(job, huge_)},
      {"key, NUL", key(job, nul_)},
      {"key, no UTF-8", key(job, bytes)},
      {"compare, out",
       [&](auto e) { return cupel_job_compare(job, job, nullptr, e); }},
      {"compare, a",
       [&](auto e) { return cupel_job_compare(nullptr, job, out, e); }},
      {"compare, b",
       [&](auto e) { return cupel_job_compare(job, nullptr, out, e); }},
      {"boefje, out",
       [&](auto e) {
         return cupel_openkat_task_hash_boefje(name_, name_, name_, nullptr, e);
       }},
      {"boefje, 1", boefje(no_data_, name_, name_)},
      {"boefje, 2", boefje(name_, huge_, name_)},
      {"boefje, 3", boefje(name_, name_, bytes)},
      {"normalizer, out",
       [&](auto e) {
         return cupel_openkat_task_hash_normalizer(name_, name_, name_, nullptr,
                                                   e);
       }},
      {"normalizer, 1", normalizer(nul_, name_, name_)},
      {"normalizer, 2", normalizer(name_, no_data_, name_)},
      {"normalizer, 3", normalizer(name_, name_, huge_)},
  });
}

TEST_F(JobArgumentTest, Schemas) {
  const cupel_schema* const schema = schema_.get();
  cupel_schema_free(nullptr);
  cupel_schema_free(Wrong<cupel_schema>());
  const auto validate = [](const cupel_schema* by, cupel_view value) {
    return [=](cupel_error** e) { return cupel_schema_validate(by, value, e); };
  };
  const auto check = [&](const cupel_schema* by, cupel_view value) {
    return [=, this](cupel_error** e) {
      return cupel_schema_check(by, value, &out_buffer_, e);
    };
  };
  CheckAll({
      {"compile, out",
       [](auto e) { return cupel_schema_compile(View("{}"), nullptr, e); }},
      {"compile, no data",
       [&](auto e) { return cupel_schema_compile(no_data_, &out_schema_, e); }},
      {"compile, huge",
       [&](auto e) { return cupel_schema_compile(huge_, &out_schema_, e); }},
      {"compile, empty",
       [&](auto e) { return cupel_schema_compile(empty_, &out_schema_, e); }},
      {"validate, NULL", validate(nullptr, View("{}"))},
      {"validate, wrong", validate(Wrong<cupel_schema>(), View("{}"))},
      {"validate, no data", validate(schema, no_data_)},
      {"validate, huge", validate(schema, huge_)},
      {"check, out",
       [&](auto e) {
         return cupel_schema_check(schema, View("{}"), nullptr, e);
       }},
      {"check, NULL", check(nullptr, View("{}"))},
      {"check, huge", check(schema, huge_)},
      {"check, no JSON", check(schema, nul_)},
      {"json, out",
       [&](auto e) { return cupel_schema_json(schema, nullptr, e); }},
      {"json, NULL",
       [&](auto e) { return cupel_schema_json(nullptr, &out_buffer_, e); }},
  });
}

TEST_F(JobArgumentTest, BuildingEnvironments) {
  const cupel_view names[] = {name_, nul_};
  const cupel_field no_name[] = {{empty_, name_}};
  const cupel_field nul_name[] = {{nul_, name_}};
  const cupel_field huge_value[] = {{name_, huge_}};
  using Change = std::function<void(cupel_environment_options*)>;
  const std::vector<std::pair<const char*, Change>> changes = {
      {"flags", [](auto* o) { o->flags = kUnknownFlag; }},
      {"reserved", [](auto* o) { o->reserved = 1; }},
      {"schema", [&](auto* o) { o->schema = Wrong<cupel_schema>(); }},
      {"schema_json", [&](auto* o) { o->schema_json = no_data_; }},
      {"schema_json huge", [&](auto* o) { o->schema_json = huge_; }},
      {"schema_json rubbish", [&](auto* o) { o->schema_json = name_; }},
      {"keys NULL", [](auto* o) { o->key_count = 1; }},
      {"keys NUL",
       [&](auto* o) {
         o->keys = names;
         o->key_count = 2;
       }},
      {"keys too many",
       [&](auto* o) {
         o->keys = names;
         o->key_count = SIZE_MAX;
       }},
      {"settings", [&](auto* o) { o->settings = huge_; }},
      {"settings rubbish", [&](auto* o) { o->settings = name_; }},
      {"variables NULL", [](auto* o) { o->variable_count = 1; }},
      {"variables too many",
       [&](auto* o) {
         o->variables = nul_name;
         o->variable_count = SIZE_MAX / 2;
       }},
      {"variable without a name",
       [&](auto* o) {
         o->variables = no_name;
         o->variable_count = 1;
       }},
      {"variable with NUL",
       [&](auto* o) {
         o->variables = nul_name;
         o->variable_count = 1;
       }},
      {"variable with huge value",
       [&](auto* o) {
         o->variables = huge_value;
         o->variable_count = 1;
       }},
      {"plugin", [&](auto* o) { o->plugin = nul_; }},
  };
  for (const auto& [name, change] : changes) {
    cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
    change(&options);
    CheckAll({{name, [&](auto e) {
                 return cupel_environment_build(&options, &out_environment_, e);
               }}});
  }
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  CheckAll({
      {"options NULL",
       [&](auto e) {
         return cupel_environment_build(nullptr, &out_environment_, e);
       }},
      {"out",
       [&](auto e) { return cupel_environment_build(&options, nullptr, e); }},
  });
}

TEST_F(JobArgumentTest, Environments) {
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema_json = View(kPluginSchema);
  options.settings = View(kSettings);
  const auto made = Make<Environment>(cupel_environment_build, &options);
  const cupel_environment* const all[] = {nullptr, Wrong<cupel_environment>()};
  cupel_environment_entry entry{};
  entry.struct_size = sizeof(entry);
  uint8_t byte = 0;
  for (const cupel_environment* of : all) {
    EXPECT_EQ(cupel_environment_count(of), 0u);
    EXPECT_EQ(cupel_environment_uses_system(of), 0);
    CheckAll({
        {"entry",
         [&](auto e) { return cupel_environment_get_entry(of, 0, &entry, e); }},
        {"value",
         [&](auto e) {
           return cupel_environment_value(of, 0, &out_buffer_, e);
         }},
        {"copy_value",
         [&](auto e) {
           return cupel_environment_copy_value(of, 0, &byte, 1, e);
         }},
        {"explain",
         [&](auto e) {
           return cupel_environment_explain(of, &out_buffer_, e);
         }},
        {"values",
         [&](auto e) {
           return cupel_environment_values_json(of, 0, &out_buffer_, e);
         }},
        {"fingerprint",
         [&](auto e) {
           return cupel_environment_fingerprint(of, ring_.get(), &out_buffer_,
                                                e);
         }},
    });
  }
  cupel_environment_free(nullptr);
  cupel_environment_free(Wrong<cupel_environment>());
  const cupel_environment* const of = made.get();
  for (const size_t index : {size_t{2}, SIZE_MAX}) {
    CheckAll({
        {"entry",
         [&](auto e) {
           return cupel_environment_get_entry(of, index, &entry, e);
         },
         CUPEL_STATUS_OUT_OF_RANGE},
        {"value",
         [&](auto e) {
           return cupel_environment_value(of, index, &out_buffer_, e);
         },
         CUPEL_STATUS_OUT_OF_RANGE},
        {"copy_value",
         [&](auto e) {
           return cupel_environment_copy_value(of, index, &byte, 1, e);
         },
         CUPEL_STATUS_OUT_OF_RANGE},
    });
  }
  CheckAll({
      {"entry, out",
       [&](auto e) { return cupel_environment_get_entry(of, 0, nullptr, e); }},
      {"value, out",
       [&](auto e) { return cupel_environment_value(of, 0, nullptr, e); }},
      {"explain, out",
       [&](auto e) { return cupel_environment_explain(of, nullptr, e); }},
      {"values, out",
       [&](auto e) {
         return cupel_environment_values_json(of, 0, nullptr, e);
       }},
      {"values, flags",
       [&](auto e) {
         return cupel_environment_values_json(of, kUnknownFlag, &out_buffer_,
                                              e);
       }},
      {"fingerprint, out",
       [&](auto e) {
         return cupel_environment_fingerprint(of, ring_.get(), nullptr, e);
       }},
      {"fingerprint, ring",
       [&](auto e) {
         return cupel_environment_fingerprint(of, nullptr, &out_buffer_, e);
       }},
  });
}

}  // namespace
}  // namespace cupel_test
