package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"runtime/cgo"
)

// Settings are those of an organisation for a plugin, as a JSON object; {} if
// there are none. What the plugin's schema calls secret is "***", and everything
// if it has no schema, unless reveal is set.
func (r *Registry) Settings(organisation, plugin string, reveal bool) (json.RawMessage, error) {
	return r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_get_settings(p, viewString(organisation), viewString(plugin),
			cFlag(reveal, C.CUPEL_SETTINGS_REVEAL), out, err)
	})
}

// PutSettings replaces them. InvalidArgument, with paths and without values, if
// they do not fit the plugin's schema.
func (r *Registry) PutSettings(organisation, plugin string, settings []byte) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_put_settings(p, viewString(organisation), viewString(plugin), viewBytes(settings), err)
	})
}

// DeleteSettings removes them.
func (r *Registry) DeleteSettings(organisation, plugin string) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_delete_settings(p, viewString(organisation), viewString(plugin), err)
	})
}

// CloneSettings gives what one organisation has set and enabled to another.
func (r *Registry) CloneSettings(from, to string) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_clone_settings(p, viewString(from), viewString(to), err)
	})
}

// Environment is what the plugin would get for this organisation, from its
// settings and the host's BOEFJE_ variables; ProcessVariables gives those of
// this process. With defaults, those of the schema count where nothing else is
// given.
func (r *Registry) Environment(organisation, plugin string, variables []Field, defaults bool) (*Environment, error) {
	var memory arena
	defer memory.release()
	list, count := memory.fields(variables)
	var environment *C.cupel_environment
	err := r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_environment(p, viewString(organisation), viewString(plugin), list, count,
			cFlag(defaults, C.CUPEL_ENVIRONMENT_DEFAULTS), &environment, err)
	})
	if err != nil {
		return nil, err
	}
	return newEnvironment(environment), nil
}

// Rotation is how a rotation of keys went.
type Rotation struct {
	Resealed int      `json:"resealed"`
	Already  int      `json:"already"`
	Changed  int      `json:"changed"` // by somebody meanwhile, with the new key
	Failed   []string `json:"failed"`  // "acme/shodan: …"; they are as they were
}

// Rotate seals every row anew that is not sealed with the ring's sealing key,
// one at a time, while others read and write. progress may be nil; an error of
// it ends the rotation, as the context does. What is resealed then stays so, and
// the next one goes on.
func (r *Registry) Rotate(ctx context.Context, progress func(done, total uint64) error) (Rotation, error) {
	state := &rotationCallback{progress: progress}
	var user cgo.Handle
	if progress != nil {
		user = cgo.NewHandle(state)
		defer user.Delete()
	}
	var text []byte
	err := withContext(ctx, func(cancel *C.cupel_cancel) (err error) {
		text, err = r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
			C.cupel_go_registry_rotate(p, cancel, C.uintptr_t(user), out, err)
		})
		return err
	})
	if ended := state.ended(); ended != nil {
		return Rotation{}, ended
	}
	return decode[Rotation](text, err)
}

// rotationCallback is told how far a rotation has come.
type rotationCallback struct {
	outcome
	progress func(done, total uint64) error
}

//export cupelGoRotation
func cupelGoRotation(user C.uintptr_t, done, total C.uint64_t) C.int32_t {
	state := cgo.Handle(user).Value().(*rotationCallback)
	return state.run(func() error { return state.progress(uint64(done), uint64(total)) })
}

// Export is organisations, repositories, plugins that were posted and
// configurations as one JSON document, in which settings stay sealed.
func (r *Registry) Export() (json.RawMessage, error) {
	return r.handle.buffer(func(p *C.cupel_registry, out outBuffer, err outError) {
		C.cupel_registry_export(p, out, err)
	})
}

// Import takes such a document in, all of it or nothing.
func (r *Registry) Import(document []byte) error {
	return r.handle.do(func(p *C.cupel_registry, err outError) {
		C.cupel_registry_import(p, viewBytes(document), err)
	})
}

// GenerateToken makes a bearer token, "cupel-token-1:…", for hosts that mount
// the API where others can reach it. It is a secret, to be shown once.
func GenerateToken() (string, error) {
	token, err := bufferOf(func(out outBuffer, err outError) {
		C.cupel_token_generate(out, err)
	})
	return string(token), err
}

// HashToken is what is kept of a token: 64 hexadecimal digits.
func HashToken(token string) (string, error) {
	hash, err := bufferOf(func(out outBuffer, err outError) {
		C.cupel_token_hash(viewString(token), out, err)
	})
	return string(hash), err
}

// TokenMatches tells whether a hash is that of a token, in a time that tells
// nothing of either.
func TokenMatches(token, hash string) (bool, error) {
	var matches C.int32_t
	var cerr *C.cupel_error
	C.cupel_token_matches(viewString(token), viewString(hash), &matches, &cerr)
	return matches != 0, takeError(cerr)
}
