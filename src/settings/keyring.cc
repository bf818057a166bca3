#include "settings/keyring.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/status.h"
#include "format/base64.h"
#include "settings/keys_file.h"

namespace cupel {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kKeyPrefix = "cupel-key-1:";
constexpr std::string_view kSeparators = ", \t\r\n";

struct FormatName {
  SealFormat format;
  std::string_view name;
};
constexpr std::array<FormatName, 3> kFormats = {
    {{SealFormat::kCupel, "cupel"},
     {SealFormat::kOpenKatNaclSealbox, "openkat"},
     {SealFormat::kOpenKatIdentity, "identity"}}};

// Empty, as if it were not set, counts as not set.
std::string_view ValueOf(const Variables& variables, std::string_view name) {
  for (const auto& [key, value] : variables) {
    if (key == name) return value;
  }
  return {};
}

std::string_view FirstOf(const Variables& variables, std::string_view name,
                         std::string_view legacy) {
  const std::string_view value = ValueOf(variables, name);
  return value.empty() ? ValueOf(variables, legacy) : value;
}

std::string IdOf(const BoxPublicKey& key) {
  Blake2b hash;
  hash.Update({reinterpret_cast<const char*>(key.data()), key.size()});
  return HexDigest(hash.Finish()).substr(0, 2 * kKeyIdBytes);
}

absl::StatusOr<Secret> DecodeKey(std::string_view base64,
                                 std::string_view what) {
  auto bytes = Base64Decode(base64);
  if (!bytes.has_value()) {
    return InvalidArgument("{}: not base64 (standard alphabet, padded)", what);
  }
  const WipeAtEnd wipe(&*bytes);
  if (bytes->size() != kBoxKeyBytes) {
    return InvalidArgument("{}: a key has {} bytes, this has {}", what,
                           kBoxKeyBytes, bytes->size());
  }
  return Secret(*bytes);
}

absl::StatusOr<SettingsKey> FromSeed(Secret seed) {
  SettingsKey key;
  CUPEL_ASSIGN_OR_RETURN(key.box, BoxKeyPairFromSeed(seed));
  key.id = IdOf(key.box.public_key);
  Digest digest = KeyedDigest(seed, "cupel.settings.fingerprint/1");
  key.fingerprint_key =
      Secret({reinterpret_cast<const char*>(digest.data()), digest.size()});
  Wipe(digest.data(), digest.size());
  key.seed = std::move(seed);
  return key;
}

// `where` names what the keys stand in, for errors.
absl::Status AddTexts(std::string_view texts, std::string_view where,
                      Keyring* ring) {
  size_t number = 0;
  for (size_t at = 0;;) {
    at = texts.find_first_not_of(kSeparators, at);
    if (at == std::string_view::npos) return absl::OkStatus();
    const size_t end =
        std::min(texts.find_first_of(kSeparators, at), texts.size());
    ++number;
    auto key = SettingsKey::FromText(texts.substr(at, end - at));
    absl::Status status =
        key.ok() ? ring->Add(*std::move(key)) : std::move(key).status();
    if (!status.ok()) {
      return MakeStatus(status.code(), "{}, key {}: {}", where, number,
                        MessageOf(status));
    }
    at = end;
  }
}

}  // namespace

std::string_view SealFormatName(SealFormat format) {
  for (const FormatName& known : kFormats) {
    if (known.format == format) return known.name;
  }
  return "unknown";
}

absl::StatusOr<SealFormat> SealFormatNamed(std::string_view name) {
  for (const FormatName& known : kFormats) {
    if (known.name == name) return known.format;
  }
  return InvalidArgument(
      "no such format of settings: there are cupel, openkat and identity");
}

SettingsKey SettingsKey::Generate() {
  Secret seed = Secret::OfSize(kBoxKeyBytes);
  RandomBytes(seed.data(), seed.size());
  return *FromSeed(std::move(seed));
}

absl::StatusOr<SettingsKey> SettingsKey::FromText(std::string_view text) {
  if (!text.starts_with(kKeyPrefix)) {
    return InvalidArgument(
        "not a key of settings: one begins with '{}' (`cupel settings keygen` "
        "makes one)",
        kKeyPrefix);
  }
  CUPEL_ASSIGN_OR_RETURN(Secret seed, DecodeKey(text.substr(kKeyPrefix.size()),
                                                "key of settings"));
  return FromSeed(std::move(seed));
}

