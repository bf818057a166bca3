/* Work on a thread of its own, so that the main thread can run the handlers of
 * signals meanwhile: libyara, over one large file, asks nobody for seconds. */
#define _GNU_SOURCE
#include "cupel_python.h"

/* After the header above: Python.h wants to come first. */
#include <pthread.h>
#include <signal.h>
#include <time.h>

enum { kLookForSignalsNs = 20 * 1000 * 1000 };

/* What the two threads share; `mutex` guards all but the first three. */
typedef struct Apart {
  Work work;
  void* args;
  cupel_cancel* cancel;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int done;
  Body body; /* NULL: nothing is asked of the thread of the call */
  void* body_args;
  int stop; /* its answer */
} Apart;

static void* Run(void* user_data) {
  Apart* apart = user_data;
  apart->work(apart->args, apart->cancel);
  pthread_mutex_lock(&apart->mutex);
  apart->done = 1;
  pthread_cond_broadcast(&apart->changed);
  pthread_mutex_unlock(&apart->mutex);
  return NULL;
}

int32_t InPythonApart(Call* call, Body body, void* args) {
  Apart* apart = call->apart;
  pthread_mutex_lock(&apart->mutex);
  apart->body = body;
  apart->body_args = args;
  pthread_cond_broadcast(&apart->changed);
  while (apart->body != NULL) {
    pthread_cond_wait(&apart->changed, &apart->mutex);
  }
  const int stop = apart->stop;
  pthread_mutex_unlock(&apart->mutex);
  return stop;
}

/* Both run with the GIL and without the mutex. */
static int Answer(Call* call, Body body, void* args) {
  if (call->type != NULL) return 1;
  const int stop = body(args);
  if (stop < 0) KeepException(call);
  return stop != 0;
}

static void HandleSignals(Call* call) {
  if (call->type != NULL || PyErr_CheckSignals() == 0) return;
  KeepException(call);
  cupel_cancel_trigger(call->apart->cancel);
}

/* 0 if something changed, ETIMEDOUT if it is time to look for signals. */
static int Wait(Apart* apart) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += kLookForSignalsNs;
  if (until.tv_nsec >= 1000 * 1000 * 1000) {
    until.tv_nsec -= 1000 * 1000 * 1000;
    ++until.tv_sec;
  }
  return pthread_cond_timedwait(&apart->changed, &apart->mutex, &until);
}

/* Serves the other thread until its work is done. Called without the GIL. */
static void Serve(Call* call) {
  Apart* apart = call->apart;
  pthread_mutex_lock(&apart->mutex);
  while (!apart->done) {
    const Body body = apart->body;
    if (body == NULL && Wait(apart) == 0) continue;
    void* args = apart->body_args;
    pthread_mutex_unlock(&apart->mutex);
    PyEval_RestoreThread(call->thread);
    const int stop = body == NULL ? 0 : Answer(call, body, args);
    HandleSignals(call);
    call->thread = PyEval_SaveThread();
    pthread_mutex_lock(&apart->mutex);
    if (body == NULL) continue;
    apart->stop = stop;
    apart->body = NULL;
    pthread_cond_broadcast(&apart->changed);
  }
  pthread_mutex_unlock(&apart->mutex);
}

/* A thread that gets no signals of the process: handlers run where they did
 * before. Those of its own mistakes can't be kept away. */
static int Start(Apart* apart, pthread_t* thread) {
  sigset_t none, before;
  sigfillset(&none);
  sigdelset(&none, SIGSEGV);
  sigdelset(&none, SIGBUS);
  sigdelset(&none, SIGFPE);
  sigdelset(&none, SIGILL);
  pthread_sigmask(SIG_SETMASK, &none, &before);
  const int failed = pthread_create(thread, NULL, Run, apart);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed ? -1 : 0;
}

static void Init(Apart* apart) {
  pthread_condattr_t monotonic;
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&apart->changed, &monotonic);
  pthread_condattr_destroy(&monotonic);
  pthread_mutex_init(&apart->mutex, NULL);
}

/* 1 if the work is done, 0 if there is no thread for it, -1 with an exception
 * set if it can't be begun. */
int RunApart(ModuleState* state, Call* call, PyObject* cancel, Work work,
             void* args) {
  Apart apart = {.work = work, .args = args};
  cupel_error* error = NULL;
  const cupel_status status = cupel_cancel_new(&apart.cancel, &error);
  if (status != CUPEL_STATUS_OK) {
    Raise(state, status, error);
    return -1;
  }
  Init(&apart);
  CancelLink link = {.inner = apart.cancel};
  if (cancel != NULL) LinkCancel(cancel, &link);
  call->apart = &apart;
  call->thread = PyEval_SaveThread();
  pthread_t thread;
  const int started = Start(&apart, &thread) == 0;
  if (started) {
    Serve(call);
    pthread_join(thread, NULL);
  }
  PyEval_RestoreThread(call->thread);
  call->apart = NULL;
  if (cancel != NULL) UnlinkCancel(cancel, &link);
  pthread_cond_destroy(&apart.changed);
  pthread_mutex_destroy(&apart.mutex);
  cupel_cancel_free(apart.cancel);
  return started;
}
