#include "old_client.h"

int failures = 0;

int contains(cupel_view bytes, const char* text) {
  const size_t size = strlen(text);
  size_t at;
  for (at = 0; at + size <= bytes.size; ++at) {
    if (memcmp(bytes.data + at, text, size) == 0) return 1;
  }
  return 0;
}

int buffer_contains(cupel_buffer* buffer, const char* text) {
  const int found = contains(cupel_buffer_view(buffer), text);
  if (!found) {
    fprintf(stderr, "no %s in: %.*s\n", text,
            (int)cupel_buffer_view(buffer).size,
            (const char*)cupel_buffer_view(buffer).data);
  }
  cupel_buffer_free(buffer);
  return found;
}

/* old_client FOLDER: the folder has drivers that were compiled as this was. */
int main(int argc, char** argv) {
  if (argc != 2) return 2;
  EXPECT(cupel_version() >> 16 == CUPEL_VERSION_MAJOR);
  EXPECT(cupel_abi_version() >= CUPEL_ABI_VERSION);
  EXPECT(strcmp(cupel_status_name(CUPEL_STATUS_DATA_LOSS), "DATA_LOSS") == 0);
  use_scanner();
  use_plugins();
  use_queue(argv[1]);
  use_registry(argv[1]);
  use_stores();
  printf("%d of the old program's expectations failed\n", failures);
  return failures == 0 ? 0 : 1;
}
