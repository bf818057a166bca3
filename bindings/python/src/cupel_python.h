/* cupel_python.h: what the files of the extension module cupel._cupel share.
 *
 * The module is a thin skin: one heap type for each handle of the C interface,
 * with a method for each of its functions. Arguments stand by position, names
 * and defaults are given by the typed layer in Python above it.
 *
 * Rules of the house. Only the limited API of Python 3.11 and include/cupel are
 * used. Types can't be made or derived from in Python, so StateOf(self) always
 * finds the module. A handle is never NULL and goes with its object; there is
 * no close(): the layer above lets go of the object instead, and a method that
 * still runs in another thread keeps it. Whatever may block or take long
 * releases the GIL, and between releasing and taking it no object of Python's
 * is touched.
 */
#ifndef CUPEL_BINDINGS_PYTHON_CUPEL_PYTHON_H_
#define CUPEL_BINDINGS_PYTHON_CUPEL_PYTHON_H_

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "cupel/cupel.h"

/* ------------------------------------------------------------------ module */

/* The heap types; one line for each. */
typedef enum TypeId {
  kTypeBuffer,
  kTypeCancel,
  kTypeEngine,
  kTypeInputs,
  kTypeReport,
  kTypeRuleSources,
  kTypeRuleset,
  kTypeScanner,
  kTypeJob,
  kTypeSchema,
  kTypeKeyring,
  kTypeEnvironment,
  kTypeRegistry,
  kTypeDedup,
  kTypeQueue,
  kTypeWorker,
  kTypeRaws,
  kTypePlugins,
  kTypePluginTable,
  kTypePluginCall,
  kTypePayload,
  kTypeCount /* the last one */
} TypeId;

#define CUPEL_STATUS_COUNT 17

/* What belongs to one import of the module. */
typedef struct ModuleState {
  PyObject* errors[CUPEL_STATUS_COUNT]; /* exception classes, by their code */
  PyObject* diagnostic;                 /* cupel.errors.Diagnostic */
  PyTypeObject* types[kTypeCount];
} ModuleState;

/* Of a heap type's object, and of the module itself. */
static inline ModuleState* StateOf(PyObject* self) {
  return (ModuleState*)PyType_GetModuleState(Py_TYPE(self));
}
static inline ModuleState* ModuleStateOf(PyObject* module) {
  return (ModuleState*)PyModule_GetState(module);
}

/* Makes the type and adds it to the module under its name. -1 with an exception
 * set on failure, as all functions here that return an int. */
int AddType(PyObject* module, TypeId id, PyType_Spec* spec);

/* What each file adds to the module; one line for each. */
int AddBuffers(PyObject* module);
int AddCancel(PyObject* module);
int AddEngine(PyObject* module);
int AddInputs(PyObject* module);
int AddProfile(PyObject* module);
int AddReport(PyObject* module);
int AddRules(PyObject* module);
int AddScanner(PyObject* module);
int AddJob(PyObject* module);
int AddSchema(PyObject* module);
int AddSettings(PyObject* module);
int AddEnvironment(PyObject* module);
int AddRegistry(PyObject* module);
int AddDedup(PyObject* module);
int AddQueue(PyObject* module);
int AddWorker(PyObject* module);
int AddBoefje(PyObject* module);
int AddPlugins(PyObject* module);
int AddPluginTable(PyObject* module);
int AddPluginCall(PyObject* module);
int AddPayload(PyObject* module);
int AddGate(PyObject* module);
int AddPluginUse(PyObject* module);

/* ----------------------------------------------------------------- handles */

/* Every object that stands for a handle begins like this. */
typedef struct HandleObject {
  PyObject_HEAD void* handle;
} HandleObject;

/* An object of type `id` that owns `handle`. Frees it with `free_handle` when
 * there is no memory for one. */
PyObject* WrapHandle(ModuleState* state, TypeId id, void* handle,
                     void (*free_handle)(void*));

/* Declares for handles of type cupel_##noun, freed by cupel_##noun##_free:
 *   cupel_##noun* Name##Of(PyObject* self)           the handle
 *   PyObject* Wrap##Name(ModuleState*, cupel_noun*)  an object that owns it
 *   void Name##Dealloc(PyObject* self)               for Py_tp_dealloc
 * Of an argument, CheckHandle first says whether it is such an object. */
