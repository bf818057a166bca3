package cupel_test

import (
	"bytes"
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

// Threads that the library started enter plugins of Go as well.
func TestPluginOnManyThreads(t *testing.T) {
	members := map[string]string{}
	for i := 0; i < 200; i++ {
		members[fmt.Sprintf("m%03d", i)] = fmt.Sprintf("member %d with a needle", i)
	}
	var calls int32
	plugins := newPlugins(t, cupel.Plugin{
		Category: cupel.CategoryWorker, Name: "counts", Consumes: []string{"*"},
		Impl: func(call *cupel.Call) error {
			atomic.AddInt32(&calls, 1)
			if strings.HasSuffix(call.Name(), "7") {
				panic("seven")
			}
			return call.Result(len(call.Bytes()))
		},
	})
	scanner := scannerWith(t, cupel.ScannerOptions{Threads: 4}, cupel.PluginUse{Plugins: plugins})
	report := scanBytes(t, scanner, "many.zip", string(zipOf(t, members)))
	incidents, err := report.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	if calls != 201 || report.Counts().Findings != 201 || len(incidents) != 20 || report.Verdict() != cupel.VerdictMatched {
		t.Errorf("%d calls, counts %+v, %d incidents", calls, report.Counts(), len(incidents))
	}
}
