package cupel

// #include "callbacks.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime/cgo"
	"time"
)

// Progress is how far a scan has come.
type Progress struct {
	Elapsed        time.Duration
	InputBytes     uint64 // size of all inputs that were found so far
	InputBytesDone uint64 // of them, taken apart and scanned
	Payloads       uint64 // files seen, unpacked ones too
	ScannedBytes   uint64
	Findings       uint64
	Incidents      uint64
	Current        string // printable path of the payload at hand
}

// outcome is what the callbacks of one call came to. Callbacks that run on
// several threads must not share one without locking.
type outcome struct {
	err      error
	panicked bool
	value    any // of the panic
}

// run makes a callback; it gives what C takes: 0 to go on. A panic must not
// unwind the frames of C, so it waits until they are gone.
func (o *outcome) run(call func() error) (stop C.int32_t) {
	defer func() {
		if value := recover(); value != nil {
			o.panicked, o.value = true, value
			stop = 1
		}
	}()
	if o.panicked || o.err != nil {
		return 1
	}
	if o.err = call(); o.err != nil {
		return 1
	}
	return 0
}

// ended gives what a callback returned, or goes on with its panic.
func (o *outcome) ended() error {
	if o.panicked {
		panic(o.value)
	}
	return o.err
}

// scanCallbacks is what a scanner's cgo.Handle leads to. It knows nothing of
// the Scanner, which could never be finalized otherwise.
type scanCallbacks struct {
	outcome
	progress func(Progress) error
	finding  func(Finding) error
}

//export cupelGoProgress
func cupelGoProgress(user C.uintptr_t, p *C.cupel_progress) C.int32_t {
	state := cgo.Handle(user).Value().(*scanCallbacks)
	return state.run(func() error {
		return state.progress(Progress{
			Elapsed:        goDuration(p.elapsed_ns),
			InputBytes:     uint64(p.input_bytes),
			InputBytesDone: uint64(p.input_bytes_done),
			Payloads:       uint64(p.payloads),
			ScannedBytes:   uint64(p.scanned_bytes),
			Findings:       uint64(p.findings),
			Incidents:      uint64(p.incidents),
			Current:        goString(p.current),
		})
	})
}

//export cupelGoFinding
func cupelGoFinding(user C.uintptr_t, f *C.cupel_finding) C.int32_t {
	state := cgo.Handle(user).Value().(*scanCallbacks)
	return state.run(func() error {
		var finding Finding
		if err := json.Unmarshal(borrow(f.json), &finding); err != nil {
			return newError(Internal, fmt.Sprintf("a finding of the library can't be read: %v", err))
		}
		return state.finding(finding)
	})
}

// writeCallback is what is written to while a report is.
type writeCallback struct {
	outcome
	write func(piece []byte) error
}

//export cupelGoWrite
func cupelGoWrite(user C.uintptr_t, piece C.cupel_view) C.int32_t {
	state := cgo.Handle(user).Value().(*writeCallback)
	return state.run(func() error { return state.write(borrow(piece)) })
}

// countingWriter writes what it is told, and counts.
type countingWriter struct {
	to      io.Writer
	written int64
}

func (w *countingWriter) write(piece []byte) error {
	n, err := w.to.Write(piece)
	w.written += int64(n)
	if err == nil && n < len(piece) {
		err = io.ErrShortWrite
	}
	return err
}
