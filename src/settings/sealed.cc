#include "settings/sealed.h"

#include <cstring>
#include <utility>

#include "base/status.h"
#include "crypto/box.h"
#include "crypto/wipe_json.h"
#include "format/base64.h"
#include "format/canonical.h"
#include "settings/openkat.h"
#include "settings/storable.h"

namespace cupel {
namespace {

constexpr std::string_view kFamily = "cupel";
constexpr std::string_view kPrefix = "cupel1:";
constexpr char kVersion = 1;
constexpr size_t kHeadBytes = 1 + kKeyIdBytes;
// Base64 and the boxes make a row longer than its settings.
constexpr size_t kMaxRowBytes = 2 * kMaxSettingsBytes + 4096;

void PutFramed(std::string_view bytes, std::string* out) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out->push_back(static_cast<char>(uint64_t{bytes.size()} >> shift));
  }
  out->append(bytes);
}

std::string OwnerBytes(const SettingsOwner& owner) {
  std::string out;
  PutFramed(owner.organisation, &out);
  PutFramed(owner.plugin, &out);
  return out;
}

absl::Status NoKey(std::string_view remedy) {
  return FailedPrecondition("there is no key to seal settings with: set {}",
                            remedy);
}

constexpr std::string_view kSetOurs =
    "CUPEL_SETTINGS_KEYS or CUPEL_SETTINGS_KEYS_FILE";
constexpr std::string_view kSetTheirs =
    "BOEFJES_KATALOGUS_PRIVATE_KEY and BOEFJES_KATALOGUS_PUBLIC_KEY";

absl::Status CheckOwner(const SettingsOwner& owner) {
  if (owner.organisation.size() <= kMaxOwnerBytes &&
      owner.plugin.size() <= kMaxOwnerBytes) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "settings are sealed for ids of at most {} bytes; these have {} "
      "(organisation) and {} (plugin)",
      kMaxOwnerBytes, owner.organisation.size(), owner.plugin.size());
}

absl::StatusOr<std::string> SealOurs(std::string_view json,
                                     const SettingsOwner& owner,
                                     const Keyring& keys) {
  const SettingsKey* key = keys.sealing_key();
  if (key == nullptr) return NoKey(kSetOurs);
  CUPEL_RETURN_IF_ERROR(CheckOwner(owner));
  std::string plaintext = OwnerBytes(owner);
  plaintext.reserve(plaintext.size() + json.size());
  plaintext += json;
  const WipeAtEnd wipe(&plaintext);
  std::string bytes(1, kVersion);
  // The id is hexadecimal for people, bytes in the row.
  for (size_t i = 0; i < key->id.size(); i += 2) {
    const auto digit = [&](size_t at) {
      const char c = key->id[at];
      return c <= '9' ? c - '0' : c - 'a' + 10;
    };
    bytes.push_back(static_cast<char>(digit(i) << 4 | digit(i + 1)));
  }
  CUPEL_ASSIGN_OR_RETURN(const std::string box,
                         SealedBox(plaintext, key->box.public_key));
  bytes += box;
  return std::string(kPrefix) + Base64Encode(bytes);
}

// Version byte, key id and box of one of our rows.
absl::StatusOr<std::string> DecodeOurs(std::string_view row) {
  auto bytes = Base64Decode(row.substr(kPrefix.size()));
  if (!bytes.has_value() || bytes->size() < kHeadBytes) {
    return DataLoss("the row of settings is damaged: it is cut or no base64");
  }
  if (bytes->front() != kVersion) {
    return Unimplemented(
        "the row of settings has version {}, this program knows {}",
        static_cast<int>(static_cast<uint8_t>(bytes->front())),
        static_cast<int>(kVersion));
  }
  return *std::move(bytes);
}

std::string KeyIdIn(std::string_view bytes) {
  return HexEncode(bytes.substr(1, kKeyIdBytes));
}

absl::StatusOr<Secret> OpenOurs(std::string_view row,
                                const SettingsOwner& owner,
                                const Keyring& keys) {
  CUPEL_ASSIGN_OR_RETURN(const std::string bytes, DecodeOurs(row));
  const std::string id = KeyIdIn(bytes);
  const SettingsKey* key = keys.Find(id);
  if (key == nullptr) {
    return NotFound(
        "the settings are sealed with the key {}, which is not in the ring; "
        "add it to CUPEL_SETTINGS_KEYS or its file",
        id);
  }
  CUPEL_ASSIGN_OR_RETURN(
      const Secret plaintext,
      OpenSealedBox(std::string_view(bytes).substr(kHeadBytes), key->box));
  const std::string wanted = OwnerBytes(owner);
  if (plaintext.size() < wanted.size() ||
      !ConstantTimeEqual(plaintext.view().substr(0, wanted.size()), wanted)) {
    return DataLoss(
        "the settings were sealed for another organisation or plugin");
  }
  return Secret(plaintext.view().substr(wanted.size()));
}

absl::StatusOr<Json> ParseSettings(std::string_view json) {
  JsonLimits limits;
  limits.bytes = kMaxSettingsBytes;
  CUPEL_ASSIGN_OR_RETURN(Json settings, ParseJson(json, "settings", limits));
  if (settings.is_object()) return settings;
  return InvalidArgument("settings: expected an object, found {}",
                         JsonTypeName(settings));
}

