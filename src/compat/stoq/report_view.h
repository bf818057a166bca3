// A report read in stoQ's terms: inputs and what was made of them, workers and
// what they gave, ids.
#ifndef CUPEL_COMPAT_STOQ_REPORT_VIEW_H_
#define CUPEL_COMPAT_STOQ_REPORT_VIEW_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "compat/stoq/documents.h"
#include "report/report.h"

namespace cupel {

// What one plugin gave for one payload. The rules are the worker "yara".
struct WorkerOutput {
  PluginName plugin;
  std::vector<std::string> results;  // JSON, each on one line
};

// Borrows the report and the options. Any number of threads.
class ReportView {
 public:
  ReportView(const Report& report, const DocumentOptions& options);

  const Report& report() const { return report_; }

  // What was given to the job, by ids.
  std::vector<uint32_t> Inputs() const;
  // An input and all that was made of it, in the order of their ids. Without
  // links and what could not be read, but for the input itself.
  std::vector<uint32_t> TreeOf(uint32_t input) const;
  // Incidents of any payload of an input, then those of the job as a whole.
  std::vector<const Incident*> IncidentsOf(uint32_t input) const;

  // Those that ran over a payload to their end, and those that gave something
  // before they failed. Statements of a plugin are in its first result, or a
  // result of their own: {"statements":[{"name":…}]}; matches of rules are
  // {"matches":[{"rule":…}]}.
  std::vector<WorkerOutput> OutputsOf(const PayloadRecord& payload) const;

  // A UUID for a payload; of kNoPayload for nothing. `what` tells apart what
  // else has a number.
  std::string IdOf(uint32_t payload, std::string_view what = "payload") const;
  // "extractor:archive" for what was unpacked.
  PluginName ProducerOf(const PayloadRecord& payload, uint32_t producer) const;
  // With quirks a reading of a wall clock, else a moment.
  std::string Time() const;
  // md5, sha1, sha512 and ssdeep as far as a worker of that name gave them, and
  // sha256; hexadecimal, in this order.
  std::vector<std::pair<std::string, std::string>> HashesOf(
      const PayloadRecord& payload) const;

 private:
  void AddMatches(const PayloadRecord& payload,
                  std::vector<WorkerOutput>* outputs) const;

  const Report& report_;
  const DocumentOptions& options_;
  HashMap<uint32_t, std::vector<const Incident*>> incidents_;
};

// A name for people and programs: as it is if it is UTF-8, else escaped.
std::string NameText(std::string_view raw);
// A text as JSON.
std::string JsonText(std::string_view text);
// The same JSON on one line.
std::string OneLine(std::string_view json);

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_REPORT_VIEW_H_
