package cupel

/*
#include "callbacks.h"
#include "shim.h"
*/
import "C"

import (
	"context"
	"encoding/json"
	"runtime/cgo"
	"time"
)

// Tier says where a plugin runs: a higher one is further from the host.
type Tier int32

// Where a plugin runs.
const (
	TierAny     Tier = 0
	TierBuiltin Tier = C.CUPEL_TIER_BUILTIN // in the host's process
	TierProcess Tier = C.CUPEL_TIER_PROCESS // in a cupel-runner, without network and privileges
	TierOCI     Tier = C.CUPEL_TIER_OCI     // in a container
)

// RunOptions say how a boefje or normalizer is run. All of it has a default.
type RunOptions struct {
	// Defaults of the schema count where nothing else is given.
	Defaults bool
	// ProcessVariables offers the BOEFJE_ variables of this process to the
	// boefje, as far as its schema names them. No other goroutine may change
	// the environment meanwhile.
	ProcessVariables bool
	// NoNetwork: a boefje gets none. A normalizer never does.
	NoNetwork bool
	// Tier is TierProcess or TierOCI [a process if the plugin has code in its
	// folder, else a container]. If it can't be had, that is an error, never
	// another tier.
	Tier        Tier
	Timeout     time.Duration // then it is killed [10 min]
	MemoryBytes uint64        // of a process's addresses [4 GiB], or a container [1 GiB]
	Runner      string        // the program cupel-runner [the one that came with the library]
	Python      string        // the interpreter [/usr/bin/python3]
	PythonPath  string        // the folder with the Python package cupel
	OCIProgram  string        // [podman, else docker, in PATH]
	OCIRuntime  string        // "runc" [that program's choice]
	// Log, if not nil, is told what the plugin writes, and what becomes of it,
	// from any goroutine. A panic of it comes out when the run is over.
	Log func(level LogLevel, text string)
}

// runCall makes a run: with is the library's, and the rest where it goes.
type runCall func(with C.cupel_go_run, out outBuffer, err outError)

// c makes options of C, which live as long as the arena.
func (o *RunOptions) c(memory *arena) C.cupel_run_options {
	return C.cupel_run_options{
		struct_size: C.sizeof_cupel_run_options,
		flags: cFlag(o.ProcessVariables, C.CUPEL_RUN_PROCESS_VARIABLES) |
			cFlag(o.Defaults, C.CUPEL_RUN_DEFAULTS) |
			cFlag(o.NoNetwork, C.CUPEL_RUN_NO_NETWORK),
		tier:         C.cupel_tier(o.Tier),
		timeout_ms:   cMillis(o.Timeout),
		memory_bytes: C.uint64_t(o.MemoryBytes),
		runner:       memory.copyString(o.Runner),
		python:       memory.copyString(o.Python),
		python_path:  memory.copyString(o.PythonPath),
		oci_program:  memory.copyString(o.OCIProgram),
		oci_runtime:  memory.copyString(o.OCIRuntime),
	}
}

// run makes a run, and gives what came of it.
func (o *RunOptions) run(ctx context.Context, with C.cupel_go_run, call runCall) ([]byte, error) {
	var memory arena
	defer memory.release()
	c := o.c(&memory)
	log := &logCallback{}
	if told := o.Log; told != nil {
		log.log = func(_ string, level LogLevel, text string) { told(level, text) }
		user := cgo.NewHandle(log)
		defer user.Delete()
		with.handle = C.uintptr_t(user)
	}
	with.options = copyOf(&memory, c)
	var text []byte
	err := withContext(ctx, func(cancel *C.cupel_cancel) (err error) {
		with.cancel = cancel
		text, err = bufferOf(func(out outBuffer, cerr outError) { call(with, out, cerr) })
		return err
	})
	log.rethrow()
	return text, err
}

// runWith makes a run with a registry and raws.
func runWith(ctx context.Context, registry *Registry, raws *Raws, options RunOptions, call runCall) ([]byte, error) {
	if registry == nil || raws == nil {
		return nil, newError(InvalidArgument, "registry and raws must not be nil")
	}
	var with C.cupel_go_run
	var err error
	if with.registry, err = registry.handle.acquire(); err != nil {
		return nil, err
	}
	defer registry.handle.release()
	if with.raws, err = raws.handle.acquire(); err != nil {
		return nil, err
	}
	defer raws.handle.release()
	return options.run(ctx, with, call)
}

