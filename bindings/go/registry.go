package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"time"
)

// RegistryOptions say what a registry is opened with. The zero value is one in
// memory, without plugins and keys.
type RegistryOptions struct {
	// Database is an SQLite file, made if it is not there, or postgresql://…
	// where there is the driver for it. Empty: in memory, as long as the
	// registry lives.
	Database string
	// PluginFolders are where plugins are looked for. No code of theirs is run.
	PluginFolders []string
	// Keyring seals and opens settings; copied. nil: none.
	Keyring *Keyring
	// SealFormat is that of new rows.
	SealFormat SealFormat
	// AllowIdentity lets rows of plain JSON be read too.
	AllowIdentity bool
	// Deduplicate is the install's switch for shared runs.
	Deduplicate bool
	// BusyTimeout is how long to wait for others' writing [5 s].
	BusyTimeout time.Duration
	// MaxBodyBytes of a request; larger ones get 413 [4 MiB].
	MaxBodyBytes uint64
}

// Registry is the catalogue: which plugins there are, and what each organisation
// has enabled and set. It is also an http.Handler of KATalogus's REST API.
type Registry struct {
	handle  handle[*C.cupel_registry]
	maxBody int64
}

// What the library takes of a request's body unless it is told otherwise.
const defaultMaxBody = 4 << 20

// OpenRegistry opens the database, which brings it up to date, and reads the
// folders. Errors of the database name it, without its password, and the remedy:
// Unavailable while another process locks it or the server can't be reached,
// ResourceExhausted for a full disk, DataLoss for a damaged file,
// FailedPrecondition for one that is no registry, PermissionDenied also for a
// wrong password, NotFound also for a driver that is not there.
func OpenRegistry(options RegistryOptions) (*Registry, error) {
	var memory arena
	defer memory.release()
	busy, err := cMillis32("RegistryOptions.BusyTimeout", options.BusyTimeout)
	if err != nil {
		return nil, err
	}
	c := C.cupel_registry_options{
		struct_size: C.sizeof_cupel_registry_options,
		flags: cFlag(options.AllowIdentity, C.CUPEL_REGISTRY_ALLOW_IDENTITY) |
			cFlag(options.Deduplicate, C.CUPEL_REGISTRY_DEDUPLICATE),
		seal_format:     C.cupel_seal_format(options.SealFormat),
		database:        memory.copyString(options.Database),
		busy_timeout_ms: busy,
		max_body_bytes:  C.uint64_t(options.MaxBodyBytes),
	}
	c.plugin_folders, c.plugin_folder_count = memory.views(options.PluginFolders)
	if ring := options.Keyring; ring != nil {
		ring.mutex.RLock()
		defer ring.mutex.RUnlock()
		if c.keyring, err = ring.handle.acquire(); err != nil {
			return nil, err
		}
		defer ring.handle.release()
	}
	var registry *C.cupel_registry
	var cerr *C.cupel_error
	if C.cupel_registry_open(&c, &registry, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	r := &Registry{
		handle: newHandle(registry, "the registry", func(p *C.cupel_registry) {
			C.cupel_registry_free(p)
		}),
		maxBody: defaultMaxBody,
	}
	if options.MaxBodyBytes != 0 {
		r.maxBody = math.MaxInt64 - 1
		if options.MaxBodyBytes < uint64(r.maxBody) {
			r.maxBody = int64(options.MaxBodyBytes)
		}
	}
	runtime.SetFinalizer(r, (*Registry).Close)
	return r, nil
}

// cMillis32 is milliseconds as C has them in 32 bits.
func cMillis32(what string, d time.Duration) (C.uint32_t, error) {
	if d < 0 || d > math.MaxUint32*time.Millisecond {
		return 0, newError(InvalidArgument, fmt.Sprintf("%s: %v is out of range; 0 is the default", what, d))
	}
	return C.uint32_t(cMillis(d)), nil
}

// Rescan reads the folders anew. On failure everything stays as it was.
func (r *Registry) Rescan() error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_rescan(p, err)
	})
}

// FoundPlugin is a plugin in a folder.
type FoundPlugin struct {
	Kind         string          `json:"kind"` // "boefje", "normalizer", …
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Version      string          `json:"version"` // empty: none
	State        string          `json:"state"`   // "sound", "broken" or "duplicate"
	Problem      string          `json:"problem"` // why it is broken, with file and place
	DuplicateOf  string          `json:"duplicate_of"`
	Directory    string          `json:"directory"`
	ManifestFile string          `json:"manifest_file"`
	ContentHash  string          `json:"content_hash"`
	Cover        bool            `json:"cover"`
	Description  bool            `json:"description"`
	Plugin       json.RawMessage `json:"plugin"` // OpenKAT's object; null if broken
}

