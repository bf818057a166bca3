package cupel_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"cupel.dev/cupel"
)

func TestUseAfterClose(t *testing.T) {
	rules := compile(t)
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	report := scanBytes(t, scanner, "a", "needle")
	for i := 0; i < 2; i++ {
		for _, thing := range []interface{ Close() error }{rules, scanner, report} {
			if err := thing.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	ctx := context.Background()
	_, ofNew := cupel.NewScanner(rules, cupel.ScannerOptions{})
	_, ofJSON := rules.JSON()
	_, ofProfile := rules.Profile(ctx, nil, cupel.BytesInput("a", nil))
	_, ofScan := scanner.ScanBytes(ctx, "a", nil)
	_, ofFile := scanner.ScanFile(ctx, "a")
	_, ofInputs := scanner.ScanInputs(ctx, cupel.PathInput("a"))
	unread := strings.NewReader("unread")
	_, ofReader := scanner.ScanReader(ctx, "a", unread)
	if unread.Len() != 6 {
		t.Error("a closed scanner has read")
	}
	_, ofRender := report.JSON()
	_, ofDocument := report.Document()
	_, ofFindings := report.Findings()
	_, ofWrite := report.WriteTo(&bytes.Buffer{})
	for i, err := range []error{
		ofNew, ofJSON, ofProfile, rules.Save("x"), ofScan, ofFile, ofInputs, ofReader,
		scanner.AddPassword("x"), scanner.Select(cupel.SelectName, "*"), ofRender, ofDocument, ofFindings, ofWrite,
	} {
		if !errors.Is(err, cupel.ErrClosed) || !errors.Is(err, cupel.ErrFailedPrecondition) {
			t.Errorf("case %d: error %v", i, err)
		}
	}
	// What needs nothing of the library stays.
	if rules.Count() != 2 || report.Verdict() != cupel.VerdictMatched || report.Counts().Findings != 1 {
		t.Error("what was known is forgotten")
	}
}

func TestZeroValuesAreRefused(t *testing.T) {
	var scanner cupel.Scanner
	var rules cupel.Ruleset
	var report cupel.Report
	_, ofScan := scanner.ScanBytes(context.Background(), "a", nil)
	_, ofRules := rules.JSON()
	_, ofReport := report.JSON()
	var worker cupel.Worker
	var plugins cupel.Plugins
	var keyring cupel.Keyring
	_, ofPlugins := plugins.List()
	_, ofKeyring := keyring.Info()
	for _, err := range []error{
		ofScan, ofRules, ofReport, ofPlugins, ofKeyring, worker.Run(context.Background()), worker.Drain(),
		plugins.Register(cupel.Plugin{}), scanner.UsePlugins(cupel.PluginUse{}),
	} {
		if failed := wantCode(t, err, cupel.FailedPrecondition); !strings.Contains(failed.Message, "zero value") || errors.Is(err, cupel.ErrClosed) {
			t.Errorf("error %v", err)
		}
	}
	scanner.Close()
	rules.Close()
	report.Close()
}

// closers are all that have a Close: zero values, or else nil pointers.
func closers(zero bool) map[string]interface{ Close() error } {
	if !zero {
		return map[string]interface{ Close() error }{
			"Dedup": (*cupel.Dedup)(nil), "Environment": (*cupel.Environment)(nil), "Job": (*cupel.Job)(nil),
			"Keyring": (*cupel.Keyring)(nil), "Plugins": (*cupel.Plugins)(nil), "Queue": (*cupel.Queue)(nil),
			"Raws": (*cupel.Raws)(nil), "Registry": (*cupel.Registry)(nil), "Report": (*cupel.Report)(nil),
			"Ruleset": (*cupel.Ruleset)(nil), "Scanner": (*cupel.Scanner)(nil), "Schema": (*cupel.Schema)(nil),
			"Worker": (*cupel.Worker)(nil),
		}
	}
	// One in the middle of a struct is no block of the heap of its own.
	var all struct {
		before      int
		dedup       cupel.Dedup
		environment cupel.Environment
		job         cupel.Job
		keyring     cupel.Keyring
		plugins     cupel.Plugins
		queue       cupel.Queue
		raws        cupel.Raws
		registry    cupel.Registry
		report      cupel.Report
		rules       cupel.Ruleset
		scanner     cupel.Scanner
		schema      cupel.Schema
		worker      cupel.Worker
	}
	return map[string]interface{ Close() error }{
		"Dedup": &all.dedup, "Environment": &all.environment, "Job": &all.job, "Keyring": &all.keyring,
		"Plugins": &all.plugins, "Queue": &all.queue, "Raws": &all.raws, "Registry": &all.registry,
		"Report": &all.report, "Ruleset": &all.rules, "Scanner": &all.scanner, "Schema": &all.schema,
		"Worker": &all.worker,
	}
}

// `defer x.Close()` before the error is looked at is common, and runtime.
// SetFinalizer of such a thing would end the process.
func TestCloseOfWhatWasNeverMade(t *testing.T) {
	for _, zero := range []bool{false, true} {
		for name, thing := range closers(zero) {
			for i := 0; i < 2; i++ {
				if err := thing.Close(); err != nil {
					t.Errorf("%s, zero %t: error %v", name, zero, err)
				}
			}
		}
	}
}

func TestDocumentOutlivesItsReport(t *testing.T) {
	report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a", "needle")
	if _, err := report.Document(); err != nil {
		t.Fatal(err)
	}
	report.Close()
	if list := findings(t, report); len(list) != 1 {
		t.Errorf("findings %+v", list)
	}
}

func TestScannerKeepsWhatItWasMadeFrom(t *testing.T) {
	rules := compile(t)
	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rules.Close()
	report := scanBytes(t, scanner, "a", "needle")
	scanner.Close()
	if list := findings(t, report); len(list) != 1 {
		t.Errorf("findings %+v", list)
	}
}

func TestCloseWhileOthersScan(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	input := endless(t)
	begun := make(chan struct{})
	scanner := newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error { close(begun); return nil },
	})
	done := make(chan error)
	go func() {
		_, err := scanner.ScanInputs(ctx, cupel.BytesInput("a", []byte("needle")), input)
		done <- err
	}()
	<-begun
	scanner.Close()
	if _, err := scanner.ScanBytes(ctx, "a", nil); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestClosedByManyAtOnce(t *testing.T) {
	for i := 0; i < 50; i++ {
		report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a", "needle")
		var all sync.WaitGroup
		for j := 0; j < 4; j++ {
			all.Add(2)
			go func() { defer all.Done(); report.Close() }()
			go func() {
				defer all.Done()
				if _, err := report.JSON(); err != nil && !errors.Is(err, cupel.ErrClosed) {
					t.Error(err)
				}
			}()
		}
		all.Wait()
	}
}

// What is forgotten is finalized, with callbacks too: a scanner's cgo.Handle
// leads to nothing that leads back to it.
func TestForgottenScannersAreFinalized(t *testing.T) {
	finalized := make(chan struct{})
	func() {
		// Dies with the callback that holds it, when the scanner is freed.
		held := new([1 << 10]byte)
		runtime.SetFinalizer(held, func(*[1 << 10]byte) { close(finalized) })
		scanner, err := cupel.NewScanner(nil, cupel.ScannerOptions{
			Progress: func(cupel.Progress) error { held[0]++; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scanner.ScanBytes(context.Background(), "a", nil); err != nil {
			t.Fatal(err)
		}
	}()
	for deadline := time.Now().Add(30 * time.Second); ; {
		runtime.GC()
		select {
		case <-finalized:
			return
		case <-time.After(time.Millisecond):
			if time.Now().After(deadline) {
				t.Fatal("the scanner is still there")
			}
		}
	}
}
