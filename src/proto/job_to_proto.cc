#include "proto/job_to_proto.h"

#include <algorithm>
#include <string>
#include <variant>

#include "format/json.h"

namespace cupel {
namespace {

std::string Bytes(const Uuid& id) {
  std::string bytes(id.bytes.size(), '\0');
  std::copy(id.bytes.begin(), id.bytes.end(), bytes.begin());
  return bytes;
}

void Set(const DateTime& from, v1::DateTime* to) {
  to->set_micros(from.micros);
  to->set_aware(from.aware);
  to->set_offset_seconds(from.offset_seconds);
}

void Set(const StringMap& from, v1::StringMap* to) {
  for (const auto& [key, value] : from) {
    v1::StringEntry* const entry = to->add_entries();
    entry->set_key(key);
    entry->set_value(value);
  }
}

template <typename Message>
void SetJob(const job::Job& from, Message* to) {
  to->set_id(Bytes(from.id));
  if (from.started_at) Set(*from.started_at, to->mutable_started_at());
  if (from.ended_at) Set(*from.ended_at, to->mutable_ended_at());
}

void Set(const job::BoefjeMeta& from, v1::BoefjeMeta* to) {
  SetJob(from, to);
  v1::Boefje* const boefje = to->mutable_boefje();
  boefje->set_id(from.boefje.id);
  if (from.boefje.version) boefje->set_version(*from.boefje.version);
  if (from.boefje.oci_image) boefje->set_oci_image(*from.boefje.oci_image);
  if (from.input_ooi) to->set_input_ooi(*from.input_ooi);
  // Left out when empty, which nearly all stored ones are.
  if (!from.arguments.empty()) {
    to->set_arguments_json(PrintJson(from.arguments));
  }
  to->set_organization(from.organization);
  if (from.runnable_hash) to->set_runnable_hash(*from.runnable_hash);
  if (from.environment) Set(*from.environment, to->mutable_environment());
}

void Set(const job::RawDataMeta& from, v1::RawDataMeta* to) {
  to->set_id(Bytes(from.id));
  Set(from.boefje_meta, to->mutable_boefje_meta());
  for (const StringMap& type : from.mime_types) Set(type, to->add_mime_types());
}

void Set(const job::NormalizerMeta& from, v1::NormalizerMeta* to) {
  SetJob(from, to);
  Set(from.raw_data, to->mutable_raw_data());
  to->mutable_normalizer()->set_id(from.normalizer.id);
  if (from.normalizer.version) {
    to->mutable_normalizer()->set_version(*from.normalizer.version);
  }
}

void Set(const job::Task& from, v1::Task* to) {
  to->set_id(Bytes(from.id));
  to->set_scheduler_id(from.scheduler_id);
  if (from.schedule_id) to->set_schedule_id(*from.schedule_id);
  to->set_organisation(from.organisation);
  to->set_priority(from.priority);
  to->set_status(
      static_cast<v1::TaskStatus>(static_cast<int>(from.status) + 1));
  to->set_type(from.type);
  if (from.hash) to->set_hash(*from.hash);
  if (const auto* boefje = std::get_if<job::BoefjeMeta>(&from.data)) {
    Set(*boefje, to->mutable_boefje_meta());
  } else {
    Set(std::get<job::NormalizerMeta>(from.data),
        to->mutable_normalizer_meta());
  }
  Set(from.created_at, to->mutable_created_at());
  Set(from.modified_at, to->mutable_modified_at());
}

void Set(const job::TaskPop& from, v1::TaskPop* to) {
  for (const job::Task& task : from.results) Set(task, to->add_results());
}

void Set(const job::PaginatedTasksResponse& from,
         v1::PaginatedTasksResponse* to) {
  to->set_count(from.count);
  if (from.next) to->set_next(*from.next);
  if (from.previous) to->set_previous(*from.previous);
  for (const job::Task& task : from.results) Set(task, to->add_results());
}

void Set(const job::Queue& from, v1::Queue* to) {
  to->set_id(from.id);
  to->set_size(from.size);
}

void Set(const job::File& from, v1::File* to) {
  to->set_name(from.name);
  to->set_content(from.content);
  if (!from.tags) return;
  v1::TagSet* const tags = to->mutable_tags();
  for (const std::string& tag : *from.tags) tags->add_tags(tag);
}

void Set(const job::BoefjeOutput& from, v1::BoefjeOutput* to) {
  to->set_status(from.status == job::StatusEnum::kCompleted
                     ? v1::BoefjeOutput::STATUS_COMPLETED
                     : v1::BoefjeOutput::STATUS_FAILED);
  if (!from.files) return;
  v1::FileList* const files = to->mutable_files();
  for (const job::File& file : *from.files) Set(file, files->add_files());
}

void Set(const job::BoefjeInput& from, v1::BoefjeInput* to) {
  to->set_output_url(from.output_url);
  Set(from.task, to->mutable_task());
}

void Set(const job::NormalizerObservation& from,
         v1::NormalizerObservation* to) {
  to->set_input_ooi(from.input_ooi);
  for (const job::Ooi& ooi : from.results) {
    to->add_results_json(PrintJson(ooi.json));
  }
}

void Set(const job::NormalizerDeclaration& from,
         v1::NormalizerDeclaration* to) {
  to->set_ooi_json(PrintJson(from.ooi.json));
  if (from.end_valid_time) {
    Set(*from.end_valid_time, to->mutable_end_valid_time());
  }
}

void Set(const job::NormalizerAffirmation& from,
         v1::NormalizerAffirmation* to) {
  to->set_ooi_json(PrintJson(from.ooi.json));
}

void Set(const job::DeclaredScanProfile& from, v1::DeclaredScanProfile* to) {
  to->set_reference(from.reference);
  to->set_level(from.level);
  if (from.user_id) to->set_user_id(*from.user_id);
}

void Set(const job::NormalizerResults& from, v1::NormalizerResults* to) {
  for (const auto& one : from.observations) Set(one, to->add_observations());
  for (const auto& one : from.declarations) Set(one, to->add_declarations());
  for (const auto& one : from.affirmations) Set(one, to->add_affirmations());
  for (const auto& one : from.scan_profiles) Set(one, to->add_scan_profiles());
}

// Picks the field of the envelope.
struct RecordSetter {
  v1::JobRecord* record;

