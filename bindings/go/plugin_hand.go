package cupel

/*
#include "plugin_table.h"
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime/cgo"
)

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
	dispatch, err := joined("Child.Dispatch", child.Dispatch, ",")
	if err != nil {
		return err
	}
	flags := cFlag(child.NoScan, C.CUPEL_CHILD_NO_SCAN) | cFlag(child.Save, C.CUPEL_CHILD_SAVE)
	return c.hand("a child", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_child(c, flags, viewBytes(child.Bytes), viewString(child.Name),
			viewBytes(metadata), viewString(dispatch))
	})
}

// Result hands one result back: anything that encoding/json takes.
func (c *Call) Result(value any) error {
	text, err := toJSON("a result", value)
	if err != nil {
		return err
	}
	return c.hand("a result", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_result(c, viewBytes(text))
	})
}

// Statement makes a payload matched, as a rule's match does.
type Statement struct {
	Name   string   // "eicar": 1 to 256 bytes of UTF-8
	Tags   []string // without spaces
	Meta   any      // what encoding/json makes an object of; nil: none
	Weight int64    // added to the payload's score
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
	tags, err := joined("Statement.Tags", s.Tags, " ")
	if err != nil {
		return err
	}
	return c.hand("a statement", func(c *C.cupel_call) C.cupel_status {
		return C.cupel_go_call_statement(c, viewString(s.Name), viewString(tags),
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
