// Jobs, schemas, environments, keys and what is sealed with them.
#include "no_memory/sweep.h"

namespace no_memory {
namespace {

constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"API_KEY":{"type":"string"},)"
    R"("TOP_PORTS":{"type":"integer","maximum":999,"default":250}},)"
    R"("required":["API_KEY"],"secret":["API_KEY"]})";
constexpr std::string_view kSettings =
    R"({"API_KEY":"hunter2-is-the-secret","TOP_PORTS":7})";
constexpr std::string_view kJob =
    R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","started_at":null,)"
    R"("ended_at":null,"boefje":{"id":"dns","version":"1","oci_image":null},)"
    R"("input_ooi":"Hostname|internet|acme.example","arguments":{"input":)"
    R"({"name":"acme.example","port":443}},"organization":"acme",)"
    R"("runnable_hash":"aa","environment":{"API_KEY":"hunter2","PORTS":"7"}})";
constexpr std::string_view kKey =
    "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

// A pair, as OpenKAT has them.
constexpr std::string_view kOpenKatPrivate =
    "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
constexpr std::string_view kOpenKatPublic =
    "pOCSkrZRwni5dyxWn1+puxPZBrRqtoyd+dwrRAn4ogk=";

cupel_status Job(cupel_error** error) {
  Steps steps(error);
  auto* job =
      steps.Make<cupel_job_free>(cupel_job_parse, View(kJob), CUPEL_JOB_ANY);
  steps.Make<cupel_buffer_free>(cupel_job_json, job, uint32_t{0});
  auto* bytes = steps.Make<cupel_buffer_free>(cupel_job_encode, job);
  auto* again =
      steps.Make<cupel_job_free>(cupel_job_decode, cupel_buffer_view(bytes));
  steps.Make<cupel_buffer_free>(cupel_job_compare, job, again);
  steps.Make<cupel_buffer_free>(cupel_job_key, job, View("aa"));
  return steps.status();
}

cupel_status CheckJob(cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_job_check, View("{\"id\":1}"),
                                CUPEL_JOB_TASK);
  return steps.status();
}

// Made before: valijson, which compiles it, does not bear running out of
// memory.
const cupel_schema* TheSchema() {
  static const cupel_schema* const schema = [] {
    cupel_schema* made = nullptr;
    if (cupel_schema_compile(View(kSchema), &made, nullptr) !=
        CUPEL_STATUS_OK) {
      Complain("a schema can't be compiled");
    }
    return made;
  }();
  return schema;
}

cupel_status Schema(cupel_error** error) {
  Steps steps(error);
  steps.Make<cupel_buffer_free>(cupel_schema_json, TheSchema());
  steps.Make<cupel_buffer_free>(cupel_settings_mask, View(kSettings),
                                TheSchema());
  return steps.status();
}

cupel_status Validate(cupel_error** error) {
  Steps steps(error);
  steps.Do(cupel_schema_validate, TheSchema(), View(kSettings));
  steps.Make<cupel_buffer_free>(cupel_schema_check, TheSchema(), View("{}"));
  return steps.status();
}

cupel_status Environment(cupel_error** error) {
  const cupel_field variable = {View("BOEFJE_TOP_PORTS"), View("8")};
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema = TheSchema();
  options.settings = View(kSettings);
  options.variables = &variable;
  options.variable_count = 1;
  options.flags = CUPEL_ENVIRONMENT_DEFAULTS;
  Steps steps(error);
  auto* environment =
      steps.Make<cupel_environment_free>(cupel_environment_build, &options);
  steps.Make<cupel_buffer_free>(cupel_environment_value, environment,
                                size_t{0});
  steps.Make<cupel_buffer_free>(cupel_environment_explain, environment);
  steps.Make<cupel_buffer_free>(cupel_environment_values_json, environment,
                                uint32_t{CUPEL_VALUES_REVEAL});
  return steps.status();
}

cupel_status Seal(cupel_seal_format format, cupel_error** error) {
  Steps steps(error);
  auto* keys = steps.Make<cupel_keyring_free>(cupel_keyring_new);
  steps.Do(cupel_keyring_add_key, keys, View(kKey));
  if (format != CUPEL_SEAL_CUPEL) {
    steps.Do(cupel_keyring_set_openkat, keys, View(kOpenKatPrivate),
             View(kOpenKatPublic));
  }
  auto* row =
      steps.Make<cupel_buffer_free>(cupel_settings_seal, keys, View("acme"),
                                    View("dns"), View(kSettings), format);
  steps.Make<cupel_buffer_free>(cupel_settings_open, keys, View("acme"),
                                View("dns"), cupel_buffer_view(row),
                                uint32_t{0});
  steps.Make<cupel_buffer_free>(cupel_settings_inspect, cupel_buffer_view(row));
  steps.Make<cupel_buffer_free>(cupel_settings_fingerprint, keys, View("dns"),
                                View(kSettings));
  steps.Make<cupel_buffer_free>(cupel_keyring_json, keys);
  return steps.status();
}

cupel_status Tokens(cupel_error** error) {
  Steps steps(error);
  auto* token = steps.Make<cupel_buffer_free>(cupel_token_generate);
  auto* hash =
      steps.Make<cupel_buffer_free>(cupel_token_hash, cupel_buffer_view(token));
  int32_t matches = 0;
  steps.Do(cupel_token_matches, cupel_buffer_view(token),
           cupel_buffer_view(hash), &matches);
  steps.Make<cupel_buffer_free>(cupel_keyring_generate_key);
  if (steps.ok() && matches != 1) Complain("a token does not match");
  return steps.status();
}

}  // namespace

std::vector<Scenario> JobScenarios() {
  return {
      {"job", Job},
      {"job_check", CheckJob},
      {"schema", Schema},
      {"validate", Validate},
      {"environment", Environment},
      {"seal", [](auto error) { return Seal(CUPEL_SEAL_CUPEL, error); }},
      {"seal_openkat",
       [](auto error) { return Seal(CUPEL_SEAL_OPENKAT_NACL_SEALBOX, error); }},
      {"token", Tokens},
  };
}

}  // namespace no_memory
