// One input of a report and what was made of it, as the entries of stoQ 1.x
// documents.
#ifndef CUPEL_COMPAT_STOQ_STOQ_V1_INPUT_H_
#define CUPEL_COMPAT_STOQ_STOQ_V1_INPUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "compat/stoq/fields.h"
#include "compat/stoq/report_view.h"

namespace cupel {

struct Stoq1Entry {
  size_t number = 0;     // its payload_id
  std::string producer;  // for the document's "plugins"
  Fields fields;
};

// Borrows the view and the options.
class Stoq1Input {
 public:
  Stoq1Input(const ReportView& view, const DocumentOptions& options,
             uint32_t input);

  // Ids of the report, by payload_id.
  const std::vector<uint32_t>& tree() const { return tree_; }
  // The payload_id of a payload; 0, the input's, for what has none.
  size_t NumberOf(uint32_t payload) const;

  // The workers that are to have documents: those that gave something; in stoQ
  // the others leave none. Without quirks an input is not passed over because
  // nobody had anything to say.
  std::vector<std::string> Workers() const;
  // What a worker gave for a payload, JSON.
  std::vector<std::string> ScansOf(size_t number,
                                   const std::string& worker) const;

  Stoq1Entry RootEntry(const std::string& worker,
                       const std::string& scan) const;
  Stoq1Entry ChildEntry(size_t number, const std::string& worker) const;

 private:
  std::string UuidsOf(uint32_t payload) const;
  void PutHashes(const PayloadRecord& payload, bool ssdeep,
                 Fields* fields) const;
  void PutLeaked(Fields* fields) const;

  const ReportView& view_;
  const Report& report_;
  const DocumentOptions& options_;
  const std::vector<uint32_t> tree_;
  HashMap<uint32_t, size_t> numbers_;
  std::vector<std::vector<WorkerOutput>> outputs_;  // by payload_id
  Fields kwargs_;  // what stoQ's start() would have been given
};

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_STOQ_V1_INPUT_H_
