package cupel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"cupel.dev/cupel"
)

// longLines tells how long the longest line of a text is.
type longLines struct{}

func (longLines) Scan(call *cupel.Call) error {
	longest := 0
	for _, line := range bytes.Split(call.Bytes(), []byte("\n")) {
		if len(line) > longest {
			longest = len(line)
		}
	}
	if longest > 1000 {
		if err := call.Statement(cupel.Statement{Name: "long_line", Weight: 1}); err != nil {
			return err
		}
	}
	return call.Result(map[string]int{"longest": longest})
}

// A plugin of one's own is a value with the method of its category.
func ExamplePlugins_Register() {
	plugins, err := cupel.NewPlugins(cupel.PluginsOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer plugins.Close()
	err = plugins.Register(cupel.Plugin{
		Category: cupel.CategoryWorker,
		Name:     "long-lines",
		Consumes: []string{"text/*"},
		Impl:     longLines{},
	})
	if err != nil {
		log.Fatal(err)
	}
	scanner, err := cupel.NewScanner(nil, cupel.ScannerOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer scanner.Close()
	if err := scanner.UsePlugins(cupel.PluginUse{Plugins: plugins}); err != nil {
		log.Fatal(err)
	}
	report, err := scanner.ScanBytes(context.Background(), "min.js", bytes.Repeat([]byte("x"), 2000))
	if err != nil {
		log.Fatal(err)
	}
	defer report.Close()
	payloads, err := report.Payloads()
	if err != nil {
		log.Fatal(err)
	}
	result := payloads[0].Results[0]
	fmt.Println(report.Verdict(), result.Plugin, string(result.Result))
	// Output:
	// matched worker:long-lines {"longest":2000}
}

// Settings are sealed for one organisation and one plugin.
func ExampleSettingsBox() {
	key, err := cupel.GenerateKey()
	if err != nil {
		log.Fatal(err)
	}
	keyring, err := cupel.NewKeyring()
	if err != nil {
		log.Fatal(err)
	}
	defer keyring.Close()
	if err := keyring.AddKey(key); err != nil {
		log.Fatal(err)
	}
	box := cupel.SettingsBox{Keyring: keyring}
	row, err := box.Seal("acme", "shodan", []byte(`{"API_KEY":"s3cret"}`))
	if err != nil {
		log.Fatal(err)
	}
	settings, err := box.Open("acme", "shodan", row)
	fmt.Println(string(settings), err)
	_, err = box.Open("other", "shodan", row)
	fmt.Println(err.(*cupel.Error).Code)
	// Output:
	// {"API_KEY":"s3cret"} <nil>
	// DATA_LOSS
}

// What a plugin gets, and what it does not.
func ExampleBuildEnvironment() {
	environment, err := cupel.BuildEnvironment(cupel.EnvironmentOptions{
		Plugin:     "ports",
		SchemaJSON: []byte(`{"type":"object","properties":{"TOP_PORTS":{"type":"integer"}}}`),
		Variables: []cupel.Field{
			{Name: "BOEFJE_TOP_PORTS", Value: "100"},
			{Name: "BOEFJE_PATH", Value: "/bin"},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer environment.Close()
	environ, err := environment.Environ()
	if err != nil {
		log.Fatal(err)
	}
	explanation, err := environment.Explain()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(environ, explanation.Refused[0].Key, explanation.Refused[0].Reason)
	// Output:
	// [TOP_PORTS=100] PATH not_named
}

// A job is submitted, leased, and completed with its result.
func ExampleQueue() {
	queue, err := cupel.OpenQueue("memory:", cupel.QueueOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer queue.Close()
	_, err = queue.Submit(cupel.NewJob{Kind: "greet", ID: "job-1", Body: json.RawMessage(`{"whom":"world"}`)})
	if err != nil {
		log.Fatal(err)
	}
	jobs, err := queue.Lease(cupel.LeaseOptions{Worker: "example"})
	if err != nil {
		log.Fatal(err)
	}
	for _, job := range jobs {
		if err := queue.Complete(job.ID, job.Token, "text/plain", []byte("hello")); err != nil {
			log.Fatal(err)
		}
	}
	result, err := queue.Result("job-1")
	fmt.Println(string(result), err)
	// Output:
	// hello <nil>
}

// The registry is a handler of KATalogus's REST API. Who may ask is the host's
// business.
func ExampleRegistry_ServeHTTP() {
	registry, err := cupel.OpenRegistry(cupel.RegistryOptions{})
	if err != nil {
		log.Fatal(err)
	}
	defer registry.Close()
	if err := registry.AddOrganisation(cupel.Organisation{ID: "acme", Name: "Acme"}); err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/katalogus/", http.StripPrefix("/katalogus", registry))
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest("GET", "/katalogus/v1/organisations/acme", nil))
	fmt.Println(answer.Code, answer.Body.String())
	// Output:
	// 200 {"id":"acme","name":"Acme","deduplicate":false}
}
