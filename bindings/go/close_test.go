package cupel_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
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
	_, ofReader := scanner.ScanReader(ctx, "a", bytes.NewReader(nil))
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
		wantCode(t, err, cupel.FailedPrecondition)
	}
	scanner.Close()
	rules.Close()
	report.Close()
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
