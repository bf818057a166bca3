/* A host with handlers of its own for SIGSEGV and SIGBUS, on a stack of their
 * own (as Go and Java have them): they are in place during and after scans in
 * several threads at once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "host.h"

enum { kThreads = 4, kScansPerThread = 25 };

static atomic_int handled;
static atomic_int lost;
static atomic_int told;
static cupel_engine* engine;
static cupel_ruleset* rules;

static void OnSignal(int number, siginfo_t* info, void* context) {
  (void)number, (void)info, (void)context;
  atomic_fetch_add(&handled, 1);
}

static int HandlerIsOurs(int number) {
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && now.sa_sigaction == OnSignal &&
         (now.sa_flags & SA_ONSTACK) != 0 && (now.sa_flags & SA_SIGINFO) != 0;
}

static int32_t LookDuringScan(void* user_data, const cupel_finding* finding) {
  (void)user_data, (void)finding;
  atomic_fetch_add(&told, 1);
  if (!HandlerIsOurs(SIGSEGV) || !HandlerIsOurs(SIGBUS)) {
    atomic_fetch_add(&lost, 1);
  }
  return 0;
}

static void* Scan(void* unused) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_scanner* scanner = NULL;
  cupel_inputs* inputs = HostInputs();
  int i;
  (void)unused;
  options.finding = LookDuringScan;
  options.threads = 2;
  if (cupel_scanner_new(engine, rules, &options, &scanner, NULL) !=
      CUPEL_STATUS_OK) {
    return (void*)"cupel_scanner_new";
  }
  for (i = 0; i < kScansPerThread; ++i) {
    cupel_report* report = NULL;
    if (cupel_scanner_scan(scanner, inputs, NULL, &report, NULL) !=
        CUPEL_STATUS_OK) {
      return (void*)"cupel_scanner_scan";
    }
    cupel_report_free(report);
  }
  cupel_inputs_free(inputs);
  cupel_scanner_free(scanner);
  return NULL;
}

int main(void) {
  static char stack_bytes[1 << 16];
  stack_t stack;
  struct sigaction action;
  pthread_t threads[kThreads];
  int i;

  memset(&stack, 0, sizeof(stack));
  stack.ss_sp = stack_bytes;
  stack.ss_size = sizeof(stack_bytes);
  HostExpect(sigaltstack(&stack, NULL) == 0, "sigaltstack");
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = OnSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  HostExpect(sigaction(SIGSEGV, &action, NULL) == 0, "sigaction");
  HostExpect(sigaction(SIGBUS, &action, NULL) == 0, "sigaction");

  HostExpect(cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  rules = HostRules(engine);
  for (i = 0; i < kThreads; ++i) {
    HostExpect(pthread_create(&threads[i], NULL, Scan, NULL) == 0,
               "pthread_create");
  }
  for (i = 0; i < kThreads; ++i) {
    void* failure = NULL;
    pthread_join(threads[i], &failure);
    HostExpect(failure == NULL, (const char*)failure);
  }
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);

  HostExpect(atomic_load(&told) > 0, "no scan found anything");
  HostExpect(atomic_load(&lost) == 0, "a handler was replaced during a scan");
  HostExpect(HandlerIsOurs(SIGSEGV), "the handler of SIGSEGV is lost");
  HostExpect(HandlerIsOurs(SIGBUS), "the handler of SIGBUS is lost");
  raise(SIGSEGV);
  raise(SIGBUS);
  HostExpect(atomic_load(&handled) == 2, "the handlers were not called");
  return HostResult("signal_host");
}