#define CUPEL_HANDLE(Name, noun)                               \
  static inline cupel_##noun* Name##Of(PyObject* self) {       \
    return (cupel_##noun*)((HandleObject*)self)->handle;       \
  }                                                            \
  static inline void Name##Free(void* handle) {                \
    cupel_##noun##_free((cupel_##noun*)handle);                \
  }                                                            \
  static inline PyObject* Wrap##Name(ModuleState* state,       \
                                     cupel_##noun* handle) {   \
    return WrapHandle(state, kType##Name, handle, Name##Free); \
  }                                                            \
  static inline void Name##Dealloc(PyObject* self) {           \
    DeallocHandle(self, Name##Free);                           \
  }                                                            \
  struct Name##OfNeedsASemicolon

/* Frees the handle, then the object. */
void DeallocHandle(PyObject* self, void (*free_handle)(void*));
/* The same without the GIL: for handles whose freeing waits for something, such
 * as threads that may be in a callback of ours. */
void DeallocHandleUnlocked(PyObject* self, void (*free_handle)(void*));

/* Only the object: for a Py_tp_dealloc that does more. */
void FreeObject(PyObject* self);

/* TypeError that names `what` if `object` is of another type. None is fine, and
 * leaves it at NULL, if `optional` is not 0. */
int CheckHandle(ModuleState* state, TypeId id, PyObject* object,
                const char* what, int optional, void** out);

CUPEL_HANDLE(Buffer, buffer);
CUPEL_HANDLE(Cancel, cancel);
CUPEL_HANDLE(Engine, engine);
CUPEL_HANDLE(Inputs, inputs);
CUPEL_HANDLE(Report, report);
CUPEL_HANDLE(RuleSources, rule_sources);
CUPEL_HANDLE(Ruleset, ruleset);
CUPEL_HANDLE(Scanner, scanner);
CUPEL_HANDLE(Job, job);
CUPEL_HANDLE(Schema, schema);
CUPEL_HANDLE(Keyring, keyring);
CUPEL_HANDLE(Environment, environment);
CUPEL_HANDLE(Registry, registry);
CUPEL_HANDLE(Dedup, dedup);
CUPEL_HANDLE(Queue, queue);
CUPEL_HANDLE(Worker, worker);
CUPEL_HANDLE(Raws, raws);
CUPEL_HANDLE(Plugins, plugins);

/* ------------------------------------------------------------------ errors */

/* Sets the exception for a call that failed, and frees `error`, which may be
 * NULL. Returns NULL, to be returned. */
PyObject* Raise(ModuleState* state, cupel_status status, cupel_error* error);
/* The same as an object, for what fails beside a call. New reference. */
PyObject* ErrorObject(ModuleState* state, cupel_status status,
                      const cupel_error* error);
/* An error of the binding's own. Returns NULL. */
PyObject* RaiseText(ModuleState* state, cupel_status status,
                    const char* message);
/* cupel.errors.Diagnostic of one remark of the rule compiler. */
PyObject* DiagnosticObject(ModuleState* state, const cupel_diagnostic* from);

/* ------------------------------------------------------------- bytes, text */

/* Bytes borrowed of an object for the time of a call. All zero: none. */
typedef struct Borrowed {
  cupel_view view;
  Py_buffer buffer; /* buffer.obj is NULL if there is none */
  PyObject* owner;  /* what else is kept for it; may be NULL */
} Borrowed;

/* Of anything with the buffer protocol, contiguous, without a copy. It can't
 * change its size until it is given back. */
int BorrowBytes(PyObject* object, const char* what, Borrowed* out);
/* Of a str (its UTF-8) or anything with the buffer protocol. */
int BorrowText(PyObject* object, const char* what, Borrowed* out);
/* Of a str, bytes or os.PathLike, as the file system's encoding wants it. */
int BorrowPath(PyObject* object, const char* what, Borrowed* out);
/* Borrows a text; of nothing for None. */
int BorrowOptionalText(PyObject* object, const char* what, Borrowed* out);
/* Gives back what was borrowed, if anything was. */
void GiveBack(Borrowed* borrowed);

/* Each takes the buffer, also on failure. Text has U+FFFD for what is no UTF-8;
 * the memoryview shows the buffer's own bytes. */
PyObject* TakeBytes(cupel_buffer* buffer);
PyObject* TakeText(cupel_buffer* buffer);
PyObject* TakeMemory(ModuleState* state, cupel_buffer* buffer);

/* Of a view that is borrowed: a str, bytes. */
PyObject* TextOf(cupel_view view);
PyObject* BytesOf(cupel_view view);

