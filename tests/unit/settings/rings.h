// Keys and settings that the tests of this folder share.
#ifndef CUPEL_TESTS_UNIT_SETTINGS_RINGS_H_
#define CUPEL_TESTS_UNIT_SETTINGS_RINGS_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "format/json.h"
#include "settings/sealed.h"

namespace cupel {

inline const SettingsOwner kOwner{"acme", "dns-records"};
inline constexpr const char* kMarker = "hunter2-is-the-secret";

// The seed of bytes 1 to 32.
inline constexpr const char* kCountingKey =
    "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

inline Json ExampleSettings() {
  Json settings = Json::object();
  settings["API_KEY"] = kMarker;
  settings["TOP_PORTS"] = 250;
  return settings;
}

inline std::string NewKey() {
  return std::string(SettingsKey::Generate().ToText().view());
}

inline Keyring RingOf(const std::vector<std::string>& texts) {
  Keyring ring;
  for (const std::string& text : texts) {
    EXPECT_TRUE(ring.Add(*SettingsKey::FromText(text)).ok());
  }
  return ring;
}

inline Keyring OpenKatRing(const std::string& private_key,
                           const std::string& public_key) {
  Keyring ring;
  EXPECT_TRUE(ring.SetOpenKat(private_key, public_key).ok());
  return ring;
}

// The private key of bytes 1 to 32 and its own public one.
inline Keyring OpenKatVectorRing() {
  return OpenKatRing("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                     "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=");
}

// {"SHODAN_API": "secret", "TOP_PORTS": 250, "\u00fc": null} with that ring and
// the nonce of bytes 100 to 123, made with libsodium 1.0.18 alone.
inline constexpr const char* kOpenKatVectorRow =
    "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7ndTthOR/xBhDbvw6UvRXbBQmh4e9TvXh/OfWFZezAQ"
    "351s+kY9GUbuYoC68xf5cz/XzIbEpcI5ZMWVAEcFJiU1l8ktEJMAX3mek=";

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_SETTINGS_RINGS_H_
