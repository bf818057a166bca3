package cupel_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"cupel.dev/cupel"
)

// pluginFolder has the boefjes "dns", which has a schema, "free" and "hang", and
// the normalizer "norm".
func pluginFolder(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"dns/boefje.json":      `{"id":"dns","name":"DNS records"}`,
		"dns/schema.json":      pluginSchema,
		"free/boefje.json":     `{"id":"free","name":"Free"}`,
		"free/main.py":         "def run(meta):\n    print('hello')\n    return [({'text/plain'}, b'a\\0b')]\n",
		"hang/boefje.json":     `{"id":"hang","name":"Hangs"}`,
		"hang/main.py":         "import time\ndef run(meta):\n    print('hanging', flush=True)\n    time.sleep(1000)\n",
		"norm/normalizer.json": `{"id":"norm","name":"N","consumes":["text/plain"],"produces":[]}`,
		"norm/normalize.py":    "def run(input_ooi, raw):\n    return []\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// openRegistry has the organisations "acme" and "other".
func openRegistry(t testing.TB, options cupel.RegistryOptions) *cupel.Registry {
	t.Helper()
	options.PluginFolders = []string{pluginFolder(t)}
	if options.Keyring == nil {
		options.Keyring = newKeyring(t)
	}
	registry, err := cupel.OpenRegistry(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { registry.Close() })
	for _, id := range []string{"acme", "other"} {
		if err := registry.AddOrganisation(cupel.Organisation{ID: id, Name: strings.ToUpper(id)}); err != nil {
			t.Fatal(err)
		}
	}
	return registry
}

func TestOrganisations(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{})
	wantCode(t, registry.AddOrganisation(cupel.Organisation{ID: "acme", Name: "x"}), cupel.AlreadyExists)
	if err := registry.UpdateOrganisation(cupel.Organisation{ID: "acme", Name: "Acme", Deduplicate: true}); err != nil {
		t.Fatal(err)
	}
	if err := registry.DeleteOrganisation("other"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, registry.DeleteOrganisation("other"), cupel.NotFound)
	list, err := registry.Organisations()
	if err != nil || !reflect.DeepEqual(list, []cupel.Organisation{{ID: "acme", Name: "Acme", Deduplicate: true}}) {
		t.Errorf("organisations %+v, error %v", list, err)
	}
}

func TestPluginsOfARegistry(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{})
	found, err := registry.Found()
	if err != nil || len(found) != 4 || found[0].ID != "dns" || found[0].State != "sound" {
		t.Errorf("found %+v, error %v", found, err)
	}
	discovered, err := cupel.DiscoverPlugins(filepath.Dir(found[0].Directory))
	if err != nil || len(discovered) != len(found) {
		t.Errorf("discovered %+v, error %v", discovered, err)
	}
	if hashes, err := cupel.HashPlugin(found[0].Directory); err != nil || hashes.Content != found[0].ContentHash || hashes.Runnable == "" {
		t.Errorf("hashes %+v, error %v", hashes, err)
	}
	list, err := registry.Plugins("acme", cupel.PluginQuery{Text: "dns", Type: "boefje"})
	if err != nil || len(list) != 1 || !list[0].Local {
		t.Errorf("plugins %+v, error %v", list, err)
	}
	if err := registry.SetEnabled("acme", "dns", true); err != nil {
		t.Fatal(err)
	}
	enabled := true
	list, err = registry.Plugins("acme", cupel.PluginQuery{Enabled: &enabled, IDs: []string{"dns", "norm"}, Limit: 10})
	if err != nil || len(list) == 0 || !strings.Contains(string(list[0].Plugin), `"dns"`) {
		t.Errorf("plugins %+v, error %v", list, err)
	}
	one, err := registry.Plugin("acme", "dns")
	if err != nil || !strings.Contains(string(one.Plugin), `"enabled":true`) {
		t.Errorf("plugin %+v, error %v", one, err)
	}
	_, err = registry.Plugin("acme", "nobody")
	wantCode(t, err, cupel.NotFound)
	if err := registry.Rescan(); err != nil {
		t.Error(err)
	}
}

