// Random job models for property tests. The same seed gives the same models.
#ifndef CUPEL_TESTS_SUPPORT_RANDOM_JOB_H_
#define CUPEL_TESTS_SUPPORT_RANDOM_JOB_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "job/any_job.h"

namespace cupel {

class RandomJob {
 public:
  explicit RandomJob(uint64_t seed) : random_(seed) {}

  job::AnyJob Any(job::Kind kind) {
    using job::Kind;
    switch (kind) {
      case Kind::kTask:
        return Task();
      case Kind::kTaskPop:
        return job::TaskPop{Several(&RandomJob::Task)};
      case Kind::kPaginatedTasksResponse:
        return job::PaginatedTasksResponse{Integer(), Maybe(), Maybe(),
                                           Several(&RandomJob::Task)};
      case Kind::kQueue:
        return job::Queue{Text(), Integer()};
      case Kind::kBoefjeMeta:
        return BoefjeMeta();
      case Kind::kRawDataMeta:
        return RawDataMeta();
      case Kind::kNormalizerMeta:
        return NormalizerMeta();
      case Kind::kFile:
        return File();
      case Kind::kBoefjeOutput:
        return BoefjeOutput();
      case Kind::kBoefjeInput:
        return job::BoefjeInput{Text(), Task()};
      case Kind::kNormalizerObservation:
        return Observation();
      case Kind::kNormalizerDeclaration:
        return Declaration();
      case Kind::kNormalizerAffirmation:
        return job::NormalizerAffirmation{Ooi()};
      case Kind::kDeclaredScanProfile:
        return ScanProfile();
      case Kind::kNormalizerResults:
        return Results();
      case Kind::kOoi:
        return Ooi();
    }
    return {};
  }

  size_t Below(size_t bound) { return random_() % bound; }
  bool Coin() { return Below(2) == 0; }

  std::string Text() {
    static constexpr std::string_view kPieces[] = {"a",
                                                   "Z",
                                                   "|internet|",
                                                   "\xc3\xa9",
                                                   "\xf0\x9f\x98\x80",
                                                   "\n",
                                                   "\"",
                                                   "\\",
                                                   std::string_view("\0", 1),
                                                   "\x7f",
                                                   " ",
                                                   "null",
                                                   "1",
                                                   "{",
                                                   "\t"};
    std::string text;
    for (size_t n = Below(6); n > 0; --n) {
      text += kPieces[Below(std::size(kPieces))];
    }
    return text;
  }

