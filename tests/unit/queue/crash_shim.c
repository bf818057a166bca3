// Ends the process the n-th time that it changes a file, before or half-way
// through the change: loaded with LD_PRELOAD under a program that uses SQLite.
// CUPEL_CRASH_AT is n; without it nothing happens.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long left = -1;
static atomic_int known = 0;

// 1: this is the one. The first thread that gets there ends all.
static int Now(void) {
  if (!atomic_load(&known)) {
    const char* const at = getenv("CUPEL_CRASH_AT");
    if (at != NULL) atomic_store(&left, atol(at));
    atomic_store(&known, 1);
  }
  if (atomic_load(&left) < 0) return 0;
  return atomic_fetch_sub(&left, 1) == 0;
}

static void End(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// From here on they take the place of the C library's.
#pragma GCC visibility push(default)

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  static ssize_t (*real)(int, const void*, size_t, off64_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pwrite64");
  if (Now()) {
    // A torn write: half of it, at most.
    real(fd, bytes, size / 2, at);
    End();
  }
  return real(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  return pwrite64(fd, bytes, size, at);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fdatasync");
  if (Now()) End();
  return real(fd);
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "fsync");
  if (Now()) End();
  return real(fd);
}

int ftruncate64(int fd, off64_t size) {
  static int (*real)(int, off64_t);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "ftruncate64");
  if (Now()) End();
  return real(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlink(const char* path) {
  static int (*real)(const char*);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "unlink");
  if (Now()) End();
  return real(path);
}

#pragma GCC visibility pop