// Found is what is in the folders, broken ones too.
func (r *Registry) Found() ([]FoundPlugin, error) {
	text, err := r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_found_json(p, out, err)
	})
	return member[[]FoundPlugin]("plugins", text, err)
}

// DiscoverPlugins finds every plugin under a folder: OpenKAT's boefjes and
// normalizers, and stoQ's as far as their manifests go. NotFound or
// PermissionDenied for the folder itself; what is wrong below it is a broken
// plugin. Nothing of them is run.
func DiscoverPlugins(folder string) ([]FoundPlugin, error) {
	text, err := bufferOf(func(out outBuffer, err outError) {
		C.cupel_plugins_discover(viewString(folder), out, err)
	})
	return member[[]FoundPlugin]("plugins", text, err)
}

// PluginHashes are those of the files in a folder.
type PluginHashes struct {
	Runnable string `json:"runnable_hash"` // OpenKAT's, of contents only
	Content  string `json:"content_hash"`  // over names and lengths too
}

// HashPlugin gives the hashes of the files in a folder.
func HashPlugin(folder string) (PluginHashes, error) {
	return decode[PluginHashes](bufferOf(func(out outBuffer, err outError) {
		C.cupel_plugin_hash(viewString(folder), out, err)
	}))
}

// Organisation is a tenant.
type Organisation struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Deduplicate: runs may be shared with others that have the same input and
	// settings.
	Deduplicate bool `json:"deduplicate"`
}

// Organisations are all there are.
func (r *Registry) Organisations() ([]Organisation, error) {
	return decode[[]Organisation](r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_organisations_json(p, out, err)
	}))
}

// AddOrganisation adds one. AlreadyExists for an id that is taken.
func (r *Registry) AddOrganisation(o Organisation) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_add_organisation(p, viewString(o.ID), viewString(o.Name), cBool(o.Deduplicate), err)
	})
}

// UpdateOrganisation changes one. NotFound if there is none with this id.
func (r *Registry) UpdateOrganisation(o Organisation) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_update_organisation(p, viewString(o.ID), viewString(o.Name), cBool(o.Deduplicate), err)
	})
}

// DeleteOrganisation removes one, with all its settings.
func (r *Registry) DeleteOrganisation(id string) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_delete_organisation(p, viewString(id), err)
	})
}

// PluginQuery narrows which plugins are listed. The zero value is the first 100
// that are sound.
type PluginQuery struct {
	Text          string   `json:"q,omitempty"` // part of id, name or description
	IDs           []string `json:"ids,omitempty"`
	Type          string   `json:"type,omitempty"` // "boefje", "normalizer"
	Enabled       *bool    `json:"state,omitempty"`
	OCIImage      string   `json:"oci_image,omitempty"`
	Consumes      []string `json:"consumes,omitempty"`
	Produces      []string `json:"produces,omitempty"`
	IncludeBroken bool     `json:"include_broken,omitempty"`
	Offset        int      `json:"offset,omitempty"`
	Limit         int      `json:"limit,omitempty"` // [100]
}

// RegisteredPlugin is a plugin as an organisation sees it.
type RegisteredPlugin struct {
	// Plugin is the object of OpenKAT's API, "enabled" as the organisation has
	// it.
	Plugin      json.RawMessage `json:"plugin"`
	Local       bool            `json:"local"`
	Directory   string          `json:"directory"`
	ContentHash string          `json:"content_hash"`
	Problem     string          `json:"problem"`
}

// Plugins are those that fit the query.
func (r *Registry) Plugins(organisation string, query PluginQuery) ([]RegisteredPlugin, error) {
	text, err := toJSON("the query", query)
	if err != nil {
		return nil, err
	}
	text, err = r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_plugins_json(p, viewString(organisation), viewBytes(text), out, err)
	})
	return member[[]RegisteredPlugin]("plugins", text, err)
}

// Plugin is the one with this id. NotFound if there is none.
func (r *Registry) Plugin(organisation, id string) (RegisteredPlugin, error) {
	return decode[RegisteredPlugin](r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_plugin_json(p, viewString(organisation), viewString(id), out, err)
	}))
}

// SetEnabled switches a plugin on or off for an organisation.
func (r *Registry) SetEnabled(organisation, plugin string, enabled bool) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_set_enabled(p, viewString(organisation), viewString(plugin), cBool(enabled), err)
	})
}

// Close gives the registry back; calls that run go on to their end.
func (r *Registry) Close() error {
	if r == nil {
		return nil
	}
	return r.handle.closeOf(r)
}
