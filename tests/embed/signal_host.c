/* A host with handlers of its own for every signal, on a stack of their own (as
 * Go and Java have them): they are in place during and after very many scans in
 * several threads at once, and so are those stacks.
 *
 *   signal_host SCANS */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "host.h"

enum { kThreads = 4, kLastSignal = 31, kAllInputsEvery = 500 };

static int scans_per_thread;

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

static int HasHandler(int number) {
  return number != SIGKILL && number != SIGSTOP;
}

static int HandlersAreOurs(void) {
  int number;
  for (number = 1; number <= kLastSignal; ++number) {
    if (HasHandler(number) && !HandlerIsOurs(number)) return 0;
  }
  return 1;
}

static int32_t LookDuringScan(void* user_data, const cupel_finding* finding) {
  (void)user_data, (void)finding;
  atomic_fetch_add(&told, 1);
  if (!HandlersAreOurs()) atomic_fetch_add(&lost, 1);
  return 0;
}

/* A stack for this thread's signals. Gives the one before it, which has to be
 * put back before the thread ends: AddressSanitizer takes its own away then. */
static stack_t TakeStack(char* bytes, size_t size) {
  stack_t stack;
  stack_t before;
  memset(&stack, 0, sizeof(stack));
  stack.ss_sp = bytes;
  stack.ss_size = size;
  HostExpect(sigaltstack(&stack, &before) == 0, "sigaltstack");
  return before;
}

static int StackIs(const char* bytes, size_t size) {
  stack_t now;
  return sigaltstack(NULL, &now) == 0 && now.ss_sp == bytes &&
         now.ss_size == size && now.ss_flags == 0;
}

/* Gives what failed, or NULL. */
static const char* ScanAll(cupel_scanner* one, cupel_scanner* two) {
  cupel_inputs* inputs = HostInputs();
  const cupel_view needle = cupel_str("hay, a needle, hay");
  const char* failure = NULL;
  int i;
  for (i = 0; i < scans_per_thread && failure == NULL; ++i) {
    cupel_report* report = NULL;
    cupel_status status;
    if (i % kAllInputsEvery == 0) {
      status = cupel_scanner_scan(two, inputs, NULL, &report, NULL);
    } else {
      status = cupel_scanner_scan_memory(one, cupel_str("x"), needle, NULL,
                                         &report, NULL);
    }
    if (status != CUPEL_STATUS_OK) failure = "a scan failed";
    if (cupel_report_verdict(report) != CUPEL_VERDICT_MATCHED) {
      failure = "a scan found nothing";
    }
    cupel_report_free(report);
  }
  cupel_inputs_free(inputs);
  return failure;
}

static void* Scan(void* unused) {
  char stack[1 << 14];
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_scanner* one = NULL;
  cupel_scanner* two = NULL;
  const char* failure = NULL;
  const stack_t before = TakeStack(stack, sizeof(stack));
  (void)unused;
  options.finding = LookDuringScan;
  if (cupel_scanner_new(engine, rules, &options, &one, NULL) !=
      CUPEL_STATUS_OK) {
    failure = "cupel_scanner_new";
  }
  options.threads = 2;
  if (cupel_scanner_new(engine, rules, &options, &two, NULL) !=
      CUPEL_STATUS_OK) {
    failure = "cupel_scanner_new";
  }
  if (failure == NULL) failure = ScanAll(one, two);
  cupel_scanner_free(one);
  cupel_scanner_free(two);
  if (failure == NULL && !StackIs(stack, sizeof(stack))) {
    failure = "a thread lost its stack for signals";
  }
  if (sigaltstack(&before, NULL) != 0) failure = "sigaltstack";
  return (void*)failure;
}

static void TakeSignals(void) {
  struct sigaction action;
  int number;
  memset(&action, 0, sizeof(action));
  action.sa_sigaction = OnSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (number = 1; number <= kLastSignal; ++number) {
    if (!HasHandler(number)) continue;
    HostExpect(sigaction(number, &action, NULL) == 0, "sigaction");
  }
}

int main(int argc, char** argv) {
  static char stack[1 << 16];
  static const int kRaised[] = {SIGSEGV, SIGBUS, SIGPIPE, SIGCHLD, SIGALRM};
  pthread_t threads[kThreads];
  int before;
  int i;
  if (argc != 2 || atoi(argv[1]) < kThreads) {
    fprintf(stderr, "usage: signal_host SCANS\n");
    return 2;
  }
  scans_per_thread = atoi(argv[1]) / kThreads;
  TakeStack(stack, sizeof(stack));
  TakeSignals();

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
  HostExpect(HandlersAreOurs(), "a handler is lost");
  HostExpect(StackIs(stack, sizeof(stack)), "the stack for signals is lost");
  before = atomic_load(&handled);
  for (i = 0; i < 5; ++i) raise(kRaised[i]);
  HostExpect(atomic_load(&handled) == before + 5,
             "the handlers were not called");
  return HostResult("signal_host");
}
