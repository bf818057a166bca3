#include "proto/job_from_proto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

constexpr int64_t kMinMicros = -62'135'596'800'000'000;  // year 1
constexpr int64_t kMaxMicros = 253'402'300'799'999'999;  // year 9999
constexpr int32_t kSecondsPerDay = 86'400;

size_t CountValues(const Json& json) {
  size_t count = 1;
  if (json.is_structured()) {
    for (const Json& element : json) count += CountValues(element);
  }
  return count;
}

// Reads one record and remembers the first problem, after which lists are not
// read on.
class Reader {
 public:
  explicit Reader(size_t values) : values_left_(values) {}

  const absl::Status& status() const { return status_; }
  absl::StatusOr<job::AnyJob> Record(const v1::JobRecord& record);

 private:
  // Names a field while its message is read.
  class Within {
   public:
    Within(Reader* reader, std::string_view field) : reader_(reader) {
      reader_->path_.push_back(field);
    }
    ~Within() { reader_->path_.pop_back(); }
    Within(const Within&) = delete;
    Within& operator=(const Within&) = delete;

   private:
    Reader* const reader_;
  };

  void Fail(std::string_view field, std::string_view problem);
  std::string Text(std::string_view field, bool has, const std::string& text,
                   bool required = true);
  std::optional<std::string> MaybeText(std::string_view field, bool has,
                                       const std::string& text);
  Uuid Id(bool has, const std::string& bytes);
  DateTime Time(std::string_view field, bool has, const v1::DateTime& time);
  std::optional<DateTime> MaybeTime(std::string_view field, bool has,
                                    const v1::DateTime& time,
                                    bool must_be_aware);
  StringMap Map(std::string_view field, const v1::StringMap& map);
  Json Object(std::string_view field, bool has, const std::string& text);
  job::Ooi Ooi(std::string_view field, bool has, const std::string& text);
  template <typename Message>
  void Job(const Message& message, job::Job* job);

  job::Boefje Get(const v1::Boefje& message);
  job::BoefjeMeta Get(const v1::BoefjeMeta& message);
  job::RawDataMeta Get(const v1::RawDataMeta& message);
  job::Normalizer Get(const v1::Normalizer& message);
  job::NormalizerMeta Get(const v1::NormalizerMeta& message);
  job::Task Get(const v1::Task& message);
  job::TaskPop Get(const v1::TaskPop& message);
  job::PaginatedTasksResponse Get(const v1::PaginatedTasksResponse& message);
  job::Queue Get(const v1::Queue& message);
  job::File Get(const v1::File& message);
  job::BoefjeOutput Get(const v1::BoefjeOutput& message);
  job::BoefjeInput Get(const v1::BoefjeInput& message);
  job::NormalizerObservation Get(const v1::NormalizerObservation& message);
  job::NormalizerDeclaration Get(const v1::NormalizerDeclaration& message);
  job::NormalizerAffirmation Get(const v1::NormalizerAffirmation& message);
  job::DeclaredScanProfile Get(const v1::DeclaredScanProfile& message);
  job::NormalizerResults Get(const v1::NormalizerResults& message);

  // A message in a field; what is missing in it is reported under it.
  template <typename Message>
  auto GetIn(std::string_view field, const Message& message) {
    const Within within(this, field);
    return Get(message);
  }
  template <typename Messages>
  auto GetAll(std::string_view field, const Messages& messages) {
    const Within within(this, field);
    std::vector<decltype(Get(messages.Get(0)))> models;
    for (const auto& message : messages) {
      if (!status_.ok()) break;
      models.push_back(Get(message));
    }
    return models;
  }

  size_t values_left_;
  std::vector<std::string_view> path_;
  absl::Status status_;
};

void Reader::Fail(std::string_view field, std::string_view problem) {
  if (!status_.ok()) return;
  status_ = DataLoss("a job record whose {}{}{} {}", fmt::join(path_, "."),
                     path_.empty() ? "" : ".", field, problem);
}

std::string Reader::Text(std::string_view field, bool has,
                         const std::string& text, bool required) {
  if (required && !has) Fail(field, "is missing");
  if (!IsUtf8(text)) Fail(field, "is no UTF-8");
  return text;
}

std::optional<std::string> Reader::MaybeText(std::string_view field, bool has,
                                             const std::string& text) {
  if (!has) return std::nullopt;
  return Text(field, has, text);
}

