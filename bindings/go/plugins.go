package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"runtime"
)

// PluginsOptions say which plugins there are, and where they run. The zero value
// has those that are compiled in.
type PluginsOptions struct {
	// NoBuiltin leaves out the plugins that are compiled in.
	NoBuiltin bool
	// Environment has the process's variables
	// CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION> count. They are read again whenever
	// the plugins are told, until they are frozen; no other goroutine may change
	// the environment meanwhile.
	Environment bool
	// NoNetwork and NoFiles: no plugin in a process of its own gets the network,
	// or may write outside its temporary folder, whatever it needs.
	NoNetwork bool
	NoFiles   bool
	// MinTier: what would run in this process otherwise runs at least so far
	// away. What can't is broken, never run nearer [TierBuiltin].
	MinTier Tier
	// Runner is the program cupel-runner; empty: the variable CUPEL_RUNNER, else
	// the one that came with the library.
	Runner string
	// PythonPath is the folder with the Python package cupel; empty: the variable
	// CUPEL_PYTHON_PATH, else the one that came with the library.
	PythonPath string
	Python     string // the interpreter [/usr/bin/python3]
}

// Plugins are the plugins that a host uses: built in, its own, from shared
// objects and from folders, with what is configured for them. Filled step by
// step, then used: the first run, or the first scanner made with them, freezes
// them, and what would change them is FailedPrecondition from then on.
//
// Plugins are two of a kind if they have the same category and name. One that is
// built in makes room for another; of two others the first counts, and the second
// is broken. docs/plugin-sets.md is the guide.
type Plugins struct {
	handle handle[*C.cupel_plugins]
	tables *pluginTables
}

