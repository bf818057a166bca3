#include "engine/raw_archive.h"

#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "format/json_writer.h"
#include "job/any_job.h"

namespace cupel {
namespace {

RawOwner OwnerOf(const job::BoefjeMeta& meta) {
  return {meta.organization, meta.id.ToString()};
}

}  // namespace

RawArchive::RawArchive(std::shared_ptr<RunDatabase> database,
                       uint64_t max_raw_bytes)
    : database_(std::move(database)),
      max_raw_bytes_(max_raw_bytes),
      raws_(database_, max_raw_bytes),
      metas_(database_) {}

absl::StatusOr<std::shared_ptr<RawArchive>> RawArchive::Open(
    const RawArchiveOptions& options) {
  RunDatabaseOptions database;
  if (options.busy_timeout_ms != 0) {
    database.busy_timeout_ms = options.busy_timeout_ms;
  }
  CUPEL_ASSIGN_OR_RETURN(
      std::shared_ptr<RunDatabase> opened,
      OpenRunDatabase(options.database.empty() ? ":memory:" : options.database,
                      database));
  return std::make_shared<RawArchive>(std::move(opened),
                                      options.max_raw_bytes != 0
                                          ? options.max_raw_bytes
                                          : RawStore::kDefaultRawBytes);
}

absl::Status RawArchive::CheckNew(const RawOwner& job) {
  const auto row = metas_.Get(job);
  if (absl::IsNotFound(row.status())) return absl::OkStatus();
  CUPEL_RETURN_IF_ERROR(row.status());
  return AlreadyExists(
      "job '{}' was run before; `cupel raw list {}` shows what it gave. Give "
      "the job another id to run it again",
      EscapePrintable(job.job), EscapePrintable(job.organisation));
}

absl::StatusOr<std::vector<RawRow>> RawArchive::Keep(
    const openkat::BoefjeOutcome& outcome) {
  const RawOwner owner = OwnerOf(outcome.meta);
  const int64_t now = DateTime::Now().micros;
  std::vector<RawRow> rows;
  const absl::Status kept = database_->Atomically([&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(
        metas_.Put({owner, MetaKind::kBoefje,
                    job::PrintModel(openkat::WithoutSecrets(outcome.meta))}));
    for (const openkat::RawFile& file : outcome.files) {
      RawOutput output;
      output.bytes = file.bytes.view;
      output.mime_types.assign(file.mime_types.begin(), file.mime_types.end());
      output.id = file.id;
      CUPEL_ASSIGN_OR_RETURN(RawRow row, raws_.Put(owner, output, now));
      rows.push_back(std::move(row));
    }
    return absl::OkStatus();
  });
  CUPEL_RETURN_IF_ERROR(kept);
  return rows;
}

absl::Status RawArchive::Keep(const job::NormalizerMeta& meta) {
  return metas_.Put(
      {{meta.raw_data.boefje_meta.organization, meta.id.ToString()},
       MetaKind::kNormalizer,
       job::PrintModel(meta)});
}

absl::StatusOr<job::RawDataMeta> RawArchive::Meta(const RawRow& raw) {
  CUPEL_ASSIGN_OR_RETURN(const MetaRow row, metas_.Get(raw.owner));
  CUPEL_ASSIGN_OR_RETURN(
      job::AnyJob parsed,
      job::ParseJob(row.document, "boefje_meta", job::Kind::kBoefjeMeta));
  job::RawDataMeta meta;
  CUPEL_ASSIGN_OR_RETURN(meta.id, Uuid::Parse(raw.id));
  meta.boefje_meta = std::move(std::get<job::BoefjeMeta>(parsed));
  for (const std::string& type : raw.mime_types) {
    meta.mime_types.push_back({{"value", type}});
  }
  return meta;
}

void WriteRaw(const RawRow& raw, JsonWriter* json) {
  json->BeginObject();
  json->Key("id").String(raw.id);
  json->Key("organisation").String(raw.owner.organisation);
  json->Key("job").String(raw.owner.job);
  json->Key("mime_types").BeginArray();
  for (const std::string& type : raw.mime_types) json->String(type);
  json->EndArray();
  json->Key("created").String(DateTime{raw.created_micros, true, 0}.ToString());
  json->Key("sha256").String(HexDigest(raw.sha256));
  json->Key("size").Number(raw.size);
  json->EndObject();
}

absl::StatusOr<std::string> RawMetaJson(RawArchive& archive,
                                        std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const RawRow raw, archive.Find(id));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("raw");
  WriteRaw(raw, &json);
  json.Key("raw_data_meta");
  const auto meta = archive.Meta(raw);
  if (meta.ok()) {
    job::Write(*meta, &json);
  } else if (absl::IsNotFound(meta.status())) {
    json.Null();
  } else {
    return meta.status();
  }
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> RawListJson(RawArchive& archive,
                                        const RawFilter& filter) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<RawRow> rows, archive.List(filter));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject().Key("raws").BeginArray();
  for (const RawRow& row : rows) WriteRaw(row, &json);
  json.EndArray().EndObject();
  return out;
}

}  // namespace cupel
