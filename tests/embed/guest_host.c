/* A host looks after scans whether everything is as it left it: locale, umask,
 * folder, environment, the numbers of rand(), limits, timers, signal mask, what
 * its signals do, open descriptors.
 * Descriptors that are open during the scan are not inherited by programs that
 * the host starts meanwhile. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "host.h"

extern char** environ;

enum { kMaxDescriptors = 256, kLastSignal = 31, kNumbers = 16 };

typedef struct process_state {
  char* folder;
  char* locale;
  char** environment;
  size_t variables;
  mode_t mask;
  sigset_t signals;
  struct sigaction actions[kLastSignal + 1];
  struct rlimit limits[RLIM_NLIMITS];
  struct itimerval timer;
  char descriptors[kMaxDescriptors];
} process_state;

static process_state before;
static int findings;

static void FillDescriptors(char* open_ones) {
  int fd;
  memset(open_ones, 0, kMaxDescriptors);
  for (fd = 0; fd < kMaxDescriptors; ++fd) {
    open_ones[fd] = fcntl(fd, F_GETFD) >= 0;
  }
}

static process_state StateNow(void) {
  process_state state;
  int i;
  memset(&state, 0, sizeof(state));
  state.folder = getcwd(NULL, 0);
  state.locale = strdup(setlocale(LC_ALL, NULL));
  state.environment = environ;
  while (environ[state.variables] != NULL) ++state.variables;
  state.mask = umask(0);
  umask(state.mask);
  pthread_sigmask(SIG_SETMASK, NULL, &state.signals);
  for (i = 1; i <= kLastSignal; ++i) sigaction(i, NULL, &state.actions[i]);
  for (i = 0; i < RLIM_NLIMITS; ++i) {
    getrlimit((__rlimit_resource_t)i, &state.limits[i]);
  }
  getitimer(ITIMER_REAL, &state.timer);
  FillDescriptors(state.descriptors);
  return state;
}

static void Compare(const process_state* after) {
  int number;
  HostExpect(strcmp(before.folder, after->folder) == 0, "the folder changed");
  HostExpect(strcmp(before.locale, after->locale) == 0, "the locale changed");
  HostExpect(before.environment == after->environment &&
                 before.variables == after->variables,
             "the environment changed");
  HostExpect(before.mask == after->mask, "the umask changed");
  HostExpect(
      memcmp(before.descriptors, after->descriptors, kMaxDescriptors) == 0,
      "descriptors were left open, or closed");
  HostExpect(memcmp(before.limits, after->limits, sizeof(before.limits)) == 0,
             "a resource limit changed");
  HostExpect(memcmp(&before.timer, &after->timer, sizeof(before.timer)) == 0,
             "a timer was set");
  for (number = 1; number <= kLastSignal; ++number) {
    HostExpect(
        before.actions[number].sa_handler ==
                after->actions[number].sa_handler &&
            before.actions[number].sa_flags == after->actions[number].sa_flags,
        "what a signal does changed");
    HostExpect(sigismember(&before.signals, number) ==
                   sigismember(&after->signals, number),
               "the signal mask changed");
  }
}

/* What is open now and was not before must go with exec. */
static int32_t LookDuringScan(void* user_data, const cupel_finding* finding) {
  int fd;
  (void)user_data, (void)finding;
  ++findings;
  for (fd = 0; fd < kMaxDescriptors; ++fd) {
    const int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || before.descriptors[fd]) continue;
    HostExpect((flags & FD_CLOEXEC) != 0, "a descriptor without O_CLOEXEC");
  }
  return 0;
}

/* Scans a folder, so that descriptors are open meanwhile. */
static void ScanFolder(const cupel_engine* engine, const char* folder) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_ruleset* rules;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_inputs* inputs = HostInputs();
  cupel_inputs_add_path(inputs, cupel_str(folder), NULL);
  rules = HostRules(engine);
  options.finding = LookDuringScan;
  options.threads = 2;
  HostExpect(cupel_scanner_new(engine, rules, &options, &scanner, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_scanner_new");
  HostExpect(cupel_scanner_scan(scanner, inputs, NULL, &report, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_scanner_scan");
  cupel_report_free(report);
  cupel_scanner_free(scanner);
  cupel_ruleset_free(rules);
  cupel_inputs_free(inputs);
}

static void WriteFile(const char* folder, int number) {
  char name[256];
  FILE* file;
  snprintf(name, sizeof(name), "%s/%d.txt", folder, number);
  file = fopen(name, "we");
  if (file == NULL) {
    HostExpect(0, "fopen");
    return;
  }
  fprintf(file, "a needle, number %d", number);
  fclose(file);
}

int main(void) {
  char folder[] = "/tmp/cupel-guest-XXXXXX";
  cupel_engine* engine = NULL;
  process_state after;
  int expected[kNumbers];
  int i;

  HostExpect(mkdtemp(folder) != NULL, "mkdtemp");
  for (i = 0; i < 50; ++i) WriteFile(folder, i);
  setlocale(LC_ALL, "");
  umask(027);

  srand(20);
  for (i = 0; i < kNumbers; ++i) expected[i] = rand();

  before = StateNow();
  srand(20);
  for (i = 0; i < 4; ++i) HostExpect(rand() == expected[i], "rand");
  HostExpect(cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  for (i = 4; i < 8; ++i) {
    HostExpect(rand() == expected[i], "rand() was seeded anew");
  }
  ScanFolder(engine, folder);
  for (i = 8; i < 12; ++i) {
    HostExpect(rand() == expected[i], "a scan took numbers of rand()");
  }
  ScanFolder(engine, folder);
  for (i = 12; i < kNumbers; ++i) {
    HostExpect(rand() == expected[i], "another scan took numbers of rand()");
  }
  cupel_engine_free(engine);
  after = StateNow();
  Compare(&after);
  HostExpect(findings >= 100, "the files were scanned");

  for (i = 0; i < 50; ++i) {
    char name[256];
    snprintf(name, sizeof(name), "%s/%d.txt", folder, i);
    unlink(name);
  }
  rmdir(folder);
  free(before.folder);
  free(before.locale);
  free(after.folder);
  free(after.locale);
  return HostResult("guest_host");
}
