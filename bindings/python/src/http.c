#include "http.h"

static PyObject* Headers(const cupel_http_response* response) {
  const size_t count = cupel_http_response_header_count(response);
  PyObject* all = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; all != NULL && i < count; ++i) {
    const cupel_field header = cupel_http_response_header(response, i);
    PyObject* name = BytesOf(header.name);
    PyObject* value = BytesOf(header.value);
    PyObject* pair =
        name != NULL && value != NULL ? PyTuple_Pack(2, name, value) : NULL;
    Py_XDECREF(name);
    Py_XDECREF(value);
    if (pair == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, pair) < 0) {
      Py_CLEAR(all);
    }
  }
  return all;
}

PyObject* HandleHttp(PyObject* self, PyObject* args, HttpHandler handler) {
  Texts in;
  PyObject* header_object = NULL;
  FieldList headers = {0};
  if (ReadTexts(args, "handle", 4, &in, "O", &header_object) < 0) return NULL;
  if (ReadFields(header_object, "headers", &headers) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  cupel_http_request request = CUPEL_HTTP_REQUEST_INIT;
  request.method = in.view[0];
  request.path = in.view[1];
  request.query = in.view[2];
  request.body = in.view[3];
  request.headers = headers.fields;
  request.header_count = headers.count;
  cupel_http_response* response = NULL;
  cupel_error* error = NULL;
  void* handle = ((HandleObject*)self)->handle;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = handler(handle, &request, &response, &error);
  Py_END_ALLOW_THREADS;
  FreeFields(&headers);
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  PyObject* names = Headers(response);
  PyObject* body = BytesOf(cupel_http_response_body(response));
  PyObject* made = NULL;
  if (names != NULL && body != NULL) {
    made = Py_BuildValue("(iOO)", (int)cupel_http_response_status(response),
                         names, body);
  }
  Py_XDECREF(names);
  Py_XDECREF(body);
  cupel_http_response_free(response);
  return made;
}
