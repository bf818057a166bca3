package cupel_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"cupel.dev/cupel"
)

// endless is an input that never ends on its own.
func endless(t *testing.T) cupel.Input {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reading.Close(); writing.Close() })
	return cupel.FileInput("endless", reading)
}

func TestCancelledScanGivesWhatItHas(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	scanner := newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error { cancel(); return nil },
	})
	report, err := scanner.ScanInputs(ctx, cupel.BytesInput("first", []byte("needle")), endless(t))
	failed := wantCode(t, err, cupel.Cancelled)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, cupel.ErrCancelled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(failed.Error(), "cancelled") {
		t.Errorf("error %q", failed)
	}
	defer report.Close()
	if report.Verdict() != cupel.VerdictMatched || report.Coverage() != cupel.CoveragePartial || len(findings(t, report)) != 1 {
		t.Errorf("verdict %v, coverage %v", report.Verdict(), report.Coverage())
	}
	incidents, err := report.Incidents()
	if err != nil {
		t.Fatal(err)
	}
	if len(incidents) == 0 || incidents[len(incidents)-1].Kind != "cancelled" {
		t.Errorf("incidents %+v", incidents)
	}
	// The scanner is as good as new.
	if report := scanBytes(t, scanner, "x", "x"); report.Verdict() != cupel.VerdictClean {
		t.Errorf("verdict %v", report.Verdict())
	}
}

func TestDeadlineEndsAScan(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	report, err := newScanner(t, cupel.ScannerOptions{Threads: 2}).ScanInputs(ctx, endless(t))
	wantCode(t, err, cupel.DeadlineExceeded)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, cupel.ErrDeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if report == nil || report.Coverage() != cupel.CoverageNone {
		t.Errorf("report %+v", report)
	}
}

func TestContextThatEndedBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	report, err := newScanner(t, cupel.ScannerOptions{}).ScanBytes(ctx, "x", []byte("needle"))
	if !errors.Is(err, context.Canceled) || report == nil || report.Verdict() != cupel.VerdictUnknown {
		t.Errorf("report %+v, error %v", report, err)
	}
}

func TestContextThatEndsAfterwardsChangesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	scanner := newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error { return nil },
	})
	report, err := scanner.ScanBytes(ctx, "x", []byte("needle"))
	cancel()
	if err != nil || report.Coverage() != cupel.CoverageComplete {
		t.Errorf("coverage %v, error %v", report.Coverage(), err)
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	scanner := newScanner(t, cupel.ScannerOptions{})
	before := runtime.NumGoroutine()
	for i := 0; i < 100; i++ {
		report, err := scanner.ScanBytes(ctx, "x", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		report.Close()
	}
	// One that has said that it ends may not be gone yet.
	for deadline := time.Now().Add(30 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after", before, runtime.NumGoroutine())
		}
	}
}
