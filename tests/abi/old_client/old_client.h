/* A program of somebody who compiled it against the headers of version 1.0 and
 * has only replaced the library since. It is compiled against the copies in
 * tests/abi/headers-1.0, which never change, and linked with the library of
 * today: it fails if a field moved, a constant got another value, a function
 * another meaning of its arguments, or a symbol is gone. */
#ifndef CUPEL_TESTS_ABI_OLD_CLIENT_H_
#define CUPEL_TESTS_ABI_OLD_CLIENT_H_

#include <cupel/cupel.h>
#include <stdio.h>
#include <string.h>

extern int failures;

#define EXPECT(condition)                                             \
  do {                                                                \
    if (!(condition)) {                                               \
      ++failures;                                                     \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                 \
  } while (0)

/* A call that takes `cupel_error** error` and must succeed. */
#define OK(call)                                                      \
  do {                                                                \
    cupel_error* error = NULL;                                        \
    if ((call) != CUPEL_STATUS_OK) {                                  \
      ++failures;                                                     \
      fprintf(stderr, "%s:%d: %s: %.*s\n", __FILE__, __LINE__, #call, \
              (int)cupel_error_message(error).size,                   \
              (const char*)cupel_error_message(error).data);          \
    }                                                                 \
    cupel_error_free(error);                                          \
  } while (0)

/* Whether the text stands in the bytes. */
int contains(cupel_view bytes, const char* text);
/* The same of a buffer, which is freed. */
int buffer_contains(cupel_buffer* buffer, const char* text);

void use_scanner(void);
void use_plugins(void);
void use_queue(const char* folder);
void use_registry(const char* folder);
void use_stores(void);

#endif /* CUPEL_TESTS_ABI_OLD_CLIENT_H_ */