  DateTime Time(bool aware) {
    DateTime time;
    time.micros = static_cast<int64_t>(random_() % 315'000'000'000'000'000) -
                  62'000'000'000'000'000;
    if (Coin()) time.micros -= time.micros % 1'000'000;
    time.aware = aware;
    if (aware && Coin()) {
      time.offset_seconds = (static_cast<int32_t>(Below(2879)) - 1439) * 60;
    }
    return time;
  }

  Json Value(size_t depth) {
    switch (Below(depth == 0 ? 5 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return Coin();
      case 2:
        return Text();
      case 3:
        return Integer();
      case 4:
        return Double();
      case 5: {
        Json array = Json::array();
        for (size_t n = Below(4); n > 0; --n) array.push_back(Value(depth - 1));
        return array;
      }
      default:
        return Object(depth - 1);
    }
  }

 private:
  std::string Name() { return "n" + Text(); }
  double Double() {
    const double value =
        std::uniform_real_distribution<double>(-1e6, 1e6)(random_);
    return Coin() ? value : std::trunc(value / 1e5);
  }
  int64_t Integer() {
    switch (Below(4)) {
      case 0:
        return std::numeric_limits<int64_t>::min();
      case 1:
        return std::numeric_limits<int64_t>::max();
      default:
        return static_cast<int64_t>(random_()) >> Below(64);
    }
  }
  Uuid Id() {
    Uuid id;
    for (uint8_t& byte : id.bytes) byte = static_cast<uint8_t>(random_());
    return id;
  }
  std::optional<std::string> Maybe() {
    if (Coin()) return std::nullopt;
    return Text();
  }
  std::optional<DateTime> MaybeTime(bool aware) {
    if (Coin()) return std::nullopt;
    return Time(aware);
  }
  template <typename Model>
  std::vector<Model> Several(Model (RandomJob::*make)()) {
    std::vector<Model> models;
    for (size_t n = Below(4); n > 0; --n) models.push_back((this->*make)());
    return models;
  }
  // Keys in no order, none twice.
  StringMap Map() {
    StringMap map;
    for (size_t n = Below(4); n > 0; --n) {
      map.emplace_back(std::to_string(n * 7 % 5) + Text(), Text());
    }
    return map;
  }
  Json Object(size_t depth) {
    Json object = Json::object();
    for (size_t n = Below(4); n > 0; --n) object[Text()] = Value(depth);
    return object;
  }

  job::BoefjeMeta BoefjeMeta() {
    job::BoefjeMeta meta;
    meta.id = Id();
    meta.started_at = MaybeTime(true);
    meta.ended_at = MaybeTime(true);
    meta.boefje = {Name(), Maybe(), Maybe()};
    meta.input_ooi = Maybe();
    meta.arguments = Object(3);
    meta.organization = Text();
    meta.runnable_hash = Maybe();
    if (Coin()) meta.environment = Map();
    return meta;
  }
  job::RawDataMeta RawDataMeta() {
    return {Id(), BoefjeMeta(), Several(&RandomJob::Map)};
  }
  job::NormalizerMeta NormalizerMeta() {
    job::NormalizerMeta meta;
    meta.id = Id();
    meta.started_at = MaybeTime(true);
    meta.ended_at = MaybeTime(true);
    meta.raw_data = RawDataMeta();
    meta.normalizer = {Name(), Maybe()};
    return meta;
  }
  job::Task Task() {
    job::Task task;
    task.id = Id();
    task.scheduler_id = Text();
    task.schedule_id = Maybe();
    task.organisation = Text();
    task.priority = Integer();
    task.status = static_cast<job::TaskStatus>(Below(7));
    task.type = Text();
    task.hash = Maybe();
    if (Coin()) {
      task.data = BoefjeMeta();
    } else {
      task.data = NormalizerMeta();
    }
    task.created_at = Time(Coin());
    task.modified_at = Time(Coin());
    return task;
  }
  job::File File() {
    job::File file{Text(), Text(), std::nullopt};
    if (Coin()) {
      file.tags.emplace();
      for (size_t n = Below(4); n > 0; --n) file.tags->insert(Text());
    }
    return file;
  }
  job::BoefjeOutput BoefjeOutput() {
    job::BoefjeOutput output;
    output.status =
        Coin() ? job::StatusEnum::kCompleted : job::StatusEnum::kFailed;
    if (Coin()) output.files = Several(&RandomJob::File);
    return output;
  }
  job::Ooi Ooi() {
    Json json = Object(2);
    json["object_type"] = Name();
    return {std::move(json)};
  }
  job::NormalizerObservation Observation() {
    return {Text(), Several(&RandomJob::Ooi)};
  }
  job::NormalizerDeclaration Declaration() {
    return {Ooi(), MaybeTime(Coin())};
  }
  job::NormalizerAffirmation Affirmation() { return {Ooi()}; }
  job::DeclaredScanProfile ScanProfile() {
    job::DeclaredScanProfile profile{Text(), static_cast<uint8_t>(Below(5)),
                                     std::nullopt};
    if (Coin()) profile.user_id = Integer();
    return profile;
  }
  job::NormalizerResults Results() {
    return {Several(&RandomJob::Observation), Several(&RandomJob::Declaration),
            Several(&RandomJob::Affirmation), Several(&RandomJob::ScanProfile)};
  }

  std::mt19937_64 random_;
};

inline constexpr size_t kJobKinds = std::variant_size_v<job::AnyJob>;

}  // namespace cupel

#endif  // CUPEL_TESTS_SUPPORT_RANDOM_JOB_H_
