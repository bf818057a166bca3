#include "builtin/extractor/pdf.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/status.h"
#include "builtin/json_text.h"
#include "builtin/pdf/filters.h"
#include "builtin/pdf/objects.h"
#include "builtin/pdf/scripts.h"
#include "format/json_writer.h"

namespace cupel {
namespace {

// Names of types are short.
constexpr size_t kMostType = 64;

class Extraction {
 public:
  Extraction(std::string_view bytes, PdfObjects objects,
             const PdfExtraction& options, const TakePdfPart& take,
             const StopFn& stop)
      : bytes_(bytes),
        objects_(std::move(objects)),
        options_(options),
        take_(take),
        stop_(stop),
        work_(options.work) {}

  PdfSummary Run() {
    summary_.objects = objects_.all.size();
    summary_.encrypted = IsPdfEncrypted(bytes_, objects_);
    summary_.status = Parts();
    if (summary_.status.ok() && objects_.more) {
      summary_.status = ResourceExhausted(
          "more than {} objects: what stands behind byte {} was not looked at",
          objects_.all.size(), objects_.all.back().offset);
    }
    return std::move(summary_);
  }

 private:
  absl::Status Parts() {
    for (const PdfObject& object : objects_.all) {
      if (object.copy > 0) ++summary_.duplicates;
      scripts_.Look(object.number, object.text);
      if (!object.stream.has_value()) continue;
      CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
      ++summary_.streams;
      CUPEL_RETURN_IF_ERROR(Stream(object));
    }
    for (const auto& [object, script] : scripts_.Take(objects_)) {
      ++summary_.scripts;
      if (script.empty()) continue;
      CUPEL_RETURN_IF_ERROR(take_(PdfPart{
          .bytes = script,
          .name = fmt::format("js-{}", object),
          .metadata =
              fmt::format(R"({{"kind":"javascript","object":{}}})", object)}));
    }
    return absl::OkStatus();
  }

  absl::Status Stream(const PdfObject& object) {
    const PdfDictionary dictionary =
        ReadPdfDictionary(object.text, 0, nullptr).value_or(PdfDictionary());
    const std::vector<PdfFilter> filters = PdfFiltersOf(dictionary, objects_);
    PdfDecoded decoded = decoder_.Decode(*object.stream, filters,
                                         options_.most(), &work_, stop_);
    if (absl::IsCancelled(decoded.status)) return decoded.status;
    // Encrypted streams decode to nothing sensible. That is told once.
    if (summary_.encrypted && absl::IsDataLoss(decoded.status)) {
      decoded = PdfDecoded();
    }
    const std::string_view clear =
        decoded.undone == 0 ? *object.stream : std::string_view(decoded.bytes);
    const std::string type = TypeOf(dictionary, "Type");
    if (type == "ObjStm") Contained(dictionary, clear);
    PdfPart part;
    part.bytes = clear;
    part.name = fmt::format("{}.{}@{}", object.number, object.generation,
                            object.offset);
    part.metadata = Metadata(object, dictionary, filters, decoded);
    part.damage = Damage(object, filters, decoded);
    if (clear.empty() && part.damage.ok()) return absl::OkStatus();
    CUPEL_RETURN_IF_ERROR(take_(part));
    if (work_ != 0) return absl::OkStatus();
    return ResourceExhausted(
        "streams decode to more than {} bytes in all: what stands behind byte "
        "{} was not looked at",
        options_.work, object.offset);
  }

  void Contained(const PdfDictionary& dictionary, std::string_view clear) {
    ++summary_.object_streams;
    const auto number = [&](const char* key) {
      const auto found = dictionary.find(key);
      return found == dictionary.end() ? int64_t{0}
                                       : PdfInteger(found->second).value_or(0);
    };
    scripts_.LookInObjectStream(clear, number("N"), number("First"));
  }

  static std::string TypeOf(const PdfDictionary& dictionary, const char* key) {
    const auto found = dictionary.find(key);
    if (found == dictionary.end() || !found->second.starts_with('/')) return {};
    return PdfName(found->second.substr(1, kMostType));
  }

  static std::string Metadata(const PdfObject& object,
                              const PdfDictionary& dictionary,
                              const std::vector<PdfFilter>& filters,
                              const PdfDecoded& decoded) {
    std::string json;
    JsonWriter out(&json);
    out.BeginObject().Key("kind").String("stream");
    out.Key("object").Number(object.number);
    out.Key("generation").Number(object.generation);
    out.Key("offset").Number(object.offset);
    if (object.copy > 0) out.Key("copy").Number(object.copy);
    for (const char* key : {"Type", "Subtype"}) {
      const std::string value = TypeOf(dictionary, key);
      if (value.empty()) continue;
      out.Key(key[0] == 'T' ? "type" : "subtype").String(JsonText(value));
    }
    out.Key("filters").BeginArray();
    for (const PdfFilter& filter : filters) {
      out.String(JsonText(filter.name.substr(0, kMostType)));
    }
    out.EndArray();
    out.Key("undone").Number(decoded.undone);
    if (object.declared_length.has_value()) {
      out.Key("declared_length").Number(*object.declared_length);
    }
    out.EndObject();
    return json;
  }

  absl::Status Damage(const PdfObject& object,
                      const std::vector<PdfFilter>& filters,
                      const PdfDecoded& decoded) const {
    const auto where = [&object] {
      return fmt::format("object {} {} at byte {}", object.number,
                         object.generation, object.offset);
    };
    if (decoded.cut) {
      return ResourceExhausted("{}: cut off after {} bytes in clear", where(),
                               decoded.bytes.size());
    }
    if (!decoded.status.ok()) {
      const size_t at = decoded.undone == 0 || decoded.bytes.empty()
                            ? decoded.undone
                            : decoded.undone - 1;
      return MakeStatus(decoded.status.code(), "{}: {}: {}", where(),
                        at < filters.size() ? filters[at].name : "stream",
                        MessageOf(decoded.status));
    }
    if (object.no_end) return DataLoss("{}: its stream has no end", where());
    return absl::OkStatus();
  }

  const std::string_view bytes_;
  const PdfObjects objects_;
  const PdfExtraction& options_;
  const TakePdfPart& take_;
  const StopFn& stop_;
  uint64_t work_;
  PdfDecoder decoder_;
  PdfScripts scripts_;
  PdfSummary summary_;
};

}  // namespace

absl::StatusOr<PdfSummary> ExtractPdf(std::string_view bytes,
                                      const PdfExtraction& options,
                                      const TakePdfPart& take,
                                      const StopFn& stop) {
  CUPEL_ASSIGN_OR_RETURN(PdfObjects objects, ReadPdfObjects(bytes, stop));
  if (objects.all.empty()) {
    return InvalidArgument("no object of a PDF file is in it");
  }
  return Extraction(bytes, std::move(objects), options, take, stop).Run();
}

}  // namespace cupel
