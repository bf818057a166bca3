package cupel

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
)

// Code says what kind of error it is: the canonical codes of gRPC. New ones may
// come.
type Code int32

// The codes of errors. There is no error with the code OK.
const (
	OK                 Code = C.CUPEL_STATUS_OK
	Cancelled          Code = C.CUPEL_STATUS_CANCELLED
	Unknown            Code = C.CUPEL_STATUS_UNKNOWN
	InvalidArgument    Code = C.CUPEL_STATUS_INVALID_ARGUMENT
	DeadlineExceeded   Code = C.CUPEL_STATUS_DEADLINE_EXCEEDED
	NotFound           Code = C.CUPEL_STATUS_NOT_FOUND
	AlreadyExists      Code = C.CUPEL_STATUS_ALREADY_EXISTS
	PermissionDenied   Code = C.CUPEL_STATUS_PERMISSION_DENIED
	ResourceExhausted  Code = C.CUPEL_STATUS_RESOURCE_EXHAUSTED
	FailedPrecondition Code = C.CUPEL_STATUS_FAILED_PRECONDITION
	Aborted            Code = C.CUPEL_STATUS_ABORTED
	OutOfRange         Code = C.CUPEL_STATUS_OUT_OF_RANGE
	Unimplemented      Code = C.CUPEL_STATUS_UNIMPLEMENTED
	Internal           Code = C.CUPEL_STATUS_INTERNAL
	Unavailable        Code = C.CUPEL_STATUS_UNAVAILABLE
	DataLoss           Code = C.CUPEL_STATUS_DATA_LOSS
	Unauthenticated    Code = C.CUPEL_STATUS_UNAUTHENTICATED
)

// String gives the code's name: "INVALID_ARGUMENT"; "UNKNOWN" for a number that
// is none.
func (c Code) String() string {
	return C.GoString(C.cupel_status_name(C.cupel_status(c)))
}

// One for each code, for errors.Is: errors.Is(err, cupel.ErrNotFound) holds for
// every *Error with the code NotFound.
var (
	ErrCancelled          error = &Error{Code: Cancelled}
	ErrUnknown            error = &Error{Code: Unknown}
	ErrInvalidArgument    error = &Error{Code: InvalidArgument}
	ErrDeadlineExceeded   error = &Error{Code: DeadlineExceeded}
	ErrNotFound           error = &Error{Code: NotFound}
	ErrAlreadyExists      error = &Error{Code: AlreadyExists}
	ErrPermissionDenied   error = &Error{Code: PermissionDenied}
	ErrResourceExhausted  error = &Error{Code: ResourceExhausted}
	ErrFailedPrecondition error = &Error{Code: FailedPrecondition}
	ErrAborted            error = &Error{Code: Aborted}
	ErrOutOfRange         error = &Error{Code: OutOfRange}
	ErrUnimplemented      error = &Error{Code: Unimplemented}
	ErrInternal           error = &Error{Code: Internal}
	ErrUnavailable        error = &Error{Code: Unavailable}
	ErrDataLoss           error = &Error{Code: DataLoss}
	ErrUnauthenticated    error = &Error{Code: Unauthenticated}
)

// ErrClosed is what a method gives whose receiver or argument was closed
// before, as an *Error with the code FailedPrecondition.
var ErrClosed = errors.New("already closed")

// Error is the error of every call that failed in the library. It is immutable.
type Error struct {
	Code Code
	// Message is one line for people: what, where, and where possible what to
	// do. It holds no control characters, and no secrets.
	Message string
	// Diagnostics are the errors of all rule files, if Compile failed because
	// of broken rules.
	Diagnostics []Diagnostic

	cause error // what the context or a callback said
}

// Error gives the message, with the package in front.
func (e *Error) Error() string {
	if e.Message == "" {
		return "cupel: " + e.Code.String()
	}
	return "cupel: " + e.Message
}

// Is holds for the Err… of this package with the same code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Message == "" && other.Code == e.Code
}

// Unwrap gives what ended the call, if it did not end on its own: the context's
// error, or that of a callback.
func (e *Error) Unwrap() error { return e.cause }

// Severity says how bad a Diagnostic is.
type Severity int32

// How bad a Diagnostic is.
const (
	SeverityError   Severity = C.CUPEL_SEVERITY_ERROR
	SeverityWarning Severity = C.CUPEL_SEVERITY_WARNING
)

// String gives "error" or "warning".
func (s Severity) String() string {
	if s == SeverityWarning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one remark of the rule compiler.
type Diagnostic struct {
	Severity Severity
	File     string // as it was given or found
	Line     int    // from 1; 0: the file as a whole
	Rule     string // empty if not known
	Message  string
}

// String gives "rules/a.yar:3: error: rule name: message".
func (d Diagnostic) String() string {
	place := d.File
	if d.Line > 0 {
		place = fmt.Sprintf("%s:%d", d.File, d.Line)
	}
	if d.Rule != "" {
		return fmt.Sprintf("%s: %s: rule %s: %s", place, d.Severity, d.Rule, d.Message)
	}
	return fmt.Sprintf("%s: %s: %s", place, d.Severity, d.Message)
}

func diagnosticOf(d *C.cupel_diagnostic) Diagnostic {
	return Diagnostic{
		Severity: Severity(d.severity),
		File:     goString(d.file),
		Line:     int(d.line),
		Rule:     goString(d.rule),
		Message:  goString(d.message),
	}
}

func newError(code Code, message string) *Error {
	return &Error{Code: code, Message: message}
}

func errClosed(what string) error {
	return &Error{
		Code:    FailedPrecondition,
		Message: what + " is closed; make a new one",
		cause:   ErrClosed,
	}
}

// errZero is the error of what no function of the package made.
func errZero() error {
	return newError(FailedPrecondition,
		"a zero value can't be used; make one with the function that gives such a thing, as NewScanner gives a Scanner")
}

// takeError makes an error of Go of one of C, which it frees; nil for nil, so
// that it may follow every call.
func takeError(cerr *C.cupel_error) error {
	if cerr == nil {
		return nil
	}
	defer C.cupel_error_free(cerr)
	got := C.cupel_go_error_of(cerr)
	err := &Error{Code: Code(got.code), Message: goString(got.message)}
	for i := C.size_t(0); i < got.diagnostics; i++ {
		d := C.cupel_diagnostic{struct_size: C.sizeof_cupel_diagnostic}
		if C.cupel_error_diagnostic(cerr, i, &d) == C.CUPEL_STATUS_OK {
			err.Diagnostics = append(err.Diagnostics, diagnosticOf(&d))
		}
	}
	return err
}

// withCause says why a call ended early, if it was cancelled: `cause` is what a
// callback returned, and counts before the context.
func withCause(ctx context.Context, err error, cause error) error {
	var failed *Error
	if !errors.As(err, &failed) || failed.Code != Cancelled {
		return err
	}
	if cause != nil {
		return cause
	}
	if ctx.Err() != nil {
		return errEnded(ctx)
	}
	return err
}

// errEnded is the error of what was ended by its context.
func errEnded(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &Error{Code: DeadlineExceeded, Message: "the context's deadline has passed", cause: ctx.Err()}
	}
	return &Error{Code: Cancelled, Message: "the context was cancelled", cause: ctx.Err()}
}
