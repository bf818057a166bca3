package cupel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

func TestPluginFindsInAScan(t *testing.T) {
	var logged []string
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryDecoder, Name: "reverse", Consumes: []string{"*"},
		Impl: func(call *cupel.Call) error {
			if call.Depth() > 0 {
				return nil
			}
			text := append([]byte(nil), call.Bytes()...)
			for i, j := 0, len(text)-1; i < j; i, j = i+1, j-1 {
				text[i], text[j] = text[j], text[i]
			}
			call.Log(cupel.LogInfo, "reversed")
			return call.Child(cupel.Child{Bytes: text, Name: "reversed"})
		},
	})
	scanner := scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{
		Plugins:  plugins,
		Metadata: map[string]string{"ticket": "X-1"},
		TLP:      "amber",
		Log: func(plugin string, level cupel.LogLevel, text string) {
			logged = append(logged, plugin+" "+level.String()+" "+text)
		},
	})
	plugins.Close() // The scanner keeps what it needs.
	report := scanBytes(t, scanner, "x", "eldeen")
	list := findings(t, report)
	if len(list) != 1 || list[0].Rule != "needle" || !strings.HasSuffix(list[0].Path, "!/reversed") {
		t.Errorf("findings %+v", list)
	}
	document, err := report.Document()
	if err != nil {
		t.Fatal(err)
	}
	if document.Payloads[1].Producer != "decoder:reverse" || document.Job.TLP != "amber" || string(document.Job.Metadata) != `{"ticket":"X-1"}` {
		t.Errorf("payloads %+v, job %+v", document.Payloads, document.Job)
	}
	if !reflect.DeepEqual(logged, []string{"decoder:reverse info reversed"}) {
		t.Errorf("logged %q", logged)
	}
	if err := scanner.UsePlugins(cupel.PluginUse{}); err != nil {
		t.Fatal(err)
	}
	if list := findings(t, scanBytes(t, scanner, "x", "eldeen")); len(list) != 0 {
		t.Errorf("without plugins there are findings: %+v", list)
	}
}

