package cupel

// #include "shim.h"
import "C"

import (
	"errors"
	"io"
	"net/http"
)

// ServeHTTP answers a request of KATalogus's REST API. Whatever is in the
// request, there is an answer; a body over RegistryOptions.MaxBodyBytes gets
// 413, and no more than that is read of it. Mount it with http.StripPrefix if
// its paths begin with something else. Who may ask is the host's business.
func (r *Registry) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	// One byte more than is allowed, so that the library sees it and says so.
	serve(w, request, r.maxBody+1, func(c *C.cupel_http_request, out **C.cupel_http_response) error {
		return r.handle.do(func(p *C.cupel_registry, err outError) {
			C.cupel_registry_handle(p, c, out, err)
		})
	})
}

// serve answers with what the library says.
func serve(w http.ResponseWriter, request *http.Request, maxBody int64,
	call func(c *C.cupel_http_request, out **C.cupel_http_response) error) {
	body, err := readBody(request, maxBody)
	if err != nil {
		http.Error(w, "the body can't be read", http.StatusBadRequest)
		return
	}
	var memory arena
	defer memory.release()
	c := C.cupel_http_request{
		struct_size: C.sizeof_cupel_http_request,
		method:      memory.copyString(request.Method),
		path:        memory.copyString(request.URL.EscapedPath()),
		query:       memory.copyString(request.URL.RawQuery),
		body:        memory.copyBytes(body),
	}
	c.headers, c.header_count = memory.fields(headersOf(request.Header))
	var response *C.cupel_http_response
	if err := call(&c, &response); err != nil {
		status := http.StatusInternalServerError
		if errors.Is(err, ErrClosed) {
			status = http.StatusServiceUnavailable
		}
		http.Error(w, err.Error(), status)
		return
	}
	defer C.cupel_http_response_free(response)
	header := w.Header()
	// What middleware has set before makes room, as with http.Error: a second
	// Content-Type would be nonsense. Of several of the library's all count.
	ours := map[string]bool{}
	for i := C.size_t(0); i < C.cupel_http_response_header_count(response); i++ {
		field := C.cupel_http_response_header(response, i)
		name := http.CanonicalHeaderKey(goString(field.name))
		if !ours[name] {
			ours[name] = true
			header.Del(name)
		}
		header.Add(name, goString(field.value))
	}
	w.WriteHeader(int(C.cupel_http_response_status(response)))
	if request.Method != http.MethodHead {
		// An error means that nobody listens any more.
		_, _ = w.Write(borrow(C.cupel_http_response_body(response)))
	}
}

func readBody(request *http.Request, max int64) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	return io.ReadAll(io.LimitReader(request.Body, max))
}

func headersOf(header http.Header) []Field {
	var list []Field
	for name, values := range header {
		for _, value := range values {
			list = append(list, Field{name, value})
		}
	}
	return list
}