Uuid Reader::Id(bool has, const std::string& bytes) {
  Uuid id;
  if (!has) {
    Fail("id", "is missing");
  } else if (bytes.size() != id.bytes.size()) {
    Fail("id", "is not 16 bytes long");
  } else {
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
  }
  return id;
}

DateTime Reader::Time(std::string_view field, bool has,
                      const v1::DateTime& time) {
  if (!has) Fail(field, "is missing");
  DateTime result;
  result.micros = time.micros();
  result.aware = time.aware();
  result.offset_seconds = time.offset_seconds();
  const int32_t offset = result.offset_seconds;
  if (result.micros < kMinMicros - int64_t{kSecondsPerDay} * 1'000'000 ||
      result.micros > kMaxMicros + int64_t{kSecondsPerDay} * 1'000'000 ||
      offset <= -kSecondsPerDay || offset >= kSecondsPerDay ||
      offset % 60 != 0 || (offset != 0 && !result.aware)) {
    Fail(field, "is no date and time");
    return {};
  }
  const int64_t local = result.micros + int64_t{offset} * 1'000'000;
  if (local < kMinMicros || local > kMaxMicros) {
    Fail(field, "is outside the years 1 to 9999");
    return {};
  }
  return result;
}

std::optional<DateTime> Reader::MaybeTime(std::string_view field, bool has,
                                          const v1::DateTime& time,
                                          bool must_be_aware) {
  if (!has) return std::nullopt;
  const DateTime result = Time(field, has, time);
  if (must_be_aware && !result.aware) Fail(field, "has no offset from UTC");
  return result;
}

StringMap Reader::Map(std::string_view field, const v1::StringMap& map) {
  StringMap result;
  result.reserve(static_cast<size_t>(map.entries_size()));
  HashSet<std::string> keys;
  for (const v1::StringEntry& entry : map.entries()) {
    if (!keys.insert(entry.key()).second) Fail(field, "has a key twice");
    if (!IsUtf8(entry.key()) || !IsUtf8(entry.value())) {
      Fail(field, "is no UTF-8");
    }
    result.emplace_back(entry.key(), entry.value());
  }
  return result;
}

Json Reader::Object(std::string_view field, bool has, const std::string& text) {
  if (!has) {
    Fail(field, "is missing");
    return Json::object();
  }
  JsonLimits limits;
  limits.bytes = text.size();
  limits.values = values_left_;
  absl::StatusOr<Json> json = ParseJson(text, field, limits);
  if (!json.ok()) {
    if (status_.ok() && absl::IsResourceExhausted(json.status())) {
      status_ = json.status();
    }
    Fail(field, "is no JSON");
    return Json::object();
  }
  values_left_ -= std::min(values_left_, CountValues(*json));
  if (!json->is_object()) {
    Fail(field, "is no JSON object");
    return Json::object();
  }
  return *std::move(json);
}

job::Ooi Reader::Ooi(std::string_view field, bool has,
                     const std::string& text) {
  JsonIssues issues;
  job::Ooi ooi = job::ParseOoi(Object(field, has, text), {}, &issues);
  if (!issues.empty()) Fail(field, "has no object_type");
  return ooi;
}

template <typename Message>
void Reader::Job(const Message& message, job::Job* job) {
  job->id = Id(message.has_id(), message.id());
  job->started_at = MaybeTime("started_at", message.has_started_at(),
                              message.started_at(), /*must_be_aware=*/true);
  job->ended_at = MaybeTime("ended_at", message.has_ended_at(),
                            message.ended_at(), /*must_be_aware=*/true);
}

job::Boefje Reader::Get(const v1::Boefje& message) {
  job::Boefje boefje;
  boefje.id = Text("id", !message.id().empty(), message.id());
  boefje.version =
      MaybeText("version", message.has_version(), message.version());
  boefje.oci_image =
      MaybeText("oci_image", message.has_oci_image(), message.oci_image());
  return boefje;
}

job::BoefjeMeta Reader::Get(const v1::BoefjeMeta& message) {
  job::BoefjeMeta meta;
  Job(message, &meta);
  meta.boefje = GetIn("boefje", message.boefje());
  meta.input_ooi =
      MaybeText("input_ooi", message.has_input_ooi(), message.input_ooi());
  if (message.has_arguments_json()) {
    meta.arguments = Object("arguments_json", true, message.arguments_json());
  }
  meta.organization =
      Text("organization", message.has_organization(), message.organization());
  meta.runnable_hash = MaybeText("runnable_hash", message.has_runnable_hash(),
                                 message.runnable_hash());
  if (message.has_environment()) {
    meta.environment = Map("environment", message.environment());
  }
  return meta;
}

