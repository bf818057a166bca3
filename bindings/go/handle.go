package cupel

// #include "shim.h"
import "C"

import (
	"runtime"
	"sync"
)

// handle owns an object of C and knows how many calls use it, so that it may be
// closed at any time: it is freed when the last of them ends. P is a pointer to
// a type of C.
//
// A call that goes between acquire and release also keeps the handle, and what
// it is part of, from being finalized.
type handle[P comparable] struct {
	mutex  sync.Mutex
	object P
	what   string // for messages: "the scanner"
	free   func(P)
	// stop, if not nil, has calls end that would not on their own, when the
	// handle is closed.
	stop   func(P)
	users  int
	closed bool
}

func newHandle[P comparable](object P, what string, free func(P)) handle[P] {
	return handle[P]{object: object, what: what, free: free}
}

// acquire gives the object, until release.
func (h *handle[P]) acquire() (P, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.closed || h.free == nil {
		var none P
		if h.free == nil {
			return none, errZero()
		}
		return none, errClosed(h.what)
	}
	h.users++
	return h.object, nil
}

func (h *handle[P]) release() {
	h.mutex.Lock()
	h.users--
	last := h.closed && h.users == 0
	h.mutex.Unlock()
	if last {
		h.free(h.object)
	}
}

// close frees the object, as soon as nobody uses it, and waits for nobody.
func (h *handle[P]) close() {
	h.mutex.Lock()
	first := !h.closed && h.free != nil
	used := h.users > 0
	h.closed = true
	if first {
		h.users++
	}
	h.mutex.Unlock()
	if !first {
		return
	}
	if used && h.stop != nil {
		h.stop(h.object)
	}
	h.release()
}

// closeOf closes the object, for the owner that the handle is part of. Only one
// that its constructor made has a finalizer: of anything else, such as a zero
// value in a struct, Go's runtime ends the process.
func (h *handle[P]) closeOf(owner any) error {
	if h.free != nil {
		runtime.SetFinalizer(owner, nil)
	}
	h.close()
	return nil
}

// use makes a call with the object.
func (h *handle[P]) use(call func(P) error) error {
	object, err := h.acquire()
	if err != nil {
		return err
	}
	defer h.release()
	return call(object)
}

// do makes a call with the object that gives nothing back.
func (h *handle[P]) do(call func(p P, err outError)) error {
	return h.use(func(object P) error {
		var cerr *C.cupel_error
		call(object, &cerr)
		return takeError(cerr)
	})
}

// buffer makes a call with the object that gives a buffer.
func (h *handle[P]) buffer(call func(p P, out outBuffer, err outError)) (bytes []byte, err error) {
	err = h.use(func(object P) error {
		bytes, err = bufferOf(func(out outBuffer, cerr outError) {
			call(object, out, cerr)
		})
		return err
	})
	return bytes, err
}

// borrowFrom gives the object of a handle that may not be there at all, and
// what gives it back.
func borrowFrom[P comparable](h *handle[P]) (object P, release func(), err error) {
	if h == nil {
		return object, func() {}, nil
	}
	object, err = h.acquire()
	return object, h.release, err
}
