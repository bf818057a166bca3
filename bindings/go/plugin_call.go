package cupel

/*
#include "plugin_table.h"
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
)

// Call is one call of a plugin's method. It lasts until the method returns; then
// everything it gives is empty, and what it takes is refused with ErrClosed. It
// is for the goroutine that it came on: elsewhere only Cancelled and Log work,
// and the rest is refused with the code FailedPrecondition.
type Call struct {
	mutex sync.RWMutex // held for writing when the call ends
	c     *C.cupel_call
}

// use makes a call of the host while this one lasts.
func (c *Call) use(call func(c *C.cupel_call)) error {
	c.mutex.RLock()
	defer c.mutex.RUnlock()
	if c.c == nil {
		return errClosed("the call of the plugin")
	}
	call(c.c)
	return nil
}

func (c *Call) end() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.c = nil
}

// fail tells the host why the method failed.
func (c *Call) fail(err error) C.cupel_status {
	code := codeOf(err)
	message := err.Error()
	var failed *Error
	if errors.As(err, &failed) && failed == err {
		// Without the package's name in front.
		message = strings.TrimPrefix(message, "cupel: ")
	}
	// The host drops it only if it is not there any more.
	_ = c.use(func(c *C.cupel_call) {
		C.cupel_go_call_error(c, C.cupel_status(code), viewString(message))
	})
	return C.cupel_status(code)
}

// text copies one of the call's views.
func (c *Call) text(view func(c *C.cupel_call) C.cupel_view) (text string) {
	// What is not there any more is empty.
	_ = c.use(func(c *C.cupel_call) { text = goString(view(c)) })
	return text
}

// Bytes is the payload: memory of C, which is not copied. It must not be
// changed, and not be used after the method has returned: copy what is to
// outlive it. Slices of it may be handed back as children at no cost.
func (c *Call) Bytes() (bytes []byte) {
	_ = c.use(func(c *C.cupel_call) { bytes = borrow(c.bytes) })
	return bytes
}

// Name is the payload's own name, raw bytes.
func (c *Call) Name() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c.name })
}

// Path is the payload's name with all that is around it, printable.
func (c *Call) Path() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c.path })
}

// Type is the payload's, by content: "zip"; empty if not known.
func (c *Call) Type() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c._type })
}

// MIME is the payload's MIME type; empty if not known.
func (c *Call) MIME() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c.mime })
}

// SHA256 is 64 hexadecimal digits; empty without bytes.
func (c *Call) SHA256() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c.sha256 })
}

// TLP is the label of the job: "clear" to "red".
func (c *Call) TLP() string {
	return c.text(func(c *C.cupel_call) C.cupel_view { return c.tlp })
}

// Options are the plugin's, a JSON object; a dispatching rule's metas are over
// them.
func (c *Call) Options() json.RawMessage {
	return json.RawMessage(c.text(func(c *C.cupel_call) C.cupel_view { return c.options }))
}

// Document is JSON: the report, for Decorate and Save; what is known of the
// payload, for GetFile and for saving payloads; the raw's metadata for
// Normalize. Else empty.
func (c *Call) Document() json.RawMessage {
	return json.RawMessage(c.text(func(c *C.cupel_call) C.cupel_view { return c.document }))
}

// Payload is the payload's id in the report; 0: none.
func (c *Call) Payload() (id uint64) {
	_ = c.use(func(c *C.cupel_call) { id = uint64(c.payload) })
	return id
}

// Depth is how many payloads are around it.
func (c *Call) Depth() (depth int) {
	_ = c.use(func(c *C.cupel_call) { depth = int(c.depth) })
	return depth
}

// Log writes one line to whoever listens. Control characters are shown as such,
// and what is over 16 KiB is left out.
func (c *Call) Log(level LogLevel, text string) {
	// Nobody listens to a call that is over.
	_ = c.use(func(c *C.cupel_call) {
		C.cupel_go_call_log(c, C.cupel_log_level(level), viewString(text))
	})
}

// Cancelled tells that the method should return as soon as it can.
func (c *Call) Cancelled() bool {
	cancelled := true
	_ = c.use(func(c *C.cupel_call) { cancelled = C.cupel_call_cancelled(c) != 0 })
	return cancelled
}

// Budget is how many bytes the call may still hand back.
func (c *Call) Budget() (bytes uint64) {
	_ = c.use(func(c *C.cupel_call) { bytes = uint64(C.cupel_go_call_budget(c)) })
	return bytes
}

// Option is the value of one option: text as it is, anything else as JSON; false
// if there is none.
func (c *Call) Option(name string) (value string, ok bool) {
	_ = c.use(func(c *C.cupel_call) {
		var view C.cupel_view
		if C.cupel_go_call_option(c, viewString(name), &view) == C.CUPEL_STATUS_OK {
			value, ok = goString(view), true
		}
	})
	return value, ok
}