job::RawDataMeta Reader::Get(const v1::RawDataMeta& message) {
  job::RawDataMeta meta;
  meta.id = Id(message.has_id(), message.id());
  meta.boefje_meta = GetIn("boefje_meta", message.boefje_meta());
  for (const v1::StringMap& type : message.mime_types()) {
    meta.mime_types.push_back(Map("mime_types", type));
  }
  return meta;
}

job::Normalizer Reader::Get(const v1::Normalizer& message) {
  job::Normalizer normalizer;
  normalizer.id = Text("id", !message.id().empty(), message.id());
  normalizer.version =
      MaybeText("version", message.has_version(), message.version());
  return normalizer;
}

job::NormalizerMeta Reader::Get(const v1::NormalizerMeta& message) {
  job::NormalizerMeta meta;
  Job(message, &meta);
  meta.raw_data = GetIn("raw_data", message.raw_data());
  meta.normalizer = GetIn("normalizer", message.normalizer());
  return meta;
}

job::Task Reader::Get(const v1::Task& message) {
  job::Task task;
  task.id = Id(message.has_id(), message.id());
  task.scheduler_id =
      Text("scheduler_id", message.has_scheduler_id(), message.scheduler_id());
  task.schedule_id = MaybeText("schedule_id", message.has_schedule_id(),
                               message.schedule_id());
  task.organisation =
      Text("organisation", message.has_organisation(), message.organisation());
  if (!message.has_priority()) Fail("priority", "is missing");
  task.priority = message.priority();
  if (message.status() == v1::TASK_STATUS_UNSPECIFIED) {
    Fail("status", "is missing or not known");
  } else {
    task.status =
        static_cast<job::TaskStatus>(static_cast<int>(message.status()) - 1);
  }
  task.type = Text("type", message.has_type(), message.type());
  task.hash = MaybeText("hash", message.has_hash(), message.hash());
  if (message.has_boefje_meta()) {
    task.data = GetIn("boefje_meta", message.boefje_meta());
  } else if (message.has_normalizer_meta()) {
    task.data = GetIn("normalizer_meta", message.normalizer_meta());
  } else {
    Fail("data", "is missing");
  }
  task.created_at =
      Time("created_at", message.has_created_at(), message.created_at());
  task.modified_at =
      Time("modified_at", message.has_modified_at(), message.modified_at());
  return task;
}

job::TaskPop Reader::Get(const v1::TaskPop& message) {
  return {GetAll("results", message.results())};
}

job::PaginatedTasksResponse Reader::Get(
    const v1::PaginatedTasksResponse& message) {
  job::PaginatedTasksResponse page;
  if (!message.has_count()) Fail("count", "is missing");
  page.count = message.count();
  page.next = MaybeText("next", message.has_next(), message.next());
  page.previous =
      MaybeText("previous", message.has_previous(), message.previous());
  page.results = GetAll("results", message.results());
  return page;
}

job::Queue Reader::Get(const v1::Queue& message) {
  if (!message.has_size()) Fail("size", "is missing");
  return {Text("id", message.has_id(), message.id()), message.size()};
}

job::File Reader::Get(const v1::File& message) {
  job::File file;
  file.name = Text("name", message.has_name(), message.name());
  file.content = Text("content", message.has_content(), message.content());
  if (!message.has_tags()) return file;
  file.tags.emplace();
  for (const std::string& tag : message.tags().tags()) {
    file.tags->insert(Text("tags", true, tag));
  }
  return file;
}

job::BoefjeOutput Reader::Get(const v1::BoefjeOutput& message) {
  job::BoefjeOutput output;
  if (message.status() == v1::BoefjeOutput::STATUS_UNSPECIFIED) {
    Fail("status", "is missing or not known");
  }
  output.status = message.status() == v1::BoefjeOutput::STATUS_FAILED
                      ? job::StatusEnum::kFailed
                      : job::StatusEnum::kCompleted;
  if (message.has_files()) {
    output.files = GetAll("files", message.files().files());
  }
  return output;
}

