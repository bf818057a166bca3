// A host with the full protobuf runtime and messages of its own, whose .proto
// file, package and classes have the names of the library's, and which exports
// all of that. Both register theirs in one process and each uses its own.
#include <cupel/cupel.h>

#include <string>

#include "cupel/v1/job.pb.h"
#include "host.h"

namespace {

// Encodes a job, decodes it again and compares: the library's messages.
void UseLibrary() {
  const char* const text =
      R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","started_at":null,)"
      R"("ended_at":null,"boefje":{"id":"dns","version":"1",)"
      R"("oci_image":null},"input_ooi":"Hostname|internet|acme.example",)"
      R"("arguments":{},"organization":"acme","runnable_hash":"aa",)"
      R"("environment":{}})";
  cupel_job* job = nullptr;
  cupel_job* again = nullptr;
  cupel_buffer* bytes = nullptr;
  cupel_buffer* json = nullptr;
  HostExpect(cupel_job_parse(cupel_str(text), CUPEL_JOB_ANY, &job, nullptr) ==
                 CUPEL_STATUS_OK,
             "cupel_job_parse");
  HostExpect(cupel_job_encode(job, &bytes, nullptr) == CUPEL_STATUS_OK,
             "cupel_job_encode");
  HostExpect(cupel_job_decode(cupel_buffer_view(bytes), &again, nullptr) ==
                 CUPEL_STATUS_OK,
             "cupel_job_decode");
  HostExpect(cupel_job_json(again, 0, &json, nullptr) == CUPEL_STATUS_OK,
             "cupel_job_json");
  const cupel_view view = cupel_buffer_view(json);
  HostExpect(
      std::string(reinterpret_cast<const char*>(view.data), view.size) == text,
      "the library's job is another after encoding");
  cupel_buffer_free(json);
  cupel_buffer_free(bytes);
  cupel_job_free(again);
  cupel_job_free(job);
}

// The same with the host's, which have descriptors as well.
void UseOwn() {
  cupel::v1::BoefjeMeta meta;
  meta.set_weight(0.5);
  meta.mutable_task()->add_words("needle");
  (*meta.mutable_task()->mutable_numbers())["one"] = 1;
  cupel::v1::BoefjeMeta again;
  HostExpect(again.ParseFromString(meta.SerializeAsString()),
             "the host's message can't be parsed");
  HostExpect(again.task().words(0) == "needle" &&
                 again.task().numbers().at("one") == 1,
             "the host's message is another after encoding");
  const auto* file =
      google::protobuf::DescriptorPool::generated_pool()->FindFileByName(
          "cupel/v1/job.proto");
  HostExpect(file != nullptr && file == meta.GetDescriptor()->file() &&
                 file->message_type_count() == 3,
             "the file that is registered is not the host's");
}

}  // namespace

int main() {
  for (int i = 0; i < 3; ++i) {
    UseOwn();
    UseLibrary();
  }
  return HostResult("protobuf_host");
}
