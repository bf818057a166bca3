package cupel_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"testing"

	"cupel.dev/cupel"
)

// The host's own signals are its own after any number of scans: a nil pointer
// is a panic of Go, and a signal that is asked for comes.
func TestSignalsStayTheHosts(t *testing.T) {
	scanner := newScanner(t, cupel.ScannerOptions{})
	for i := 0; i < 1000; i++ {
		report, err := scanner.ScanBytes(context.Background(), "a", []byte("a needle"))
		if err != nil {
			t.Fatal(err)
		}
		report.Close()
	}
	func() {
		defer func() {
			err, ok := recover().(runtime.Error)
			if !ok || !strings.Contains(err.Error(), "nil pointer") {
				t.Errorf("recovered %v", err)
			}
		}()
		var nothing *cupel.Limits
		fmt.Fprint(os.Stderr, nothing.Depth)
	}()
	func() {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() {
			if err, ok := recover().(runtime.Error); !ok {
				t.Errorf("recovered %v", err)
			}
		}()
		page, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_NONE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
		if err != nil {
			t.Error(err)
			return
		}
		defer syscall.Munmap(page)
		page[0] = 1
	}()
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGUSR1)
	defer signal.Stop(arrived)
	if err := syscall.Kill(os.Getpid(), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	<-arrived
}

func TestManyGoroutinesScanWithOneRuleset(t *testing.T) {
	rules := compile(t)
	archive := zipOf(t, map[string]string{"a": "needle", "b": "hay"})
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			found := 0
			scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{
				Finding: func(cupel.Finding) error { found++; return nil },
			})
			if err != nil {
				t.Error(err)
				return
			}
			defer scanner.Close()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			for j := 0; j < 25; j++ {
				report, err := scanner.ScanBytes(ctx, "a.zip", archive)
				if err != nil {
					t.Error(err)
					return
				}
				if list, err := report.Findings(); err != nil || len(list) != 2 {
					t.Errorf("findings %+v, error %v", list, err)
				}
				report.Close()
			}
			if found != 50 {
				t.Errorf("told %d findings", found)
			}
		}()
	}
	all.Wait()
}

// A report that many read is decoded once.
func TestManyGoroutinesReadOneReport(t *testing.T) {
	report := scanBytes(t, newScanner(t, cupel.ScannerOptions{}), "a", "needle")
	var all sync.WaitGroup
	for i := 0; i < 8; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			if list, err := report.Findings(); err != nil || len(list) != 1 {
				t.Errorf("findings %+v, error %v", list, err)
			}
		}()
	}
	all.Wait()
}

// fork and exec in the middle of scans, several threads of which are in C.
func TestProgramsAreStartedWhileScansRun(t *testing.T) {
	rules := compile(t)
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := 0; i < 2; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{Threads: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer scanner.Close()
			for ctx.Err() == nil {
				report, err := scanner.ScanBytes(context.Background(), "a", []byte("a needle"))
				if err != nil {
					t.Error(err)
					return
				}
				report.Close()
			}
		}()
	}
	for i := 0; i < 20; i++ {
		out, err := exec.Command("/bin/echo", fmt.Sprint(i)).Output()
		if err != nil || string(out) != fmt.Sprintln(i) {
			t.Errorf("said %q, error %v", out, err)
		}
	}
	cancel()
	all.Wait()
}
