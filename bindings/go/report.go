package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/cgo"
	"sync"
	"time"
)

// Counts of a report.
type Counts struct {
	Packages      uint64
	Distributions uint64
	Payloads      uint64 // files, containers included
	Matched       uint64 // of them, with a finding
	Partial       uint64 // of them, not wholly scanned
	Findings      uint64
	Incidents     uint64
	ScannedBytes  uint64 // met by rules; equal content counts once
	Elapsed       time.Duration
	Cached        uint64 // payloads whose answer was in the cache
}

// Report is what came of a scan. Immutable. What it says of the whole costs
// nothing to ask; Document and what is made of it is read on the first use.
type Report struct {
	handle   handle[*C.cupel_report]
	verdict  Verdict
	coverage Coverage
	score    int64
	counts   Counts
	warning  string // of the cache

	once     sync.Once
	document *Document
	err      error // of reading the document
}

// newReport takes over a report of C, or the error that came in its place.
func newReport(got C.cupel_go_report) (*Report, error) {
	if got.error != nil {
		C.cupel_report_free(got.report)
		return nil, takeError(got.error)
	}
	r := &Report{
		handle: newHandle(got.report, "the report", func(p *C.cupel_report) {
			C.cupel_report_free(p)
		}),
		verdict:  Verdict(got.verdict),
		coverage: Coverage(got.coverage),
		score:    int64(got.score),
		counts: Counts{
			Packages:      uint64(got.counts.packages),
			Distributions: uint64(got.counts.distributions),
			Payloads:      uint64(got.counts.payloads),
			Matched:       uint64(got.counts.matched),
			Partial:       uint64(got.counts.partial),
			Findings:      uint64(got.counts.findings),
			Incidents:     uint64(got.counts.incidents),
			ScannedBytes:  uint64(got.counts.scanned_bytes),
			Elapsed:       goDuration(got.counts.elapsed_ns),
			Cached:        uint64(got.counts.cached),
		},
		warning: goString(C.cupel_report_cache_warning(got.report)),
	}
	runtime.SetFinalizer(r, (*Report).Close)
	return r, nil
}

// Verdict is that of the whole.
func (r *Report) Verdict() Verdict { return r.verdict }

// Coverage is that of the whole.
func (r *Report) Coverage() Coverage { return r.coverage }

// Score is the highest of a package; docs/report.md tells how it comes about.
func (r *Report) Score() int64 { return r.score }

// Counts tells how much there is in the report.
func (r *Report) Counts() Counts { return r.counts }

// CacheWarning says why the cache of the scan was of less use than it could have
// been: it was damaged and made anew, say. Empty if there is nothing to say.
func (r *Report) CacheWarning() string { return r.warning }

// Document is the whole report as Go values, read on the first call and shared
// by all: do not change it. Once it was read, it outlives Close.
func (r *Report) Document() (*Document, error) {
	r.once.Do(func() {
		var text []byte
		if text, r.err = r.Render(FormatJSON, 0); r.err != nil {
			return
		}
		r.document = &Document{}
		if r.err = json.Unmarshal(text, r.document); r.err != nil {
			r.err = newError(Internal, fmt.Sprintf("a report of the library can't be read: %v", r.err))
			return
		}
		r.document.join()
	})
	if r.err != nil {
		return nil, r.err
	}
	return r.document, nil
}

// Findings are the rules that matched and what plugins stated, in the order of
// the report: of a container after those of its members. Do not change them.
func (r *Report) Findings() ([]Finding, error) {
	document, err := r.Document()
	if err != nil {
		return nil, err
	}
	return document.Findings, nil
}

// Payloads are the files that were seen, depth first. Do not change them.
func (r *Report) Payloads() ([]Payload, error) {
	document, err := r.Document()
	if err != nil {
		return nil, err
	}
	return document.Payloads, nil
}

// Incidents are what was not scanned, and what was noticed. Do not change them.
func (r *Report) Incidents() ([]Incident, error) {
	document, err := r.Document()
	if err != nil {
		return nil, err
	}
	return document.Incidents, nil
}

// wasCut tells whether something was left undone that a context may have ended:
// what was not scanned, and what was scanned but did not reach a connector. One
// that ends when all is done ended nothing.
func (r *Report) wasCut() (bool, error) {
	if r.coverage != CoverageComplete {
		return true, nil
	}
	if r.counts.Incidents == 0 {
		return false, nil
	}
	incidents, err := r.Incidents()
	for _, incident := range incidents {
		if incident.Kind == "delivery" {
			return true, nil
		}
	}
	return false, err
}

// Format is what a report is written as.
type Format int32

// The formats of a report.
const (
	FormatJSON   Format = C.CUPEL_REPORT_JSON   // one document
	FormatNDJSON Format = C.CUPEL_REPORT_NDJSON // one finding a line
	FormatText   Format = C.CUPEL_REPORT_TEXT   // for people
)

// RenderFlags say how a report is written. Those for another format change
// nothing.
type RenderFlags uint32

// How a report is written.
const (
	Indent   RenderFlags = C.CUPEL_REPORT_INDENT    // JSON: over many lines
	NoTiming RenderFlags = C.CUPEL_REPORT_NO_TIMING // leave out what differs between runs
	Color    RenderFlags = C.CUPEL_REPORT_COLOR     // text: ANSI colours
	AllFiles RenderFlags = C.CUPEL_REPORT_ALL_FILES // text: list clean files too
)

// Render gives the report in a format.
func (r *Report) Render(format Format, flags RenderFlags) (text []byte, err error) {
	err = r.handle.use(func(p *C.cupel_report) error {
		text, err = bufferOf(func(out outBuffer, cerr outError) {
			C.cupel_report_render(p, C.cupel_report_format(format), C.uint32_t(flags), out, cerr)
		})
		return err
	})
	return text, err
}

// JSON is the report as one document, cupel.report/1, on one line.
func (r *Report) JSON() ([]byte, error) { return r.Render(FormatJSON, 0) }

// NDJSON is one finding a line.
func (r *Report) NDJSON() ([]byte, error) { return r.Render(FormatNDJSON, 0) }

// Text is the report for people.
func (r *Report) Text() (string, error) {
	text, err := r.Render(FormatText, 0)
	return string(text), err
}

// WriteTo writes the report as JSON, piece by piece, so that a large one is
// never in memory as a whole.
func (r *Report) WriteTo(to io.Writer) (int64, error) {
	return r.Write(to, FormatJSON, 0)
}

// Write writes the report in a format, piece by piece, and tells how many bytes
// were written. An error of the writer ends it.
func (r *Report) Write(to io.Writer, format Format, flags RenderFlags) (int64, error) {
	writer := countingWriter{to: to}
	err := r.write(writer.write, func(p *C.cupel_report, user C.uintptr_t, cerr outError) {
		C.cupel_go_report_write(p, C.cupel_report_format(format), C.uint32_t(flags), user, cerr)
	})
	return writer.written, err
}

// write has the library write to a function.
func (r *Report) write(write func([]byte) error, call func(*C.cupel_report, C.uintptr_t, outError)) error {
	state := &writeCallback{write: write}
	user := cgo.NewHandle(state)
	defer user.Delete()
	err := r.handle.use(func(p *C.cupel_report) error {
		var cerr *C.cupel_error
		call(p, C.uintptr_t(user), &cerr)
		return takeError(cerr)
	})
	if ended := state.ended(); ended != nil && errors.Is(err, ErrAborted) {
		return ended
	}
	return err
}

// Close gives the report back. What was read of it stays.
func (r *Report) Close() error {
	if r == nil {
		return nil
	}
	return r.handle.closeOf(r)
}
