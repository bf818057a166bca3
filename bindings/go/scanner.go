package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/cgo"
	"sync"
)

// ContainerMode says what is done with the bytes of a container itself, beside
// its members.
type ContainerMode int32

// What is done with containers.
const (
	// ContainersAuto scans them, but for compressed streams and tar, whose
	// whole content is in the members; those only if they could not be taken
	// apart to the end.
	ContainersAuto ContainerMode = C.CUPEL_CONTAINERS_AUTO
	// ContainersAlways scans them all.
	ContainersAlways ContainerMode = C.CUPEL_CONTAINERS_ALWAYS
	// ContainersNever scans none, unless they could not be taken apart.
	ContainersNever ContainerMode = C.CUPEL_CONTAINERS_NEVER
)

// ScannerOptions say how a scanner scans. The zero value has all defaults.
type ScannerOptions struct {
	// Threads is how many threads scan at once, the caller's included [1]; at
	// most 256.
	Threads int
	// NoUnpack scans what is given and takes nothing apart.
	NoUnpack bool
	// NoExcerpts leaves bytes of the payloads out of the report.
	NoExcerpts bool
	// NoDedup scans equal bytes again each time they turn up: same findings,
	// slower.
	NoDedup bool
	// Containers says what is done with the bytes of a container itself.
	Containers ContainerMode
	// ExcerptBytes are shown of each string match [64]; at most 4096.
	ExcerptBytes int
	// CacheDir is a folder in which answers are kept, so that a later scan of
	// content that was seen runs only the rules that were added or changed
	// since: reports are the same with and without. Made if it is missing; it
	// has to be the user's own. Empty: none.
	CacheDir string
	// CacheBytes is what that folder may take [1 GiB].
	CacheBytes uint64
	// Limits of each scan.
	Limits Limits
	// Progress, if not nil, is told about ten times a second how far the scan
	// is, on the goroutine that called it. An error ends the scan as a context
	// does.
	Progress func(Progress) error
	// Finding, if not nil, is told each finding as soon as it is found, in the
	// order of the report, on the goroutine that called the scan. An error ends
	// the scan as a context does.
	Finding func(Finding) error
}

// Scanner scans with one rule set, again and again. It does one scan at a time:
// a second one, and one from inside a callback, is refused with the code
// FailedPrecondition. For many goroutines make a Scanner each, or keep some in a
// sync.Pool: one that the pool drops is finalized.
type Scanner struct {
	handle handle[*C.cupel_scanner]
	busy   sync.Mutex
	state  *scanCallbacks
	uses   *scannerUse
}

// NewScanner makes a scanner. rules may be nil: everything is unpacked, hashed
// and listed, and nothing can match.
func NewScanner(rules *Ruleset, options ScannerOptions) (*Scanner, error) {
	from, err := theEngine()
	if err != nil {
		return nil, err
	}
	c, err := options.c()
	if err != nil {
		return nil, err
	}
	var ruleset *C.cupel_ruleset
	if rules != nil {
		if ruleset, err = rules.handle.acquire(); err != nil {
			return nil, err
		}
		defer rules.handle.release()
	}
	state := &scanCallbacks{progress: options.Progress, finding: options.Finding}
	user := cgo.NewHandle(state)
	var memory arena
	defer memory.release()
	c.limits = copyOf(&memory, options.Limits.c())
	c.cache_dir = memory.copyString(options.CacheDir)
	var scanner *C.cupel_scanner
	var cerr *C.cupel_error
	C.cupel_go_scanner_new(from, ruleset, &c, C.uintptr_t(user),
		cBool(options.Progress != nil), cBool(options.Finding != nil), &scanner, &cerr)
	if cerr != nil {
		user.Delete()
		return nil, takeError(cerr)
	}
	uses := &scannerUse{}
	s := &Scanner{
		handle: newHandle(scanner, "the scanner", func(p *C.cupel_scanner) {
			C.cupel_scanner_free(p)
			user.Delete()
			uses.release()
		}),
		state: state,
		uses:  uses,
	}
	runtime.SetFinalizer(s, (*Scanner).Close)
	return s, nil
}

func (o *ScannerOptions) c() (C.cupel_scan_options, error) {
	for _, n := range []struct {
		name  string
		value int
	}{{"Threads", o.Threads}, {"ExcerptBytes", o.ExcerptBytes}} {
		if n.value < 0 || n.value > math.MaxInt32 {
			return C.cupel_scan_options{}, newError(InvalidArgument,
				fmt.Sprintf("ScannerOptions.%s: %d is out of range", n.name, n.value))
		}
	}
	return C.cupel_scan_options{
		struct_size: C.sizeof_cupel_scan_options,
		flags: cFlag(o.NoUnpack, C.CUPEL_SCAN_NO_UNPACK) |
			cFlag(o.NoExcerpts, C.CUPEL_SCAN_NO_EXCERPTS) |
			cFlag(o.NoDedup, C.CUPEL_SCAN_NO_DEDUP),
		threads:       C.uint32_t(o.Threads),
		containers:    C.cupel_container_mode(o.Containers),
		excerpt_bytes: C.uint32_t(o.ExcerptBytes),
		cache_bytes:   C.uint64_t(o.CacheBytes),
	}, nil
}

// configure makes a call that changes the scanner.
func (s *Scanner) configure(call func(p *C.cupel_scanner, err outError)) error {
	return s.handle.use(func(p *C.cupel_scanner) error {
		var cerr *C.cupel_error
		call(p, &cerr)
		return takeError(cerr)
	})
}

