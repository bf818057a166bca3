package cupel_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

// rawText writes itself with bytes that are no UTF-8.
type rawText string

func (r rawText) MarshalText() ([]byte, error) { return []byte("t\xff"), nil }

type inside struct{ Text string }

type around struct {
	inside
	hidden  string
	Ignored string `json:"-"`
}

// encoding/json makes one character of all that is not UTF-8: two keys that
// differ would become one, and the second job would never be done.
func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	queue := openQueue(t, "memory:")
	for _, key := range []string{"k\xfe", "k\xff"} {
		_, err := queue.Submit(cupel.NewJob{Kind: "greet", Body: json.RawMessage("{}")},
			cupel.NewJob{Kind: "greet", DedupKey: key, Body: json.RawMessage("{}")})
		if failed := wantCode(t, err, cupel.InvalidArgument); !strings.Contains(failed.Message, "[1].DedupKey") {
			t.Errorf("%q", failed.Message)
		}
	}
	for _, body := range []string{"{\"a\":\"\xff\"}", "{\"\xff\":1}"} {
		_, err := queue.Submit(cupel.NewJob{Kind: "greet", Body: json.RawMessage(body)})
		wantCode(t, err, cupel.InvalidArgument)
	}
	if stats, err := queue.Stats(); err != nil || stats.Waiting != 0 {
		t.Errorf("stats %+v, error %v", stats, err)
	}
	// The character itself is as good as any.
	for i, key := range []string{"k\ufffd", "k\ufffd\ufffd", `k\ufffd`} {
		submitted, err := queue.Submit(cupel.NewJob{Kind: "greet", DedupKey: key, Body: json.RawMessage(`{"a":"\ufffd"}`)})
		if err != nil || submitted[0].Existed {
			t.Errorf("case %d: %+v, error %v", i, submitted, err)
		}
	}
	registry := openRegistry(t, cupel.RegistryOptions{})
	for _, query := range []cupel.PluginQuery{{Text: "\xff"}, {IDs: []string{"dns", "\xff"}}, {Type: "\xff"}} {
		_, err := registry.Plugins("acme", query)
		wantCode(t, err, cupel.InvalidArgument)
	}
	text := "\xff"
	for i, value := range []any{
		text, &text, []any{1, &text}, map[string]any{"a": text}, map[string]int{text: 1}, [1]string{text},
		map[rawText]int{"\xff": 1}, rawText("x"), map[string]rawText{"a": "x"}, around{inside: inside{text}},
	} {
		err := newPlugins(t).SetOption("decoder:xor", "key", value, cupel.OptionCall)
		if failed := wantCode(t, err, cupel.InvalidArgument); !strings.Contains(failed.Message, "UTF-8") || strings.Contains(failed.Message, text) {
			t.Errorf("case %d: %q", i, failed.Message)
		}
	}
	for i, value := range []any{[]byte(text), around{hidden: text, Ignored: text}, (*rawText)(nil), nil, 1, []any{nil}, "\ufffd"} {
		if err := newPlugins(t).SetOption("decoder:xor", "key", value, cupel.OptionCall); err != nil {
			t.Errorf("case %d: error %v", i, err)
		}
	}
	scanner := newScanner(t, cupel.ScannerOptions{})
	wantCode(t, scanner.UsePlugins(cupel.PluginUse{Metadata: map[string]string{"a": text}}), cupel.InvalidArgument)
}

// An element of a list that C takes as one text must not become two, or none.
func TestListsKeepTheirElements(t *testing.T) {
	var refused []error
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryWorker, Name: "states",
		Impl: func(call *cupel.Call) error {
			refused = []error{
				call.Statement(cupel.Statement{Name: "a", Tags: []string{"one", "two three"}}),
				call.Statement(cupel.Statement{Name: "a", Tags: []string{""}}),
				call.Child(cupel.Child{Dispatch: []string{"decoder:xor,worker:hash"}}),
			}
			return call.Statement(cupel.Statement{Name: "a", Tags: []string{"one", "two"}})
		},
	})
	run, err := plugins.Run(context.Background(), "worker:states", cupel.PluginInput{Bytes: []byte("x")})
	if err != nil || run.Status != "OK" || len(run.Statements) != 1 || len(run.Statements[0].Tags) != 2 || len(run.Children) != 0 {
		t.Errorf("run %+v, error %v", run, err)
	}
	scanner := newScanner(t, cupel.ScannerOptions{})
	for _, list := range [][]string{{"states,hash"}, {"states", ""}} {
		for _, use := range []cupel.PluginUse{
			{Plugins: plugins, Run: list}, {Plugins: plugins, Decorators: list},
			{Plugins: plugins, Connectors: list}, {Plugins: plugins, ErrorConnectors: list},
		} {
			refused = append(refused, scanner.UsePlugins(use))
		}
	}
	impl := func(*cupel.Call) error { return nil }
	for _, list := range [][]string{{"text/* zip"}, {""}} {
		refused = append(refused,
			plugins.Register(cupel.Plugin{Category: cupel.CategoryWorker, Name: "b", Consumes: list, Impl: impl}),
			plugins.Register(cupel.Plugin{Category: cupel.CategoryWorker, Name: "b", Requires: list, Impl: impl}))
	}
	for i, err := range refused {
		var failed *cupel.Error
		if !errors.As(err, &failed) || failed.Code != cupel.InvalidArgument || !strings.Contains(failed.Message, "[") {
			t.Errorf("case %d: error %v", i, err)
		}
	}
}
