package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"runtime"
)

// EnvironmentOrigin says where a value came from.
type EnvironmentOrigin int32

// Where values come from.
const (
	OriginSettings EnvironmentOrigin = C.CUPEL_ORIGIN_SETTINGS // the organisation's settings of the plugin
	OriginSystem   EnvironmentOrigin = C.CUPEL_ORIGIN_SYSTEM   // a BOEFJE_ variable of the host
	OriginDefault  EnvironmentOrigin = C.CUPEL_ORIGIN_DEFAULT  // the schema's default
)

// String gives "settings", "system" or "default".
func (o EnvironmentOrigin) String() string {
	switch o {
	case OriginSettings:
		return "settings"
	case OriginSystem:
		return "system"
	case OriginDefault:
		return "default"
	}
	return "unknown"
}

// EnvironmentOptions are what an environment is built from.
type EnvironmentOptions struct {
	// Schema of the plugin, or SchemaJSON, not both. With neither, only Keys may
	// be taken.
	Schema     *Schema
	SchemaJSON []byte
	// Keys are variables that the manifest names beside its schema.
	Keys []string
	// Settings is a JSON object; nil: none.
	Settings []byte
	// Variables are the host's: BOEFJE_X is offered as X, others do not count.
	// ProcessVariables gives those of this process.
	Variables []Field
	// Defaults has those of the schema count where nothing else is given.
	Defaults bool
	// Plugin is for messages.
	Plugin string
}

// Environment is what a plugin gets: which variables, with which values, and
// where each came from. Values are secrets until proven otherwise: they stand in
// no error and no explanation. Immutable.
type Environment struct {
	handle handle[*C.cupel_environment]
}

func newEnvironment(environment *C.cupel_environment) *Environment {
	e := &Environment{handle: newHandle(environment, "the environment", func(p *C.cupel_environment) {
		C.cupel_environment_free(p)
	})}
	runtime.SetFinalizer(e, (*Environment).Close)
	return e
}

// BuildEnvironment builds one. Settings come before BOEFJE_ variables, those
// before defaults. Text of variables is converted to the schema's types.
// InvalidArgument, naming the keys, if what comes out does not fit the schema.
func BuildEnvironment(options EnvironmentOptions) (*Environment, error) {
	var from *handle[*C.cupel_schema]
	if options.Schema != nil {
		from = &options.Schema.handle
	}
	schema, release, err := borrowFrom(from)
	if err != nil {
		return nil, err
	}
	defer release()
	var memory arena
	defer memory.release()
	c := C.cupel_environment_options{
		struct_size: C.sizeof_cupel_environment_options,
		flags:       cFlag(options.Defaults, C.CUPEL_ENVIRONMENT_DEFAULTS),
		schema:      schema,
		schema_json: memory.copyBytes(options.SchemaJSON),
		settings:    memory.copyBytes(options.Settings),
		plugin:      memory.copyString(options.Plugin),
	}
	c.keys, c.key_count = memory.views(options.Keys)
	c.variables, c.variable_count = memory.fields(options.Variables)
	var environment *C.cupel_environment
	var cerr *C.cupel_error
	if C.cupel_environment_build(&c, &environment, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newEnvironment(environment), nil
}

// EnvironmentEntry is one variable, without its value.
type EnvironmentEntry struct {
	Key       string // without BOEFJE_
	Origin    EnvironmentOrigin
	Secret    bool // the schema says so
	Converted bool // text made into the schema's type
	Size      int  // of the value, in bytes
}

// Entries are the variables, in the order in which Value counts them.
func (e *Environment) Entries() (entries []EnvironmentEntry, err error) {
	err = e.handle.use(func(p *C.cupel_environment) error {
		count := C.cupel_environment_count(p)
		for i := C.size_t(0); i < count; i++ {
			entry := C.cupel_environment_entry{struct_size: C.sizeof_cupel_environment_entry}
			var cerr *C.cupel_error
			if C.cupel_environment_get_entry(p, i, &entry, &cerr); cerr != nil {
				return takeError(cerr)
			}
			entries = append(entries, EnvironmentEntry{
				Key:       goString(entry.key),
				Origin:    EnvironmentOrigin(entry.origin),
				Secret:    entry.flags&C.CUPEL_ENTRY_SECRET != 0,
				Converted: entry.flags&C.CUPEL_ENTRY_CONVERTED != 0,
				Size:      int(entry.value_size),
			})
		}
		return nil
	})
	return entries, err
}

// Value is the value of one, a secret. OutOfRange for a wrong index.
func (e *Environment) Value(index int) ([]byte, error) {
	return e.handle.buffer(func(p *C.cupel_environment, out outBuffer, err outError) {
		C.cupel_environment_value(p, C.size_t(index), out, err)
	})
}

// Environ is all variables as os/exec takes them: "KEY=value", which are
// secrets.
func (e *Environment) Environ() ([]string, error) {
	entries, err := e.Entries()
	if err != nil {
		return nil, err
	}
	environ := make([]string, len(entries))
	for i, entry := range entries {
		value, err := e.Value(i)
		if err != nil {
			return nil, err
		}
		environ[i] = entry.Key + "=" + string(value)
	}
	return environ, nil
}

// UsesSystem tells whether any value came from the host's variables.
func (e *Environment) UsesSystem() bool {
	uses := false
	// One that is closed uses nothing.
	_ = e.handle.use(func(p *C.cupel_environment) error {
		uses = C.cupel_environment_uses_system(p) != 0
		return nil
	})
	return uses
}

// Explanation tells where each value came from, and what was refused and why,
// without values.
type Explanation struct {
	Entries []ExplainedEntry `json:"entries"`
	Refused []RefusedEntry   `json:"refused"`
}

// ExplainedEntry is a variable that the plugin gets.
type ExplainedEntry struct {
	Key       string `json:"key"`
	Origin    string `json:"origin"`
	Secret    bool   `json:"secret"`
	Converted bool   `json:"converted"`
}

// RefusedEntry is a variable that the plugin does not get.
type RefusedEntry struct {
	Key       string `json:"key"`
	OfferedBy string `json:"offered_by"`
	Reason    string `json:"reason"` // "not_named", …
}

// Explain tells where each value came from.
func (e *Environment) Explain() (Explanation, error) {
	return decode[Explanation](e.handle.buffer(func(p *C.cupel_environment, out outBuffer, err outError) {
		C.cupel_environment_explain(p, out, err)
	}))
}

// ValuesJSON is {"KEY":"value"}, as the plugin gets it; secret values are "***"
// unless reveal is set.
func (e *Environment) ValuesJSON(reveal bool) (json.RawMessage, error) {
	return e.handle.buffer(func(p *C.cupel_environment, out outBuffer, err outError) {
		C.cupel_environment_values_json(p, cFlag(reveal, C.CUPEL_VALUES_REVEAL), out, err)
	})
}

// Fingerprint is 64 hexadecimal digits: equal for equal environments, telling
// nothing of the values without the ring's sealing key, which is what it is
// keyed with. FailedPrecondition if the ring has none.
func (e *Environment) Fingerprint(keyring *Keyring) (string, error) {
	p, err := e.handle.acquire()
	if err != nil {
		return "", err
	}
	defer e.handle.release()
	print, err := keyring.buffer(func(ring *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_environment_fingerprint(p, ring, out, err)
	})
	return string(print), err
}

// Close gives the environment back, and overwrites its values.
func (e *Environment) Close() error {
	if e == nil {
		return nil
	}
	return e.handle.closeOf(e)
}
