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

/* TypeError that names `what` if `object` is of another type. None is fine, and
 * leaves it at NULL, if `optional` is not 0. */
int CheckHandle(ModuleState* state, TypeId id, PyObject* object,
                const char* what, int optional, void** out);

CUPEL_HANDLE(Buffer, buffer);
CUPEL_HANDLE(Cancel, cancel);
CUPEL_HANDLE(Engine, engine);

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

/* --------------------------------------------------------------- callbacks */

/* A call into the library that comes back to Python. It lives on the stack:
 *
 *   Call call;
 *   BeginCall(&call);              releases the GIL
 *   status = cupel_…(…, Trampoline, &call, &error);
 *   if (EndCall(&call) < 0) …      takes it again; an exception came out of a
 *                                  callback: free what the call gave
 *
 * and in a trampoline that runs on the thread of the call:
 *
 *   EnterPython(call);
 *   …                              a failure: KeepException(call)
 *   LeavePython(call);
 */
typedef struct Call {
  PyThreadState* thread;
  PyObject* type; /* of the first exception; NULL if there was none */
  PyObject* value;
  PyObject* trace;
} Call;

void BeginCall(Call* call);
int EndCall(Call* call);
void EnterPython(Call* call);
void LeavePython(Call* call);
/* Keeps the exception that is set, for EndCall; a later one is dropped. */
void KeepException(Call* call);

#endif /* CUPEL_BINDINGS_PYTHON_CUPEL_PYTHON_H_ */
