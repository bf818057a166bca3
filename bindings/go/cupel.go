// Package cupel embeds Cupel, a scan-job engine: rules in, bytes in, report
// out. It looks at files, packages and all that is inside them with YARA rules
// and plugins, and says of everything whether it was scanned to the end.
//
//	rules, err := cupel.Compile(cupel.RulePath("rules"))
//	if err != nil {
//		return err
//	}
//	defer rules.Close()
//	scanner, err := cupel.NewScanner(rules, cupel.ScannerOptions{})
//	if err != nil {
//		return err
//	}
//	defer scanner.Close()
//	report, err := scanner.ScanFile(ctx, "pkg.tgz")
//	if err != nil {
//		return err
//	}
//	defer report.Close()
//	fmt.Println(report.Verdict(), report.Coverage())
//
// # Building
//
// The package is cgo over the C library, which pkg-config finds as "cupel".
// With the build tag cupel_static it takes the static library, "cupel-static",
// so that the program needs no libcupel.so.
//
// # Closing
//
// What stands for memory of the library has a method Close. A finalizer closes
// what was forgotten, but the collector knows nothing of the memory behind a
// report or a rule set: close those that you make many of. Things may be closed
// in any order, any number of times and while others use them, and so may nil
// pointers and zero values. Close returns at once: what is under way goes on to
// its end (a Worker is told to stop), and the memory is freed then. Any other
// method gives ErrClosed from then on, and that of a zero value an error with the
// code FailedPrecondition; those that give no error give what they gave before.
//
// # Goroutines
//
// Everything may be used by any number of goroutines at once, but for a
// Scanner, which does one scan at a time and refuses a second one. The library
// starts no goroutine, and one thread only where ScannerOptions.Threads or a
// Worker asks for more; a method with a context starts one goroutine, if that
// context can end, and ends it before it returns.
//
// # Contexts
//
// What can take long takes a context, and ends within about 50 ms of its end;
// ScanReader only when the reader's Read returns. Without a context are Compile,
// NewScanner and NewWorker, OpenRegistry, OpenQueue and the like, and what reads
// or writes a database or folder, such as Registry.Import: they take as long as
// it does (QueueOptions and RegistryOptions have a BusyTimeout), and are not
// interrupted.
// The error is then both an *Error with code Cancelled or DeadlineExceeded and
// what the context said, to errors.Is. A scan gives its report beside that
// error: what was scanned stands in it, and what was not. A nil context is
// context.Background().
//
// # Callbacks
//
// Functions that are handed to this package may return an error: it ends what
// calls them, and comes out of that. A panic in one comes out as a panic of the
// method that led to it, on the goroutine that called that; a panic in a plugin
// is an error of the plugin, in the report. They must not call runtime.Goexit,
// as testing.T.FailNow does: the library is between them and their caller.
package cupel

// #include "shim.h"
import "C"

import (
	"fmt"
	"sync"
)

// Version tells the version of the library in use: "1.0.0".
func Version() string { return C.GoString(C.cupel_version_string()) }

// BuildInfo tells what the library is made of and with, for bug reports.
func BuildInfo() string { return C.GoString(C.cupel_build_info()) }

var engine struct {
	once sync.Once
	c    *C.cupel_engine
	err  error
}

// theEngine is what everything is made from. It lives as long as the process:
// it holds next to nothing, and libyara is never finalised anyway.
func theEngine() (*C.cupel_engine, error) {
	engine.once.Do(func() {
		if have, want := C.cupel_abi_version(), C.uint32_t(C.CUPEL_ABI_VERSION); have < want {
			engine.err = newError(FailedPrecondition, fmt.Sprintf(
				"libcupel.so is too old: version %s has ABI %d, and this program was built for %d; install libcupel %s or newer",
				Version(), have, want, C.CUPEL_VERSION_STRING))
			return
		}
		var cerr *C.cupel_error
		C.cupel_engine_new(nil, &engine.c, &cerr)
		engine.err = takeError(cerr)
	})
	return engine.c, engine.err
}
