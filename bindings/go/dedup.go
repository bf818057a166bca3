package cupel

// #include "shim.h"
import "C"

import (
	"fmt"
	"math"
	"runtime"
	"time"
)

// DedupOptions say where shared runs are kept. The zero value is in memory.
type DedupOptions struct {
	Database    string        // as that of a registry
	Lease       time.Duration // a leader without a word is dead then [10 min]
	MaxRawBytes uint64        // of one raw [64 MiB]
	BusyTimeout time.Duration // to wait for others' writing [5 s]
}

// Dedup is runs that go on and that are done, and the raws they gave, in a
// database that several processes, with PostgreSQL also several machines, may
// share.
//
// What is answered is for the host that runs jobs. Of it, an organisation may be
// shown the raws of its own jobs: their ids, owner and time are its own whoever
// ran them, so that it never learns whether another asked for the same.
type Dedup struct {
	handle handle[*C.cupel_dedup]
}

// OpenDedup opens the database. Errors as for OpenRegistry.
func OpenDedup(options DedupOptions) (*Dedup, error) {
	var memory arena
	defer memory.release()
	busy, err := cMillis32("DedupOptions.BusyTimeout", options.BusyTimeout)
	if err != nil {
		return nil, err
	}
	c := C.cupel_dedup_options{
		struct_size:     C.sizeof_cupel_dedup_options,
		database:        memory.copyString(options.Database),
		lease_ms:        cMillis(options.Lease),
		max_raw_bytes:   C.uint64_t(options.MaxRawBytes),
		busy_timeout_ms: busy,
	}
	var dedup *C.cupel_dedup
	var cerr *C.cupel_error
	if C.cupel_dedup_open(&c, &dedup, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	d := &Dedup{handle: newHandle(dedup, "the dedup", func(p *C.cupel_dedup) {
		C.cupel_dedup_free(p)
	})}
	runtime.SetFinalizer(d, (*Dedup).Close)
	return d, nil
}

// SetTime sets the time from now on, for tests and to replay what was. The zero
// time is the system's.
func (d *Dedup) SetTime(now time.Time) error {
	micros := C.int64_t(0)
	if !now.IsZero() {
		micros = C.int64_t(now.UnixMicro())
	}
	return d.handle.do(func(p *C.cupel_dedup, err outError) {
		C.cupel_dedup_set_time(p, micros, err)
	})
}

// DedupRequest is a job that may share a run. Runs are shared if all three
// switches are on.
type DedupRequest struct {
	Install             bool // the install's switch
	OrganisationAllows  bool // the organisation's
	PluginAllows        bool // "deduplicate" of its manifest
	Organisation        string
	Job                 string // its id; no other job of the organisation has it
	Plugin              string // for messages
	Key                 string // Job.Key; may be empty if a switch is off
	SystemVariableNames []string
	// MaxAge is the organisation's interval, in whole seconds: older data is of
	// no use to it. 0: it has none, as with a schedule by cron; then a day.
	MaxAge time.Duration
}

// Raw is output of a run.
type Raw struct {
	ID           string   `json:"id"`
	Organisation string   `json:"organisation,omitempty"`
	Job          string   `json:"job"`
	MimeTypes    []string `json:"mime_types"`
	Created      string   `json:"created"` // RFC 3339
	SHA256       string   `json:"sha256"`
	Size         uint64   `json:"size"`
}

// DedupAction is what is to be done with a job.
type DedupAction struct {
	// Action is "alone" or "lead": run it, Token is the lease; "follow": don't
	// run it, it gets its raws when another is completed; "reuse": it is done,
	// Raws are its raws.
	Action string `json:"action"`
	Reason string `json:"reason"`
	// HandsOrganisation: the plugin is told the organisation.
	HandsOrganisation bool   `json:"hands_organisation"`
	Token             int64  `json:"token"`
	Expires           string `json:"expires"` // RFC 3339
	Raws              []Raw  `json:"raws"`
}

// Join tells what is to be done with a job. It may be repeated: nothing is done
// twice. FailedPrecondition if runs are shared and there are system variables.
func (d *Dedup) Join(request DedupRequest) (DedupAction, error) {
	var memory arena
	defer memory.release()
	c := C.cupel_dedup_request{
		struct_size: C.sizeof_cupel_dedup_request,
		flags: cFlag(request.Install, C.CUPEL_DEDUP_INSTALL) |
			cFlag(request.OrganisationAllows, C.CUPEL_DEDUP_ORGANISATION) |
			cFlag(request.PluginAllows, C.CUPEL_DEDUP_PLUGIN),
		organisation:    memory.copyString(request.Organisation),
		job:             memory.copyString(request.Job),
		plugin:          memory.copyString(request.Plugin),
		key:             memory.copyString(request.Key),
		max_age_seconds: -1,
	}
	if request.MaxAge != 0 {
		c.max_age_seconds = cSeconds(request.MaxAge)
	}
	c.system_variables, c.system_variable_count = memory.views(request.SystemVariableNames)
	return decode[DedupAction](d.handle.buffer(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_join(p, &c, out, err)
	}))
}

// cSeconds is whole seconds, down; -1 for anything negative.
func cSeconds(d time.Duration) C.int64_t {
	if d < 0 {
		return -1
	}
	return C.int64_t(d / time.Second)
}

