// Command seal_setting shows what a plugin gets from its settings and from the
// variables BOEFJE_... of this process, and how settings are sealed for storage.
//
//	go build ./seal_setting
//	BOEFJE_TIMEOUT=30 ./seal_setting
package main

import (
	"fmt"
	"os"

	"cupel.dev/cupel"
)

const (
	schema = `{
	  "type": "object", "required": ["SERVER"], "secret": ["TOKEN"],
	  "properties": {"SERVER": {"type": "string"}, "TOKEN": {"type": "string"},
	                 "TIMEOUT": {"type": "integer"},
	                 "RETRIES": {"type": "integer", "default": 3}}}`
	settings = `{"SERVER":"mail.example.com","TOKEN":"not for everybody"}`
)

func printEnvironment() error {
	environment, err := cupel.BuildEnvironment(cupel.EnvironmentOptions{
		SchemaJSON: []byte(schema),
		Settings:   []byte(settings),
		Variables:  cupel.ProcessVariables(),
		Defaults:   true,
	})
	if err != nil {
		return err
	}
	defer environment.Close()
	entries, err := environment.Entries()
	if err != nil {
		return err
	}
	for i, entry := range entries {
		value, err := environment.Value(i)
		if err != nil {
			return err
		}
		if entry.Secret {
			value = []byte("***")
		}
		fmt.Printf("%s=%s (%s)\n", entry.Key, value, entry.Origin)
	}
	return nil
}

// keys are those of CUPEL_SETTINGS_KEYS, or a new one. A real program has its
// keys from somewhere: what is sealed with a key that is lost is lost.
func keys() (*cupel.Keyring, error) {
	ring, err := cupel.KeyringFromEnvironment(cupel.ProcessVariables())
	if _, given := os.LookupEnv("CUPEL_SETTINGS_KEYS"); given || err != nil {
		return ring, err
	}
	key, err := cupel.GenerateKey()
	if err != nil {
		return nil, err
	}
	return ring, ring.AddKey(key)
}

func seal() error {
	ring, err := keys()
	if err != nil {
		return err
	}
	defer ring.Close()
	box := cupel.SettingsBox{Keyring: ring}
	row, err := box.Seal("acme", "mail", []byte(settings))
	if err != nil {
		return err
	}
	opened, err := box.Open("acme", "mail", row)
	if err != nil {
		return err
	}
	same := map[bool]string{true: "the same", false: "not the same"}
	fmt.Println("sealed and opened:", same[string(opened) == settings])
	return nil
}

func main() {
	err := printEnvironment()
	if err == nil {
		err = seal()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "seal_setting:", err)
		os.Exit(2)
	}
}
