// The same for keys and the sealing of settings.
#include "argument_test.h"
#include "catalogue_testing.h"

namespace cupel_test {
namespace {

class SettingsArgumentTest : public ArgumentTest {
 protected:
  void TearDown() override {
    EXPECT_EQ(out_buffer_, nullptr);
    EXPECT_EQ(out_keyring_, nullptr);
  }

  Keyring ring_ = RingOf({NewKey()});
  cupel_keyring* out_keyring_ = nullptr;
};

TEST_F(SettingsArgumentTest, Keyrings) {
  cupel_keyring* const ring = ring_.get();
  cupel_keyring* const wrong = Wrong<cupel_keyring>();
  cupel_keyring_free(nullptr);
  cupel_keyring_free(wrong);
  const cupel_field nul_name[] = {{nul_, name_}};
  cupel_seal_format format = 0;
  const auto from = [&](const cupel_field* variables, size_t count,
                        uint32_t flags) {
    return [=, this](cupel_error** e) {
      return cupel_keyring_from_environment(variables, count, flags,
                                            &out_keyring_, e);
    };
  };
  const auto format_from = [&](const cupel_field* variables, size_t count,
                               uint32_t flags) {
    return [=, &format](cupel_error** e) {
      return cupel_seal_format_from_environment(variables, count, flags,
                                                &format, e);
    };
  };
  CheckAll({
      {"new, out", [](auto e) { return cupel_keyring_new(nullptr, e); }},
      {"from, out",
       [](auto e) {
         return cupel_keyring_from_environment(nullptr, 0, 0, nullptr, e);
       }},
      {"from, NULL", from(nullptr, 1, 0)},
      {"from, NUL", from(nul_name, 1, 0)},
      {"from, too many", from(nul_name, SIZE_MAX, 0)},
      {"from, flags", from(nullptr, 0, kUnknownFlag)},
      {"format, out",
       [](auto e) {
         return cupel_seal_format_from_environment(nullptr, 0, 0, nullptr, e);
       }},
      {"format, NULL", format_from(nullptr, 1, 0)},
      {"format, flags", format_from(nullptr, 0, kUnknownFlag)},
      {"add, NULL",
       [&](auto e) { return cupel_keyring_add_key(nullptr, name_, e); }},
      {"add, wrong",
       [&](auto e) { return cupel_keyring_add_key(wrong, name_, e); }},
      {"add, no data",
       [&](auto e) { return cupel_keyring_add_key(ring, no_data_, e); }},
      {"add, huge",
       [&](auto e) { return cupel_keyring_add_key(ring, huge_, e); }},
      {"openkat, NULL",
       [&](auto e) {
         return cupel_keyring_set_openkat(nullptr, name_, name_, e);
       }},
      {"openkat, private",
       [&](auto e) {
         return cupel_keyring_set_openkat(ring, no_data_, name_, e);
       }},
      {"openkat, public",
       [&](auto e) {
         return cupel_keyring_set_openkat(ring, name_, huge_, e);
       }},
      {"generate, out",
       [](auto e) { return cupel_keyring_generate_key(nullptr, e); }},
      {"json, out",
       [&](auto e) { return cupel_keyring_json(ring, nullptr, e); }},
      {"json, NULL",
       [&](auto e) { return cupel_keyring_json(nullptr, &out_buffer_, e); }},
  });
}

TEST_F(SettingsArgumentTest, Settings) {
  const cupel_view none = View("{}");
  cupel_buffer** const out = &out_buffer_;
  using Ring = const cupel_keyring*;
  const auto seal = [=](Ring ring, cupel_view a, cupel_view b, cupel_view c,
                        cupel_seal_format format) {
    return [=](cupel_error** e) {
      return cupel_settings_seal(ring, a, b, c, format, out, e);
    };
  };
  const auto open = [=](Ring ring, cupel_view a, cupel_view b, cupel_view c,
                        uint32_t flags) {
    return [=](cupel_error** e) {
      return cupel_settings_open(ring, a, b, c, flags, out, e);
    };
  };
  const auto reseal = [=](Ring ring, cupel_view a, cupel_view b, cupel_view c,
                          cupel_seal_format format, uint32_t flags) {
    return [=](cupel_error** e) {
      return cupel_settings_reseal(ring, a, b, c, format, flags, out, e);
    };
  };
  const Ring ring = ring_.get();
  CheckAll({
      {"seal, ring", seal(nullptr, name_, name_, none, 0)},
      {"seal, wrong", seal(Wrong<cupel_keyring>(), name_, name_, none, 0)},
      {"seal, organisation", seal(ring, empty_, name_, none, 0)},
      {"seal, plugin", seal(ring, name_, nul_, none, 0)},
      {"seal, settings", seal(ring, name_, name_, huge_, 0)},
      {"seal, format", seal(ring, name_, name_, none, 3)},
      {"seal, format -1", seal(ring, name_, name_, none, -1)},
      {"open, ring", open(nullptr, name_, name_, none, 0)},
      {"open, organisation", open(ring, no_data_, name_, none, 0)},
      {"open, plugin", open(ring, name_, empty_, none, 0)},
      {"open, row", open(ring, name_, name_, huge_, 0)},
      {"open, flags", open(ring, name_, name_, none, kUnknownFlag)},
      {"reseal, ring", reseal(nullptr, name_, name_, none, 0, 0)},
      {"reseal, organisation", reseal(ring, nul_, name_, none, 0, 0)},
      {"reseal, plugin", reseal(ring, name_, huge_, none, 0, 0)},
      {"reseal, row", reseal(ring, name_, name_, no_data_, 0, 0)},
      {"reseal, format", reseal(ring, name_, name_, none, 9, 0)},
      {"reseal, flags", reseal(ring, name_, name_, none, 0, kUnknownFlag)},
      {"inspect",
       [=, this](auto e) { return cupel_settings_inspect(huge_, out, e); }},
      {"fingerprint, ring",
       [=, this](auto e) {
         return cupel_settings_fingerprint(nullptr, name_, none, out, e);
       }},
      {"fingerprint, plugin",
       [=, this](auto e) {
         return cupel_settings_fingerprint(ring, empty_, none, out, e);
       }},
      {"fingerprint, settings",
       [=, this](auto e) {
         return cupel_settings_fingerprint(ring, name_, no_data_, out, e);
       }},
      {"mask, settings",
       [=, this](auto e) {
         return cupel_settings_mask(huge_, nullptr, out, e);
       }},
      {"mask, schema",
       [=, this](auto e) {
         return cupel_settings_mask(none, Wrong<cupel_schema>(), out, e);
       }},
  });
  CheckAll({
      {"seal",
       [=, this](auto e) {
         return cupel_settings_seal(ring, name_, name_, none, 0, nullptr, e);
       }},
      {"open",
       [=, this](auto e) {
         return cupel_settings_open(ring, name_, name_, none, 0, nullptr, e);
       }},
      {"reseal",
       [=, this](auto e) {
         return cupel_settings_reseal(ring, name_, name_, none, 0, 0, nullptr,
                                      e);
       }},
      {"inspect",
       [=, this](auto e) { return cupel_settings_inspect(none, nullptr, e); }},
      {"fingerprint",
       [=, this](auto e) {
         return cupel_settings_fingerprint(ring, name_, none, nullptr, e);
       }},
      {"mask",
       [=, this](auto e) {
         return cupel_settings_mask(none, nullptr, nullptr, e);
       }},
  });
}

}  // namespace
}  // namespace cupel_test
