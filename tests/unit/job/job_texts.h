// Job JSON of the shapes that OpenKAT's services send.
#ifndef CUPEL_TESTS_UNIT_JOB_JOB_TEXTS_H_
#define CUPEL_TESTS_UNIT_JOB_JOB_TEXTS_H_

#include <string_view>

namespace cupel {

// As the scheduler pops it: nothing but what names the run; no offset.
inline constexpr std::string_view kBoefjeTask = R"({
  "id": "3f0c2f0e5b7a4c5e9d0182f1a3b4c5d6", "scheduler_id": "boefje",
  "schedule_id": null, "organisation": "acme", "priority": "7",
  "status": "queued", "type": "boefje",
  "hash": "00112233445566778899aabbccddeeff",
  "data": {
    "id": "3F0C2F0E-5B7A-4C5E-9D01-82F1A3B4C5D6",
    "boefje": {"id": "port-knock", "name": "Port knocker", "version": null,
               "oci_image": null, "scan_level": 2},
    "input_ooi": "Hostname|internet|acme.example", "dispatches": [],
    "organization": "acme",
    "deduplication_key": "3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6"},
  "created_at": "2024-05-06T07:08:09", "modified_at": "2024-05-06T07:08:09.5Z"
})";

// What pydantic prints of it.
inline constexpr std::string_view kBoefjeTaskPrinted =
    R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","scheduler_id":"boefje",)"
    R"("schedule_id":null,"organisation":"acme","priority":7,)"
    R"("status":"queued","type":"boefje",)"
    R"("hash":"00112233445566778899aabbccddeeff",)"
    R"("data":{"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6",)"
    R"("started_at":null,"ended_at":null,)"
    R"("boefje":{"id":"port-knock","version":null,"oci_image":null},)"
    R"("input_ooi":"Hostname|internet|acme.example","arguments":{},)"
    R"("organization":"acme","runnable_hash":null,"environment":null},)"
    R"("created_at":"2024-05-06T07:08:09",)"
    R"("modified_at":"2024-05-06T07:08:09.500000Z"})";

// Of a normalizer: times with a space, as its scheduler stores them.
inline constexpr std::string_view kNormalizerMeta = R"({
  "id": "{11111111-2222-4333-8444-555555555555}",
  "normalizer": {"id": "knock-reader", "name": "Reader", "version": "2"},
  "raw_data": {
    "id": "urn:uuid:99999999-2222-4333-8444-555555555555",
    "boefje_meta": {
      "id": "3f0c2f0e5b7a4c5e9d0182f1a3b4c5d6",
      "boefje": {"id": "port-knock", "version": null, "oci_image": "x/y:1"},
      "input_ooi": "", "organization": "acme",
      "arguments": {"z": 1.0, "input": {"port": "443", "a": "None"},
                    "oci_arguments": ["-v"]},
      "started_at": "2024-01-02 03:04:05.000678+00:00",
      "ended_at": "2024-01-02 03:04:06+00:00",
      "environment": {"TOP_PORTS": "250", "A": ""}},
    "mime_types": [{"value": "boefje/port-knock"}, {"value": "text/plain"}],
    "secure_hash": null, "hash_retrieval_link": null},
  "started_at": 1704164647, "ended_at": null
})";

inline constexpr std::string_view kNormalizerMetaPrinted =
    R"({"id":"11111111-2222-4333-8444-555555555555",)"
    R"("started_at":"2024-01-02T03:04:07Z","ended_at":null,)"
    R"("raw_data":{"id":"99999999-2222-4333-8444-555555555555",)"
    R"("boefje_meta":{"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6",)"
    R"("started_at":"2024-01-02T03:04:05.000678Z",)"
    R"("ended_at":"2024-01-02T03:04:06Z",)"
    R"("boefje":{"id":"port-knock","version":null,"oci_image":"x/y:1"},)"
    R"("input_ooi":"","arguments":{"z":1.0,)"
    R"("input":{"port":"443","a":"None"},"oci_arguments":["-v"]},)"
    R"("organization":"acme","runnable_hash":null,)"
    R"("environment":{"TOP_PORTS":"250","A":""}},)"
    R"("mime_types":[{"value":"boefje/port-knock"},{"value":"text/plain"}]},)"
    R"("normalizer":{"id":"knock-reader","version":"2"}})";

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_JOB_JOB_TEXTS_H_
