package cupel

// #include "shim.h"
import "C"

import (
	"os"
	"runtime"
	"strings"
	"sync"
)

// Keyring holds keys to open settings with, the first of which seals.
type Keyring struct {
	handle handle[*C.cupel_keyring]
	mutex  sync.RWMutex // held for writing while keys are added
}

func newKeyring(ring *C.cupel_keyring) *Keyring {
	k := &Keyring{handle: newHandle(ring, "the keyring", func(p *C.cupel_keyring) {
		C.cupel_keyring_free(p)
	})}
	runtime.SetFinalizer(k, (*Keyring).Close)
	return k
}

// NewKeyring makes an empty one.
func NewKeyring() (*Keyring, error) {
	var ring *C.cupel_keyring
	var cerr *C.cupel_error
	if C.cupel_keyring_new(&ring, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newKeyring(ring), nil
}

// KeyringFromEnvironment makes one with the keys that variables name; an empty
// one if there are none:
//
//	CUPEL_SETTINGS_KEYS       keys, separated by commas or white space
//	CUPEL_SETTINGS_KEYS_FILE  path of a file that holds them, which nobody but
//	                          its owner may read
//	BOEFJES_KATALOGUS_PRIVATE_KEY, BOEFJES_KATALOGUS_PUBLIC_KEY  OpenKAT's, or
//	                          KATALOGUS_..., _B64 and their older names
//
// ProcessVariables gives those of this process.
func KeyringFromEnvironment(variables []Field) (*Keyring, error) {
	var memory arena
	defer memory.release()
	list, count := memory.fields(variables)
	var ring *C.cupel_keyring
	var cerr *C.cupel_error
	if C.cupel_keyring_from_environment(list, count, 0, &ring, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	return newKeyring(ring), nil
}

// ProcessVariables are the variables of this process as Go knows them, which is
// safe beside os.Setenv.
func ProcessVariables() []Field {
	environ := os.Environ()
	variables := make([]Field, 0, len(environ))
	for _, variable := range environ {
		if at := strings.IndexByte(variable, '='); at > 0 {
			variables = append(variables, Field{variable[:at], variable[at+1:]})
		}
	}
	return variables
}

// GenerateKey makes a new key as text, "cupel-key-1:…". It is in no ring.
func GenerateKey() (string, error) {
	key, err := bufferOf(func(out outBuffer, cerr outError) {
		C.cupel_keyring_generate_key(out, cerr)
	})
	return string(key), err
}

// AddKey adds a key, as GenerateKey makes it. AlreadyExists for one that is in
// the ring.
func (k *Keyring) AddKey(key string) error {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.handle.do(func(p *C.cupel_keyring, err outError) {
		C.cupel_keyring_add_key(p, viewString(key), err)
	})
}

// SetOpenKAT sets OpenKAT's keys, each base64 of 32 bytes.
func (k *Keyring) SetOpenKAT(privateKey, publicKey string) error {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.handle.do(func(p *C.cupel_keyring, err outError) {
		C.cupel_keyring_set_openkat(p, viewString(privateKey), viewString(publicKey), err)
	})
}

// KeyringInfo tells which keys a ring has, by ids that are no secrets.
type KeyringInfo struct {
	Keys    []string `json:"keys"`
	Sealing string   `json:"sealing"` // empty: none
	OpenKAT bool     `json:"openkat"`
}

// Info tells which keys the ring has.
func (k *Keyring) Info() (KeyringInfo, error) {
	return decode[KeyringInfo](k.buffer(func(p *C.cupel_keyring, out outBuffer, err outError) {
		C.cupel_keyring_json(p, out, err)
	}))
}

// buffer makes a call while no keys are added.
func (k *Keyring) buffer(call func(p *C.cupel_keyring, out outBuffer, err outError)) ([]byte, error) {
	if k == nil {
		return nil, newError(InvalidArgument, "the keyring is nil; make one with NewKeyring")
	}
	k.mutex.RLock()
	defer k.mutex.RUnlock()
	return k.handle.buffer(call)
}

// Close gives the ring back, and overwrites its keys.
func (k *Keyring) Close() error {
	if k == nil {
		return nil
	}
	return k.handle.closeOf(k)
}
