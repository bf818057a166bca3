package cupel_test

import (
	"context"
	"errors"
	"testing"

	"cupel.dev/cupel"
)

// A source that goes on until it is told to stop, and then makes something else
// of it.
func stubborn(items *int) cupel.Plugin {
	return cupel.Plugin{
		Category: cupel.CategorySource, Name: "stubborn",
		Impl: func(call *cupel.Call) error {
			call.Log(cupel.LogInfo, "begun")
			for !call.Cancelled() {
				*items++
				if err := call.Item(cupel.Item{Name: "x", Bytes: []byte("needle")}); err != nil {
					break
				}
			}
			return errors.New("the source's own trouble")
		},
	}
}

// Whatever is told of an ingest ends it by an error or a panic, and that is what
// comes out, not what the source says when it is ended.
func TestCallbacksEndAnIngest(t *testing.T) {
	enough := errors.New("enough")
	fail := func() error { return enough }
	angry := func() error { panic("boo") }
	for _, c := range []struct {
		name             string
		finding, report  func() error
		progress, log    func() error
		told, mostBrings int
		err              error
		panics           any
	}{
		{name: "finding fails", finding: fail, told: 1, mostBrings: 1, err: enough},
		{name: "finding panics", finding: angry, told: 1, mostBrings: 1, panics: "boo"},
		{name: "progress fails", progress: fail, told: 1, mostBrings: 1, err: enough},
		{name: "progress panics", progress: angry, told: 1, mostBrings: 1, panics: "boo"},
		{name: "report fails", report: fail, told: 1, mostBrings: 1, err: enough},
		{name: "report panics", report: angry, told: 1, mostBrings: 1, panics: "boo"},
		{name: "finding fails, report panics", finding: fail, report: angry, told: 1, mostBrings: 1, panics: "boo"},
		{name: "log panics", log: angry, told: 1, mostBrings: 1, panics: "boo"},
	} {
		var items, told int
		options := cupel.ScannerOptions{}
		if c.finding != nil {
			options.Finding = func(cupel.Finding) error { return c.finding() }
		}
		if c.progress != nil {
			options.Progress = func(cupel.Progress) error { return c.progress() }
		}
		use := cupel.PluginUse{Plugins: newPlugins(t, stubborn(&items))}
		if c.log != nil {
			use.Log = func(string, cupel.LogLevel, string) { c.log() }
		}
		scanner := scannerWith(t, options, use)
		var err error
		var panicked any
		func() {
			defer func() { panicked = recover() }()
			err = scanner.Ingest(context.Background(), "stubborn", nil, func(report *cupel.Report) error {
				defer report.Close()
				told++
				if c.report != nil {
					return c.report()
				}
				return nil
			})
		}()
		// How far the scan comes after a panic of a log is a matter of threads.
		if c.log != nil && told == 0 {
			told = 1
		}
		if err != c.err || panicked != c.panics || told != c.told || items > c.mostBrings {
			t.Errorf("%s: error %v, panic %v, %d reports of %d items", c.name, err, panicked, told, items)
		}
	}
}

// A panic of Log ends the scan that it came in, too.
func TestPanicOfALogEndsAScan(t *testing.T) {
	waits := cupel.Plugin{
		Category: cupel.CategoryWorker, Name: "waits", Consumes: []string{"*"},
		Impl: func(call *cupel.Call) error {
			call.Log(cupel.LogInfo, "waiting")
			for !call.Cancelled() {
			}
			return nil
		},
	}
	scanner := scannerWith(t, cupel.ScannerOptions{}, cupel.PluginUse{
		Plugins: newPlugins(t, waits), Log: func(string, cupel.LogLevel, string) { panic("boo") },
	})
	defer func() {
		if value := recover(); value != "boo" {
			t.Errorf("recovered %v", value)
		}
	}()
	scanner.ScanBytes(context.Background(), "x", []byte("x"))
	t.Error("the panic was swallowed")
}

// All was scanned when the context ended, but the report did not get to where it
// belongs: nobody must take that for done.
func TestContextThatEndsADelivery(t *testing.T) {
	for _, category := range []cupel.Category{cupel.CategoryConnector, cupel.CategoryDecorator} {
		ctx, cancel := context.WithCancel(context.Background())
		plugins := newPlugins(t, cupel.Plugin{
			Category: category, Name: "slow",
			Impl: func(call *cupel.Call) error {
				cancel()
				for !call.Cancelled() {
				}
				return context.Canceled
			},
		})
		use := cupel.PluginUse{Plugins: plugins, Connectors: []string{"slow"}}
		if category == cupel.CategoryDecorator {
			use.Connectors, use.Decorators = nil, []string{"slow"}
		}
		report, err := scannerWith(t, cupel.ScannerOptions{}, use).ScanBytes(ctx, "x", []byte("x"))
		if report == nil || report.Coverage() != cupel.CoverageComplete || !errors.Is(err, context.Canceled) {
			t.Errorf("%v: report %+v, error %v", category, report, err)
		}
		if report != nil {
			report.Close()
		}
	}
}
