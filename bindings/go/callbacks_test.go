package cupel_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"cupel.dev/cupel"
)

func TestProgressAndFindingsAreTold(t *testing.T) {
	var told []cupel.Finding
	var last cupel.Progress
	scanner := newScanner(t, cupel.ScannerOptions{
		Progress: func(p cupel.Progress) error { last = p; return nil },
		Finding:  func(f cupel.Finding) error { told = append(told, f); return nil },
	})
	report := scanBytes(t, scanner, "a.zip", string(zipOf(t, map[string]string{"m": "needle"})))
	list := findings(t, report)
	if fmt.Sprintf("%+v", told) != fmt.Sprintf("%+v", list) {
		t.Errorf("told %+v, reported %+v", told, list)
	}
	if last.Payloads == 0 || last.Elapsed <= 0 {
		t.Errorf("the last progress is %+v", last)
	}
}

func TestErrorOfACallbackEndsTheScan(t *testing.T) {
	stop := errors.New("seen enough")
	calls := 0
	scanner := newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error { calls++; return stop },
	})
	report, err := scanner.ScanInputs(context.Background(), cupel.BytesInput("a", []byte("needle")),
		cupel.BytesInput("b", []byte("needle")), endless(t))
	if err != stop || calls != 1 {
		t.Fatalf("error %v after %d calls", err, calls)
	}
	if report.Coverage() == cupel.CoverageComplete {
		t.Errorf("coverage %v", report.Coverage())
	}
}

func TestPanicOfACallbackComesOut(t *testing.T) {
	angry := true
	scanner := newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error {
			if angry {
				panic("boo")
			}
			return nil
		},
	})
	func() {
		defer func() {
			if value := recover(); value != "boo" {
				t.Errorf("recovered %v", value)
			}
		}()
		scanner.ScanInputs(context.Background(), cupel.BytesInput("a", []byte("needle")), endless(t))
		t.Error("the panic was swallowed")
	}()
	angry = false
	if report := scanBytes(t, scanner, "a", "needle"); report.Verdict() != cupel.VerdictMatched {
		t.Errorf("the scanner is not usable any more: %v", report.Verdict())
	}
}

func TestScannerRefusesAScanInsideItself(t *testing.T) {
	var scanner *cupel.Scanner
	var inner error
	scanner = newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error {
			_, inner = scanner.ScanBytes(context.Background(), "x", nil)
			return scanner.AddPassword("x")
		},
	})
	_, err := scanner.ScanBytes(context.Background(), "a", []byte("needle"))
	wantCode(t, inner, cupel.FailedPrecondition)
	if wantCode(t, err, cupel.FailedPrecondition); !strings.Contains(err.Error(), "busy") {
		t.Errorf("error %v", err)
	}
}

func TestScannerClosedByItsCallback(t *testing.T) {
	var scanner *cupel.Scanner
	scanner = newScanner(t, cupel.ScannerOptions{
		Finding: func(cupel.Finding) error { return scanner.Close() },
	})
	report, err := scanner.ScanBytes(context.Background(), "a", []byte("needle"))
	if err != nil || len(findings(t, report)) != 1 {
		t.Errorf("report %v, error %v", report, err)
	}
	if _, err := scanner.ScanBytes(context.Background(), "a", nil); !errors.Is(err, cupel.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// fullWriter takes so many bytes.
type fullWriter struct{ room int }

var errFull = errors.New("no room left")

func (w *fullWriter) Write(b []byte) (int, error) {
	if len(b) > w.room {
		n := w.room
		w.room = 0
		return n, errFull
	}
	w.room -= len(b)
	return len(b), nil
}

func TestWriterThatFails(t *testing.T) {
	report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a", "needle")
	n, err := report.WriteTo(&fullWriter{room: 10})
	if n != 10 || !errors.Is(err, errFull) {
		t.Errorf("wrote %d, error %v", n, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("the panic of a writer was swallowed")
		}
	}()
	report.WriteTo(writerFunc(func([]byte) (int, error) { panic("boo") }))
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestWriterThatLies(t *testing.T) {
	report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a", "needle")
	_, err := report.WriteTo(writerFunc(func(b []byte) (int, error) { return len(b) - 1, nil }))
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("error %v", err)
	}
}
