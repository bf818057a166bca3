package cupel_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"cupel.dev/cupel"
)

func newPlugins(t testing.TB, plugins ...cupel.Plugin) *cupel.Plugins {
	t.Helper()
	set, err := cupel.NewPlugins(cupel.PluginsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { set.Close() })
	for _, plugin := range plugins {
		if err := set.Register(plugin); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// scannerWith makes a scanner that uses plugins.
func scannerWith(t testing.TB, options cupel.ScannerOptions, use cupel.PluginUse) *cupel.Scanner {
	t.Helper()
	scanner := newScanner(t, options)
	if err := scanner.UsePlugins(use); err != nil {
		t.Fatal(err)
	}
	return scanner
}

func TestBuiltinPlugins(t *testing.T) {
	plugins := newPlugins(t)
	list, err := plugins.List()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, plugin := range list {
		found = found || plugin.Category == "decoder" && plugin.Name == "base64" && plugin.State == "sound" && plugin.Tier == "builtin"
	}
	if !found {
		t.Errorf("there is no decoder:base64 in %+v", list)
	}
	var content []byte
	run, err := plugins.Run(context.Background(), "decoder:base64", cupel.PluginInput{
		Bytes: []byte("bmVlZGxl"), Name: "x",
		Take: func(_ uint64, _ string, bytes []byte) error {
			content = append(content, bytes...)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != "OK" || !run.Complete || len(run.Children) != 1 || run.Children[0].Size != 6 || string(content) != "needle" {
		t.Errorf("run %+v gave %q", run, content)
	}
	none, err := cupel.NewPlugins(cupel.PluginsOptions{NoBuiltin: true})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	if list, err := none.List(); err != nil || len(list) != 0 {
		t.Errorf("plugins %+v, error %v", list, err)
	}
}

// everything hands back one of all there is.
type everything struct {
	activated, deactivated int32
	problem                error
}

func (e *everything) Activate(call *cupel.Call) error {
	atomic.AddInt32(&e.activated, 1)
	if value, ok := call.Option("size"); !ok || value != "3" {
		return fmt.Errorf("size is %q", value)
	}
	return nil
}

func (e *everything) Deactivate() { atomic.AddInt32(&e.deactivated, 1) }

func (e *everything) Extract(call *cupel.Call) error {
	var options struct{ Size int }
	if err := json.Unmarshal(call.Options(), &options); err != nil {
		return err
	}
	payload := call.Bytes()
	_, none := call.Option("none")
	for _, err := range []error{
		call.Child(cupel.Child{Bytes: payload[:options.Size], Name: "slice", Metadata: map[string]int{"n": 1}}),
		call.Child(cupel.Child{Bytes: []byte("copied"), Name: "made\xff", Dispatch: []string{"decoder:xor", "worker:hash"}, NoScan: true, Save: true}),
		call.Result(map[string]any{"type": call.Type(), "name": call.Name(), "path": call.Path(), "tlp": call.TLP(), "none": none, "depth": call.Depth()}),
		call.Statement(cupel.Statement{Name: "odd", Tags: []string{"a", "b"}, Meta: map[string]bool{"x": true}, Weight: 7, Offset: 1, Length: 2}),
		call.Dispatch("decoder:base64"),
	} {
		if err != nil {
			return err
		}
	}
	call.Log(cupel.LogWarning, "careful")
	call.Error(cupel.ErrDataLoss)
	if call.Cancelled() || call.Budget() == 0 {
		return errors.New("the call is over before it began")
	}
	return e.problem
}

func TestPluginHandsBackEverything(t *testing.T) {
	impl := &everything{}
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryExtractor, Name: "every", Version: "2.1", Description: "Does it all", Author: "acme",
		Consumes: []string{"text/*", "zip"}, Options: map[string]any{"size": 3}, MinVersion: "1.0", Impl: impl,
	})
	info, err := plugins.Show("extractor:every", false)
	if err != nil {
		t.Fatal(err)
	}
	if info.Version != "2.1" || info.Author != "acme" || len(info.Consumes) != 2 || len(info.Options) != 1 || string(info.Options[0].Value) != "3" {
		t.Errorf("it is told as %+v", info)
	}
	run, err := plugins.Run(context.Background(), "extractor:every", cupel.PluginInput{Bytes: []byte("payload"), Name: "p"})
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != "OK" || len(run.Children) != 2 || len(run.Results) != 1 || len(run.Statements) != 1 {
		t.Fatalf("run %+v", run)
	}
	if child := run.Children[0]; child.Offset == nil || *child.Offset != 0 || child.Size != 3 || string(child.Metadata) != `{"n":1}` || !child.Scan {
		t.Errorf("slice %+v", child)
	}
	if child := run.Children[1]; child.Offset != nil || child.NameBase64 == "" || child.Scan || !child.Save || len(child.Dispatches) != 2 {
		t.Errorf("copy %+v", child)
	}
	if s := run.Statements[0]; s.Name != "odd" || s.Weight != 7 || s.Offset != 1 || s.Length != 2 || !reflect.DeepEqual(s.Tags, []string{"a", "b"}) {
		t.Errorf("statement %+v", s)
	}
	if !reflect.DeepEqual(run.Dispatches, []string{"decoder:base64"}) || run.Log[0].Text != "careful" || run.Errors[0].Code != "DATA_LOSS" {
		t.Errorf("dispatches %v, log %v, errors %v", run.Dispatches, run.Log, run.Errors)
	}
	if impl.activated != 1 || impl.deactivated != 1 {
		t.Errorf("activated %d times, deactivated %d", impl.activated, impl.deactivated)
	}
}

func TestActivationThatFails(t *testing.T) {
	impl := &everything{}
	plugins := newPlugins(t, cupel.Plugin{Category: cupel.CategoryExtractor, Name: "every", Options: map[string]any{"size": 4}, Impl: impl})
	_, err := plugins.Run(context.Background(), "extractor:every", cupel.PluginInput{})
	if failed := wantCode(t, err, cupel.FailedPrecondition); !strings.Contains(failed.Message, `size is "4"`) {
		t.Errorf("%q", failed.Message)
	}
	if impl.deactivated != 0 {
		t.Error("what was not activated is deactivated")
	}
}

func TestPluginsThatAreWrong(t *testing.T) {
	sound := func(*cupel.Call) error { return nil }
	set := newPlugins(t, cupel.Plugin{Category: cupel.CategoryWorker, Name: "taken", Impl: sound})
	for _, c := range []struct {
		plugin cupel.Plugin
		code   cupel.Code
	}{
		{cupel.Plugin{}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "taken", Impl: sound}, cupel.AlreadyExists},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a b", Impl: sound}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a\x00b", Impl: sound}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a"}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: 7}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryReader, Name: "a", Impl: &everything{}}, cupel.InvalidArgument},
		{cupel.Plugin{Category: 99, Name: "a", Impl: sound}, cupel.InvalidArgument},
		{cupel.Plugin{Category: -1, Name: "a", Impl: sound}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: sound, Options: 7}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: sound, Options: func() {}}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: sound, MaxTLP: "ultraviolet"}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: sound, HeartbeatPeriod: -1}, cupel.InvalidArgument},
		{cupel.Plugin{Category: cupel.CategoryWorker, Name: "a", Impl: sound, MinVersion: "99"}, cupel.FailedPrecondition},
	} {
		wantCode(t, set.Register(c.plugin), c.code)
	}
	if cupel.CategoryNormalizer.String() != "normalizer" || cupel.Category(0).String() != "unknown" {
		t.Error("categories have other names")
	}
}

