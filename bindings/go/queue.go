package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"runtime"
	"time"
)

// QueueOptions say how a queue works. The zero value has all defaults.
type QueueOptions struct {
	MaxAttempts    int           // of jobs that don't say, up to 1000 [3]
	BusyTimeout    time.Duration // to wait for others' writing [5 s]
	Backoff        time.Duration // after a first failure; then double [1 s]
	MaxBackoff     time.Duration // [10 min]
	MaxBodyBytes   uint64        // of one job [64 MiB]
	MaxResultBytes uint64        // [1 GiB]
	// DriverFolders are where drivers of other databases and brokers are looked
	// for first.
	DriverFolders []string
}

// Queue is a queue of jobs that outlives those who work on them. A job waits, is
// leased to a worker, and is then completed with its result, in one transaction;
// or it waits again, later and later, and is dead when all its attempts failed.
// Whoever leases a job gets a token; what is said of it with another one than
// the latest has the code Aborted, so that a worker that was thought dead
// overwrites nothing. Several processes may have the same queue open.
//
// Errors besides those of each method: NotFound for a job that is not there,
// FailedPrecondition if that can't be done in its state, Unimplemented for what
// this kind of queue can't do, Unavailable if the database or broker is locked or
// not there: try again.
type Queue struct {
	handle handle[*C.cupel_queue]
}

// OpenQueue opens "sqlite:PATH" (made, readable by its user only, if it is not
// there), "memory:", "postgresql://…", "amqp://…". InvalidArgument names what
// there is; no error holds a password.
func OpenQueue(url string, options QueueOptions) (*Queue, error) {
	var memory arena
	defer memory.release()
	busy, err := cMillis32("QueueOptions.BusyTimeout", options.BusyTimeout)
	if err != nil {
		return nil, err
	}
	attempts, err := cCount("QueueOptions.MaxAttempts", options.MaxAttempts)
	if err != nil {
		return nil, err
	}
	c := C.cupel_queue_options{
		struct_size:      C.sizeof_cupel_queue_options,
		max_attempts:     attempts,
		busy_timeout_ms:  busy,
		backoff_ms:       cMillis(options.Backoff),
		max_backoff_ms:   cMillis(options.MaxBackoff),
		max_body_bytes:   C.uint64_t(options.MaxBodyBytes),
		max_result_bytes: C.uint64_t(options.MaxResultBytes),
	}
	c.driver_folders, c.driver_folder_count = memory.views(options.DriverFolders)
	var queue *C.cupel_queue
	var cerr *C.cupel_error
	if C.cupel_queue_open(viewString(url), &c, &queue, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	q := &Queue{handle: newHandle(queue, "the queue", func(p *C.cupel_queue) {
		C.cupel_queue_free(p)
	})}
	runtime.SetFinalizer(q, (*Queue).Close)
	return q, nil
}

// URL is the queue's, without a password.
func (q *Queue) URL() (string, error) {
	url, err := q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_url(p, out, err)
	})
	return string(url), err
}

// NewJob is a job to be submitted. Kind and Body have to be there.
type NewJob struct {
	Kind         string          `json:"kind"` // "scan", …
	ID           string          `json:"id,omitempty"`
	Organisation string          `json:"organisation,omitempty"`
	Priority     int             `json:"priority,omitempty"`
	NotBefore    *time.Time      `json:"not_before,omitempty"`
	Deadline     *time.Time      `json:"deadline,omitempty"`
	DedupKey     string          `json:"dedup_key,omitempty"`
	MaxAttempts  int             `json:"max_attempts,omitempty"`
	Body         json.RawMessage `json:"body"`
}

// SubmittedJob is what became of one.
type SubmittedJob struct {
	ID string `json:"id"`
	// Existed: a job of the organisation with that dedup key is there, or one
	// with that id and the same content; nothing was added.
	Existed bool `json:"existed"`
}

// Submit adds jobs, all or none, and gives what became of each, in order; of none
// nothing. AlreadyExists for an id with other content; InvalidArgument tells what
// is wrong and where; ResourceExhausted for a body that is too large.
func (q *Queue) Submit(jobs ...NewJob) ([]SubmittedJob, error) {
	if len(jobs) == 0 {
		return nil, q.handle.use(func(*C.cupel_queue) error { return nil })
	}
	text, err := toJSON("the jobs", jobs)
	if err != nil {
		return nil, err
	}
	return q.SubmitJSON(text)
}

// SubmitJSON adds jobs that are JSON already: one document, an array of them, or
// one on each line, up to 100,000.
func (q *Queue) SubmitJSON(jobs []byte) ([]SubmittedJob, error) {
	text, err := q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_submit(p, viewBytes(jobs), out, err)
	})
	return member[[]SubmittedJob]("jobs", text, err)
}

