package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"errors"
	"runtime/cgo"
	"time"
)

// Method is one of those that a plugin may have.
type Method int32

// The methods.
const (
	MethodDefault    Method = C.CUPEL_METHOD_DEFAULT // the one of the plugin's category
	MethodIngest     Method = C.CUPEL_METHOD_INGEST
	MethodRead       Method = C.CUPEL_METHOD_READ
	MethodScan       Method = C.CUPEL_METHOD_SCAN
	MethodExtract    Method = C.CUPEL_METHOD_EXTRACT
	MethodCarve      Method = C.CUPEL_METHOD_CARVE
	MethodDecode     Method = C.CUPEL_METHOD_DECODE
	MethodDecorate   Method = C.CUPEL_METHOD_DECORATE
	MethodSave       Method = C.CUPEL_METHOD_SAVE
	MethodNormalize  Method = C.CUPEL_METHOD_NORMALIZE
	MethodConnect    Method = C.CUPEL_METHOD_CONNECT
	MethodDisconnect Method = C.CUPEL_METHOD_DISCONNECT
	MethodGetFile    Method = C.CUPEL_METHOD_GET_FILE
	MethodHeartbeat  Method = C.CUPEL_METHOD_HEARTBEAT
)

// PluginInput is what one plugin is called with.
type PluginInput struct {
	Method   Method
	Bytes    []byte // the payload; copied
	Name     string // of the payload
	Options  any    // what encoding/json makes an object of, over the plugin's own
	Document []byte // JSON
	TLP      string // empty: clear; what is no label counts as red
	// Environment, if not nil, is the variables of the plugin's process, in place
	// of all others. They are secrets.
	Environment      []Field
	Timeout          time.Duration // [10 min]
	MaxChildren      uint64        // [65536]
	MaxChildrenBytes uint64        // of all [256 MiB]
	// Take, if not nil, is told the bytes of each child, or of each item of a
	// source that has bytes, in order. They are valid until it returns; an error
	// ends the run.
	Take func(index uint64, name string, bytes []byte) error
}

// PluginRun is what a plugin gave back.
type PluginRun struct {
	Plugin string `json:"plugin"`
	Tier   string `json:"tier"`
	Method string `json:"method"`
	// Status is how the method ended: "OK", or the name of a Code; Message says
	// why. What was handed back before counts.
	Status     string            `json:"status"`
	Message    string            `json:"message"`
	Results    []json.RawMessage `json:"results"`
	Children   []RunChild        `json:"children"`
	Items      []RunItem         `json:"items"`
	Statements []RunStatement    `json:"statements"`
	Dispatches []string          `json:"dispatches"`
	Errors     []RunError        `json:"errors"`
	ErrorsLeft uint64            `json:"errors_left_out"`
	Limits     []RunLimit        `json:"limits"` // those that fired
	Log        []RunLine         `json:"log"`
	LogLeft    uint64            `json:"log_left_out"`
	Complete   bool              `json:"complete"`
}

// RunChild is a payload that a plugin handed back; PluginInput.Take gets its
// bytes.
type RunChild struct {
	Name       string          `json:"name"`
	NameBase64 string          `json:"name_base64,omitempty"`
	Size       uint64          `json:"size"`
	SHA256     string          `json:"sha256"`
	Offset     *uint64         `json:"offset,omitempty"` // of a piece of the payload
	Metadata   json.RawMessage `json:"metadata"`
	Dispatches []string        `json:"dispatches"`
	Scan       bool            `json:"scan"`
	Save       bool            `json:"save"`
	Cut        bool            `json:"cut"`
}

// RunItem is what a source brought.
type RunItem struct {
	Name     string          `json:"name"`
	Size     *uint64         `json:"size,omitempty"` // nil: it is a file
	Path     string          `json:"path,omitempty"`
	Metadata json.RawMessage `json:"metadata"`
	TLP      string          `json:"tlp"`
}

// RunStatement is what a plugin stated.
type RunStatement struct {
	Name   string          `json:"name"`
	Tags   []string        `json:"tags"`
	Meta   json.RawMessage `json:"meta"`
	Weight int64           `json:"weight"`
	Offset uint64          `json:"offset"`
	Length uint64          `json:"length"`
}

// RunError is something that went wrong in a plugin.
type RunError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// RunLimit is a limit that fired.
type RunLimit struct {
	Name  string `json:"name"`
	Value uint64 `json:"value"`
}

// RunLine is what a plugin logged.
type RunLine struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

// Run activates a plugin, calls it once, and tells what it gave back. A connector
// is connected before and disconnected after. It freezes the set. How the
// plugin's method ended is no error of it: see PluginRun. NotFound names the
// nearest plugin; FailedPrecondition for one that is broken or does not activate,
// PermissionDenied for a label that it may not see. If the context or Take ended
// it early there is both what there is and an error.
func (p *Plugins) Run(ctx context.Context, plugin string, input PluginInput) (PluginRun, error) {
	ctx = orBackground(ctx)
	options, err := jsonOf("PluginInput.Options", input.Options)
	if err != nil {
		return PluginRun{}, err
	}
	var memory arena
	defer memory.release()
	c := C.cupel_plugin_input{
		struct_size:        C.sizeof_cupel_plugin_input,
		method:             C.cupel_plugin_method(input.Method),
		bytes:              memory.copyBytes(input.Bytes),
		name:               memory.copyString(input.Name),
		options:            memory.copyBytes(options),
		document:           memory.copyBytes(input.Document),
		tlp:                memory.copyString(input.TLP),
		timeout_ns:         cDuration(input.Timeout),
		max_children:       C.uint64_t(input.MaxChildren),
		max_children_bytes: C.uint64_t(input.MaxChildrenBytes),
	}
	if input.Environment != nil {
		// An empty list is not NULL: the process has no variables then. So there
		// is one behind its end.
		list := append(append([]Field{}, input.Environment...), Field{})
		c.environment, _ = memory.fields(list)
		c.environment_count = C.size_t(len(input.Environment))
	}
	state := &bytesCallback{take: input.Take}
	var user cgo.Handle
	if input.Take != nil {
		user = cgo.NewHandle(state)
		defer user.Delete()
	}
	var text []byte
	err = withContext(ctx, func(cancel *C.cupel_cancel) (err error) {
		text, err = p.handle.buffer(func(p *C.cupel_plugins, out outBuffer, err outError) {
			C.cupel_go_plugins_run(p, viewString(plugin), &c, C.uintptr_t(user), cancel, out, err)
		})
		return err
	})
	ended := state.ended()
	if err != nil {
		if ended != nil && errors.Is(err, ErrCancelled) {
			err = ended
		}
		return PluginRun{}, err
	}
	run, err := decode[PluginRun](text, nil)
	switch {
	case err != nil:
	case ended != nil:
		err = ended
	case ctx.Err() != nil && !run.Complete:
		err = errEnded(ctx)
	}
	return run, err
}

// bytesCallback takes the bytes of what a plugin hands back.
type bytesCallback struct {
	outcome
	take func(index uint64, name string, bytes []byte) error
}

//export cupelGoPluginBytes
func cupelGoPluginBytes(user C.uintptr_t, index C.uint64_t, name, bytes C.cupel_view) C.int32_t {
	state := cgo.Handle(user).Value().(*bytesCallback)
	return state.run(func() error {
		return state.take(uint64(index), goString(name), borrow(bytes))
	})
}