absl::StatusOr<SealFormat> FormatOf(std::string_view row) {
  if (row.size() > kMaxRowBytes) {
    return ResourceExhausted("a row of settings of {} bytes; {} at most",
                             row.size(), kMaxRowBytes);
  }
  if (row.starts_with(kPrefix)) return SealFormat::kCupel;
  if (row.empty() || row.front() == '{') return SealFormat::kOpenKatIdentity;
  // No base64 has a colon.
  if (row.starts_with(kFamily) && row.find(':') != row.npos) {
    return Unimplemented(
        "the row of settings has a form of Cupel's that this program does not "
        "know; a newer one may");
  }
  return SealFormat::kOpenKatNaclSealbox;
}

absl::StatusOr<Json> OpenPlain(std::string_view row, bool allow_identity) {
  if (allow_identity) return ParseSettings(row);
  return FailedPrecondition(
      "the settings are not sealed; reading plain ones has to be allowed");
}

absl::StatusOr<Json> OpenTheirs(std::string_view row, const Keyring& keys) {
  if (keys.openkat() == nullptr) {
    return FailedPrecondition(
        "the settings look sealed by OpenKAT, but its keys are not there: set "
        "{}",
        kSetTheirs);
  }
  CUPEL_ASSIGN_OR_RETURN(const Secret json, OpenOpenKat(row, *keys.openkat()));
  return ParseSettings(json.view());
}

}  // namespace

absl::StatusOr<std::string> SealSettings(const Json& settings,
                                         const SettingsOwner& owner,
                                         SealFormat format,
                                         const Keyring& keys) {
  CUPEL_RETURN_IF_ERROR(CheckStorable(settings));
  std::string json = format == SealFormat::kCupel ? PrintJson(settings)
                                                  : PythonJsonDumps(settings);
  const WipeAtEnd wipe(&json);
  if (json.size() > kMaxSettingsBytes) {
    return ResourceExhausted("settings take {} bytes, {} at most are stored",
                             json.size(), kMaxSettingsBytes);
  }
  switch (format) {
    case SealFormat::kCupel:
      return SealOurs(json, owner, keys);
    case SealFormat::kOpenKatNaclSealbox: {
      if (keys.openkat() == nullptr) return NoKey(kSetTheirs);
      std::array<uint8_t, kBoxNonceBytes> nonce;
      RandomBytes(nonce.data(), nonce.size());
      return SealOpenKat(json, *keys.openkat(), nonce);
    }
    case SealFormat::kOpenKatIdentity:
      return std::string(json);
  }
  return InvalidArgument("no such format of settings");
}

absl::StatusOr<Json> OpenSettings(std::string_view row,
                                  const SettingsOwner& owner,
                                  const Keyring& keys, bool allow_identity) {
  if (row.empty() || row == "{}") return Json::object();
  CUPEL_ASSIGN_OR_RETURN(const SealFormat format, FormatOf(row));
  switch (format) {
    case SealFormat::kCupel: {
      CUPEL_ASSIGN_OR_RETURN(const Secret json, OpenOurs(row, owner, keys));
      return ParseSettings(json.view());
    }
    case SealFormat::kOpenKatNaclSealbox:
      return OpenTheirs(row, keys);
    case SealFormat::kOpenKatIdentity:
      break;
  }
  return OpenPlain(row, allow_identity);
}

absl::StatusOr<std::string> ResealSettings(std::string_view row,
                                           const SettingsOwner& owner,
                                           SealFormat format,
                                           const Keyring& keys,
                                           bool allow_identity) {
  CUPEL_ASSIGN_OR_RETURN(Json settings,
                         OpenSettings(row, owner, keys, allow_identity));
  auto sealed = SealSettings(settings, owner, format, keys);
  WipeJson(&settings);
  return sealed;
}

absl::StatusOr<SealedInfo> InspectSealed(std::string_view row) {
  SealedInfo info;
  CUPEL_ASSIGN_OR_RETURN(info.format, FormatOf(row));
  if (info.format == SealFormat::kCupel) {
    CUPEL_ASSIGN_OR_RETURN(const std::string bytes, DecodeOurs(row));
    info.key_id = KeyIdIn(bytes);
  } else if (info.format == SealFormat::kOpenKatNaclSealbox) {
    CUPEL_RETURN_IF_ERROR(DecodeOpenKat(row).status());
  }
  return info;
}

absl::StatusOr<std::string> SettingsFingerprint(const Json& settings,
                                                std::string_view plugin,
                                                const Keyring& keys) {
  const SettingsKey* key = keys.sealing_key();
  if (key == nullptr) return NoKey(kSetOurs);
  CUPEL_RETURN_IF_ERROR(CheckStorable(settings));
  std::string bytes;
  PutFramed(plugin, &bytes);
  bytes += CanonicalJson(settings);
  const WipeAtEnd wipe(&bytes);
  return key->id + ":" + HexDigest(KeyedDigest(key->fingerprint_key, bytes));
}

}  // namespace cupel
