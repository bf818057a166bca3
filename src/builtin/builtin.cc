#include "builtin/builtin.h"

#include "builtin/tables.h"

namespace cupel {

std::vector<const cupel_plugin_v1*> BuiltinTables() {
  return {
      // source/
      // reader/
      // worker/
      &kElfWorker, &kPeWorker,
      // extractor/
      // carver/
      // decoder/
      &kBase64Decoder,
      // decorator/
      // connector/
  };
}

}  // namespace cupel
