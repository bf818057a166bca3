package cupel

// #include "shim.h"
import "C"

import (
	"encoding/json"
	"runtime"
	"time"
)

// RawsOptions say where raws are kept. The zero value is in memory.
type RawsOptions struct {
	Database    string        // as that of a registry; may be that of a Dedup
	MaxRawBytes uint64        // of one raw [64 MiB]
	BusyTimeout time.Duration // to wait for others' writing [5 s]
}

// Raws is what boefjes gave, and what is known of the jobs that gave it. Of a
// job's environment it has the names, never a value. Several processes may share
// a database.
type Raws struct {
	handle handle[*C.cupel_raws]
}

// OpenRaws opens the database. Errors as for OpenRegistry.
func OpenRaws(options RawsOptions) (*Raws, error) {
	var memory arena
	defer memory.release()
	busy, err := cMillis32("RawsOptions.BusyTimeout", options.BusyTimeout)
	if err != nil {
		return nil, err
	}
	c := C.cupel_raws_options{
		struct_size:     C.sizeof_cupel_raws_options,
		database:        memory.copyString(options.Database),
		max_raw_bytes:   C.uint64_t(options.MaxRawBytes),
		busy_timeout_ms: busy,
	}
	var raws *C.cupel_raws
	var cerr *C.cupel_error
	if C.cupel_raws_open(&c, &raws, &cerr); cerr != nil {
		return nil, takeError(cerr)
	}
	r := &Raws{handle: newHandle(raws, "the raws", func(p *C.cupel_raws) {
		C.cupel_raws_free(p)
	})}
	runtime.SetFinalizer(r, (*Raws).Close)
	return r, nil
}

// List gives the raws of an organisation, in the order in which they were made;
// of one job unless job is empty.
func (r *Raws) List(organisation, job string) ([]Raw, error) {
	text, err := r.handle.buffer(func(p *C.cupel_raws, out outBuffer, err outError) {
		C.cupel_raws_list_json(p, viewString(organisation), viewString(job), out, err)
	})
	return member[[]Raw]("raws", text, err)
}

// RawMeta is what is known of a raw.
type RawMeta struct {
	Raw Raw `json:"raw"`
	// RawDataMeta is OpenKAT's model of it; null if no boefje gave it.
	RawDataMeta json.RawMessage `json:"raw_data_meta"`
}

// Meta tells of a raw, whosever it is. NotFound.
func (r *Raws) Meta(id string) (RawMeta, error) {
	return decode[RawMeta](r.handle.buffer(func(p *C.cupel_raws, out outBuffer, err outError) {
		C.cupel_raws_meta_json(p, viewString(id), out, err)
	}))
}

// Bytes are those of a raw. NotFound; DataLoss if they are not those that were
// stored.
func (r *Raws) Bytes(id string) ([]byte, error) {
	return r.handle.buffer(func(p *C.cupel_raws, out outBuffer, err outError) {
		C.cupel_raws_bytes(p, viewString(id), out, err)
	})
}

// Close gives the database back; runs that go on keep what they need.
func (r *Raws) Close() error {
	if r == nil {
		return nil
	}
	return r.handle.closeOf(r)
}
