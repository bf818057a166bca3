package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"runtime/cgo"
)

// PluginUse says which plugins take part in what a scanner scans. Plugins may be
// named without their category where only one makes sense: workers in Run,
// connectors, …
type PluginUse struct {
	Plugins *Plugins // nil: none any more
	// NoConsumes: nothing runs just because it says that it consumes something.
	NoConsumes bool
	// Run is run on every payload of a type that they consume, all if they don't
	// say.
	Run []string
	// DispatchRules are rules whose metas say what to do with what they match:
	// plugin ("decoder:xor, carver:pe"), save; all others are options for that
	// call. nil: none.
	DispatchRules *Ruleset
	// ByType has a type ("zip") or pattern of a MIME type as name, a plugin as
	// value.
	ByType          []Field
	Decorators      []string // in this order
	Connectors      []string // get every finished report
	ErrorConnectors []string // only those of coverage other than complete
	// Archive is a connector that keeps inputs, and what is to be saved.
	Archive  string
	TLP      string // "clear" to "red"; what is no label counts as red; empty: clear
	Metadata any    // what encoding/json makes an object of, for the report
	// Documents say what connectors get.
	Documents DocumentOptions
	// RateFolder is one that all processes of a worker name, so that rate limits
	// hold for all of them together; empty: for this scanner.
	RateFolder string
	// Log, if not nil, takes what plugins log, from any goroutine. It must not use
	// the scanner. A panic of it comes out of the scan.
	Log func(plugin string, level LogLevel, text string)
}

// scannerUse is what has to live as long as a scanner uses it. One scan at a
// time looks at it.
type scannerUse struct {
	tables *pluginTables
	log    *logCallback
	user   cgo.Handle
}

func (u *scannerUse) release() {
	if u.tables != nil {
		u.tables.release()
	}
	deleteHandle(u.user)
	*u = scannerUse{}
}

// watchLog gives a context that a panic of Log ends too, and what ends the
// watching.
func (u *scannerUse) watchLog(ctx context.Context) (context.Context, func()) {
	if u.log == nil {
		return ctx, func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	u.log.onPanic(stop)
	return ctx, func() {
		u.log.onPanic(nil)
		stop()
	}
}

func (u *scannerUse) rethrow() {
	if u.log != nil {
		u.log.rethrow()
	}
}

// UsePlugins has plugins take part in what the scanner scans from now on, in
// place of what was said before. Each thread has activated ones of its own, which
// are kept from scan to scan; those of Register are one for all. NotFound names
// the nearest plugin; InvalidArgument for one that can't do it;
// FailedPrecondition for one that is broken, and while the scanner scans.
func (s *Scanner) UsePlugins(use PluginUse) error {
	metadata, err := jsonOf("PluginUse.Metadata", use.Metadata)
	if err != nil {
		return err
	}
	var lists [4]string
	for i, list := range []struct {
		what  string
		names []string
	}{
		{"PluginUse.Run", use.Run}, {"PluginUse.Decorators", use.Decorators},
		{"PluginUse.Connectors", use.Connectors}, {"PluginUse.ErrorConnectors", use.ErrorConnectors},
	} {
		if lists[i], err = joined(list.what, list.names, ","); err != nil {
			return err
		}
	}
	p, err := s.enter()
	if err != nil {
		return err
	}
	defer s.leave()
	var memory arena
	defer memory.release()
	c := C.cupel_plugin_use{
		struct_size:      C.sizeof_cupel_plugin_use,
		flags:            cFlag(use.NoConsumes, C.CUPEL_USE_NO_CONSUMES),
		run:              memory.copyString(lists[0]),
		decorators:       memory.copyString(lists[1]),
		connectors:       memory.copyString(lists[2]),
		error_connectors: memory.copyString(lists[3]),
		archive:          memory.copyString(use.Archive),
		tlp:              memory.copyString(use.TLP),
		metadata:         memory.copyBytes(metadata),
		rate_folder:      memory.copyString(use.RateFolder),
		documents:        copyOf(&memory, use.Documents.c(&memory)),
	}
	c.by_type, c.by_type_count = memory.fields(use.ByType)
	next := scannerUse{}
	if use.Plugins != nil {
		if c.plugins, err = use.Plugins.handle.acquire(); err != nil {
			return err
		}
		defer use.Plugins.handle.release()
		next.tables = use.Plugins.tables.retain()
	}
	if use.DispatchRules != nil {
		if c.dispatch_rules, err = use.DispatchRules.handle.acquire(); err != nil {
			next.release()
			return err
		}
		defer use.DispatchRules.handle.release()
	}
	if use.Log != nil {
		next.log = &logCallback{log: use.Log}
		next.user = cgo.NewHandle(next.log)
	}
	var cerr *C.cupel_error
	if C.cupel_go_scanner_use_plugins(p, &c, C.uintptr_t(next.user), &cerr); cerr != nil {
		next.release()
		return takeError(cerr)
	}
	s.uses.release()
	*s.uses = next
	return nil
}

// Ingest runs a source ("filedir", "source:ndjson") and scans each of its items,
// one job each, until it has no more. options is what encoding/json makes an
// object of, over the source's own, or nil. Each report is told as soon as it is
// done, and belongs to the one who is told, who closes it; an error of report ends
// the source, and comes out. So does one of ScannerOptions' Finding and Progress,
// when the report of the scan that it ended was told. FailedPrecondition without
// plugins in use; else what the source says: what was scanned before was told.
func (s *Scanner) Ingest(ctx context.Context, source string, options any, report func(*Report) error) error {
	ctx = orBackground(ctx)
	if report == nil {
		return newError(InvalidArgument, "Ingest: report is nil")
	}
	text, err := jsonOf("the options", options)
	if err != nil {
		return err
	}
	p, err := s.enter()
	if err != nil {
		return err
	}
	defer s.leave()
	state := &reportCallback{report: report, scans: &s.state.outcome, log: s.uses.log}
	user := cgo.NewHandle(state)
	defer user.Delete()
	watched, unwatch := s.uses.watchLog(ctx)
	defer unwatch()
	err = withContext(watched, func(cancel *C.cupel_cancel) error {
		var cerr *C.cupel_error
		C.cupel_go_scanner_ingest(p, viewString(source), viewBytes(text), C.uintptr_t(user), cancel, &cerr)
		return takeError(cerr)
	})
	s.uses.rethrow()
	// Whatever the source makes of being ended, this is why it was. Both may have
	// come to something: the scan first, and then report was told of it.
	if state.panicked {
		panic(state.value)
	}
	for _, outcome := range []*outcome{&s.state.outcome, &state.outcome} {
		if ended := outcome.ended(); ended != nil {
			return ended
		}
	}
	return err
}

// reportCallback is told reports.
type reportCallback struct {
	outcome
	report func(*Report) error
	scans  *outcome     // of what the scans tell, on the same goroutine
	log    *logCallback // nil: none
}

//export cupelGoReport
func cupelGoReport(user C.uintptr_t, c *C.cupel_report) C.int32_t {
	state := cgo.Handle(user).Value().(*reportCallback)
	report, err := newReport(C.cupel_go_report_of(c))
	stop := state.run(func() error {
		if err != nil {
			return err
		}
		return state.report(report)
	})
	// The next scan would be ended as it begins: the source ends here.
	if state.scans.panicked || state.scans.err != nil || state.log != nil && state.log.hasPanicked() {
		return 1
	}
	return stop
}