// NewPlugins makes a set.
func NewPlugins(options PluginsOptions) (*Plugins, error) {
	var memory arena
	defer memory.release()
	c := C.cupel_plugins_options{
		struct_size: C.sizeof_cupel_plugins_options,
		flags: cFlag(options.NoBuiltin, C.CUPEL_PLUGINS_NO_BUILTIN) |
			cFlag(options.Environment, C.CUPEL_PLUGINS_ENVIRONMENT) |
			cFlag(options.NoNetwork, C.CUPEL_PLUGINS_NO_NETWORK) |
			cFlag(options.NoFiles, C.CUPEL_PLUGINS_NO_FILES),
		min_tier:    C.cupel_tier(options.MinTier),
		runner:      memory.copyString(options.Runner),
		python_path: memory.copyString(options.PythonPath),
		python:      memory.copyString(options.Python),
	}
	var plugins *C.cupel_plugins
	var cerr *C.cupel_error
	if C.cupel_plugins_new(&c, &plugins, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	tables := newPluginTables()
	p := &Plugins{
		handle: newHandle(plugins, "the plugins", func(p *C.cupel_plugins) {
			C.cupel_plugins_free(p)
			tables.release()
		}),
		tables: tables,
	}
	runtime.SetFinalizer(p, (*Plugins).Close)
	return p, nil
}

// AddPath adds all that is in a folder, without running anything of it:
// plugin.json, stoQ's, OpenKAT's. What is wrong in it is a broken plugin, no
// error. Or a shared object, whose code runs: in this process, or in one of its
// own if MinTier is not TierBuiltin. NotFound, PermissionDenied, or
// FailedPrecondition for one that can't be loaded.
func (p *Plugins) AddPath(path string) error {
	return p.handle.do(func(p *C.cupel_plugins, err outError) {
		C.cupel_plugins_add_path(p, viewString(path), err)
	})
}

// Register adds a plugin of the host's own. It always runs in this process:
// FailedPrecondition if MinTier allows no such thing; InvalidArgument names what
// is wrong; AlreadyExists.
func (p *Plugins) Register(plugin Plugin) error {
	return p.handle.use(func(c *C.cupel_plugins) error {
		table, err := p.tables.add(&plugin)
		if err != nil {
			return err
		}
		var cerr *C.cupel_error
		C.cupel_plugins_register(c, table, &cerr)
		return takeError(cerr)
	})
}

// LoadConfig reads a stoq.cfg. [core] is the framework's; what of it is known has
// to be of the right type. Folders of its plugin_dir_list are added. Any other
// section, [name] or [category:name], has the options of that plugin.
// InvalidArgument with file and line.
func (p *Plugins) LoadConfig(path string) error {
	return p.handle.do(func(p *C.cupel_plugins, err outError) {
		C.cupel_plugins_load_config(p, viewString(path), err)
	})
}

// OptionOrigin says where an option's value comes from; a higher one counts
// before a lower.
type OptionOrigin int32

// Where the values of options that are set come from.
const (
	OptionCommandLine OptionOrigin = C.CUPEL_OPTION_COMMAND_LINE
	OptionCall        OptionOrigin = C.CUPEL_OPTION_CALL
)

// SetOption sets an option of a plugin, "category:name", or "name" for those of
// any category; it need not be there yet. The value is anything that
// encoding/json takes. Also max_tlp, rate_limit and needs ("network, files"), over
// what the plugin itself says. A value of a wrong type makes the plugin broken; an
// option or plugin that is not there is a warning.
func (p *Plugins) SetOption(plugin, option string, value any, origin OptionOrigin) error {
	text, err := toJSON("the value of "+option, value)
	if err != nil {
		return err
	}
	return p.handle.do(func(p *C.cupel_plugins, err outError) {
		C.cupel_plugins_set_option(p, viewString(plugin), viewString(option), viewBytes(text),
			C.CUPEL_OPTION_JSON, C.cupel_option_origin(origin), err)
	})
}

// SetOptionText sets "name:key=value" or "category:name:key=value", as on a
// command line: text, which becomes a value of the type that the option has.
func (p *Plugins) SetOptionText(setting string) error {
	return p.handle.do(func(p *C.cupel_plugins, err outError) {
		C.cupel_plugins_set_option_text(p, viewString(setting), err)
	})
}

// PluginInfo is what is known of a plugin of the set.
type PluginInfo struct {
	Category         string   `json:"category"`
	Name             string   `json:"name"`
	Version          string   `json:"version"`
	Description      string   `json:"description"`
	Author           string   `json:"author"`
	Dialect          string   `json:"dialect"` // "cupel", "stoq" or "openkat"
	Origin           string   `json:"origin"`  // "built in", a path, …
	Hash             string   `json:"hash"`    // content hash of its folder
	Tier             string   `json:"tier"`    // empty: it is broken
	LeastTier        string   `json:"least_tier"`
	Needs            []string `json:"needs"`
	Consumes         []string `json:"consumes"`
	Requires         []string `json:"requires"`
	MaxTLP           string   `json:"max_tlp"` // empty: all
	HeartbeatSeconds float64  `json:"heartbeat_seconds"`
	State            string   `json:"state"`   // "sound" or "broken"
	Problem          string   `json:"problem"` // why it is broken
	// RateLimit is how often it may be called; null: as often as one likes.
	RateLimit json.RawMessage `json:"rate_limit"`
	// Options are there for Show only.
	Options []PluginOption `json:"options,omitempty"`
}

// PluginOption is an option of a plugin.
type PluginOption struct {
	Name   string          `json:"name"`
	Value  json.RawMessage `json:"value"`
	Masked bool            `json:"masked"` // it looks like a secret: "***"
	Origin string          `json:"origin"`
	Place  string          `json:"place"` // "stoq.cfg:12"
}

// List gives all plugins by category and name, those that are broken last.
func (p *Plugins) List() ([]PluginInfo, error) {
	text, err := p.handle.buffer(func(p *C.cupel_plugins, out outBuffer, err outError) {
		C.cupel_plugins_json(p, out, err)
	})
	return member[[]PluginInfo]("plugins", text, err)
}

// Show tells of one plugin, "category:name", with its options. Values of options
// with "pass", "secret", "token", "key" or "credential" in their name are "***"
// unless reveal is set. NotFound names the nearest.
func (p *Plugins) Show(plugin string, reveal bool) (PluginInfo, error) {
	return decode[PluginInfo](p.handle.buffer(func(p *C.cupel_plugins, out outBuffer, err outError) {
		C.cupel_plugins_show_json(p, viewString(plugin), cFlag(reveal, C.CUPEL_PLUGINS_REVEAL), out, err)
	}))
}

// Warnings tell what of the configuration means nothing: "stoq.cfg:12:
// decoder:xor has no option 'kye'. Is it 'key'?"
func (p *Plugins) Warnings() ([]string, error) {
	text, err := p.handle.buffer(func(p *C.cupel_plugins, out outBuffer, err outError) {
		C.cupel_plugins_warnings_json(p, out, err)
	})
	return member[[]string]("warnings", text, err)
}

// ConfigValue is a value of [core], and where it stands.
type ConfigValue struct {
	Value json.RawMessage `json:"value"`
	Place string          `json:"place"` // "stoq.cfg:4"
}

// Config is the [core] of all files, later ones over earlier ones.
func (p *Plugins) Config() (map[string]ConfigValue, error) {
	return decode[map[string]ConfigValue](p.handle.buffer(func(p *C.cupel_plugins, out outBuffer, err outError) {
		C.cupel_plugins_config_json(p, out, err)
	}))
}

// Close gives the plugins back; scanners that were made with them go on.
func (p *Plugins) Close() error {
	if p == nil {
		return nil
	}
	return p.handle.closeOf(p)
}

// PluginInstall is what was installed.
type PluginInstall struct {
	Plugins     []string `json:"plugins"` // "decoder:rot"
	Directory   string   `json:"directory"`
	Files       int      `json:"files"`
	Bytes       uint64   `json:"bytes"`
	ContentHash string   `json:"content_hash"`
	Replaced    bool     `json:"replaced"`
}

// InstallPlugin copies the folder of a plugin, of any dialect, into a folder of
// plugins, which is made if it is not there, under the plugin's name. Nothing of
// it is run. With upgrade, a folder that is there already makes room.
// InvalidArgument for a folder without a plugin or with a broken one, and for
// links that lead out of it; AlreadyExists without upgrade; ResourceExhausted for
// more than 100,000 files or 1 GiB.
func InstallPlugin(folder, destination string, upgrade bool) (PluginInstall, error) {
	return decode[PluginInstall](bufferOf(func(out outBuffer, err outError) {
		C.cupel_plugins_install(viewString(folder), viewString(destination), cFlag(upgrade, C.CUPEL_INSTALL_UPGRADE), out, err)
	}))
}