job::BoefjeInput Reader::Get(const v1::BoefjeInput& message) {
  job::BoefjeInput input;
  input.output_url =
      Text("output_url", message.has_output_url(), message.output_url());
  input.task = GetIn("task", message.task());
  return input;
}

job::NormalizerObservation Reader::Get(
    const v1::NormalizerObservation& message) {
  job::NormalizerObservation observation;
  observation.input_ooi =
      Text("input_ooi", message.has_input_ooi(), message.input_ooi());
  for (const std::string& text : message.results_json()) {
    observation.results.push_back(Ooi("results_json", true, text));
  }
  return observation;
}

job::NormalizerDeclaration Reader::Get(
    const v1::NormalizerDeclaration& message) {
  job::NormalizerDeclaration declaration;
  declaration.ooi = Ooi("ooi_json", message.has_ooi_json(), message.ooi_json());
  declaration.end_valid_time =
      MaybeTime("end_valid_time", message.has_end_valid_time(),
                message.end_valid_time(), /*must_be_aware=*/false);
  return declaration;
}

job::NormalizerAffirmation Reader::Get(
    const v1::NormalizerAffirmation& message) {
  return {Ooi("ooi_json", message.has_ooi_json(), message.ooi_json())};
}

job::DeclaredScanProfile Reader::Get(const v1::DeclaredScanProfile& message) {
  constexpr uint32_t kHighestLevel = 4;
  job::DeclaredScanProfile profile;
  profile.reference =
      Text("reference", message.has_reference(), message.reference());
  if (!message.has_level() || message.level() > kHighestLevel) {
    Fail("level", "is not one from 0 to 4");
  } else {
    profile.level = static_cast<uint8_t>(message.level());
  }
  if (message.has_user_id()) profile.user_id = message.user_id();
  return profile;
}

job::NormalizerResults Reader::Get(const v1::NormalizerResults& message) {
  job::NormalizerResults results;
  results.observations = GetAll("observations", message.observations());
  results.declarations = GetAll("declarations", message.declarations());
  results.affirmations = GetAll("affirmations", message.affirmations());
  results.scan_profiles = GetAll("scan_profiles", message.scan_profiles());
  return results;
}

absl::StatusOr<job::AnyJob> Reader::Record(const v1::JobRecord& record) {
  using Record = v1::JobRecord;
  switch (record.kind_case()) {
    case Record::kTask:
      return GetIn("task", record.task());
    case Record::kTaskPop:
      return GetIn("task_pop", record.task_pop());
    case Record::kPaginatedTasksResponse:
      return GetIn("paginated_tasks_response",
                   record.paginated_tasks_response());
    case Record::kQueue:
      return GetIn("queue", record.queue());
    case Record::kBoefjeMeta:
      return GetIn("boefje_meta", record.boefje_meta());
    case Record::kRawDataMeta:
      return GetIn("raw_data_meta", record.raw_data_meta());
    case Record::kNormalizerMeta:
      return GetIn("normalizer_meta", record.normalizer_meta());
    case Record::kFile:
      return GetIn("file", record.file());
    case Record::kBoefjeOutput:
      return GetIn("boefje_output", record.boefje_output());
    case Record::kBoefjeInput:
      return GetIn("boefje_input", record.boefje_input());
    case Record::kNormalizerObservation:
      return GetIn("normalizer_observation", record.normalizer_observation());
    case Record::kNormalizerDeclaration:
      return GetIn("normalizer_declaration", record.normalizer_declaration());
    case Record::kNormalizerAffirmation:
      return GetIn("normalizer_affirmation", record.normalizer_affirmation());
    case Record::kDeclaredScanProfile:
      return GetIn("declared_scan_profile", record.declared_scan_profile());
    case Record::kNormalizerResults:
      return GetIn("normalizer_results", record.normalizer_results());
    case Record::kOoiJson:
      return Ooi("ooi_json", true, record.ooi_json());
    case Record::KIND_NOT_SET:
      break;
  }
  return DataLoss("a job record of a kind that is missing or not known");
}

}  // namespace

absl::StatusOr<job::AnyJob> FromProto(const v1::JobRecord& record,
                                      size_t values) {
  Reader reader(values);
  absl::StatusOr<job::AnyJob> job = reader.Record(record);
  CUPEL_RETURN_IF_ERROR(reader.status());
  return job;
}

}  // namespace cupel