func TestPluginThatFailsOrPanics(t *testing.T) {
	var nothing *everything
	for name, c := range map[string]struct {
		impl   func(*cupel.Call) error
		status string
		says   string
	}{
		"error":    {func(*cupel.Call) error { return errors.New("out of luck") }, "UNKNOWN", "out of luck"},
		"code":     {func(*cupel.Call) error { return cupel.ErrDataLoss }, "DATA_LOSS", "DATA_LOSS"},
		"wrapped":  {func(*cupel.Call) error { return fmt.Errorf("why: %w", cupel.ErrNotFound) }, "NOT_FOUND", "why: "},
		"context":  {func(*cupel.Call) error { return context.Canceled }, "CANCELLED", "canceled"},
		"panic":    {func(*cupel.Call) error { panic("boo\x00\n") }, "INTERNAL", "the plugin panicked: boo"},
		"nil":      {func(*cupel.Call) error { return nothing.problem }, "INTERNAL", "nil pointer"},
		"no child": {func(c *cupel.Call) error { return c.Child(cupel.Child{Metadata: "text"}) }, "INVALID_ARGUMENT", "a child"},
		"no json":  {func(c *cupel.Call) error { return c.Result(func() {}) }, "INVALID_ARGUMENT", "JSON"},
	} {
		plugins := newPlugins(t, cupel.Plugin{Category: cupel.CategoryWorker, Name: "bad", Consumes: []string{"*"}, Impl: c.impl})
		run, err := plugins.Run(context.Background(), "worker:bad", cupel.PluginInput{Bytes: []byte("x")})
		if err != nil {
			t.Fatal(name, err)
		}
		if run.Status != c.status || !strings.Contains(run.Message, c.says) {
			t.Errorf("%s: status %s, message %q", name, run.Status, run.Message)
		}
		// In a scan it is an incident, and nothing is clean.
		report := scanBytes(t, scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{Plugins: plugins}), "x", "x")
		incidents, err := report.Incidents()
		if err != nil {
			t.Fatal(name, err)
		}
		if len(incidents) == 0 || report.Verdict() != cupel.VerdictUnknown {
			t.Errorf("%s: verdict %v, incidents %+v", name, report.Verdict(), incidents)
		}
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

// keeper is a connector with all that one may have.
type keeper struct {
	calls []string
	saved map[string][]byte
}

func (k *keeper) Connect(*cupel.Call) error    { k.calls = append(k.calls, "connect"); return nil }
func (k *keeper) Disconnect(*cupel.Call) error { k.calls = append(k.calls, "disconnect"); return nil }
func (k *keeper) Save(call *cupel.Call) error {
	k.calls = append(k.calls, "save")
	what := call.Bytes()
	if len(what) == 0 {
		what = call.Document()
	}
	k.saved[call.SHA256()] = append([]byte(nil), what...)
	return call.Result(map[string]string{"conn_id": call.SHA256()})
}
func (k *keeper) GetFile(call *cupel.Call) error {
	var known struct {
		ID string `json:"conn_id"`
	}
	if err := json.Unmarshal(call.Document(), &known); err != nil {
		return err
	}
	return call.Child(cupel.Child{Bytes: k.saved[known.ID], Name: "saved"})
}

func TestConnectorGetsReportsAndGivesBack(t *testing.T) {
	impl := &keeper{saved: map[string][]byte{}}
	archive := &keeper{saved: map[string][]byte{}}
	plugins := newPlugins(t, cupel.Plugin{Category: cupel.CategoryConnector, Name: "keep", Impl: impl},
		cupel.Plugin{Category: cupel.CategoryConnector, Name: "archive", Impl: archive})
	scanner := scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{
		Plugins: plugins, Connectors: []string{"keep"}, Archive: "archive", Documents: cupel.DocumentOptions{NoTiming: true},
	})
	report := scanBytes(t, scanner, "x", "a needle")
	payloads, err := report.Payloads()
	if err != nil {
		t.Fatal(err)
	}
	id := payloads[0].SHA256
	if string(archive.saved[id]) != "a needle" || !bytes.Contains(impl.saved[""], []byte(`"verdict":"matched"`)) || len(payloads[0].Saved) != 1 {
		t.Errorf("saved %q and %q, payloads %+v", impl.saved, archive.saved, payloads)
	}
	scanner.Close()
	if want := []string{"connect", "save", "disconnect"}; !reflect.DeepEqual(impl.calls, want) {
		t.Errorf("calls %v", impl.calls)
	}
	var content string
	run, err := plugins.Run(context.Background(), "connector:archive", cupel.PluginInput{
		Method: cupel.MethodGetFile, Document: []byte(fmt.Sprintf(`{"conn_id":%q}`, id)),
		Take: func(_ uint64, _ string, bytes []byte) error { content = string(bytes); return nil },
	})
	if err != nil || content != "a needle" {
		t.Errorf("run %+v gave %q, error %v", run, content, err)
	}
}