// QueuedJob is a job of the queue.
type QueuedJob struct {
	ID           string `json:"id"`
	Kind         string `json:"kind"`
	State        string `json:"state"` // "waiting", "leased", "completed", "dead" or "cancelled"
	Organisation string `json:"organisation"`
	DedupKey     string `json:"dedup_key"`
	Priority     int    `json:"priority"`
	Attempts     int    `json:"attempts"`
	MaxAttempts  int    `json:"max_attempts"`
	Token        uint64 `json:"token"`
	Worker       string `json:"worker"`
	CancelWanted bool   `json:"cancel_wanted"`
	// Times are RFC 3339, empty for none.
	Submitted    string `json:"submitted"`
	NotBefore    string `json:"not_before"`
	Deadline     string `json:"deadline"`
	Ready        string `json:"ready"`
	LeaseExpires string `json:"lease_expires"`
	Finished     string `json:"finished"`
	Reason       string `json:"reason"`
	// Result is of which type and size it is; nil: there is none.
	Result *struct {
		Type string `json:"type"`
		Size uint64 `json:"size"`
	} `json:"result"`
	Body    json.RawMessage `json:"body,omitempty"`    // of Job and Lease
	History []Attempt       `json:"history,omitempty"` // of Job
}

// Attempt is one time that somebody worked on a job.
type Attempt struct {
	Number  int    `json:"number"`
	Worker  string `json:"worker"`
	Started string `json:"started"`
	Ended   string `json:"ended"`
	// Outcome is "completed", "failed", "lease expired", "given back",
	// "cancelled" or, for one that goes on, empty.
	Outcome     string `json:"outcome"`
	Reason      string `json:"reason"`
	Signal      int    `json:"signal"`
	MaxRSSBytes uint64 `json:"max_rss_bytes"`
	LastStep    string `json:"last_step"`
}

// Job is one job, with body and history.
func (q *Queue) Job(id string) (QueuedJob, error) {
	return decode[QueuedJob](q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_job_json(p, viewString(id), out, err)
	}))
}

// Result is the bytes that a job was completed with.
func (q *Queue) Result(id string) ([]byte, error) {
	return q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_result(p, viewString(id), out, err)
	})
}

// QueueListOptions narrow which jobs are listed.
type QueueListOptions struct {
	State string // empty: any
	Kind  string // empty: any
	After string // an id: those that were submitted after it
	Max   int    // up to 10,000 [100]
}

// List gives jobs in the order of submission, without bodies and histories.
func (q *Queue) List(options QueueListOptions) ([]QueuedJob, error) {
	var memory arena
	defer memory.release()
	max, err := cCount("QueueListOptions.Max", options.Max)
	if err != nil {
		return nil, err
	}
	c := C.cupel_queue_list_options{
		struct_size: C.sizeof_cupel_queue_list_options,
		state:       memory.copyString(options.State),
		kind:        memory.copyString(options.Kind),
		after:       memory.copyString(options.After),
		max:         max,
	}
	text, err := q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_list_json(p, &c, out, err)
	})
	return member[[]QueuedJob]("jobs", text, err)
}

// QueueStats is how many jobs there are in each state.
type QueueStats struct {
	Waiting       uint64 `json:"waiting"`
	Delayed       uint64 `json:"delayed"`
	Leased        uint64 `json:"leased"`
	Completed     uint64 `json:"completed"`
	Dead          uint64 `json:"dead"`
	Cancelled     uint64 `json:"cancelled"`
	OldestWaiting string `json:"oldest_waiting"` // since when it is ready
}

// Stats tells how many jobs there are.
func (q *Queue) Stats() (QueueStats, error) {
	return decode[QueueStats](q.handle.buffer(func(p *C.cupel_queue, out outBuffer, err outError) {
		C.cupel_queue_stats_json(p, out, err)
	}))
}

// Retry has a dead or cancelled job wait again, with all its attempts and
// without a deadline that is past.
func (q *Queue) Retry(id string) error {
	return q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_retry(p, viewString(id), err)
	})
}

// Cancel ends a job at once if it waits; if it is leased, its worker is told
// when it renews.
func (q *Queue) Cancel(id, reason string) error {
	return q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_cancel(p, viewString(id), viewString(reason), err)
	})
}

// Purge removes jobs that ended at least so long ago, with their results and
// histories, and tells how many. The state is "completed", "dead", "cancelled"
// or empty for all three.
func (q *Queue) Purge(state string, olderThan time.Duration) (int, error) {
	if olderThan < 0 {
		return 0, newError(InvalidArgument, "Purge: the age is negative")
	}
	var removed C.uint64_t
	err := q.handle.do(func(p *C.cupel_queue, err outError) {
		C.cupel_queue_purge(p, viewString(state), C.uint64_t(cSeconds(olderThan)), &removed, err)
	})
	return clampInt(removed), err
}

// Close gives the queue back; calls that run go on to their end.
func (q *Queue) Close() error {
	if q == nil {
		return nil
	}
	return q.handle.closeOf(q)
}