/* --------------------------------------------------------------- arguments */

/* TypeError unless `got` is `wanted`. */
int CheckCount(const char* function, Py_ssize_t got, Py_ssize_t wanted);
/* The same for a type's Py_tp_new that takes none. */
int CheckNoArguments(const char* type, PyObject* args, PyObject* keywords);
/* Integers: TypeError for what is none, OverflowError that names `what` for one
 * that is out of range. */
int ToU64(PyObject* object, const char* what, uint64_t* out);
int ToU32(PyObject* object, const char* what, uint32_t* out);
int ToI32(PyObject* object, const char* what, int32_t* out);
int ToI64(PyObject* object, const char* what, int64_t* out);

/* ------------------------------------------------------------------- calls */

/* A call into the library without the GIL, which may come back to Python. It
 * lives on the stack of its thread:
 *
 *   static void Work(void* args, cupel_cancel* cancel) {
 *     ScanArgs* a = args;               what it takes and gives; no objects
 *     a->status = cupel_scanner_scan(…, cancel, &a->report, &a->error);
 *   }
 *   Call call;
 *   if (RunCall(&call, cancel, kMayLast, Work, &args) < 0) {
 *     an exception is set: free what Work gave
 *   }
 *   if (args.status != CUPEL_STATUS_OK) return Raise(…);
 *
 * and for a callback that the library runs on the thread of the call:
 *
 *   static int Body(void* args) {…}     holds the GIL, on the thread of the
 * call; 0 to go on, 1 to stop, -1: exception set static int32_t
 * Trampoline(void* user_data, const cupel_progress* progress) { return
 * InPython(user_data, Body, (void*)progress);    user_data: the Call
 *   }
 *
 * In the main thread what may last runs on a thread of its own while this one
 * waits for it and lets handlers of signals run, so that Ctrl-C raises
 * KeyboardInterrupt within 20 ms and cancels the call, whatever it is doing. A
 * callback is still run by the thread of the call. One that the library runs
 * on any thread (a log, a plugin) goes through gate.h instead. */
typedef struct Call Call;
typedef void (*Work)(void* args, cupel_cancel* cancel);
typedef int (*Body)(void* args);

typedef enum Lasting { kIsShort, kMayLast } Lasting;

struct Call {
  PyThreadState* thread;
  PyObject* type; /* of the first exception; NULL if there was none */
  PyObject* value;
  PyObject* trace;
  struct Apart* apart; /* not NULL: the work has a thread of its own */
};

/* `cancel` is an object of type Cancel, or None or NULL for none. Returns -1
 * with the exception set that a callback or a signal's handler raised; the work
 * is over in any case. */
int RunCall(ModuleState* state, Call* call, PyObject* cancel, Lasting lasting,
            Work work, void* args);
/* What a trampoline returns: 0 to go on, 1 to stop; also once Python ends. */
int32_t InPython(Call* call, Body body, void* args);
/* The same where there is nobody to tell: runs the handlers of signals if the
 * call is in the main thread itself. */
int32_t LookForSignals(Call* call);

/* Between these a Cancel that is triggered triggers `inner` as well. */
typedef struct CancelLink {
  cupel_cancel* inner;
  struct CancelLink* next;
} CancelLink;
void LinkCancel(PyObject* cancel, CancelLink* link);
void UnlinkCancel(PyObject* cancel, CancelLink* link);

/* A scanner, and what its callbacks need. */
typedef struct ScannerObject {
  HandleObject base;
  PyObject* on_progress; /* may be NULL */
  PyObject* on_finding;  /* may be NULL */
  PyObject* kept;        /* what else lives as long as it; may be NULL */
  Call* call;            /* not NULL: it is busy */
} ScannerObject;

/* RunCall for what makes a scanner busy; FailedPrecondition if it is. */
int RunScanner(PyObject* scanner, PyObject* cancel, Lasting lasting, Work work,
               void* args);
/* Methods of scanners, in plugin_use.c. */
PyObject* ScannerUsePlugins(PyObject* scanner, PyObject* args);
PyObject* ScannerIngest(PyObject* scanner, PyObject* args);

/* For the files calls.c and apart.c. */
void KeepException(Call* call);
int RunApart(ModuleState* state, Call* call, PyObject* cancel, Work work,
             void* args);
int32_t InPythonApart(Call* call, Body body, void* args);

#endif /* CUPEL_BINDINGS_PYTHON_CUPEL_PYTHON_H_ */