// A call that is over is refused, and so is another goroutine.
func TestCallsEndWithTheirMethod(t *testing.T) {
	var kept *cupel.Call
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryWorker, Name: "keeps",
		Impl: func(call *cupel.Call) error {
			kept = call
			elsewhere := make(chan error)
			go func() { elsewhere <- call.Result(1) }()
			if err := <-elsewhere; !errors.Is(err, cupel.ErrFailedPrecondition) {
				return fmt.Errorf("another goroutine is told %v", err)
			}
			return nil
		},
	})
	run, err := plugins.Run(context.Background(), "worker:keeps", cupel.PluginInput{Bytes: []byte("x")})
	if err != nil || len(run.Results) != 0 {
		t.Fatal(run, err)
	}
	if !errors.Is(kept.Result(1), cupel.ErrClosed) || kept.Bytes() != nil || kept.Name() != "" || !kept.Cancelled() || kept.Budget() != 0 {
		t.Error("the call goes on")
	}
	kept.Log(cupel.LogError, "nobody listens")
	kept.Error(cupel.ErrInternal)
}

func TestPluginsCallEachOther(t *testing.T) {
	plugins := newPlugins(t,
		cupel.Plugin{
			Category: cupel.CategoryWorker, Name: "outer",
			Impl: func(call *cupel.Call) error {
				got, err := call.Nested("extractor:inner", []byte("for inside"), map[string]int{"n": 2})
				if err != nil {
					return err
				}
				if _, err := call.Nested("extractor:nobody", nil, nil); !errors.Is(err, cupel.ErrNotFound) {
					return fmt.Errorf("what is not there gives %v", err)
				}
				return call.Result([]any{got.Results, got.Children[0].Name, string(got.Children[0].Bytes)})
			},
		},
		cupel.Plugin{
			Category: cupel.CategoryExtractor, Name: "inner", Options: map[string]int{"n": 1},
			Impl: func(call *cupel.Call) error {
				n, _ := call.Option("n")
				if err := call.Child(cupel.Child{Name: "child", Bytes: call.Bytes()}); err != nil {
					return err
				}
				return call.Result("n is " + n)
			},
		})
	run, err := plugins.Run(context.Background(), "worker:outer", cupel.PluginInput{Bytes: []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	if run.Status != "OK" || string(run.Results[0]) != `[["n is 2"],"child","for inside"]` {
		t.Errorf("run %+v: %s", run, run.Results)
	}
}

func TestRunsEnd(t *testing.T) {
	entered := make(chan struct{}, 1)
	plugins := newPlugins(t,
		cupel.Plugin{
			Category: cupel.CategoryWorker, Name: "waits",
			Impl: func(call *cupel.Call) error {
				entered <- struct{}{}
				for !call.Cancelled() {
				}
				return context.Canceled
			},
		},
		cupel.Plugin{
			Category: cupel.CategoryExtractor, Name: "two",
			Impl: func(call *cupel.Call) error {
				call.Child(cupel.Child{Name: "one", Bytes: []byte("1")})
				return call.Child(cupel.Child{Name: "two", Bytes: []byte("2")})
			},
		})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-entered; cancel() }()
	if _, err := plugins.Run(ctx, "worker:waits", cupel.PluginInput{Bytes: []byte("x")}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	stop := errors.New("enough")
	taken := 0
	run, err := plugins.Run(context.Background(), "extractor:two", cupel.PluginInput{
		Bytes: []byte("x"), Take: func(uint64, string, []byte) error { taken++; return stop },
	})
	if err != stop || taken != 1 {
		t.Errorf("run %+v, error %v, taken %d", run, err, taken)
	}
	_, err = plugins.Run(context.Background(), "worker:wait", cupel.PluginInput{})
	if failed := wantCode(t, err, cupel.NotFound); !strings.Contains(failed.Message, "waits") {
		t.Errorf("%q does not name the nearest", failed.Message)
	}
	_, err = plugins.Run(context.Background(), "worker:waits", cupel.PluginInput{Options: []int{1}})
	wantCode(t, err, cupel.InvalidArgument)
	wantCode(t, plugins.AddPath("x"), cupel.FailedPrecondition)
}

// handler is a function with a name for its type, as http.HandlerFunc is.
type handler func(*cupel.Call) error

// scanning also has the method of a worker, which counts.
type scanning func(*cupel.Call) error

func (s scanning) Scan(call *cupel.Call) error { return call.Result("the method") }

func TestFunctionsOfNamedTypes(t *testing.T) {
	result := func(call *cupel.Call) error { return call.Result("the function") }
	for _, c := range []struct {
		impl any
		want string
	}{{handler(result), `"the function"`}, {scanning(result), `"the method"`}} {
		plugins := newPlugins(t, cupel.Plugin{Category: cupel.CategoryWorker, Name: "f", Impl: c.impl})
		run, err := plugins.Run(context.Background(), "worker:f", cupel.PluginInput{Bytes: []byte("x")})
		if err != nil || len(run.Results) != 1 || string(run.Results[0]) != c.want {
			t.Errorf("%T: run %+v, error %v", c.impl, run, err)
		}
	}
	for _, impl := range []any{nil, handler(nil), (func(*cupel.Call) error)(nil), func() {}, 7, &everything{}} {
		err := newPlugins(t).Register(cupel.Plugin{Category: cupel.CategoryReader, Name: "f", Impl: impl})
		if failed := wantCode(t, err, cupel.InvalidArgument); !strings.Contains(failed.Message, "Read(*cupel.Call) error") {
			t.Errorf("%T: %q", impl, failed.Message)
		}
	}
}
