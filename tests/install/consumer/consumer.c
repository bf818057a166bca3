/* consumer.c: a program of somebody who has nothing of Cupel but what was
 * installed. Prints the version of the library, if it is that of the headers.
 */
#include <cupel/cupel.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  cupel_engine* engine = NULL;
  cupel_error* error = NULL;
  if (strcmp(cupel_version_string(), CUPEL_VERSION_STRING) != 0) return 1;
  if (cupel_engine_new(NULL, &engine, &error) != CUPEL_STATUS_OK) return 1;
  cupel_engine_free(engine);
  printf("%s\n", cupel_version_string());
  return 0;
}