Secret SettingsKey::ToText() const {
  std::string text = Base64Encode(seed.view());
  const WipeAtEnd wipe(&text);
  Secret out = Secret::OfSize(kKeyPrefix.size() + text.size());
  std::memcpy(out.data(), kKeyPrefix.data(), kKeyPrefix.size());
  std::memcpy(out.data() + kKeyPrefix.size(), text.data(), text.size());
  return out;
}

absl::Status Keyring::Add(SettingsKey key) {
  if (Find(key.id) != nullptr) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      "the key with the id {} is there already", key.id);
  }
  keys_.push_back(std::move(key));
  return absl::OkStatus();
}

absl::Status Keyring::SetOpenKat(std::string_view private_base64,
                                 std::string_view public_base64) {
  BoxKeyPair pair;
  CUPEL_ASSIGN_OR_RETURN(pair.secret_key,
                         DecodeKey(private_base64, "OpenKAT's private key"));
  CUPEL_ASSIGN_OR_RETURN(const Secret public_key,
                         DecodeKey(public_base64, "OpenKAT's public key"));
  std::memcpy(pair.public_key.data(), public_key.data(), public_key.size());
  // A key of low order shows itself when something is sealed for it.
  if (!BoxSeal("", {}, pair.public_key, pair.secret_key).ok()) {
    return InvalidArgument("OpenKAT's public key is no X25519 key");
  }
  openkat_ = std::move(pair);
  return absl::OkStatus();
}

absl::StatusOr<Keyring> Keyring::FromVariables(const Variables& variables) {
  Keyring ring;
  CUPEL_RETURN_IF_ERROR(AddTexts(ValueOf(variables, "CUPEL_SETTINGS_KEYS"),
                                 "CUPEL_SETTINGS_KEYS", &ring));
  const std::string file(ValueOf(variables, "CUPEL_SETTINGS_KEYS_FILE"));
  if (!file.empty()) {
    CUPEL_ASSIGN_OR_RETURN(const Secret texts, ReadKeysFile(file));
    CUPEL_RETURN_IF_ERROR(
        AddTexts(texts.view(), fmt::format("keys file '{}'", file), &ring));
  }
  const std::string_view private_key = FirstOf(
      variables, "BOEFJES_KATALOGUS_PRIVATE_KEY", "KATALOGUS_PRIVATE_KEY_B64");
  const std::string_view public_key = FirstOf(
      variables, "BOEFJES_KATALOGUS_PUBLIC_KEY", "KATALOGUS_PUBLIC_KEY_B64");
  if (private_key.empty() && public_key.empty()) return ring;
  if (private_key.empty() || public_key.empty()) {
    return InvalidArgument(
        "BOEFJES_KATALOGUS_{}_KEY is not set: OpenKAT's settings need both "
        "keys",
        private_key.empty() ? "PRIVATE" : "PUBLIC");
  }
  CUPEL_RETURN_IF_ERROR(ring.SetOpenKat(private_key, public_key));
  return ring;
}

absl::StatusOr<std::optional<SealFormat>> Keyring::OpenKatFormat(
    const Variables& variables) {
  const std::string_view value = FirstOf(
      variables, "BOEFJES_ENCRYPTION_MIDDLEWARE", "ENCRYPTION_MIDDLEWARE");
  if (value.empty()) return std::optional<SealFormat>();
  if (value == "IDENTITY") return SealFormat::kOpenKatIdentity;
  if (value == "NACL_SEALBOX") return SealFormat::kOpenKatNaclSealbox;
  return InvalidArgument(
      "BOEFJES_ENCRYPTION_MIDDLEWARE is neither IDENTITY nor NACL_SEALBOX");
}

const SettingsKey* Keyring::sealing_key() const {
  return keys_.empty() ? nullptr : &keys_.front();
}

const SettingsKey* Keyring::Find(std::string_view id) const {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(),
                   [id](const SettingsKey& key) { return key.id == id; });
  return found == keys_.end() ? nullptr : &*found;
}

std::vector<std::string> Keyring::ids() const {
  std::vector<std::string> ids;
  ids.reserve(keys_.size());
  for (const SettingsKey& key : keys_) ids.push_back(key.id);
  return ids;
}

}  // namespace cupel
