#include "dedup/job_key.h"

#include "base/status.h"
#include "format/canonical.h"

namespace cupel {
namespace {

// In every key, so that the next encoding can never make a key of this one.
constexpr std::string_view kDomain = "cupel job key 1";

constexpr std::string_view kAbsent("\0", 1);
constexpr std::string_view kPresent("\1", 1);

void AddOptional(const std::optional<std::string>& field, Blake2b* hash) {
  hash->Update(field.has_value() ? kPresent : kAbsent);
  if (field.has_value()) hash->UpdateFramed(*field);
}

// As many framed fields as there are, with their number before them.
void AddList(const std::vector<std::string>& list, Blake2b* hash) {
  hash->UpdateFramed(fmt::format("{}", list.size()));
  for (const std::string& item : list) hash->UpdateFramed(item);
}

bool Says(const std::optional<std::string>& field) {
  return field.has_value() && !field->empty();
}

}  // namespace

absl::StatusOr<Digest> JobKey(const JobIdentity& identity) {
  if (identity.plugin.empty()) {
    return InvalidArgument("a job without a plugin has no key");
  }
  if (!Says(identity.version) && !Says(identity.oci_image) &&
      !Says(identity.runnable_hash)) {
    return InvalidArgument(
        "the job has neither a version, an image nor a runnable_hash, so that "
        "a run of its plugin can't be told from one of the next version: add "
        "the runnable_hash");
  }
  Blake2b hash;
  hash.UpdateFramed(kDomain);
  hash.UpdateFramed(identity.plugin);
  AddOptional(identity.version, &hash);
  AddOptional(identity.oci_image, &hash);
  AddList(identity.oci_arguments, &hash);
  AddOptional(identity.runnable_hash, &hash);
  AddOptional(identity.input_ooi, &hash);
  hash.UpdateFramed(CanonicalJson(identity.input));
  hash.UpdateFramed(identity.environment_fingerprint);
  return hash.Finish();
}

}  // namespace cupel