// runJob makes a run of a job.
func runJob(ctx context.Context, registry *Registry, raws *Raws, job *Job, options RunOptions, call runCall) ([]byte, error) {
	if job == nil {
		return nil, newError(InvalidArgument, "the job is nil")
	}
	j, err := job.handle.acquire()
	if err != nil {
		return nil, err
	}
	defer job.handle.release()
	return runWith(ctx, registry, raws, options, func(with C.cupel_go_run, out outBuffer, err outError) {
		with.job = j
		call(with, out, err)
	})
}

// BoefjeRun is what came of a boefje.
type BoefjeRun struct {
	// Status is "completed" or "failed": then Problem says why, and the last raw
	// is of type error/boefje.
	Status     string          `json:"status"`
	Tier       string          `json:"tier"`
	Problem    string          `json:"problem"`
	Warnings   []string        `json:"warnings"`
	Raws       []Raw           `json:"raws"`
	BoefjeMeta json.RawMessage `json:"boefje_meta"` // values of the environment are "***"
}

// NormalizerRun is what came of a normalizer.
type NormalizerRun struct {
	Status   string   `json:"status"` // "completed" or "failed"
	Tier     string   `json:"tier"`
	Problem  string   `json:"problem"`
	Warnings []string `json:"warnings"`
	Results  struct {
		Observations []json.RawMessage `json:"observations"`
		Declarations []json.RawMessage `json:"declarations"`
		Affirmations []json.RawMessage `json:"affirmations"`
		ScanProfiles []json.RawMessage `json:"scan_profiles"`
	} `json:"results"`
	// Octopoes are the requests that would tell octopoes of it, in order; nobody
	// is asked.
	Octopoes       []OctopoesRequest `json:"octopoes"`
	NormalizerMeta json.RawMessage   `json:"normalizer_meta"`
}

// OctopoesRequest is a request that octopoes would get.
type OctopoesRequest struct {
	Method string          `json:"method"`
	Path   string          `json:"path"`
	Body   json.RawMessage `json:"body"`
}

// RunBoefje runs a boefje of the registry for an organisation, and stores what
// it gave. The input is what it is run on: a reference
// ("Hostname|internet|example.com") or an object as octopoes' JSON has it;
// empty: nothing. A boefje that fails is no error: see BoefjeRun. NotFound for an
// organisation or boefje that the registry does not have; InvalidArgument if its
// settings do not fit its schema; FailedPrecondition for what is missing to run
// it. If the context ends nothing is stored.
func RunBoefje(ctx context.Context, registry *Registry, raws *Raws,
	organisation, boefje, input string, options RunOptions) (BoefjeRun, error) {
	return decode[BoefjeRun](runWith(ctx, registry, raws, options,
		func(with C.cupel_go_run, out outBuffer, err outError) {
			C.cupel_go_boefje_run(with, viewString(organisation), viewString(boefje), viewString(input), out, err)
		}))
}

// RunBoefjeJob is the same for a job that is there: a BoefjeMeta, or a Task with
// one. Its id, its reference and what it has as arguments.input stay; if it
// brings an environment, that is what the plugin's schema is held against.
// AlreadyExists if its raws are stored.
func RunBoefjeJob(ctx context.Context, registry *Registry, raws *Raws,
	job *Job, options RunOptions) (BoefjeRun, error) {
	return decode[BoefjeRun](runJob(ctx, registry, raws, job, options,
		func(with C.cupel_go_run, out outBuffer, err outError) {
			C.cupel_go_boefje_run_job(with, out, err)
		}))
}

// RunNormalizer runs a normalizer of the registry's folders on a raw. The
// whitelist is a JSON object of how far normalizers may raise scan levels,
// {"kat_x":2}; nil: nobody may. Else as RunBoefje.
func RunNormalizer(ctx context.Context, registry *Registry, raws *Raws,
	normalizer, raw string, whitelist []byte, options RunOptions) (NormalizerRun, error) {
	return decode[NormalizerRun](runWith(ctx, registry, raws, options,
		func(with C.cupel_go_run, out outBuffer, err outError) {
			C.cupel_go_normalizer_run(with, viewString(normalizer), viewString(raw), viewBytes(whitelist), out, err)
		}))
}

// RunNormalizerJob is the same for a NormalizerMeta, or a Task with one; the
// bytes are those of its raw_data.id in raws.
func RunNormalizerJob(ctx context.Context, registry *Registry, raws *Raws,
	job *Job, whitelist []byte, options RunOptions) (NormalizerRun, error) {
	return decode[NormalizerRun](runJob(ctx, registry, raws, job, options,
		func(with C.cupel_go_run, out outBuffer, err outError) {
			C.cupel_go_normalizer_run_job(with, viewBytes(whitelist), out, err)
		}))
}
