/* methods.h: what methods that take texts and give bytes have in common.
 *
 * Most functions of the C interface take a handle and a few views, and give a
 * buffer or nothing. Each is one line here, with TEXT_METHOD:
 *
 *   TEXT_METHOD(AddKey, "add_key", 1,
 *               cupel_keyring_add_key(KeyringOf(self), in.view[0], &out.error))
 *
 * They release the GIL, as databases take their time; QUICK_METHOD keeps it,
 * for what is over at once or what two threads may not do at a time. */
#ifndef CUPEL_BINDINGS_PYTHON_METHODS_H_
#define CUPEL_BINDINGS_PYTHON_METHODS_H_

#include "cupel_python.h"

/* ------------------------------------------------------------------ giving */

/* What a call gave. */
typedef struct Answer {
  cupel_status status;
  cupel_buffer* buffer;
  cupel_error* error;
} Answer;

/* bytes, or None if there is no buffer; NULL with the exception of a failure.
 */
PyObject* AnswerOf(ModuleState* state, Answer* answer);

/* ------------------------------------------------------------------ taking */

#define CUPEL_MOST_TEXTS 4

/* The texts (str or bytes-like) at the start of a method's arguments. */
typedef struct Texts {
  int count;
  cupel_view view[CUPEL_MOST_TEXTS];
  Borrowed borrowed[CUPEL_MOST_TEXTS];
} Texts;

/* Borrows `count` texts, and reads what comes after them with `rest`, a format
 * of PyArg_Parse. */
int ReadTexts(PyObject* args, const char* method, int count, Texts* out,
              const char* rest, ...);
void GiveBackTexts(Texts* texts);

/* Gives back the texts and answers. */
PyObject* Finish(ModuleState* state, Texts* in, Answer* out);

/* For `O&` in the format of ReadTexts. */
int ConvertU64(PyObject* object, void* out);
int ConvertU32(PyObject* object, void* out);
int ConvertI64(PyObject* object, void* out);

/* A sequence of texts as an array of views. All zero: none. */
typedef struct ViewList {
  size_t count;
  cupel_view* views; /* NULL if there are none */
  Borrowed* borrowed;
} ViewList;

int ReadViews(PyObject* sequence, const char* what, ViewList* out);
void FreeViews(ViewList* list);

/* A sequence of pairs of texts as an array of fields. All zero: none. */
typedef struct FieldList {
  ViewList names;
  ViewList values;
  size_t count;
  cupel_field* fields;
} FieldList;

int ReadFields(PyObject* pairs, const char* what, FieldList* out);
void FreeFields(FieldList* list);

/* ----------------------------------------------------------------- methods */

/* In `call`, `self` is the object, `in.view` are its texts, and `out` is what
 * the call is to fill. */
#define TEXT_METHOD(Name, python, texts, call)                    \
  static PyObject* Name(PyObject* self, PyObject* args) {         \
    Texts in;                                                     \
    Answer out = {0};                                             \
    if (ReadTexts(args, python, texts, &in, "") < 0) return NULL; \
    Py_BEGIN_ALLOW_THREADS;                                       \
    out.status = call;                                            \
    Py_END_ALLOW_THREADS;                                         \
    return Finish(StateOf(self), &in, &out);                      \
  }                                                               \
  struct Name##NeedsASemicolon

#define QUICK_METHOD(Name, python, texts, call)                   \
  static PyObject* Name(PyObject* self, PyObject* args) {         \
    Texts in;                                                     \
    Answer out = {0};                                             \
    if (ReadTexts(args, python, texts, &in, "") < 0) return NULL; \
    out.status = call;                                            \
    return Finish(StateOf(self), &in, &out);                      \
  }                                                               \
  struct Name##NeedsASemicolon

/* TEXT_METHOD with one integer after the texts, `number`. */
#define TEXT_METHOD_WITH(Name, python, texts, type, convert, call)         \
  static PyObject* Name(PyObject* self, PyObject* args) {                  \
    Texts in;                                                              \
    Answer out = {0};                                                      \
    type number = 0;                                                       \
    if (ReadTexts(args, python, texts, &in, "O&", convert, &number) < 0) { \
      return NULL;                                                         \
    }                                                                      \
    Py_BEGIN_ALLOW_THREADS;                                                \
    out.status = call;                                                     \
    Py_END_ALLOW_THREADS;                                                  \
    return Finish(StateOf(self), &in, &out);                               \
  }                                                                        \
  struct Name##NeedsASemicolon

#endif /* CUPEL_BINDINGS_PYTHON_METHODS_H_ */