// DedupLease is a leader's lease.
type DedupLease struct {
	Token   int64  `json:"token"`
	Expires string `json:"expires"` // RFC 3339
}

// Renew tells that the leader is still at it. FailedPrecondition, for this,
// Complete and Fail, if the lease is not the job's present one: its time was up
// and another took its place.
func (d *Dedup) Renew(organisation, job string, token int64) (DedupLease, error) {
	return decode[DedupLease](d.handle.buffer(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_renew(p, viewString(organisation), viewString(job), C.int64_t(token), out, err)
	}))
}

// DedupOutput is a file that a run gave.
type DedupOutput struct {
	Bytes     []byte
	MimeTypes []string
}

// DedupShare is what a job that led or waited has got.
type DedupShare struct {
	Organisation string `json:"organisation"`
	Job          string `json:"job"`
	Raws         []Raw  `json:"raws"`
}

// Complete stores what the run gave, once, and hands it to all who waited, the
// leader first. It may be repeated with the same outputs. ResourceExhausted for
// a raw that is too large or more than 1000 of them; then nothing is kept.
func (d *Dedup) Complete(organisation, job string, token int64, outputs []DedupOutput) ([]DedupShare, error) {
	var memory arena
	defer memory.release()
	list, count := memory.outputs(outputs)
	return decode[[]DedupShare](d.handle.buffer(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_complete(p, viewString(organisation), viewString(job), C.int64_t(token), list, count, out, err)
	}))
}

// outputs is an array of copies.
func (a *arena) outputs(outputs []DedupOutput) (*C.cupel_dedup_output, C.size_t) {
	if len(outputs) == 0 {
		return nil, 0
	}
	to := arrayOf[C.cupel_dedup_output](a, len(outputs))
	for i, output := range outputs {
		to[i].bytes = a.copyBytes(output.Bytes)
		to[i].mime_types, to[i].mime_type_count = a.views(output.MimeTypes)
	}
	return &to[0], C.size_t(len(outputs))
}

// DedupReleased is a job that waits no more and is to be queued again.
type DedupReleased struct {
	Organisation string `json:"organisation"`
	Job          string `json:"job"`
	Led          bool   `json:"led"`
}

// released makes a call that gives those who wait no more.
func (d *Dedup) released(call func(p *C.cupel_dedup, out outBuffer, err outError)) ([]DedupReleased, error) {
	return decode[[]DedupReleased](d.handle.buffer(call))
}

// Fail ends a run without outputs; it gives those who waited for it, the first
// of whom to join again leads.
func (d *Dedup) Fail(organisation, job string, token int64) ([]DedupReleased, error) {
	return d.released(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_fail(p, viewString(organisation), viewString(job), C.int64_t(token), out, err)
	})
}

// Leave tells that a job was cancelled; it gives those who waited for it.
func (d *Dedup) Leave(organisation, job string) ([]DedupReleased, error) {
	return d.released(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_leave(p, viewString(organisation), viewString(job), out, err)
	})
}

// ReleaseExpired ends the runs whose leaders' time is up; it gives the leaders,
// with Led, and those who waited for them.
func (d *Dedup) ReleaseExpired() ([]DedupReleased, error) {
	return d.released(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_release_expired(p, out, err)
	})
}

// Forget removes an organisation's jobs and raws; it gives others who waited for
// it.
func (d *Dedup) Forget(organisation string) ([]DedupReleased, error) {
	return d.released(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_forget(p, viewString(organisation), out, err)
	})
}

// Prune forgets runs that ended and began longer ago than this, and tells how
// many; raws stay.
func (d *Dedup) Prune(olderThan time.Duration) (int, error) {
	if olderThan < 0 {
		return 0, newError(InvalidArgument, fmt.Sprintf("Prune: an age of %v is negative", olderThan))
	}
	var removed C.uint64_t
	err := d.handle.do(func(p *C.cupel_dedup, err outError) {
		C.cupel_dedup_prune(p, cSeconds(olderThan), &removed, err)
	})
	return clampInt(removed), err
}

func clampInt(n C.uint64_t) int {
	if n > math.MaxInt {
		return math.MaxInt
	}
	return int(n)
}

// Raws are an organisation's, of one job or, if job is empty, of all.
func (d *Dedup) Raws(organisation, job string) ([]Raw, error) {
	return decode[[]Raw](d.handle.buffer(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_raws_json(p, viewString(organisation), viewString(job), out, err)
	}))
}

// RawBytes are the bytes of a raw. NotFound if the organisation has none with
// this id; DataLoss if they are not those that were stored.
func (d *Dedup) RawBytes(organisation, id string) ([]byte, error) {
	return d.handle.buffer(func(p *C.cupel_dedup, out outBuffer, err outError) {
		C.cupel_dedup_raw_bytes(p, viewString(organisation), viewString(id), out, err)
	})
}

// DeleteRaw removes a raw. With the last raw of some bytes go the bytes, and the
// run that gave them.
func (d *Dedup) DeleteRaw(organisation, id string) error {
	return d.handle.do(func(p *C.cupel_dedup, err outError) {
		C.cupel_dedup_delete_raw(p, viewString(organisation), viewString(id), err)
	})
}

// Close gives the database back; calls that run go on to their end.
func (d *Dedup) Close() error {
	if d == nil {
		return nil
	}
	return d.handle.closeOf(d)
}