func TestSettingsInARegistry(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{})
	if err := registry.PutSettings("acme", "dns", []byte(pluginSettings)); err != nil {
		t.Fatal(err)
	}
	masked, err := registry.Settings("acme", "dns", false)
	if err != nil || string(masked) != `{"API_KEY":"***","TOP_PORTS":7}` {
		t.Errorf("settings %s, error %v", masked, err)
	}
	failed := wantCode(t, registry.PutSettings("acme", "dns", []byte(`{"API_KEY":7,"x":"`+secret+`"}`)), cupel.InvalidArgument)
	if strings.Contains(failed.Message, secret) {
		t.Errorf("%q shows a value", failed.Message)
	}
	if err := registry.CloneSettings("acme", "other"); err != nil {
		t.Fatal(err)
	}
	if revealed, err := registry.Settings("other", "dns", true); err != nil || string(revealed) != pluginSettings {
		t.Errorf("settings %s, error %v", revealed, err)
	}
	environment, err := registry.Environment("acme", "dns", []cupel.Field{{Name: "BOEFJE_TOP_PORTS", Value: "9"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	defer environment.Close()
	if environ, err := environment.Environ(); err != nil || !reflect.DeepEqual(environ, []string{"API_KEY=" + secret, "TOP_PORTS=7"}) {
		t.Errorf("environ %q, error %v", environ, err)
	}
	if err := registry.DeleteSettings("acme", "dns"); err != nil {
		t.Fatal(err)
	}
	if settings, err := registry.Settings("acme", "dns", true); err != nil || string(settings) != "{}" {
		t.Errorf("settings %s, error %v", settings, err)
	}
}

func TestRotationAndExport(t *testing.T) {
	ring := newKeyring(t)
	database := filepath.Join(t.TempDir(), "registry.db")
	registry := openRegistry(t, cupel.RegistryOptions{Database: database, Keyring: ring})
	for _, organisation := range []string{"acme", "other"} {
		if err := registry.PutSettings(organisation, "dns", []byte(pluginSettings)); err != nil {
			t.Fatal(err)
		}
	}
	exported, err := registry.Export()
	if err != nil || strings.Contains(string(exported), secret) {
		t.Errorf("exported %s, error %v", exported, err)
	}
	if rotation, err := registry.Rotate(context.Background(), nil); err != nil || rotation.Already != 2 || rotation.Resealed != 0 {
		t.Errorf("rotation %+v, error %v", rotation, err)
	}
	registry.Close()
	// Another ring, whose sealing key is new.
	key, err := cupel.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	newer, err := cupel.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	defer newer.Close()
	if err := newer.AddKey(key); err != nil {
		t.Fatal(err)
	}
	again, err := cupel.OpenRegistry(cupel.RegistryOptions{Database: database, Keyring: newer})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	stop := errors.New("enough")
	calls := 0
	_, err = again.Rotate(context.Background(), func(done, total uint64) error {
		if calls++; total != 2 {
			t.Errorf("%d of %d", done, total)
		}
		return stop
	})
	if err != stop || calls != 1 {
		t.Errorf("error %v after %d calls", err, calls)
	}
	rotation, err := again.Rotate(context.Background(), nil)
	if err != nil || len(rotation.Failed) != 2 {
		t.Errorf("without the old key: %+v, error %v", rotation, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := again.Rotate(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	empty, err := cupel.OpenRegistry(cupel.RegistryOptions{Keyring: ring})
	if err != nil {
		t.Fatal(err)
	}
	defer empty.Close()
	if err := empty.Import(exported); err != nil {
		t.Fatal(err)
	}
	if list, err := empty.Organisations(); err != nil || len(list) != 2 {
		t.Errorf("organisations %+v, error %v", list, err)
	}
	wantCode(t, empty.Import([]byte("{")), cupel.InvalidArgument)
}

func TestRegistriesThatCannotBeOpened(t *testing.T) {
	_, err := cupel.OpenRegistry(cupel.RegistryOptions{Database: t.TempDir()})
	var failed *cupel.Error
	if !errors.As(err, &failed) {
		t.Errorf("error %v", err)
	}
	_, err = cupel.OpenRegistry(cupel.RegistryOptions{BusyTimeout: -1})
	wantCode(t, err, cupel.InvalidArgument)
	ring := newKeyring(t)
	ring.Close()
	if _, err := cupel.OpenRegistry(cupel.RegistryOptions{Keyring: ring}); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

func TestRegistryAsHandler(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{MaxBodyBytes: 1000})
	server := httptest.NewServer(http.StripPrefix("/katalogus", registry))
	defer server.Close()
	ask := func(method, path, body string) (int, string, http.Header) {
		request, err := http.NewRequest(method, server.URL+"/katalogus"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(text), response.Header
	}
	status, text, header := ask("GET", "/v1/organisations/acme/plugins?plugin_type=boefje", "")
	var plugins []struct{ ID string }
	if status != 200 || json.Unmarshal([]byte(text), &plugins) != nil || len(plugins) != 3 || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Errorf("%d %s %v", status, text, header)
	}
	if status, text, _ := ask("PUT", "/v1/organisations/acme/dns/settings", pluginSettings); status != 200 {
		t.Errorf("%d %s", status, text)
	}
	if status, _, _ := ask("PUT", "/v1/organisations/acme/dns/settings", strings.Repeat(" ", 1001)); status != 413 {
		t.Errorf("status %d for a body that is too large", status)
	}
	// The path goes over as it was encoded: a slash in an id is none between.
	if status, text, _ := ask("GET", "/v1/organisations/a%2Fb", ""); status != 400 {
		t.Errorf("%d %s", status, text)
	}
	if status, text, _ := ask("HEAD", "/v1/organisations/acme", ""); text != "" {
		t.Errorf("%d with a body %q for HEAD", status, text)
	}
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			request := httptest.NewRequest("GET", "/v1/organisations", nil)
			answer := httptest.NewRecorder()
			registry.ServeHTTP(answer, request)
			if answer.Code != 200 {
				t.Errorf("status %d", answer.Code)
			}
		}()
	}
	all.Wait()
	registry.Close()
	if status, _, _ := ask("GET", "/v1/organisations", ""); status != 503 {
		t.Errorf("status %d of a closed registry", status)
	}
}

func TestTokens(t *testing.T) {
	token, err := cupel.GenerateToken()
	if err != nil {
		t.Fatal(err)
	}
	hash, err := cupel.HashToken(token)
	if err != nil || len(hash) != 64 {
		t.Fatalf("hash %q, error %v", hash, err)
	}
	if ok, err := cupel.TokenMatches(token, hash); err != nil || !ok {
		t.Errorf("%t, error %v", ok, err)
	}
	if ok, err := cupel.TokenMatches(token+"x", hash); ok {
		t.Errorf("another token matches, error %v", err)
	}
}

// What middleware has set is replaced, not doubled.
func TestHeadersOfMiddleware(t *testing.T) {
	registry := openRegistry(t, cupel.RegistryOptions{})
	plain := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/v1/organisations/acme", nil)
	registry.ServeHTTP(plain, request)
	answer := httptest.NewRecorder()
	answer.Header().Set("Content-Type", "text/html")
	answer.Header().Set("X-Request-ID", "7")
	registry.ServeHTTP(answer, request)
	if got := answer.Header()["Content-Type"]; len(got) != 1 || got[0] != plain.Header().Get("Content-Type") || answer.Header().Get("X-Request-ID") != "7" {
		t.Errorf("headers %v", answer.Header())
	}
}
