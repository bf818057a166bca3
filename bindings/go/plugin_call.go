package cupel

/*
#include "plugin_table.h"
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime/cgo"
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

// hand gives the host something, and tells whether it took it.
func (c *Call) hand(what string, call func(c *C.cupel_call) C.cupel_status) error {
	status := C.cupel_status(C.CUPEL_STATUS_OK)
	if err := c.use(func(c *C.cupel_call) { status = call(c) }); err != nil {
		return err
	}
	if status == C.CUPEL_STATUS_OK {
		return nil
	}
	return newError(Code(status), fmt.Sprintf("the host refused %s: %v; the report says why", what, Code(status)))
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

// Child is a payload that was found in, or made of, the one at hand.
type Child struct {
	Bytes    []byte   // copied, unless it is a slice of Call.Bytes
	Name     string   // any bytes, never used as a path
	Metadata any      // what encoding/json makes an object of; nil: none
	Dispatch []string // also run these on it: "decoder:xor"
	NoScan   bool     // listed in the report, nothing more
	Save     bool     // given to the archive connector, if any
}

// Child hands a payload back. ResourceExhausted: stop, the rest would be dropped
// as well. One that is longer than the host allows is cut, which is no error; the
// report says it.
func (c *Call) Child(child Child) error {
	metadata, err := jsonOf("Child.Metadata", child.Metadata)
	if err != nil {
		return err
	}
	flags := cFlag(child.NoScan, C.CUPEL_CHILD_NO_SCAN) | cFlag(child.Save, C.CUPEL_CHILD_SAVE)
	return c.hand("a child", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_child(c, flags, viewBytes(child.Bytes), viewString(child.Name),
			viewBytes(metadata), viewString(strings.Join(child.Dispatch, ", ")))
	})
}

// Result hands one result back: anything that encoding/json takes.
func (c *Call) Result(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return newError(InvalidArgument, "a result can't be written as JSON: "+err.Error())
	}
	return c.hand("a result", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_result(c, viewBytes(text))
	})
}

// Statement makes a payload matched, as a rule's match does.
type Statement struct {
	Name   string // "eicar": 1 to 256 bytes of UTF-8
	Tags   []string
	Meta   any   // what encoding/json makes an object of; nil: none
	Weight int64 // added to the payload's score
	// What it is about, inside Call.Bytes; with length 0 all of it.
	Offset uint64
	Length uint64
}

// Statement hands one back.
func (c *Call) Statement(s Statement) error {
	meta, err := jsonOf("Statement.Meta", s.Meta)
	if err != nil {
		return err
	}
	return c.hand("a statement", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_statement(c, viewString(s.Name), viewString(strings.Join(s.Tags, " ")),
			viewBytes(meta), C.int64_t(s.Weight), C.uint64_t(s.Offset), C.uint64_t(s.Length))
	})
}

// Dispatch has another plugin run on this payload as well: "decoder:xor".
func (c *Call) Dispatch(plugin string) error {
	return c.hand("a dispatch", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_dispatch(c, viewString(plugin))
	})
}

// Error tells that something went wrong, but what was handed back is good. The
// code is that of an *Error, and Unknown for others.
func (c *Call) Error(err error) {
	if err != nil {
		c.fail(err)
	}
}

// Item is what a source brings: one job. Either bytes, or the path of a file,
// which the host opens.
type Item struct {
	Name     string // what stands for it in the report
	Path     string
	Bytes    []byte
	Metadata any    // what encoding/json makes an object of; goes into the report
	TLP      string // empty: the job's
}

// Item hands one to the host. It gives nil when the item was scanned and whoever
// runs the source has its report, so that it may be acknowledged then to where
// it came from. Cancelled: stop; it may not have been scanned. Anything else: it
// was refused, the next may do.
func (c *Call) Item(item Item) error {
	metadata, err := jsonOf("Item.Metadata", item.Metadata)
	if err != nil {
		return err
	}
	return c.hand("an item", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_item(c, viewString(item.Name), viewString(item.Path),
			viewBytes(item.Bytes), viewBytes(metadata), viewString(item.TLP))
	})
}

// NestedResult is what another plugin handed back.
type NestedResult struct {
	Results  []json.RawMessage
	Children []NestedChild
}

// NestedChild is a payload that another plugin handed back.
type NestedChild struct {
	Name  string
	Bytes []byte
}

// Nested runs another plugin ("reader:text") on bytes, now, in its own tier.
// options is what encoding/json makes an object of, or nil. NotFound if there is
// none. Errors of that plugin go to the report.
func (c *Call) Nested(plugin string, bytes []byte, options any) (NestedResult, error) {
	var result NestedResult
	text, err := jsonOf("the options", options)
	if err != nil {
		return result, err
	}
	user := cgo.NewHandle(&result)
	defer user.Delete()
	err = c.hand("to run "+plugin, func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_nested(c, viewString(plugin), viewBytes(bytes), viewBytes(text), C.uintptr_t(user))
	})
	return result, err
}

//export cupelGoNested
func cupelGoNested(user C.uintptr_t, isChild C.int32_t, name, bytes C.cupel_view) {
	result := cgo.Handle(user).Value().(*NestedResult)
	if isChild != 0 {
		result.Children = append(result.Children, NestedChild{goString(name), goBytes(bytes)})
	} else {
		result.Results = append(result.Results, goBytes(bytes))
	}
}
