/* What the host programs of this folder share: a program that was there before
 * Cupel and wants to stay what it was. */
#ifndef CUPEL_TESTS_EMBED_HOST_H_
#define CUPEL_TESTS_EMBED_HOST_H_

#include <cupel/cupel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Does not use standard error in a host that has redirected it: failures are
 * told at the end. */
static char host_failures[8192];

static inline void HostExpect(int holds, const char* what) {
  if (holds) return;
  strncat(host_failures, what,
          sizeof(host_failures) - 1 - strlen(host_failures));
  strncat(host_failures, "\n",
          sizeof(host_failures) - 1 - strlen(host_failures));
}

static inline int HostResult(const char* name) {
  if (host_failures[0] == '\0') return 0;
  fprintf(stderr, "%s failed:\n%s", name, host_failures);
  return 1;
}

/* Rules of every kind that a scan treats in its own way. */
static const char host_rules[] =
    "import \"pe\"\nimport \"math\"\nimport \"hash\"\n"
    "rule Needle { strings: $a = \"needle\" condition: $a }\n"
    "rule Regex { strings: $a = /n[a-z]{2,4}dle/ condition: $a }\n"
    "rule Pe { condition: pe.number_of_sections > 0 }\n"
    "rule Entropy { condition: math.entropy(0, filesize) > 7.0 }\n"
    "rule Offset { strings: $a = \"needle\" condition: uint32(@a - 4) > 1 }\n";

static inline cupel_ruleset* HostRules(const cupel_engine* engine) {
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  HostExpect(cupel_rule_sources_new(&sources, NULL) == CUPEL_STATUS_OK,
             "cupel_rule_sources_new");
  HostExpect(cupel_rule_sources_add_text(sources, cupel_str("host"),
                                         cupel_str(host_rules),
                                         NULL) == CUPEL_STATUS_OK,
             "cupel_rule_sources_add_text");
  HostExpect(cupel_ruleset_compile(engine, sources, NULL, &rules, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_ruleset_compile");
  cupel_rule_sources_free(sources);
  return rules;
}

/* Bytes that are not what they seem: magics with nothing good behind them. */
typedef struct host_input {
  const char* name;
  const char* bytes;
  size_t size;
} host_input;

#define HOST_INPUT(name, bytes) {name, bytes, sizeof(bytes) - 1}
static const host_input host_inputs[] = {
    HOST_INPUT("good.txt", "hay, a needle, hay"),
    HOST_INPUT("empty", ""),
    HOST_INPUT("truncated.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b"),
    HOST_INPUT("broken.gz",
               "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xff\xff\xff\xff"),
    HOST_INPUT("broken.bz2", "BZh91AY&SY\xff\xff\xff\xff needle"),
    HOST_INPUT("broken.xz",
               "\xfd"
               "7zXZ\x00\x00\x04\xff\xff\xff\xff"),
    HOST_INPUT("broken.zst", "\x28\xb5\x2f\xfd\xff\xff\xff\xff needle"),
    HOST_INPUT("broken.lz4", "\x04\x22\x4d\x18\xff\xff\xff\xff needle"),
    HOST_INPUT("broken.7z", "7z\xbc\xaf\x27\x1c\x00\x04\xff\xff\xff\xff\xff"),
    HOST_INPUT("broken.zip", "PK\x03\x04\x14\x00\x01\x00\x08\x00\xff\xff\xff"),
    HOST_INPUT("empty.zip", "PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    HOST_INPUT("broken.rpm", "\xed\xab\xee\xdb\x03\x00\x00\x00\xff\xff"),
    HOST_INPUT("broken.cab", "MSCF\0\0\0\0\xff\xff\xff\xff\0\0\0\0needle"),
    HOST_INPUT("broken.a", "!<arch>\nneedle          -1"),
    HOST_INPUT("broken.cpio", "070701ffffffffffffffffffffffffffffffff needle"),
    HOST_INPUT("broken.exe",
               "MZ\x90\x00 needle, but nothing else of a PE file"),
    HOST_INPUT("\x1b[2J\x07 \xff\xfe name", "a needle under a hostile name"),
};
enum { HOST_INPUT_COUNT = sizeof(host_inputs) / sizeof(host_inputs[0]) };

static inline cupel_inputs* HostInputs(void) {
  cupel_inputs* inputs = NULL;
  size_t i;
  HostExpect(cupel_inputs_new(&inputs, NULL) == CUPEL_STATUS_OK,
             "cupel_inputs_new");
  for (i = 0; i < HOST_INPUT_COUNT; ++i) {
    cupel_view bytes;
    bytes.data = (const uint8_t*)host_inputs[i].bytes;
    bytes.size = host_inputs[i].size;
    HostExpect(cupel_inputs_add_memory(inputs, cupel_str(host_inputs[i].name),
                                       bytes, NULL) == CUPEL_STATUS_OK,
               "cupel_inputs_add_memory");
  }
  HostExpect(cupel_inputs_add_path(inputs, cupel_str("/no/such/file"), NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_inputs_add_path");
  return inputs;
}

#endif /* CUPEL_TESTS_EMBED_HOST_H_ */