  void operator()(const job::Task& j) { Set(j, record->mutable_task()); }
  void operator()(const job::TaskPop& j) { Set(j, record->mutable_task_pop()); }
  void operator()(const job::PaginatedTasksResponse& j) {
    Set(j, record->mutable_paginated_tasks_response());
  }
  void operator()(const job::Queue& j) { Set(j, record->mutable_queue()); }
  void operator()(const job::BoefjeMeta& j) {
    Set(j, record->mutable_boefje_meta());
  }
  void operator()(const job::RawDataMeta& j) {
    Set(j, record->mutable_raw_data_meta());
  }
  void operator()(const job::NormalizerMeta& j) {
    Set(j, record->mutable_normalizer_meta());
  }
  void operator()(const job::File& j) { Set(j, record->mutable_file()); }
  void operator()(const job::BoefjeOutput& j) {
    Set(j, record->mutable_boefje_output());
  }
  void operator()(const job::BoefjeInput& j) {
    Set(j, record->mutable_boefje_input());
  }
  void operator()(const job::NormalizerObservation& j) {
    Set(j, record->mutable_normalizer_observation());
  }
  void operator()(const job::NormalizerDeclaration& j) {
    Set(j, record->mutable_normalizer_declaration());
  }
  void operator()(const job::NormalizerAffirmation& j) {
    Set(j, record->mutable_normalizer_affirmation());
  }
  void operator()(const job::DeclaredScanProfile& j) {
    Set(j, record->mutable_declared_scan_profile());
  }
  void operator()(const job::NormalizerResults& j) {
    Set(j, record->mutable_normalizer_results());
  }
  void operator()(const job::Ooi& j) {
    record->set_ooi_json(PrintJson(j.json));
  }
};

}  // namespace

void ToProto(const job::AnyJob& job, v1::JobRecord* record) {
  std::visit(RecordSetter{record}, job);
}

}  // namespace cupel
