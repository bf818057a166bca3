/* A program that has functions of its own under the names of what libcupel.a
 * carries, and scans a package with it. If the two were mixed up, one of these
 * would be called. */
#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>

#define OURS(name)                                    \
  int name(void);                                     \
  int name(void) {                                    \
    fprintf(stderr, "the library called our " #name); \
    abort();                                          \
  }

OURS(inflate)
OURS(inflateInit2_)
OURS(BZ2_bzDecompress)
OURS(lzma_code)
OURS(ZSTD_decompressStream)
OURS(LZ4F_decompress)
OURS(archive_read_new)
OURS(yr_initialize)
OURS(yr_scanner_create)
OURS(sodium_init)
OURS(crypto_generichash)
OURS(EVP_MD_fetch)
OURS(EVP_DigestInit_ex)
OURS(sqlite3_open_v2)
OURS(curl_global_init)
OURS(magic_open)

static int fail(const cupel_error* error) {
  fprintf(stderr, "static_host: %.*s\n", (int)cupel_error_message(error).size,
          (const char*)cupel_error_message(error).data);
  return 1;
}

int main(int argc, char** argv) {
  const char* const rule =
      "import \"hash\" rule zip { condition: uint16(0) == 0x4b50 and "
      "hash.sha256(0, filesize) != \"\" }";
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_error* error = NULL;

  if (argc != 2) return 2;
  if (cupel_engine_new(NULL, &engine, &error) != CUPEL_STATUS_OK ||
      cupel_rule_sources_new(&sources, &error) != CUPEL_STATUS_OK ||
      cupel_rule_sources_add_text(sources, cupel_str("zip.yar"),
                                  cupel_str(rule), &error) != CUPEL_STATUS_OK ||
      cupel_ruleset_compile(engine, sources, NULL, &rules, &error) !=
          CUPEL_STATUS_OK ||
      cupel_scanner_new(engine, rules, NULL, &scanner, &error) !=
          CUPEL_STATUS_OK ||
      cupel_scanner_scan_path(scanner, cupel_str(argv[1]), NULL, &report,
                              &error) != CUPEL_STATUS_OK) {
    return fail(error);
  }
  puts(cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED ? "matched"
                                                             : "not matched");
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_rule_sources_free(sources);
  cupel_engine_free(engine);
  return 0;
}
