// Rows of settings and texts of keys: what opens seals and opens again as the
// same, whatever is refused has an error that fits on a screen.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/status.h"
#include "settings/openkat.h"
#include "settings/sealed.h"

namespace cupel {
namespace {

void Check(bool holds) {
  if (!holds) std::abort();
}

void CheckError(const absl::Status& status) {
  Check(!status.ok() && !status.message().empty());
  // Paths of keys are the one part that can be long.
  Check(status.message().size() < (size_t{1} << 16));
}

const SettingsOwner& Owner() {
  static const auto* owner = new SettingsOwner{"acme", "dns-records"};
  return *owner;
}

// The keys that the corpus is sealed with.
const Keyring& Ring() {
  static const auto* ring = [] {
    auto* keys = new Keyring;
    auto key = SettingsKey::FromText(
        "cupel-key-1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");
    Check(key.ok() && keys->Add(*std::move(key)).ok());
    Check(keys->SetOpenKat("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=",
                           "B6N8vBQgk8i3VdwbEOhstCY3StFqqFPtC9/AsrhtHHw=")
              .ok());
    return keys;
  }();
  return *ring;
}

void CheckSettings(const Json& settings) {
  const auto print = SettingsFingerprint(settings, Owner().plugin, Ring());
  Check(print.ok());
  for (const SealFormat format :
       {SealFormat::kCupel, SealFormat::kOpenKatNaclSealbox,
        SealFormat::kOpenKatIdentity}) {
    const auto row = SealSettings(settings, Owner(), format, Ring());
    if (!row.ok()) {
      // As ASCII, texts can take six times the room.
      Check(absl::IsResourceExhausted(row.status()));
      continue;
    }
    const auto opened = OpenSettings(*row, Owner(), Ring(), true);
    Check(opened.ok() && *opened == settings);
    Check(*SettingsFingerprint(*opened, Owner().plugin, Ring()) == *print);
    const auto info = InspectSealed(*row);
    Check(info.ok() && info->format == format);
    if (format == SealFormat::kCupel) {
      const SettingsOwner other{Owner().plugin, Owner().organisation};
      Check(absl::IsDataLoss(OpenSettings(*row, other, Ring(), true).status()));
    }
  }
  const Json masked = MaskSettings(settings, nullptr);
  for (const auto& [key, value] : masked.items()) {
    Check(value == "***");
  }
}

void CheckRow(std::string_view row) {
  const auto opened = OpenSettings(row, Owner(), Ring(), true);
  if (opened.ok()) {
    Check(InspectSealed(row).ok());
    CheckSettings(*opened);
  } else {
    CheckError(opened.status());
  }
  const auto info = InspectSealed(row);
  if (!info.ok()) CheckError(info.status());
}

void CheckKeys(const std::string& text) {
  const auto ring = Keyring::FromVariables({{"CUPEL_SETTINGS_KEYS", text}});
  if (!ring.ok()) return CheckError(ring.status());
  for (const std::string& id : ring->ids()) {
    const SettingsKey* key = ring->Find(id);
    Check(key != nullptr);
    const auto again = SettingsKey::FromText(key->ToText().view());
    Check(again.ok() && again->id == id);
  }
}

}  // namespace
}  // namespace cupel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cupel::CheckRow(text);
  // The same bytes as what is inside a box that opens.
  const auto sealed = cupel::SealOpenKat(text, *cupel::Ring().openkat(), {});
  cupel::Check(sealed.ok());
  cupel::CheckRow(*sealed);
  cupel::CheckKeys(std::string(text));
  return 0;
}
