// Command mount_registry answers the REST API of OpenKAT's catalogue: an
// http.Handler, here in a server of net/http that is asked over the network.
//
//	go build ./mount_registry
//	./mount_registry plugins/
//
// Who may ask is the program's business: the API itself lets everybody.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"cupel.dev/cupel"
)

const (
	plugins  = "/v1/organisations/acme/plugins"
	settings = "/v1/organisations/acme/dns-records/settings"
)

func ask(server *httptest.Server, method, path, query, body string) error {
	request, err := http.NewRequest(method, server.URL+path+query, strings.NewReader(body))
	if err != nil {
		return err
	}
	response, err := server.Client().Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	fmt.Printf("%s %s\n%d %s\n", method, path, response.StatusCode, answer)
	return nil
}

// open makes a registry in memory, with a key that is forgotten with it.
func open(folder string) (*cupel.Registry, error) {
	key, err := cupel.GenerateKey()
	if err != nil {
		return nil, err
	}
	ring, err := cupel.NewKeyring()
	if err != nil {
		return nil, err
	}
	defer ring.Close()
	if err := ring.AddKey(key); err != nil {
		return nil, err
	}
	return cupel.OpenRegistry(cupel.RegistryOptions{
		PluginFolders: []string{folder}, Keyring: ring})
}

func run(folder string) error {
	registry, err := open(folder)
	if err != nil {
		return err
	}
	defer registry.Close()
	acme := cupel.Organisation{ID: "acme", Name: "Acme Inc.", Deduplicate: true}
	if err := registry.AddOrganisation(acme); err != nil {
		return err
	}
	server := httptest.NewServer(registry) // a real one: http.ListenAndServe
	defer server.Close()
	for _, r := range [][4]string{
		{"GET", plugins, "?q=parent", ""},
		{"PUT", settings, "", `{"REMOTE_NS": 5}`},
		{"PUT", settings, "", `{"REMOTE_NS": "9.9.9.9"}`},
		{"GET", settings, "", ""},
	} {
		if err := ask(server, r[0], r[1], r[2], r[3]); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: mount_registry PLUGINS")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "mount_registry:", err)
		os.Exit(2)
	}
}