func TestSourceBringsItems(t *testing.T) {
	file := writeFile(t, "file", "needle in a file")
	var acknowledged []string
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategorySource, Name: "three", Options: map[string]string{"word": "needle"},
		Impl: func(call *cupel.Call) error {
			word, _ := call.Option("word")
			for _, item := range []cupel.Item{
				{Name: "bytes", Bytes: []byte(word), Metadata: map[string]int{"n": 1}, TLP: "green"},
				{Name: "file", Path: file},
				{Name: "", Bytes: []byte("x"), Metadata: 7},
				{Name: "last", Bytes: []byte("hay")},
			} {
				if err := call.Item(item); err == nil {
					acknowledged = append(acknowledged, item.Name)
				} else if !errors.Is(err, cupel.ErrInvalidArgument) {
					return err
				}
			}
			return nil
		},
	}, cupel.Plugin{
		Category: cupel.CategorySource, Name: "endless",
		Impl: func(call *cupel.Call) error {
			for {
				if err := call.Item(cupel.Item{Name: "x", Bytes: []byte("x")}); err != nil {
					return err
				}
			}
		},
	})
	scanner := scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{Plugins: plugins})
	var verdicts []string
	told := func(report *cupel.Report) error {
		defer report.Close()
		verdicts = append(verdicts, report.Verdict().String())
		return nil
	}
	if err := scanner.Ingest(context.Background(), "three", nil, told); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(verdicts, []string{"matched", "matched", "clean"}) || !reflect.DeepEqual(acknowledged, []string{"bytes", "file", "last"}) {
		t.Errorf("verdicts %v, acknowledged %v", verdicts, acknowledged)
	}
	verdicts = nil
	stop := errors.New("enough")
	err := scanner.Ingest(context.Background(), "three", map[string]string{"word": "hay"}, func(report *cupel.Report) error {
		told(report)
		return stop
	})
	if err != stop || !reflect.DeepEqual(verdicts, []string{"clean"}) {
		t.Errorf("error %v, verdicts %v", err, verdicts)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = scanner.Ingest(ctx, "endless", nil, func(report *cupel.Report) error { cancel(); return report.Close() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	wantCode(t, scanner.Ingest(context.Background(), "nobody", nil, told), cupel.NotFound)
	wantCode(t, scanner.Ingest(context.Background(), "three", nil, nil), cupel.InvalidArgument)
	wantCode(t, newScanner(t, cupel.ScannerOptions{}).Ingest(context.Background(), "three", nil, told), cupel.FailedPrecondition)
}

func TestPanicsOfCallbacksOfPlugins(t *testing.T) {
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryWorker, Name: "logs", Consumes: []string{"*"},
		Impl: func(call *cupel.Call) error { call.Log(cupel.LogInfo, "hello"); return nil },
	})
	angry := true
	scanner := scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{
		Plugins: plugins,
		Log: func(string, cupel.LogLevel, string) {
			if angry {
				panic("boo")
			}
		},
	})
	func() {
		defer func() {
			if value := recover(); value != "boo" {
				t.Errorf("recovered %v", value)
			}
		}()
		scanner.ScanBytes(context.Background(), "x", []byte("x"))
		t.Error("the panic was swallowed")
	}()
	angry = false
	if report := scanBytes(t, scanner, "x", "x"); report.Verdict() != cupel.VerdictClean {
		t.Errorf("verdict %v", report.Verdict())
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

func TestConfigurationOfPlugins(t *testing.T) {
	plugins := newPlugins(t)
	config := writeFile(t, "stoq.cfg", "[core]\nmax_recursion = 3\n[xor]\nkye = 1\n")
	if err := plugins.LoadConfig(config); err != nil {
		t.Fatal(err)
	}
	core, err := plugins.Config()
	if err != nil || string(core["max_recursion"].Value) != "3" || !strings.HasSuffix(core["max_recursion"].Place, ":2") {
		t.Errorf("config %+v, error %v", core, err)
	}
	warnings, err := plugins.Warnings()
	if err != nil || len(warnings) == 0 || !strings.Contains(warnings[0], "kye") {
		t.Errorf("warnings %q, error %v", warnings, err)
	}
	if err := plugins.SetOption("decoder:xor", "max_tlp", "green", cupel.OptionCall); err != nil {
		t.Fatal(err)
	}
	if info, err := plugins.Show("decoder:xor", true); err != nil || info.MaxTLP != "green" {
		t.Errorf("plugin %+v, error %v", info, err)
	}
	wantCode(t, plugins.SetOptionText("nonsense"), cupel.InvalidArgument)
	wantCode(t, plugins.SetOption("x", "y", func() {}, cupel.OptionCall), cupel.InvalidArgument)
	wantCode(t, plugins.LoadConfig(filepath.Join(t.TempDir(), "none")), cupel.NotFound)
	wantCode(t, plugins.AddPath(filepath.Join(t.TempDir(), "none")), cupel.NotFound)
}

func TestInstallPlugin(t *testing.T) {
	destination := filepath.Join(t.TempDir(), "plugins")
	folder := filepath.Join(t.TempDir(), "rot")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	manifest := `{"name": "rot", "version": "1.0", "category": "decoder", "module": "rot.py"}`
	for name, text := range map[string]string{"plugin.json": manifest, "rot.py": "pass\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	installed, err := cupel.InstallPlugin(folder, destination, false)
	if err != nil {
		t.Fatal(err)
	}
	if installed.Files != 2 || len(installed.Plugins) != 1 || installed.Plugins[0] != "decoder:rot" || installed.Replaced {
		t.Errorf("installed %+v", installed)
	}
	_, err = cupel.InstallPlugin(folder, destination, false)
	wantCode(t, err, cupel.AlreadyExists)
	if again, err := cupel.InstallPlugin(folder, destination, true); err != nil || !again.Replaced {
		t.Errorf("installed %+v, error %v", again, err)
	}
}
