/* http.h: requests of HTTP that are answered without a transport. */
#ifndef CUPEL_BINDINGS_PYTHON_HTTP_H_
#define CUPEL_BINDINGS_PYTHON_HTTP_H_

#include "methods.h"

/* Answers one request for the handle. */
typedef cupel_status (*HttpHandler)(void* handle,
                                    const cupel_http_request* request,
                                    cupel_http_response** out,
                                    cupel_error** error);

/* handle(method, path, query, body, headers) -> (status, headers, body), as a
 * method of `self`: `headers` is a sequence of pairs. */
PyObject* HandleHttp(PyObject* self, PyObject* args, HttpHandler handler);

#endif /* CUPEL_BINDINGS_PYTHON_HTTP_H_ */
