// The table of every plugin that is compiled in, each defined in the file of
// its own name. One line per plugin, by category and name; builtin.cc lists
// them once more.
#ifndef CUPEL_BUILTIN_TABLES_H_
#define CUPEL_BUILTIN_TABLES_H_

#include "cupel/plugin.h"

namespace cupel {

// source/
extern const cupel_plugin_v1 kDirmonSource;
extern const cupel_plugin_v1 kFileSource;
extern const cupel_plugin_v1 kFiledirSource;
extern const cupel_plugin_v1 kNdjsonSource;
extern const cupel_plugin_v1 kStdinSource;
// reader/
extern const cupel_plugin_v1 kIocregexReader;
extern const cupel_plugin_v1 kTextReader;
// worker/
extern const cupel_plugin_v1 kElfWorker;
extern const cupel_plugin_v1 kEntropyWorker;
extern const cupel_plugin_v1 kFiletypeWorker;
extern const cupel_plugin_v1 kHashWorker;
extern const cupel_plugin_v1 kIocextractWorker;
extern const cupel_plugin_v1 kPeWorker;
extern const cupel_plugin_v1 kTlshWorker;
// extractor/
extern const cupel_plugin_v1 kArchiveExtractor;
extern const cupel_plugin_v1 kDecompressExtractor;
extern const cupel_plugin_v1 kMailExtractor;
extern const cupel_plugin_v1 kPdfExtractor;
extern const cupel_plugin_v1 kStreamExtractor;
// carver/
extern const cupel_plugin_v1 kPeCarver;
extern const cupel_plugin_v1 kScriptCarver;
extern const cupel_plugin_v1 kSwfCarver;
extern const cupel_plugin_v1 kZipCarver;
// decoder/
extern const cupel_plugin_v1 kBase64Decoder;
extern const cupel_plugin_v1 kBase85Decoder;
extern const cupel_plugin_v1 kBitrotDecoder;
extern const cupel_plugin_v1 kCharsetDecoder;
extern const cupel_plugin_v1 kHexDecoder;
extern const cupel_plugin_v1 kRotDecoder;
extern const cupel_plugin_v1 kXorDecoder;
// decorator/
extern const cupel_plugin_v1 kScoreDecorator;
extern const cupel_plugin_v1 kSuppressionsDecorator;
extern const cupel_plugin_v1 kTagsDecorator;
// connector/
extern const cupel_plugin_v1 kArchiveConnector;
extern const cupel_plugin_v1 kFileConnector;
extern const cupel_plugin_v1 kHttpConnector;
extern const cupel_plugin_v1 kSqliteConnector;
extern const cupel_plugin_v1 kStoreConnector;

}  // namespace cupel

#endif  // CUPEL_BUILTIN_TABLES_H_
