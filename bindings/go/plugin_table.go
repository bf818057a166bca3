package cupel

/*
#include "plugin_table.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime/cgo"
	"strings"
	"sync"
)

// pluginState is what the cgo.Handle in a table leads to.
type pluginState struct {
	impl    any
	methods map[C.cupel_plugin_method]func(*Call) error
}

// pluginTables are the tables of a set of plugins, which have to stay as long as
// the set and every scanner that uses it: whoever is the last to release them
// frees them.
type pluginTables struct {
	mutex   sync.Mutex
	owners  int
	memory  arena
	handles []cgo.Handle
}

func newPluginTables() *pluginTables { return &pluginTables{owners: 1} }

func (t *pluginTables) retain() *pluginTables {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.owners++
	return t
}

func (t *pluginTables) release() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.owners--; t.owners > 0 {
		return
	}
	t.memory.release()
	for _, user := range t.handles {
		user.Delete()
	}
	t.handles = nil
}

// add makes the table of a plugin.
func (t *pluginTables) add(p *Plugin) (*C.cupel_plugin_v1, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	options, err := jsonOf("Plugin.Options", p.Options)
	if err != nil {
		return nil, err
	}
	if p.HeartbeatPeriod < 0 {
		return nil, newError(InvalidArgument, fmt.Sprintf("Plugin.HeartbeatPeriod: %v is negative", p.HeartbeatPeriod))
	}
	consumes, err := joined("Plugin.Consumes", p.Consumes, " ")
	if err != nil {
		return nil, err
	}
	requires, err := joined("Plugin.Requires", p.Requires, " ")
	if err != nil {
		return nil, err
	}
	for what, text := range map[string]string{
		"Name": p.Name, "Version": p.Version, "Description": p.Description, "Author": p.Author, "MaxTLP": p.MaxTLP,
		"MinVersion": p.MinVersion, "MaxVersion": p.MaxVersion,
		"Consumes": consumes, "Requires": requires,
	} {
		if strings.IndexByte(text, 0) >= 0 {
			return nil, newError(InvalidArgument, fmt.Sprintf("Plugin.%s: %q holds a NUL", what, text))
		}
	}
	state := &pluginState{impl: p.Impl, methods: methodsOf(p.Category, p.Impl)}
	if name := methodName(p.Category); name != "" && state.methods[C.cupel_plugin_method(p.Category)] == nil {
		return nil, newError(InvalidArgument, fmt.Sprintf(
			"Plugin.Impl: a %v needs a func(*cupel.Call) error that is not nil, or a value with the method %s(*cupel.Call) error; %T is neither",
			p.Category, name, p.Impl))
	}
	methods := C.uint32_t(0)
	for method := range state.methods {
		methods |= 1 << uint(method)
	}
	_, activates := p.Impl.(Activator)
	_, deactivates := p.Impl.(Deactivator)
	table := copyOf(&t.memory, C.cupel_plugin_v1{
		struct_size:      C.sizeof_cupel_plugin_v1,
		abi:              C.CUPEL_PLUGIN_ABI,
		flags:            C.CUPEL_PLUGIN_REENTRANT,
		category:         C.cupel_plugin_category(p.Category),
		name:             t.memory.cString(p.Name),
		version:          t.memory.cString(p.Version),
		description:      t.memory.cString(p.Description),
		author:           t.memory.cString(p.Author),
		consumes:         t.memory.cString(consumes),
		requires_plugins: t.memory.cString(requires),
		max_tlp:          t.memory.cString(p.MaxTLP),
		min_version:      t.memory.cString(p.MinVersion),
		max_version:      t.memory.cString(p.MaxVersion),
		options:          t.memory.cString(string(options)),
		heartbeat_ns:     C.uint64_t(p.HeartbeatPeriod),
	})
	user := cgo.NewHandle(state)
	t.handles = append(t.handles, user)
	C.cupel_go_plugin_methods(table, C.uintptr_t(user), methods, cBool(activates), cBool(deactivates))
	return table, nil
}

//export cupelGoActivate
func cupelGoActivate(user C.uintptr_t, c *C.cupel_call) C.cupel_status {
	state := cgo.Handle(user).Value().(*pluginState)
	return enterPlugin(c, state.impl.(Activator).Activate)
}

//export cupelGoDeactivate
func cupelGoDeactivate(user C.uintptr_t) {
	state := cgo.Handle(user).Value().(*pluginState)
	// There is nobody left who could be told of a panic.
	defer func() { _ = recover() }()
	state.impl.(Deactivator).Deactivate()
}

//export cupelGoCall
func cupelGoCall(user C.uintptr_t, method C.cupel_plugin_method, c *C.cupel_call) C.cupel_status {
	state := cgo.Handle(user).Value().(*pluginState)
	return enterPlugin(c, state.methods[method])
}

// enterPlugin calls a method, and has the host told what went wrong.
func enterPlugin(c *C.cupel_call, method func(*Call) error) (status C.cupel_status) {
	call := &Call{c: c}
	defer call.end()
	defer func() {
		if value := recover(); value != nil {
			status = call.fail(newError(Internal, fmt.Sprintf("the plugin panicked: %v", value)))
		}
	}()
	if err := method(call); err != nil {
		return call.fail(err)
	}
	return C.CUPEL_STATUS_OK
}

// codeOf is the code that an error of a plugin has.
func codeOf(err error) Code {
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.Code != OK:
		return failed.Code
	case errors.Is(err, context.Canceled):
		return Cancelled
	case errors.Is(err, context.DeadlineExceeded):
		return DeadlineExceeded
	}
	return Unknown
}
