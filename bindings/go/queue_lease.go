package cupel

// #include "shim.h"
import "C"

import (
	"context"
	"fmt"
	"math"
	"time"
)

// LeaseOptions say what a worker takes. The zero value is one job of any kind,
// for a minute.
type LeaseOptions struct {
	Worker string        // who asks, for people: "host:pid"
	Max    int           // up to 1000 jobs [1]
	Lease  time.Duration // up to 30 days [1 min]
	Kinds  []string      // none: any
}

// cCount is a number of 32 bits; 0 is its default.
func cCount(what string, n int) (C.uint32_t, error) {
	if n < 0 || uint64(n) > math.MaxUint32 {
		return 0, newError(InvalidArgument, fmt.Sprintf("%s: %d is out of range; 0 is the default", what, n))
	}
	return C.uint32_t(n), nil
}

// Lease gives jobs to work on, with their bodies and tokens; none if there is
// nothing to do, and fewer than there are if their bodies are more than one may
// be.
func (q *Queue) Lease(options LeaseOptions) ([]QueuedJob, error) {
	var memory arena
	defer memory.release()
	max, err := cCount("LeaseOptions.Max", options.Max)
	if err != nil {
		return nil, err
	}
	c := C.cupel_queue_lease_options{
		struct_size: C.sizeof_cupel_queue_lease_options,
		worker:      memory.copyString(options.Worker),
		max:         max,
		lease_ms:    cMillis(options.Lease),
	}
	c.kinds, c.kind_count = memory.views(options.Kinds)
	text, err := q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_lease(p, &c, out, err)
	})
	return member[[]QueuedJob]("jobs", text, err)
}

// Wait returns when there may be a job of these kinds (none: of any) to lease,
// after so long at most; it may return early.
func (q *Queue) Wait(ctx context.Context, atMost time.Duration, kinds ...string) error {
	var memory arena
	defer memory.release()
	list, count := memory.views(kinds)
	return withContext(ctx, func(cancel *C.cupel_cancel) error {
		return q.handle.do(func(p *C.cupel_queue, err outError) {
			C.cupel_queue_wait(p, list, count, cMillis(atMost), cancel, err)
		})
	})
}

// Renewal is what a worker is told that renews its lease.
type Renewal struct {
	Expires string `json:"expires"` // RFC 3339
	// CancelWanted: it is wanted that the job ends. Stop, and say Fail or
	// Release.
	CancelWanted bool `json:"cancel_wanted"`
}

// Renew tells that the worker is still at it, and will be for so long from now:
// up to 30 days [1 min].
func (q *Queue) Renew(id string, token uint64, lease time.Duration) (Renewal, error) {
	if lease == 0 {
		lease = time.Minute
	}
	return decode[Renewal](q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_renew(p, viewString(id), C.uint64_t(token), cMillis(lease), out, err)
	}))
}

// Complete ends a job with its result, of a MIME type. Once more with the same
// token changes nothing and is no error. ResourceExhausted: too large.
func (q *Queue) Complete(id string, token uint64, mimeType string, result []byte) error {
	return q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_complete(p, viewString(id), C.uint64_t(token), viewString(mimeType), viewBytes(result), err)
	})
}

// Failure is why an attempt failed.
type Failure struct {
	Reason string // one line, without secrets
	// Final: another attempt would end the same way; the job is dead at once.
	Final       bool
	Signal      int // that ended the process, or 0
	LastStep    string
	MaxRSSBytes uint64
}

// Fail has the job wait again, later with each attempt, or be dead.
func (q *Queue) Fail(id string, token uint64, failure Failure) error {
	var memory arena
	defer memory.release()
	c := C.cupel_queue_failure{
		struct_size:   C.sizeof_cupel_queue_failure,
		flags:         cFlag(failure.Final, C.CUPEL_QUEUE_FAILURE_FINAL),
		signal:        C.int32_t(failure.Signal),
		reason:        memory.copyString(failure.Reason),
		last_step:     memory.copyString(failure.LastStep),
		max_rss_bytes: C.uint64_t(failure.MaxRSSBytes),
	}
	return q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_fail(p, viewString(id), C.uint64_t(token), &c, err)
	})
}

// Release gives a job back that was not done; it loses no attempt.
func (q *Queue) Release(id string, token uint64, reason string) error {
	return q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_release(p, viewString(id), C.uint64_t(token), viewString(reason), err)
	})
}
