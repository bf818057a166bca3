#include "engine/job_keys.h"

#include <utility>
#include <variant>
#include <vector>

#include "base/status.h"
#include "crypto/box.h"
#include "engine/environments.h"
#include "engine/printable.h"
#include "engine/secret_json.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

constexpr size_t kFingerprintKeyBytes = 32;

absl::StatusOr<const job::BoefjeMeta*> MetaOf(const job::AnyJob& job) {
  if (const auto* meta = std::get_if<job::BoefjeMeta>(&job)) return meta;
  if (const auto* task = std::get_if<job::Task>(&job)) {
    if (const auto* meta = std::get_if<job::BoefjeMeta>(&task->data)) {
      return meta;
    }
    return FailedPrecondition(
        "the task is a normalizer's, and only runs of boefjes are shared");
  }
  return FailedPrecondition(
      "the job is a {}, and only a BoefjeMeta, or a Task with one, has a key",
      job::Name(job::KindOf(job)));
}

// Empty if it carries no environment.
absl::StatusOr<std::string> FingerprintOf(const job::BoefjeMeta& meta,
                                          const Secret& key) {
  if (!meta.environment.has_value()) return std::string();
  EnvironmentRequest request;
  request.plugin = meta.boefje.id;
  Json settings = Json::object();
  const WipeJsonAtEnd wipe(&settings);
  auto& members = settings.get_ref<Json::object_t&>();
  members.reserve(meta.environment->size());
  for (const auto& [name, value] : *meta.environment) {
    request.environment_keys.push_back(name);
    members.emplace_back(name, value);
  }
  request.settings = std::move(settings);
  CUPEL_ASSIGN_OR_RETURN(const Environment environment,
                         Environment::Build(std::move(request)));
  if (!environment.refusals().empty()) {
    return InvalidArgument(
        "the job's environment has '{}', which can be no variable",
        environment.refusals().front().key);
  }
  return HexDigest(environment.Fingerprint(key));
}

absl::Status TakeOciArguments(const Json& value, JobIdentity* identity) {
  if (value.is_null()) return absl::OkStatus();
  bool sound = value.is_array();
  for (const Json& word : value) sound = sound && word.is_string();
  if (!sound) {
    return InvalidArgument(
        "job: $.arguments.oci_arguments: expected an array of strings");
  }
  identity->oci_arguments = value.get<std::vector<std::string>>();
  return absl::OkStatus();
}

absl::Status TakeOciImage(const Json& value, JobIdentity* identity) {
  if (value.is_null()) return absl::OkStatus();
  if (!value.is_string()) {
    return InvalidArgument(
        "job: $.arguments.oci_image: expected a string, found {}",
        JsonTypeName(value));
  }
  const auto& image = value.get_ref<const std::string&>();
  if (identity->oci_image.has_value() && *identity->oci_image != image) {
    return InvalidArgument(
        "job: $.arguments.oci_image is not the image that $.boefje has");
  }
  identity->oci_image = image;
  return absl::OkStatus();
}

// What OpenKAT puts there. Anything else would change the run, and the key
// would not tell.
absl::Status TakeArguments(const Json& arguments, JobIdentity* identity) {
  for (const auto& [key, value] : arguments.get_ref<const Json::object_t&>()) {
    if (key == "input") {
      identity->input = value;
    } else if (key == "oci_arguments") {
      CUPEL_RETURN_IF_ERROR(TakeOciArguments(value, identity));
    } else if (key == "oci_image") {
      CUPEL_RETURN_IF_ERROR(TakeOciImage(value, identity));
    } else {
      return InvalidArgument(
          "job: $.arguments has '{}'; in a key go only input, oci_image and "
          "oci_arguments",
          key);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<JobIdentity> IdentityOf(const job::BoefjeMeta& meta,
                                       std::string environment_fingerprint) {
  JobIdentity identity;
  identity.plugin = meta.boefje.id;
  identity.version = meta.boefje.version;
  identity.oci_image = meta.boefje.oci_image;
  identity.runnable_hash = meta.runnable_hash;
  identity.input_ooi = meta.input_ooi;
  CUPEL_RETURN_IF_ERROR(TakeArguments(meta.arguments, &identity));
  identity.environment_fingerprint = std::move(environment_fingerprint);
  return identity;
}

absl::StatusOr<JobIdentity> IdentityWithKey(const job::AnyJob& job,
                                            const Secret& key) {
  CUPEL_ASSIGN_OR_RETURN(const job::BoefjeMeta* meta, MetaOf(job));
  CUPEL_ASSIGN_OR_RETURN(std::string fingerprint, FingerprintOf(*meta, key));
  return IdentityOf(*meta, std::move(fingerprint));
}

}  // namespace

absl::StatusOr<std::string> JobEnvironmentFingerprint(const job::AnyJob& job,
                                                      const Keyring& keys) {
  CUPEL_ASSIGN_OR_RETURN(const job::BoefjeMeta* meta, MetaOf(job));
  if (!meta->environment.has_value()) {
    return FailedPrecondition("the job carries no environment");
  }
  const SettingsKey* key = keys.sealing_key();
  if (key == nullptr) return NoFingerprintKey();
  return FingerprintOf(*meta, key->fingerprint_key);
}

absl::StatusOr<std::string> JobKeyHex(
    const job::AnyJob& job, std::string_view environment_fingerprint) {
  CUPEL_ASSIGN_OR_RETURN(const job::BoefjeMeta* meta, MetaOf(job));
  if (environment_fingerprint.empty() && meta->environment.has_value()) {
    return FailedPrecondition(
        "the job carries an environment: give its fingerprint too");
  }
  CUPEL_ASSIGN_OR_RETURN(
      const JobIdentity identity,
      IdentityOf(*meta, std::string(environment_fingerprint)));
  CUPEL_ASSIGN_OR_RETURN(const Digest key, JobKey(identity));
  return HexDigest(key);
}

absl::StatusOr<std::string> CompareJobsJson(const job::AnyJob& a,
                                            const job::AnyJob& b) {
  // Fingerprints that nobody sees: any key will do.
  Secret key = Secret::OfSize(kFingerprintKeyBytes);
  RandomBytes(key.data(), key.size());
  CUPEL_ASSIGN_OR_RETURN(const JobIdentity first, IdentityWithKey(a, key));
  CUPEL_ASSIGN_OR_RETURN(const JobIdentity second, IdentityWithKey(b, key));
  const JobComparison comparison = CompareJobs(first, second);
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("same").Bool(comparison.same);
  json.Key("differences").BeginArray();
  for (const std::string& difference : comparison.differences) {
    json.String(PrintableMessage(difference));
  }
  json.EndArray();
  json.EndObject();
  return out;
}

}  // namespace cupel