// AddPassword adds a password for encrypted members; they are tried in order.
// Not empty, without NUL. The first one replaces the default list: infected,
// malware, password.
func (s *Scanner) AddPassword(password string) error {
	return s.configure(func(p *C.cupel_scanner, err outError) {
		C.cupel_scanner_add_password(p, viewString(password), err)
	})
}

// SelectBy says what of a rule a pattern is compared with.
type SelectBy int32

// What Scanner.Select compares.
const (
	SelectNamespace SelectBy = C.CUPEL_SELECT_NAMESPACE // glob: * and ?
	SelectTag       SelectBy = C.CUPEL_SELECT_TAG       // glob over each of its tags
	SelectName      SelectBy = C.CUPEL_SELECT_NAME      // glob
	SelectMeta      SelectBy = C.CUPEL_SELECT_META      // "key" or "key=value", value a glob
)

// Select narrows which rules are reported: a rule is, if it fits a pattern of
// every kind that has any, and none of Exclude. All rules run, because others
// may refer to them. NotFound, and the choice stays as it was, if no rule fits
// the pattern or none would be left: a scan would say nothing for the wrong
// reason.
func (s *Scanner) Select(by SelectBy, pattern string) error {
	return s.choose(by, pattern, false)
}

// Exclude leaves rules that fit the pattern out of what is reported. See Select.
func (s *Scanner) Exclude(by SelectBy, pattern string) error {
	return s.choose(by, pattern, true)
}

func (s *Scanner) choose(by SelectBy, pattern string, exclude bool) error {
	return s.configure(func(p *C.cupel_scanner, err outError) {
		C.cupel_scanner_select(p, C.cupel_select_by(by), viewString(pattern), cBool(exclude), err)
	})
}

// ScanBytes scans bytes in memory, which are not copied and must not be changed
// until it returns. name stands for them in the report; its suffix counts for
// rules that ask for one.
//
// It gives a report whenever the scan could be begun, also when limits or broken
// files cut it short: what was not scanned stands in the report. If the context
// or a callback ended the scan early there is both a report and an error; also if
// all was scanned, but a connector or decorator was not done when the context
// ended, and a "delivery" is among the incidents.
func (s *Scanner) ScanBytes(ctx context.Context, name string, bytes []byte) (*Report, error) {
	return s.scan(ctx, func(p *C.cupel_scanner, cancel *C.cupel_cancel) C.cupel_go_report {
		return C.cupel_go_scan_memory(p, viewString(name), viewBytes(bytes), cancel)
	})
}

// ScanFile scans a file, or a folder with all that is under it. What can't be
// read is an incident of the report, not an error. Report and error are those of
// ScanBytes.
func (s *Scanner) ScanFile(ctx context.Context, path string) (*Report, error) {
	return s.scan(ctx, func(p *C.cupel_scanner, cancel *C.cupel_cancel) C.cupel_go_report {
		return C.cupel_go_scan_path(p, viewString(path), cancel)
	})
}

// ScanInputs scans several inputs as one job, with one report. Inputs of bytes
// are copied, because Go memory that is handed to C may hold no pointers; one of
// them alone is better given to ScanBytes. Report and error are those of
// ScanBytes.
func (s *Scanner) ScanInputs(ctx context.Context, inputs ...Input) (*Report, error) {
	packed := packInputs(inputs)
	defer packed.keepAlive()
	slab, list, count := packed.pointers()
	return s.scan(ctx, func(p *C.cupel_scanner, cancel *C.cupel_cancel) C.cupel_go_report {
		return C.cupel_go_scan_inputs(p, slab, list, count, cancel)
	})
}

func (s *Scanner) scanFd(ctx context.Context, name string, file *os.File) (*Report, error) {
	defer runtime.KeepAlive(file)
	return s.scan(ctx, func(p *C.cupel_scanner, cancel *C.cupel_cancel) C.cupel_go_report {
		return C.cupel_go_scan_fd(p, viewString(name), fdOf(file), cancel)
	})
}

// enter takes the scanner for one scan.
func (s *Scanner) enter() (*C.cupel_scanner, error) {
	p, err := s.handle.acquire()
	if err != nil {
		return nil, err
	}
	if !s.busy.TryLock() {
		s.handle.release()
		return nil, newError(FailedPrecondition, "the scanner is busy: it is scanning, in another goroutine "+
			"or in the one that a callback runs on; use one scanner per goroutine")
	}
	s.state.outcome = outcome{}
	return p, nil
}

func (s *Scanner) leave() {
	s.busy.Unlock()
	s.handle.release()
}

func (s *Scanner) scan(ctx context.Context,
	call func(*C.cupel_scanner, *C.cupel_cancel) C.cupel_go_report) (*Report, error) {
	ctx = orBackground(ctx)
	p, err := s.enter()
	if err != nil {
		return nil, err
	}
	defer s.leave()
	watched, unwatch := s.uses.watchLog(ctx)
	defer unwatch()
	w, err := watchContext(watched)
	if err != nil {
		return nil, err
	}
	defer w.end()
	report, err := newReport(call(p, w.cancel))
	if err != nil {
		return nil, err
	}
	s.uses.rethrow()
	if err := s.state.ended(); err != nil {
		return report, err
	}
	if ctx.Err() == nil {
		return report, nil
	}
	cut, err := report.wasCut()
	if err == nil && cut {
		err = errEnded(ctx)
	}
	return report, err
}

// Close gives the scanner back; a scan under way goes on to its end.
func (s *Scanner) Close() error {
	if s == nil {
		return nil
	}
	return s.handle.closeOf(s)
}
