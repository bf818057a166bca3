#include "builtin/builtin.h"

#include "builtin/tables.h"

namespace cupel {

std::vector<const cupel_plugin_v1*> BuiltinTables() {
  // One a line.
  // clang-format off
  return {
      // source/
      &kDirmonSource,
      &kFileSource,
      &kFiledirSource,
      &kNdjsonSource,
      &kStdinSource,
      // reader/
      &kIocregexReader,
      &kTextReader,
      // worker/
      &kElfWorker,
      &kEntropyWorker,
      &kFiletypeWorker,
      &kHashWorker,
      &kIocextractWorker,
      &kPeWorker,
      &kTlshWorker,
      // extractor/
      &kArchiveExtractor,
      &kDecompressExtractor,
      &kMailExtractor,
      &kPdfExtractor,
      &kStreamExtractor,
      // carver/
      &kPeCarver,
      &kScriptCarver,
      &kSwfCarver,
      &kZipCarver,
      // decoder/
      &kBase64Decoder,
      &kBase85Decoder,
      &kBitrotDecoder,
      &kCharsetDecoder,
      &kHexDecoder,
      &kRotDecoder,
      &kXorDecoder,
      // decorator/
      &kScoreDecorator,
      &kSuppressionsDecorator,
      &kTagsDecorator,
      // connector/
      &kArchiveConnector,
      &kFileConnector,
      &kHttpConnector,
      &kSqliteConnector,
      &kStoreConnector,
  };
  // clang-format on
}

}  // namespace cupel
